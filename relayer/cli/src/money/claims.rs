//! Claims: what outcomes say of a transfer on a rail. Of none may more be claimed than it moved, over all batches of all
//! programmes, and no entry claims one twice.

use super::Place;
use greatseal_protocol::{
    batch::Rail,
    hash,
    settlement::{Outcome, Reference},
};
use std::{
    collections::{HashMap, HashSet, hash_map},
    fmt,
};

/// Why the references of one outcome do not show what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadReferences {
    /// A reference, from 1, gives the entry more than the transfer moved.
    Share {
        /// Which.
        reference: usize,
        /// What is said to be for this entry.
        share: u128,
        /// What the transfer moved.
        amount: u128,
    },
    /// A reference, from 1, names a transfer that one before it names.
    Twice {
        /// Which.
        reference: usize,
    },
    /// The shares are not what arrived.
    Sum {
        /// Their sum; `None` where it has no number.
        shares: Option<u128>,
        /// Paid and excess.
        arrived: Option<u128>,
    },
}

/// Looks at the references of one outcome. Their shares are what arrived; on an opaque rail there may be none, and the
/// evidence stands for them.
///
/// # Errors
///
/// [`BadReferences`].
pub fn check(outcome: &Outcome, rail: Rail) -> Result<(), BadReferences> {
    let mut seen = HashSet::new();
    for (reference, found) in (1..).zip(&outcome.references) {
        let Reference { share, amount, .. } = *found;
        if share > amount {
            return Err(BadReferences::Share { reference, share, amount });
        }
        if !seen.insert(transfer(found)) {
            return Err(BadReferences::Twice { reference });
        }
    }
    if rail == Rail::Opaque && outcome.references.is_empty() {
        return Ok(());
    }
    let shares = outcome.references.iter().try_fold(0_u128, |sum, found| sum.checked_add(found.share));
    let arrived = outcome.paid.checked_add(outcome.excess);
    match shares.is_some() && shares == arrived {
        true => Ok(()),
        false => Err(BadReferences::Sum { shares, arrived }),
    }
}

/// All claims of several files of outcomes. It holds about a hundred bytes for each transfer.
#[derive(Debug, Default)]
pub struct Claims {
    transfers: HashMap<[u8; 32], Claimed>,
}

/// What is claimed of a transfer.
#[derive(Clone, Copy, Debug)]
struct Claimed {
    moved: u128,
    shares: u128,
    first: Place,
}

/// What two entries say of one transfer, and cannot both be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoubleClaim {
    /// What the transfer moved, as the first one says.
    pub moved: u128,
    /// What all shares so far come to; at most 2^128 - 1.
    pub claimed: u128,
    /// What the second one says that it moved, where that is another amount.
    pub other: Option<u128>,
    /// Who claimed it first.
    pub first: Place,
    /// With whom it is more than it moved.
    pub second: Place,
}

impl Claims {
    /// With what an entry claims of a transfer.
    ///
    /// # Errors
    ///
    /// [`DoubleClaim`] where it cannot be so beside the claims before. It counts all the same.
    pub fn add(&mut self, place: Place, reference: &Reference) -> Result<(), DoubleClaim> {
        let Reference { amount, share, .. } = *reference;
        let claimed = match self.transfers.entry(transfer(reference)) {
            hash_map::Entry::Vacant(none) => {
                none.insert(Claimed { moved: amount, shares: share, first: place });
                return Ok(());
            }
            hash_map::Entry::Occupied(there) => there.into_mut(),
        };
        let shares = claimed.shares.checked_add(share);
        claimed.shares = shares.unwrap_or(u128::MAX);
        let Claimed { moved, shares: claimed, first } = *claimed;
        let other = (amount != moved).then_some(amount);
        match shares.is_some_and(|shares| shares <= moved) && other.is_none() {
            true => Ok(()),
            false => Err(DoubleClaim { moved, claimed, other, first, second: place }),
        }
    }

    /// How many transfers are claimed.
    pub fn transfers(&self) -> u64 {
        u64::try_from(self.transfers.len()).unwrap_or(u64::MAX)
    }
}

/// What two references share that name one transfer.
fn transfer(reference: &Reference) -> [u8; 32] {
    hash::sha256(&[&reference.chain.0, &reference.transaction.0, &reference.log.to_be_bytes()])
}

impl fmt::Display for BadReferences {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number =
            |number: &Option<u128>| number.map_or("more than 2^128 - 1".to_owned(), |number| number.to_string());
        match self {
            Self::Share { reference, share, amount } => {
                write!(out, "reference {reference} gives it {share} of a transfer that moved {amount}")
            }
            Self::Twice { reference } => write!(out, "reference {reference} names a transfer that one before it names"),
            Self::Sum { shares, arrived } => {
                write!(out, "its references show {}, and {} arrived", number(shares), number(arrived))
            }
        }
    }
}

impl std::error::Error for BadReferences {}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::bytes::{ChainHash, ReferenceHash, TxHash};

    fn reference(log: u32, amount: u128, share: u128) -> Reference {
        Reference { chain: ChainHash([1; 32]), transaction: TxHash([2; 32]), log, amount, share }
    }

    fn outcome(paid: u128, excess: u128, references: &[Reference]) -> Outcome {
        Outcome {
            index: 0,
            closed: true,
            paid,
            excess,
            references: references.to_vec(),
            reason: None,
            evidence: ReferenceHash([3; 32]),
        }
    }

    #[test]
    fn references_show_what_arrived() {
        let queryable =
            |paid, excess, references: &[Reference]| check(&outcome(paid, excess, references), Rail::Queryable);
        assert_eq!(queryable(50, 0, &[reference(0, 50, 50)]), Ok(()));
        assert_eq!(queryable(50, 10, &[reference(0, 900, 40), reference(1, 20, 20)]), Ok(()), "shares of several");
        assert_eq!(queryable(0, 0, &[reference(0, 50, 0)]), Ok(()), "a transfer that came back");
        assert_eq!(queryable(0, 0, &[]), Ok(()));
        let sum = |shares, arrived| Err(BadReferences::Sum { shares: Some(shares), arrived: Some(arrived) });
        assert_eq!(queryable(50, 0, &[]), sum(0, 50));
        assert_eq!(queryable(50, 1, &[reference(0, 50, 50)]), sum(50, 51));
        assert_eq!(queryable(49, 0, &[reference(0, 50, 50)]), sum(50, 49));
        let more = BadReferences::Share { reference: 2, share: 11, amount: 10 };
        assert_eq!(queryable(21, 0, &[reference(0, 10, 10), reference(1, 10, 11)]), Err(more));
        let twice = BadReferences::Twice { reference: 2 };
        assert_eq!(queryable(20, 0, &[reference(0, 20, 10), reference(0, 20, 10)]), Err(twice));
        let most = [reference(0, u128::MAX, u128::MAX), reference(1, 1, 1)];
        assert!(queryable(u128::MAX, 1, &most).is_err(), "a sum without a number");
    }

    #[test]
    fn on_an_opaque_rail_the_evidence_may_stand_alone() {
        let opaque = |paid, references: &[Reference]| check(&outcome(paid, 0, references), Rail::Opaque);
        assert_eq!(opaque(50, &[]), Ok(()));
        assert!(opaque(50, &[reference(0, 50, 40)]).is_err(), "but what is shown adds up");
    }

    #[test]
    fn a_transfer_is_claimed_for_what_it_moved() {
        let mut claims = Claims::default();
        let at = |batch, entry| Place { batch, entry };
        assert_eq!(claims.add(at(0, 0), &reference(0, 100, 60)), Ok(()));
        assert_eq!(claims.add(at(0, 1), &reference(0, 100, 40)), Ok(()), "one may serve several");
        assert_eq!(claims.add(at(1, 7), &reference(1, 100, 100)), Ok(()), "another log");
        assert_eq!(claims.add(at(1, 8), &reference(0, 100, 0)), Ok(()), "nothing of it");
        let over = DoubleClaim { moved: 100, claimed: 101, other: None, first: at(0, 0), second: at(1, 9) };
        assert_eq!(claims.add(at(1, 9), &reference(0, 100, 1)), Err(over));
        let other = DoubleClaim { moved: 100, claimed: 100, other: Some(99), first: at(1, 7), second: at(2, 0) };
        assert_eq!(claims.add(at(2, 0), &reference(1, 99, 0)), Err(other), "it moved one amount");
        let most = claims.add(at(2, 1), &reference(1, 100, u128::MAX));
        assert_eq!(most.map_err(|claim| claim.claimed), Err(u128::MAX));
        assert_eq!(claims.transfers(), 2);
    }
}
