//! What a dry run lets expect of each envelope. An expectation is no outcome: state and time move on.

use greatseal_client::DryRun;
use greatseal_protocol::{
    outcome::{Outcome, Undone},
    refusal::Refusal,
};

/// What the contract would do with an envelope at the block of the dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Carry it out.
    Applied,
    /// Refuse it, on record: a member signed it.
    Refused(Refusal),
    /// Not look at it: no member signed it.
    Ignored(Refusal),
}

impl Expected {
    /// Why it would not be carried out.
    pub(crate) fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Applied => None,
            Self::Refused(refusal) | Self::Ignored(refusal) => Some(refusal),
        }
    }
}

/// One expectation for each of `count` envelopes; `None` where the answer is not for so many.
pub(crate) fn expected(dry_run: &DryRun, count: usize) -> Option<Vec<Expected>> {
    let outcomes = match &dry_run.outcomes {
        Ok(outcomes) | Err(Undone::NothingAuthentic(outcomes)) => outcomes,
        Err(Undone::Bounds(refusal)) => return Some(vec![Expected::Refused(*refusal); count]),
        Err(Undone::Storage) => return Some(vec![Expected::Refused(Refusal::Unreadable); count]),
    };
    let each = outcomes.iter().map(|outcome| match outcome {
        Outcome::Applied { .. } => Expected::Applied,
        Outcome::Refused { refusal, .. } => Expected::Refused(*refusal),
        Outcome::Ignored { refusal } => Expected::Ignored(*refusal),
    });
    Some(each.collect::<Vec<_>>()).filter(|each| each.len() == count)
}
