//! One contract after the other: which of them goes on, and how it gets its state.

use crate::{
    Account, BlockRef, Chain, ChainError, Weight,
    contract::{ContractResult, ExecReturnValue, reason},
    error::lacks_money,
    extrinsic::call_fields,
};
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, Cells},
    refusal::Refusal,
    selector::IMPORT,
    succession::Import,
};
use parity_scale_codec::{DecodeAll, Encode};
use subxt::{
    dynamic,
    utils::{AccountId32, H160},
};

/// What an import cost.
#[derive(Clone, Copy, Debug)]
pub struct Imported {
    /// Cells that are missing after it, the head apart.
    pub left: u32,
    /// The finalised block that holds it.
    pub block: BlockRef,
    /// What the transaction took.
    pub weight: Weight,
    /// Fee that was paid, in base units; nothing where the chain does not tell.
    pub fee: Option<u128>,
}

impl Chain {
    /// The contract that goes on with the history of the one at an address: that one itself, until a successor has its whole
    /// state. Each names its successor, once its own rules have decided it and it has looked at the successor's code.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoContract`] where the address has none of ours.
    pub async fn present(&self, contract: ContractAddress, block: &BlockRef) -> Result<ContractAddress, ChainError> {
        let mut contract = contract;
        while let Some(next) = self.head(contract, block).await?.successor {
            if self.cells(next, [CellKey::Head], block).await?.load(&CellKey::Head).is_none() {
                break;
            }
            contract = next;
        }
        Ok(contract)
    }

    /// How far a contract is that awaits the state of another one; nothing where it awaits none.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoContract`] where the address has none.
    pub async fn awaiting(&self, contract: ContractAddress, block: &BlockRef) -> Result<Option<Import>, ChainError> {
        let cells = self.cells(contract, [CellKey::Import, CellKey::Head], block).await?;
        match cells.load(&CellKey::Head) {
            Some(_) => Ok(None),
            None => cells.cell(&CellKey::Import).map_err(|_| ChainError::NoContract(contract)),
        }
    }

    /// Brings some of the cells, and waits until that is final.
    ///
    /// # Errors
    ///
    /// [`ChainError::WouldFail`] before anything is paid where the contract does not take them.
    pub async fn import(
        &self,
        account: &impl Account,
        contract: ContractAddress,
        keys: &[CellKey],
    ) -> Result<Imported, ChainError> {
        let data = (IMPORT, keys).encode();
        let at = self.at_finalized().await?;
        let arguments =
            (AccountId32(account.id()), H160(contract.0), 0_u128, None::<Weight>, None::<u128>, data.clone());
        let payload = dynamic::runtime_api_call::<_, ContractResult<ExecReturnValue>>("ReviveApi", "call", arguments);
        let answer = at.runtime_apis().call(payload).await.map_err(ChainError::reading)?;
        let returned = match answer.result.map_err(|error| reason(&at, &error)) {
            Err(why) if lacks_money(&why) => {
                return Err(self.no_money(account.id(), "more, for fees and deposits").await);
            }
            other => other.map_err(ChainError::WouldFail)?,
        };
        let left = Result::<Result<u32, Refusal>, u8>::decode_all(&mut &*returned.data)
            .ok()
            .and_then(Result::ok)
            .ok_or(ChainError::NoContract(contract))?
            .map_err(|refusal| ChainError::WouldFail(refusal.to_string()))?;
        let weight = self.room().await?.declare(answer.weight_required, answer.weight_required.with_margin())?;
        let deposit = answer.max_storage_deposit.charge().saturating_mul(2);
        let nonce = self.finalized_nonce(account.id()).await?;
        let prepared = self.prepare(account, nonce, "call", call_fields(contract, weight, deposit, data)).await?;
        self.send_paid(account.id(), &prepared).await?;
        match self.settle(&prepared).await? {
            (block, found) if found.success => Ok(Imported { left, block, weight: found.weight, fee: found.fee }),
            _ => Err(ChainError::WouldFail(
                "the import failed on chain: somebody else may have brought the last cell".into(),
            )),
        }
    }
}
