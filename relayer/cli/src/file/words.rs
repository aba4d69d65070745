//! Whether bytes are text: UTF-8 without a byte order mark and without NUL. A parser would only say that it expected
//! something else, of a character that no editor shows.

use std::fmt;

/// U+FEFF in UTF-8.
const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Why bytes are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// They have a byte order mark.
    Mark {
        /// In this line.
        line: usize,
    },
    /// They are UTF-16.
    Utf16,
    /// A byte is zero.
    Nul(Place),
    /// A byte is none of UTF-8 there.
    NotUtf8(Place, u8),
}

/// A place in a file; both numbers begin at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Byte in it.
    pub column: usize,
}

/// The text that bytes are.
///
/// # Errors
///
/// [`NotText`].
pub fn check(bytes: &[u8]) -> Result<&str, NotText> {
    check_from(bytes, 1)
}

/// The text that bytes are which begin in this line of their file.
///
/// # Errors
///
/// [`NotText`].
pub fn check_from(bytes: &[u8], line: usize) -> Result<&str, NotText> {
    match bytes {
        [a, b, c, ..] if [*a, *b, *c] == MARK => return Err(NotText::Mark { line }),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(NotText::Utf16),
        _ => {}
    }
    let place = |at: usize| {
        let before = bytes.get(..at).unwrap_or_default();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count().saturating_add(1);
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        Place { line: line.saturating_add(lines), column }
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(NotText::Nul(place(at)));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        NotText::NotUtf8(place(at), bytes.get(at).copied().unwrap_or_default())
    })
}

impl NotText {
    /// What is wrong with a line whose number somebody else says.
    pub fn in_line(&self) -> String {
        match self {
            Self::Mark { line: 1 } | Self::Utf16 => self.to_string(),
            Self::Mark { .. } => "begins with a byte order mark (U+FEFF): take it out".to_owned(),
            Self::Nul(Place { column, .. }) => format!("column {column}: a NUL byte"),
            Self::NotUtf8(Place { column, .. }, byte) => format!("column {column}: the byte 0x{byte:02x} is not UTF-8"),
        }
    }
}

impl fmt::Display for NotText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark { line: 1 } => {
                out.write_str("begins with a byte order mark (U+FEFF): save it as UTF-8 without one")
            }
            Self::Mark { line } => write!(out, "line {line} begins with a byte order mark (U+FEFF): take it out"),
            Self::Utf16 => out.write_str("is UTF-16: save it as UTF-8"),
            Self::Nul(Place { line, column }) => write!(out, "line {line}, column {column}: a NUL byte"),
            Self::NotUtf8(Place { line, column }, byte) => {
                write!(out, "line {line}, column {column}: the byte 0x{byte:02x} is not UTF-8")
            }
        }
    }
}

impl std::error::Error for NotText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_editor_shows_is_named_with_its_place() {
        assert_eq!(check("täglich\n".as_bytes()), Ok("täglich\n"));
        for (bytes, words) in [
            (&b"\xEF\xBB\xBF{}"[..], "begins with a byte order mark (U+FEFF): save it as UTF-8 without one"),
            (b"\xFF\xFE{\0}\0", "is UTF-16: save it as UTF-8"),
            (b"{}\n{\0}", "line 2, column 2: a NUL byte"),
            (b"{}\n\nn\xE4chste", "line 3, column 2: the byte 0xe4 is not UTF-8"),
        ] {
            assert_eq!(check(bytes).map_err(|reason| reason.to_string()), Err(words.to_owned()));
        }
        let second = check_from(b"\xEF\xBB\xBF{}", 7).map_err(|reason| reason.to_string());
        assert_eq!(second, Err("line 7 begins with a byte order mark (U+FEFF): take it out".to_owned()));
    }
}
