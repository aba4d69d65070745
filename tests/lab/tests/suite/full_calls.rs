//! As many commands as a call takes, and as long ones as the buffer takes.

use greatseal_lab::{
    Answer, Lab,
    genesis::{default_genesis, key_of},
};
use greatseal_protocol::{
    bytes::{AssetHash, ChainHash, ContractAddress, ReferenceHash},
    cells::{CellKey, Cells},
    command::{Capacity, Command, Order},
    conversion::{Conversion, ListProofs, Traffic, Transfer, Versions},
    council::{Council, SeatId},
    event::Event,
    key::Key,
    language::bridge,
    merkle::Inclusion,
    outcome::{NotDeployed, Outcome, Undone},
    refusal::Refusal,
    registry::{Entry, EntryKey, Registered},
    route::{Compliance, Course, Economics, Route, Served},
    state::State,
    submit::MAX_ENVELOPES,
    window::Meter,
};
use parity_scale_codec::Encode;
use std::fmt::Debug;

const NOW: u64 = 1_800_000_000;
const ROUTE: u32 = 7;
const AUDITOR: SeatId = SeatId { council: Council::Auditor, index: 0 };

/// Memory is not given back during a call. Of long commands fewer go into ink!'s buffer than of short ones.
#[test]
fn a_full_buffer_of_long_commands_fits_the_memory() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let operator = SeatId { council: Council::Operator, index: 0 };
    open_route(&mut lab);
    // What takes longest to read: a conversion with the proof of its place in a list of the most accounts.
    let inclusion = Inclusion { index: 0, path: vec![[7; 32]; 32] };
    let envelopes: Vec<_> = (1..=u64::try_from(MAX_ENVELOPES).unwrap())
        .map(|number| {
            let versions = Versions { economics: 1, compliance: 1, rate: 0, lists: 0 };
            let transfer = Transfer { route: ROUTE, count: 1, amount: 100, account: Some([7; 32]), versions };
            let conversion = Conversion { number, transfer };
            let proofs = ListProofs { allow: Some(inclusion.clone()), deny: None };
            let order = Order::Bridge(bridge::Order::Authorize { conversion, proofs });
            let capacity = Capacity::Seat { seat: operator, epoch: 0 };
            lab.envelope(&key_of(operator, 0), Command { capacity, expiry: NOW + 600, order })
        })
        .collect();
    let outcomes = lab.submit(&envelopes).result.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Applied { .. })), "{outcomes:?}");
}

#[test]
fn a_call_takes_sixteen_conversions() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let operator = SeatId { council: Council::Operator, index: 0 };
    open_route(&mut lab);
    let envelopes: Vec<_> = (1..=u64::try_from(MAX_ENVELOPES).unwrap())
        .map(|number| {
            let versions = Versions { economics: 1, compliance: 1, rate: 0, lists: 0 };
            let account = Some([7; 32]);
            let transfer = Transfer { route: ROUTE, count: 1, amount: 100, account, versions };
            let conversion = Conversion { number, transfer };
            let order = Order::Bridge(bridge::Order::Authorize { conversion, proofs: ListProofs::default() });
            let capacity = Capacity::Seat { seat: operator, epoch: 0 };
            lab.envelope(&key_of(operator, 0), Command { capacity, expiry: NOW + 600, order })
        })
        .collect();
    let answer = lab.submit(&envelopes);
    let outcomes = answer.result.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Applied { .. })), "{outcomes:?}");
    assert_eq!(answer.records.len(), MAX_ENVELOPES);
    assert_eq!(lab.model.traffic(ROUTE).unwrap().authorised, 16);
    // The route was written past the rules, which count cells.
    assert_eq!(lab.differences(), [CellKey::Head]);
}

fn open_route(lab: &mut Lab) {
    let economics = Economics {
        source: AssetHash([1; 32]),
        destination: AssetHash([2; 32]),
        course: Course::ToPublic,
        rate_num: 1,
        rate_den: 1,
        rate_from: 0,
        rate_until: u64::MAX,
        fee_bps: 10,
        fee_min: 0,
        fee_max: 1_000,
        tx_min: 1,
        tx_max: 50_000,
        account_max: 100_000,
        aggregate_max: 1_000_000,
        count_max: 500,
        period: 86_400,
        large: 25_000,
        lot_max: 0,
        rate_band_bps: 0,
    };
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
    lab.write(&CellKey::Traffic(ROUTE), &Traffic::default().with_period(None, economics.period, NOW));
}
