//! A checkpoint of the log: whose signatures it has, and how many witnesses have seen it.
//!
//! The keys are the auditor's, from a source of his own. What a checkpoint says of the tree is compared by
//! [`Verification`](crate::Verification): its head is one that the log must have had.

use greatseal_deployment::Deployment;
use greatseal_trail::{
    checkpoint::{CheckpointError, Log, Origin, Signed, SignedError},
    cosignature::{Policy, PolicyError, Unwitnessed, WitnessKey},
    note::VerifierKey,
    tree::Head,
};

/// Whom an auditor believes about a log.
#[derive(Clone, Debug)]
pub struct Trusted {
    log: Log,
    policy: Option<Policy>,
}

/// A checkpoint with the signatures that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// Size and root of the tree.
    pub head: Head,
    /// The log's key, as a vkey.
    pub signed_by: String,
    /// What witnesses say; `None` where none are known.
    pub witnessed: Option<Witnessed>,
}

/// What witnesses say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// How many have to cosign.
    pub needed: usize,
    /// How many are known.
    pub known: usize,
    /// Those that have, as vkeys, with their newest times in seconds, the newest first.
    pub cosigned: Vec<(String, u64)>,
    /// At this time or later as many as needed had seen nothing newer, in seconds.
    pub agreed: u64,
}

/// Keys that cannot be used for a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// The key has another log's name.
    #[error("the key is one of {found}; checkpoints of this deployment are signed by {wanted}")]
    OtherLog {
        /// Name of the key.
        found: String,
        /// Origin of the deployment's log.
        wanted: Origin,
    },
    /// The deployment id makes no origin.
    #[error(transparent)]
    Origin(#[from] CheckpointError),
    /// The witnesses make no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// A checkpoint that is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unattested {
    /// The log has not signed it.
    #[error("the checkpoint: {0}")]
    Signed(#[from] SignedError),
    /// Too few witnesses have cosigned it.
    #[error("the checkpoint: {0}")]
    Witnessed(#[from] Unwitnessed),
}

impl Trusted {
    /// The log's key, and so many of these witnesses; all of them where no number is given.
    ///
    /// # Errors
    ///
    /// [`Untrusted`].
    pub fn new(
        deployment: &Deployment,
        key: VerifierKey,
        witnesses: Vec<WitnessKey>,
        needed: Option<usize>,
    ) -> Result<Self, Untrusted> {
        let origin = origin(deployment)?;
        if key.name().as_str() != origin.as_str() {
            return Err(Untrusted::OtherLog { found: key.name().to_string(), wanted: origin });
        }
        let needed = needed.unwrap_or(witnesses.len());
        let policy = match witnesses.is_empty() && needed == 0 {
            true => None,
            false => Some(Policy::new(needed, witnesses)?),
        };
        Ok(Self { log: Log { origin, keys: vec![key] }, policy })
    }

    /// Reads a note and verifies its signatures.
    ///
    /// # Errors
    ///
    /// [`Unattested`].
    pub fn open(&self, note: &[u8]) -> Result<Attested, Unattested> {
        let signed = Signed::open(note, &self.log)?;
        let witnessed = self.policy.as_ref().map(|policy| {
            let found = policy.judge(&signed)?;
            let cosigned = found.cosigned.iter().map(|one| (one.witness.to_string(), one.time)).collect();
            let (needed, known) = (policy.threshold(), policy.witnesses().len());
            Ok::<_, Unwitnessed>(Witnessed { needed, known, cosigned, agreed: found.agreed })
        });
        Ok(Attested {
            head: *signed.checkpoint().head(),
            signed_by: self.log.keys.iter().map(ToString::to_string).collect(),
            witnessed: witnessed.transpose()?,
        })
    }
}

/// First line of every checkpoint of a deployment's log, and name of its key.
///
/// # Errors
///
/// None that a deployment id can cause.
pub fn origin(deployment: &Deployment) -> Result<Origin, CheckpointError> {
    greatseal_log::origin(&deployment.domain().deployment)
}
