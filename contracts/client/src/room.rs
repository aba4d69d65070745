//! How much one transaction may declare. One that declares too much is neither refused nor ever included.

use crate::{Chain, ChainError, Weight};
use subxt::{dynamic, ext::scale_decode::DecodeAsType};

/// What a chain adds to the weight that a call declares: the transaction extensions, and the length of the transaction,
/// which counts as proof. Far above what was seen with calls; code comes on top of it.
const AROUND_A_CALL: Weight = Weight { ref_time: 10_000_000_000, proof_size: 64 * 1024 };
/// Final blocks that are looked at. Some pallets do something in every third block only.
const SAMPLE: u64 = 6;

/// What a call may declare in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// So much has been free in each of the last final blocks.
    pub sure: Weight,
    /// More than this is never included, by the chain's constants. What lies between is for the block author to say: of
    /// what a block does for itself, a part comes after the transactions and is not told from the rest.
    pub most: Weight,
}

impl Room {
    /// What is left for the call of a transaction that carries so many bytes more than a usual one.
    #[must_use]
    pub fn beside(self, bytes: u64) -> Self {
        let length = Weight { ref_time: 0, proof_size: bytes };
        Self { sure: self.sure.less(length), most: self.most.less(length) }
    }

    /// What to declare for a call that needs `need`: with the margin as far as it surely fits, and never less than the
    /// need. What is declared and not used is not paid.
    ///
    /// # Errors
    ///
    /// [`ChainError::TooHeavy`] where no block has room for it.
    pub fn declare(self, need: Weight, with_margin: Weight) -> Result<Weight, ChainError> {
        match need.fits(self.most) {
            true => Ok(with_margin.at_most(self.sure).at_least(need)),
            false => Err(ChainError::TooHeavy { need, most: self.most }),
        }
    }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct BlockWeights {
    max_block: Weight,
    per_class: PerClass,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct PerClass {
    normal: Class,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Class {
    max_extrinsic: Option<Weight>,
    max_total: Option<Weight>,
}

/// What a block used, by what is not anybody's transaction.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Used {
    operational: Weight,
    mandatory: Weight,
}

impl Chain {
    /// What a call may declare in one transaction: by the chain's constants, and by what its last final blocks used for
    /// themselves, as far as the node still knows. On Asset Hub Westend's runtime that is four fifths of the proof that a block may have.
    ///
    /// # Errors
    ///
    /// [`ChainError::Undecodable`], or [`ChainError::Reading`].
    pub async fn room(&self) -> Result<Room, ChainError> {
        let at = self.at_finalized().await?;
        let weights = dynamic::constant::<BlockWeights>("System", "BlockWeights");
        let weights = at.constants().entry(weights).map_err(|error| ChainError::Undecodable(error.to_string()))?;
        let BlockWeights { max_block, per_class: PerClass { normal } } = weights;
        let most = normal.max_extrinsic.or(normal.max_total).unwrap_or(max_block);
        let newest = at.block_number();
        let last = self.own_weight(newest).await?;
        let others = newest.saturating_sub(SAMPLE - 1).max(1)..newest;
        let others = futures::future::join_all(others.map(|number| self.own_weight(number))).await;
        // A node need not keep the states of the others.
        let used = others.into_iter().flatten().chain([last]);
        let free = used.fold(max_block, |free, used| free.at_most(max_block.less(used)));
        Ok(Room { sure: most.at_most(free).less(AROUND_A_CALL), most: most.less(AROUND_A_CALL) })
    }

    /// What a block did for itself, with what operators did in it.
    async fn own_weight(&self, number: u64) -> Result<Weight, ChainError> {
        let used = dynamic::storage::<(), Used>("System", "BlockWeight");
        let at = self.at(number).await?;
        let used = at.storage().try_fetch(used, ()).await.map_err(ChainError::reading)?;
        let Some(used) = used else { return Ok(Weight::default()) };
        let used = used.decode().map_err(|error| ChainError::Undecodable(error.to_string()))?;
        Ok(used.mandatory.and(used.operational))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn weight(ref_time: u64, proof_size: u64) -> Weight {
        Weight { ref_time, proof_size }
    }

    const ROOM: Room = Room { sure: weight(1_000, 100), most: weight(1_000, 300) };

    #[test]
    fn the_margin_is_declared_as_far_as_it_surely_fits() {
        assert_eq!(ROOM.declare(weight(400, 40), weight(500, 50)).ok(), Some(weight(500, 50)));
        assert_eq!(ROOM.declare(weight(900, 90), weight(1_125, 112)).ok(), Some(weight(1_000, 100)));
    }

    #[test]
    fn never_less_than_the_need_is_declared() {
        assert_eq!(ROOM.declare(weight(900, 200), weight(1_125, 250)).ok(), Some(weight(1_000, 200)));
        assert_eq!(ROOM.declare(weight(1_000, 300), weight(1_250, 375)).ok(), Some(weight(1_000, 300)));
    }

    #[test]
    fn what_no_block_takes_is_refused_beforehand() {
        for need in [weight(1_001, 10), weight(10, 301)] {
            let refused = ROOM.declare(need, need.with_margin());
            assert!(matches!(refused, Err(ChainError::TooHeavy { most, .. }) if most == ROOM.most), "{need}");
        }
    }

    #[test]
    fn code_takes_of_the_proof() {
        assert_eq!(ROOM.beside(60), Room { sure: weight(1_000, 40), most: weight(1_000, 240) });
    }
}
