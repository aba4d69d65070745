//! Conversions: what authorising and completing one costs, early and late in the life of a route.

use crate::{Flat, HISTORY, act, economics, seat};
use greatseal_lab::Lab;
use greatseal_protocol::{
    bytes::{ChainHash, ReferenceHash},
    cells::CellKey,
    command::Order,
    conversion::{Completion, Conversion, ListProofs, Traffic, Transfer, Versions},
    council::Council,
    hash::sha256,
    language::bridge,
    registry::{Entry, EntryKey, Registered},
    route::{Compliance, Economics, Route, Served},
    window::Meter,
};
use sp_runtime::Weight;

/// A route that nothing else uses.
const ROUTE: u32 = 7;

/// Each is another account's: so as many windows lie in storage as conversions were authorised.
pub(crate) fn measure(lab: &mut Lab) {
    open_route(lab);
    let operator = seat(Council::Operator, 0);
    let mut flat = Flat::default();
    let mut number = 0;
    for past in HISTORY {
        while number < past {
            number += 1;
            authorise(lab, number, SMALL);
            act(lab, operator, completion(number));
        }
        number += 1;
        let small = authorise(lab, number, SMALL);
        let (_, completing) = act(lab, operator, completion(number));
        number += 1;
        let order = Order::Bridge(bridge::Order::Promise { transfer: transfer(number, LARGE), nonce: number });
        let (_, promising) = act(lab, seat(Council::Treasury, 0), order);
        let large = authorise(lab, number, LARGE);
        act(lab, operator, completion(number));
        flat.row("authorising a small conversion", past, "conversions", small);
        flat.row("completing a conversion", past, "conversions", completing);
        flat.row("the Treasury's word for a large conversion", past, "conversions", promising);
        flat.row("authorising a large conversion with the Treasury's word", past, "conversions", large);
    }
}

const SMALL: u128 = 100;
const LARGE: u128 = 25_000;

/// What two decisions with a delay each would leave behind.
fn open_route(lab: &mut Lab) {
    let (now, plenty) = (lab.now(), 1 << 100);
    let economics =
        Economics { account_max: plenty, aggregate_max: plenty, count_max: u32::MAX, large: LARGE, ..economics() };
    let compliance = Compliance {
        enabled: true,
        allow: None,
        deny: None,
        policy: ReferenceHash([1; 32]),
        min_finality: 12,
        daily: false,
    };
    for id in [economics.source, economics.destination] {
        let entry = Entry::Asset { id, chain: ChainHash([1; 32]) };
        let entry = Registered { version: 1, entry, valid_from: 0, valid_until: u64::MAX, revoked: None };
        lab.write(&CellKey::Entry(EntryKey::Asset(id)), &entry);
    }
    lab.write(&CellKey::Route(ROUTE), &Route { version: 1, economics });
    lab.write(&CellKey::Aggregate((economics.source, economics.course)), &Meter::empty(economics.period));
    lab.write(&CellKey::Compliance(ROUTE), &Served { version: 1, compliance });
    lab.write(&CellKey::Traffic(ROUTE), &Traffic::default().with_period(None, economics.period, now));
}

fn transfer(number: u64, amount: u128) -> Transfer {
    let account = Some(sha256(&[b"account", &number.to_le_bytes()]));
    let versions = Versions { economics: 1, compliance: 1, rate: 0, lists: 0 };
    Transfer { route: ROUTE, count: 1, amount, account, versions }
}

fn authorise(lab: &mut Lab, number: u64, amount: u128) -> Weight {
    let order = Order::Bridge(bridge::Order::Authorize {
        conversion: Conversion { number, transfer: transfer(number, amount) },
        proofs: ListProofs::default(),
    });
    let (answer, weight) = act(lab, seat(Council::Operator, 0), order);
    let authorised = |record: &greatseal_protocol::event::Record| record.event.kind() == "ConversionAuthorized";
    assert!(answer.records.iter().any(authorised), "{answer:?}");
    weight
}

fn completion(number: u64) -> Order {
    let root = ReferenceHash([4; 32]);
    Order::Bridge(bridge::Order::Complete(Completion {
        route: ROUTE,
        number,
        version: 1,
        count: 1,
        amount: SMALL,
        fees: 1,
        root,
    }))
}
