//! Signed notes: a text, and the signatures of those who vouch for it. <https://c2sp.org/signed-note>
//!
//! ```text
//! text, whose last byte is a newline
//! (an empty line)
//! — NAME base64( key id (4) ‖ signature )
//! ```
//!
//! A text means nothing before [`Note::open`] has found a signature of a key that the caller knows. Keys that the caller does
//! not know are ignored: others may sign for others.

mod key;
mod line;

pub use key::{Key, KeyError, KeyId, KeyName, VerifierKey};
pub use line::Signature;

use std::fmt;

/// Longest note, in bytes.
pub const LONGEST: usize = 1_000_000;
/// Most signatures of a note.
pub const MOST_SIGNATURES: usize = 100;
/// What stands between text and signatures: the text's own newline, and an empty line.
const SEPARATOR: &str = "\n\n";

/// A text with at least one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: Text,
    signatures: Vec<Signature>,
}

/// A text that can be signed: UTF-8 that ends with a newline, and no other control characters of ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);

/// Bytes are no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More than [`LONGEST`] bytes.
    #[error("a note has at most {LONGEST} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("a note is UTF-8")]
    Utf8,
    /// A control character.
    #[error("a note has no control characters but newlines")]
    Control,
    /// A text does not end its last line.
    #[error("the text of a note ends with a newline")]
    Newline,
    /// No empty line, or nothing behind it.
    #[error("a note has an empty line, and signatures behind it")]
    Unsigned,
    /// A line behind the last empty line is no signature.
    #[error("a signature's line is an em dash, a key's name and base 64")]
    Line,
    /// More than [`MOST_SIGNATURES`] signatures.
    #[error("a note has at most {MOST_SIGNATURES} signatures")]
    TooMany,
}

/// A note is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No signature is of a known key.
    #[error("no known key has signed the note")]
    Unknown,
    /// A signature names a known key and is not of it. The whole note is refused.
    #[error("a signature of {0} is wrong")]
    Wrong(KeyName),
    /// Two known keys have one name and one id: whose signature it is cannot be told.
    #[error("two known keys are called {0} and have one id")]
    Ambiguous(KeyName),
}

/// A signature cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It does not verify under the key.
    #[error("the signature is not one of {0} over these bytes")]
    Wrong(KeyName),
    /// The note would be too long or have too many signatures.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Text {
    /// A text to be signed.
    ///
    /// # Errors
    ///
    /// Where its last byte is no newline, it has other control characters, or is too long.
    pub fn new(text: impl Into<String>) -> Result<Self, NoteError> {
        let text = text.into();
        if text.len() > LONGEST {
            return Err(NoteError::TooLong);
        }
        if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Control);
        }
        if text.ends_with('\n') { Ok(Self(text)) } else { Err(NoteError::Newline) }
    }

    /// The bytes that an Ed25519 key (type 0x01) signs.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The text with its last newline.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A note of this text with its first signature: 64 bytes that the key has made over [`Self::as_bytes`].
    ///
    /// # Errors
    ///
    /// Where the signature does not verify.
    pub fn sign(self, key: &VerifierKey, signature: &[u8; 64]) -> Result<Note, SignError> {
        let mut note = Note { text: self, signatures: Vec::new() };
        note.sign(key, signature)?;
        Ok(note)
    }
}

impl Note {
    /// Reads a note. Nothing is verified yet.
    ///
    /// # Errors
    ///
    /// Where the bytes are no note.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > LONGEST {
            return Err(NoteError::TooLong);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Utf8)?;
        if whole.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Control);
        }
        let (text, lines) = whole.rsplit_once(SEPARATOR).ok_or(NoteError::Unsigned)?;
        let mut note = Self { text: Text::new(format!("{text}\n"))?, signatures: Vec::new() };
        note.add_lines(lines.as_bytes())?;
        Ok(note)
    }

    /// The text, which means nothing before [`Self::open`].
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }

    /// All signatures, also those that nobody has verified.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The known keys that have signed, each once, in the order in which they are known.
    ///
    /// # Errors
    ///
    /// Where no known key has signed, or a signature that names a known key is not of it.
    pub fn open<'k>(&self, known: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, OpenError> {
        let signed =
            self.verified(known, |key, signature| key.verifies(self.text.as_bytes(), signature).then_some(()))?;
        let keys: Vec<_> = known.iter().filter(|key| signed.iter().any(|(of, ())| of == key)).collect();
        if keys.is_empty() { Err(OpenError::Unknown) } else { Ok(keys) }
    }

    /// Adds a signature: 64 bytes that the key has made over the text.
    ///
    /// # Errors
    ///
    /// Where the signature does not verify, or the note has no room for it.
    pub fn sign(&mut self, key: &VerifierKey, signature: &[u8; 64]) -> Result<(), SignError> {
        if !key.verifies(self.text.as_bytes(), signature) {
            return Err(SignError::Wrong(key.name().clone()));
        }
        Ok(self.add(Signature::new(key.name().clone(), key.id(), signature))?)
    }

    /// Adds lines of signatures, each with its newline, as a witness sends them. Nothing is verified.
    ///
    /// # Errors
    ///
    /// Where there is none, one is no signature, or the note has no room for them. The note may then have some of them.
    pub fn add_lines(&mut self, lines: &[u8]) -> Result<(), NoteError> {
        let lines = std::str::from_utf8(lines).map_err(|_| NoteError::Utf8)?;
        if lines.is_empty() {
            return Err(NoteError::Unsigned);
        }
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Line)?;
        lines.split('\n').try_for_each(|line| self.add(Signature::parse(line).ok_or(NoteError::Line)?))
    }

    /// The note with those signatures only for which `keep` is true. `None` where there is none.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&Signature) -> bool) -> Option<Self> {
        let signatures: Vec<_> = self.signatures.iter().filter(|signature| keep(signature)).cloned().collect();
        (!signatures.is_empty()).then(|| Self { text: self.text.clone(), signatures })
    }

    pub(crate) fn add(&mut self, signature: Signature) -> Result<(), NoteError> {
        if self.signatures.len() >= MOST_SIGNATURES {
            return Err(NoteError::TooMany);
        }
        let lines = self.signatures.iter().chain([&signature]).map(|one| one.length().saturating_add(1));
        let length = lines.fold(self.text.0.len().saturating_add(1), usize::saturating_add);
        if length > LONGEST {
            return Err(NoteError::TooLong);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// What each signature of a known key proves; signatures of other keys are ignored.
    pub(crate) fn verified<'k, const TYPE: u8, T>(
        &self,
        known: &'k [Key<TYPE>],
        proves: impl Fn(&Key<TYPE>, &[u8]) -> Option<T>,
    ) -> Result<Vec<(&'k Key<TYPE>, T)>, OpenError> {
        let mut signed = Vec::new();
        for signature in &self.signatures {
            let mut named = known.iter().filter(|key| signature.names(key));
            let Some(key) = named.next() else { continue };
            if named.any(|other| other != key) {
                return Err(OpenError::Ambiguous(key.name().clone()));
            }
            let proof = proves(key, signature.bytes()).ok_or_else(|| OpenError::Wrong(key.name().clone()))?;
            signed.push((key, proof));
        }
        Ok(signed)
    }
}

/// The note's bytes, as [`Note::parse`] reads them.
impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text.0)?;
        self.signatures.iter().try_for_each(|signature| writeln!(out, "{signature}"))
    }
}
