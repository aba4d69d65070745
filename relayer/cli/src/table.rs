//! Policy tables as people write them: rows by name, councils by letter, times with units.

mod check;
mod lines;

pub use check::{Breach, check};
pub use lines::Lines;

use crate::{
    error::CliError,
    file,
    text::{council, duration, letter},
};
use greatseal_protocol::{
    council::Council,
    genesis::Profile,
    row::{Executors, Minima, Row, RowId},
    words,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

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

/// What a file says.
#[derive(Clone, Debug)]
pub struct Table {
    /// How strict it is.
    pub profile: Profile,
    /// The sizes of its councils.
    pub sizes: Sizes,
    /// Its rows, by id.
    pub rows: Vec<Row>,
    /// Where each row stands in the file.
    pub places: BTreeMap<RowId, String>,
}

impl TableFile {
    /// A table as a file.
    pub fn of(profile: Profile, sizes: &Sizes, rows: &[Row]) -> Self {
        Self {
            profile: profile.name().to_owned(),
            councils: sizes.iter().map(|(council, size)| (letter(*council), *size)).collect(),
            rows: rows.iter().map(RowFile::of).collect(),
        }
    }

    /// Reads a file, TOML where its name ends so, JSON otherwise.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] with the file and the place where it is no table.
    pub fn read(path: &Path, help: &'static str) -> Result<Table, CliError> {
        let (file, text) = file::load_with_text::<Self>(path, help)?;
        let lines = if file::is_toml(path) { Lines::of(&text) } else { Lines::default() };
        file.parse(&lines).map_err(|error| error.within(&path.display()))
    }

    /// What the file says, whose rows stand in these lines.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it is no table.
    pub fn parse(&self, lines: &Lines) -> Result<Table, CliError> {
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
        let (mut rows, mut places) = (Vec::new(), BTreeMap::new());
        for (at, file) in self.rows.iter().enumerate() {
            let place = lines.place(at);
            let row = file.whole().map_err(|error| error.within(&format!("{place}, {}", file.row)))?;
            if let Some(before) = places.insert(row.id, place.clone()) {
                return Err(wrong(&place, format!("{} stands twice, in {before} too", row.id)));
            }
            rows.push(row);
        }
        rows.sort_by_key(|row| row.id);
        Ok(Table { profile, sizes, rows, places })
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
        let row = self.whole().map_err(|error| error.within(&self.row))?;
        Ok(Row { version: 1, ..row })
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
            return Err(wrong(missing, "missing"));
        }
        let minima = parse_minima(self.minima.as_ref().unwrap_or(&BTreeMap::new()))?;
        let (executors, direct) = (Executors::Anyone, id.direct_by_default());
        let empty = Row { id, version: 0, m: 0, minima, delay: 0, approve_by: 0, window: 0, executors, direct };
        Ok(Row { version: 0, ..self.change(&empty)? })
    }
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
            let table = file.parse(&Lines::of(&text))?;
            assert_eq!((table.profile, table.sizes, table.rows), (profile, sizes, rows));
        }
        Ok(())
    }

    #[test]
    fn a_fault_is_found_in_its_line() -> Result<(), Box<dyn std::error::Error>> {
        let rows = &default_rows(Profile::Standard)[..2];
        let text = toml::to_string(&TableFile::of(Profile::Standard, &Sizes::new(), rows))?;
        let second = format!("row = \"{}\"", rows[1].id);
        let line = text.lines().position(|line| line == second).ok_or("no second row")? + 1;
        let told = |text: &str, lines: &Lines| -> Result<String, toml::de::Error> {
            let parsed = toml::from_str::<TableFile>(text)?.parse(lines);
            Ok(parsed.map_or_else(|error| error.to_string(), |_| String::new()))
        };
        let after = text.get(text.find(&second).ok_or("no second row")?..).unwrap_or_default();
        let place = format!("line {line}, {}: ", rows[1].id);
        let without_delay: String =
            after.lines().filter(|line| !line.starts_with("delay")).map(|line| format!("{line}\n")).collect();
        let odd = after.replace("window = \"", "window = \"x");
        for (with, wants) in [(without_delay, "delay: missing"), (odd, "window: ")] {
            let faulty = text.replace(after, &with);
            let found = told(&faulty, &Lines::of(&faulty))?;
            assert!(found.starts_with(&format!("{place}{wants}")), "{found}");
            // JSON has no lines: there the row is counted.
            let counted = told(&faulty, &Lines::default())?;
            assert!(counted.starts_with(&format!("row 2, {}: {wants}", rows[1].id)), "{counted}");
        }
        let twice = text.replace(&second, &format!("row = \"{}\"", rows[0].id));
        let found = told(&twice, &Lines::of(&twice))?;
        assert!(found.starts_with(&format!("line {line}: {} stands twice, in line ", rows[0].id)), "{found}");
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
}
