//! Whoever approves is shown the contents: texts in full, others by kind, size and address, and where they were saved.

use super::{
    Fetched, Filed, MOST, Reading, Source,
    at_hand::{each, hashed},
    fetch::fetch,
};
use crate::{
    error::CliError,
    file,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{
    bytes::to_hex,
    content::{Address, Content},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Most bytes of a text that is shown in full.
pub const TEXT: u64 = 4 * 1024;

/// A content that was looked at.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The content.
    pub content: Content,
    /// What is known of it.
    pub found: Result<Found, Unfound>,
}

/// Why a content is not shown.
#[derive(Clone, Debug)]
pub enum Unfound {
    /// Nobody who was asked has it, and why.
    Nowhere(String),
    /// An indexer gives something else in its place.
    Contradiction(String),
}

/// What is known of a content.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its bytes.
    pub source: Source,
    /// What it says, where it is a short text.
    pub text: Option<String>,
    /// Where it was saved.
    pub saved: Option<PathBuf>,
}

/// Fetches contents, checks them against their addresses, and saves what is not shown in full. What nobody has is told with its
/// reason. What was looked at is not published by the same command, where others have filed it for some readers only.
///
/// # Errors
///
/// [`CliError::Input`] where a file cannot be read or written.
pub async fn look(
    session: &Session,
    contents: impl IntoIterator<Item = Content>,
    reading: &Reading,
) -> Result<Vec<Looked>, CliError> {
    let contents: BTreeSet<Content> = contents.into_iter().collect();
    for path in &reading.offered {
        session.at_hand.offer(path)?;
    }
    let mut looked = Vec::with_capacity(contents.len());
    for content in contents {
        session.at_hand.note_filed(content.address, Filed::Perhaps);
        let found = match fetch(session, &content.address, reading, MOST).await {
            Err(CliError::Contradiction(reason)) => Err(Unfound::Contradiction(reason)),
            Err(error) => return Err(error),
            Ok(Fetched::Nowhere(reason)) => Err(Unfound::Nowhere(reason)),
            Ok(Fetched::Here(source)) => {
                let text = text_of(&source, TEXT)?;
                let saved = match &reading.out {
                    Some(folder) if text.is_none() => Some(saved_as(folder, &content.address, &source)?),
                    _ => None,
                };
                Ok(Found { source, text, saved })
            }
        };
        looked.push(Looked { content, found });
    }
    Ok(looked)
}

impl Looked {
    /// That it was shown.
    ///
    /// # Errors
    ///
    /// [`CliError::Unseen`] where nobody has it, [`CliError::Contradiction`] where an indexer gives something else.
    pub fn shown(&self) -> Result<(), CliError> {
        match &self.found {
            Ok(_) => Ok(()),
            Err(Unfound::Nowhere(reason)) => Err(CliError::Unseen { content: self.content, reason: reason.clone() }),
            Err(Unfound::Contradiction(reason)) => Err(CliError::Contradiction(reason.clone())),
        }
    }

    /// What stands above the question.
    pub fn lines(&self) -> Vec<Line> {
        let Content { kind, address } = &self.content;
        let label = kind.to_string();
        match &self.found {
            // An indexer may have written the reason: it does not stand in the warning, which is shown below what is signed.
            Err(Unfound::Nowhere(reason) | Unfound::Contradiction(reason)) => {
                vec![line("not shown", reason), line("warning", format!("nobody shows the {kind} {address}"))]
            }
            Ok(Found { text: Some(text), .. }) => quoted(&label, text),
            Ok(Found { source, saved, .. }) => {
                let place = match saved {
                    Some(path) => format!("saved as {}", path.display()),
                    None => "--contents-out FOLDER saves it".to_owned(),
                };
                vec![line(&label, format!("{address}, {} bytes; {place}", source.length()))]
            }
        }
    }
}

/// A text of several lines behind a label, for people. A row of it never begins where labels do.
pub fn quoted(label: &str, text: &str) -> Vec<Line> {
    let mut rows = text.strip_suffix('\n').unwrap_or(text).split('\n');
    let first = line(label, rows.next().unwrap_or_default());
    std::iter::once(first).chain(rows.map(|row| line(" ", format!("| {row}")))).collect()
}

/// What a content says, where it is a text of at most so many bytes.
///
/// # Errors
///
/// [`CliError::Input`] where it cannot be read.
pub fn text_of(source: &Source, most: u64) -> Result<Option<String>, CliError> {
    let bytes = source.short(most).map_err(|error| CliError::input("a content", error, "try again"))?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.filter(|text| !text.contains('\0')))
}

/// Saves a content in a folder, under its address.
fn saved_as(folder: &Path, address: &Address, source: &Source) -> Result<PathBuf, CliError> {
    const HELP: &str = "name a folder that is there, with room, with --contents-out";
    let path = folder.join(format!("{}-{}", address.scheme(), to_hex(address.hash())));
    if path.exists() {
        // Somebody may have written it who was told another thing.
        return match hashed(&path, HELP)?.1.fits(address) {
            Ok(true) => Ok(path),
            _ => Err(CliError::file(&path, "holds something else", HELP)),
        };
    }
    write_to(&path, source)?;
    Ok(path)
}

/// Writes a content to a file that is not there yet, whole or not at all.
///
/// # Errors
///
/// [`CliError::Input`] where it cannot be written.
pub fn write_to(path: &Path, source: &Source) -> Result<(), CliError> {
    const HELP: &str = "name a new file, in a folder with room";
    let failed = |error: std::io::Error| CliError::file(path, error, HELP);
    let mut part = file::Part::new(path, file::PRIVATE).map_err(failed)?;
    each(&mut source.open(), |piece| std::io::Write::write_all(&mut part, piece)).map_err(failed)?;
    part.place().map_err(failed)
}
