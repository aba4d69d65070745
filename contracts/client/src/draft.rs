//! Transactions that nobody has signed yet, in parts: a seat's key wants to see what a payload is made of.

use crate::{
    AccountSignature, At, Chain, ChainError, Config, DryRun, Prepared,
    contract::act_data,
    extrinsic::{ERA, call_fields},
};
use greatseal_protocol::{bytes::ContractAddress, command::Command};
use subxt::{
    config::{ClientState, DefaultExtrinsicParamsBuilder, TransactionExtensions},
    dynamic,
    ext::{frame_decode, scale_value},
    utils::{AccountId32, H256, MultiSignature},
};

type Fields = scale_value::Composite<()>;
type Extensions = <Config as subxt::Config>::TransactionExtensions;

/// A transaction of one account at one nonce, valid for 64 blocks from the last final one on.
pub struct Draft {
    at: At,
    genesis: H256,
    payload: subxt::transactions::DynamicPayload<Fields>,
    account: [u8; 32],
    nonce: u64,
}

/// What one transaction extension adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name in the metadata.
    pub name: String,
    /// What is in the transaction.
    pub explicit: Vec<u8>,
    /// What is signed and not sent.
    pub implicit: Vec<u8>,
}

/// Numbers that the metadata gives to pallet-revive and its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Of the pallet.
    pub pallet: u8,
    /// Of `call`.
    pub call: u8,
    /// Of `map_account`.
    pub map_account: u8,
    /// Of `instantiate`.
    pub instantiate: u8,
    /// Of `upload_code`.
    pub upload_code: u8,
}

/// A transaction that a key kept elsewhere is asked to sign, in its parts, so that it can be read first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// The call, with the numbers of its pallet and of itself.
    pub call: Vec<u8>,
    /// What the chain's extensions add, in their order.
    pub parts: Vec<Part>,
    /// Numbers of pallet-revive's calls.
    pub numbers: Numbers,
    /// Hash of the chain's block 0.
    pub genesis: [u8; 32],
    /// What is signed: the parts one after the other, or their BLAKE2-256.
    pub payload: Vec<u8>,
}

impl Chain {
    /// A member's bare command from its own account, which pays; the key is the account.
    ///
    /// # Errors
    ///
    /// [`ChainError::TooHeavy`] where no block has room for it.
    pub async fn draft_act(
        &self,
        member: [u8; 32],
        nonce: u64,
        contract: ContractAddress,
        command: &Command,
        dry_run: &DryRun,
    ) -> Result<Draft, ChainError> {
        let deposit = dry_run.deposit.saturating_mul(2);
        let margin = dry_run.weight.with_margin();
        let weight = self.room().await?.declare(dry_run.weight, margin)?;
        let fields = call_fields(contract, weight, deposit, act_data(member, command));
        self.draft(member, nonce, ("Revive", "call"), fields).await
    }

    /// Makes the account known to pallet-revive.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn draft_mapping(&self, account: [u8; 32], nonce: u64) -> Result<Draft, ChainError> {
        self.draft(account, nonce, ("Revive", "map_account"), Vec::new()).await
    }

    pub(crate) async fn draft(
        &self,
        account: [u8; 32],
        nonce: u64,
        (pallet, call): (&str, &str),
        fields: Vec<(&str, scale_value::Value<()>)>,
    ) -> Result<Draft, ChainError> {
        let at = self.at_finalized().await?;
        let payload = dynamic::transaction(pallet, call, Fields::named(fields));
        Ok(Draft { at, genesis: self.client.genesis_hash(), payload, account, nonce })
    }
}

impl Draft {
    /// The call's bytes.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the chain has no such call.
    pub fn call(&self) -> Result<Vec<u8>, ChainError> {
        self.at.transactions().call_data(&self.payload).map_err(ChainError::reading)
    }

    /// Numbers of the calls in the metadata of the same block.
    ///
    /// # Errors
    ///
    /// [`ChainError::Undecodable`] where the chain has no pallet-revive.
    pub fn numbers(&self) -> Result<Numbers, ChainError> {
        let pallet = self.at.metadata_ref().pallet_by_name("Revive");
        let missing = || ChainError::Undecodable("the chain has no pallet-revive with its calls".into());
        let pallet = pallet.ok_or_else(missing)?;
        let number = |call| Ok(pallet.call_variant_by_name(call).ok_or_else(missing)?.index);
        Ok(Numbers {
            pallet: pallet.call_index(),
            call: number("call")?,
            map_account: number("map_account")?,
            instantiate: number("instantiate")?,
            upload_code: number("upload_code")?,
        })
    }

    /// What the chain's extensions add, in their order.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where an extension is not known here and wants something.
    pub fn parts(&self) -> Result<Vec<Part>, ChainError> {
        let state = ClientState {
            genesis_hash: self.genesis,
            spec_version: self.at.spec_version(),
            transaction_version: self.at.transaction_version(),
            metadata: self.at.metadata(),
        };
        let ours: Extensions =
            TransactionExtensions::<Config>::new(&state, self.parameters()).map_err(ChainError::reading)?;
        let metadata = self.at.metadata_ref();
        let wanted = metadata.extrinsic().transaction_extensions_to_use_for_encoding();
        wanted
            .map(|extension| {
                use frame_decode::extrinsics::TransactionExtensions as _;
                let (name, types) = (extension.identifier(), metadata.types());
                let (mut explicit, mut implicit) = (Vec::new(), Vec::new());
                // One that is not known has nothing to say, or the transaction cannot be made at all.
                if ours.contains_extension(name) {
                    ours.encode_extension_value_to(name, extension.extra_ty(), types, &mut explicit)
                        .and_then(|()| {
                            let wanted = extension.additional_ty();
                            ours.encode_extension_implicit_to(name, wanted, types, &mut implicit)
                        })
                        .map_err(ChainError::reading)?;
                }
                Ok(Part { name: name.to_owned(), explicit, implicit })
            })
            .collect()
    }

    /// What is signed: the payload, or its BLAKE2-256 where it is longer than 256 bytes.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub fn payload(&self) -> Result<Vec<u8>, ChainError> {
        let transactions = self.at.transactions();
        let signable = transactions.create_signable_offline(&self.payload, self.parameters());
        signable.and_then(|signable| signable.signer_payload()).map_err(ChainError::reading)
    }

    /// The whole transaction in its parts.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`], [`ChainError::Undecodable`].
    pub fn unsigned(&self) -> Result<Unsigned, ChainError> {
        Ok(Unsigned {
            call: self.call()?,
            parts: self.parts()?,
            numbers: self.numbers()?,
            genesis: self.genesis.0,
            payload: self.payload()?,
        })
    }

    /// The transaction with its signature.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub fn signed(&self, signature: AccountSignature) -> Result<Prepared, ChainError> {
        let signature = match signature {
            AccountSignature::Ed25519(bytes) => MultiSignature::Ed25519(bytes),
            AccountSignature::Sr25519(bytes) => MultiSignature::Sr25519(bytes),
        };
        let transactions = self.at.transactions();
        let signed = transactions
            .create_signable_offline(&self.payload, self.parameters())
            .and_then(|mut signable| signable.sign_with_account_and_signature(&AccountId32(self.account), &signature))
            .map_err(ChainError::reading)?;
        let (hash, nonce, born) = (signed.hash().0, self.nonce, self.at.block_number());
        // The era starts at the phase of the block it is made on, at or before it: it ends ERA blocks later at most.
        Ok(Prepared { bytes: signed.into_encoded(), hash, nonce, born, dies: born.saturating_add(ERA) })
    }

    fn parameters(&self) -> subxt::config::DefaultExtrinsicParams<Config> {
        DefaultExtrinsicParamsBuilder::new()
            .mortal_from_unchecked(ERA, self.at.block_number(), self.at.block_hash())
            .nonce(self.nonce)
            .build()
    }
}
