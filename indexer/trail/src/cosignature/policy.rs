//! How many witnesses it takes.

use super::{Cosigned, WitnessKey};
use crate::{checkpoint::Signed, note::OpenError};

/// A checkpoint is witnessed where this many of these witnesses have cosigned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    witnesses: Vec<WitnessKey>,
    threshold: usize,
}

/// Enough witnesses have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed<'p> {
    /// Each witness once, with its newest time, the newest first.
    pub cosigned: Vec<Cosigned<'p>>,
    /// The newest time at all.
    pub newest: u64,
    /// At this time or later as many witnesses as the policy asks for had seen nothing newer. One false clock does not
    /// move it forward.
    pub agreed: u64,
}

/// A policy makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No witness would do, or more than there are.
    #[error("a policy asks for at least one and at most all of its {witnesses} witnesses, not for {threshold}")]
    Threshold {
        /// How many it asks for.
        threshold: usize,
        /// How many there are.
        witnesses: usize,
    },
    /// Two witnesses are one: they have one public key, or one name and id.
    #[error("two witnesses have one key")]
    Twice,
}

/// A checkpoint is not witnessed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwitnessed {
    /// Too few.
    #[error("{found} witnesses have cosigned, {needed} are needed")]
    TooFew {
        /// How many have cosigned.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// A cosignature is wrong.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Policy {
    /// `threshold` of these witnesses.
    ///
    /// # Errors
    ///
    /// Where the threshold cannot be met or is zero, or a witness is named twice.
    pub fn new(threshold: usize, witnesses: Vec<WitnessKey>) -> Result<Self, PolicyError> {
        if threshold == 0 || threshold > witnesses.len() {
            return Err(PolicyError::Threshold { threshold, witnesses: witnesses.len() });
        }
        let same = |one: &WitnessKey, other: &WitnessKey| {
            one.public() == other.public() || (one.name() == other.name() && one.id() == other.id())
        };
        let mut rest = witnesses.as_slice();
        while let Some((one, others)) = rest.split_first() {
            if others.iter().any(|other| same(one, other)) {
                return Err(PolicyError::Twice);
            }
            rest = others;
        }
        Ok(Self { witnesses, threshold })
    }

    /// Its witnesses.
    #[must_use]
    pub fn witnesses(&self) -> &[WitnessKey] {
        &self.witnesses
    }

    /// How many of them it takes.
    #[must_use]
    pub const fn threshold(&self) -> usize {
        self.threshold
    }

    /// Whether enough witnesses have cosigned. The log's own signature is not looked at: [`Signed::verify`] does that. Whether
    /// the times are new enough, and not in the future, is for the caller, who has a clock.
    ///
    /// # Errors
    ///
    /// Where there are too few, or a known witness's cosignature is wrong.
    pub fn judge(&self, signed: &Signed) -> Result<Witnessed<'_>, Unwitnessed> {
        let mut all = signed.cosignatures(&self.witnesses)?;
        all.sort_by_key(|one| std::cmp::Reverse(one.time));
        let mut cosigned: Vec<Cosigned<'_>> = Vec::new();
        for one in all {
            if cosigned.iter().all(|known| known.witness != one.witness) {
                cosigned.push(one);
            }
        }
        let too_few = Unwitnessed::TooFew { found: cosigned.len(), needed: self.threshold };
        let time = |place: usize| cosigned.get(place).map(|one| one.time);
        match (time(0), self.threshold.checked_sub(1).and_then(time)) {
            (Some(newest), Some(agreed)) => Ok(Witnessed { cosigned, newest, agreed }),
            _ => Err(too_few),
        }
    }
}
