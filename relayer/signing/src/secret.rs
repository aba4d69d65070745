//! Where a PIN or a passphrase comes from: a file or a descriptor, never an argument, never the environment.

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
}

/// Longest secret, in bytes; tokens take far fewer.
const MAX: usize = 255;

impl SecretSource {
    /// Reads the secret, less one newline at its end. Every copy that is made here is wiped.
    ///
    /// The file comes along: its lock lets processes start one after the other.
    pub(crate) fn read(&self) -> Result<(Zeroizing<String>, File)> {
        let mut file = File::open(self.path()).map_err(|error| self.unreadable(&error))?;
        if let Self::File(path) = self {
            // Of the file that is open, not of the name: the name may point elsewhere by now.
            let mode = file.metadata().map_err(|error| self.unreadable(&error))?.mode() & 0o7777;
            if mode & 0o077 != 0 {
                return Err(Error::SecretFileTooOpen { path: path.clone(), mode });
            }
        }
        // A buffer that never grows: growing would leave a copy behind.
        let mut buffer = Zeroizing::new([0; MAX + 2]);
        let mut length = 0;
        while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
            match file.read(rest).map_err(|error| self.unreadable(&error))? {
                0 => break,
                count => length += count,
            }
        }
        let text = buffer.get(..length).unwrap_or_default();
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        match std::str::from_utf8(text) {
            Ok("") => Err(self.unreadable(&"it is empty")),
            Ok(secret) if secret.len() <= MAX => Ok((Zeroizing::new(secret.to_owned()), file)),
            Ok(_) => Err(self.unreadable(&"it is longer than 255 bytes")),
            Err(_) => Err(self.unreadable(&"it is not UTF-8")),
        }
    }

    /// `/dev/fd/N` instead of `from_raw_fd`: no promise about who owns the descriptor, hence no `unsafe`.
    fn path(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Descriptor(number) => format!("/dev/fd/{number}").into(),
        }
    }

    fn unreadable(&self, reason: &dyn std::fmt::Display) -> Error {
        let from = match self {
            Self::File(path) => path.display().to_string(),
            Self::Descriptor(number) => format!("descriptor {number}"),
        };
        Error::SecretUnreadable { from, reason: reason.to_string() }
    }
}
