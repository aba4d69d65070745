//! Whoever submits chooses how much a call may use. Too little is for nobody's record: the call is undone, or an envelope
//! is ignored, and each of them can be submitted again.

use crate::succession::{executing, retirement, said, tell};
use greatseal_lab::{Lab, chain::released, genesis::default_genesis};
use greatseal_protocol::{
    command::Order,
    language::council,
    memory::Memory,
    outcome::{Outcome, Undone},
    refusal::Refusal,
    state::State,
};
use sp_runtime::Weight;

const NOW: u64 = 1_800_000_000;
/// How many weights between nothing and enough are tried.
const TRIES: u64 = 160;

fn beat(lab: &Lab, who: &str) -> Vec<u8> {
    let nonce = lab.model.seat(who.parse().unwrap()).unwrap().nonce + 1;
    said(lab, who, Order::Council(council::Order::Heartbeat { nonce }))
}

/// Weights of which each is enough for a bit more than the one before, in time and in proof.
fn weights(enough: Weight) -> impl Iterator<Item = Weight> {
    let part = |whole: u64, tries: u64| whole.saturating_mul(tries) / TRIES;
    let time = (1..TRIES).map(move |tries| Weight::from_parts(part(enough.ref_time(), tries), u64::MAX));
    let proof = (1..TRIES).map(move |tries| Weight::from_parts(u64::MAX, part(enough.proof_size(), tries)));
    time.chain(proof)
}

/// Tells a call with every weight, each from the same beginning: what it left behind, where it was not undone.
fn starved(lab: &mut Lab, call: &[Vec<u8>], mut seen: impl FnMut(&[Outcome], &Memory)) -> usize {
    let beginning = lab.begin();
    let enough = lab.submit(call).weight;
    lab.undo(beginning);
    let mut undone = 0;
    for most in weights(enough) {
        let before = lab.model.clone();
        let beginning = lab.begin();
        match lab.submit_within(call, most).map(|answer| answer.result) {
            Some(Ok(outcomes)) => seen(&outcomes, &lab.model),
            Some(Err(Undone::NothingAuthentic(outcomes))) => {
                assert_eq!(lab.model, before);
                seen(&outcomes, &lab.model);
            }
            Some(Err(other)) => panic!("{other:?}"),
            None => {
                undone += 1;
                assert_eq!(lab.model, before, "a call that is undone leaves nothing behind");
            }
        }
        assert_eq!(lab.differences(), [], "{most:?}");
        lab.undo(beginning);
    }
    undone
}

/// The one command that asks another contract: whoever lets that answer starve makes no refusal of it.
#[test]
fn a_starved_question_is_no_refusal_on_record() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let own = lab.domain.contract;
    let (successor, code) = lab.await_state(released(), own);
    let opened = retirement(&mut lab, successor, code);
    let execute = said(&lab, "O0", executing(&opened));
    let undone = starved(&mut lab, std::slice::from_ref(&execute), |outcomes, _| match outcomes {
        [Outcome::Applied { .. }] => {}
        [Outcome::Ignored { refusal: Refusal::NoSuccessor | Refusal::BadSignature }] => {}
        other => panic!("{other:?}"),
    });
    assert!(undone > 0, "no weight was too little");
    tell(&mut lab, "O0", executing(&opened));
}

/// A call of several: what is too much for it is no harm to the others. Either all is undone, or each is as it would be alone.
#[test]
fn a_starved_command_takes_nothing_from_the_others() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let own = lab.domain.contract;
    let (successor, code) = lab.await_state(released(), own);
    let opened = retirement(&mut lab, successor, code);
    let call = [beat(&lab, "E0"), said(&lab, "O0", executing(&opened)), beat(&lab, "E1")];
    let refused = |outcome: &Outcome| matches!(outcome, Outcome::Refused { .. });
    starved(&mut lab, &call, |outcomes, model| {
        assert!(!outcomes.iter().any(refused), "{outcomes:?}");
        let retired = model.head().unwrap().successor.is_some();
        assert_eq!(retired, matches!(outcomes[1], Outcome::Applied { .. }), "{outcomes:?}");
    });
    // The same bytes work with enough weight, whatever was tried with less.
    let answer = lab.submit(&call);
    assert!(matches!(answer.result.as_deref(), Ok([Outcome::Applied { .. }, Outcome::Applied { .. }, ..])));
}
