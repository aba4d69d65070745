//! Contents that only some may read, in the age format (age-encryption.org/v1): encrypted to the readers' recipients, opened with
//! an identity.

use super::{
    MOST, Source, Spool,
    at_hand::{each, full},
    check::Check,
};
use crate::{error::CliError, file};
use age::{Decryptor, Encryptor, x25519};
use greatseal_protocol::content::Address;
use greatseal_signing::{Asked, SecretSource};
use std::{
    fmt,
    io::{self, Read as _},
    path::Path,
};

/// Most bytes of a ciphertext: a content, a tag of 16 bytes for each 64 KiB, and recipients.
pub(super) const CIPHERTEXT: u64 = MOST + MOST / 4_096 + 64 * 1024;
/// Most bytes of a file with recipients, or with an identity.
const KEYS: usize = 64 * 1024;
/// How an age file begins.
const AGE: &[u8] = b"age-encryption.org/v1\n";

/// Those who can read what is encrypted.
#[derive(Debug)]
pub struct Readers(Vec<Recipient>);

struct Recipient(x25519::Recipient);

/// What opens what was encrypted for it.
pub struct Identity(Vec<x25519::Identity>);

impl Readers {
    /// Reads an age recipients file: one `age1…` a line, and comments that begin with `#`.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where a line is no recipient, or none is there.
    pub fn load(path: &Path) -> Result<Self, CliError> {
        const HELP: &str = "give an age recipients file: one age1… a line, as `greatseal key reader` prints it";
        let text = file::text(path, HELP)?;
        let mut all = Vec::new();
        for (number, row) in (1_u64..).zip(text.lines().take(KEYS)) {
            let row = row.trim();
            if row.is_empty() || row.starts_with('#') {
                continue;
            }
            let wrong = |_| CliError::file(path, format!("line {number} is no recipient of age (age1…)"), HELP);
            all.push(Recipient(row.parse().map_err(wrong)?));
        }
        match all.is_empty() {
            true => Err(CliError::file(path, "names nobody", HELP)),
            false => Ok(Self(all)),
        }
    }

    /// Encrypts a content.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be read or kept.
    pub fn encrypt(&self, source: &Source) -> Result<Source, CliError> {
        let recipients = self.0.iter().map(|Recipient(one)| one as &dyn age::Recipient);
        let failed = |error: &dyn fmt::Display| CliError::input("--readers", error, "give recipients that age knows");
        let encryptor = Encryptor::with_recipients(recipients).map_err(|error| failed(&error))?;
        let mut spool = Spool::for_ciphertext();
        let mut stream = encryptor.wrap_output(&mut spool).map_err(|error| full(&error))?;
        each(&mut source.open(), |piece| io::Write::write_all(&mut stream, piece)).map_err(|error| full(&error))?;
        stream.finish().map_err(|error| full(&error))?;
        spool.end()
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
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
        let wrong = |error: &dyn fmt::Display| CliError::file(path, error, HELP);
        let raw = file::read(path, HELP)?;
        if raw.len() > KEYS {
            return Err(wrong(&"is too long"));
        }
        let text = match raw.starts_with(AGE) {
            false => raw,
            true => {
                let asked = Asked { what: "passphrase of the reader's key", twice: false };
                let source = match passphrase {
                    Some(path) => SecretSource::File(path.to_owned()),
                    None => SecretSource::Terminal(asked),
                };
                let words = source.text()?;
                let scrypt = age::scrypt::Identity::new(words.as_str().to_owned().into());
                let sealed = Decryptor::new(raw.as_slice()).map_err(|error| wrong(&error))?;
                let identities = std::iter::once(&scrypt as &dyn age::Identity);
                let mut opened = Vec::new();
                let stream = sealed.decrypt(identities).map_err(|error| wrong(&error))?;
                let most = u64::try_from(KEYS).unwrap_or(u64::MAX);
                stream.take(most).read_to_end(&mut opened).map_err(|error| wrong(&error))?;
                opened
            }
        };
        let text = String::from_utf8(text).map_err(|_| wrong(&"is no identity of age"))?;
        let rows = text.lines().map(str::trim).filter(|row| !row.is_empty() && !row.starts_with('#'));
        let all: Result<Vec<x25519::Identity>, _> = rows.map(str::parse).collect();
        match all {
            Ok(all) if !all.is_empty() => Ok(Self(all)),
            // Its text is a secret: nothing of it is told.
            _ => Err(wrong(&"is no identity of age")),
        }
    }

    /// Opens a ciphertext that holds the content of an address; `None` where it is not for this identity, or holds something else.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be kept.
    pub fn open(&self, sealed: &Source, address: &Address) -> Result<Option<Source>, CliError> {
        let Ok(decryptor) = Decryptor::new(io::BufReader::new(sealed.open())) else { return Ok(None) };
        let Ok(mut stream) = decryptor.decrypt(self.0.iter().map(|one| one as &dyn age::Identity)) else {
            return Ok(None);
        };
        let (mut spool, mut check, mut unfit) = (Spool::default(), Check::new(address), false);
        let read = each(&mut stream, |piece| {
            unfit = check.push(piece).is_err();
            if unfit { Err(io::ErrorKind::InvalidData.into()) } else { spool.push(piece) }
        });
        match read {
            Ok(()) if check.finish().is_ok() => Ok(Some(spool.end()?)),
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(full(&error)),
            Ok(()) | Err(_) => Ok(None),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identity(…)")
    }
}
