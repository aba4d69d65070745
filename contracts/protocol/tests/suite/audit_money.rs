//! Attacks on programmes, batches and statements by a reviewer who did not write the rules: each is named for what the
//! attacker wants. Where it succeeds, the test asks for what should hold, and names its finding (docs/audits/money-2026-11.md).

use crate::{
    batches::set,
    lines::of,
    money::{PAYER, batch, finalise, funded, header, manifest, next, overrule, paid, second, state, stop, vote, word},
    registry_money::revoke,
    rules_programmes::{change, refused_under},
    world::{
        DAY, HOUR, MINUTE, Opened, REASON, World, acknowledge, approve, asset, code_of, dispute, dispute_of, execute,
        reinstate, resolve, retract, suspend, triage,
    },
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    command::Order,
    digest,
    dispute::{Resolution, Subject},
    language::{program, program::Action as About, proposal, registry},
    line::{LineTerms, SetLine},
    program::{RuleSet, RulesChange},
    registry::Entry,
    row::RowId,
    scope::Watched,
    settlement::Verdict,
    state::State,
};

fn pays(header: Header) -> Action {
    Action::Program(About::ExecuteBatch(header))
}

/// A batch of ten entries over five hundred, which is true as O0 states it and A0 confirms.
fn stated() -> World {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 500));
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    world
}

/// A change of line 1 from its present version.
fn terms_of(world: &World, how: impl FnOnce(&mut LineTerms)) -> Action {
    let present = of(world, 1);
    let mut terms = present.terms;
    how(&mut terms);
    set(SetLine { line: 1, previous: present.version, asset: present.asset, from: present.from, terms })
}

impl World {
    /// The refusal of an opening under this row, if it is refused.
    fn tries(&mut self, row: RowId, action: Action) -> Option<u16> {
        let mut open = self.opening("O0", &action);
        open.row = row;
        code_of(&self.order("O0", Order::Proposal(proposal::Order::Open(Box::new(open))))).0
    }

    /// Opened under batch-large by O0, approved by two of the authority.
    fn large(&mut self, action: Action) -> Opened {
        let mut open = self.opening("O0", &action);
        open.row = RowId::BATCH_LARGE;
        let proposal = self.open_as("O0", open);
        self.approve(&["Pr:1-0", "Pr:1-1"], &proposal);
        proposal
    }
}

fn outcome(world: &mut World, who: &str, order: Order) -> Option<u16> {
    code_of(&world.order(who, order)).0
}

/// A dispute of A0 about the batch, upheld.
fn upheld(world: &mut World, name: &str) {
    let subject = Subject::Batch(manifest(world, name));
    world.applied("A0", dispute(subject));
    world.applied("O0", acknowledge(dispute_of("A0", subject)));
    world.applied("A1", triage(dispute_of("A0", subject)));
    world.enact("S0", &resolve(&world.cells, dispute_of("A0", subject), Resolution::Upheld));
}

// One auditor's key against finality

/// Hit and run: the contradiction stands for six seconds a day, so that the time begins anew for ever, and nobody can even
/// propose to overrule what does not stand.
#[test]
fn no_statement_is_final_because_one_auditor_doubts_it_for_six_seconds_a_day() {
    let mut world = stated();
    for _ in 0..5 {
        world.wait(DAY - MINUTE);
        vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
        world.wait(6);
        vote(&mut world, "a", ("A1", "O0"), Verdict::Withdrawn);
        world.refused("O0", finalise(&world, "a", "O0"), 842);
    }
    let action = overrule(&world, "a", ("A1", "O0"));
    world.enact("S0", &action);
    world.wait(DAY - MINUTE);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Withdrawn);
    world.wait(MINUTE);
    world.applied("O0", finalise(&world, "a", "O0"));
}

/// The overruling is approved; its auditor sees that, withdraws, and contradicts again when the approval is too old.
#[test]
fn an_auditor_ducks_under_an_overruling() {
    let mut world = stated();
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    let overruling = world.carry("S0", &overrule(&world, "a", ("A1", "O0")));
    vote(&mut world, "a", ("A1", "O0"), Verdict::Withdrawn);
    world.execute("S0", &overruling);
    world.wait(DAY - 1);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.wait(1);
    world.applied("O0", finalise(&world, "a", "O0"));
}

/// Operator and auditor together: a false statement is final and credits the line; every true one is doubted for six seconds a
/// day.
#[test]
fn a_false_statement_stays_the_final_one() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 500));
    state(&mut world, "a", "O0", (10, 0, 500, 0));
    vote(&mut world, "a", ("A0", "O0"), Verdict::Confirmed);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "a", "O0"));
    assert_eq!(of(&world, 1).credited(), 50);
    state(&mut world, "a", "M0", (10, 500, 0, 500));
    vote(&mut world, "a", ("A1", "M0"), Verdict::Confirmed);
    for _ in 0..5 {
        world.wait(DAY - MINUTE);
        vote(&mut world, "a", ("A0", "M0"), Verdict::Contradicted);
        vote(&mut world, "a", ("A0", "M0"), Verdict::Withdrawn);
        world.refused("M0", finalise(&world, "a", "M0"), 842);
    }
    world.enact("S0", &overrule(&world, "a", ("A0", "M0")));
    world.wait(DAY);
    world.applied("M0", finalise(&world, "a", "M0"));
    assert_eq!(of(&world, 1).credited(), 0);
}

/// What mends it today: the seat is set aside, and the time counts from then.
#[test]
fn the_auditor_of_six_seconds_is_set_aside() {
    let mut world = stated();
    world.wait(DAY - MINUTE);
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.enact("E0", &suspend("A1"));
    let again = word(&world, "a", ("A1", "O0"), Verdict::Withdrawn);
    world.refused("A1", again, 202);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "a", "O0"));
    world.folds();
}

// A line that is over

/// Two of the authority: the year is over, the batch was paid to the last unit, and the rest of the year's money leaves as a
/// batch that "pays again" what never failed.
#[test]
fn the_rest_of_last_years_money_leaves_as_a_child_of_what_was_paid() {
    let mut world = stated();
    world.wait(DAY);
    world.applied("O0", finalise(&world, "a", "O0"));
    assert!(paid(&world, "a").reconciled().is_some());
    let now = world.now;
    world.enact("S0", &terms_of(&world, |terms| terms.until = now));
    world.wait(30 * DAY);
    assert_eq!(world.tries(RowId::BATCH_LARGE, batch(&world, "more", 1, 500)), Some(835));
    let parent = Some(manifest(&world, "a"));
    let child = pays(Header { parent, ..header(&world, "more", 1, 500) });
    assert!(world.tries(RowId::BATCH_LARGE, child).is_some(), "nothing of the parent failed");
}

/// The line ended an hour ago, and so did the rules; the payday lies before both.
#[test]
fn an_ended_line_pays_for_a_day_by_an_earlier_payday() {
    let mut world = funded();
    let now = world.now;
    world.enact("S0", &terms_of(&world, |terms| terms.until = now));
    let ended = of(&world, 1).terms.until;
    world.wait(HOUR);
    let late = pays(Header { pay_on: ended - 1, ..header(&world, "late", 10, 1_000) });
    assert!(world.tries(RowId::BATCH_LARGE, late).is_some(), "nobody had asked for it before the end");
}

/// After the highest number of all there is no other: the programme can never have other rules.
#[test]
fn the_last_version_of_all_is_used_up() {
    let mut world = funded();
    let rules = RuleSet { hash: REASON, effective_from: 0, effective_until: None };
    let last = change(|change| change.rules = vec![RulesChange::Begin { version: u32::MAX, rules }]);
    refused_under(&mut world, "S0", RowId::PROGRAM_CHANGE, &last, 830);
}

// Disputes

/// The children of what was upheld wait for another statement; its grandchildren, and those who name another parent, do not.
#[test]
fn what_was_upheld_is_paid_again_by_a_grandchild() {
    let mut world = stated();
    let parent = Some(manifest(&world, "a"));
    world.enact("O0", &pays(Header { parent, ..header(&world, "child", 1, 20) }));
    upheld(&mut world, "a");
    let again = pays(Header { parent, ..header(&world, "again", 1, 20) });
    assert_eq!(world.tries(RowId::BATCH_LARGE, again), Some(823));
    let parent = Some(manifest(&world, "child"));
    let grandchild = pays(Header { parent, ..header(&world, "grandchild", 1, 20) });
    // Only what names it waits: for the rest there are the line's limit, and verification.
    assert_eq!(world.tries(RowId::BATCH_LARGE, grandchild), None);
}

/// An accomplice among the auditors uses up the hold of a manifest before anybody has seen it, or its proposal is there.
/// Whoever finds ghosts among its entries then holds nothing.
#[test]
fn a_hold_is_used_up_before_there_is_anything_to_hold() {
    let mut world = funded();
    let ghosts = header(&world, "ghosts", 10, 500);
    let subject = Subject::Batch(digest::manifest_hash(&ghosts));
    world.applied("A1", dispute(subject));
    world.applied("A1", retract(subject));
    world.wait(MINUTE);
    let proposal = world.large(pays(ghosts));
    world.applied("A0", dispute(subject));
    world.applied("A0", dispute(Subject::Proposal(proposal.id, proposal.digest)));
    world.refused("O0", execute(&proposal), 823);
}

/// What is left to whoever doubts: two of the Sovereign council stop the batch, as quickly as it would be executed.
#[test]
fn a_batch_whose_hold_is_used_up_is_stopped() {
    let mut world = funded();
    let ghosts = header(&world, "ghosts", 10, 500);
    let proposal = world.large(pays(ghosts));
    let about = Subject::Proposal(proposal.id, proposal.digest);
    world.applied("A1", dispute(about));
    world.applied("A1", retract(about));
    world.enact("S0", &stop(ghosts));
    world.refused("O0", execute(&proposal), 836);
    assert_eq!(of(&world, 1).spent, 0);
    world.folds();
}

/// The spender appeals in the first second and takes it back: the hold is gone, but the contradiction of an auditor is not.
#[test]
fn a_spender_uses_up_the_hold_of_finality() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 500));
    let subject = Subject::Batch(manifest(&world, "a"));
    world.applied("Pr:1-0", dispute(subject));
    world.applied("Pr:1-0", retract(subject));
    state(&mut world, "a", "O1", (10, 0, 500, 0));
    vote(&mut world, "a", ("A1", "O1"), Verdict::Confirmed);
    world.applied("A0", dispute(subject));
    vote(&mut world, "a", ("A0", "O1"), Verdict::Contradicted);
    world.wait(3 * DAY);
    world.refused("O1", finalise(&world, "a", "O1"), 841);
    assert_eq!(of(&world, 1).returned, 0);
    world.folds();
}

/// Spender and auditor, one dispute after the other, each taken back and opened again: a true statement waits for one hold and
/// one challenge, not for more.
#[test]
fn a_true_statement_is_disputed_for_ever() {
    let mut world = stated();
    let subject = Subject::Batch(manifest(&world, "a"));
    world.wait(DAY - 1);
    let start = world.now;
    world.applied("Pr:1-0", dispute(subject));
    world.applied("S0", acknowledge(dispute_of("Pr:1-0", subject)));
    world.wait(DAY - 1);
    world.applied("A1", triage(dispute_of("Pr:1-0", subject)));
    world.applied("A1", dispute(subject));
    world.wait(DAY - HOUR);
    world.applied("Pr:1-0", retract(subject));
    world.wait(HOUR);
    world.applied("Pr:1-0", dispute(subject));
    world.applied("Pr:1-1", dispute(subject));
    world.now = start + 3 * DAY;
    world.applied("nobody", finalise(&world, "a", "O0"));
    world.folds();
}

/// One auditor lets every payday pass; the seat is set aside, and the same day's batch is paid.
#[test]
fn a_payday_passes_under_a_dispute() {
    let mut world = funded();
    let proposal = world.large(batch(&world, "pensions", 10, 500));
    world.wait(1);
    let Action::Program(About::ExecuteBatch(header)) = proposal.action else { panic!() };
    let subject = Subject::Batch(digest::manifest_hash(&header));
    world.applied("A1", dispute(subject));
    let mut waits = world.clone();
    waits.wait(DAY);
    waits.refused("O0", execute(&proposal), 833);
    world.refused("O0", execute(&proposal), 823);
    world.wait(HOUR);
    world.enact("E0", &suspend("A1"));
    world.execute("O0", &proposal);
    world.refused("O0", execute(&proposal), 409);
    world.folds();
}

/// A batch and a statement behind which there is nothing: hashes of zeros, as they are refused everywhere else.
#[test]
fn what_is_paid_and_what_was_paid_is_a_hash_of_zeros() {
    let mut world = stated();
    let mut nothing = next(&world, "a", "M0", (10, 500, 0, 500));
    nothing.root.0 = [0; 32];
    let said = outcome(&mut world, "M0", Order::Program(program::Order::State(nothing)));
    let mut empty = header(&world, "b", 1, 50);
    empty.root.0 = [0; 32];
    assert_eq!((said, world.tries(RowId::BATCH_LARGE, pays(empty))), (Some(413), Some(413)));
}

/// A unit that sits in the authority and in the Treasury records what it spends itself.
#[test]
fn who_spends_states_by_its_other_seat() {
    let mut world = funded();
    let spender = world.cells.seat(crate::world::seat("Pr:1-1")).unwrap().organisation;
    assert_eq!(world.cells.seat(crate::world::seat("M1")).unwrap().organisation, spender);
    let proposal = world.large(batch(&world, "a", 10, 500));
    world.execute("Pr:1-1", &proposal);
    let statement = next(&world, "a", "M1", (10, 0, 500, 0));
    // `trust.md` says so: an auditor of another organisation has to confirm it.
    world.applied("M1", Order::Program(program::Order::State(statement)));
    world.wait(DAY);
    world.refused("M1", finalise(&world, "a", "M1"), 840);
}

// Finality between keys that come and go

/// E sets the doubter aside for a week; S brings it back a second before the time is over.
#[test]
fn a_false_statement_is_final_before_the_doubter_is_back() {
    let mut world = stated();
    vote(&mut world, "a", ("A1", "O0"), Verdict::Contradicted);
    world.enact("E0", &suspend("A1"));
    world.wait(DAY - 1);
    world.refused("O0", finalise(&world, "a", "O0"), 842);
    world.enact("S0", &reinstate("A1"));
    world.wait(1);
    world.refused("O0", finalise(&world, "a", "O0"), 841);
    // Nor is it enough to set it aside again: the Emergency council does so once an epoch.
    world.refused_action("E0", &suspend("A1"), 603);
    world.folds();
}

/// A confirmation of what one recorder said does not carry what its successor says, nor works its old envelope.
#[test]
fn a_successor_uses_what_was_confirmed_before() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 500));
    state(&mut world, "a", "O0", (10, 500, 0, 500));
    let old = world.envelope("A0", word(&world, "a", ("A0", "O0"), Verdict::Confirmed));
    world.submit(&old);
    world.unheard("a rotation without its delay");
    world.rotate("O0", "olga");
    world.refused("O1", finalise(&world, "a", "O0"), 839);
    let same = next(&world, "a", "O0", (10, 500, 0, 500));
    world.applied("olga", Order::Program(program::Order::State(same)));
    world.refused_bytes(&old, 411);
    world.wait(2 * DAY);
    world.refused("olga", finalise(&world, "a", "O0"), 840);
    let anew = word(&world, "a", ("A0", "O0"), Verdict::Confirmed);
    world.applied("A0", anew);
    world.wait(DAY);
    world.applied("olga", finalise(&world, "a", "O0"));
}

/// Two recorders in one second: the one that is final first does not lock the other out for good.
#[test]
fn two_statements_of_one_second_lock_each_other_out() {
    let mut world = stated();
    state(&mut world, "a", "M0", (10, 490, 10, 490));
    vote(&mut world, "a", ("A1", "M0"), Verdict::Confirmed);
    world.wait(DAY);
    world.applied("O1", finalise(&world, "a", "O0"));
    world.refused("O1", finalise(&world, "a", "M0"), 838);
    assert_eq!(of(&world, 1).returned, 0);
    state(&mut world, "a", "M0", (10, 490, 10, 490));
    vote(&mut world, "a", ("A1", "M0"), Verdict::Confirmed);
    world.wait(DAY);
    // In the second in which it could be final, whoever contradicts is first.
    vote(&mut world, "a", ("A0", "M0"), Verdict::Contradicted);
    world.refused("O1", finalise(&world, "a", "M0"), 841);
    world.folds();
}

/// Credit is used, lost by an upheld dispute, said again, lost again: what counts is one credit, and what was spent stays so.
#[test]
fn a_line_is_credited_twice_for_what_was_upheld() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 1_000));
    for recorder in ["O0", "O1"] {
        state(&mut world, "a", recorder, (10, 950, 50, 950));
        vote(&mut world, "a", ("A0", recorder), Verdict::Confirmed);
        world.wait(DAY);
        world.applied("O0", finalise(&world, "a", recorder));
        assert_eq!((of(&world, 1).returned, of(&world, 1).credited()), (50, 50));
        if recorder == "O0" {
            let again = world.large(batch(&world, "b", 1, 50));
            world.execute("O0", &again);
        }
        let more = world.large(batch(&world, recorder, 1, 1));
        world.refused("O0", execute(&more), 807);
        upheld(&mut world, "a");
        assert_eq!((of(&world, 1).returned, of(&world, 1).left(), of(&world, 1).spent), (0, 0, 1_050));
        // What was final once is not final again.
        world.refused("O0", finalise(&world, "a", recorder), 838);
        world.wait(2 * HOUR);
    }
    // A line that is overdrawn stays so, whatever its credit may be.
    let wider = terms_of(&world, |terms| terms.credit_max = 1_000);
    world.enact("S0", &wider);
    assert_eq!(of(&world, 1).left(), 0);
    world.folds();
}

// Paying twice, paying for others

/// Two approvals of one manifest, a seat rotated in the middle, and both asked for again.
#[test]
fn twins_across_a_rotation_are_paid_twice() {
    let mut world = funded();
    let action = batch(&world, "a", 10, 500);
    let (one, two) = (world.large(action.clone()), world.carry("O1", &action));
    world.unheard("a rotation without its delay");
    world.rotate("Pr:1-2", "paul");
    for old in [&one, &two] {
        world.refused("O0", execute(old), 407);
    }
    let (three, four) = (world.large(action.clone()), world.carry("O1", &action));
    world.execute("O0", &three);
    for old in [&one, &two, &three, &four] {
        assert!(outcome(&mut world, "O0", execute(old)).is_some());
    }
    assert_eq!(of(&world, 1).spent, 500);
}

/// Stop and execution, both approved before a seat is rotated: what stops survives it, what pays does not.
#[test]
fn a_stop_is_outrun_by_a_rotation() {
    let mut world = funded();
    let wanted = header(&world, "a", 10, 500);
    let stopping = world.carry("Pr:1-0", &stop(wanted));
    let paying = world.large(pays(wanted));
    world.unheard("a rotation without its delay");
    world.rotate("Pr:1-2", "paul");
    world.execute("anybody", &stopping);
    world.refused("O0", execute(&paying), 407);
    assert_eq!(world.tries(RowId::BATCH_LARGE, pays(wanted)), Some(836));
    assert_eq!(world.tries(RowId::BATCH_SMALL, pays(wanted)), Some(836));
}

/// One account pays for two authorities: neither reaches what is the other's by it.
#[test]
fn another_programmes_money_is_paid_by_a_shared_account() {
    let mut world = funded();
    second(&mut world);
    world.escalate("O0", Watched::Money);
    world.enact("M0", &crate::world::register(Entry::Payer { account: PAYER, program: 2 }));
    world.enact("O0", &batch(&world, "a", 10, 500));
    let first = manifest(&world, "a");
    let foreign = header(&world, "b", 1, 50);
    for action in [pays(foreign), stop(foreign)] {
        world.refused_action("Pr:2-0", &action, 206);
    }
    let own = Header { program: 2, ..foreign };
    assert_eq!(world.tries(RowId::BATCH_LARGE, pays(Header { parent: Some(first), ..own })), Some(818));
    assert_eq!(world.tries(RowId::BATCH_LARGE, pays(Header { line: 2, ..own })), Some(803));
    world.refused("Pr:2-0", dispute(Subject::Batch(first)), 204);
    // Approvals of the other authority are none.
    let mut open = world.opening("O0", &pays(own));
    open.row = RowId::BATCH_LARGE;
    let proposal = world.open_as("O0", open);
    for who in ["Pr:1-0", "Pr:1-1"] {
        world.refused(who, approve(&proposal), 204);
    }
    world.approve(&["Pr:2-0", "Pr:2-1"], &proposal);
    world.execute("O0", &proposal);
    assert_eq!((of(&world, 1).spent, world.cells.line(2, 1).unwrap().unwrap().spent), (500, 50));
    world.folds();
}

/// The asset is revoked between approval and execution, and registered again: once, and not a second time.
#[test]
fn what_was_approved_before_a_revocation_is_paid_after_it_and_again() {
    let mut world = funded();
    let action = batch(&world, "a", 10, 500);
    let (one, two) = (world.large(action.clone()), world.carry("O1", &action));
    let key = asset(crate::money::ASSET).key();
    world.enact("M0", &revoke(key));
    world.refused("O0", execute(&one), 620);
    let until = world.now + 30 * DAY;
    world.escalate("O0", Watched::Money);
    let back = registry::Action::Register {
        entry: asset(crate::money::ASSET),
        valid_from: world.now,
        valid_until: until,
        replaces: 2,
    };
    world.enact("M0", &Action::Registry(back));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 809);
    assert_eq!(of(&world, 1).spent, 500);
    world.folds();
}

/// Small batches around every change of the line: what was small stays counted, whatever end and amounts become.
#[test]
fn small_batches_begin_anew_with_every_change_of_the_line() {
    let mut world = funded();
    let small = |world: &mut World, name: &str, total| {
        let action = batch(world, name, 1, total);
        let mut open = world.opening("O0", &action);
        open.row = RowId::BATCH_SMALL;
        let order = Order::Proposal(proposal::Order::Open(Box::new(open)));
        match outcome(world, "O0", order) {
            None => {
                let id = world.cells.proposal(last_opened(world)).unwrap();
                let proposal = Opened { id: last_opened(world), digest: id.digest, action };
                world.approve(&["Pr:1-0"], &proposal);
                outcome(world, "O0", execute(&proposal))
            }
            refused => refused,
        }
    };
    assert_eq!(small(&mut world, "a", 100), None);
    let end = of(&world, 1).terms.until;
    let changes: [fn(&mut LineTerms, u64); 4] = [
        |terms, end| terms.until = end + 400 * DAY,
        |terms, _| (terms.small_one, terms.small_all) = (0, 0),
        |terms, _| (terms.small_one, terms.small_all) = (100, 100),
        |terms, end| terms.until = end - 300 * DAY,
    ];
    for (at, how) in changes.into_iter().enumerate() {
        world.enact("S0", &terms_of(&world, |terms| how(terms, end)));
        assert_eq!(small(&mut world, &format!("small {at}"), 1), Some(808));
    }
    assert_eq!((of(&world, 1).small_spent, of(&world, 1).spent), (100, 100));
    world.folds();
}

/// Where the last proposal lies.
fn last_opened(world: &World) -> greatseal_protocol::proposal_id::ProposalId {
    match &world.records.last().unwrap().event {
        greatseal_protocol::event::Event::Proposal(proposal::Event::Opened(opened)) => opened.id,
        other => panic!("{other:?}"),
    }
}
