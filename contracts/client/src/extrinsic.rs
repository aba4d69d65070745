//! Transactions: prepared in full before anything is sent, so that they can be written down first.

use crate::{
    Account, AccountSignature, BlockRef, Chain, ChainError, DryRun, Room,
    account::address,
    contract::submit_data,
    error::{NotTaken, PoolClass},
};
use greatseal_protocol::bytes::ContractAddress;
use subxt::{
    ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType, scale_value},
    utils::{AccountId32, H160},
};

/// Blocks for which a transaction is valid: once they are over without it, its nonce is free again.
pub(crate) const ERA: u64 = 64;

/// Weight of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, DecodeAsType, EncodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Weight {
    /// Picoseconds of computation.
    pub ref_time: u64,
    /// Bytes of state proof.
    pub proof_size: u64,
}

impl std::fmt::Display for Weight {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let milli = self.ref_time / 1_000_000;
        write!(out, "{}.{:03} Gps and {} bytes of proof", milli / 1_000, milli % 1_000, self.proof_size)
    }
}

impl Weight {
    /// Whether a transaction that declares this weight fits where at most `most` may be declared.
    pub fn fits(self, most: Self) -> bool {
        self.ref_time <= most.ref_time && self.proof_size <= most.proof_size
    }

    pub(crate) fn at_most(self, most: Self) -> Self {
        Self { ref_time: self.ref_time.min(most.ref_time), proof_size: self.proof_size.min(most.proof_size) }
    }

    pub(crate) fn at_least(self, least: Self) -> Self {
        Self { ref_time: self.ref_time.max(least.ref_time), proof_size: self.proof_size.max(least.proof_size) }
    }

    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            ref_time: self.ref_time.saturating_add(more.ref_time),
            proof_size: self.proof_size.saturating_add(more.proof_size),
        }
    }

    /// What is left of a limit.
    pub(crate) fn less(self, reserved: Self) -> Self {
        Self {
            ref_time: self.ref_time.saturating_sub(reserved.ref_time),
            proof_size: self.proof_size.saturating_sub(reserved.proof_size),
        }
    }

    /// A quarter more: state may have moved a little since the dry run. What is not used is not paid.
    pub fn with_margin(self) -> Self {
        self.and(self.part(4))
    }

    pub(crate) fn part(self, of: u64) -> Self {
        let part = |value: u64| value.checked_div(of).unwrap_or_default();
        Self { ref_time: part(self.ref_time), proof_size: part(self.proof_size) }
    }
}

/// A signed transaction that has not been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// BLAKE2-256 of them.
    pub hash: [u8; 32],
    /// The account's nonce in it.
    pub nonce: u64,
    /// The last finalised block when it was made.
    pub born: u64,
    /// First block in which it can no longer be.
    pub dies: u64,
}

impl Chain {
    /// The account's next nonce as far as finalised blocks tell.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn finalized_nonce(&self, account: [u8; 32]) -> Result<u64, ChainError> {
        let at = self.at_finalized().await?;
        at.transactions().account_nonce(&AccountId32(account)).await.map_err(ChainError::reading)
    }

    /// The account's next nonce after a block.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn nonce_at(&self, account: [u8; 32], block: &BlockRef) -> Result<u64, ChainError> {
        let at = self.at_hash(block).await?;
        at.transactions().account_nonce(&AccountId32(account)).await.map_err(ChainError::reading)
    }

    /// A signed transaction that submits these envelopes, sized by their dry run, within what one may declare.
    ///
    /// # Errors
    ///
    /// [`ChainError::Account`] where the account cannot sign, [`ChainError::TooHeavy`] where no block has room for it.
    pub async fn prepare_submit(
        &self,
        account: &impl Account,
        nonce: u64,
        contract: ContractAddress,
        envelopes: &[Vec<u8>],
        dry_run: &DryRun,
        room: Room,
    ) -> Result<Prepared, ChainError> {
        let deposit = dry_run.deposit.saturating_mul(2);
        let weight = room.declare(dry_run.weight, dry_run.weight.with_margin())?;
        let fields = call_fields(contract, weight, deposit, submit_data(envelopes));
        self.prepare(account, nonce, "call", fields).await
    }

    /// Fee that the chain expects for submitting these envelopes, in base units; nothing is signed for it.
    ///
    /// # Errors
    ///
    /// [`ChainError::TooHeavy`], [`ChainError::Reading`].
    pub async fn fee_of_submit(
        &self,
        account: [u8; 32],
        contract: ContractAddress,
        envelopes: &[Vec<u8>],
        dry_run: &DryRun,
        room: Room,
    ) -> Result<u128, ChainError> {
        let weight = room.declare(dry_run.weight, dry_run.weight.with_margin())?;
        let fields = call_fields(contract, weight, dry_run.deposit.saturating_mul(2), submit_data(envelopes));
        let draft = self.draft(account, 0, ("Revive", "call"), fields).await?;
        self.fee(&draft.signed(AccountSignature::Ed25519([0; 64]))?).await
    }

    pub(crate) async fn prepare(
        &self,
        account: &impl Account,
        nonce: u64,
        call: &str,
        fields: Vec<(&str, scale_value::Value<()>)>,
    ) -> Result<Prepared, ChainError> {
        self.prepare_call(account, nonce, ("Revive", call), fields).await
    }

    /// Gives money to an account that need not exist yet, and waits until that is final.
    ///
    /// # Errors
    ///
    /// [`ChainError::WouldFail`] where the chain took the fee and nothing else.
    pub async fn transfer(&self, from: &impl Account, to: [u8; 32], amount: u128) -> Result<BlockRef, ChainError> {
        use scale_value::Value;
        let to = Value::unnamed_variant("Id", [Value::from_bytes(to)]);
        let fields = vec![("dest", to), ("value", Value::u128(amount))];
        let nonce = self.finalized_nonce(from.id()).await?;
        let prepared = self.prepare_call(from, nonce, ("Balances", "transfer_keep_alive"), fields).await?;
        self.send_paid(from.id(), &prepared).await?;
        let (block, found) = self.settle(&prepared).await?;
        match found.success {
            true => Ok(block),
            false => Err(ChainError::WouldFail("the transfer failed on chain".into())),
        }
    }

    async fn prepare_call(
        &self,
        account: &impl Account,
        nonce: u64,
        (pallet, call): (&str, &str),
        fields: Vec<(&str, scale_value::Value<()>)>,
    ) -> Result<Prepared, ChainError> {
        let draft = self.draft(account.id(), nonce, (pallet, call), fields).await?;
        let signature = account.sign_draft(&draft).await?;
        draft.signed(signature)
    }

    /// Fee that the chain expects for a prepared transaction, in base units.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn fee(&self, prepared: &Prepared) -> Result<u128, ChainError> {
        let at = self.at_finalized().await?;
        let transaction = at.transactions().from_bytes(prepared.bytes.clone());
        transaction.partial_fee_estimate().await.map_err(ChainError::reading)
    }

    /// Sends a prepared transaction. Sending it again is harmless: a nonce is used once.
    ///
    /// # Errors
    ///
    /// [`ChainError::Refused`] with the node's own words where it does not enter the pool: that is no outcome.
    pub async fn send(&self, prepared: &Prepared) -> Result<(), ChainError> {
        let bytes = serde_json::Value::String(format!("0x{}", hex::encode(&prepared.bytes)));
        match self.request("author_submitExtrinsic", &[bytes]).await {
            Ok(_) => Ok(()),
            Err(ChainError::Reading(error)) => match error.downcast::<subxt::rpcs::Error>() {
                Ok(error) => match *error {
                    // The very transaction is in the pool already.
                    subxt::rpcs::Error::User(user) if user.code == ALREADY_IMPORTED => Ok(()),
                    subxt::rpcs::Error::User(user) => {
                        let data = user.data.as_ref().map(|data| data.get());
                        Err(ChainError::Refused(NotTaken::of(user.code, &user.message, data)))
                    }
                    other => Err(ChainError::reading(other)),
                },
                Err(other) => Err(ChainError::Reading(other)),
            },
            Err(other) => Err(other),
        }
    }

    /// Sends a prepared transaction of an account; where it cannot pay, the error names the account and what it has.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoMoney`], or as [`send`](Self::send).
    pub(crate) async fn send_paid(&self, account: [u8; 32], prepared: &Prepared) -> Result<(), ChainError> {
        match self.send(prepared).await {
            Err(ChainError::Refused(refused)) if refused.class == PoolClass::Money => {
                Err(self.no_money(account, "more, to pay the fee").await)
            }
            other => other,
        }
    }

    /// Says of an account what it has and what it needs.
    pub async fn no_money(&self, account: [u8; 32], needs: &str) -> ChainError {
        let has = match (self.funds(account).await, self.units().await) {
            (Ok(funds), Ok(units)) => units.amount(funds.free),
            _ => "too little".to_owned(),
        };
        ChainError::NoMoney { account: address(account), has, needs: needs.to_owned() }
    }
}

/// "Transaction is already in the pool" (Polkadot SDK, `sc-rpc-api`, `author::error`).
const ALREADY_IMPORTED: i32 = 1013;

/// Named fields of `Revive.call`.
pub(crate) fn call_fields(
    contract: ContractAddress,
    weight: Weight,
    deposit: u128,
    data: Vec<u8>,
) -> Vec<(&'static str, scale_value::Value<()>)> {
    use scale_value::Value;
    vec![
        ("dest", Value::from_bytes(H160(contract.0).0)),
        ("value", Value::u128(0)),
        ("weight_limit", weight_value(weight)),
        ("storage_deposit_limit", Value::u128(deposit)),
        ("data", Value::from_bytes(data)),
    ]
}

pub(crate) fn weight_value(weight: Weight) -> scale_value::Value<()> {
    use scale_value::Value;
    Value::named_composite([
        ("ref_time", Value::u128(weight.ref_time.into())),
        ("proof_size", Value::u128(weight.proof_size.into())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_a_quarter() {
        let weight = |ref_time, proof_size| Weight { ref_time, proof_size };
        assert_eq!(weight(4_000_000_000, 400_000).with_margin(), weight(5_000_000_000, 500_000));
        assert_eq!(weight(u64::MAX, u64::MAX).with_margin(), weight(u64::MAX, u64::MAX));
    }
}
