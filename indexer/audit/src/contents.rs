//! Contents of a bundle: each is what its name says, and an event names it; and which are named and not there.
//!
//! A restricted content is a ciphertext. That it was not changed its name says; whether the content is in it, only an identity shows. One
//! that holds something else proves nothing against the bundle: whoever keeps contents cannot look into it, and strangers bring some.

use crate::{ContentFault, Fault, PartError};
use greatseal_bundle::{Bundle, BundleError, Reader, contents};
use greatseal_content::{
    Name,
    check::Check,
    restricted::{Identity, MAGIC, RestrictedError, decrypt},
};
use greatseal_protocol::{
    content::{Address, Kind},
    event::Record,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write},
};
use zeroize::Zeroizing;

/// Bytes that are read at a time.
const STEP: usize = 64 * 1024;

/// Contents that the events of a bundle name, each counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Those whose bytes are there.
    pub public: u64,
    /// Those of which a ciphertext alone is there, and the identity opened it.
    pub opened: u64,
    /// Those of which ciphertexts alone are there, and none was opened.
    pub closed: u64,
    /// Those that are not there, with the event that names each first.
    pub missing: BTreeMap<Address, Mention>,
}

/// The first event that names a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its number.
    pub seq: u64,
    /// What the content is.
    pub kind: Kind,
}

/// Looks at the contents of a bundle while its events go by.
#[derive(Debug)]
pub(crate) struct ContentCheck<'a> {
    bundle: &'a Bundle,
    held: BTreeMap<Address, Copies>,
    missing: BTreeMap<Address, Mention>,
}

/// What a bundle has of a content.
#[derive(Debug, Default)]
struct Copies {
    public: bool,
    /// SHA-256 of each.
    ciphertexts: Vec<[u8; 32]>,
    /// None as long as no event has named it.
    named: Option<Mention>,
}

impl<'a> ContentCheck<'a> {
    /// Looks which contents there are. No file is opened yet.
    pub(crate) fn open(bundle: &'a Bundle) -> Result<Self, BundleError> {
        let mut held = BTreeMap::<Address, Copies>::new();
        for name in bundle.names()?.iter().filter_map(|file| contents::parse(file)) {
            let held = held.entry(name.address()).or_default();
            match name {
                Name::Public(_) => held.public = true,
                Name::Restricted(_, hash) => held.ciphertexts.push(hash),
            }
        }
        Ok(Self { bundle, held, missing: BTreeMap::new() })
    }

    /// Takes the next event.
    pub(crate) fn take(&mut self, record: &Record) {
        for content in record.event.contents() {
            let mention = Mention { seq: record.seq, kind: content.kind };
            match self.held.get_mut(&content.address) {
                Some(held) => drop(held.named.get_or_insert(mention)),
                None => drop(self.missing.entry(content.address).or_insert(mention)),
            }
        }
    }

    /// After the last event: reads every content that an event names, and no other. `begun` hears of each file.
    pub(crate) fn finish(
        self,
        identity: Option<&Identity>,
        begun: &mut dyn FnMut(&str),
    ) -> Result<Contents, PartError> {
        let mut found = Contents { missing: self.missing, ..Contents::default() };
        for (address, held) in self.held {
            // What no event names is opened by nobody, and a fault for that.
            let Some(mention) = held.named else { continue };
            let looking = Looking { bundle: self.bundle, address, seq: mention.seq };
            if held.public {
                looking.public(begun)?;
            }
            let mut opened = false;
            for hash in &held.ciphertexts {
                let name = Name::Restricted(address, *hash);
                looking.unchanged(&name, begun)?;
                opened = opened || identity.map_or(Ok(false), |identity| looking.opens(&name, identity))?;
            }
            let count = match (held.public, opened) {
                (true, _) => &mut found.public,
                (false, true) => &mut found.opened,
                (false, false) => &mut found.closed,
            };
            *count = count.saturating_add(1);
        }
        Ok(found)
    }
}

/// One content.
struct Looking<'a> {
    bundle: &'a Bundle,
    address: Address,
    seq: u64,
}

impl Looking<'_> {
    /// Its bytes fit its address.
    fn public(&self, begun: &mut dyn FnMut(&str)) -> Result<(), PartError> {
        let name = contents::file(&Name::Public(self.address));
        begun(&name);
        let mut check = Check::new(&self.address);
        self.read(&name, |piece| {
            check.push(piece);
            !check.is_unfit()
        })?;
        check.finish().map_err(|unfit| self.fault(name, ContentFault::Unfit(unfit)))
    }

    /// A ciphertext has the hash of its name, and is one.
    fn unchanged(&self, name: &Name, begun: &mut dyn FnMut(&str)) -> Result<(), PartError> {
        let Name::Restricted(_, expected) = name else { return Ok(()) };
        let name = contents::file(name);
        begun(&name);
        let (mut hash, mut first) = (Sha256::new(), Vec::new());
        self.read(&name, |piece| {
            hash.update(piece);
            let wanted = MAGIC.len().saturating_sub(first.len()).min(piece.len());
            first.extend_from_slice(piece.get(..wanted).unwrap_or_default());
            true
        })?;
        match <[u8; 32]>::from(hash.finalize()) == *expected {
            false => Err(self.fault(name, ContentFault::Changed)),
            true if first != MAGIC => Err(self.fault(name, ContentFault::NotEncrypted)),
            true => Ok(()),
        }
    }

    /// Whether an identity opens a ciphertext, and the content is in it.
    fn opens(&self, name: &Name, identity: &Identity) -> Result<bool, PartError> {
        let name = contents::file(name);
        let mut plain = Plain(Check::new(&self.address));
        match decrypt(identity, &mut self.bundle.reader(&name)?, &mut plain) {
            Ok(()) => Ok(plain.0.finish().is_ok()),
            Err(RestrictedError::Io(error)) if !plain.0.is_unfit() => Err(self.unreadable(&name, error).into()),
            Err(_) => Ok(false),
        }
    }

    /// Gives the bytes of a file to `take`, until it has enough.
    fn read(&self, name: &str, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), BundleError> {
        let mut reader: Reader<'_> = self.bundle.reader(name)?;
        let mut piece = Zeroizing::new(vec![0; STEP]);
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(length) if take(piece.get(..length).unwrap_or_default()) => {}
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.unreadable(name, error)),
            }
        }
    }

    fn unreadable(&self, name: &str, error: io::Error) -> BundleError {
        BundleError::Unreadable { file: self.bundle.path().join(name).display().to_string(), error }
    }

    fn fault(&self, name: String, what: ContentFault) -> PartError {
        Fault::Content { seq: self.seq, name, what }.into()
    }
}

/// Plain bytes of a restricted content: they are compared and kept nowhere.
struct Plain(Check);

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(bytes);
        match self.0.is_unfit() {
            true => Err(io::ErrorKind::InvalidData.into()),
            false => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
