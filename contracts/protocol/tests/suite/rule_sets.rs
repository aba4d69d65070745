//! 804, 805, 830: rule sets. Several are in effect, versions never come back.

use crate::{
    batches::set,
    lines::with,
    money::{batch, finalise, funded, header, line, manifest, paid, program, rules, state, stop, vote},
    rules_programmes::change,
    world::{DAY, HOUR, World, execute},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::ReferenceHash,
    language::program::Action as About,
    program::{RuleSet, RulesChange},
    settlement::Verdict,
    state::State,
};

fn pays(world: &World, name: &str, version: u32, pay_on: u64) -> Action {
    Action::Program(About::ExecuteBatch(Header { rules: version, pay_on, ..header(world, name, 1, 10) }))
}

fn begins(version: u32, from: u64, until: Option<u64>) -> RulesChange {
    let rules = RuleSet { hash: ReferenceHash([7; 32]), effective_from: from, effective_until: until };
    RulesChange::Begin { version, rules }
}

fn ends(version: u32, previous: Option<u64>, until: u64) -> Action {
    change(|change| change.rules = vec![RulesChange::End { version, previous, until }])
}

/// C12: next year's rules are adopted while this year's pay; the payday says which hold.
#[test]
fn next_years_rules_are_adopted_while_this_years_pay() {
    let mut world = funded();
    let new_year = world.now + 30 * DAY;
    let both = vec![RulesChange::End { version: 1, previous: None, until: new_year }, begins(2, new_year, None)];
    world.enact("S0", &change(|change| change.rules = both));
    world.enact("O0", &pays(&world, "december", 1, new_year - 1));
    world.refused_action("O0", &pays(&world, "wrong", 1, new_year), 805);
    world.refused_action("O0", &pays(&world, "early", 2, new_year - 1), 805);
    world.enact("O0", &pays(&world, "january", 2, new_year));
    world.refused_action("O0", &pays(&world, "none", 3, new_year), 804);
    assert_eq!(program(&world, 1).rules, 2);
    world.folds();
}

#[test]
fn versions_rise_830_and_never_come_back() {
    let mut world = funded();
    for bad in [begins(1, 0, None), begins(0, 0, None), begins(2, 9, Some(9))] {
        world.refused_action("S0", &change(|change| change.rules = vec![bad]), 830);
    }
    let nothing = RulesChange::Begin {
        version: 2,
        rules: RuleSet { hash: ReferenceHash([0; 32]), effective_from: 0, effective_until: None },
    };
    world.refused_action("S0", &change(|change| change.rules = vec![nothing]), 413);
    // Two prepared at once: the lower one is too late behind the higher.
    let low = world.carry("S0", &change(|change| change.rules = vec![rules(2)]));
    world.enact("S1", &change(|change| change.rules = vec![rules(5)]));
    world.wait(HOUR);
    world.refused("O0", execute(&low), 830);
    world.folds();
}

#[test]
fn an_end_is_not_in_the_past_and_never_taken_back_830() {
    let mut world = funded();
    world.refused_action("S0", &ends(2, None, world.now + DAY), 804);
    world.refused_action("S0", &ends(1, Some(7), world.now + DAY), 411);
    world.refused_action("S0", &ends(1, None, world.now - 1), 830);
    let end = world.now + 10 * DAY;
    world.enact("S0", &ends(1, None, end));
    for later in [end, end + 1] {
        world.refused_action("S0", &ends(1, Some(end), later), 830);
    }
    // Earlier it may be; where the time has passed by the execution, it is the time of the execution.
    let soon = world.now + 60;
    world.enact("S0", &ends(1, Some(end), soon));
    let rules = world.cells.rules(1, 1).unwrap().unwrap();
    assert_eq!(rules.effective_until, Some(world.now));
    // What has ended is not revived, and not ended again.
    world.wait(1);
    world.refused_action("S0", &ends(1, rules.effective_until, world.now + DAY), 830);
    world.folds();
}

// What failed under rules that are over

/// Ten entries over 500 were paid under rule set 1, of which 60 are unpaid, for all that is final; rule set 2 has taken
/// its place since.
fn last_year() -> World {
    let mut world = funded();
    let new_year = world.now + 10 * DAY;
    let both = vec![RulesChange::End { version: 1, previous: None, until: new_year }, begins(2, new_year, None)];
    world.enact("S0", &change(|change| change.rules = both));
    world.enact("O0", &batch(&world, "december", 10, 500));
    world.now = new_year + DAY;
    failed(&mut world, "december", 10, (440, 60));
    world
}

/// What is final of a batch, all of whose entries are closed.
fn failed(world: &mut World, name: &str, count: u32, (paid, unpaid): (u128, u128)) {
    state(world, name, "O0", (count, paid, unpaid, paid));
    vote(world, name, ("A0", "O0"), Verdict::Confirmed);
    world.wait(DAY);
    world.applied("O0", finalise(world, name, "O0"));
}

/// A batch under rule set 1 that pays a parent's entries again.
fn again(world: &World, parent: &str, name: &str, total: u128) -> Action {
    let parent = Some(manifest(world, parent));
    Action::Program(About::ExecuteBatch(Header { parent, ..header(world, name, 1, total) }))
}

#[test]
fn what_failed_is_paid_again_under_the_rules_by_which_it_was_due() {
    let mut world = last_year();
    assert!(!world.cells.rules(1, 1).unwrap().unwrap().in_effect(world.now));
    world.enact("O0", &again(&world, "december", "one", 30));
    // Out of another line as well, and out of its own after the end of both.
    world.enact("S0", &set(line(2)));
    let Action::Program(About::ExecuteBatch(two)) = again(&world, "december", "two", 10) else { panic!() };
    world.enact("O0", &Action::Program(About::ExecuteBatch(Header { line: 2, ..two })));
    let until = world.now;
    world.enact("S0", &with(&world, 1, |terms| terms.until = until));
    world.enact("O0", &again(&world, "december", "three", 20));
    // What fails once more, in its turn.
    failed(&mut world, "one", 1, (0, 30));
    world.enact("O0", &again(&world, "one", "four", 30));
    assert_eq!((paid(&world, "december").again, paid(&world, "one").again), (60, 30));
    world.folds();
}

/// Two of the authority, after the rules have ended: nothing rides on what failed.
#[test]
fn nothing_new_is_paid_under_rules_that_are_over_805() {
    let mut world = last_year();
    world.refused_action("O0", &batch(&world, "new", 1, 10), 805);
    // More than what failed: with entries that were never in the parent.
    world.refused_action("O0", &again(&world, "december", "more", 61), 805);
    // What failed under other rules.
    let january = Header { rules: 2, ..header(&world, "january", 1, 10) };
    world.enact("O0", &Action::Program(About::ExecuteBatch(january)));
    failed(&mut world, "january", 1, (0, 10));
    world.refused_action("O0", &again(&world, "january", "older", 10), 805);
    // Approved twice, paid once; then the rest, and nothing any more.
    let twins = ["one", "two"].map(|name| world.carry("O0", &again(&world, "december", name, 40)));
    world.execute("O0", &twins[0]);
    world.refused("O0", execute(&twins[1]), 805);
    world.enact("O0", &again(&world, "december", "rest", 20));
    world.refused_action("O0", &again(&world, "december", "over", 1), 805);
    world.folds();
}

/// Before it is final what failed, nothing is known to have failed.
#[test]
fn under_rules_that_are_over_a_parent_needs_a_final_statement_805() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "december", 10, 500));
    let until = world.now;
    world.enact("S0", &ends(1, None, until));
    state(&mut world, "december", "O0", (10, 440, 60, 440));
    vote(&mut world, "december", ("A0", "O0"), Verdict::Confirmed);
    world.refused_action("O0", &again(&world, "december", "early", 10), 805);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "december", "O0"));
    world.enact("O0", &again(&world, "december", "late", 60));
    world.folds();
}

/// A batch under rules to come was stopped: they have a beginning for those who are paid again, too.
#[test]
fn nothing_is_paid_again_under_rules_that_have_not_begun_805() {
    let mut world = funded();
    let new_year = world.now + 30 * DAY;
    world.enact("S0", &change(|change| change.rules = vec![begins(2, new_year, None)]));
    let ahead = Header { rules: 2, pay_on: new_year, ..header(&world, "january", 2, 20) };
    world.enact("O0", &Action::Program(About::ExecuteBatch(ahead)));
    world.enact("Pr:1-0", &stop(ahead));
    failed(&mut world, "january", 2, (0, 20));
    let Action::Program(About::ExecuteBatch(next)) = again(&world, "january", "next", 20) else { panic!() };
    let next = |pay_on| Action::Program(About::ExecuteBatch(Header { rules: 2, pay_on, ..next }));
    world.refused_action("O0", &next(new_year - 1), 805);
    world.enact("O0", &next(new_year));
    world.folds();
}
