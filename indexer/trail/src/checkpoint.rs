//! Checkpoints: heads of a log's tree as text, signed as a note. <https://c2sp.org/tlog-checkpoint>
//!
//! ```text
//! ORIGIN
//! SIZE, decimal
//! ROOT, base 64
//! extension lines, if any
//! ```

use crate::{
    note::{Note, NoteError, OpenError, SignError, Text, VerifierKey},
    text::decimal,
    tree::{Hash, Head},
};
use std::{fmt, str::FromStr};

/// What a log says of its tree at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    head: Head,
    extensions: Vec<String>,
}

/// First line of every checkpoint of a log: which log it is. Not empty, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// A log, as those who check it know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its origin line.
    pub origin: Origin,
    /// Keys that sign for it. There are two of them while a key is being replaced.
    pub keys: Vec<VerifierKey>,
}

/// A checkpoint with its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    checkpoint: Checkpoint,
    note: Note,
}

/// A text is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, or the last one is not ended.
    #[error("a checkpoint has a line each for origin, size and root, ended by newlines")]
    Lines,
    /// The origin is empty or has a control character.
    #[error("a checkpoint's origin is not empty and has no control characters")]
    Origin,
    /// The size is no decimal number of 64 bits, or has leading zeroes.
    #[error("a checkpoint's size is a decimal number below 2^64 without leading zeroes")]
    Size,
    /// The root is no base 64 of 32 bytes.
    #[error("a checkpoint's root is 32 bytes in base 64")]
    Root,
    /// An extension line is empty or has a control character.
    #[error("a checkpoint's extension lines are not empty and have no control characters")]
    Extension,
    /// It is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// A checkpoint is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// It cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// It is one of a different log.
    #[error("the checkpoint is one of {found}, not of {wanted}")]
    Origin {
        /// Origin that was read.
        found: Origin,
        /// Origin of the log that was asked about.
        wanted: Origin,
    },
    /// The log has not signed it.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Origin {
    /// An origin line, without its newline.
    ///
    /// # Errors
    ///
    /// Where it is empty or has control characters.
    pub fn new(origin: impl Into<String>) -> Result<Self, CheckpointError> {
        let origin = origin.into();
        if is_line(&origin) { Ok(Self(origin)) } else { Err(CheckpointError::Origin) }
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    #[must_use]
    pub const fn new(origin: Origin, head: Head) -> Self {
        Self { origin, head, extensions: Vec::new() }
    }

    /// The checkpoint with an extension line more. No witness looks at it, no monitor can check it: it is not recommended.
    ///
    /// # Errors
    ///
    /// Where the line is empty or has control characters.
    pub fn extended(mut self, line: impl Into<String>) -> Result<Self, CheckpointError> {
        let line = line.into();
        if !is_line(&line) {
            return Err(CheckpointError::Extension);
        }
        self.extensions.push(line);
        Ok(self)
    }

    /// Which log it is of.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Size and root of the tree.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Its extension lines.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The text that the log signs.
    ///
    /// # Errors
    ///
    /// Where it is longer than a note may be.
    pub fn text(&self) -> Result<Text, NoteError> {
        Text::new(self.to_string())
    }

    /// The checkpoint with the log's first signature: 64 bytes that the key has made over [`Self::text`].
    ///
    /// # Errors
    ///
    /// Where the signature does not verify.
    pub fn sign(self, key: &VerifierKey, signature: &[u8; 64]) -> Result<Signed, SignError> {
        let note = self.text()?.sign(key, signature)?;
        Ok(Signed { checkpoint: self, note })
    }
}

impl Signed {
    /// Reads a checkpoint with its signatures. Nothing is verified yet.
    ///
    /// # Errors
    ///
    /// Where the bytes are no note, or its text is no checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        Note::parse(bytes)?.try_into()
    }

    /// Reads a checkpoint of a log and verifies that the log has signed it.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, is of a different log, or is not signed by this one.
    pub fn open(bytes: &[u8], log: &Log) -> Result<Self, SignedError> {
        let signed = Self::parse(bytes)?;
        signed.verify(log)?;
        Ok(signed)
    }

    /// Whether it is a checkpoint of this log, with its signature.
    ///
    /// # Errors
    ///
    /// Where it is not.
    pub fn verify(&self, log: &Log) -> Result<(), SignedError> {
        if self.checkpoint.origin != log.origin {
            let (found, wanted) = (self.checkpoint.origin.clone(), log.origin.clone());
            return Err(SignedError::Origin { found, wanted });
        }
        self.note.open(&log.keys)?;
        Ok(())
    }

    /// What is signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note with all signatures.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// The note, to add signatures; its text stays.
    pub const fn note_mut(&mut self) -> &mut Note {
        &mut self.note
    }
}

impl TryFrom<Note> for Signed {
    type Error = CheckpointError;

    fn try_from(note: Note) -> Result<Self, CheckpointError> {
        Ok(Self { checkpoint: note.text().as_str().parse()?, note })
    }
}

/// Reads the text, with its last newline.
impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let mut line = || lines.next().ok_or(CheckpointError::Lines);
        let (origin, size, root) = (line()?, line()?, line()?);
        let size = decimal(size).ok_or(CheckpointError::Size)?;
        let root = Hash::from_base64(root).ok_or(CheckpointError::Root)?;
        let bare = Self::new(Origin::new(origin)?, Head { size, root });
        lines.try_fold(bare, Self::extended)
    }
}

/// The text, with its last newline.
impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{}\n{}", self.origin, self.head.size, self.head.root.to_base64())?;
        self.extensions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Not empty, and nothing that would end it or that a note does not hold.
fn is_line(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte >= 0x20)
}
