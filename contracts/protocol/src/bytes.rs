//! Fixed-size and bounded byte values: a value that exists is valid.

use alloc::{string::String, vec, vec::Vec};
use core::fmt;
use parity_scale_codec::{Compact, Decode, Encode, Error, Input, MaxEncodedLen, Output};
use scale_info::{Path, Type, TypeInfo, build::Fields};

/// Largest cell, in bytes: the limit of pallet-revive.
pub const MAX_CELL: usize = 416;

/// Declares one newtype a digest or identifier, so that no two purposes can be mixed up.
macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident [$size:literal];)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
        #[allow(clippy::derived_hash_with_manual_eq, reason = "the same bytes")]
        pub struct $name(pub [u8; $size]);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                same(&self.0, &other.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(out, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self)
            }
        }

        impl core::str::FromStr for $name {
            type Err = NotHex;

            fn from_str(text: &str) -> Result<Self, NotHex> {
                parse_hex(text).map(Self)
            }
        }
    )*};
}

/// Whether two byte strings are the same, word by word and not byte by byte: the contract compares a lot.
#[inline(never)]
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let (ones, others) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    one.len() == other.len()
        && ones.0.iter().zip(others.0).all(|(one, other)| word(one) == word(other))
        && ones.1 == others.1
}

fixed! {
    /// SHA-256 of the SCALE bytes of the constructor's argument; it names one history for ever, whichever
    /// contracts go on with it.
    DeploymentId[32];
    /// Hash of block 0 of the chain that the contract lives on.
    ChainGenesis[32];
    /// Address of a contract on pallet-revive (H160).
    ContractAddress[20];
    /// SHA-256(`0x03` ‖ SCALE(action)).
    ActionHash[32];
    /// SHA-256 of the RFC 8785 JSON that explains a proposal.
    DocumentHash[32];
    /// What an approver's signature names; see [`crate::digest::proposal_digest`].
    ProposalDigest[32];
    /// SHA-256(`0x04` ‖ envelope bytes): names one envelope, signature included.
    EnvelopeDigest[32];
    /// SHA-256(`0x05` ‖ SCALE(route)), or `0x06` and what it serves: version and parameters that a change builds on.
    RouteHash[32];
    /// SHA-256(`0x0b` ‖ SCALE(header)): it names a batch, and what the batch commits to.
    ManifestHash[32];
    /// Root of the tree of a batch's entries (RFC 9162).
    EntriesRoot[32];
    /// Root of the tree of the outcomes of a batch's entries (RFC 9162).
    OutcomesRoot[32];
    /// SHA-256(`0x0c` ‖ SCALE(recorder, statement)): it names a statement about a batch.
    StatementHash[32];
    /// SHA-256 of the CAIP-2 text of a chain, or of the name of another rail.
    ChainHash[32];
    /// Hash of a transaction on a rail.
    TxHash[32];
    /// Salted hash of the person who holds a seat.
    HolderHash[32];
    /// Hash of a text kept elsewhere: a reason, a report, a reference.
    ReferenceHash[32];
    /// SHA-256 of what runs: a contract's blob, a runtime, a program.
    CodeHash[32];
    /// Keccak-256 of a contract's code: how pallet-revive names it.
    ContractCode[32];
    /// Identifier of an issuer, a schema or a party: the hash of its name in its own world.
    SubjectId[32];
    /// Hash that names an asset: SHA-256 of its CAIP-19 text.
    AssetHash[32];
    /// SHA-256(`0x14` ‖ `0x03` ‖ ML-DSA-65 public key): names a seat's companion.
    CompanionHash[32];
    /// First four bytes of SHA-256(domain): tells a misdirected envelope from a forged one.
    DomainTag[4];
    /// Name of an incident, chosen by whoever declares it.
    IncidentId[16];
    /// What the deployer drew at random.
    Salt[32];
}

/// Not the hexadecimal text of a value of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHex;

impl fmt::Display for NotHex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not the hexadecimal text of a value of this size")
    }
}

impl core::error::Error for NotHex {}

/// Writes lower-case hexadecimal without a prefix.
pub fn write_hex(out: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// Lower-case hexadecimal without a prefix.
pub fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    // Writing to a `String` cannot fail.
    match write_hex(&mut text, bytes) {
        Ok(()) | Err(fmt::Error) => text,
    }
}

/// Parses exactly `2 * SIZE` hexadecimal digits, with or without `0x`.
pub fn parse_hex<const SIZE: usize>(text: &str) -> Result<[u8; SIZE], NotHex> {
    parse_hex_bytes(text)?.try_into().map_err(|_| NotHex)
}

/// Parses hexadecimal digits, with or without `0x`.
pub fn parse_hex_bytes(text: &str) -> Result<Vec<u8>, NotHex> {
    let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(NotHex);
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect::<Option<_>>().ok_or(NotHex)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Where values are written as bytes. The standard list asks for room with every byte, and one integer costs sixty
/// instructions on chain; here it costs twenty. One type for everything that is written: each would come with code.
#[derive(Debug)]
pub struct Written {
    bytes: Vec<u8>,
    length: usize,
}

impl Written {
    /// With room for so many bytes at first.
    pub fn with_room(bytes: usize) -> Self {
        Self { bytes: vec![0; bytes], length: 0 }
    }

    /// The bytes of this value, written over those of the one before.
    pub fn of(&mut self, value: &impl Encode) -> &[u8] {
        self.length = 0;
        value.encode_to(self);
        self.bytes()
    }

    /// What was written.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// All the room there is, for whoever writes bytes without this type.
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    #[inline(never)]
    fn put_hash(&mut self, bytes: &[u8; 32]) {
        self.put(bytes);
    }

    // Integers are passed in registers: whoever writes one need not lay its bytes down first.

    #[inline(never)]
    fn put_u128(&mut self, value: u128) {
        self.put(&value.to_le_bytes());
    }

    #[inline(never)]
    fn put_u64(&mut self, value: u64) {
        self.put(&value.to_le_bytes());
    }

    #[inline(never)]
    fn put_u32(&mut self, value: u32) {
        self.put(&value.to_le_bytes());
    }

    #[inline(always)]
    fn put<const SIZE: usize>(&mut self, bytes: &[u8; SIZE]) {
        match self.bytes.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut) {
            Some(room) => {
                *room = *bytes;
                self.length = self.length.saturating_add(SIZE);
            }
            None => self.grow(bytes),
        }
    }

    #[inline(never)]
    fn append(&mut self, bytes: &[u8]) {
        match self.bytes.get_mut(self.length..).and_then(|room| room.get_mut(..bytes.len())) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.length = self.length.saturating_add(bytes.len());
            }
            None => self.grow(bytes),
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, bytes: &[u8]) {
        let length = self.length.saturating_add(bytes.len());
        // Room for as much again, so that it is not asked for with every byte; fresh memory is zeros already, which a
        // longer list would write one by one.
        let mut room = vec![0; length.saturating_mul(2)];
        if let Some((before, rest)) = room.split_at_mut_checked(self.length)
            && let Some(added) = rest.get_mut(..bytes.len())
        {
            before.copy_from_slice(self.bytes());
            added.copy_from_slice(bytes);
        }
        (self.bytes, self.length) = (room, length);
    }

    /// The bytes of a value.
    pub fn once(value: &impl Encode) -> Vec<u8> {
        let mut written = Self::with_room(512);
        value.encode_to(&mut written);
        written.into_vec()
    }

    /// What was written, by itself.
    pub fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.length);
        self.bytes
    }
}

impl Output for Written {
    /// Nearly everything that is written is as long as a hash or an integer, which the compiler knows where it is called:
    /// moved word by word, and not by a routine that has to find out first (ADR 34).
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        if let Ok(bytes) = <&[u8; 32]>::try_from(bytes) {
            self.put_hash(bytes);
        } else if let Ok(bytes) = bytes.try_into() {
            self.put_u64(u64::from_le_bytes(bytes));
        } else if let Ok(bytes) = bytes.try_into() {
            self.put_u32(u32::from_le_bytes(bytes));
        } else if let Ok(bytes) = bytes.try_into() {
            self.put_u128(u128::from_le_bytes(bytes));
        } else if let [byte] = bytes {
            self.push_byte(*byte);
        } else {
            self.append(bytes);
        }
    }

    fn push_byte(&mut self, byte: u8) {
        match self.bytes.get_mut(self.length) {
            Some(room) => {
                *room = byte;
                self.length = self.length.saturating_add(1);
            }
            None => self.grow(&[byte]),
        }
    }
}

/// A short name of the field: 1 to 32 of `a-z`, `0-9`, `-`. Decoding anything else fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Padded with zeros, so that labels sort as their texts do.
    bytes: [u8; Self::MAX],
    length: u8,
}

impl Label {
    /// Longest label, in bytes.
    pub const MAX: usize = 32;

    /// A label, or nothing where the text is not one.
    pub fn new(text: &str) -> Option<Self> {
        Self::checked(text.as_bytes())
    }

    /// The label as text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.text()).unwrap_or_default()
    }

    fn text(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    fn checked(text: &[u8]) -> Option<Self> {
        let plain = text.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..text.len()).filter(|_| plain && !text.is_empty())?.copy_from_slice(text);
        Some(Self { bytes, length: u8::try_from(text.len()).ok()? })
    }
}

// On the wire a label is its text: a compact length and the bytes.
impl Encode for Label {
    fn encode_to<O: Output + ?Sized>(&self, out: &mut O) {
        self.text().encode_to(out);
    }
}

impl Decode for Label {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        // Not by way of a list: labels stand in every seat's cell, and need no heap.
        let length = Compact::<u32>::decode(input)?.0;
        let mut bytes = [0; Self::MAX];
        let text = usize::try_from(length).ok().and_then(|length| bytes.get_mut(..length)).ok_or("label")?;
        input.read(text)?;
        Self::checked(text).ok_or_else(|| "label".into())
    }
}

impl MaxEncodedLen for Label {
    fn max_encoded_len() -> usize {
        Self::MAX.saturating_add(1)
    }
}

impl TypeInfo for Label {
    type Identity = Self;

    fn type_info() -> Type {
        Type::builder()
            .path(Path::new("Label", module_path!()))
            .docs(&["1 to 32 of `a-z`, `0-9`, `-`, in ASCII."])
            .composite(Fields::unnamed().field(|field| field.ty::<Vec<u8>>()))
    }
}

impl core::str::FromStr for Label {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        Self::new(text).ok_or(NotALabel)
    }
}

/// Not 1 to 32 of `a-z`, `0-9`, `-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALabel;

impl fmt::Display for NotALabel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not a label: 1 to 32 of a-z, 0-9, -")
    }
}

impl core::error::Error for NotALabel {}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.as_str())
    }
}
