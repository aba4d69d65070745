//! Keys in a folder of sealed files: for use without any token. What that protects against, and what not: ADR 11.

mod format;

pub use format::Work;
use format::{Header, MAX};

use crate::{Custody, Error, KeyInfo, Purpose, Result, Sealed, keys, write};
use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_protocol::{
    bytes::CompanionHash,
    companion::CompanionKey,
    key::{Key, Signature},
};
use std::{
    fs::{self, File},
    io::{ErrorKind, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};
use zeroize::Zeroizing;

/// A folder, and the passphrase that opens its files. Clones share the passphrase.
#[derive(Clone)]
pub(crate) struct Folder {
    path: PathBuf,
    passphrase: Arc<Zeroizing<String>>,
    work: Work,
}

/// A key out of its file; wiped when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Unsealed(Arc<SigningKey>);

/// What the name of a key's file ends with.
const SUFFIX: &str = "sealed";
/// Shortest passphrase of a new key, in bytes.
const SHORTEST: usize = 12;

/// The key of this label as its file's header says, without the passphrase. It is proved when the file is opened.
pub(crate) fn public_key(folder: &Path, label: &str) -> Result<Option<Key>> {
    let (header, _) = header(folder, label)?;
    Ok(header.key().filter(|_| header.purpose == Purpose::Seat))
}

impl Folder {
    /// Reads the passphrase; files are opened one by one, when they are asked for.
    pub(crate) fn open(config: Sealed) -> Result<Self> {
        let (passphrase, _) = config.passphrase.read()?;
        Ok(Self { path: config.folder, passphrase: Arc::new(passphrase), work: config.work })
    }

    /// Every file that bears a key's name, by label, without the passphrase: headers are not yet proved.
    pub(crate) fn keys(&self) -> Result<Vec<KeyInfo>> {
        let unreadable = |error| Error::SealedUnreadable { path: self.path.clone(), reason: error };
        let mut keys = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let label = path.file_stem().and_then(|stem| stem.to_str()).filter(|label| keys::is_file_name(label));
            if let Some(label) = label.filter(|_| path.extension().is_some_and(|end| end == SUFFIX)) {
                keys.push(self.read(label).map_or_else(|defect| unusable(label, &defect), |(header, _)| header.info()));
            }
        }
        keys.sort_by(|one, other| one.label.cmp(&other.label));
        Ok(keys)
    }

    /// The key of this label, which is no companion's, opened and compared with its header.
    pub(crate) fn unseal(&self, label: &str, wanted: Purpose) -> Result<(KeyInfo, Key, Unsealed)> {
        let (header, bytes) = self.read(label)?;
        let Some(public) = header.key() else { return Err(header.wrong_purpose(wanted)) };
        let secret = self.open_file(&header, &bytes)?;
        public.admit().map_err(|_| Error::BadPoint)?;
        Ok((header.info(), public, Unsealed(Arc::new(SigningKey::from_bytes(&secret)))))
    }

    /// The companion of this label, opened and compared with its header.
    pub(crate) fn unseal_companion(&self, label: &str) -> Result<(KeyInfo, CompanionKey)> {
        let (header, bytes) = self.read(label)?;
        if header.purpose != Purpose::Companion {
            return Err(header.wrong_purpose(Purpose::Companion));
        }
        let secret = self.open_file(&header, &bytes)?;
        Ok((header.info(), CompanionKey::from_seed(&secret)))
    }

    fn open_file(&self, header: &Header, bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
        let path = self.file(&header.label);
        let secret = header.open(bytes, &self.passphrase, &path)?;
        match public(header.purpose, &secret) == header.public {
            true => Ok(secret),
            false => Err(Error::NotSealed { path, reason: "its public key is another's" }),
        }
    }

    /// A new key in a file of its own. The file is whole and opens with the passphrase, or is not there.
    pub(crate) fn generate(&self, label: &str, purpose: Purpose) -> Result<KeyInfo> {
        if !keys::is_file_name(label) {
            return Err(Error::BadFileName);
        }
        if self.passphrase.len() < SHORTEST {
            return Err(Error::PassphraseTooShort);
        }
        let path = self.file(label);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(Error::KeyExists { label: label.into() });
        }
        let secret = Zeroizing::new(keys::random::<32>()?);
        let public = public(purpose, &secret);
        let header = Header {
            purpose,
            work: self.work,
            salt: keys::random()?,
            nonce: keys::random()?,
            public,
            label: label.into(),
        };
        header.key().map_or(Ok(()), |key| key.admit()).map_err(|_| Error::BadPoint)?;
        let bytes = header.seal(&secret, &self.passphrase, &path)?;
        let unwritable = |reason| Error::SealedUnwritable { path: path.clone(), reason };
        write::folder(&self.path).map_err(unwritable)?;
        let part = write::Part::new(&path, &bytes).map_err(unwritable)?;
        // What was written is believed once it has opened.
        let written = part.read().map_err(unwritable)?;
        let opened = Header::parse(&written, &path)?.open(&written, &self.passphrase, &path)?;
        if *opened != *secret {
            return Err(Error::NotUnsealed { path });
        }
        part.place(&path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Error::KeyExists { label: label.into() },
            _ => unwritable(error),
        })?;
        Ok(header.info())
    }

    fn read(&self, label: &str) -> Result<(Header, Vec<u8>)> {
        header(&self.path, label)
    }

    fn file(&self, label: &str) -> PathBuf {
        file(&self.path, label)
    }
}

/// Header and bytes of a key's file, if only its owner may read it and it is not another key's.
fn header(folder: &Path, label: &str) -> Result<(Header, Vec<u8>)> {
    if !keys::is_file_name(label) {
        return Err(Error::BadFileName);
    }
    let path = file(folder, label);
    let bytes = read(&path).map_err(|error| match error {
        Error::SealedUnreadable { reason, .. } if reason.kind() == ErrorKind::NotFound => {
            Error::NoSuchKey { label: label.into(), half: "sealed key" }
        }
        other => other,
    })?;
    let header = Header::parse(&bytes, &path)?;
    match header.label == label {
        true => Ok((header, bytes)),
        false => Err(Error::SealedAsAnother { path, label: header.label }),
    }
}

fn file(folder: &Path, label: &str) -> PathBuf {
    folder.join(format!("{label}.{SUFFIX}"))
}

impl Unsealed {
    /// Pure Ed25519. The caller verifies.
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        Signature::Ed25519(self.0.sign(message).to_bytes())
    }
}

impl Header {
    /// None where it is a companion's: its key is named by a hash.
    fn key(&self) -> Option<Key> {
        (self.purpose != Purpose::Companion).then_some(Key::Ed25519(self.public))
    }

    fn wrong_purpose(&self, wanted: Purpose) -> Error {
        Error::WrongPurpose { label: self.label.clone(), purpose: self.purpose, wanted }
    }

    fn info(&self) -> KeyInfo {
        KeyInfo {
            label: self.label.clone(),
            purpose: self.purpose,
            key: self.key(),
            companion: (self.purpose == Purpose::Companion).then_some(CompanionHash(self.public)),
            custody: Custody::Sealed(self.work),
            defect: None,
        }
    }
}

/// What a header shows of a secret.
fn public(purpose: Purpose, secret: &[u8; 32]) -> [u8; 32] {
    match purpose {
        Purpose::Companion => CompanionKey::from_seed(secret).name().0,
        Purpose::Seat | Purpose::Payer | Purpose::Audit | Purpose::Witness => SigningKey::from_bytes(secret).verifying_key().to_bytes(),
    }
}

fn unusable(label: &str, defect: &Error) -> KeyInfo {
    let (label, custody) = (label.to_owned(), Custody::Unknown);
    KeyInfo { label, purpose: Purpose::Seat, key: None, companion: None, custody, defect: Some(defect.to_string()) }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |reason| Error::SealedUnreadable { path: path.into(), reason };
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(ErrorKind::InvalidInput.into()));
    }
    let file = File::open(path).map_err(unreadable)?;
    // Of the file that is open, not of the name: the name may point elsewhere by now.
    let mode = file.metadata().map_err(unreadable)?.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Error::SealedTooOpen { path: path.into(), mode });
    }
    let mut bytes = Vec::with_capacity(MAX + 1);
    let most = u64::try_from(MAX).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}
