//! Text from outside, made safe to show on terminals and in logs.
//!
//! A control character moves the cursor, a bidirectional override turns a line around, a line break forges the next line,
//! and an invisible character makes two names look alike. [`Printable`] holds none of them: they are escaped when it is made,
//! and nothing is printed or logged that is not made into one. Where text becomes part of a record, [`hidden`] finds
//! such characters, so that the text can be refused.

mod hidden;
mod wrap;

pub use hidden::{Hidden, hidden};
pub use wrap::wrapped;

use hidden::is_hidden;
use serde::{Serialize, Serializer};
use std::fmt::{self, Write as _};

/// The longest run of blanks that a value keeps: longer ones could push a forged line to the next row of a terminal.
const BLANKS: usize = 8;

/// Text without any character that a terminal obeys or hides.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Printable(String);

impl Printable {
    /// A value on one line. Hidden characters, line breaks among them, become escapes such as `\n` and `\u{202e}`; a run of more
    /// than eight blanks is told by its number.
    pub fn new(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        let mut shown = String::with_capacity(text.len());
        let mut before = None;
        let mut rest = text.as_str();
        while let Some(character) = rest.chars().next() {
            let blanks = rest.chars().take_while(|found| found.is_whitespace() && !is_hidden(*found, None)).count();
            if blanks > BLANKS {
                // Writing to a string cannot fail.
                let _ = write!(shown, "[{blanks} blanks]");
                rest = rest.char_indices().nth(blanks).map_or("", |(end, _)| &rest[end..]);
                before = None;
                continue;
            }
            push(&mut shown, character, before);
            before = Some(character);
            rest = &rest[character.len_utf8()..];
        }
        Self(shown)
    }

    /// Several lines whose breaks are our own, such as a configuration file that we have written: every line is made printable by
    /// itself, and keeps its blanks.
    pub fn lines(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        let mut shown = String::with_capacity(text.len());
        let mut before = None;
        for character in text.chars() {
            match character {
                '\n' => shown.push('\n'),
                other => push(&mut shown, other, before),
            }
            before = Some(character);
        }
        Self(shown)
    }

    /// JSON, on one line or indented. Inside its strings hidden characters become `\uXXXX`, which is the same JSON.
    pub fn json(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                // A JSON text has none inside of its strings.
                '\n' => shown.push('\n'),
                hidden if is_hidden(hidden, None) => {
                    for unit in hidden.encode_utf16(&mut [0; 2]) {
                        let _ = write!(shown, "\\u{unit:04x}");
                    }
                }
                other => shown.push(other),
            }
        }
        Self(shown)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as a string that may be added to.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// One character, escaped where it is hidden after the one before it.
fn push(shown: &mut String, character: char, before: Option<char>) {
    let escaped = match character {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        hidden if is_hidden(hidden, before) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(hidden));
            return;
        }
        other => return shown.push(other),
    };
    shown.push_str(escaped);
}

impl fmt::Display for Printable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl std::ops::Deref for Printable {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Printable {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Printable {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl Serialize for Printable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        for (text, shown) in [
            ("pause route:1", "pause route:1"),
            ("\u{1b}[2J\u{1b}[3A", "\\u{1b}[2J\\u{1b}[3A"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("one\nneeds  1 approval", "one\\nneeds  1 approval"),
            ("one\r\ntwo\tthree", "one\\r\\ntwo\\tthree"),
            ("one\u{2028}two\u{85}three\u{b}", "one\\u{2028}two\\u{85}three\\u{b}"),
            ("\u{202e}lla redael", "\\u{202e}lla redael"),
            ("pay\u{200b}pal \u{feff}\u{2060}\u{ad}", "pay\\u{200b}pal \\u{feff}\\u{2060}\\u{ad}"),
            ("\u{2800}\u{3164}\u{115f}", "\\u{2800}\\u{3164}\\u{115f}"),
            ("\u{e0041}\u{fe0f}\u{7f}\u{0}", "\\u{e0041}\\u{fe0f}\\u{7f}\\u{0}"),
            ("Straße, 10\u{a0}000\u{202f}€, Ελλάδα", "Straße, 10\u{a0}000\u{202f}€, Ελλάδα"),
        ] {
            assert_eq!(Printable::new(text).as_str(), shown, "{text:?}");
        }
    }

    #[test]
    fn words_of_scripts_that_join_their_letters_stay_as_they_are() {
        // Persian and Hindi, with the joiners that their spelling needs.
        for text in ["می\u{200c}خواهم", "क्\u{200d}ष", "שלום", "مرحبا"] {
            assert_eq!(Printable::new(text).as_str(), text);
        }
        assert_eq!(Printable::new("a\u{200c}b").as_str(), "a\\u{200c}b");
    }

    #[test]
    fn blanks_that_would_fill_a_row_are_counted() {
        let forged = format!("harmless{}action  adopt", " ".repeat(200));
        assert_eq!(Printable::new(forged).as_str(), "harmless[200 blanks]action  adopt");
        assert_eq!(Printable::new(format!("a{}b", "\u{3000}".repeat(9))).as_str(), "a[9 blanks]b");
        assert_eq!(Printable::new("a        b").as_str(), "a        b");
    }

    #[test]
    fn our_own_lines_keep_their_breaks_and_nothing_else() {
        assert_eq!(Printable::lines("a = 1\n  b = \"\u{1b}[2J\"").as_str(), "a = 1\n  b = \"\\u{1b}[2J\"");
    }

    #[test]
    fn json_stays_the_same_json() -> Result<(), serde_json::Error> {
        let value = serde_json::json!({ "title": "\u{202e}x\u{7f}\u{e0041}\n\u{1b}", "plain": "ü" });
        let shown = Printable::json(&value);
        assert!(hidden(&shown).is_none(), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown)?, value);
        Ok(())
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text: String) {
            prop_assert!(hidden(&Printable::new(&text)).is_none());
            let lines = Printable::lines(&text);
            prop_assert!(lines.split('\n').all(|line| hidden(line).is_none()));
            let json = Printable::json(serde_json::Value::from(text.as_str()));
            prop_assert!(hidden(&json).is_none());
            prop_assert_eq!(serde_json::from_str::<String>(&json).ok(), Some(text));
        }
    }
}
