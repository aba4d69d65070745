//! Long values on a terminal: broken by us, so that what follows is never taken for a line of its own.

use crate::Printable;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a value gets at least, however narrow the terminal is.
const LEAST: usize = 20;

/// A label, padded to `indent` columns, and its value over as many rows of at most `columns` as it needs. Rows after the first
/// begin with blanks below the label, so that none of them can look like another label.
pub fn wrapped(label: &Printable, value: &Printable, indent: usize, columns: usize) -> Vec<Printable> {
    let room = columns.saturating_sub(indent).max(LEAST);
    let pad = |text: &str| " ".repeat(indent.saturating_sub(text.width()));
    let rows = rows(value, room).into_iter().enumerate();
    rows.map(|(number, row)| match number {
        0 => Printable(format!("{label}{}{row}", pad(label))),
        _ => Printable(format!("{}{row}", pad(""))),
    })
    .collect()
}

/// Breaks at blanks where there are any, and anywhere else where there are none.
fn rows(value: &str, room: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut width = 0_usize;
    for word in value.split_inclusive(' ') {
        let needs = word.trim_end_matches(' ').width();
        if width > 0 && width.saturating_add(needs) > room {
            rows.push(std::mem::take(&mut row).trim_end().to_owned());
            width = 0;
        }
        for character in word.chars() {
            let columns = character.width().unwrap_or(0);
            if width.saturating_add(columns) > room {
                rows.push(std::mem::take(&mut row));
                width = 0;
            }
            row.push(character);
            width = width.saturating_add(columns);
        }
    }
    let row = row.trim_end();
    if !row.is_empty() || rows.is_empty() {
        rows.push(row.to_owned());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrap(value: &str, columns: usize) -> Vec<String> {
        let rows = wrapped(&Printable::new("risk"), &Printable::new(value), 8, columns);
        rows.into_iter().map(Printable::into_string).collect()
    }

    #[test]
    fn a_value_stays_beside_its_label() {
        assert_eq!(wrap("low", 80), ["risk    low"]);
        assert_eq!(wrap("", 80), ["risk    "]);
        assert_eq!(
            wrap("none that anybody has found so far", 30),
            ["risk    none that anybody has", "        found so far"]
        );
        let digits = "0123456789".repeat(5);
        assert_eq!(
            wrap(&digits, 28),
            ["risk    01234567890123456789", "        01234567890123456789", "        0123456789"]
        );
        assert_eq!(wrap("日本語日本語日本語日本語", 28), ["risk    日本語日本語日本語日", "        本語"]);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_terminal_or_begins_where_labels_do(text: String, columns in 28_usize..120) {
            let rows = wrap(&text, columns);
            for (number, row) in rows.iter().enumerate() {
                prop_assert!(row.width() <= columns, "{row:?}");
                prop_assert!(number == 0 || row.starts_with("        "));
            }
            let without = |text: &str| text.chars().filter(|found| !found.is_whitespace()).collect::<String>();
            let told: String = rows.concat();
            prop_assert_eq!(without(&told), format!("risk{}", without(&Printable::new(&text))));
        }
    }
}
