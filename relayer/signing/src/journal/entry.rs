//! The lines of a journal: the root of a tree over everything up to it, and one JSON object.
//!
//! ```text
//! leaf(n) = SHA-256(0x00 ‖ JSON(n))
//! root(n) = root of the tree (RFC 9162) over leaf(0), leaf(1), … leaf(n)
//! line(n) = hex(root(n)) " " JSON(n) "\n"
//! ```

use crate::{Backend, Confirmation, Decided, Stand, Use};
use greatseal_protocol::bytes::to_hex;
use greatseal_trail::tree::{Frontier, leaf_hash};
use serde::{Deserialize, Serialize};
use std::io;

/// The form in which journals are written and read.
pub(super) const VERSION: u32 = 3;
/// Digits of a root.
pub(super) const ROOT: usize = 64;
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
        /// Of the journal's form: 3.
        version: u32,
        /// Tells journals apart: 32 random hexadecimal digits.
        id: String,
        /// The journal of version 2 whose lines follow, as they stood in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        continues: Option<Continued>,
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

/// A journal of version 2 that has been taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continued {
    /// Number of its lines, the first included.
    pub lines: u64,
    /// Link of its last line, in hexadecimal.
    pub head: String,
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

/// A line of this JSON behind the lines that the frontier covers, and the frontier that covers it too.
pub(super) fn put(json: &[u8], before: &Frontier) -> io::Result<(Vec<u8>, Frontier)> {
    let mut trail = before.clone();
    trail.push(leaf_hash(json)).map_err(io::Error::other)?;
    let root = trail.root().to_string();
    Ok(([root.as_bytes(), b" ", json, b"\n"].concat(), trail))
}

impl Line {
    /// The line's bytes, and the frontier that covers it.
    pub(super) fn write(&self, before: &Frontier) -> io::Result<(Vec<u8>, Frontier)> {
        put(&serde_json::to_vec(self)?, before)
    }

    /// Reads a line without its newline; says what is wrong with it.
    pub(super) fn read(bytes: &[u8], before: &Frontier) -> Result<(Self, Frontier), &'static str> {
        let (root, json) = bytes.split_at_checked(ROOT).ok_or("the line is too short")?;
        let json = json.strip_prefix(b" ").ok_or("there is no root")?;
        let (_, trail) = put(json, before).map_err(|_| "the journal is full")?;
        if root != trail.root().to_string().as_bytes() {
            return Err("its root does not hold: it, or a line before it, was altered, added or taken away");
        }
        let line = serde_json::from_slice(json).map_err(|_| "it is no entry of this version")?;
        Ok((line, trail))
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
