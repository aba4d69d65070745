//! Where a PIN or a passphrase comes from: a file, a descriptor or the terminal; never an argument, never the environment.

mod terminal;

use crate::{Error, Result};
use std::{fs::File, io::Read, os::unix::fs::MetadataExt, path::PathBuf};
use zeroize::Zeroizing;

/// Where a PIN or a passphrase is read from, once, when the keys are opened.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// A file that only its owner may read.
    File(PathBuf),
    /// A descriptor that the parent process has opened: a pipe or a file, read to its end.
    Descriptor(i32),
    /// Whoever sits at the process's terminal, asked for a PIN or passphrase of this name.
    Terminal(Asked),
}

/// What a person at a terminal is asked for. What is typed is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it is, as the prompt says it: `PIN of the token`.
    pub what: &'static str,
    /// Whether it has to be typed twice, because nothing else would notice a slip.
    pub twice: bool,
}

/// Longest secret, in bytes; tokens take far fewer.
const MAX: usize = 255;

/// A secret as it was read, in a buffer that never grows: growing would leave a copy behind.
struct Buffer {
    bytes: Zeroizing<[u8; MAX + 2]>,
    length: usize,
}

impl SecretSource {
    /// Reads the secret, less one line feed at its end. Every copy that is made here is wiped.
    ///
    /// The file comes along: its lock lets processes start one after the other.
    ///
    /// # Errors
    ///
    /// [`Error::SecretUnclean`] for what nobody types on purpose: control and invisible characters, white space around it.
    /// It would go to the token as a part of the PIN and cost one of its tries.
    pub(crate) fn read(&self) -> Result<(Zeroizing<String>, File)> {
        let (buffer, file) = match self {
            Self::Terminal(asked) => self.ask(*asked)?,
            Self::File(path) => self.read_from(path.clone())?,
            // `/dev/fd/N` instead of `from_raw_fd`: no promise about who owns the descriptor, hence no `unsafe`.
            Self::Descriptor(number) => self.read_from(format!("/dev/fd/{number}").into())?,
        };
        let text = buffer.bytes.get(..buffer.length).unwrap_or_default();
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = std::str::from_utf8(text).map_err(|_| self.unreadable(&"it is not UTF-8"))?;
        if text.is_empty() {
            return Err(self.unreadable(&"it is empty"));
        }
        if text.len() > MAX {
            return Err(self.unreadable(&"it is longer than 255 bytes"));
        }
        match unclean(text) {
            Some((at, what)) => Err(Error::SecretUnclean { from: self.name(), what, at: at.saturating_add(1) }),
            None => Ok((Zeroizing::new(text.to_owned()), file)),
        }
    }

    /// Reads the secret, for what is no key of ours: a passphrase of a file in another format.
    ///
    /// # Errors
    ///
    /// [`Error::SecretUnreadable`], [`Error::SecretUnclean`].
    pub fn text(&self) -> Result<Zeroizing<String>> {
        self.read().map(|(text, _)| text)
    }

    /// The file that it would be read from, unread: its lock lets processes take turns.
    pub(crate) fn file(&self) -> Option<File> {
        match self {
            Self::File(path) => File::open(path).ok(),
            Self::Descriptor(_) | Self::Terminal(_) => None,
        }
    }

    /// Whether a person has to be waited for.
    pub(crate) fn asks(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }

    fn read_from(&self, path: PathBuf) -> Result<(Buffer, File)> {
        let mut file = File::open(path).map_err(|error| self.unreadable(&error))?;
        if let Self::File(path) = self {
            // Of the file that is open, not of the name: the name may point elsewhere by now.
            let mode = file.metadata().map_err(|error| self.unreadable(&error))?.mode() & 0o7777;
            if mode & 0o077 != 0 {
                return Err(Error::SecretFileTooOpen { path: path.clone(), mode });
            }
        }
        let mut buffer = Buffer::new();
        while let Some(rest) = buffer.bytes.get_mut(buffer.length..).filter(|rest| !rest.is_empty()) {
            match file.read(rest).map_err(|error| self.unreadable(&error))? {
                0 => break,
                count => buffer.length += count,
            }
        }
        Ok((buffer, file))
    }

    fn ask(&self, asked: Asked) -> Result<(Buffer, File)> {
        let mut terminal = terminal::Terminal::open().map_err(Error::NoTerminal)?;
        let first = terminal.ask(asked.what).map_err(|error| self.unreadable(&error))?;
        if asked.twice {
            let second = terminal.ask("the same again").map_err(|error| self.unreadable(&error))?;
            if first.bytes.get(..first.length) != second.bytes.get(..second.length) {
                return Err(self.unreadable(&"the two that were typed differ"));
            }
        }
        Ok((first, terminal.into_file()))
    }

    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Descriptor(number) => format!("descriptor {number}"),
            Self::Terminal(_) => "the terminal".to_owned(),
        }
    }

    fn unreadable(&self, reason: &dyn std::fmt::Display) -> Error {
        Error::SecretUnreadable { from: self.name(), reason: reason.to_string() }
    }
}

impl Buffer {
    fn new() -> Self {
        Self { bytes: Zeroizing::new([0; MAX + 2]), length: 0 }
    }
}

/// The first character that nobody types on purpose: where it stands, and what it is. Never says a character that could
/// be a part of the secret.
fn unclean(text: &str) -> Option<(usize, String)> {
    let found = text.char_indices().find_map(|(at, char)| Some((at, control(char)?)));
    let last = text.char_indices().next_back().filter(|(_, char)| char.is_whitespace());
    let first = text.chars().next().filter(|char| char.is_whitespace());
    found
        .or_else(|| first.map(|_| (0, "white space before it".to_owned())))
        .or_else(|| last.map(|(at, _)| (at, "white space behind it".to_owned())))
}

/// What a character is called that is not seen.
fn control(char: char) -> Option<String> {
    Some(match char {
        '\n' => "a second line".to_owned(),
        '\r' => "a carriage return (line breaks of Windows)".to_owned(),
        '\0' => "a NUL byte".to_owned(),
        '\t' => "a tab".to_owned(),
        '\u{FEFF}' => "a byte order mark".to_owned(),
        char if char.is_control() => format!("a control character (U+{:04X})", u32::from(char)),
        char if invisible(char) => format!("an invisible character (U+{:04X})", u32::from(char)),
        _ => return None,
    })
}

/// Characters without width and those that turn the direction of text (Unicode, general category Cf, and separators).
fn invisible(char: char) -> bool {
    matches!(
        char,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    )
}
