//! Content: what stands on chain as a hash, and is kept elsewhere.
//!
//! Each subject of the language says which contents its actions, orders and events name, in matches over all of its variants.
//! Who keeps them, and who may read them, is no matter of the chain.

use crate::{
    bytes::{NotHex, parse_hex, write_hex},
    merkle::TreeHead,
};
use alloc::vec::Vec;
use core::{fmt, str::FromStr};
use parity_scale_codec::{Decode, Encode};

/// A content that something on chain names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Content {
    /// What it is.
    pub kind: Kind,
    /// By what it is known.
    pub address: Address,
}

/// By what a content is known: the hash of its bytes, or the root over the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Address {
    /// SHA-256 of its bytes.
    Sha256([u8; 32]),
    /// Root over the entries of a batch ([`crate::manifest::Entry`]).
    Entries([u8; 32]),
    /// Root over the outcomes of a batch ([`crate::settlement::Outcome`]).
    Outcomes([u8; 32]),
    /// Root over what was carried out of a lot ([`crate::conversion::Carried`]).
    Carried([u8; 32]),
    /// Root over the accounts of a route's list ([`crate::conversion::Account`]).
    Accounts([u8; 32]),
}

/// What a content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Kind {
    /// The document that explains a proposal.
    Document,
    /// A text that is adopted.
    Text,
    /// A reason in words.
    Reason,
    /// A finding about a dispute, in words.
    Finding,
    /// An answer to a dispute, in words.
    Statement,
    /// A report: of a review, a drill, an escalation.
    Report,
    /// Evidence of an override, or of an auditor's vote.
    Evidence,
    /// The schedule of a programme's payments.
    Schedule,
    /// The rule set of a programme.
    RuleSet,
    /// The policy of a bridge route.
    Policy,
    /// What a release runs.
    Code,
    /// A bill of materials, with provenance.
    BillOfMaterials,
    /// The value of a custody setting.
    Setting,
    /// The report of a transition's property tests.
    PropertyTests,
    /// A performance snapshot.
    Performance,
    /// The name of an asset, as CAIP-19 text.
    Asset,
    /// The name of a chain, as CAIP-2 text.
    Chain,
    /// The name of an issuer, a schema or a party in its own world.
    Name,
    /// The entries of a batch.
    Entries,
    /// What became of the entries of a batch.
    Outcomes,
    /// What was carried out of a conversion.
    Carried,
    /// Accounts that a route serves.
    Served,
    /// Accounts that a route does not serve.
    Excluded,
}

impl Kind {
    /// A content of this kind under the SHA-256 of its bytes; none under zeros, which name nothing.
    pub fn hashed(self, hash: [u8; 32]) -> Option<Content> {
        self.at(Address::Sha256(hash))
    }

    /// A content of this kind under an address; none under zeros, which name nothing.
    pub fn at(self, address: Address) -> Option<Content> {
        (*address.hash() != [0; 32]).then_some(Content { kind: self, address })
    }

    /// The accounts of a route's list, where it has one.
    pub(crate) fn list(self, list: Option<TreeHead>) -> Option<Content> {
        self.at(Address::Accounts(list?.root))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Document => "document",
            Self::Text => "text",
            Self::Reason => "reason",
            Self::Finding => "finding",
            Self::Statement => "statement",
            Self::Report => "report",
            Self::Evidence => "evidence",
            Self::Schedule => "schedule",
            Self::RuleSet => "rule-set",
            Self::Policy => "policy",
            Self::Code => "code",
            Self::BillOfMaterials => "bill-of-materials",
            Self::Setting => "setting",
            Self::PropertyTests => "property-tests",
            Self::Performance => "performance",
            Self::Asset => "asset",
            Self::Chain => "chain",
            Self::Name => "name",
            Self::Entries => "entries",
            Self::Outcomes => "outcomes",
            Self::Carried => "carried",
            Self::Served => "served",
            Self::Excluded => "excluded",
        })
    }
}

impl Address {
    /// The hash, or the root.
    pub fn hash(&self) -> &[u8; 32] {
        match self {
            Self::Sha256(hash)
            | Self::Entries(hash)
            | Self::Outcomes(hash)
            | Self::Carried(hash)
            | Self::Accounts(hash) => hash,
        }
    }

    /// What kind of address it is, as its text begins.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "sha256",
            Self::Entries(_) => "entries",
            Self::Outcomes(_) => "outcomes",
            Self::Carried(_) => "carried",
            Self::Accounts(_) => "accounts",
        }
    }
}

/// `SCHEME:HEX`: 64 lower-case hexadecimal digits.
impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.scheme())?;
        write_hex(out, self.hash())
    }
}

impl FromStr for Address {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Self, NotHex> {
        let (scheme, digits) = text.split_once(':').ok_or(NotHex)?;
        let lower = digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let hash = parse_hex(digits).ok().filter(|_| lower).ok_or(NotHex)?;
        match scheme {
            "sha256" => Ok(Self::Sha256(hash)),
            "entries" => Ok(Self::Entries(hash)),
            "outcomes" => Ok(Self::Outcomes(hash)),
            "carried" => Ok(Self::Carried(hash)),
            "accounts" => Ok(Self::Accounts(hash)),
            _ => Err(NotHex),
        }
    }
}

/// Those that are there.
pub(crate) fn some<const COUNT: usize>(contents: [Option<Content>; COUNT]) -> Vec<Content> {
    contents.into_iter().flatten().collect()
}
