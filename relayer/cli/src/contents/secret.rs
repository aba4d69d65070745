//! Contents that only some may read: who they are, and what opens them, from files of people.

use super::{MOST, Source, Spool, at_hand::full};
use crate::{error::CliError, file};
use greatseal_content::{
    check::Check,
    restricted::{self, LONGEST_FILE, RestrictedError, decrypt, encrypt},
};
use greatseal_protocol::content::Address;
use greatseal_signing::{Asked, SecretSource};
use std::{
    fmt,
    io::{self, Write},
    path::Path,
};

/// Most bytes of a ciphertext.
pub(super) const CIPHERTEXT: u64 = encrypted(MOST);

/// Most bytes of the ciphertext of a content: its own, a tag of 16 bytes for each 64 KiB, and recipients.
pub(super) const fn encrypted(length: u64) -> u64 {
    length.saturating_add(length / 4_096).saturating_add(64 * 1024)
}

/// Those who can read what is encrypted.
pub struct Readers(restricted::Readers);

/// What opens what was encrypted for it.
pub struct Identity(restricted::Identity);

impl Readers {
    /// Reads an age recipients file: one `age1…` a line, and comments that begin with `#`.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where a line is no recipient, or none is there.
    pub fn load(path: &Path) -> Result<Self, CliError> {
        const HELP: &str = "give an age recipients file: one age1… a line, as `greatseal key reader` prints it";
        let text = file::text(path, HELP)?;
        restricted::Readers::parse(&text).map(Self).map_err(|error| CliError::file(path, &error, error.help()))
    }

    /// Encrypts a content.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be read or kept.
    pub fn encrypt(&self, source: &Source) -> Result<Source, CliError> {
        let mut spool = Spool::for_ciphertext();
        encrypt(&self.0, &mut source.open(), &mut spool).map_err(|error| match error {
            RestrictedError::Io(error) => full(&error),
            other => CliError::input("--readers", &other, other.help()),
        })?;
        spool.end()
    }
}

impl Identity {
    /// Reads an age identity file; one that is encrypted with a passphrase is opened with it.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it is none, [`CliError::Signing`] where the passphrase cannot be read.
    pub fn load(path: &Path, passphrase: Option<&Path>) -> Result<Self, CliError> {
        const HELP: &str = "give an age identity file, such as `greatseal key reader` wrote";
        let bytes = file::read(path, HELP)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST_FILE) {
            return Err(CliError::file(path, "is too long for an identity", HELP));
        }
        let source = match passphrase {
            Some(path) => SecretSource::File(path.to_owned()),
            None => SecretSource::Terminal(Asked { what: "passphrase of the reader's key", twice: false }),
        };
        let mut unread = None;
        let identity = restricted::Identity::parse(&bytes, || source.text().map_err(|error| unread = Some(error)).ok());
        match (unread, identity) {
            (Some(error), _) => Err(error.into()),
            (None, Err(error)) => Err(CliError::file(path, &error, error.help())),
            (None, Ok(identity)) => Ok(Self(identity)),
        }
    }

    /// The key itself, for whoever verifies a bundle.
    pub fn key(&self) -> &restricted::Identity {
        &self.0
    }

    /// Opens a ciphertext that holds the content of an address; `None` where it is not for this identity, or holds something else.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be kept.
    pub fn open(&self, sealed: &Source, address: &Address) -> Result<Option<Source>, CliError> {
        let mut opened = Opened { spool: Spool::default(), check: Check::new(address) };
        match decrypt(&self.0, &mut sealed.open(), &mut opened) {
            Ok(()) if opened.check.finish().is_ok() => Ok(Some(opened.spool.end()?)),
            Err(RestrictedError::Io(error)) if error.kind() == io::ErrorKind::StorageFull => Err(full(&error)),
            Ok(()) | Err(_) => Ok(None),
        }
    }
}

/// Plain bytes, checked against their address while they come.
struct Opened {
    spool: Spool,
    check: Check,
}

impl Write for Opened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check.push(bytes);
        match self.check.is_unfit() {
            true => Err(io::ErrorKind::InvalidData.into()),
            false => self.spool.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.spool.flush()
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.texts().join(" "))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identity(…)")
    }
}
