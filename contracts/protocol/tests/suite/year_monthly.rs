//! What every month of the year has: a list, its payday, a statement while something is late and one when nothing is.

use crate::{
    world::DAY,
    year_files::{File, entries},
    year_office::{HOUSING, Office, month},
};
use greatseal_protocol::{
    action::Action,
    language::program,
    line::SetLine,
    program::{ChangeProgram, RulesChange},
    scope::Watched,
};

/// The month's pensions, as the bank will pay them; two of a hundred fail.
pub(crate) fn prepared(office: &mut Office, number: usize, payday: u64) -> usize {
    let what = format!("pensions/{number}");
    let file = office.pensions(&what, u32::try_from(number).unwrap() + 1, payday);
    let found = &mut office.files[file];
    found.pays();
    found.bundles();
    let mishaps = found.mishaps(&what);
    office.mishaps.iter_mut().zip(mishaps).for_each(|(all, more)| *all += more);
    file
}

pub(crate) fn payday(number: usize) -> u64 {
    month(number) + 4 * DAY
}

/// Two days after the payday: what is late is open.
pub(crate) fn stated_early(office: &mut Office, file: usize) {
    office.until(office.files[file].header.pay_on + 2 * DAY);
    office.settled(file, &["A0"]);
}

/// Eleven days after the payday everything is known; what is still there is paid again.
pub(crate) fn stated_late(office: &mut Office, file: usize) {
    office.until(office.files[file].header.pay_on + 11 * DAY);
    office.settled(file, &["A0"]);
    assert!(office.batch(file).reconciled().is_some(), "nothing more will happen");
    let what = format!("again/{file}");
    office.repaid(file, &what, &["A0"]);
}

pub(crate) fn ordinary(office: &mut Office, number: usize) -> usize {
    let file = prepared(office, number, payday(number));
    office.executed(file);
    stated_early(office, file);
    stated_late(office, file);
    file
}

/// The quarter's housing allowance, which two auditors look at: it pays forty persons who have a pension as well.
pub(crate) fn housing(office: &mut Office, number: usize) -> usize {
    let of: Vec<_> = (0..40).map(|person| (person, 250, None)).collect();
    let what = format!("housing/{number}");
    let file = File::of(entries(&what, &of), office.header(HOUSING, 1, payday(number)));
    let file = office.filed(file);
    office.files[file].pays();
    office.executed(file);
    file
}

// What is decided more than once

pub(crate) fn changes(program: u32, rules: Vec<RulesChange>, lines: Vec<SetLine>) -> Action {
    Action::Program(program::Action::Change(ChangeProgram { program, terms: None, rules, lines }))
}

pub(crate) fn registered(office: &mut Office, action: &Action) {
    let order = office.world.escalation(office.name("O0"), Watched::Money);
    office.says("O0", order);
    office.decided("M0", action);
}
