//! 81x, 82x, 83x, 84x: settlement. What one key says is never final, and can be said again; finality needs two duties and time.

use crate::{
    batches::set,
    lines::of,
    money::{batch, finalise, funded, header, line, manifest, next, overrule, paid, second, state, stop, vote, word},
    rules_programmes::{change, refused_under},
    world::{DAY, HOUR, World, dispute, dispute_of, execute, pause, resolve, retract, seat, set_mode, suspend},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::{ReferenceHash, StatementHash},
    command::Order,
    dispute::{Resolution, Subject},
    language::{council, program},
    line::{LineTerms, SetLine},
    program::Terms,
    row::RowId,
    scope::{Mode, Scope},
    settlement::{Outcome, Statement, Sums, Verdict, Vote},
    state::State,
};

/// A batch of ten entries over five hundred.
fn paying() -> World {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 500));
    world
}

fn says(statement: Statement) -> Order {
    Order::Program(program::Order::State(statement))
}

/// Stated by O0 and confirmed by A0, a challenge ago.
fn settled(world: &mut World, sums: (u32, u128, u128, u128)) {
    state(world, "a", "O0", sums);
    vote(world, "a", ("A0", "O0"), Verdict::Confirmed);
    world.wait(DAY);
}

#[test]
fn who_spends_does_not_state_204() {
    let mut world = paying();
    for who in ["A0", "S0", "X0", "Pr:1-0", "I0"] {
        let statement = next(&world, "a", who, (1, 50, 0, 50));
        world.refused(who, says(statement), 204);
    }
    let unknown = next(&world, "nobody", "O0", (0, 0, 0, 0));
    world.refused("O0", says(unknown), 812);
    state(&mut world, "a", "O0", (1, 50, 0, 50));
    state(&mut world, "a", "M0", (1, 50, 0, 50));
    for who in ["O0", "M0", "S0", "Pr:1-0"] {
        let order = word(&world, "a", (who, "O0"), Verdict::Confirmed);
        world.refused(who, order, 204);
    }
    world.folds();
}

/// A2, A3: sums that leave an entry without a unit are refused at once, and what is wrong is said anew.
#[test]
fn sums_815_work_out_and_no_statement_is_the_last() {
    let mut world = paying();
    for sums in [
        (1, 0, 0, 0),
        // What is said of entries that are not closed would be credited before anybody is paid.
        (0, 0, 490, 0),
        (0, 490, 0, 490),
        (2, 1, 0, 1),
        (10, 499, 0, 499),
        (10, 400, 101, 400),
        (9, 500, 0, 500),
        (9, 491, 9, 491),
        (11, 500, 0, 500),
        (3, u128::MAX, 1, 0),
    ] {
        let statement = next(&world, "a", "O0", sums);
        world.refused("O0", says(statement), 815);
    }
    // Only 91 is left for nine entries: false, and nobody is stuck with it.
    state(&mut world, "a", "O0", (1, 491, 0, 491));
    state(&mut world, "a", "O0", (10, 480, 20, 480));
    state(&mut world, "a", "O0", (0, 0, 0, 0));
    world.folds();
}

/// A2d: nothing that was said before works again, whoever sends it.
#[test]
fn versions_411_follow_each_other_and_old_envelopes_are_dead() {
    let mut world = paying();
    let first = next(&world, "a", "O0", (1, 50, 0, 50));
    let early = world.envelope("O0", says(Statement { version: 2, ..first }));
    world.refused("O0", says(Statement { version: 2, ..first }), 411);
    world.refused("O0", says(Statement { previous: Some(StatementHash([7; 32])), ..first }), 411);
    world.applied("O0", says(first));
    world.refused("O0", says(first), 411);
    world.refused_bytes(&early, 411);
    let other = next(&world, "a", "O0", (2, 100, 0, 100));
    world.refused("O0", says(Statement { previous: None, ..other }), 411);
    world.applied("O0", says(other));
    // Another seat has versions of its own.
    state(&mut world, "a", "O1", (1, 50, 0, 50));
    assert_eq!(next(&world, "a", "O1", (1, 50, 0, 50)).version, 2);
    world.folds();
}

/// Paying, crediting and paying again before the payday.
#[test]
fn nothing_is_closed_before_the_payday_825() {
    let mut world = funded();
    let later = Header { pay_on: world.now + 20 * DAY, ..header(&world, "a", 10, 500) };
    world.enact("O0", &Action::Program(program::Action::ExecuteBatch(later)));
    let early = next(&world, "a", "O0", (10, 0, 500, 0));
    world.refused("O0", says(early), 825);
    state(&mut world, "a", "O0", (0, 0, 0, 0));
    // A batch that is stopped is over.
    let mut stopped = world.clone();
    stopped.enact("Pr:1-0", &stop(later));
    settled(&mut stopped, (10, 0, 500, 0));
    stopped.applied("O0", finalise(&stopped, "a", "O0"));
    assert_eq!(of(&stopped, 1).credited(), 50);
    world.wait(20 * DAY);
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    world.folds();
}

/// A5: yes, no, and neither; each with evidence, each version of its own.
#[test]
fn a_vote_names_its_statement_837_and_works_once_411() {
    let mut world = paying();
    let none = word(&world, "a", ("A0", "O0"), Verdict::Confirmed);
    world.refused("A0", none, 837);
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    let Order::Program(program::Order::Vote(plain)) = word(&world, "a", ("A0", "O0"), Verdict::Confirmed) else {
        panic!()
    };
    let with = |vote: Vote| Order::Program(program::Order::Vote(vote));
    world.refused("A0", with(Vote { evidence: ReferenceHash([0; 32]), ..plain }), 413);
    world.refused("A0", with(Vote { number: 2, ..plain }), 411);
    world.refused("A0", with(Vote { version: 2, ..plain }), 837);
    world.refused("A0", with(Vote { commitment: StatementHash([7; 32]), ..plain }), 837);
    world.refused("A0", with(Vote { recorder: seat("M0"), ..plain }), 837);
    world.applied("A0", with(plain));
    // The old yes does not come back behind the no.
    vote(&mut world, "a", ("A0", "O0"), Verdict::Contradicted);
    world.refused("A0", with(plain), 411);
    // Another version is another statement: the votes on the old one are no votes on it.
    state(&mut world, "a", "O0", (10, 499, 1, 499));
    world.refused("A0", with(Vote { number: 3, ..plain }), 837);
    vote(&mut world, "a", ("A0", "O0"), Verdict::Withdrawn);
    world.folds();
}

#[test]
fn overdue_auditors_may_vote() {
    let mut world = paying();
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    world.now = world.cells.seat(seat("A0")).unwrap().valid_until;
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    world.folds();
}

#[test]
fn finality_needs_confirmation_840_and_time_842() {
    let mut world = paying();
    world.refused("O0", finalise(&world, "a", "O0"), 837);
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    world.wait(DAY);
    world.refused("O0", finalise(&world, "a", "O0"), 840);
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    world.wait(DAY - 1);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(1);
    let other =
        Order::Program(program::Order::Finalise { manifest: manifest(&world, "a"), recorder: seat("O0"), version: 2 });
    world.refused("O0", other, 837);
    // By anybody.
    let order = finalise(&world, "a", "O0");
    world.applied("stranger", order);
    let last = paid(&world, "a").last.unwrap();
    assert_eq!((last.recorder, last.closed, last.credit), (seat("O0"), 10, 0));
    assert_eq!(paid(&world, "a").reconciled(), Some(world.now));
    world.folds();
}

/// A4: nobody's statement, and nobody's vote on another one, is in the way.
#[test]
fn seventeen_false_statements_are_in_nobodys_way() {
    let mut world = paying();
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    for paid in 0..17 {
        state(&mut world, "a", "O1", (10, paid, 500 - paid, paid));
        vote(&mut world, "a", ("A1", "O1"), Verdict::Contradicted);
    }
    world.wait(DAY);
    world.refused("O1", finalise(&world, "a", "O1"), 841);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

#[test]
fn a_contradiction_841_stands_and_starts_the_time_anew() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.refused("O0", finalise(&world, "a", "O0"), 841);
    world.wait(9 * DAY);
    world.refused("O0", finalise(&world, "a", "O0"), 841);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Withdrawn);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(DAY - 1);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(1);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

/// `undoable`: one hostile auditor holds a batch up until two of the Sovereign council overrule it, for that statement.
#[test]
fn overruled_843_for_that_statement_and_for_good() {
    let mut world = paying();
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    world.refused_action("S0", &overrule(&world, "a", ("A1", "O0")), 843);
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    let action = overrule(&world, "a", ("A1", "O0"));
    let Action::Program(program::Action::Overrule { manifest, auditor, commitment, .. }) = action else { panic!() };
    let without = program::Action::Overrule { manifest, auditor, commitment, reason: ReferenceHash([0; 32]) };
    world.refused_action("S0", &Action::Program(without), 413);
    world.enact("S0", &action);
    // It says no once more: the same statement is not held up again.
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.refused_action("S0", &action, 843);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "a", "O0"));
    // Another statement is another matter.
    state(&mut world, "a", "O0", (10, 490, 10, 490));
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.wait(DAY);
    world.refused("O0", finalise(&world, "a", "O0"), 841);
    world.folds();
}

/// The attack: whoever was overruled says it again each day, so that the time would begin anew for ever.
#[test]
fn an_overruled_auditor_holds_nothing_up_by_saying_it_again() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.enact("S0", &overrule(&world, "a", ("A1", "O0")));
    for verdict in [Verdict::Contradicted, Verdict::Withdrawn, Verdict::Contradicted] {
        world.wait(8 * HOUR - 1);
        vote(&mut world, "a", ("A1", "O0"), verdict);
    }
    world.wait(2);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(1);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

/// The seat's next key was not overruled: it judges for itself.
#[test]
fn overruling_binds_the_key_that_was_overruled() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.enact("S0", &overrule(&world, "a", ("A1", "O0")));
    world.rotated("A1", "new-A1");
    world.wait(DAY);
    let anew = word(&world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.applied("new-A1", anew);
    world.refused("O0", finalise(&world, "a", "O0"), 841);
    world.folds();
}

/// The attack: dispute, take it back, and dispute again: the time that the first one took is not given back.
#[test]
fn finality_waits_as_long_after_a_dispute_that_was_opened_twice() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    let subject = Subject::Batch(manifest(&world, "a"));
    world.wait(DAY - HOUR);
    world.applied("A1", dispute(subject));
    world.applied("A1", retract(subject));
    world.wait(2 * HOUR);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.applied("A1", dispute(subject));
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(DAY - 1);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(1);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

/// Finality the second an honest auditor is suspended: what fell starts the time anew, and stands again when it is back.
#[test]
fn finality_waits_when_an_honest_auditor_is_suspended() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.enact("E0", &suspend("A1"));
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(DAY - 1);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    let until = world.cells.seat(seat("A1")).unwrap().suspension.unwrap().until;
    world.now = until;
    world.refused("O0", finalise(&world, "a", "O0"), 841);
    world.folds();
}

/// Finality the second an honest auditor is rotated: the time counts from the successor's acceptance.
#[test]
fn finality_waits_when_an_honest_auditor_is_rotated() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    let rotate = world.rotation("A1", "new-A1");
    world.enact("S0", &rotate);
    world.wait(DAY);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    let accept = world.acceptance("new-A1");
    world.applied("new-A1", accept);
    world.wait(DAY - 1);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(1);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

/// A confirmation is a key's, and counts while it speaks.
#[test]
fn a_confirmation_counts_while_its_seat_speaks_840() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    let mut aside = world.clone();
    aside.enact("E0", &suspend("A0"));
    aside.refused("O0", finalise(&aside, "a", "O0"), 840);
    aside.now = aside.cells.seat(seat("A0")).unwrap().suspension.unwrap().until;
    aside.refused("O0", finalise(&aside, "a", "O0"), 842);
    aside.wait(DAY);
    aside.applied("O0", finalise(&aside, "a", "O0"));
    let rotate = world.rotation("A0", "new-A0");
    world.enact("S0", &rotate);
    world.refused("O0", finalise(&world, "a", "O0"), 840);
    world.folds();
}

/// `undoable`: a thief's statement goes with the thief.
#[test]
fn a_recorder_839_stands_by_its_word() {
    let mut world = paying();
    settled(&mut world, (10, 0, 500, 0));
    world.applied("O0", Order::Council(council::Order::SuspendSelf));
    world.refused("O1", finalise(&world, "a", "O0"), 839);
    let rotate = world.rotation("O0", "new-O0");
    world.enact("S0", &rotate);
    let accept = world.acceptance("new-O0");
    world.applied("new-O0", accept);
    world.wait(DAY);
    world.refused("O1", finalise(&world, "a", "O0"), 839);
    // Its successor goes on behind it.
    world.names.insert(crate::world::key_named("new-O0"), "new-O0".into());
    let statement = next(&world, "a", "O0", (10, 500, 0, 500));
    assert_eq!(statement.version, 2);
    world.applied("new-O0", says(statement));
    world.folds();
}

/// Two auditors of different organisations, where the programme asked for two when the batch was executed.
#[test]
fn a_batch_keeps_auditors_and_challenge() {
    let mut world = funded();
    let of_two = Terms { auditors: 2, challenge: 7_200, ..crate::money::terms(1) };
    world.enact("S0", &change(|change| change.terms = Some((1, of_two))));
    world.enact("O0", &batch(&world, "a", 10, 500));
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    // Shortening the challenge, or asking for one auditor, while a statement waits.
    let weaker = Terms { auditors: 1, challenge: 3_600, ..of_two };
    world.enact("S0", &change(|change| change.terms = Some((2, weaker))));
    world.wait(DAY);
    world.refused("O0", finalise(&world, "a", "O0"), 840);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Confirmed);
    world.wait(7_199);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.wait(1);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

/// Finalising an older confirmed statement again.
#[test]
fn a_final_statement_838_is_younger_than_the_one_before() {
    let mut world = paying();
    settled(&mut world, (5, 250, 0, 250));
    // A younger one of another recorder, and a late return in a third.
    state(&mut world, "a", "M0", (10, 480, 20, 480));
    vote(&mut world, "a", ("A1", "M0"), Verdict::Confirmed);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "a", "M0"));
    world.refused("O0", finalise(&world, "a", "M0"), 838);
    world.refused("O0", finalise(&world, "a", "O0"), 838);
    assert_eq!(paid(&world, "a").last.unwrap().credit, 20);
    settled(&mut world, (10, 400, 100, 400));
    world.applied("O0", finalise(&world, "a", "O0"));
    assert_eq!(paid(&world, "a").last.unwrap().credit, 100);
    world.folds();
}

/// C1, C2: failed and late payments in any order, as often as it takes; what never left is paid again, up to the line's credit.
#[test]
fn credit_goes_up_and_down_with_each_final_statement() {
    let mut world = paying();
    settled(&mut world, (10, 460, 40, 460));
    world.applied("O0", finalise(&world, "a", "O0"));
    assert_eq!((of(&world, 1).credited(), of(&world, 1).left()), (40, 540));
    let parent = Some(manifest(&world, "a"));
    let again = Header { parent, ..header(&world, "again", 4, 540) };
    world.enact("O0", &Action::Program(program::Action::ExecuteBatch(again)));
    // More came back than the line may give.
    settled(&mut world, (10, 200, 300, 200));
    world.applied("O0", finalise(&world, "a", "O0"));
    assert_eq!((of(&world, 1).credited(), of(&world, 1).left()), (50, 10));
    // Money that left after all overdraws the line, which executes nothing until it is covered.
    settled(&mut world, (10, 500, 0, 500));
    world.applied("O0", finalise(&world, "a", "O0"));
    assert_eq!((of(&world, 1).credited(), of(&world, 1).left()), (0, 0));
    let more = world.carry("O0", &batch(&world, "more", 1, 1));
    world.refused("O0", execute(&more), 807);
    let terms = LineTerms { limit: 1_041, ..line(1).terms };
    world.enact("S0", &set(SetLine { previous: 1, terms, ..line(1) }));
    world.execute("O0", &more);
    world.folds();
}

/// Spending a limit over and over by "unpaid" statements: who spends states nothing, and the line has a bound.
#[test]
fn a_limit_is_not_spent_over_and_over() {
    let mut world = funded();
    let mut executed = 0;
    for name in ["a", "b", "c", "d", "e"] {
        let left = of(&world, 1).left();
        if left == 0 {
            break;
        }
        world.enact("O0", &batch(&world, name, 1, left));
        executed += left;
        // The worst that operators and auditors together can say.
        state(&mut world, name, "O0", (1, 0, left, 0));
        vote(&mut world, name, ("A0", "O0"), Verdict::Confirmed);
        world.wait(DAY);
        world.applied("O0", finalise(&world, name, "O0"));
    }
    assert_eq!((executed, of(&world, 1).left()), (1_050, 0));
    world.folds();
}

/// A11: a challenge period; a dispute that holds it, and one that was upheld.
#[test]
fn a_dispute_823_holds_finality_and_an_upheld_one_asks_for_another_statement() {
    let mut world = paying();
    settled(&mut world, (10, 500, 0, 500));
    let subject = Subject::Batch(manifest(&world, "a"));
    world.applied("A1", dispute(subject));
    world.refused("O0", finalise(&world, "a", "O0"), 823);
    let mut retracted = world.clone();
    retracted.applied("A1", retract(subject));
    retracted.refused("O0", finalise(&retracted, "a", "O0"), 842);
    retracted.wait(DAY);
    retracted.applied("O0", finalise(&retracted, "a", "O0"));
    world.wait(DAY);
    world.enact("S0", &resolve(&world.cells, dispute_of("A1", subject), Resolution::Upheld));
    world.wait(DAY);
    world.refused("O0", finalise(&world, "a", "O0"), 823);
    // Children of a disputed parent do not execute either, until a younger statement is final.
    let child = Header { parent: Some(manifest(&world, "a")), ..header(&world, "child", 1, 10) };
    let child = Action::Program(program::Action::ExecuteBatch(child));
    refused_under(&mut world, "O0", RowId::BATCH_LARGE, &child, 823);
    settled(&mut world, (10, 490, 10, 490));
    world.applied("O0", finalise(&world, "a", "O0"));
    world.enact("O0", &child);
    world.folds();
}

/// Evidence is never blocked.
#[test]
fn statements_and_votes_are_taken_whatever_is_paused() {
    let mut world = paying();
    world.enact("E0", &set_mode(Mode::ReadOnly, HOUR));
    world.enact("S0", &pause(Scope::Program(1), 72 * 3_600));
    settled(&mut world, (10, 500, 0, 500));
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

/// No cost grows with the number of beneficiaries.
#[test]
fn a_million_entries_are_stated_in_as_many_bytes_as_ten() {
    use greatseal_protocol::scale::Encode;
    let mut world = funded();
    let terms = LineTerms { limit: 10_000_000, ..line(2).terms };
    world.enact("S0", &set(SetLine { terms, ..line(2) }));
    let mut sizes = Vec::new();
    for (name, count) in [("few", 10), ("many", 1_000_000)] {
        let large = Header { line: 2, ..header(&world, name, count, u128::from(count)) };
        world.enact("O0", &Action::Program(program::Action::ExecuteBatch(large)));
        let statement = next(&world, name, "O0", (count, u128::from(count), 0, u128::from(count)));
        sizes.push(says(statement).encoded_size());
        world.applied("O0", says(statement));
        vote(&mut world, name, ("A0", "O0"), Verdict::Confirmed);
    }
    assert_eq!(sizes[0], sizes[1]);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "many", "O0"));
    assert!(paid(&world, "many").reconciled().is_some());
    world.folds();
}

/// C7, C8: partial payments, excess, and entries that stay open have a form, whose sums anybody computes.
#[test]
fn outcomes_add_up_to_what_is_stated() {
    let plain = Outcome {
        index: 0,
        closed: true,
        paid: 50,
        excess: 0,
        references: Vec::new(),
        reason: None,
        evidence: ReferenceHash([9; 32]),
    };
    let failed = crate::world::label("account-closed");
    let outcomes = [
        (plain.clone(), 50),
        (Outcome { index: 1, paid: 20, reason: Some(failed), ..plain.clone() }, 50),
        (Outcome { index: 2, closed: false, paid: 10, ..plain.clone() }, 50),
        (Outcome { index: 3, excess: 5, ..plain.clone() }, 50),
    ];
    let sums = outcomes.iter().try_fold(Sums::default(), |sums, (outcome, due)| sums.with(outcome, *due)).unwrap();
    assert_eq!((sums.closed, sums.paid, sums.unpaid, sums.arrived), (3, 120, 30, 135));
    // More than is due is excess, and what is not fully paid says why.
    assert_eq!(sums.with(&Outcome { paid: 51, ..plain.clone() }, 50), None);
    assert_eq!(sums.with(&Outcome { paid: 49, ..plain.clone() }, 50), None);
    assert_ne!(plain.leaf(), Outcome { index: 1, ..plain.clone() }.leaf());
}

#[test]
fn an_authority_of_another_programme_is_nobody_here() {
    let mut world = paying();
    second(&mut world);
    let statement = next(&world, "a", "Pr:2-0", (1, 50, 0, 50));
    world.refused("Pr:2-0", says(statement), 204);
}
