//! The lines of a journal: a link over everything before it, and one JSON object.
//!
//! ```text
//! link(n) = SHA-256(link(n - 1) ‖ JSON(n))        link(-1) = SHA-256("GREATSEAL-SIGNING-JOURNAL-1")
//! line(n) = hex(link(n)) " " JSON(n) "\n"
//! ```

use crate::{Backend, Confirmation, Decided, Stand, Use};
use greatseal_protocol::{
    bytes::{parse_hex, to_hex},
    hash::sha256,
};
use serde::{Deserialize, Serialize};

/// The form in which journals are written and read.
pub(super) const VERSION: u32 = 2;
/// Longest line, in bytes.
pub(super) const LONGEST: usize = 32 * 1024;

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number; the first is 0.
    pub seq: u64,
    /// When it was written, in seconds by this machine's clock.
    pub at: u64,
    /// What happened.
    pub entry: Entry,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// The journal was started; always the first line, and nowhere else.
    Started {
        /// Of the journal's form: 2.
        version: u32,
        /// Tells journals apart: 32 random hexadecimal digits.
        id: String,
    },
    /// A key is about to be used.
    Intended(Box<Intended>),
    /// The signature was verified and is about to be released.
    Released {
        /// Number of the line of the intention.
        of: u64,
        /// SHA-256 of the signature.
        signature: String,
    },
    /// A last line that a crash or a full disk had cut short was taken away. No key was used for it, or no signature
    /// released.
    Torn {
        /// Its length.
        bytes: u64,
        /// Its SHA-256.
        sha256: String,
    },
}

/// A key is about to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intended {
    /// Which key.
    pub key: String,
    /// `token` or `sealed`.
    pub backend: String,
    /// `person`, `beforehand`, or `none` for a payment.
    pub confirmation: String,
    /// What is ordered; `pay` for a payment.
    pub order: String,
    /// The SHA-256 inside the message of a command, or over a transaction's payload.
    pub digest: String,
    /// Everything that is signed, a line a fact.
    pub words: Vec<(String, String)>,
    /// The decisions that it is: several where they are signed together.
    pub decides: Vec<Decides>,
}

/// A decision on a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decides {
    /// The deployment.
    pub deployment: String,
    /// The contract's address.
    pub contract: String,
    /// The chain id that contracts see.
    pub chain_id: u64,
    /// The proposal's id.
    pub proposal: String,
    /// What the proposal says.
    pub proposal_digest: String,
    /// `approve`, `reject` or `veto`.
    pub decision: String,
    /// Whether it takes back an approval.
    pub withdraws: bool,
}

/// What the first link covers besides the first line.
pub(super) fn first_link() -> [u8; 32] {
    sha256(&[b"GREATSEAL-SIGNING-JOURNAL-1"])
}

impl Line {
    /// The line's bytes, and its link.
    pub(super) fn write(&self, before: &[u8; 32]) -> serde_json::Result<(Vec<u8>, [u8; 32])> {
        let json = serde_json::to_vec(self)?;
        let link = sha256(&[before, &json]);
        Ok(([to_hex(&link).as_bytes(), b" ", &json, b"\n"].concat(), link))
    }

    /// Reads a line without its newline; says what is wrong with it.
    pub(super) fn read(bytes: &[u8], before: &[u8; 32]) -> Result<(Self, [u8; 32]), &'static str> {
        let (link, json) = bytes.split_at_checked(64).ok_or("the line is too short")?;
        let json = json.strip_prefix(b" ").ok_or("there is no link")?;
        let link = std::str::from_utf8(link).ok().and_then(|link| parse_hex::<32>(link).ok());
        let found = sha256(&[before, json]);
        if link != Some(found) {
            return Err("its link does not hold: it, or a line before it, was altered, added or taken away");
        }
        let line = serde_json::from_slice(json).map_err(|_| "it is no entry of this version")?;
        Ok((line, found))
    }
}

impl From<&Use> for Intended {
    fn from(used: &Use) -> Self {
        Self {
            key: used.key.to_string(),
            backend: match used.backend {
                Backend::Token => "token".into(),
                Backend::Sealed => "sealed".into(),
            },
            confirmation: match used.confirmation {
                Some(Confirmation::Person) => "person".into(),
                Some(Confirmation::Beforehand) => "beforehand".into(),
                None => "none".into(),
            },
            order: used.order.into(),
            digest: to_hex(&used.digest),
            words: used.words.clone(),
            decides: used.decided.iter().map(Decides::from).collect(),
        }
    }
}

impl From<&Decided> for Decides {
    fn from(decided: &Decided) -> Self {
        Self {
            deployment: decided.domain.deployment.to_string(),
            contract: decided.domain.contract.to_string(),
            chain_id: decided.domain.chain_id,
            proposal: decided.proposal.to_string(),
            proposal_digest: decided.digest.to_string(),
            decision: match decided.stand {
                Stand::Approve => APPROVE.into(),
                Stand::Reject => REJECT.into(),
                Stand::Veto => VETO.into(),
            },
            withdraws: decided.withdraws,
        }
    }
}

/// Words for decisions.
pub(super) const APPROVE: &str = "approve";
pub(super) const REJECT: &str = "reject";
pub(super) const VETO: &str = "veto";
