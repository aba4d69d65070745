//! Policy tables as people write them: rows by name, councils by letter, times with units.

use crate::{
    error::CliError,
    invariant,
    text::{council, duration, letter},
};
use greatseal_protocol::{
    council::Council,
    genesis::Profile,
    policy::{self, Broken},
    refusal::Refusal,
    row::{Executors, Minima, Row, RowId},
    words,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

const HELP: &str =
    "see `greatseal policy check --help` for the file, and `greatseal policy show --toml` for a whole one";

/// A table with the sizes of its councils.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// `standard` or `micronode`.
    pub profile: String,
    /// Seats of each council.
    pub councils: BTreeMap<String, u8>,
    /// The rows, in any order.
    pub rows: Vec<RowFile>,
}

/// A row, or what changes in one.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RowFile {
    /// Its name.
    pub row: String,
    /// Approvals needed in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<u8>,
    /// What each council gives at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minima: Option<BTreeMap<String, u8>>,
    /// Time between quorum and execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// Most time between opening and quorum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approve_by: Option<String>,
    /// Most time in which it may be executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// `anyone`, `operator` or `members`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executors: Option<String>,
    /// Whether members may act from their own chain accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
}

/// Sizes of councils; every programme's stand under [`Council::PROGRAM`].
pub type Sizes = BTreeMap<Council, u8>;

impl TableFile {
    /// A table as a file.
    pub fn of(profile: Profile, sizes: &Sizes, rows: &[Row]) -> Self {
        Self {
            profile: profile.name().to_owned(),
            councils: sizes.iter().map(|(council, size)| (letter(*council), *size)).collect(),
            rows: rows.iter().map(RowFile::of).collect(),
        }
    }

    /// What the file says; rows come in their order.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it is no table.
    pub fn parse(&self) -> Result<(Profile, Sizes, Vec<Row>), CliError> {
        let profile = match self.profile.as_str() {
            "standard" => Profile::Standard,
            "micronode" => Profile::Micronode { until: 0 },
            other => return Err(wrong("profile", format!("`{other}` is none"))),
        };
        let sizes: Sizes =
            self.councils.iter().map(|(name, size)| Ok((council(name)?, *size))).collect::<Result<_, CliError>>()?;
        if let Some(one) = sizes.keys().find(|council| council.in_row() != **council) {
            let one = letter(*one);
            return Err(wrong("councils", format!("`{one}`: all programmes' councils have one size, write it as Pr")));
        }
        let mut rows = self.rows.iter().map(RowFile::whole).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|row| row.id);
        match rows.windows(2).find(|pair| pair[0].id == pair[1].id) {
            Some([twice, _]) => Err(wrong("rows", format!("{} stands twice", twice.id))),
            _ => Ok((profile, sizes, rows)),
        }
    }
}

impl RowFile {
    /// A row as it stands.
    pub fn of(row: &Row) -> Self {
        Self {
            row: row.id.to_string(),
            approvals: Some(row.m),
            minima: Some(row.minima.iter().map(|(council, k)| (letter(council), k)).collect()),
            delay: Some(words::duration(row.delay)),
            approve_by: Some(words::duration(row.approve_by)),
            window: Some(words::duration(row.window)),
            executors: Some(
                match row.executors {
                    Executors::Anyone => "anyone",
                    Executors::Operator => "operator",
                    Executors::Members => "members",
                }
                .to_owned(),
            ),
            direct: Some(row.direct),
        }
    }

    /// The row's id.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] for a name that no row has.
    pub fn id(&self) -> Result<RowId, CliError> {
        RowId::named(&self.row).ok_or_else(|| wrong("row", format!("`{}` is none", self.row)))
    }

    /// `present` with what this says, as its next version.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where a field is no value of its kind.
    pub fn change(&self, present: &Row) -> Result<Row, CliError> {
        let time = |what, text: &Option<String>, present| match text {
            Some(text) => duration(what, text),
            None => Ok(present),
        };
        Ok(Row {
            id: present.id,
            version: present.version.saturating_add(1),
            m: self.approvals.unwrap_or(present.m),
            minima: match &self.minima {
                Some(minima) => parse_minima(minima)?,
                None => present.minima.clone(),
            },
            delay: time("delay", &self.delay, present.delay)?,
            approve_by: time("approve_by", &self.approve_by, present.approve_by)?,
            window: time("window", &self.window, present.window)?,
            executors: match self.executors.as_deref() {
                None => present.executors,
                Some("anyone") => Executors::Anyone,
                Some("operator") => Executors::Operator,
                Some("members") => Executors::Members,
                Some(other) => {
                    return Err(wrong("executors", format!("`{other}` is none of anyone, operator, members")));
                }
            },
            direct: self.direct.unwrap_or(present.direct),
        })
    }

    /// A row that no table has yet, as its first version.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where a field is missing or no value of its kind.
    pub fn added(&self) -> Result<Row, CliError> {
        Ok(Row { version: 1, ..self.whole()? })
    }

    /// A row of a table that stands by itself: every field but `direct` and `executors` must be there.
    fn whole(&self) -> Result<Row, CliError> {
        let id = self.id()?;
        let there = [
            ("approvals", self.approvals.is_some()),
            ("minima", self.minima.is_some()),
            ("delay", self.delay.is_some()),
            ("approve_by", self.approve_by.is_some()),
            ("window", self.window.is_some()),
        ];
        if let Some((missing, _)) = there.iter().find(|(_, there)| !there) {
            return Err(wrong("rows", format!("{id} has no {missing}")));
        }
        let minima = parse_minima(self.minima.as_ref().unwrap_or(&BTreeMap::new()))?;
        let (executors, direct) = (Executors::Anyone, id.direct_by_default());
        let empty = Row { id, version: 0, m: 0, minima, delay: 0, approve_by: 0, window: 0, executors, direct };
        Ok(Row { version: 0, ..self.change(&empty)? })
    }
}

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

fn parse_minima(minima: &BTreeMap<String, u8>) -> Result<Minima, CliError> {
    let mut list = minima.iter().map(|(name, k)| Ok((council(name)?, *k))).collect::<Result<Vec<_>, CliError>>()?;
    list.sort_unstable();
    Minima::new(list).ok_or_else(|| wrong("minima", "name one to four councils, each once"))
}

fn wrong(what: &str, reason: impl ToString) -> CliError {
    CliError::input(what, reason, HELP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::table::default_rows;

    #[test]
    fn a_table_is_read_as_it_is_written() -> Result<(), Box<dyn std::error::Error>> {
        for profile in [Profile::Standard, Profile::Micronode { until: 0 }] {
            let rows = default_rows(profile);
            let sizes = Sizes::from([(Council::Sovereign, 3), (Council::PROGRAM, 3)]);
            let text = toml::to_string(&TableFile::of(profile, &sizes, &rows))?;
            let file: TableFile = toml::from_str(&text)?;
            assert_eq!(file.parse()?, (profile, sizes, rows));
        }
        Ok(())
    }

    #[test]
    fn what_a_change_does_not_name_stays() -> Result<(), Box<dyn std::error::Error>> {
        let present = default_rows(Profile::Standard).remove(0);
        let change = RowFile { row: present.id.to_string(), window: Some("2 d".into()), ..RowFile::default() };
        let changed = change.change(&present)?;
        assert_eq!(changed, Row { version: 1, window: 172_800, ..present });
        Ok(())
    }

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
