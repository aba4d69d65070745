//! Where the rows of a table stand in its file, so that a fault is found there.

use serde::Deserialize;
use toml::Spanned;

/// The lines in which rows have their names, in the file's order. Empty for JSON, whose rows have numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(Vec<usize>);

#[derive(Deserialize)]
struct Named {
    rows: Vec<NamedRow>,
}

#[derive(Deserialize)]
struct NamedRow {
    row: Spanned<String>,
}

impl Lines {
    /// Of a table in TOML.
    pub fn of(text: &str) -> Self {
        let line = |named: NamedRow| {
            let before = text.get(..named.row.span().start).unwrap_or_default();
            before.matches('\n').count().saturating_add(1)
        };
        let rows = toml::from_str::<Named>(text).map(|named| named.rows).unwrap_or_default();
        Self(rows.into_iter().map(line).collect())
    }

    /// Where a row stands, by its place among the rows of the file, from 0.
    pub(super) fn place(&self, at: usize) -> String {
        match self.0.get(at) {
            Some(line) => format!("line {line}"),
            None => format!("row {}", at.saturating_add(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_in_the_line_of_its_name() {
        let text = "profile = \"standard\"\n\n[[rows]]\nrow = \"a\"\n[[rows]]\n# other\ndelay = \"1 h\"\nrow = \"b\"\n";
        let lines = Lines::of(text);
        assert_eq!([0, 1, 2].map(|at| lines.place(at)), ["line 4", "line 8", "row 3"]);
        assert_eq!(Lines::default().place(0), "row 1");
    }
}
