//! Rows one after the other: of an export, line by line, or of the indexer, page by page. However many there are, one page is
//! held at a time.

use crate::{
    commands::governance::log::Pages,
    error::CliError,
    file::lines::{BadLine, Bounds, Lines, MOST, parsed},
    services::Service,
};
use greatseal_api::wire::EventRow;
use std::{
    collections::VecDeque,
    fmt,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

const HELP: &str = "give a file that `greatseal audit export` wrote";
/// A line may have many times the bytes of a genesis with all councils full.
pub(super) const BOUNDS: Bounds = Bounds { bytes: 4 * 1024 * 1024, lines: MOST };

/// Where rows come from.
pub(super) enum Rows {
    /// An export.
    File(PathBuf, Lines<BufReader<File>>),
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
        Ok(Self::File(path.to_owned(), Lines::open(path, BOUNDS, HELP)?))
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
            Self::File(path, lines) => row(lines).map_err(|bad| bad.of(path, HELP)),
            Self::Indexer(pages, page) => {
                if page.is_empty() {
                    page.extend(pages.next().await?.unwrap_or_default());
                }
                Ok(page.pop_front().map(|row| (row, Place::Answer)))
            }
        }
    }
}

fn row(lines: &mut Lines<BufReader<File>>) -> Result<Option<(EventRow, Place)>, BadLine> {
    let Some((line, text)) = lines.next_line()? else { return Ok(None) };
    Ok(Some((parsed(line, text)?, Place::Line(line))))
}
