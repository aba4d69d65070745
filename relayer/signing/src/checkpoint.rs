//! What an audit key and a witness's key sign: a checkpoint that was read, and that is proved to begin with the last one.
//!
//! "Sign this checkpoint" does not exist either. [`Growth::judge`] and [`Cosigning::judge`] decide without I/O whether the new
//! checkpoint follows from the one that is kept; the key then writes the new one down, durably and only over the one that was
//! judged by, and signs. Killed in between, it has promised a checkpoint that nobody has seen: the next one begins with it.

use crate::{
    Error, HeadFile, KeyInfo, Result,
    keyring::blocking,
    signer::Held,
};
use greatseal_protocol::key::{Key, Signature};
use greatseal_trail::{
    checkpoint::{Checkpoint, Log, Origin, Signed},
    cosignature,
    note::{KeyName, SignError, VerifierKey},
    tree::{Hash, Head, ProofError, empty_root, verify_consistency},
    witness::{AddCheckpoint, Judgement, Kept, judge},
};
use std::time::Duration;

/// A log's key: signs checkpoints of one log.
#[derive(Clone, Debug)]
pub struct AuditKey {
    held: Held,
    origin: Origin,
    vkey: VerifierKey,
    heads: HeadFile,
}

/// A witness's key: cosigns checkpoints of logs that only grow.
#[derive(Clone, Debug)]
pub struct WitnessKey {
    held: Held,
    vkey: cosignature::WitnessKey,
    heads: HeadFile,
}

/// A checkpoint that follows from the last one of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    before: Option<Checkpoint>,
    checkpoint: Checkpoint,
}

/// A checkpoint that a witness may cosign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigning {
    before: Option<Checkpoint>,
    kept: Box<Kept>,
}

/// Why a checkpoint is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoGrowth {
    /// The key is for another log.
    #[error("it is of the log {found}, and the key is for {wanted}")]
    OtherLog {
        /// Origin of the checkpoint.
        found: Origin,
        /// The key's.
        wanted: Origin,
    },
    /// It says something besides the tree.
    #[error("it has extension lines, which nobody checks")]
    Extended,
    /// It does not begin with the last one.
    #[error("it does not begin with the last one, of {size} leaves: {reason}")]
    NotProved {
        /// Size of the last one.
        size: u64,
        /// What is not proved.
        reason: ProofError,
    },
}

impl Growth {
    /// Reads a checkpoint that the key of `origin` shall sign after `last`.
    ///
    /// # Errors
    ///
    /// [`NoGrowth`].
    pub fn judge(
        origin: &Origin,
        last: Option<Checkpoint>,
        checkpoint: Checkpoint,
        proof: &[Hash],
    ) -> std::result::Result<Self, NoGrowth> {
        for one in last.iter().chain([&checkpoint]) {
            if one.origin() != origin {
                return Err(NoGrowth::OtherLog { found: one.origin().clone(), wanted: origin.clone() });
            }
        }
        if !checkpoint.extensions().is_empty() {
            return Err(NoGrowth::Extended);
        }
        let before = last.as_ref().map_or(Head { size: 0, root: empty_root() }, |last| *last.head());
        verify_consistency(&before, checkpoint.head(), proof)
            .map_err(|reason| NoGrowth::NotProved { size: before.size, reason })?;
        Ok(Self { before: last, checkpoint })
    }

    /// What is to be signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}

impl Cosigning {
    /// What a witness does with a request about a log that it knows, having kept this checkpoint of it.
    ///
    /// # Errors
    ///
    /// Every judgement but [`Judgement::Cosign`]: what to answer instead.
    pub fn judge(kept: Option<&Kept>, request: &AddCheckpoint, log: &Log) -> std::result::Result<Self, Judgement> {
        match judge(kept, request, log) {
            Judgement::Cosign(after) => {
                Ok(Self { before: kept.map(|kept| kept.signed().checkpoint().clone()), kept: after })
            }
            other => Err(other),
        }
    }

    /// What is to be cosigned.
    pub fn checkpoint(&self) -> &Checkpoint {
        self.kept.signed().checkpoint()
    }
}

impl AuditKey {
    pub(crate) fn new(held: Held, origin: Origin, heads: HeadFile) -> Result<Self> {
        let vkey = VerifierKey::new(KeyName::new(origin.as_str())?, &public(&held)?)?;
        Ok(Self { held, origin, vkey, heads })
    }

    /// The key as those know it who verify its checkpoints.
    pub fn vkey(&self) -> &VerifierKey {
        &self.vkey
    }

    /// The log that it is for.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The key as its store describes it.
    pub fn info(&self) -> &KeyInfo {
        &self.held.info
    }

    /// The last checkpoint that it was asked to sign.
    pub fn last(&self) -> Option<Checkpoint> {
        self.heads.last(&self.origin)
    }

    /// Writes the checkpoint down without signing it: one that this key has signed before, and of which the file of heads has
    /// been lost.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    pub async fn keep(&self, growth: &Growth) -> Result<()> {
        if growth.checkpoint.origin() != &self.origin {
            let (found, wanted) = (growth.checkpoint.origin().clone(), self.origin.clone());
            return Err(NoGrowth::OtherLog { found, wanted }.into());
        }
        let (heads, growth) = (self.heads.clone(), growth.clone());
        blocking(move || {
            heads.replace(growth.checkpoint.origin(), growth.before.as_ref(), growth.checkpoint.to_string())
        })
        .await
    }

    /// Writes the checkpoint down, durably, and signs it.
    ///
    /// # Errors
    ///
    /// [`Error::HeadMoved`] where the last one is not what was judged by, [`Error::HeadsUnwritable`]; what the key fails with.
    pub async fn sign(&self, growth: &Growth) -> Result<Signed> {
        self.keep(growth).await?;
        let text = growth.checkpoint.text().map_err(SignError::from).map_err(|_| Error::BadSignature)?;
        let signature = signature(&self.held, text.as_bytes().to_vec()).await?;
        growth.checkpoint.clone().sign(&self.vkey, &signature).map_err(|_| Error::BadSignature)
    }

    /// For how long the token has been stuck: see [`Keyring::stuck`](crate::Keyring::stuck).
    pub fn stuck(&self) -> Option<Duration> {
        self.held.keyring.stuck()
    }
}

impl WitnessKey {
    pub(crate) fn new(held: Held, name: KeyName, heads: HeadFile) -> Result<Self> {
        let vkey = cosignature::WitnessKey::new(name, &public(&held)?)?;
        Ok(Self { held, vkey, heads })
    }

    /// The key as those know it who verify its cosignatures.
    pub fn vkey(&self) -> &cosignature::WitnessKey {
        &self.vkey
    }

    /// The key as its store describes it.
    pub fn info(&self) -> &KeyInfo {
        &self.held.info
    }

    /// The note of the last checkpoint of a log that it was asked to cosign.
    pub fn last(&self, origin: &Origin) -> Option<String> {
        self.heads.text(origin)
    }

    /// Writes the checkpoint down, durably, and cosigns it as of `time`, in seconds since the Unix epoch. Gives the line of
    /// the cosignature, which ends with a newline.
    ///
    /// # Errors
    ///
    /// [`Error::HeadMoved`] where the last one is not what was judged by, [`Error::HeadsUnwritable`]; what the key fails with.
    pub async fn cosign(&self, cosigning: &Cosigning, time: u64) -> Result<String> {
        let (heads, kept) = (self.heads.clone(), cosigning.clone());
        blocking(move || {
            let note = kept.kept.signed().note().to_string();
            heads.replace(kept.checkpoint().origin(), kept.before.as_ref(), note)
        })
        .await?;
        let checkpoint = cosigning.checkpoint();
        let signature = signature(&self.held, cosignature::message(checkpoint, time)).await?;
        cosignature::line(checkpoint, &self.vkey, time, &signature).map_err(|_| Error::BadSignature)
    }

    /// For how long the token has been stuck: see [`Keyring::stuck`](crate::Keyring::stuck).
    pub fn stuck(&self) -> Option<Duration> {
        self.held.keyring.stuck()
    }

    /// Proves the key anew: whether it can be relied on now.
    ///
    /// # Errors
    ///
    /// What a signature would fail with.
    pub async fn probe(&self) -> Result<()> {
        self.held.probe().await
    }
}

fn public(held: &Held) -> Result<[u8; 32]> {
    match held.key {
        Key::Ed25519(public) => Ok(public),
        Key::P256(_) => Err(Error::NoP256),
    }
}

async fn signature(held: &Held, message: Vec<u8>) -> Result<[u8; 64]> {
    match held.keyring.sign(&held.private, held.key, message).await? {
        Signature::Ed25519(bytes) => Ok(bytes),
        Signature::P256(_) => Err(Error::BadSignature),
    }
}
