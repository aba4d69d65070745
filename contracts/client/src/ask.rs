//! Looking at a contract's cells at one block, without knowing beforehand at which: what is missing is read, in few rounds.

use crate::{BlockRef, Chain, ChainError};
use greatseal_protocol::{
    ask::{Known, Missing},
    bytes::ContractAddress,
    cells::Cells as _,
};

/// Rounds of reading at most: each finds one cell more at least, and no command needs more than a handful.
const ROUNDS: usize = 64;

impl Chain {
    /// The answer of `look`, which runs until it looks for no cell that is not known.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoContract`] where the address has none, [`ChainError::Undecodable`] where there is no end to what is
    /// looked for.
    pub async fn look<T>(
        &self,
        contract: ContractAddress,
        block: &BlockRef,
        look: impl Fn(&Known) -> Result<T, Missing>,
    ) -> Result<T, ChainError> {
        let mut known = Known::default();
        for _ in 0..ROUNDS {
            let missing = match look(&known) {
                Ok(answer) => return Ok(answer),
                Err(missing) => missing,
            };
            let read = self.cells(contract, missing.iter().copied(), block).await?;
            known.add(missing.into_iter().map(|key| (key, read.load(&key))));
        }
        Err(ChainError::Undecodable("its contract's cells lead to ever more cells".into()))
    }
}
