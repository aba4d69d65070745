//! The released contract and its annex: the one that it knows, and no other; and as many of its commands as a call takes.

use greatseal_lab::{
    Answer, Lab,
    chain::{released, released_annex, selector},
    genesis::{default_genesis, key_of},
};
use greatseal_protocol::{
    batch::{Batch, Settled},
    bytes::{AssetHash, ContractAddress, ManifestRoot, ReferenceHash},
    cells::{CellKey, Cells},
    command::{Capacity, Command, Order},
    conversion::{Aggregate, Conversion, ListProofs, Traffic},
    council::{Council, SeatId},
    event::Event,
    key::Key,
    language::{bridge, council, dispute, program},
    outcome::{NotDeployed, Outcome, Undone},
    refusal::Refusal,
    route::{Compliance, Course, Economics, Route, Served},
    submit::MAX_ENVELOPES,
};
use parity_scale_codec::Encode;
use std::fmt::Debug;

const NOW: u64 = 1_800_000_000;
const ROUTE: u32 = 7;
const AUDITOR: SeatId = SeatId { council: Council::Auditor, index: 0 };

#[test]
fn only_the_annex_of_its_own_code_hash_is_taken() {
    let genesis = default_genesis(NOW);
    let mut lab = Lab::try_deploy_with(&genesis, NOW, &released_annex()).unwrap();
    assert_eq!(lab.stored(&CellKey::Annex), Some(lab.annex.encode()));
    // Another program.
    assert_eq!(Lab::try_deploy_with(&genesis, NOW, &released()).err(), Some(NotDeployed::NoAnnex));
}

/// Memory is not given back during a call. Of long commands fewer go into ink!'s buffer than of short ones.
#[test]
fn a_full_buffer_of_long_commands_fits_the_memory() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let operator = SeatId { council: Council::Operator, index: 0 };
    let manifest = ManifestRoot([3; 32]);
    let batch = Batch {
        program: 1,
        asset: AssetHash([1; 32]),
        number: 1,
        rules: 1,
        count: 10_000,
        total: 1_000_000,
        cursor: 0,
        settled: 0,
        excepted: 0,
        attested: 0,
        confirmed: 0,
        ahead: None,
        newest: None,
        reconciled: None,
    };
    lab.write(&CellKey::Batch(manifest), &batch);
    let ranges = |from: u32| (from + 1..=from + 34).map(settled).collect::<Vec<_>>();
    let envelopes: Vec<_> = (0..u32::try_from(MAX_ENVELOPES).unwrap())
        .map(|number| {
            let from = number * 34;
            let order = Order::Program(program::Order::RecordSettlement { manifest, from, settled: ranges(from) });
            let capacity = Capacity::Seat { seat: operator, epoch: 0 };
            lab.envelope(&key_of(operator, 0), Command { capacity, expiry: NOW + 600, order })
        })
        .collect();
    assert!((30_000..32_000).contains(&envelopes.iter().map(Vec::len).sum::<usize>()), "as much as the buffer takes");
    let outcomes = lab.submit(&envelopes).result.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Applied { .. })), "{outcomes:?}");
}

fn settled(up_to: u32) -> Settled {
    Settled { up_to, amount: 1, reference: ReferenceHash([1; 32]) }
}

#[test]
fn a_call_takes_as_many_envelopes_of_the_annex_as_of_others() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let operator = SeatId { council: Council::Operator, index: 0 };
    open_route(&mut lab);
    let envelopes: Vec<_> = (1..=u64::try_from(MAX_ENVELOPES).unwrap())
        .map(|number| {
            let conversion = Conversion { route: ROUTE, number, account: [7; 32], amount: 100, versions: (1, 1) };
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
    };
    let compliance =
        Compliance { enabled: true, allow: None, deny: None, policy: ReferenceHash([1; 32]), min_finality: 12 };
    let aggregate = Aggregate::empty().with_route(ROUTE, Some(economics.period), NOW);
    lab.write(&CellKey::Route(ROUTE), &Route { version: 1, economics });
    lab.write(&CellKey::Aggregate((economics.source, economics.course)), &aggregate);
    lab.write(&CellKey::Compliance(ROUTE), &Served { version: 1, compliance });
    lab.write(&CellKey::Traffic(ROUTE), &Traffic { period_since: NOW, ..Traffic::default() });
}

// Annexes that strike back

/// In front of what Ethereum's machine copies to the beginning of its memory: so many bytes of the code's end.
fn copied(code: usize, bytes: usize) -> Vec<u8> {
    let (bytes, code) = (u16::try_from(bytes).unwrap().to_be_bytes(), u16::try_from(code).unwrap().to_be_bytes());
    [&[0x61], &bytes[..], &[0x61], &code[..], &[0x5f, 0x39]].concat()
}

/// Hands the question to the annex, and answers what it answers.
fn asks(annex: ContractAddress) -> Vec<u8> {
    let question = [0x36, 0x5f, 0x5f, 0x37, 0x5f, 0x5f, 0x36, 0x5f, 0x73];
    [&question[..], &annex.0, &[0x5a, 0xfa, 0x50, 0x3d, 0x5f, 0x5f, 0x3e, 0x3d, 0x5f, 0xf3]].concat()
}

/// Calls this contract with these bytes before it answers like the annex; where the call is a success, it answers what
/// that answered.
fn calls_back(contract: ContractAddress, call: &[u8], annex: ContractAddress) -> Vec<u8> {
    let length = u16::try_from(call.len()).unwrap().to_be_bytes();
    let honest = asks(annex);
    let called = [&[0x5f, 0x5f, 0x61], &length[..], &[0x5f, 0x5f, 0x73], &contract.0, &[0x5a, 0xf1]].concat();
    let success = [0x5b, 0x3d, 0x5f, 0x5f, 0x3e, 0x3d, 0x5f, 0xf3];
    // Eight bytes that copy, what calls, four that jump.
    let before = 8 + called.len() + 4 + honest.len();
    let jump = u16::try_from(before).unwrap().to_be_bytes();
    [
        copied(before + success.len(), call.len()),
        called,
        vec![0x61, jump[0], jump[1], 0x57],
        honest,
        success.into(),
        call.into(),
    ]
    .concat()
}

/// Writes its own storage before it answers like the annex.
fn writes(annex: ContractAddress) -> Vec<u8> {
    [vec![0x60, 1, 0x5f, 0x55], asks(annex)].concat()
}

/// A dispute, which is the annex's to judge.
fn dispute(number: u8) -> Command {
    let capacity = Capacity::Seat { seat: AUDITOR, epoch: 0 };
    let order =
        Order::Dispute(dispute::Order::Open { subject: ReferenceHash([number; 32]), reason: ReferenceHash([1; 32]) });
    Command { capacity, expiry: NOW + 600, order }
}

/// Only the dispute takes effect, by the answer of an annex that had tried more.
fn only_the_dispute<T: Debug>(lab: &mut Lab, answer: &Answer<T>, number: u8) {
    let [record] = &answer.records[..] else { panic!("{answer:?}") };
    assert!(
        matches!(record.event, Event::Dispute(dispute::Event::DisputeOpened { subject: ReferenceHash(subject), .. }) if subject == [number; 32]),
        "{answer:?}"
    );
    assert_eq!(lab.differences(), []);
}

/// Whoever is asked cannot come back in meanwhile, by no door and not even to read; from outside the same call goes
/// through. So nothing can come between the question and its effects.
#[test]
fn rule_17_an_annex_that_calls_back_finds_every_door_closed() {
    let auditor = key_of(AUDITOR, 0);
    let emergency = SeatId { council: Council::Emergency, index: 0 };
    let capacity = Capacity::Seat { seat: emergency, epoch: 0 };
    let beat = Command { capacity, expiry: NOW + 600, order: Order::Council(council::Order::Heartbeat { nonce: 1 }) };
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let (own, honest) = (lab.domain.contract, lab.annex);
    let beat = lab.envelope(&key_of(emergency, 0), beat);
    let disputed = lab.envelope(&auditor, dispute(9));
    let bare = (Key::Ed25519(auditor.verifying_key().to_bytes()), dispute(8)).encode();
    // Nobody's account but the member's own may act: that one finds its door closed from outside too.
    let calls = [
        (true, [selector("submit").to_vec(), vec![beat].encode()].concat()),
        (true, [selector("submit").to_vec(), vec![disputed].encode()].concat()),
        (true, [selector("cell").to_vec(), CellKey::Head.encode()].concat()),
        (false, [selector("act").to_vec(), bare.encode()].concat()),
    ];
    for (number, (outside, call)) in (0_u8..).step_by(2).zip(calls) {
        let hostile = lab.put_evm(&calls_back(own, &call, honest));
        lab.write(&CellKey::Annex, &hostile);
        let envelope = lab.envelope(&auditor, dispute(number));
        let by_envelope = lab.submit(&[envelope]);
        only_the_dispute(&mut lab, &by_envelope, number);
        let by_account = lab.act(&auditor, &dispute(number + 1));
        only_the_dispute(&mut lab, &by_account, number + 1);
        let before = lab.begin();
        let answer = lab.call_any(hostile, Vec::new());
        assert_eq!(
            answer.is_some_and(|answer| answer.starts_with(&[0])),
            outside,
            "a result of the governance contract"
        );
        let touched = !lab.differences().is_empty();
        assert_eq!(touched, call.starts_with(&selector("submit")));
        lab.undo(before);
    }
}

/// A question changes nothing anywhere: whoever tries has given no answer, and nothing is on record.
#[test]
fn rule_17_a_question_is_read_only() {
    let auditor = key_of(AUDITOR, 0);
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let writing = lab.put_evm(&writes(lab.annex));
    let honest = lab.put_evm(&asks(lab.annex));
    lab.write(&CellKey::Annex, &writing);
    let envelope = lab.envelope(&auditor, dispute(1));
    let ignored = vec![Outcome::Ignored { refusal: Refusal::NoAnnex }];
    let answer = lab.submit(std::slice::from_ref(&envelope));
    assert_eq!(answer.result.err(), Some(Undone::NothingAuthentic(ignored.clone())));
    assert_eq!(lab.act(&auditor, &dispute(1)).result.err(), Some(Undone::NothingAuthentic(ignored)));
    assert_eq!(lab.differences(), []);
    // From outside it writes; and who does not write is believed.
    assert!(lab.call_any(writing, Vec::new()).is_some());
    lab.write(&CellKey::Annex, &honest);
    let answer = lab.submit(&[envelope]);
    only_the_dispute(&mut lab, &answer, 1);
}
