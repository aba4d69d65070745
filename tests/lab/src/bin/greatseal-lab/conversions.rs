//! Conversions over a route that nothing else uses.

use crate::{act, flow::economics, scale::Steps, seat};
use greatseal_lab::{Answer, Lab};
use greatseal_protocol::{
    bytes::{ChainHash, ReferenceHash},
    cells::CellKey,
    command::Order,
    conversion::{Account, Completion, Conversion, ListProofs, Traffic, Transfer, Versions},
    council::Council,
    hash::sha256,
    language::bridge,
    merkle::{Inclusion, TreeHead},
    outcome::Outcome,
    registry::{Entry, EntryKey, Registered},
    route::{Compliance, Economics, Route, Served},
    window::Meter,
};

const ROUTE: u32 = 7;
const SMALL: u128 = 100;
pub(crate) const LARGE: u128 = 25_000;
/// What completions of single conversions name.
const ROOT: [u8; 32] = [4; 32];

/// What two decisions with a delay each would leave behind: a route for amounts of any size, and lots, of which those from
/// `large` on need the Treasury's word.
pub(crate) fn open_route(lab: &mut Lab, large: u128) {
    let (now, plenty) = (lab.now(), 1 << 100);
    let limits = Economics { account_max: plenty, aggregate_max: plenty, count_max: u32::MAX, ..economics() };
    let economics = Economics { large, lot_max: plenty, ..limits };
    for id in [economics.source, economics.destination] {
        let entry = Entry::Asset { id, chain: ChainHash([1; 32]) };
        let entry = Registered { version: 1, entry, valid_from: 0, valid_until: u64::MAX, revoked: None };
        lab.write(&CellKey::Entry(EntryKey::Asset(id)), &entry);
    }
    lab.write(&CellKey::Route(ROUTE), &Route { version: 1, economics });
    lab.write(&CellKey::Aggregate((economics.source, economics.course)), &Meter::empty(economics.period));
    lab.write(&CellKey::Traffic(ROUTE), &Traffic::default().with_period(None, economics.period, now));
    serve(lab, None);
}

/// Whom the route serves: those on a list, or everybody.
pub(crate) fn serve(lab: &mut Lab, allow: Option<TreeHead>) {
    let (policy, min_finality) = (ReferenceHash([1; 32]), 12);
    let compliance = Compliance { enabled: true, allow, deny: None, policy, min_finality, daily: false };
    lab.write(&CellKey::Compliance(ROUTE), &Served { version: 1, compliance });
}

/// Those who convert, each for another account: as many windows lie in storage as conversions were authorised.
#[derive(Default)]
pub(crate) struct Rail {
    /// Conversions so far.
    number: u64,
}

impl Rail {
    /// Authorises and completes conversions until there are `past`.
    pub(crate) fn live(&mut self, lab: &mut Lab, past: u64) {
        while self.number < past {
            self.steps(lab);
        }
    }

    /// One more.
    pub(crate) fn steps(&mut self, lab: &mut Lab) -> Steps {
        let transfer = self.transfer(SMALL);
        let authorising = self.carry(lab, transfer, ListProofs::default());
        vec![("authorising a small conversion", authorising), ("completing a conversion", self.complete(lab, 1, ROOT))]
    }

    /// One more, for which the Treasury gives its word.
    pub(crate) fn large_steps(&mut self, lab: &mut Lab) -> Steps {
        let transfer = self.transfer(LARGE);
        let order = Order::Bridge(bridge::Order::Promise { transfer, nonce: self.number + 1 });
        let promising = act(lab, seat(Council::Treasury, 0), order);
        let authorising = self.carry(lab, transfer, ListProofs::default());
        self.complete(lab, 1, ROOT);
        vec![
            ("the Treasury's word for a large conversion", promising),
            ("authorising a large conversion with the Treasury's word", authorising),
        ]
    }

    /// One more lot, of so many conversions of one unit, with the root of what became of them.
    pub(crate) fn lot_steps(&mut self, lab: &mut Lab, count: u32, root: [u8; 32]) -> Steps {
        let amount = count.into();
        let transfer = Transfer { count, account: None, ..self.transfer(amount) };
        let authorising = self.carry(lab, transfer, ListProofs::default());
        vec![("authorising a lot", authorising), ("completing a lot", self.complete(lab, count, root))]
    }

    /// One more, by an account that stands on the route's list.
    pub(crate) fn listed_step(&mut self, lab: &mut Lab, account: Account, allow: Inclusion) -> Answer<Outcome> {
        let transfer = Transfer { account: Some(account), ..self.transfer(SMALL) };
        let authorising = self.carry(lab, transfer, ListProofs { allow: Some(allow), deny: None });
        self.complete(lab, 1, ROOT);
        authorising
    }

    fn carry(&mut self, lab: &mut Lab, transfer: Transfer, proofs: ListProofs) -> Answer<Outcome> {
        self.number += 1;
        let conversion = Conversion { number: self.number, transfer };
        let order = Order::Bridge(bridge::Order::Authorize { conversion, proofs });
        let answer = act(lab, seat(Council::Operator, 0), order);
        let authorised = |record: &greatseal_protocol::event::Record| record.event.kind() == "ConversionAuthorized";
        assert!(answer.records.iter().any(authorised), "{answer:?}");
        answer
    }

    /// Says that all of the last one arrived, one unit each at least.
    fn complete(&self, lab: &mut Lab, count: u32, root: [u8; 32]) -> Answer<Outcome> {
        let (number, root) = (self.number, ReferenceHash(root));
        let completion = Completion { route: ROUTE, number, version: 1, count, amount: count.into(), fees: 0, root };
        act(lab, seat(Council::Operator, 0), Order::Bridge(bridge::Order::Complete(completion)))
    }

    /// By an account that has converted nothing before.
    fn transfer(&self, amount: u128) -> Transfer {
        let account = Some(sha256(&[b"account", &(self.number + 1).to_le_bytes()]));
        let versions = Versions { economics: 1, compliance: 1, rate: 0, lists: 0 };
        Transfer { route: ROUTE, count: 1, amount, account, versions }
    }
}
