//! The year of a ministry, from the decision about its programmes to the last return after its end: two programmes of one
//! authority, which a treasury single account pays, twelve monthly lines and yearly ones, and everything that goes wrong.
//!
//! Sums come from the entries and from what the bank did with them: see `year_files`. What one stolen key can do in the
//! middle of it stands in `year_hostile`.

use crate::{
    money::{ASSET, PAYER, rules},
    world::{DAY, REASON, acknowledge, asset, dispute_of, execute, register, triage},
    year_end::{december, february, january, march, november, october},
    year_files::{File, HALVES, HOME, entries},
    year_hostile,
    year_monthly::{changes, housing, payday, prepared, registered, stated_early, stated_late},
    year_office::{HOUSING, Office, PENSIONS, YEARLY, month},
    year_reckoning::reckoned,
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    command::Order,
    dispute::Resolution,
    language::program,
    line::{LineTerms, SetLine},
    program::{CreateProgram, Privacy, Terms},
    registry::Entry,
    settlement::Verdict,
};

#[test]
fn the_year_of_a_ministry() {
    let mut office = Office::new();
    winter(&mut office);
    april(&mut office);
    may(&mut office);
    june(&mut office);
    july(&mut office);
    august(&mut office);
    september(&mut office);
    october(&mut office);
    november(&mut office);
    december(&mut office);
    january(&mut office);
    february(&mut office);
    march(&mut office);
    reckoned(&office);
    office.world.folds();
}

// The months

/// What is decided before the year begins.
fn winter(office: &mut Office) {
    office.rotations();
    let monthly: u128 = office.roll.values().sum();
    let line = |number: u32| {
        let at = usize::try_from(number).unwrap() - 1;
        let terms =
            LineTerms { until: month(at + 1), limit: monthly, credit_max: monthly / 20, small_one: 0, small_all: 0 };
        SetLine { line: number, previous: 0, asset: ASSET, from: month(at), terms }
    };
    let yearly = |line, limit: u128| {
        let small = if line == YEARLY { limit / 12 } else { 0 };
        let terms =
            LineTerms { until: month(12), limit, credit_max: limit / 20, small_one: small / 3, small_all: small };
        SetLine { line, previous: 0, asset: ASSET, from: month(0), terms }
    };
    let terms = Terms { authority: 1, privacy: Privacy::Public, schedule: REASON, auditors: 1, challenge: 24 * 3_600 };
    let create = |program, auditors, lines| {
        let terms = Terms { auditors, ..terms };
        Action::Program(program::Action::Create(CreateProgram { program, terms, rules: vec![rules(1)], lines }))
    };
    // An action has eight lines at most: a year of months takes two.
    office.decided("S0", &create(PENSIONS, 1, (1..=8).map(line).collect()));
    let lines = (9..=12).map(line).chain([yearly(YEARLY, 9_000)]).collect();
    office.decided("S0", &changes(PENSIONS, Vec::new(), lines));
    office.decided("S0", &create(HOUSING, 2, vec![yearly(1, 40_000)]));
    let account = |program| register(Entry::Payer { account: PAYER, program });
    for entry in [register(asset(ASSET)), account(PENSIONS), account(HOUSING)] {
        registered(office, &entry);
    }
}

/// A month as it should be: one transfer pays a home, two pay one person, some payments are late and some fail.
fn april(office: &mut Office) {
    office.until(month(0) - 2 * DAY);
    let housing = housing(office, 0);
    let file = prepared(office, 0, payday(0));
    office.executed(file);
    stated_early(office, file);
    let outcomes = office.files[file].outcomes(office.world.now);
    let home = &outcomes[HOME];
    assert!(home.iter().all(|outcome| outcome.references[0].transaction == home[0].references[0].transaction));
    assert_eq!(outcomes[HALVES].references.len(), 2);
    let last = office.batch(file).last.unwrap();
    assert!(last.closed < 200 && last.unpaid > 0, "some are late, and some have failed");
    // Two auditors of different organisations for the other programme: one is not enough.
    office.states(housing, "O0");
    office.votes(housing, ("A0", "O0"), Verdict::Confirmed);
    office.world.wait(DAY);
    let early = office.finality(housing, "O0");
    office.refused("O1", early, 840);
    office.votes(housing, ("A1", "O0"), Verdict::Confirmed);
    office.world.wait(DAY);
    office.finalised(housing, "O0");
    stated_late(office, file);
    office.rotations();
}

/// The operator says that everybody was paid, which an auditor contradicts; the corrected statement becomes final.
fn may(office: &mut Office) {
    let file = prepared(office, 1, payday(1));
    office.executed(file);
    office.until(payday(1) + 11 * DAY);
    let (found, now) = (&office.files[file], office.world.now);
    let mut outcomes = found.outcomes(now);
    let failed = found.to_repay(now);
    assert!(!failed.is_empty());
    for (index, _) in &failed {
        let index = *index as usize;
        (outcomes[index].paid, outcomes[index].reason) = (found.entries[index].amount, None);
    }
    let rosy = office.numbered(found.statement(&outcomes, found.header.total), "O0");
    office.says("O0", Order::Program(program::Order::State(rosy)));
    office.votes(file, ("A1", "O0"), Verdict::Contradicted);
    office.world.wait(2 * DAY);
    let order = office.finality(file, "O0");
    office.refused("O0", order, 841);
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    office.world.wait(2 * DAY);
    let order = office.finality(file, "O0");
    office.refused("O0", order, 841);
    // The corrected one is another statement: the first auditor has to look again, the second has nothing against it.
    let corrected = office.states(file, "O0");
    assert_eq!((corrected.version, corrected.unpaid > 0), (2, true));
    let order = office.finality(file, "O0");
    office.refused("O0", order, 840);
    office.votes(file, ("A1", "O0"), Verdict::Confirmed);
    office.world.wait(DAY);
    office.finalised(file, "O0");
    office.repaid(file, "again/may", &["A0"]);
    office.rotations();
}

/// A transfer is lost between two banks: it left, and did not arrive. What left is not paid again, until it comes back.
fn june(office: &mut Office) {
    const LOST: usize = 150;
    let file = prepared(office, 2, payday(2));
    office.executed(file);
    let found = &mut office.files[file];
    found.rail[LOST].legs[0].arrives = false;
    found.rail[LOST].over = Some((found.header.pay_on + 10 * DAY, "lost-on-the-rail"));
    let due = found.entries[LOST].amount;
    stated_early(office, file);
    let last = office.batch(file).last.unwrap();
    assert_eq!(
        last.credit,
        last.unpaid.saturating_sub(due),
        "what is on its way counts as gone, though its entry is open"
    );
    stated_late(office, file);
    let last = office.batch(file).last.unwrap();
    assert_eq!(last.credit + due, last.unpaid, "unpaid, and gone");
    let lost = u32::try_from(LOST).unwrap();
    let child = Header { parent: Some(office.files[file].manifest), ..office.header(PENSIONS, 3, office.world.now) };
    let child = office.filed(File::of(entries("lost", &[(lost, due, Some(lost))]), child));
    let proposal = office.carried("Pr:1-0", &office.execution(child));
    office.refused("Pr:1-0", execute(&proposal), 807);
    // The bank finds it and sends it back.
    office.files[file].rail[LOST].legs[0].back = Some(office.world.now);
    office.settled(file, &["A0"]);
    office.repaid(file, "again/lost", &["A0"]);
    office.rotations();
}

/// One stolen key of each kind does its worst, one after the other.
fn july(office: &mut Office) {
    let housing = housing(office, 3);
    let file = prepared(office, 3, payday(3));
    office.executed(file);
    year_hostile::all(office, file);
    // Whatever they did: this month ended like any other, and the other programme goes on.
    office.settled(housing, &["A0", "A1"]);
    office.rotations();
}

/// What was final is wrong: the bank paid another account. A beneficiary appeals, and the ministry speaks for her.
fn august(office: &mut Office) {
    const APPEALS: usize = 99;
    let file = ordinary_without_repaying(office, 4);
    let credit = office.files[file].credit;
    assert!(credit > 0 && office.line(PENSIONS, 5).returned == credit);
    let child = office.again(file, "again/august").unwrap();
    office.disputes("Pr:1-1", file);
    let dispute = dispute_of("Pr:1-1", office.subject(file));
    office.says("O0", acknowledge(dispute));
    office.says("A1", triage(dispute));
    office.answered("Pr:1-1", file, Resolution::Upheld);
    office.world.wait(1);
    // The credit does not count, and nothing of the batch is paid again.
    office.files[file].credit = 0;
    office.books();
    office.world.refused_action(office.name("Pr:1-0"), &office.execution(child), 823);
    let order = office.finality(file, "O0");
    office.refused("O0", order, 838);
    // The truth, as far as it is known: it left, and did not arrive. Then the bank has it back.
    let found = &mut office.files[file];
    found.rail[APPEALS].legs[0].arrives = false;
    found.rail[APPEALS].over = Some((office.world.now, "wrong-account"));
    let due = found.entries[APPEALS].amount;
    office.settled(file, &["A0"]);
    let last = office.batch(file).last.unwrap();
    assert_eq!((last.credit, last.unpaid), (credit, credit + due));
    office.files[file].rail[APPEALS].legs[0].back = Some(office.world.now);
    office.settled(file, &["A1"]);
    assert_eq!(office.files[file].credit, credit + due);
    office.repaid(file, "again/appeal", &["A0"]);
    office.rotations();
}

fn ordinary_without_repaying(office: &mut Office, number: usize) -> usize {
    let file = prepared(office, number, payday(number));
    office.executed(file);
    stated_early(office, file);
    office.until(payday(number) + 11 * DAY);
    office.settled(file, &["A0"]);
    file
}

/// The list is made a second time by mistake, which the line does not pay. The auditor's seat, and then the operator's, get
/// other keys while a statement waits: whoever comes says it again.
fn september(office: &mut Office) {
    let file = prepared(office, 5, payday(5));
    office.executed(file);
    let second = office.pensions("the same once more", 6, payday(5));
    let proposal = office.carried("Pr:1-0", &office.execution(second));
    office.refused("Pr:1-0", execute(&proposal), 807);
    office.until(payday(5) + 2 * DAY);
    office.states(file, "O0");
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    office.rotated("A0");
    let order = office.finality(file, "O0");
    office.refused("O1", order.clone(), 840);
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    office.rotated("O0");
    office.refused("O1", order, 839);
    let last = office.states(file, "O0");
    assert_eq!(last.version, 2);
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    office.world.wait(DAY);
    office.finalised(file, "O0");
    stated_late(office, file);
    office.rotations();
}
