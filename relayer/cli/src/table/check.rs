//! What is wrong with a table: every row's first broken invariant, as the contract judges it.

use super::Sizes;
use crate::{error::CliError, invariant};
use greatseal_protocol::{
    council::Council,
    genesis::Profile,
    policy::{self, Broken},
    refusal::Refusal,
    row::{Row, RowId},
    words,
};
use std::fmt;

/// What is wrong with a table: an invariant that a row breaks, or a council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The invariant, and the row if it is one.
    pub broken: Broken,
    /// The council with a size that none can have.
    pub council: Option<(Council, u8)>,
    /// The row's numbers, where a row breaks it.
    pub numbers: Option<String>,
}

impl Breach {
    fn of_row(broken: Broken, sizes: &Sizes, rows: &[Row]) -> Self {
        let row = rows.iter().find(|row| row.id.0 == broken.row);
        Self { broken, council: None, numbers: row.map(|row| invariant::of_row(row, sizes)) }
    }

    /// What to do about it, as the refusal of the same invariant says; but no refusal sends people to the command that they
    /// have just given.
    pub fn help(&self) -> &'static str {
        match self.broken.invariant {
            2 => {
                "ask of no council more than it has seats, and at least as many approvals as the councils' minima together"
            }
            _ => Refusal::from(self.broken).help(),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.broken)?;
        if let Some((council, size)) = self.council {
            let (council, most) = (words::council(council), Council::MAX_SEATS);
            write!(out, " broken by the size of {council}: {size} seats, not 1 to {most}")?;
        }
        match &self.numbers {
            Some(numbers) => write!(out, ": {numbers}"),
            None => Ok(()),
        }
    }
}

/// Checks a table.
///
/// # Errors
///
/// [`CliError::Broken`] with every invariant that is broken and its row; each row's first.
pub fn check(profile: Profile, sizes: &Sizes, rows: &[Row]) -> Result<(), CliError> {
    match breaches(profile, sizes, rows) {
        none if none.is_empty() => Ok(()),
        breaches => Err(CliError::Broken(breaches)),
    }
}

/// Every row's first broken invariant. What the contract would name is among them, and first but for councils' sizes.
fn breaches(profile: Profile, sizes: &Sizes, rows: &[Row]) -> Vec<Breach> {
    let judge = |rows: &[Row]| policy::check_table(profile, rows, |council| sizes.get(&council).copied().unwrap_or(0));
    // The contract looks at sizes where councils have their seats: a table by itself has only the numbers.
    let impossible = |size: u8| !(1..=Council::MAX_SEATS).contains(&usize::from(size));
    let of_council = sizes.iter().filter(|(_, size)| impossible(**size));
    let mut found: Vec<Breach> = of_council
        .map(|(council, size)| Breach {
            broken: Broken { invariant: 1, row: 0 },
            council: Some((*council, *size)),
            numbers: None,
        })
        .collect();
    let contract = judge(rows).err();
    found.extend(contract.map(|broken| Breach::of_row(broken, sizes, rows)));
    for row in rows {
        // By itself, and with the rows that could make the way to its councils cheap.
        let around = |other: &&Row| {
            other.id == row.id || row.minima.iter().any(|(council, _)| other.id == RowId::rotate(council))
        };
        let around: Vec<Row> = rows.iter().filter(around).cloned().collect();
        // What a part of a table lacks is no fault of the row.
        let own = |rows: &[Row]| judge(rows).err().filter(|broken| broken.row == row.id.0);
        let broken = own(std::slice::from_ref(row)).or_else(|| own(&around));
        let broken = broken.filter(|broken| contract != Some(*broken));
        found.extend(broken.map(|broken| Breach::of_row(broken, sizes, rows)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::table::default_rows;

    #[test]
    fn every_row_that_breaks_something_is_named() {
        let sits = [(Council::Sovereign, 3), (Council::Policy, 2), (Council::Auditor, 1), (Council::Panel, 1)];
        let sizes: Sizes = sits.into_iter().chain([(Council::Technical, 40)]).collect();
        let mut rows = default_rows(Profile::Standard);
        let councils = |row: &Row| row.minima.iter().all(|(council, _)| sizes.contains_key(&council));
        rows.retain(|row| councils(row) && row.minima.iter().all(|(council, _)| council != Council::Technical));
        let told = |sizes: &Sizes, rows: &[Row]| {
            let found = breaches(Profile::Standard, sizes, rows);
            found.iter().map(|breach| (breach.broken.invariant, breach.broken.row)).collect::<Vec<_>>()
        };
        let nobody_rotates = (30, RowId::ROTATE_TECHNICAL.0);
        assert_eq!(told(&sizes, &rows), [(1, 0), nobody_rotates], "nobody votes with 40 seats, and yet there are none");
        let words = breaches(Profile::Standard, &sizes, &rows)[0].to_string();
        assert!(words.ends_with("broken by the size of Technical: 40 seats, not 1 to 16"), "{words}");
        for size in [0, 17, 255] {
            assert_eq!(told(&Sizes::from([(Council::Technical, size)]), &[])[0], (1, 0), "{size}");
        }

        let sizes = Sizes::from(sits);
        assert_eq!(told(&sizes, &rows), []);
        for row in &mut rows {
            match row.id {
                RowId::LIFT_EARLY => row.approve_by = 1,
                RowId::DISPUTE_OVERRIDE => row.m = 3,
                // Easier than what the council decides.
                id if id == RowId::rotate(Council::Policy) => row.delay = 3_600,
                _ => {}
            }
        }
        let found = told(&sizes, &rows);
        let rotated = rows
            .iter()
            .filter(|row| row.delay > 3_600 && row.minima.iter().any(|(council, _)| council == Council::Policy));
        let cheap: Vec<_> = rotated.filter(|row| row.id.rotated().is_none()).map(|row| (12, row.id.0)).collect();
        assert!(cheap.len() > 1, "{found:?}");
        let mut expected = vec![(9, RowId::LIFT_EARLY.0), (6, RowId::DISPUTE_OVERRIDE.0)];
        expected.extend(cheap);
        expected.sort_by_key(|(_, row)| *row);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_breach_has_the_numbers_and_what_to_do() -> Result<(), Box<dyn std::error::Error>> {
        let sizes = Sizes::from([(Council::Custody, 3)]);
        let mut rows = default_rows(Profile::Standard);
        rows.retain(|row| row.id == RowId::CUSTODY);
        rows.iter_mut().for_each(|row| row.m = 1);
        let breach = breaches(Profile::Standard, &sizes, &rows).pop().ok_or("it holds")?;
        let words = breach.to_string();
        let numbers = "broken by custody: custody asks for 1 approval, at least 2 of the 3 of Custody; delay 1 h";
        assert!(words.starts_with("invariant 2 (minima: ") && words.contains(numbers), "{words}");
        let all =
            (1..=14).map(|invariant| Breach { broken: Broken { invariant, row: 0 }, council: None, numbers: None });
        let around: Vec<_> = all.filter(|breach| breach.help().contains("policy check")).collect();
        assert_eq!(around, [], "help is not the command that was given");
        Ok(())
    }
}
