//! What putting the contract on a chain costs, found without signing anything and without paying.

use crate::{
    Account, AccountSignature, Blobs, Chain, ChainError, Weight,
    deploy::{ANNEX_SALT, annex_of, code_hash, upload},
    extrinsic::weight_value,
};
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
    /// Whether the code of contract and annex is on the chain already.
    pub codes_there: [bool; 2],
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
        blobs: &Blobs,
        genesis: &Genesis,
    ) -> Result<DeployCost, ChainError> {
        let id = account.id();
        let estimate = self.estimate_instantiate(id, &blobs.governance, genesis).await?;
        let weight = self.room().await?.beside(estimate.bytes).declare(estimate.weight, estimate.with_margin())?;
        let annex = annex_of(id, &blobs.annex);
        let annexed = match self.code_hash(annex, &self.finalized().await?).await {
            Ok(found) => found == code_hash(&blobs.annex),
            Err(ChainError::NoContract(_)) => false,
            Err(other) => return Err(other),
        };
        let codes_there = [self.has_code(&blobs.governance).await?, self.has_code(&blobs.annex).await?];

        let mut fees = Vec::new();
        if !self.is_mapped(id).await? {
            fees.push(self.fee_of(id, "map_account", Vec::new()).await?);
        }
        if !annexed {
            if !codes_there[1] {
                fees.push(self.fee_of(id, "upload_code", upload_fields(&blobs.annex)).await?);
            }
            let needs = self.estimate(id, upload(&blobs.annex), &NEW, Some(ANNEX_SALT)).await?;
            let fields = instantiate_fields(&blobs.annex, &NEW, needs.with_margin(), ANNEX_SALT);
            fees.push(self.fee_of(id, "instantiate", fields).await?);
        }
        if !codes_there[0] {
            fees.push(self.fee_of(id, "upload_code", upload_fields(&blobs.governance)).await?);
        }
        let data = (NEW, genesis.encode(), annex).encode();
        let fields = instantiate_fields(&blobs.governance, &data, weight, genesis.salt.0);
        fees.push(self.fee_of(id, "instantiate", fields).await?);
        let fee = fees.iter().fold(0_u128, |sum, fee| sum.saturating_add(*fee));
        Ok(DeployCost { transactions: u32::try_from(fees.len()).unwrap_or(u32::MAX), fee, weight, codes_there })
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
