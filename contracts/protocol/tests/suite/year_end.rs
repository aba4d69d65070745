//! The second half of the year: next year's rules, a beneficiary who is held, a batch that is stopped, Christmas, and what comes
//! back after the end.

use crate::{
    money::{ASSET, PAYER, stop},
    world::{DAY, HOUR, REASON, START, asset, execute},
    year_files::{Course, File, Leg, entries},
    year_monthly::{changes, housing, ordinary, payday, prepared, registered, stated_early, stated_late},
    year_office::{HOUSING, Office, PENSIONS, YEARLY, month},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::ReferenceHash,
    command::Order,
    language::{program, registry},
    line::{LineTerms, SetLine},
    program::{RuleSet, RulesChange},
    registry::Entry,
};

/// Who dies in October, and whose papers are looked at again then.
pub(crate) const DECEASED: usize = 77;
const LOOKED_AT: usize = 81;
/// Who joins the roll in January.
const NEWCOMER: u32 = 200;

/// Next year's rules and budget are adopted while this year's pay. Of two beneficiaries one has died since the approval,
/// and one has to show papers.
pub(crate) fn october(office: &mut Office) {
    let next = RuleSet { hash: ReferenceHash([0x28; 32]), effective_from: month(12), effective_until: None };
    let rules = vec![
        RulesChange::End { version: 1, previous: None, until: month(12) },
        RulesChange::Begin { version: 2, rules: next },
    ];
    // With a reserve for whoever joins until then.
    let monthly = office.roll.values().sum::<u128>() + 1_000;
    let terms =
        LineTerms { until: month(12) + 30 * DAY, limit: monthly, credit_max: monthly / 20, small_one: 0, small_all: 0 };
    let line = SetLine { line: 14, previous: 0, asset: ASSET, from: month(12), terms };
    office.decided("S0", &changes(PENSIONS, rules, vec![line]));
    let housing = housing(office, 6);
    let file = prepared(office, 6, payday(6));
    office.executed(file);
    let manifest = office.files[file].manifest;
    for index in [DECEASED, LOOKED_AT] {
        let (index, until) = (u32::try_from(index).unwrap(), office.world.now + 60 * DAY);
        let nonce = office.world.nonce(office.name("Pr:1-0"));
        office.says(
            "Pr:1-0",
            Order::Program(program::Order::HoldEntry { manifest, index, until, reason: REASON, nonce }),
        );
    }
    let found = &mut office.files[file];
    let pay_on = found.header.pay_on;
    found.rail[DECEASED] = Course { legs: Vec::new(), over: Some((pay_on, "deceased")) };
    let freed = pay_on + 8 * DAY;
    let leg = Leg { left: freed + HOUR, ..found.rail[LOOKED_AT].legs[0] };
    found.rail[LOOKED_AT] = Course { legs: vec![leg], over: None };
    stated_early(office, file);
    office.settled(housing, &["A0", "A1"]);
    office.until(freed);
    let (index, nonce) = (u32::try_from(LOOKED_AT).unwrap(), office.world.nonce(office.name("Pr:1-2")));
    office.says("Pr:1-2", Order::Program(program::Order::FreeEntry { manifest, index, nonce }));
    stated_late(office, file);
    assert_eq!(office.files[file].arrived(DECEASED, office.world.now), 0);
    office.roll.remove(&u32::try_from(DECEASED).unwrap());
    office.rotations();
}

/// The bank pays the wrong month's list: the ministry stops the batch when half of it is paid.
pub(crate) fn november(office: &mut Office) {
    let file = office.pensions("pensions/7", 8, payday(7));
    office.files[file].pays();
    office.executed(file);
    let Header { pay_on, count, .. } = office.files[file].header;
    office.until(pay_on + 2 * HOUR);
    let half = count as usize / 2;
    let header = office.files[file].header;
    office.decided("Pr:1-0", &stop(header));
    for course in &mut office.files[file].rail[half..] {
        *course = Course { legs: Vec::new(), over: Some((pay_on + 2 * HOUR, "stopped")) };
    }
    // Stopped is stopped: it is not executed again, nor forgotten.
    office.world.refused_action(office.name("Pr:1-0"), &office.execution(file), 809);
    office.until(pay_on + 2 * DAY);
    office.settled(file, &["A0"]);
    // Half of a month is more than a line pays again by itself: that is a decision of its own.
    let line = office.line(PENSIONS, 8);
    assert!(line.returned > line.terms.credit_max);
    let child = office.again(file, "again/november").unwrap();
    let proposal = office.carried("Pr:1-0", &office.execution(child));
    office.refused("Pr:1-0", execute(&proposal), 807);
    let terms = LineTerms { credit_max: line.returned, ..line.terms };
    let set = SetLine { line: 8, previous: line.version, asset: ASSET, from: line.from, terms };
    office.decided("S0", &changes(PENSIONS, Vec::new(), vec![set]));
    office.world.execute(office.name("Pr:1-0"), &proposal);
    office.files[child].executed = true;
    office.files[child].pays();
    office.books();
    office.until(office.files[child].header.pay_on + DAY);
    office.settled(child, &["A0"]);
    office.rotations();
}

/// Christmas: the payday is decided three weeks ahead. The winter supplement and a case of hardship come out of the
/// yearly line.
pub(crate) fn december(office: &mut Office) {
    let pay_on = month(8) + 18 * DAY;
    let file = prepared(office, 8, pay_on);
    office.executed(file);
    assert!(pay_on - office.world.now >= 21 * DAY);
    let early = office.files[file].statement(&office.files[file].outcomes(pay_on + 11 * DAY), 0);
    office.refused("O0", Order::Program(program::Order::State(early)), 825);
    let supplement: Vec<_> = office.roll.keys().map(|number| (*number, 30, None)).collect();
    let supplement = File::of(entries("supplement", &supplement), office.header(PENSIONS, YEARLY, pay_on));
    let supplement = office.filed(supplement);
    office.files[supplement].pays();
    office.executed(supplement);
    // One approval is enough for it, but not the author's.
    let hardship = File::of(entries("hardship", &[(42, 250, None)]), office.header(PENSIONS, YEARLY, office.world.now));
    let hardship = office.filed(hardship);
    office.files[hardship].pays();
    office.executed(hardship);
    let line = office.line(PENSIONS, YEARLY);
    assert_eq!((line.small_spent, line.spent), (250, 250 + office.files[supplement].header.total));
    office.rotations();
    stated_early(office, file);
    office.settled(supplement, &["A0"]);
    office.settled(hardship, &["A0"]);
    stated_late(office, file);
}

/// The registry's entries end with the calendar year and are renewed before, without a gap. Somebody joins the roll, for
/// whom money moves from one line to others: one decision.
pub(crate) fn january(office: &mut Office) {
    for (entry, replaces) in [
        (asset(ASSET), 1),
        (Entry::Payer { account: PAYER, program: PENSIONS }, 1),
        (Entry::Payer { account: PAYER, program: HOUSING }, 1),
    ] {
        let (valid_from, valid_until) = (START, START + 730 * DAY);
        registered(office, &Action::Registry(registry::Action::Register { entry, valid_from, valid_until, replaces }));
    }
    let amount = 150;
    let moves = |office: &Office, number: u32, how: &dyn Fn(&mut LineTerms)| {
        let line = office.line(PENSIONS, number);
        let mut terms = line.terms;
        how(&mut terms);
        SetLine { line: number, previous: line.version, asset: ASSET, from: line.from, terms }
    };
    let mut lines: Vec<_> = (10..=12).map(|number| moves(office, number, &|terms| terms.limit += amount)).collect();
    lines.push(moves(office, YEARLY, &|terms| terms.limit -= 3 * amount));
    office.decided("S0", &changes(PENSIONS, Vec::new(), lines));
    office.roll.insert(NEWCOMER, amount);
    let monthly: u128 = office.roll.values().sum();
    assert!(monthly > office.line(PENSIONS, 9).terms.limit, "more than December had");
    let housing = housing(office, 9);
    let file = ordinary(office, 9);
    assert_eq!(office.files[file].header.count, 200);
    office.settled(housing, &["A0", "A1"]);
    office.rotations();
}

/// The last day of a leap year's February is a day of its line.
pub(crate) fn february(office: &mut Office) {
    let last = month(11) - 1;
    let file = prepared(office, 10, last);
    let next = Header { pay_on: last + 1, ..office.files[file].header };
    let action = Action::Program(program::Action::ExecuteBatch(next));
    office.world.refused_action(office.name("Pr:1-0"), &action, 835);
    office.executed(file);
    office.rotations();
    stated_early(office, file);
    stated_late(office, file);
}

/// The year ends: the first payday of the next one is decided under its rules, and what comes back after the end is paid
/// again out of the line in which it failed.
pub(crate) fn march(office: &mut Office) {
    const RETURNED: usize = 60;
    let file = prepared(office, 11, month(11) + 24 * DAY);
    office.executed(file);
    office.rotations();
    stated_early(office, file);
    // April under this year's rules, and March under the next year's.
    let april = |office: &Office, rules, pay_on, line| {
        let of: Vec<_> = office.roll.iter().map(|(number, amount)| (*number, *amount, None)).collect();
        File::of(entries("pensions/12", &of), Header { rules, ..office.header(PENSIONS, line, pay_on) })
    };
    for (rules, pay_on, line) in [(1, month(12) + 12 * DAY, 14), (2, month(12) - 1, 12)] {
        let wrong = Action::Program(program::Action::ExecuteBatch(april(office, rules, pay_on, line).header));
        office.world.refused_action(office.name("Pr:1-0"), &wrong, 805);
    }
    // What failed in March is paid again in April under the rules by which it was due, which are over; nothing else is.
    office.until(office.files[file].header.pay_on + 11 * DAY);
    office.settled(file, &["A0"]);
    let child = office.again(file, "with a newcomer").unwrap();
    let Header { rules, pay_on, count, total, .. } = office.files[child].header;
    assert!(rules == 1 && pay_on >= month(12));
    let more = Header { count: count + 1, total: total + 1, ..office.files[child].header };
    let more = Action::Program(program::Action::ExecuteBatch(more));
    office.world.refused_action(office.name("Pr:1-0"), &more, 805);
    office.repaid(file, "again/march", &["A0"]);
    let first = april(office, 2, month(12) + 12 * DAY, 14);
    let first = office.filed(first);
    office.files[first].pays();
    office.executed(first);
    stated_early(office, first);
    // Weeks after the end of the year a bank sends a pension back.
    office.until(month(12) + 20 * DAY);
    let now = office.world.now;
    let course = &mut office.files[file].rail[RETURNED];
    (course.legs[0].back, course.over) = (Some(now), Some((now, "returned")));
    office.settled(file, &["A0"]);
    office.repaid(file, "again/after the year", &["A0"]);
}
