//! What is wrong with a file, all of it: whoever mends one line shall not learn of the next one afterwards.

use std::fmt;

/// Most faults that are shown; the others are counted.
const SHOWN: usize = 20;
/// Most characters of somebody's text that an error repeats.
const QUOTED: usize = 180;

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; `None` where it is the whole file's.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// The faults of one file, first lines first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    found: Vec<Fault>,
    more: u64,
}

impl Faults {
    /// A fault of a line.
    pub fn add(&mut self, line: u64, reason: impl ToString) {
        self.push(Fault { line: Some(line), reason: reason.to_string() });
    }

    /// A fault of the whole file.
    pub fn whole(&mut self, reason: impl ToString) {
        self.push(Fault { line: None, reason: reason.to_string() });
    }

    /// Those of another list as well.
    pub fn append(&mut self, others: Self) {
        self.more = self.more.saturating_add(others.more);
        others.found.into_iter().for_each(|fault| self.push(fault));
    }

    /// Keeps those of the first lines: what is found at the end may stand further up than what was found before.
    fn push(&mut self, fault: Fault) {
        let place = |fault: &Fault| fault.line.unwrap_or(u64::MAX);
        let at = self.found.partition_point(|other| place(other) <= place(&fault));
        self.found.insert(at, fault);
        if self.found.len() > SHOWN {
            self.found.pop();
            self.more = self.more.saturating_add(1);
        }
    }

    /// Those that are shown.
    pub fn found(&self) -> &[Fault] {
        &self.found
    }

    /// How many more there are.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "line {line}: {}", self.reason),
            None => out.write_str(&self.reason),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, fault) in self.found.iter().enumerate() {
            let between = if number == 0 { "" } else { "; " };
            write!(out, "{between}{fault}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(out, "; and {more} more"),
        }
    }
}

/// Somebody's text inside a sentence, shortened. What a terminal would obey is escaped where it is shown.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}
