//! Rows one after the other: of an export, line by line, or of the indexer, page by page. However many there are, one page is
//! held at a time.

use crate::{commands::governance::log::Pages, error::CliError, file, services::Service};
use greatseal_api::wire::EventRow;
use std::{
    collections::VecDeque,
    fmt,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

/// Most bytes of a line: many times a genesis with all councils full.
const MOST: u64 = 4 * 1024 * 1024;

/// Where rows come from.
pub(super) enum Rows {
    /// An export.
    File(Lines),
    /// The indexer, and what is left of its last page.
    Indexer(Pages, VecDeque<EventRow>),
}

/// Where a row stands, for the sentence that says what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// In this line of the file.
    Line(u64),
    /// In an answer.
    Answer,
    /// Behind all rows.
    End,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(out, " (line {line})"),
            Self::Answer | Self::End => Ok(()),
        }
    }
}

impl Rows {
    pub(super) fn of_file(path: &Path) -> Result<Self, CliError> {
        Lines::open(path, "give a file that `greatseal audit export` wrote").map(Self::File)
    }

    pub(super) fn of_indexer(indexer: &Service) -> Self {
        Self::Indexer(Pages::all(indexer), VecDeque::new())
    }

    /// The next row.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] with the line of the file, [`CliError::Unreachable`].
    pub(super) async fn next(&mut self) -> Result<Option<(EventRow, Place)>, CliError> {
        match self {
            Self::File(lines) => lines.parsed(),
            Self::Indexer(pages, page) => {
                if page.is_empty() {
                    page.extend(pages.next().await?.unwrap_or_default());
                }
                Ok(page.pop_front().map(|row| (row, Place::Answer)))
            }
        }
    }
}

/// Lines of a file.
pub(super) struct Lines {
    path: PathBuf,
    help: &'static str,
    file: BufReader<File>,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path, help: &'static str) -> Result<Self, CliError> {
        let file = file::open(path, help)?;
        Ok(Self { path: path.to_owned(), help, file: BufReader::new(file), number: 0, line: Vec::new() })
    }

    /// The next line that is not empty, without what ends it, and its number.
    pub(super) fn next(&mut self) -> Result<Option<(&[u8], u64)>, CliError> {
        loop {
            self.line.clear();
            let mut limited = (&mut self.file).take(MOST);
            let read = limited.read_until(b'\n', &mut self.line);
            let read = read.map_err(|error| CliError::file(&self.path, error, self.help))?;
            if read == 0 {
                return Ok(None);
            }
            self.number = self.number.saturating_add(1);
            if u64::try_from(read).is_ok_and(|read| read >= MOST) && !self.line.ends_with(b"\n") {
                return Err(self.wrong("longer than 4 MiB"));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some((self.line.trim_ascii(), self.number)))
    }

    /// What is wrong with the line that was read last.
    pub(super) fn wrong(&self, reason: impl fmt::Display) -> CliError {
        CliError::file(&self.path, format!("line {}: {reason}", self.number), self.help)
    }

    fn parsed(&mut self) -> Result<Option<(EventRow, Place)>, CliError> {
        let Some((line, number)) = self.next()? else { return Ok(None) };
        match serde_json::from_slice(line) {
            Ok(row) => Ok(Some((row, Place::Line(number)))),
            Err(error) => Err(self.wrong(in_line(&error))),
        }
    }
}

/// The parser knows one line only: which line of the file that is, it does not know.
fn in_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match text.strip_suffix(&place) {
        Some(reason) => format!("{reason} at column {}", error.column()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn lines(content: &[u8]) -> Result<(PathBuf, Lines), Box<dyn std::error::Error>> {
        let path = std::env::temp_dir().join(format!("greatseal-lines-{}-{}", std::process::id(), content.len()));
        std::fs::write(&path, content)?;
        let lines = Lines::open(&path, "help")?;
        Ok((path, lines))
    }

    #[test]
    fn empty_lines_count_and_are_passed_over() -> Outcome {
        let (path, mut lines) = lines(b"one\r\n\r\n\n  \ntwo\nthree")?;
        let mut read = Vec::new();
        while let Some((line, number)) = lines.next()? {
            read.push((String::from_utf8_lossy(line).into_owned(), number));
        }
        std::fs::remove_file(path)?;
        assert_eq!(read, [("one".to_owned(), 1), ("two".to_owned(), 5), ("three".to_owned(), 6)]);
        Ok(())
    }

    #[test]
    fn a_line_without_end_is_refused_and_named() -> Outcome {
        let content = [&b"one\n"[..], &vec![b'x'; usize::try_from(MOST)? + 1]].concat();
        let (path, mut lines) = lines(&content)?;
        let (first, second) = (lines.next()?.is_some(), lines.next().map(|_| ()));
        std::fs::remove_file(path)?;
        assert!(first && second.is_err_and(|error| error.to_string().contains("line 2: longer than 4 MiB")));
        Ok(())
    }
}
