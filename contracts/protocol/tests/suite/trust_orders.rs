//! What seats do by orders alone: asked of the rules, order by order and set by set.

use crate::{
    lists::{ACCOUNTS, open_to_all, proofs, versions},
    money::{batch, finalise, funded, manifest, next, state, terms},
    trust::{Keys, sets, smallest},
    unsigned::say,
    world::{
        DAY, HOUR, INCIDENT, NO_PROPOSAL, REASON, REPORT, World, acknowledge, asset, call_panel, dispute, dispute_of,
        economics, label, register, seat, set_route, triage,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::ReferenceHash,
    command::Order,
    conversion::{Completion, Conversion, ListProofs, Transfer},
    council::{Council, Phase, SeatId},
    daily::{DayLists, DayRate, Following},
    dispute::Subject,
    event::Event,
    language::{bridge, council, emergency, operation, phase, program, registry},
    parameter::Parameter,
    program::{ChangeProgram, Terms},
    refusal::Refusal,
    route::{Compliance, Economics},
    scope::{Scope, Severity, Watched},
    settlement::{Verdict, Vote},
    state::State,
};
use std::collections::BTreeSet;

/// What several keys bring about.
pub(crate) struct Joint {
    pub(crate) brings: &'static str,
    pub(crate) time: &'static str,
    pub(crate) ends: &'static str,
    holds: fn(&World, &[SeatId]) -> bool,
}

const JOINT: [Joint; 6] = [
    Joint {
        brings: "conversions below what is large for an account or for all lots of a route",
        time: "at once",
        ends: "a pause of the route, a suspension; the limits of the period hold",
        holds: |world, keys| converted(world, keys, 4_000),
    },
    Joint {
        brings: "conversions up to all limits of a route",
        time: "at once",
        ends: "a pause of the route, a suspension; the limits of the period hold",
        holds: |world, keys| converted(world, keys, 10_000),
    },
    Joint {
        brings: "a rate of the day within the approved band",
        time: "at once",
        ends: "one M withdraws it; it ends by itself in 7 d",
        holds: rated,
    },
    Joint {
        brings: "lists of the day, where the route has them",
        time: "at once",
        ends: "other lists by two I, or approved lists; a pause of the route or of an account",
        holds: listed,
    },
    Joint {
        brings: "a false statement that is final, where the programme asks for one auditor; its credit pays again",
        time: "the challenge, 1 h to 14 d",
        ends: "a contradiction or a dispute by another A, a suspension; afterwards a younger statement",
        holds: |world, keys| finalised(world, keys, "one"),
    },
    Joint {
        brings: "the same, where the programme asks for two",
        time: "the challenge, 1 h to 14 d",
        ends: "a suspension; afterwards a younger statement",
        holds: |world, keys| finalised(world, keys, "two"),
    },
];

/// The smallest sets of keys that bring each of it about.
pub(crate) fn joint() -> Vec<(Keys, &'static Joint)> {
    let world = prepared();
    let all = crate::fixture::COUNCILS.iter().map(|(council, seats)| (*council, u8::try_from(seats.len()).unwrap()));
    let all = sets(&all.collect(), 3);
    let mut found = Vec::new();
    for what in &JOINT {
        for keys in smallest(&all, |keys| (what.holds)(&world, &seats(keys))) {
            found.push((keys, what));
        }
    }
    found
}

fn seats(keys: &Keys) -> Vec<SeatId> {
    keys.iter().flat_map(|(council, count)| (0..*count).map(|index| SeatId { council: *council, index })).collect()
}

/// A route with a band and lists of the day, a programme, and two batches: of one auditor, and of two.
fn prepared() -> World {
    let mut world = funded();
    world.enact("O0", &batch(&world, "one", 10, 50));
    let change = ChangeProgram {
        program: 1,
        terms: Some((1, Terms { auditors: 2, ..terms(1) })),
        rules: Vec::new(),
        lines: Vec::new(),
    };
    world.enact("S0", &Action::Program(program::Action::Change(change)));
    world.enact("O0", &batch(&world, "two", 10, 50));
    let limits = Economics { rate_band_bps: 100, rate_until: u64::MAX, ..economics() };
    world.escalate("O0", Watched::Route(1));
    world.enact("M0", &set_route(1, None, limits));
    for id in [limits.source, limits.destination] {
        world.escalate("O0", Watched::Money);
        world.enact("M0", &register(asset(id)));
    }
    world.serve(1, Compliance { daily: true, ..open_to_all() });
    world
}

/// Everybody of them who may gives a word, and whoever may asks.
fn converted(world: &World, keys: &[SeatId], amount: u128) -> bool {
    let (mut cells, now) = (world.cells.clone(), world.now);
    let transfer =
        Transfer { route: 1, count: 1, amount, account: Some(ACCOUNTS[0]), versions: versions(&cells, 1, now) };
    for id in keys {
        let nonce = cells.seat(*id).unwrap().nonce + 1;
        drop(say(&mut cells, now, *id, Order::Bridge(bridge::Order::Promise { transfer, nonce })));
    }
    let conversion = Conversion { number: cells.traffic(1).unwrap().next, transfer };
    let proofs = proofs(&ACCOUNTS[0], &ACCOUNTS[..4], &ACCOUNTS[1..2]);
    keys.iter().any(|id| {
        let order = bridge::Order::Authorize { conversion, proofs: proofs.clone() };
        let events = say(&mut cells, now, *id, Order::Bridge(order)).unwrap_or_default();
        matches!(events[..], [Event::Bridge(bridge::Event::ConversionAuthorized { .. })])
    })
}

fn rated(world: &World, keys: &[SeatId]) -> bool {
    let (mut cells, now, limits) = (world.cells.clone(), world.now, world.cells.route(1).unwrap().unwrap().economics);
    let rate = DayRate { num: limits.rate_num, den: limits.rate_den, until: now + DAY };
    keys.iter().any(|id| {
        let nonce = cells.seat(*id).unwrap().nonce + 1;
        let order = Order::Bridge(bridge::Order::StateRate { route: 1, rate, nonce });
        let events = say(&mut cells, now, *id, order).unwrap_or_default();
        matches!(events[..], [Event::Bridge(bridge::Event::RateStated { agreed: Some(_), .. })])
    })
}

fn listed(world: &World, keys: &[SeatId]) -> bool {
    let (mut cells, now) = (world.cells.clone(), world.now);
    let lists = Following { previous: 0, lists: DayLists { allow: None, deny: crate::lists::listed().deny } };
    keys.iter().any(|id| {
        let nonce = cells.seat(*id).unwrap().nonce + 1;
        let order = Order::Bridge(bridge::Order::StateLists { route: 1, lists, nonce });
        let events = say(&mut cells, now, *id, order).unwrap_or_default();
        matches!(events[..], [Event::Bridge(bridge::Event::ListsStated { agreed: Some(_), .. })])
    })
}

/// Whoever may states that nothing of it was paid, whoever may confirms each statement, and all wait.
fn finalised(world: &World, keys: &[SeatId], name: &str) -> bool {
    let (mut cells, mut now) = (world.cells.clone(), world.now);
    for id in keys {
        let statement = next(world, name, &id.to_string(), (10, 0, 50, 0));
        drop(say(&mut cells, now, *id, Order::Program(program::Order::State(statement))));
    }
    let manifest = manifest(world, name);
    let stated: Vec<_> = keys.iter().filter_map(|id| Some((*id, cells.stated(manifest, *id).unwrap()?))).collect();
    for (recorder, stated) in &stated {
        for id in keys {
            let number = cells.voted(manifest, *id).unwrap().map_or(1, |last| last.number + 1);
            let (version, commitment) = (stated.statement.version, stated.commitment);
            let (recorder, verdict, evidence) = (*recorder, Verdict::Confirmed, REASON);
            let vote = Vote { manifest, number, recorder, version, commitment, verdict, evidence };
            drop(say(&mut cells, now, *id, Order::Program(program::Order::Vote(vote))));
        }
        now += DAY;
        let finalise = program::Order::Finalise { manifest, recorder: *recorder, version: stated.statement.version };
        if say(&mut cells, now, keys[0], Order::Program(finalise)).is_ok() {
            return true;
        }
    }
    false
}

/// Every order that is about something else than the seat itself and its proposals, with the councils of which one key gives
/// it, what comes of it and who ends that.
pub(crate) fn single() -> Vec<(String, Vec<Council>, &'static str, &'static str)> {
    let mut world = prepared();
    state(&mut world, "one", "O0", (10, 50, 0, 50));
    let subject = Subject::Batch(manifest(&world, "one"));
    world.applied("A0", dispute(subject));
    let all: Vec<SeatId> =
        crate::fixture::COUNCILS.iter().map(|(council, _)| SeatId { council: *council, index: 1 }).collect();
    orders(&world)
        .into_iter()
        .map(|(order, comes, ends)| {
            let mut councils: Vec<Council> = Vec::new();
            for id in &all {
                let answer = say(&mut world.cells.clone(), world.now, *id, with_nonce(&world, *id, order.clone()));
                let may = !matches!(answer, Err(Refusal::WrongCouncil | Refusal::NotAnAuthor | Refusal::NotTheSeat));
                councils.extend(Some(id.council).filter(|_| may));
            }
            (order.name().to_owned(), councils, comes, ends)
        })
        .collect()
}

/// The seat's own next nonce, so that no order is refused because of it.
fn with_nonce(world: &World, id: SeatId, mut order: Order) -> Order {
    let next = world.cells.seat(id).unwrap().nonce + 1;
    match &mut order {
        Order::Council(council::Order::Heartbeat { nonce })
        | Order::Bridge(
            bridge::Order::Promise { nonce, .. }
            | bridge::Order::Withdraw { nonce, .. }
            | bridge::Order::StateRate { nonce, .. }
            | bridge::Order::WithdrawRate { nonce, .. }
            | bridge::Order::StateLists { nonce, .. },
        )
        | Order::Program(program::Order::HoldEntry { nonce, .. } | program::Order::FreeEntry { nonce, .. })
        | Order::Phase(phase::Order::RollBack { nonce, .. })
        | Order::Operation(
            operation::Order::Escalate { nonce, .. }
            | operation::Order::Tune { nonce, .. }
            | operation::Order::FileDrill { nonce, .. },
        ) => *nonce = next,
        _ => {}
    }
    order
}

#[rustfmt::skip]
fn orders(world: &World) -> Vec<(Order, &'static str, &'static str)> {
    let manifest = manifest(world, "one");
    let versions = versions(&world.cells, 1, world.now);
    let transfer = Transfer { route: 1, count: 1, amount: 500, account: Some(ACCOUNTS[0]), versions };
    let conversion = Conversion { number: 1, transfer };
    let (scope, set_by, incident, nonce) = (Scope::Everything, NO_PROPOSAL, INCIDENT, 0);
    let rate = DayRate { num: 1, den: 1, until: world.now + HOUR };
    let lists = Following { previous: 0, lists: DayLists { allow: None, deny: None } };
    let said = next(world, "one", "O1", (10, 50, 0, 50));
    let Order::Program(program::Order::Vote(vote)) = crate::money::word(world, "one", ("A1", "O0"), Verdict::Contradicted) else { panic!() };
    let subject = Subject::Batch(manifest);
    let doubt = dispute_of("A0", subject);
    let completion = Completion { route: 1, number: 1, version: 1, count: 1, amount: 1, fees: 0, root: REASON };
    let (report, severity) = (REPORT, Severity::Sev3);
    let (component, reason) = (label("indexer"), ReferenceHash([1; 32]));
    let proofs = ListProofs::default();
    vec![
        (Order::Council(council::Order::Heartbeat { nonce }), "a sign of life", "nothing follows"),
        (Order::Emergency(emergency::Order::FileReview { scope, set_by, incident, version: 1, severity, report }), "a report on a pause that is over", "an auditor attests another one"),
        (Order::Emergency(emergency::Order::AttestReview { scope, set_by, incident, of: seat("E0"), version: 1, report }), "the duty to review is over, the next pause may come", "the cap of 4 h in 7 d stays"),
        (Order::Bridge(bridge::Order::Authorize { conversion, proofs }), "a conversion is answered; limits of the period are charged", "the period; a pause of the route, a suspension"),
        (Order::Bridge(bridge::Order::Promise { transfer, nonce }), "the Treasury's word for one transfer", "15 min, or the seat itself"),
        (Order::Bridge(bridge::Order::Withdraw { route: 1, nonce }), "its own word is over", "its next word"),
        (Order::Bridge(bridge::Order::Complete(completion)), "a statement about a conversion", "the next statement of any O"),
        (Order::Bridge(bridge::Order::StateRate { route: 1, rate, nonce }), "half of a rate of the day", "nothing follows until another organisation's M states the same"),
        (Order::Bridge(bridge::Order::WithdrawRate { route: 1, nonce }), "the approved rate holds", "two M state a rate anew; a suspension"),
        (Order::Bridge(bridge::Order::StateLists { route: 1, lists, nonce }), "half of the lists of the day", "nothing follows until another organisation's I states the same"),
        (Order::Program(program::Order::State(said)), "a claim about a batch", "nothing follows until auditors confirm it"),
        (Order::Program(program::Order::Vote(vote)), "a statement is contradicted and not made final", "S2 overrule it; a suspension; the next vote of the seat"),
        (finalise(world, "one", "O0"), "what has stood for its challenge is final", "a younger statement"),
        (Order::Program(program::Order::HoldEntry { manifest, index: 0, until: world.now + HOUR, reason, nonce }), "a word to those who pay, on record", "any seat of the authority frees it"),
        (Order::Program(program::Order::FreeEntry { manifest, index: 0, nonce }), "the word is taken back", "any seat of the authority holds it"),
        (Order::Registry(registry::Order::RollBack { component, from: label("2"), to: label("1"), nonce }), "the release before runs again, while the release allowed it", "the release is decided again; E2 or S2 close the way back, a pause of upgrades by S2"),
        (dispute(subject), "a batch or a proposal that lets money go is held, once; by Pr only an executed batch of its own", "24 h, at most 48 h; the answer of S2; a suspension"),
        (acknowledge(doubt), "the time of the answer is on record", "nothing follows"),
        (triage(doubt), "the dispute has a finding and a time to decide", "S2 extend it, or answer"),
        (call_panel(&crate::world::Opened { id: proposal(world), digest: world.cells.proposal(proposal(world)).unwrap().digest, action: crate::world::resolve(&world.cells, doubt, greatseal_protocol::dispute::Resolution::Upheld) }), "the panel's turn about an answer that lacks one approval", "the panel says nothing"),
        (Order::Phase(phase::Order::RollBack { council: Council::Custody, from: Phase::Optional, to: Phase::Classical, nonce }), "a phase goes back, while it was allowed", "custody raises it again; E2 or S2 close the way back"),
        (Order::Operation(operation::Order::Escalate { watched: Watched::Money, reference: REASON, nonce }), "what loosens routes or the money registry may be executed, once, for 7 d", "its use; the quorum decides"),
        (Order::Operation(operation::Order::Tune { name: Parameter::Inflight, previous: 1, value: 1, nonce }), "a parameter within a fifth of its baseline", "any O tunes it again after an hour"),
        (Order::Operation(operation::Order::FileDrill { kind: label("any"), report, nonce }), "a report on record", "nothing follows"),
    ]
}

/// What every seat says of itself, of proposals in which it has a part, and of disputes that it opened.
const OWN: [&str; 14] = [
    "accept the seat",
    "suspend my own seat",
    "name a successor",
    "name a companion",
    "open",
    "approve",
    "reject",
    "decide together",
    "cancel",
    "veto",
    "execute",
    "approve for the panel",
    "retract a dispute",
    "release a conversion",
];

/// No order is missing in what section 16 has.
#[test]
fn every_order_is_one_of_a_single_key_or_one_about_itself() {
    let all: BTreeSet<&str> = (0..20_000)
        .map(|seed| <Order as crate::arbitrary::Any>::any(&mut crate::dice::Dice::seeded(seed)).name())
        .collect();
    let named: Vec<String> = single().into_iter().map(|(order, ..)| order).collect();
    let known: BTreeSet<&str> = named.iter().map(String::as_str).chain(OWN).collect();
    assert_eq!(all.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(known.difference(&all).collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// Any proposal that is there.
fn proposal(world: &World) -> greatseal_protocol::proposal_id::ProposalId {
    world.records.iter().rev().find_map(|record| record.event.proposal()).unwrap()
}
