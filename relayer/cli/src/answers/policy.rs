//! `greatseal policy …`: the table row by row, and what cannot be done under it.

use super::{
    Answer, Text,
    chain::{Profile, ProfileName},
};
use crate::{
    dead_end::Gap,
    output::{Line, line},
    table::Sizes,
};
use greatseal_protocol::{
    council::Council,
    row::{self, RowId},
    words,
};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// A number for each of several councils.
pub type PerCouncil = BTreeMap<Text<Council>, u8>;

/// `greatseal policy show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyTable {
    /// How strict it is.
    pub profile: Profile,
    /// Seats of its councils.
    pub councils: PerCouncil,
    /// Its rows by number.
    pub rows: Vec<Row>,
}

/// A row of the policy table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// Its name.
    pub row: Text<RowId>,
    /// Its number.
    pub number: u8,
    /// Up by one at every change.
    pub version: u32,
    /// Approvals that are needed in all.
    pub approvals: u8,
    /// What each council gives at least.
    pub minima: PerCouncil,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Most seconds between opening and quorum.
    pub approve_by: u32,
    /// Most seconds in which it may be executed.
    pub window: u32,
    /// Who executes.
    pub executors: Executors,
    /// Whether members may act from their own chain accounts.
    pub direct: bool,
    /// Which way actions under it go.
    pub direction: Direction,
    /// Whether its envelopes are short-lived.
    pub protective: bool,
    /// Whether somebody must have looked before.
    pub escalation: bool,
    /// Whether no pause stops it.
    pub never_blocked: bool,
}

/// Who executes what was decided under a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Executors {
    /// Anyone.
    Anyone,
    /// Operators; the row's councils after half of the window.
    Operator,
    /// Operators and the row's councils.
    Members,
}

/// Which way actions under a row go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// They narrow what can be done.
    Protects,
    /// Neither.
    Neutral,
    /// They widen what can be done.
    Loosens,
}

/// `greatseal policy init`: a file to begin with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyWritten {
    /// The file.
    pub file: String,
    /// Of which profile the table is.
    pub profile: ProfileName,
    /// Number of its rows.
    pub rows: u32,
}

/// `greatseal policy check`: a table that keeps the invariants.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyChecked {
    /// Its file.
    pub file: String,
    /// The profile that the file names.
    pub profile: ProfileName,
    /// Number of its rows.
    pub rows: u32,
    /// Rows of the default table that it lacks: what they are for is denied.
    pub denied: Vec<Text<RowId>>,
    /// What cannot be done under it.
    pub cannot: Vec<Gap>,
}

impl Serialize for Gap {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields {
            gap: &'static str,
            council: Option<Text<Council>>,
        }
        Fields { gap: self.name(), council: self.council().map(Text) }.serialize(out)
    }
}

/// A number for each council.
pub fn per_council(sizes: &Sizes) -> PerCouncil {
    sizes.iter().map(|(council, size)| (Text(*council), *size)).collect()
}

impl From<&row::Row> for Row {
    fn from(row: &row::Row) -> Self {
        Self {
            row: Text(row.id),
            number: row.id.0,
            version: row.version,
            approvals: row.m,
            minima: row.minima.iter().map(|(council, k)| (Text(council), k)).collect(),
            delay: row.delay,
            approve_by: row.approve_by,
            window: row.window,
            executors: match row.executors {
                row::Executors::Anyone => Executors::Anyone,
                row::Executors::Operator => Executors::Operator,
                row::Executors::Members => Executors::Members,
            },
            direct: row.direct,
            direction: match row.id.direction() {
                row::Direction::Protects => Direction::Protects,
                row::Direction::Neutral => Direction::Neutral,
                row::Direction::Loosens => Direction::Loosens,
            },
            protective: row.id.protective(),
            escalation: row.id.escalation(),
            never_blocked: row.id.never_blocked(),
        }
    }
}

impl Row {
    /// The row in a sentence.
    pub(crate) fn words(&self, sizes: &PerCouncil) -> String {
        let all: u32 = self.minima.keys().map(|council| u32::from(sizes.get(council).copied().unwrap_or(0))).sum();
        let voices = self.minima.iter().map(|(Text(council), k)| match k {
            0 => words::council(*council),
            k => format!("{} (at least {k})", words::council(*council)),
        });
        let executors = match self.executors {
            Executors::Anyone => "anyone",
            Executors::Operator => "an operator, its councils after half of that",
            Executors::Members => "an operator or its councils",
        };
        let delay = match self.delay {
            0 => "at once".to_owned(),
            delay => format!("{} after the quorum", words::duration(delay)),
        };
        let direction = match self.direction {
            Direction::Protects => "; narrows",
            Direction::Neutral => "",
            Direction::Loosens => "; widens",
        };
        format!(
            "{} of {all} of {}; decided within {}; executed {delay}, within {}, by {executors}{direction}{}",
            self.approvals,
            voices.collect::<Vec<_>>().join(", "),
            words::duration(self.approve_by),
            words::duration(self.window),
            if self.direct { "; own accounts may act" } else { "" },
        )
    }
}

impl Answer for PolicyTable {
    fn lines(&self) -> Vec<Line> {
        let profile = match self.profile.until {
            Some(until) => format!("{} (loosens until {until})", self.profile.name.word()),
            None => self.profile.name.word().to_owned(),
        };
        let seats = self.councils.iter().map(|(Text(council), size)| format!("{} {size}", words::council(*council)));
        let mut lines = vec![line("profile", profile), line("councils", seats.collect::<Vec<_>>().join(", "))];
        lines.extend(self.rows.iter().map(|row| line(&row.row.to_string(), row.words(&self.councils))));
        lines
    }
}

impl Answer for PolicyWritten {
    fn lines(&self) -> Vec<Line> {
        vec![line("written to", &self.file), line("profile", self.profile.word()), line("rows", self.rows)]
    }
}

impl Answer for PolicyChecked {
    fn lines(&self) -> Vec<Line> {
        const HOLD: &str =
            "1 to 12 and 27 to 30 hold; organisations and expiries are looked at when councils have their seats";
        let mut lines = vec![
            line("table", &self.file),
            line("profile", self.profile.word()),
            line("rows", self.rows),
            line("invariants", HOLD),
        ];
        if !self.denied.is_empty() {
            let denied: Vec<_> = self.denied.iter().map(ToString::to_string).collect();
            lines.push(line("denied", denied.join(", ")));
        }
        lines.extend(self.cannot.iter().map(|gap| line("cannot", gap)));
        lines.push(line("holds", "yes"));
        lines
    }
}
