//! Manifests: the entries of a batch as bytes, and what the batch commits to.
//!
//! The contract sees root, count and total. Whoever has the entries computes all three again with [`Manifest::of`].

use crate::{
    batch::Rail,
    bytes::{EntriesRoot, Label, ReferenceHash},
    hash,
    merkle::{self, Inclusion, TreeHead},
};
use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;
use parity_scale_codec::{Decode, DecodeAll, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// First byte of an entry.
const VERSION: u8 = 1;
/// Block of HMAC-SHA256, in bytes (RFC 2104).
const BLOCK: usize = 64;

/// An entry: one payment to one person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Entry {
    /// Its place in the manifest, from 0.
    pub index: u32,
    /// To whom.
    pub person: Pseudonym,
    /// Where it is paid to; stated wherever the rail can be looked up.
    pub destination: Option<Destination>,
    /// How much, in base units of the asset; not 0.
    pub amount: u128,
    /// Hash of the evidence that the person is entitled.
    pub eligibility: ReferenceHash,
    /// Hash of the evidence that no credential was revoked.
    pub revocation: ReferenceHash,
    /// Index of the parent's entry that it pays again, where it does.
    pub repays: Option<u32>,
    /// Drawn at random for each entry, so that nobody finds it out by trying.
    pub salt: EntrySalt,
}

/// A person under a name that only holders of a key can compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pseudonym {
    /// Name of the key.
    pub key: Label,
    /// HMAC-SHA256 of the person's identifier under that key.
    pub code: [u8; 32],
}

/// What was drawn at random for an entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EntrySalt(pub [u8; 16]);

/// An account on a rail as CAIP-10 text; nothing else can be decoded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, TypeInfo)]
pub struct Destination(String);

/// A whole manifest, which was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Root and number of its entries.
    pub head: TreeHead,
    /// Sum of their amounts.
    pub total: u128,
    leaves: Vec<[u8; 32]>,
}

/// Why entries are no manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no entry, or there are more than a batch has.
    Count,
    /// The entry is not in its place.
    Index(u32),
    /// It pays nothing.
    Amount(u32),
    /// The sum has no number.
    Total(u32),
    /// It does not say where it is paid to, though the rail can be looked up.
    Destination(u32),
    /// Its pseudonym is made with another key than those before: the same person would not be found.
    Key(u32),
    /// This person was paid before.
    Person(u32),
    /// This salt was used before.
    Salt(u32),
}

impl Entry {
    /// The bytes that are hashed: `0x01` (version) ‖ SCALE(entry).
    pub fn to_bytes(&self) -> Vec<u8> {
        (VERSION, self).encode()
    }

    /// The entry of these bytes, if they are exactly one.
    ///
    /// # Errors
    ///
    /// Another version, or bytes that are no entry.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&VERSION, mut entry)) => Self::decode_all(&mut entry),
            _ => Err("version of an entry".into()),
        }
    }

    /// Its leaf: SHA-256(`0x00` ‖ bytes), as RFC 9162 has it.
    pub fn leaf(&self) -> [u8; 32] {
        merkle::leaf(&self.to_bytes(), &hash::sha256)
    }
}

impl Manifest {
    /// Checks all entries in their order.
    ///
    /// # Errors
    ///
    /// The first flaw.
    pub fn of(entries: &[Entry], rail: Rail) -> Result<Self, Flaw> {
        let mut total = 0_u128;
        let (mut persons, mut salts) = (BTreeSet::new(), BTreeSet::new());
        let mut leaves = Vec::with_capacity(entries.len());
        for (index, entry) in (0_u32..).zip(entries) {
            let flaw = if entry.index != index {
                Some(Flaw::Index(index))
            } else if entry.amount == 0 {
                Some(Flaw::Amount(index))
            } else if rail == Rail::Queryable && entry.destination.is_none() {
                Some(Flaw::Destination(index))
            } else if entries.first().is_some_and(|first| first.person.key != entry.person.key) {
                Some(Flaw::Key(index))
            } else if !persons.insert(entry.person) {
                Some(Flaw::Person(index))
            } else if !salts.insert(entry.salt) {
                Some(Flaw::Salt(index))
            } else {
                None
            };
            if let Some(flaw) = flaw {
                return Err(flaw);
            }
            total = total.checked_add(entry.amount).ok_or(Flaw::Total(index))?;
            leaves.push(entry.leaf());
        }
        let head = TreeHead::of(&leaves, &hash::sha256).filter(|head| head.size > 0).ok_or(Flaw::Count)?;
        Ok(Self { head, total, leaves })
    }

    /// Root of the tree of its entries.
    pub fn root(&self) -> EntriesRoot {
        EntriesRoot(self.head.root)
    }

    /// The proof that an entry is in it, which shows nothing of the others.
    pub fn proof(&self, index: u32) -> Option<Inclusion> {
        merkle::inclusion(&self.leaves, index, &hash::sha256)
    }
}

impl Pseudonym {
    /// The pseudonym of an identifier under a key of this name.
    pub fn derive(name: Label, key: &[u8], identifier: &[u8]) -> Self {
        Self { key: name, code: hmac(key, identifier) }
    }
}

/// HMAC-SHA256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    let short = if key.len() > BLOCK { hash::sha256(&[key]).to_vec() } else { key.to_vec() };
    block.iter_mut().zip(short).for_each(|(to, from)| *to = from);
    let inner = hash::sha256(&[&block.map(|byte| byte ^ 0x36), message]);
    hash::sha256(&[&block.map(|byte| byte ^ 0x5C), &inner])
}

impl Destination {
    /// Longest text, in bytes: namespace, reference, address and two colons.
    pub const MAX: usize = 8 + 1 + 32 + 1 + 128;

    /// An account such as `eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb`, or nothing where the text is not one.
    pub fn new(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let (namespace, reference, address) = (parts.next()?, parts.next()?, parts.next()?);
        let consists = |part: &str, others: &str, least: usize, most: usize| {
            let known = part.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter));
            known && (least..=most).contains(&part.len())
        };
        let lower = !namespace.contains(|letter: char| letter.is_ascii_uppercase());
        let sound =
            consists(namespace, "-", 3, 8) && consists(reference, "-_", 1, 32) && consists(address, "-.%", 1, 128);
        (lower && sound).then(|| Self(text.to_string()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Decode for Destination {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::new(&String::decode(input)?).ok_or_else(|| "destination".into())
    }
}

impl MaxEncodedLen for Destination {
    fn max_encoded_len() -> usize {
        Self::MAX.saturating_add(2)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.0)
    }
}

impl fmt::Display for EntrySalt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::bytes::write_hex(out, &self.0)
    }
}

impl fmt::Debug for EntrySalt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "EntrySalt({self})")
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count => out.write_str("a manifest has at least one entry, and at most 4294967295"),
            Self::Index(at) => write!(out, "entry {at} has another index"),
            Self::Amount(at) => write!(out, "entry {at} pays nothing"),
            Self::Total(at) => write!(out, "with entry {at} the total has no number any more"),
            Self::Destination(at) => write!(out, "entry {at} does not say where it is paid to"),
            Self::Key(at) => write!(out, "entry {at} has a pseudonym of another key"),
            Self::Person(at) => write!(out, "entry {at} pays a person a second time"),
            Self::Salt(at) => write!(out, "entry {at} has a salt that was used before"),
        }
    }
}

impl core::error::Error for Flaw {}
