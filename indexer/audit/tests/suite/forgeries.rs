//! Histories that never happened, with every number and every link made anew: what records show by themselves.

use crate::history::History;
use greatseal_protocol::{
    bytes::EnvelopeDigest,
    council::Council,
    event::{Door, Event, Record},
    key::Key,
    language::{bridge, contract, council, program, proposal},
    proposal_id::{Decision, ProposalId},
    refusal::Refusal,
    settlement::Verdict,
};

fn decided_on(id: ProposalId) -> impl Fn(&Record) -> bool {
    move |record| matches!(&record.event, Event::Proposal(proposal::Event::Decided { id: found, .. }) if *found == id)
}

fn about(id: ProposalId) -> impl Fn(&Record) -> bool {
    move |record| {
        let vote = matches!(
            record.event,
            Event::Proposal(proposal::Event::Decided { .. }) | Event::Proposal(proposal::Event::QuorumReached { .. })
        );
        vote && record.event.proposal() == Some(id)
    }
}

/// The proposal of the first event of a kind.
fn proposal_of(history: &History, kind: &str) -> ProposalId {
    let at = history.first(|event| event.kind() == kind);
    history.records()[at].event.proposal().expect("it is a proposal's")
}

/// The number of the first event of a kind.
fn number_of(history: &History, is: impl Fn(&Event) -> bool) -> u64 {
    u64::try_from(history.first(is)).unwrap()
}

#[test]
fn rule_26_nothing_is_executed_without_its_quorum() {
    // A1: all approvals of new bridge parameters are gone, the parameters stay.
    let history = History::all();
    let route = proposal_of(&history, "RouteChanged");
    let forged = history.clone().without(about(route));
    let executed = number_of(
        &forged,
        |event| matches!(event, Event::Proposal(proposal::Event::Executed { id, .. }) if *id == route),
    );
    assert_eq!(forged.fault(), format!("event {executed}: the rules refuse it: 404 the quorum does not stand"));

    // A7: one of two approvals of a pause, with the quorum that it made.
    let pause = proposal_of(&history, "Paused");
    let last = history.records().iter().rposition(|record| decided_on(pause)(record)).unwrap();
    let forged = history.clone().without(|record| {
        record.seq == u64::try_from(last).unwrap()
            || matches!(&record.event, Event::Proposal(proposal::Event::QuorumReached { id, .. }) if *id == pause)
    });
    assert!(forged.fault().ends_with("the rules refuse it: 404 the quorum does not stand"), "{}", forged.fault());
}

#[test]
fn rule_26_no_council_is_left_out_of_a_quorum() {
    // A2: of three councils one has not approved; flags and quorum stay as they were.
    let history = History::all();
    let route = proposal_of(&history, "RouteChanged");
    for council in [Council::Sovereign, Council::Policy, Council::Treasury] {
        let approves = |record: &Record| matches!(record.event, Event::Proposal(proposal::Event::Decided { seat, .. }) if seat.council == council);
        if !history.records().iter().any(|record| decided_on(route)(record) && approves(record)) {
            continue;
        }
        let fault = history.clone().without(|record| decided_on(route)(record) && approves(record)).fault();
        let told = ["the rules give", "no command begins with QuorumReached", "is not complete"];
        assert!(told.iter().any(|told| fault.contains(told)), "{council}: {fault}");
    }
}

#[test]
fn rule_26_whose_key_it_is_decides_whose_decision_it_is() {
    // A3: the approval of one seat given to another, the actor's key left as it is.
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Proposal(proposal::Event::Decided { .. })));
    let forged = history.clone().with(at, |record| {
        if let Event::Proposal(proposal::Event::Decided { seat, .. }) = &mut record.event {
            seat.index ^= 1;
        }
    });
    assert_eq!(forged.fault(), format!("event {at}: the rules give another Decided here"));
    // And a key that never had a seat.
    let forged = history.clone().with(at, |record| record.actor = Some(Key::Ed25519([9; 32])));
    let wants = "the rules refuse it: 204 the seat is not of a council that may do this";
    assert_eq!(forged.fault(), format!("event {at}: {wants}"));
    let forged = history.with(at, |record| record.actor = None);
    assert!(forged.fault().ends_with("door or key are not those of such an event"), "{}", forged.fault());
}

#[test]
fn rule_26_flags_and_times_of_a_quorum_are_computed_again() {
    // A9: the flags of all decisions on one proposal inverted.
    let history = History::all();
    let route = proposal_of(&history, "RouteChanged");
    let mut forged = history.clone();
    for record in forged.made.records.iter_mut() {
        if let Event::Proposal(proposal::Event::Decided { id, quorum, .. }) = &mut record.event
            && *id == route
        {
            *quorum = !*quorum;
        }
    }
    assert!(forged.fault().ends_with("the rules give another Decided here"), "{}", forged.fault());
    let at = history.first(|event| matches!(event, Event::Proposal(proposal::Event::QuorumReached { .. })));
    let forged = history.clone().with(at, |record| {
        if let Event::Proposal(proposal::Event::QuorumReached { eta, .. }) = &mut record.event {
            *eta -= 1;
        }
    });
    assert!(forged.fault().starts_with(&format!("event {at}: the command before it is not complete")));
    let at = history
        .first(|event| matches!(event, Event::Proposal(proposal::Event::Decided { decision: Decision::Reject, .. })));
    let forged = history.with(at, |record| {
        if let Event::Proposal(proposal::Event::Decided { decision, .. }) = &mut record.event {
            *decision = Decision::Approve;
        }
    });
    // Nobody approves there but with an opening.
    let wants = "the command before it is not complete: Opened is missing";
    assert!(forged.fault().ends_with(wants), "{}", forged.fault());
}

#[test]
fn rule_26_nothing_is_final_that_nobody_confirmed() {
    // A8: a recorder is said to have stated more than is due.
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Program(program::Event::StatementMade { .. })));
    let forged = history.clone().with(at, |record| {
        if let Event::Program(program::Event::StatementMade { statement, .. }) = &mut record.event {
            statement.paid += 1_000_000;
        }
    });
    assert!(forged.fault().ends_with("the rules refuse it: 815 the sums do not add up"), "{}", forged.fault());
    // And a final statement that nobody has confirmed.
    let last = number_of(&history, |event| matches!(event, Event::Program(program::Event::StatementFinal { .. })));
    let forged = history.clone().without(|record| {
        matches!(&record.event, Event::Program(program::Event::VoteCast { vote, .. }) if vote.verdict == Verdict::Confirmed)
    });
    let wants = "the rules refuse it: 840 fewer auditors confirm the statement than the batch asks for";
    assert_eq!(forged.fault(), format!("event {}: {wants}", last - 1));
    // Without any vote a contradiction is missing too, which was overruled.
    let forged = history.without(|record| matches!(record.event, Event::Program(program::Event::VoteCast { .. })));
    let wants = "the rules refuse it: 843 the seat has no vote on the batch, or was overruled about this statement";
    assert!(forged.fault().ends_with(wants), "{}", forged.fault());
}

#[test]
fn rule_26_a_refusal_on_record_is_a_members_and_of_a_rule_that_leaves_one() {
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Contract(contract::Event::Refused { .. })));
    let forged = history.clone().with(at, |record| record.actor = Some(Key::Ed25519([9; 32])));
    assert!(forged.fault().contains("such a refusal is never on record"), "{}", forged.fault());
    for refusal in [
        Refusal::BadSignature,
        Refusal::EnvelopeExpired,
        Refusal::UnknownKey,
        Refusal::Replayed,
        Refusal::AlreadyDecided,
    ] {
        let forged = history.clone().with(at, |record| {
            if let Event::Contract(contract::Event::Refused { refusal: told, .. }) = &mut record.event {
                *told = refusal;
            }
        });
        assert!(forged.fault().contains("such a refusal is never on record"), "{}", forged.fault());
    }
    // An hour is the longest that a command lives.
    for expiry in [0, u64::MAX] {
        let forged = history.clone().with(at, |record| {
            if let Event::Contract(contract::Event::Refused { expiry: told, .. }) = &mut record.event {
                *told = expiry;
            }
        });
        assert!(forged.fault().contains("such a refusal is never on record"), "{}", forged.fault());
    }
}

#[test]
fn rule_26_what_a_proposal_does_is_what_was_opened() {
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Proposal(proposal::Event::Opened(_))));
    let forged = history.clone().with(at, |record| {
        if let Event::Proposal(proposal::Event::Opened(opened)) = &mut record.event {
            opened.delay += 1;
        }
    });
    assert_eq!(forged.fault(), format!("event {at}: the rules give another Opened here"));
    // The effect of an execution is not another's, and there is no effect without one.
    let forged =
        history.clone().without(|record| matches!(record.event, Event::Proposal(proposal::Event::Executed { .. })));
    assert!(forged.fault().contains("no command begins with"), "{}", forged.fault());
    let forged = history.without(|record| matches!(record.event, Event::Bridge(bridge::Event::RouteChanged { .. })));
    assert!(forged.fault().ends_with("RouteChanged is missing"), "{}", forged.fault());
}

/// What records cannot show is not claimed: an invented envelope, another operator, another refusal. The head shows it.
#[test]
fn rule_26_what_no_record_shows_changes_the_head() {
    let history = History::all();
    let honest = history.verify().unwrap().head;
    let decided = history.first(|event| matches!(event, Event::Council(council::Event::Heartbeat { .. })));
    let by_seat = |event: &Event| matches!(event, Event::Proposal(proposal::Event::Executed { log, .. }) if log.operator.is_some());
    let executed = history.first(by_seat);
    let refused = history.first(|event| matches!(event, Event::Contract(contract::Event::Refused { .. })));
    let forged = [
        history.clone().with(decided, |record| record.door = Door::Envelope(EnvelopeDigest([7; 32]))),
        history.clone().with(refused, |record| {
            if let Event::Contract(contract::Event::Refused { refusal, .. }) = &mut record.event {
                *refusal = Refusal::Stale;
            }
        }),
        history.with(executed, |record| {
            if let Event::Proposal(proposal::Event::Executed { log, .. }) = &mut record.event {
                log.version = greatseal_protocol::bytes::Label::new("another");
            }
        }),
    ];
    for forged in forged {
        let verified = forged.verify().unwrap_or_else(|fault| panic!("{fault}"));
        assert_ne!(verified.head, honest);
    }
}

/// The proofs of a route's lists are not on record: everything else about a conversion's answer is decided again.
#[test]
fn rule_26_the_answer_to_a_conversion_is_decided_again() {
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Bridge(bridge::Event::ConversionAuthorized { .. })));
    let refuse = |refusal| {
        history.clone().with(at, |record| {
            if let Event::Bridge(bridge::Event::ConversionAuthorized { seat, conversion, .. }) = record.event.clone() {
                record.event = Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, refusal });
            }
        })
    };
    for refusal in [Refusal::AccountLimit, Refusal::RouteDisabled, Refusal::PlaceTaken] {
        let differs = format!("event {at}: the rules give the event ConversionAuthorized here");
        assert_eq!(refuse(refusal).fault(), differs, "{refusal}");
    }
    let forged = history.clone().with(at, |record| {
        if let Event::Bridge(bridge::Event::ConversionAuthorized { quote, .. }) = &mut record.event {
            quote.as_mut().unwrap().fee += 1;
        }
    });
    assert_eq!(forged.fault(), format!("event {at}: the rules give another ConversionAuthorized here"));
    // A list that the route has may have stopped it: what builds upon the conversion shows that it did not.
    for refusal in [Refusal::NotAllowed, Refusal::NotShownAbsent] {
        let fault = refuse(refusal).fault();
        let told = [format!("event {at}: the rules give"), "the rules refuse it: ".to_owned()];
        assert!(told.iter().any(|told| fault.contains(told)), "{fault}");
    }
}
