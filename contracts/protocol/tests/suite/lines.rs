//! 803, 807, 808, 831, 835: budget lines. What was spent stays spent, whatever changes.

use crate::{
    batches::set,
    money::{ASSET, batch, finalise, funded, header, line, manifest, state, vote},
    rules_programmes::{change, refused_under},
    world::{DAY, HOUR, START, World, execute},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::AssetHash,
    language::program::Action as About,
    line::{CHILDREN, Line, LineTerms, SetLine},
    row::RowId,
    settlement::Verdict,
    state::State,
};

pub(crate) fn of(world: &World, number: u32) -> Line {
    world.cells.line(1, number).unwrap().unwrap()
}

/// A change of a line, from its present version.
pub(crate) fn with(world: &World, number: u32, how: impl FnOnce(&mut LineTerms)) -> Action {
    let present = of(world, number);
    let mut terms = present.terms;
    how(&mut terms);
    set(SetLine { line: number, previous: present.version, asset: present.asset, from: present.from, terms })
}

fn pays(header: Header) -> Action {
    Action::Program(About::ExecuteBatch(header))
}

#[test]
fn a_line_807_is_charged_at_execution_and_nowhere_else() {
    let mut world = funded();
    let (one, two) = (batch(&world, "one", 6, 600), batch(&world, "two", 6, 600));
    let (one, two) = (world.carry("O0", &one), world.carry("O1", &two));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 807);
    // To the last unit.
    world.enact("O0", &batch(&world, "three", 4, 400));
    world.refused_action("O0", &batch(&world, "four", 1, 1_051), 807);
    let next = world.carry("O0", &batch(&world, "four", 1, 1));
    world.refused("O0", execute(&next), 807);
    assert_eq!((of(&world, 1).spent, of(&world, 1).left()), (1_000, 0));
    world.folds();
}

/// A10: no change of times or limits makes a budget forget.
#[test]
fn a_line_never_forgets() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "one", 6, 900));
    let longer = with(&world, 1, |terms| terms.until += 100 * DAY);
    world.enact("S0", &longer);
    let shorter = with(&world, 1, |terms| terms.until -= 200 * DAY);
    world.enact("S0", &shorter);
    let line = of(&world, 1);
    assert_eq!((line.version, line.spent, line.first_until), (3, 900, START + 400 * DAY));
    let over = world.carry("O0", &batch(&world, "two", 1, 101));
    world.refused("O0", execute(&over), 807);
    // A lower limit holds at once, and a higher one gives what it says.
    world.enact("S0", &with(&world, 1, |terms| (terms.limit, terms.small_one, terms.small_all) = (500, 50, 50)));
    let none = world.carry("O0", &batch(&world, "three", 1, 1));
    world.refused("O0", execute(&none), 807);
    world.enact("S0", &with(&world, 1, |terms| terms.limit = 2_000));
    assert_eq!(of(&world, 1).left(), 1_100);
    world.execute("O0", &none);
    world.folds();
}

/// C3: a month and a year are what the line says, to the second.
#[test]
fn a_line_835_is_open_from_and_until() {
    let mut world = funded();
    let (from, until) = (world.now + 10 * DAY, world.now + 41 * DAY);
    let month = SetLine { line: 2, from, terms: LineTerms { until, ..line(2).terms }, ..line(2) };
    world.enact("S0", &set(month));
    let paid = |world: &World, pay_on| pays(Header { line: 2, pay_on, ..header(world, "month", 1, 10) });
    for outside in [from - 1, until, until + CHILDREN - 1] {
        world.refused_action("O0", &paid(&world, outside), 835);
    }
    for inside in [from, until - 1] {
        world.enact("O0", &paid(&world, inside));
    }
    world.folds();
}

/// C1, C2: what failed is paid again out of the line that it failed in, half a year after its end.
#[test]
fn a_line_is_open_to_children_for_180_days() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "parent", 10, 500));
    let parent = Some(manifest(&world, "parent"));
    world.enact("S0", &set(line(2)));
    let soon = world.now;
    world.enact("S0", &with(&world, 1, |terms| terms.until = soon));
    let ended = of(&world, 1).terms.until;
    assert_eq!(ended, world.now, "at the earliest now");
    assert!(ended > soon);
    let again =
        |world: &World, pay_on, number| pays(Header { parent, pay_on, line: number, ..header(world, "again", 1, 50) });
    // A payday before the end, by which the line would still be open, does not help whoever comes later.
    world.wait(HOUR);
    world.refused_action("O0", &again(&world, ended - 1, 1), 835);
    world.wait(DAY - HOUR);
    let action = batch(&world, "new", 1, 50);
    refused_under(&mut world, "O0", RowId::BATCH_LARGE, &action, 835);
    world.refused_action("O0", &again(&world, ended + CHILDREN, 1), 835);
    // After its end it pays what failed, for all that is final, and once.
    world.refused_action("O0", &again(&world, world.now, 1), 835);
    state(&mut world, "parent", "O0", (10, 440, 60, 440));
    vote(&mut world, "parent", ("A0", "O0"), Verdict::Confirmed);
    world.wait(DAY);
    world.applied("O0", finalise(&world, "parent", "O0"));
    world.enact("O0", &again(&world, world.now, 1));
    let more = again(&world, world.now + 1, 1);
    world.refused_action("O0", &more, 835);
    // Out of another line it is paid while that one is open.
    world.enact("O0", &again(&world, world.now, 2));
    assert_eq!((of(&world, 1).spent, of(&world, 2).spent), (550, 50));
    world.folds();
}

#[test]
fn bad_line_831() {
    let mut world = funded();
    let new = line(2);
    let terms = new.terms;
    let bad: [SetLine; 6] = [
        SetLine { line: 0, ..new },
        SetLine { terms: LineTerms { small_all: 101, ..terms }, ..new },
        SetLine { terms: LineTerms { small_one: 101, ..terms }, ..new },
        SetLine { terms: LineTerms { credit_max: 1_001, ..terms }, ..new },
        SetLine { from: terms.until, ..new },
        SetLine { from: 0, terms: LineTerms { until: world.now - 1, ..terms }, ..new },
    ];
    for line in bad {
        world.refused_action("S0", &set(line), 831);
    }
    for (line, code) in [
        (SetLine { previous: 1, asset: AssetHash([9; 32]), ..line(1) }, 831),
        (SetLine { previous: 1, from: START + 1, ..line(1) }, 831),
        (SetLine { previous: 1, terms: LineTerms { until: world.now - 1, ..terms }, ..line(1) }, 831),
        (SetLine { previous: 0, ..line(1) }, 411),
        (SetLine { previous: 2, ..line(1) }, 411),
        (SetLine { previous: 1, ..line(2) }, 411),
    ] {
        world.refused_action("S0", &set(line), code);
    }
    assert_eq!(of(&world, 1).asset, ASSET);
}

/// A line whose end has passed can still be changed: what was credited or overdrawn is put right.
#[test]
fn an_end_that_has_passed_stays_or_is_put_off() {
    let mut world = funded();
    let soon = world.now;
    world.enact("S0", &with(&world, 1, |terms| terms.until = soon));
    let ended = of(&world, 1).terms.until;
    world.wait(5 * DAY);
    world.enact("S0", &with(&world, 1, |terms| terms.limit = 3_000));
    assert_eq!((of(&world, 1).terms.until, of(&world, 1).terms.limit), (ended, 3_000));
    let until = world.now + 50 * DAY;
    world.enact("S0", &with(&world, 1, |terms| terms.until = until));
    world.enact("O0", &batch(&world, "one", 1, 10));
    world.folds();
}

/// Virement is one decision: all of it, or nothing.
#[test]
fn virement_moves_limits_together_or_not_at_all() {
    let mut world = funded();
    world.enact("S0", &set(line(2)));
    let moved = |previous: u32| {
        let to = |number, limit, previous| {
            let terms = LineTerms { limit, small_one: 50, small_all: 50, ..line(number).terms };
            SetLine { previous, terms, ..line(number) }
        };
        change(|change| change.lines = vec![to(1, 500, 1), to(2, 1_500, previous)])
    };
    world.refused_action("S0", &moved(7), 411);
    assert_eq!(of(&world, 1).terms.limit, 1_000);
    let stale = world.carry("S0", &moved(1));
    world.enact("S1", &with(&world, 2, |terms| terms.limit = 1_100));
    world.wait(HOUR);
    world.refused("O0", execute(&stale), 411);
    assert_eq!(of(&world, 1).terms.limit, 1_000, "not half of it");
    world.enact("S0", &moved(2));
    assert_eq!((of(&world, 1).terms.limit, of(&world, 2).terms.limit), (500, 1_500));
    world.folds();
}

/// A14 for batches: slices of what is large do not slip under one approval.
#[test]
fn small_808_accrues_evenly_and_one_is_always_within() {
    let mut world = funded();
    let (from, until) = (world.now + HOUR, world.now + HOUR + 10 * DAY);
    let terms = LineTerms { until, limit: 10_000, credit_max: 0, small_one: 100, small_all: 1_000 };
    world.enact("S0", &set(SetLine { line: 2, from, terms, ..line(2) }));
    let small = |world: &World, name: &str, total| {
        let pay_on = world.now.max(from);
        pays(Header { line: 2, pay_on, ..header(world, name, 1, total) })
    };
    let action = small(&world, "large", 101);
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &action, 808);
    world.enact("O0", &small(&world, "first", 100));
    // A hundred have accrued a day after the beginning: they are spent.
    world.now = from + DAY;
    let action = small(&world, "second", 1);
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &action, 808);
    world.now = from + 2 * DAY - 1;
    let action = small(&world, "second", 100);
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &action, 808);
    // Two that fit alone, and not together.
    world.now = from + 2 * DAY;
    let (two, three) =
        (world.carry("O0", &small(&world, "second", 60)), world.carry("O1", &small(&world, "third", 60)));
    world.execute("O0", &two);
    world.refused("O0", execute(&three), 808);
    // A batch of any size may be large, and is then not counted among the small ones.
    let mut open = world.opening("O0", &small(&world, "fourth", 100));
    open.row = RowId::BATCH_LARGE;
    let large = world.open_as("O0", open);
    world.approve(&["Pr:1-0", "Pr:1-1"], &large);
    world.execute("O0", &large);
    assert_eq!((of(&world, 2).spent, of(&world, 2).small_spent), (260, 160));
    // A longer life of the line does not stretch what accrues, and a shorter one does not squeeze it.
    let longer = with(&world, 2, |terms| terms.until += 90 * DAY);
    world.enact("S0", &longer);
    world.now = world.now.max(from + 3 * DAY);
    assert_eq!(of(&world, 2).accrued(from + 5 * DAY), 500);
    world.folds();
}

#[test]
fn accrual_has_no_overflow_and_no_rest() {
    let terms = LineTerms { until: 0, limit: u128::MAX, credit_max: 0, small_one: 0, small_all: u128::MAX };
    let line = |from, first_until| {
        let set = SetLine { line: 1, previous: 0, asset: ASSET, from, terms };
        Line { first_until, ..Line::new(&set) }
    };
    assert_eq!(line(0, u64::MAX).accrued(u64::MAX), u128::MAX);
    assert_eq!(line(0, 3).accrued(1), u128::MAX / 3);
    assert_eq!(line(0, 2).accrued(1), u128::MAX / 2);
    assert_eq!(line(5, 5).accrued(9), 0);
}
