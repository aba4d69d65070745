//! Lines of a file, one after the other: however long the file is, one line of it is in memory, and neither the length of a
//! line nor their number is without bound.

use super::{NotText, check_from, open};
use crate::error::CliError;
use serde::de::DeserializeOwned;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    path::Path,
};

/// Most lines of any file: as many as a tree has leaves.
pub const MOST: u64 = 0xFFFF_FFFF;

/// How long a line may be, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Most bytes of a line, with what ends it.
    pub bytes: u64,
    /// Most lines, blank ones among them.
    pub lines: u64,
}

/// Why a line cannot be read.
#[derive(Debug)]
pub enum BadLine {
    /// It is too long. There is no next line.
    Long {
        /// Its number, from 1.
        line: u64,
        /// Most bytes that it may have.
        most: u64,
    },
    /// It is one too many. There is no next line.
    Many {
        /// Its number.
        line: u64,
    },
    /// It is no text.
    Text {
        /// Its number.
        line: u64,
        /// Why.
        reason: NotText,
    },
    /// It is not the JSON that stands in such a file.
    Json {
        /// Its number.
        line: u64,
        /// The byte in it, from 1; `None` where the parser names no place.
        column: Option<usize>,
        /// Why.
        reason: String,
    },
    /// The file cannot be read on.
    Unreadable {
        /// The line that was looked for.
        line: u64,
        /// Why.
        reason: io::Error,
    },
}

/// Reads the lines of a file.
pub struct Lines<R> {
    input: R,
    bounds: Bounds,
    number: u64,
    bytes: Vec<u8>,
    over: bool,
}

impl Lines<BufReader<File>> {
    /// Opens a file, as [`open`] does.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub fn open(path: &Path, bounds: Bounds, help: &'static str) -> Result<Self, CliError> {
        Ok(Self::new(BufReader::new(open(path, help)?), bounds))
    }
}

impl<R: BufRead> Lines<R> {
    /// The lines of an input.
    pub fn new(input: R, bounds: Bounds) -> Self {
        Self { input, bounds, number: 0, bytes: Vec::new(), over: false }
    }

    /// The next line that is not blank, without blanks at its ends, and its number from 1; `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`BadLine`]. Where it can be known where the line ends, the next call goes on behind it.
    pub fn next_line(&mut self) -> Result<Option<(u64, &str)>, BadLine> {
        while self.advance()? {
            if self.bytes.trim_ascii().is_empty() {
                continue;
            }
            let line = self.number;
            let first = usize::try_from(line).unwrap_or(usize::MAX);
            return match check_from(&self.bytes, first) {
                Ok(text) => Ok(Some((line, text.trim_ascii()))),
                Err(reason) => Err(BadLine::Text { line, reason }),
            };
        }
        Ok(None)
    }

    /// Takes each line that is not blank, with its number; of one that cannot be read, why.
    ///
    /// # Errors
    ///
    /// Whatever the file's reader says.
    pub fn each(mut self, mut take: impl FnMut(u64, Result<&str, BadLine>)) -> io::Result<()> {
        loop {
            match self.next_line() {
                Ok(Some((line, text))) => take(line, Ok(text)),
                Ok(None) => return Ok(()),
                Err(BadLine::Unreadable { reason, .. }) => return Err(reason),
                Err(bad) => take(bad.line(), Err(bad)),
            }
        }
    }

    /// Reads up to the end of the next line; whether there is one.
    fn advance(&mut self) -> Result<bool, BadLine> {
        if self.over {
            return Ok(false);
        }
        self.bytes.clear();
        let line = self.number.saturating_add(1);
        // One byte more than there may be, to see that there are more.
        let mut limited = self.input.by_ref().take(self.bounds.bytes.saturating_add(1));
        let read = limited.read_until(b'\n', &mut self.bytes);
        let read = read.map_err(|reason| {
            self.over = true;
            BadLine::Unreadable { line, reason }
        })?;
        self.number = line;
        let long = u64::try_from(read).is_ok_and(|read| read > self.bounds.bytes);
        let many = line > self.bounds.lines;
        self.over = read == 0 || long || many;
        match (read, long, many) {
            (0, ..) => Ok(false),
            (_, true, _) => Err(BadLine::Long { line, most: self.bounds.bytes }),
            (_, false, true) => Err(BadLine::Many { line }),
            (_, false, false) => Ok(true),
        }
    }
}

/// The value of a line's JSON.
///
/// # Errors
///
/// [`BadLine::Json`] with the place in the line.
pub fn parsed<T: DeserializeOwned>(line: u64, text: &str) -> Result<T, BadLine> {
    serde_json::from_str(text).map_err(|error| {
        // The parser knows one line only: which line of the file that is, it does not know.
        let whole = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        match whole.strip_suffix(&place) {
            Some(reason) if error.line() == 1 => {
                BadLine::Json { line, column: Some(error.column()), reason: reason.to_owned() }
            }
            _ => BadLine::Json { line, column: None, reason: whole },
        }
    })
}

impl BadLine {
    /// Its number, from 1.
    pub fn line(&self) -> u64 {
        match self {
            Self::Long { line, .. }
            | Self::Many { line }
            | Self::Text { line, .. }
            | Self::Json { line, .. }
            | Self::Unreadable { line, .. } => *line,
        }
    }

    /// The failure of a command that needs this line of a file.
    pub fn of(&self, path: &Path, help: &'static str) -> CliError {
        CliError::file(path, format!("line {}: {self}", self.line()), help)
    }
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Long { most, .. } => write!(out, "longer than {most} bytes; the rest was not read"),
            Self::Many { line } => write!(out, "there are {line} lines, one too many; the rest was not read"),
            Self::Text { reason, .. } => out.write_str(&reason.in_line()),
            Self::Json { column: Some(column), reason, .. } => write!(out, "column {column}: {reason}"),
            Self::Json { column: None, reason, .. } => out.write_str(reason),
            Self::Unreadable { reason, .. } => reason.fmt(out),
        }
    }
}

impl std::error::Error for BadLine {}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 8, lines: 6 };

    /// What each line says, or what is wrong with it.
    fn read(content: &[u8]) -> Vec<String> {
        let mut read = Vec::new();
        let lines = Lines::new(content, BOUNDS);
        let ended = lines.each(|line, text| match text {
            Ok(text) => read.push(format!("{line} {text}")),
            Err(bad) => read.push(format!("{line}! {bad}")),
        });
        assert!(ended.is_ok());
        read
    }

    #[test]
    fn blank_lines_count_and_are_passed_over() {
        assert_eq!(read(b"one\r\n\r\n\n  \n two \nthree"), ["1 one", "5 two", "6 three"]);
        assert_eq!(read(b""), Vec::<String>::new());
    }

    #[test]
    fn a_line_that_is_too_long_and_one_too_many_end_it() {
        assert_eq!(read(b"1234567\n12345678\nx\n"), ["1 1234567", "2! longer than 8 bytes; the rest was not read"]);
        assert_eq!(read(b"12345678"), ["1 12345678"], "without an end it has as many bytes");
        let many = read(b"1\n2\n3\n4\n5\n6\n7\n8\n");
        assert_eq!(
            many.get(5..),
            Some(&["6 6".into(), "7! there are 7 lines, one too many; the rest was not read".into()][..])
        );
    }

    #[test]
    fn behind_a_line_that_is_no_text_the_others_are_read() {
        let bad = [
            "1! begins with a byte order mark (U+FEFF): save it as UTF-8 without one",
            "2 b",
            "3! column 2: the byte 0xe4 is not UTF-8",
            "4! column 1: a NUL byte",
            "5! begins with a byte order mark (U+FEFF): take it out",
            "6 f",
        ];
        assert_eq!(read(b"\xEF\xBB\xBFa\nb\nc\xE4\n\0\n\xEF\xBB\xBFe\nf"), bad);
    }

    #[test]
    fn json_says_where_in_its_line_it_is_wrong() {
        assert_eq!(parsed::<u32>(7, "12").ok(), Some(12));
        let bad = parsed::<Vec<u32>>(7, "[1, x]").map_err(|bad| (bad.line(), bad.to_string()));
        assert_eq!(bad, Err((7, "column 5: expected value".to_owned())));
        let path = Path::new("list.jsonl");
        let told = parsed::<u32>(9, "\"a\"").map_err(|bad| bad.of(path, "help").to_string());
        assert!(told.as_ref().is_err_and(|told| told.starts_with("list.jsonl: line 9: ")), "{told:?}");
    }
}
