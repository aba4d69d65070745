//! What a witness answers.

use super::{AddCheckpoint, Status};
use crate::{
    checkpoint::{Log, Signed, SignedError},
    tree::{Head, ProofError, empty_root, verify_consistency},
};

/// The latest checkpoint of a log that a witness has cosigned, with the log's signatures and nobody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept(Signed);

/// What a witness does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Keeps this checkpoint instead of the one before, and then cosigns it: 200.
    Cosign(Box<Kept>),
    /// Says which size it has cosigned last: 409, and [`Judgement::body`].
    Conflict {
        /// That size; 0 where it has cosigned nothing.
        kept: u64,
    },
    /// Does not cosign.
    Refused(Reason),
    /// Does not cosign, and keeps the evidence: the log has signed two trees of one size.
    SplitView {
        /// Both of them.
        evidence: Box<Evidence>,
        /// Size to be answered with 409 where the request's old size was not the kept one; else it is 422.
        conflict: Option<u64>,
    },
}

/// Two checkpoints of a log with one size and different roots, both signed by it: proof that it shows different
/// histories. Anybody with the log's keys can check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The one that was cosigned.
    pub kept: Signed,
    /// The one that contradicts it, with the log's signatures only.
    pub submitted: Signed,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The witness does not know the log: 404.
    #[error("the log is not known here")]
    UnknownOrigin,
    /// The log has not signed the checkpoint, or a signature that names its key is wrong: 403.
    #[error(transparent)]
    NotSigned(SignedError),
    /// The old size exceeds the checkpoint's: 400.
    #[error("the old size {old} exceeds the checkpoint's {new}")]
    OldSize {
        /// Old size.
        old: u64,
        /// Size of the checkpoint.
        new: u64,
    },
    /// A tree without leaves has a root that no such tree has: 422.
    #[error("the root is not that of an empty tree")]
    EmptyRoot,
    /// The proof does not prove that the log has only grown: 422.
    #[error(transparent)]
    Proof(ProofError),
}

impl Kept {
    /// Reads what was written down.
    ///
    /// # Errors
    ///
    /// Where it is not a checkpoint that the log has signed.
    pub fn open(bytes: &[u8], log: &Log) -> Result<Self, SignedError> {
        Signed::open(bytes, log).map(Self)
    }

    /// The checkpoint. Its note's text form is to be written down.
    #[must_use]
    pub const fn signed(&self) -> &Signed {
        &self.0
    }

    /// Size and root.
    #[must_use]
    pub const fn head(&self) -> &Head {
        self.0.checkpoint().head()
    }
}

impl Judgement {
    /// The answer's status.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Cosign(_) => Status::Success,
            Self::Conflict { .. } | Self::SplitView { conflict: Some(_), .. } => Status::Conflict,
            Self::SplitView { conflict: None, .. } => Status::UnprocessableEntity,
            Self::Refused(reason) => reason.status(),
        }
    }

    /// The body of an answer with 409, whose content type is [`SIZE_TYPE`](super::SIZE_TYPE).
    #[must_use]
    pub fn body(&self) -> Option<String> {
        match self {
            Self::Conflict { kept } | Self::SplitView { conflict: Some(kept), .. } => Some(format!("{kept}\n")),
            Self::Cosign(_) | Self::Refused(_) | Self::SplitView { conflict: None, .. } => None,
        }
    }
}

impl Reason {
    /// The answer's status.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::UnknownOrigin => Status::NotFound,
            Self::NotSigned(_) => Status::Forbidden,
            Self::OldSize { .. } => Status::BadRequest,
            Self::EmptyRoot | Self::Proof(_) => Status::UnprocessableEntity,
        }
    }
}

/// What a witness answers to a request about a log that it knows, having kept this checkpoint of it. Where it knows no log with
/// the request's origin, the answer is [`Reason::UnknownOrigin`].
#[must_use]
pub fn judge(kept: Option<&Kept>, request: &AddCheckpoint, log: &Log) -> Judgement {
    decide(kept, request, log).unwrap_or_else(|judgement| judgement)
}

/// The checks of the specification in its order; the first that fails gives the answer.
fn decide(kept: Option<&Kept>, request: &AddCheckpoint, log: &Log) -> Result<Judgement, Judgement> {
    let refused = Judgement::Refused;
    let submitted = signed_by(&request.checkpoint, log).map_err(refused)?;
    let head = *submitted.checkpoint().head();
    let old = request.old_size;
    if old > head.size {
        return Err(refused(Reason::OldSize { old, new: head.size }));
    }
    let latest = kept.map_or(Head { size: 0, root: empty_root() }, |kept| *kept.head());
    let conflict = (old != latest.size).then_some(latest.size);
    // Whatever else is wrong with the request: two roots of one size are evidence.
    if let Some(kept) = kept.filter(|_| head.size == latest.size && head.root != latest.root) {
        let evidence = Box::new(Evidence { kept: kept.signed().clone(), submitted });
        return Err(Judgement::SplitView { evidence, conflict });
    }
    if let Some(kept) = conflict {
        return Err(Judgement::Conflict { kept });
    }
    if head.size == 0 && head.root != empty_root() {
        return Err(refused(Reason::EmptyRoot));
    }
    verify_consistency(&latest, &head, &request.proof).map_err(|error| refused(Reason::Proof(error)))?;
    Ok(Judgement::Cosign(Box::new(Kept(submitted))))
}

/// The checkpoint with the log's signatures only, all of which hold.
fn signed_by(checkpoint: &Signed, log: &Log) -> Result<Signed, Reason> {
    checkpoint.verify(log).map_err(|error| match error {
        SignedError::Origin { .. } => Reason::UnknownOrigin,
        other => Reason::NotSigned(other),
    })?;
    let own = checkpoint.note().only(|signature| log.keys.iter().any(|key| signature.names(key)));
    let unsigned = || Reason::NotSigned(crate::note::OpenError::Unknown.into());
    own.and_then(|note| note.try_into().ok()).ok_or_else(unsigned)
}
