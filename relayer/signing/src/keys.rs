//! What is said about a key, wherever it is kept.

use crate::{Error, Result, Work};
use greatseal_protocol::{bytes::CompanionHash, key::Key};
use std::fmt;

/// What a key is for. No key serves both: a payer's machine is online, and signs what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A council member's: signs commands that somebody has read.
    Seat,
    /// A paying account's: signs transactions.
    Payer,
    /// A seat's post-quantum companion (ML-DSA-65): signs beside the seat's own key.
    Companion,
    /// A log's: signs its checkpoints.
    Audit,
    /// A witness's: cosigns checkpoints of logs.
    Witness,
}

/// What a key signs with. Both kinds sit in seats; only Ed25519 keys have accounts, and only tokens hold P-256 keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA on P-256 over SHA-256 (FIPS 186-5), for tokens that know no Edwards curve.
    P256,
}

/// A key as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its name: `CKA_LABEL`, or the file's.
    pub label: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The public key, where it is there and readable; a companion has none of these.
    pub key: Option<Key>,
    /// What names a companion.
    pub companion: Option<CompanionHash>,
    /// How the private key is kept.
    pub custody: Custody,
    /// Why no signer opens for it.
    pub defect: Option<String>,
}

/// How a private key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Custody {
    /// In a token.
    Token(TokenCustody),
    /// In a sealed file, with this work for a guess at its passphrase.
    Sealed(Work),
    /// In a file that cannot be read.
    Unknown,
}

/// Attributes of a private key that decide whether it may sign. What a token does not say counts as the worse answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCustody {
    /// `CKA_ID`.
    pub id: Vec<u8>,
    /// `CKA_SENSITIVE`: never shown in plain text.
    pub sensitive: bool,
    /// `CKA_ALWAYS_SENSITIVE`: nor was it ever.
    pub always_sensitive: bool,
    /// Not `CKA_EXTRACTABLE`: cannot be wrapped out of the token.
    pub unextractable: bool,
    /// `CKA_NEVER_EXTRACTABLE`: nor could it ever.
    pub never_extractable: bool,
    /// `CKA_LOCAL`: generated in the token.
    pub local: bool,
}

/// Longest label, in bytes.
pub(crate) const LONGEST_LABEL: usize = 64;

/// Whether a label is short and printable.
pub(crate) fn is_label(label: &str) -> bool {
    !label.is_empty() && label.len() <= LONGEST_LABEL && !label.chars().any(char::is_control)
}

/// Whether a label can be the name of a file everywhere, and of none but its own.
pub(crate) fn is_file_name(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    is_label(label) && label.bytes().all(plain)
}

/// Random bytes of the system.
pub(crate) fn random<const SIZE: usize>() -> Result<[u8; SIZE]> {
    let mut bytes = [0; SIZE];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
    Ok(bytes)
}

impl Purpose {
    /// Its byte in a sealed file.
    pub(crate) fn tag(self) -> u8 {
        match self {
            Self::Seat => 1,
            Self::Payer => 2,
            Self::Companion => 3,
            Self::Audit => 4,
            Self::Witness => 5,
        }
    }

    pub(crate) fn from_tag(tag: u8) -> Option<Self> {
        let all = [Self::Seat, Self::Payer, Self::Companion, Self::Audit, Self::Witness];
        all.into_iter().find(|purpose| purpose.tag() == tag)
    }

    /// Whether each use of such a key is written into a signing journal. A log and its witnesses keep their last head
    /// instead: every later one has to begin with it.
    pub(crate) fn is_journalled(self) -> bool {
        match self {
            Self::Seat | Self::Payer | Self::Companion => true,
            Self::Audit | Self::Witness => false,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Seat => "seat",
            Self::Payer => "payer",
            Self::Companion => "companion",
            Self::Audit => "audit",
            Self::Witness => "witness",
        })
    }
}
