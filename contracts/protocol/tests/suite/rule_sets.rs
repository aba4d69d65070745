//! 804, 805, 830: rule sets. Several are in effect, versions never come back.

use crate::{
    money::{funded, header, program, rules},
    rules_programmes::change,
    world::{DAY, HOUR, World, execute},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::ReferenceHash,
    language::program::Action as About,
    program::{RuleSet, RulesChange},
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
