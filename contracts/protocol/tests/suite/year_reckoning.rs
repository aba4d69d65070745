//! The reckoning over the whole year: every line within its limit, everybody paid what was due, nothing twice.

use crate::{
    year_end::DECEASED,
    year_files::{File, amount, person},
    year_office::{HOUSING, Office, PENSIONS},
};
use greatseal_protocol::{bytes::TxHash, manifest::Pseudonym, state::State};
use std::collections::{BTreeMap, BTreeSet};

/// Everything at once; the office's books are compared with every step as well.
pub(crate) fn reckoned(office: &Office) {
    office.books();
    lines_are_within_their_limits(office);
    let executed: Vec<&File> = office.files.iter().filter(|file| file.executed).collect();
    everybody_has_what_was_due(office, &executed);
    nothing_is_paid_twice(office, &executed);
    for file in &executed {
        let last = office.world.cells.batch(file.manifest).unwrap().last.unwrap();
        assert_eq!((last.paid, last.debited), (arrived(office, file), file.debited(office.world.now)));
    }
    assert!(office.mishaps.iter().all(|count| *count > 3), "each of the mishaps happened: {:?}", office.mishaps);
}

fn arrived(office: &Office, file: &File) -> u128 {
    (0..file.entries.len()).map(|index| file.arrived(index, office.world.now)).sum()
}

fn lines_are_within_their_limits(office: &Office) {
    for (program, number) in (1..=14).map(|number| (PENSIONS, number)).chain([(HOUSING, 1)]) {
        let line = office.line(program, number);
        assert!(line.spent - line.returned <= line.terms.limit, "line {number} of programme {program}");
    }
}

/// What is due is what regular batches owe; what arrived is counted over these and over what was paid again.
fn everybody_has_what_was_due(office: &Office, executed: &[&File]) {
    let (mut due, mut had) = (BTreeMap::<Pseudonym, u128>::new(), BTreeMap::<Pseudonym, u128>::new());
    for file in executed {
        for (index, entry) in file.entries.iter().enumerate() {
            let regular = if file.header.parent.is_none() { entry.amount } else { 0 };
            *due.entry(entry.person).or_default() += regular;
            *had.entry(entry.person).or_default() += file.arrived(index, office.world.now);
        }
    }
    // October's pension of who died before its payday.
    let deceased = u32::try_from(DECEASED).unwrap();
    *due.get_mut(&person(deceased)).unwrap() -= amount(deceased);
    assert_eq!(had, due);
    // What left the account is what arrived: nothing is under way any more.
    let debited: u128 = executed.iter().map(|file| file.debited(office.world.now)).sum();
    assert_eq!(debited, had.values().sum::<u128>());
}

/// No transfer is claimed by entries for more than it moved, and no entry is paid again twice.
fn nothing_is_paid_twice(office: &Office, executed: &[&File]) {
    let mut transfers: BTreeMap<TxHash, (u128, u128)> = BTreeMap::new();
    let mut repaid = BTreeSet::new();
    for file in executed {
        let outcomes = file.outcomes(office.world.now);
        for reference in outcomes.iter().flat_map(|outcome| &outcome.references) {
            let (moved, shares) = transfers.entry(reference.transaction).or_insert((reference.amount, 0));
            assert_eq!(*moved, reference.amount);
            *shares += reference.share;
        }
        for entry in file.entries.iter().filter(|entry| entry.repays.is_some()) {
            assert!(repaid.insert((file.header.parent, entry.repays)), "{:?}", entry.repays);
        }
    }
    assert!(transfers.values().all(|(moved, shares)| shares <= moved));
    assert!(repaid.len() > 30, "{}", repaid.len());
}
