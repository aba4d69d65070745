//! Contents of a bundle: each is what its name says, and an event names it; and which are named and not there.
//!
//! A restricted content is a ciphertext. Nothing on chain names a ciphertext, so that it proves nothing by itself: whether the content is in
//! it, only an identity shows. One that holds something else is no fault: whoever keeps contents cannot look into it, and strangers bring some.

use crate::{ContentFault, Fault, PartError};
use greatseal_bundle::{Bundle, BundleError, contents, pieces};
use greatseal_content::{
    MAX, MOST_CIPHERTEXTS, Name, Sealed,
    check::Check,
    restricted::{Identity, RestrictedError, decrypt},
};
use greatseal_protocol::{
    content::{Address, Kind},
    event::Record,
};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write},
};

/// Most of those that nobody has seen that a verdict names.
const MOST_NAMED: usize = 64;

/// Contents that the events of a bundle name, each counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Those whose bytes are there, and fit.
    pub public: u64,
    /// Those of which a ciphertext is there that the identity opened, and what is in it fits.
    pub opened: u64,
    /// All others, with what they lack and the event that names each first.
    pub lacking: BTreeMap<Address, (Lack, Mention)>,
}

/// Why nobody has seen a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// It is not there.
    Missing,
    /// Its ciphertexts are there, and none is for the identity; or none was given.
    Closed,
    /// Its ciphertexts are there, and the identity shows that the content is in none of those that are for it.
    Other,
}

impl Contents {
    /// How many nobody has seen for this reason.
    pub fn lacking(&self, why: Lack) -> u64 {
        let those = self.lacking.values().filter(|(lack, _)| *lack == why);
        u64::try_from(those.count()).unwrap_or(u64::MAX)
    }

    /// Those of them that a verdict names, in the order of their addresses.
    pub fn named(&self) -> impl Iterator<Item = (&Address, &(Lack, Mention))> {
        self.lacking.iter().take(MOST_NAMED)
    }
}

impl Lack {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Closed => "closed",
            Self::Other => "other",
        }
    }
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
    lacking: BTreeMap<Address, (Lack, Mention)>,
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
        Ok(Self { bundle, held, lacking: BTreeMap::new() })
    }

    /// Takes the next event.
    pub(crate) fn take(&mut self, record: &Record) {
        for content in record.event.contents() {
            let mention = Mention { seq: record.seq, kind: content.kind };
            match self.held.get_mut(&content.address) {
                Some(held) => drop(held.named.get_or_insert(mention)),
                None => drop(self.lacking.entry(content.address).or_insert((Lack::Missing, mention))),
            }
        }
    }

    /// After the last event: reads every content that an event names, and no other. `begun` hears of each file while it is read.
    pub(crate) fn finish(
        self,
        identity: Option<&Identity>,
        begun: &mut dyn FnMut(&str),
    ) -> Result<Contents, PartError> {
        let mut found = Contents { lacking: self.lacking, ..Contents::default() };
        for (address, held) in self.held {
            // What no event names is opened by nobody, and a fault for that.
            let Some(mention) = held.named else { continue };
            let looking = Looking { bundle: self.bundle, address, seq: mention.seq };
            if held.public {
                looking.public(begun)?;
                found.public = found.public.saturating_add(1);
                // Beside plain bytes a ciphertext is nobody's, as is one more than a store has.
                continue;
            }
            let mut seen = Opened::NotForUs;
            for hash in held.ciphertexts.iter().take(MOST_CIPHERTEXTS) {
                looking.sealed(hash, begun)?;
                if let (Some(identity), true) = (identity, seen < Opened::Fits) {
                    seen = seen.max(looking.opens(hash, identity)?);
                }
            }
            match seen {
                Opened::Fits => found.opened = found.opened.saturating_add(1),
                Opened::Other => drop(found.lacking.insert(address, (Lack::Other, mention))),
                Opened::NotForUs => drop(found.lacking.insert(address, (Lack::Closed, mention))),
            }
        }
        Ok(found)
    }
}

/// What an identity shows of a ciphertext.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Opened {
    /// It is for others.
    NotForUs,
    /// Something else is in it, or it was cut off or changed.
    Other,
    /// The content is in it.
    Fits,
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
        let mut check = Check::new(&self.address);
        self.read(&name, begun, |piece| check.push(piece))?;
        check.finish().map_err(|unfit| self.fault(name, ContentFault::Unfit(unfit)))
    }

    /// A ciphertext has the hash of its name, and is one.
    fn sealed(&self, hash: &[u8; 32], begun: &mut dyn FnMut(&str)) -> Result<(), PartError> {
        let name = contents::file(&Name::Restricted(self.address, *hash));
        let mut sealed = Sealed::default();
        self.read(&name, begun, |piece| sealed.push(piece))?;
        sealed.finish(hash).map_err(|not| self.fault(name, ContentFault::NotSealed(not)))
    }

    /// What an identity shows of a ciphertext.
    fn opens(&self, hash: &[u8; 32], identity: &Identity) -> Result<Opened, PartError> {
        let name = contents::file(&Name::Restricted(self.address, *hash));
        let mut plain = Plain(Check::new(&self.address));
        match decrypt(identity, &mut self.bundle.reader(&name)?, &mut plain) {
            Ok(()) => Ok(plain.0.finish().map_or(Opened::Other, |()| Opened::Fits)),
            Err(RestrictedError::NotForUs) => Ok(Opened::NotForUs),
            Err(RestrictedError::Io(error)) if !plain.0.is_unfit() => Err(self.bundle.unreadable(&name, error).into()),
            Err(_) => Ok(Opened::Other),
        }
    }

    /// Gives the bytes of a file to `take`.
    fn read(&self, name: &str, begun: &mut dyn FnMut(&str), mut take: impl FnMut(&[u8])) -> Result<(), PartError> {
        if self.bundle.length(name)? > MAX {
            return Err(self.fault(name.to_owned(), ContentFault::TooLong));
        }
        // It can have grown meanwhile.
        let mut reader = self.bundle.reader(name)?.take(MAX);
        let read = pieces(&mut reader, |piece| {
            begun(name);
            take(piece);
        });
        Ok(read.map_err(|error| self.bundle.unreadable(name, error))?)
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
