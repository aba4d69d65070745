//! What putting the contract on a chain costs, found without signing anything and without paying.

use crate::{Account, AccountSignature, Chain, ChainError, Weight, deploy::code_hash, extrinsic::weight_value};
use greatseal_protocol::{genesis::Genesis, selector::NEW};
use parity_scale_codec::Encode as _;
use subxt::ext::scale_value::Value;

/// What a deployment costs, about: fees are paid, what is declared and not used is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeployCost {
    /// Transactions that it takes.
    pub transactions: u32,
    /// Their fees, in base units.
    pub fee: u128,
    /// What the contract's constructor needs.
    pub weight: Weight,
    /// Deposit that is held for code and storage, in base units.
    pub deposit: u128,
}

impl Chain {
    /// Tries the constructor out with this genesis, and asks for the fee of every transaction that is missing.
    ///
    /// # Errors
    ///
    /// [`ChainError::NotDeployed`] with the broken invariant where the contract refuses, [`ChainError::TooHeavy`] where no
    /// block has room for it.
    pub async fn deploy_cost(
        &self,
        account: &impl Account,
        blob: &[u8],
        genesis: &Genesis,
    ) -> Result<DeployCost, ChainError> {
        let id = account.id();
        let estimate = self.estimate_instantiate(id, blob, genesis).await?;
        let weight = self.room().await?.beside(estimate.bytes).declare(estimate.weight, estimate.with_margin())?;

        let mut fees = Vec::new();
        if !self.is_mapped(id).await? {
            fees.push(self.fee_of(id, "map_account", Vec::new()).await?);
        }
        if !self.has_code(blob).await? {
            fees.push(self.fee_of(id, "upload_code", upload_fields(blob)).await?);
        }
        let data = (NEW, genesis.encode()).encode();
        let fields = instantiate_fields(blob, &data, weight, genesis.salt.0);
        fees.push(self.fee_of(id, "instantiate", fields).await?);
        let fee = fees.iter().fold(0_u128, |sum, fee| sum.saturating_add(*fee));
        let transactions = u32::try_from(fees.len()).unwrap_or(u32::MAX);
        Ok(DeployCost { transactions, fee, weight, deposit: estimate.deposit })
    }

    /// Fee of a call of pallet-revive, with a signature that nobody made: it is as long as any.
    async fn fee_of(&self, account: [u8; 32], call: &str, fields: Vec<(&str, Value<()>)>) -> Result<u128, ChainError> {
        let nonce = self.finalized_nonce(account).await?;
        let draft = self.draft(account, nonce, ("Revive", call), fields).await?;
        self.fee(&draft.signed(AccountSignature::Ed25519([0; 64]))?).await
    }
}

fn upload_fields(blob: &[u8]) -> Vec<(&'static str, Value<()>)> {
    vec![("code", Value::from_bytes(blob)), ("storage_deposit_limit", Value::u128(u128::MAX))]
}

fn instantiate_fields(blob: &[u8], data: &[u8], weight: Weight, salt: [u8; 32]) -> Vec<(&'static str, Value<()>)> {
    vec![
        ("value", Value::u128(0)),
        ("weight_limit", weight_value(weight)),
        ("storage_deposit_limit", Value::u128(u128::MAX)),
        ("code_hash", Value::from_bytes(code_hash(blob))),
        ("data", Value::from_bytes(data)),
        ("salt", Value::unnamed_variant("Some", [Value::from_bytes(salt)])),
    ]
}
