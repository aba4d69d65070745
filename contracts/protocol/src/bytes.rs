//! Fixed-size and bounded byte values: a value that exists is valid.

use alloc::{string::String, vec::Vec};
use core::fmt;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// Declares one newtype a digest or identifier, so that no two purposes can be mixed up.
macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident [$size:literal];)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
        pub struct $name(pub [u8; $size]);

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

fixed! {
    /// SHA-256 of the SCALE bytes of the constructor's argument; it names one contract for ever.
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
    /// SHA-256(`0x05` ‖ SCALE(route)): version and economics that a change of a bridge route builds on.
    RouteHash[32];
    /// Salted hash of the person who holds a seat.
    HolderHash[32];
    /// Hash of a text kept elsewhere: a reason, a report, a reference.
    ReferenceHash[32];
    /// Hash that names an asset: SHA-256 of its CAIP-19 text.
    AssetHash[32];
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

/// A short name of the field: 1 to 32 of `a-z`, `0-9`, `-`. Decoding anything else fails.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, TypeInfo)]
pub struct Label(Vec<u8>);

impl Label {
    /// Longest label, in bytes.
    pub const MAX: usize = 32;

    /// A label, or nothing where the text is not one.
    pub fn new(text: &str) -> Option<Self> {
        Self::checked(text.as_bytes().to_vec())
    }

    /// The label as text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn checked(bytes: Vec<u8>) -> Option<Self> {
        let fits = !bytes.is_empty() && bytes.len() <= Self::MAX;
        let plain = bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        (fits && plain).then_some(Self(bytes))
    }
}

impl Decode for Label {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::checked(Vec::decode(input)?).ok_or_else(|| "label".into())
    }
}

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
