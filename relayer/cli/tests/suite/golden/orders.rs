//! Examples of the one answer of every command that signs.

use super::{
    Example,
    examples::{disputed, economics, hash, label, of, pause},
};
use greatseal_cli::{
    answers::{
        Text,
        content::{ContentKept, Keeping},
        manifest::{SharedAccount, Warnings},
        proposal::Needs,
        signed::{Approval, Converted, Kind, Missing, Notes, Opening, Order, Outcome, Quorum, Signed},
    },
    door::{Delivery, Direct, Relayed},
};
use greatseal_facts::kebab;
use greatseal_protocol::{
    bytes::ReferenceHash,
    command,
    content::{Address, Kind as Content},
    conversion::{Completion, Conversion, ListProofs, Transfer, Versions},
    council::{Council, Phase, SeatId},
    daily::{DayLists, DayRate, Following},
    event::{Door, Event, Record},
    key::Key,
    language::{
        bridge, council, dispute, emergency, operation, phase, program,
        proposal::{self, Execute, Open},
        registry,
    },
    proposal_id::{Choice, Choices, Decision},
    row::RowId,
    scope::{Scope, Severity, Watched},
    settlement::{Statement, Verdict, Vote},
    words,
};
use greatseal_wire::{EnvelopeState, State};
use std::collections::BTreeSet;

const SEAT: SeatId = SeatId { council: Council::Emergency, index: 0 };

fn open() -> Open {
    Open {
        row: RowId::EMERGENCY_PAUSE,
        action: pause(),
        document: hash("52").0,
        approve_within: 600,
        execute_within: 7_200,
        nonce: 5,
        approve: true,
    }
}

fn conversion() -> Conversion {
    let versions = Versions { economics: 2, compliance: 1, rate: 0, lists: 0 };
    let transfer = Transfer { route: 1, count: 1, amount: 30_000, account: Some([0xA0; 32]), versions };
    Conversion { number: 4, transfer }
}

/// One of each order.
fn orders() -> Vec<command::Order> {
    use command::Order;
    let (id, digest) = (of("7.E0.1").0, hash("51").0);
    let (subject, reason, report) = (disputed().subject, hash("04").0, hash("34").0);
    let (manifest, incident) = (hash("31").0, of("03".repeat(16).as_str()).0);
    let key: Key = of(&format!("ed25519:{}", "40".repeat(32))).0;
    let conversion = conversion();
    let root = hash("38").0;
    let completion = Completion { route: 1, number: 4, version: 1, count: 1, amount: 30_000, fees: 30, root };
    let (version, sbom) = (label("1").0, hash("00").0);
    let decide = |decision| Order::Proposal(proposal::Order::Decide { id, digest, decision });
    vec![
        Order::Proposal(proposal::Order::Open(Box::new(open()))),
        decide(Decision::Approve),
        decide(Decision::Reject),
        Order::Proposal(proposal::Order::DecideTogether(
            Choices::new(
                [("7.E0.1", Decision::Approve), ("8.S0.0", Decision::Reject)]
                    .map(|(id, decision)| Choice { id: of(id).0, digest, decision })
                    .to_vec(),
            )
            .expect("they rise"),
        )),
        Order::Proposal(proposal::Order::Cancel { id }),
        Order::Proposal(proposal::Order::Veto { id, digest }),
        Order::Proposal(proposal::Order::Execute(Box::new(Execute { id, action: pause(), version, sbom }))),
        Order::Council(council::Order::AcceptSeat { seat: SEAT, previous: Some(key) }),
        Order::Council(council::Order::SuspendSelf),
        Order::Council(council::Order::Heartbeat { nonce: 7_306 }),
        Order::Council(council::Order::NameSuccessor { successor: key, nonce: 7_306 }),
        Order::Operation(operation::Order::Escalate { watched: Watched::Route(1), reference: report, nonce: 7_306 }),
        Order::Emergency(emergency::Order::FileReview {
            scope: Scope::Route(1),
            set_by: id,
            incident,
            version: 1,
            severity: Severity::Sev2,
            report,
        }),
        Order::Emergency(emergency::Order::AttestReview {
            scope: Scope::Route(1),
            set_by: id,
            incident,
            of: SEAT,
            version: 1,
            report,
        }),
        Order::Operation(operation::Order::Tune { name: of("cache-ttl").0, previous: 300, value: 330, nonce: 7_306 }),
        Order::Operation(operation::Order::FileDrill { kind: label("restore").0, report, nonce: 7_306 }),
        Order::Registry(registry::Order::RollBack {
            component: label("relayer").0,
            from: label("v2").0,
            to: label("v1").0,
            nonce: 9,
        }),
        Order::Proposal(proposal::Order::CallPanel { id }),
        Order::Proposal(proposal::Order::PanelApprove { id, digest }),
        Order::Dispute(dispute::Order::Open { subject, reason }),
        Order::Bridge(bridge::Order::Authorize { conversion, proofs: ListProofs::default() }),
        Order::Bridge(bridge::Order::Promise { transfer: conversion.transfer, nonce: 7_306 }),
        Order::Bridge(bridge::Order::Withdraw { route: 1, nonce: 7_306 }),
        Order::Bridge(bridge::Order::Complete(completion)),
        Order::Bridge(bridge::Order::StateRate {
            route: 1,
            rate: DayRate { num: 1_004, den: 1_000, until: 1_800_000_600 },
            nonce: 7_306,
        }),
        Order::Bridge(bridge::Order::WithdrawRate { route: 1, nonce: 7_306 }),
        Order::Bridge(bridge::Order::StateLists {
            route: 1,
            lists: Following { previous: 2, lists: DayLists { allow: None, deny: None } },
            nonce: 7_306,
        }),
        Order::Phase(phase::Order::RollBack {
            council: Council::Custody,
            from: Phase::Hybrid,
            to: Phase::Optional,
            nonce: 7_306,
        }),
        Order::Phase(phase::Order::NameCompanion { companion: hash("41").0 }),
        Order::Program(program::Order::State(Statement {
            manifest,
            version: 2,
            previous: Some(hash("38").0),
            root: hash("39").0,
            closed: 10,
            paid: 800,
            unpaid: 200,
            debited: 800,
        })),
        Order::Program(program::Order::Vote(Vote {
            manifest,
            number: 1,
            recorder: of("O0").0,
            version: 2,
            commitment: hash("37").0,
            verdict: Verdict::Confirmed,
            evidence: hash("34").0,
        })),
        Order::Program(program::Order::Finalise { manifest, recorder: of("O0").0, version: 2 }),
        Order::Program(program::Order::HoldEntry { manifest, index: 7, until: 1_900_000_000, reason, nonce: 7_306 }),
        Order::Program(program::Order::FreeEntry { manifest, index: 7, nonce: 7_306 }),
        Order::Dispute(dispute::Order::Acknowledge { dispute: disputed() }),
        Order::Dispute(dispute::Order::Triage { dispute: disputed(), finding: hash("33").0 }),
        Order::Dispute(dispute::Order::Retract { subject, reason }),
    ]
}

fn relayed(event: Event) -> Delivery {
    Delivery::Relayed(Box::new(Relayed {
        state: EnvelopeState {
            envelope: "53".repeat(32),
            state: State::Applied,
            refusal: None,
            reason: None,
            fee_paid: true,
            transaction: Some("57".repeat(32)),
            block_number: Some(1_205),
            seq: Some("88".into()),
            companioned: None,
            waiting: None,
            expires: None,
        },
        records: vec![record(Door::Envelope(hash("53").0), event)],
    }))
}

fn direct(event: Event) -> Delivery {
    Delivery::Direct(Direct {
        transaction: [0x57; 32],
        block: 1_205,
        fee_paid: true,
        seq: 88,
        records: vec![record(Door::Direct, event)],
    })
}

fn record(door: Door, event: Event) -> Record {
    Record { seq: 88, at: 1_767_225_606, actor: Some(of(&format!("ed25519:{}", "40".repeat(32))).0), door, event }
}

/// Answers of commands that sign.
pub(super) fn all() -> Vec<Example> {
    let mut examples = Vec::new();
    let event = Event::Council(council::Event::Heartbeat { seat: SEAT, nonce: 7_306 });
    let outcome = Outcome::of(&relayed(event.clone())).unwrap();
    let missing = Missing { kind: Kind::Route, name: "route:77".into(), block_number: Text(1_204) };
    let opening = Opening {
        notes: Notes {
            new_rows: vec![Text(RowId::ROUTINE_UPGRADE)],
            new_route: Some(1),
            manifest: Some(Warnings {
                shared_accounts: vec![SharedAccount { account: "eip155:1:0x5fbd".into(), lines: vec![1, 3] }],
                more_shared_accounts: Text(2),
                ..Warnings::default()
            }),
        },
        proposal: Some(of("7.E0.1")),
        digest: Some(hash("51")),
        approve_by: Some(Text(1_767_226_200)),
        approval: Some(Approval {
            seat: Text(SEAT),
            missing: Needs { approvals: 1, minima: [(Text(Council::Emergency), 1)].into() },
            quorum: None,
        }),
        ..Opening::of(&open()).unwrap()
    };
    let called = Opening {
        approval: Some(Approval {
            seat: Text(SEAT),
            missing: Needs { approvals: 0, minima: [].into() },
            quorum: Some(Quorum { from: Text(1_767_225_966), until: Text(1_767_233_166) }),
        }),
        ..opening.clone()
    };
    let seat = Some(Text(SEAT));
    let signed = |order| Signed { order, seat, unknown: Vec::new(), contents: Vec::new(), outcome: outcome.clone() };
    let opened = |opening| signed(Order::Open(Box::new(opening)));
    examples.push(Example::of("signed", &signed(heartbeat())));
    examples.push(Example::of(
        "signed-opening",
        &Signed { unknown: vec![missing], contents: contents(0), ..opened(opening) },
    ));
    examples.push(Example::of("signed-opening-with-quorum", &Signed { contents: contents(2), ..opened(called) }));
    let direct = Outcome::of(&direct(event)).unwrap();
    examples.push(Example::of("signed-direct", &Signed { outcome: direct, ..signed(heartbeat()) }));
    let conversion = conversion();
    let quote = economics().quote(conversion.transfer.amount, (1, 2)).unwrap();
    let converted = Order::Authorize(Converted::of(&conversion, Some(&quote)));
    examples.push(Example::of("signed-conversion", &signed(converted)));
    examples.extend(orders().iter().map(|order| Example::of("signed-orders", &kept(order))));
    examples
}

/// The document of an opening and its reason, which so many of two indexers keep.
fn contents(kept_by: u32) -> Vec<ContentKept> {
    let reason = (kept_by < 2).then(|| "cannot reach the indexer at http://127.0.0.1:7711: Connection refused".into());
    let of = |name: &str| Address::Sha256(hash::<ReferenceHash>(name).0.0);
    let kept = |kind, address, kept_by| ContentKept {
        kind: Text(kind),
        address: Text(address),
        keeping: Keeping { restricted: false, kept_by, of: 2, reason: reason.clone() },
    };
    vec![kept(Content::Document, of("52"), kept_by), kept(Content::Reason, of("04"), kept_by.max(1))]
}

fn heartbeat() -> Order {
    Order::Heartbeat { nonce: Text(7_306) }
}

/// An order that was signed and kept in a file.
fn kept(order: &command::Order) -> Signed {
    Signed {
        order: Order::of(order).unwrap(),
        seat: Some(Text(SEAT)),
        unknown: Vec::new(),
        contents: Vec::new(),
        outcome: Outcome::of(&Delivery::NotSubmitted).unwrap(),
    }
}

/// What was signed and only kept has no events: its own fields say all of it.
#[test]
fn an_order_that_is_kept_says_everything_that_was_signed() {
    let capacity = command::Capacity::Seat { seat: SEAT, epoch: 3 };
    for order in orders() {
        let json = serde_json::to_value(kept(&order)).unwrap().to_string();
        let words = words::command(&command::Command { capacity, expiry: 1, order: order.clone() });
        let facts = words.iter().filter(|(label, _)| !["order", "as", "expires at"].contains(label));
        for (label, value) in facts {
            let hash = value.split(|mark: char| !mark.is_ascii_hexdigit()).find(|word| word.len() == 64);
            let number = value.parse::<u128>().ok().map(|number| number.to_string());
            let told = [hash.map(str::to_owned), number].into_iter().flatten().all(|fact| json.contains(&fact));
            assert!(told, "{}: {label} {value}: {json}", order.name());
        }
    }
}

/// Orders are named in kebab case after their variants, and each has an example.
#[test]
fn every_order_has_an_example() {
    let source = include_str!("../../../src/answers/signed/order.rs");
    let body = source.split_once("pub enum Order {").unwrap().1.split_once("\n}").unwrap().0;
    let variants = body.lines().filter_map(|line| line.strip_prefix("    ")?.split([' ', '(', ',', '{']).next());
    let variants = variants.filter(|name| name.starts_with(char::is_uppercase));
    let expected: BTreeSet<String> = variants.map(kebab).collect();
    let shown = orders().into_iter().map(|order| serde_json::to_value(kept(&order)).unwrap()["order"].clone());
    let shown: BTreeSet<String> = shown.map(|name| name.as_str().unwrap().to_owned()).collect();
    assert!(shown.len() > 30, "{shown:?}");
    assert_eq!(shown, expected);
}
