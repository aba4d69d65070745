//! Putting the contract on a chain.

use crate::{
    Account, BlockRef, Chain, ChainError, Extrinsic, Prepared, Weight,
    contract::{ContractResult, ExecReturnValue, reason},
    error::lacks_money,
    extrinsic::weight_value,
};
use greatseal_protocol::{
    bytes::ContractAddress,
    genesis::Genesis,
    outcome::NotDeployed,
    selector::{NEW, SUCCEED},
};
use parity_scale_codec::{DecodeAll, Encode};
use std::time::{Duration, Instant};
use subxt::{
    dynamic,
    ext::{scale_decode::DecodeAsType, scale_value::Value},
    utils::{AccountId32, H160, H256},
};

/// How long a node that is lost is waited for while a transaction is under way.
const LOST: Duration = Duration::from_secs(120);
/// Pause between two attempts to reach it.
const RETRY: Duration = Duration::from_secs(1);

/// Where the contract is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Its address.
    pub contract: ContractAddress,
    /// The finalised block that holds its first event.
    pub block: BlockRef,
    /// What its transaction took.
    pub weight: Weight,
    /// Fees that were paid, in base units, for the code too; `None` where the chain does not tell.
    pub fee: Option<u128>,
    /// Deposits that are held for code and storage, in base units.
    pub deposit: u128,
}

/// What a deployment would take, found by a dry run that nobody pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployEstimate {
    /// Weight that it needs.
    pub weight: Weight,
    /// Bytes of call data: they count as proof, beside the weight. The code goes before, by itself.
    pub bytes: u64,
    /// Deposit for code and storage, in base units.
    pub deposit: u128,
    /// Where the contract would be.
    pub contract: ContractAddress,
}

impl DeployEstimate {
    /// A twentieth more. A constructor meets no state but its own and the paying account's, so that its dry run is as
    /// good as exact, and a quarter of it is more than some chains have to spare.
    pub(crate) fn with_margin(&self) -> Weight {
        self.weight.and(self.weight.part(20))
    }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct InstantiateReturnValue {
    result: ExecReturnValue,
    addr: H160,
}

impl Chain {
    /// Makes the account known to pallet-revive, if it is not. Says whether it was needed.
    ///
    /// # Errors
    ///
    /// [`ChainError::Refused`] or [`ChainError::NotIncluded`].
    pub async fn map_account(&self, account: &impl Account) -> Result<bool, ChainError> {
        if self.is_mapped(account.id()).await? {
            return Ok(false);
        }
        let nonce = self.finalized_nonce(account.id()).await?;
        let prepared = self.prepare(account, nonce, "map_account", Vec::new()).await?;
        self.send_paid(account.id(), &prepared).await?;
        match self.settle(&prepared).await? {
            (_, Extrinsic { success: true, .. }) => Ok(true),
            _ => Err(ChainError::WouldFail("the account could not be mapped".into())),
        }
    }

    /// Whether pallet-revive knows the account.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn is_mapped(&self, account: [u8; 32]) -> Result<bool, ChainError> {
        // pallet-revive's address of an account: the last 20 bytes of Keccak-256.
        let [_, _, _, _, _, _, _, _, _, _, _, _, address @ ..] = sp_crypto_hashing::keccak_256(&account);
        let original = dynamic::storage::<(H160,), Value>("Revive", "OriginalAccount");
        let at = self.at_finalized().await?;
        let known = at.storage().try_fetch(original, (H160(address),)).await.map_err(ChainError::reading)?;
        Ok(known.is_some())
    }

    /// Puts the blob on the chain, where it is not there, instantiates it with this genesis, and waits until that is final.
    ///
    /// Two transactions, because the bytes of a transaction count as proof: code beside a whole genesis is more than some
    /// chains have room for. Code that is there stays, so that a deployment that failed goes on where it was.
    ///
    /// # Errors
    ///
    /// [`ChainError::NotDeployed`] with the broken invariant where the contract refuses, [`ChainError::TooHeavy`] before
    /// anything is sent where no block has room for it, [`ChainError::NoRoom`] where none had.
    pub async fn instantiate(
        &self,
        account: &impl Account,
        blob: &[u8],
        genesis: &Genesis,
    ) -> Result<Deployed, ChainError> {
        self.put(account, blob, (NEW, genesis.encode()).encode(), Some(genesis.salt.0)).await
    }

    /// Puts a contract on the chain, by its code, that awaits the state of another one.
    ///
    /// # Errors
    ///
    /// [`ChainError::NotDeployed`], [`ChainError::TooHeavy`] and [`ChainError::NoRoom`], as for
    /// [`instantiate`](Self::instantiate).
    pub async fn await_state(
        &self,
        account: &impl Account,
        blob: &[u8],
        predecessor: ContractAddress,
    ) -> Result<Deployed, ChainError> {
        self.put(account, blob, (SUCCEED, predecessor).encode(), None).await
    }

    async fn put(
        &self,
        account: &impl Account,
        blob: &[u8],
        data: Vec<u8>,
        salt: Option<[u8; 32]>,
    ) -> Result<Deployed, ChainError> {
        // What a genesis breaks, and whether a block has room for it, is told before anything is paid.
        let estimate = self.estimate(account.id(), upload(blob), &data, salt).await?;
        let room = self.room().await?.beside(estimate.bytes);
        room.declare(estimate.weight, estimate.with_margin())?;
        let uploaded = self.upload(account, blob, estimate.deposit).await?;
        // With the code's own, where it was not there yet.
        let held = estimate.deposit;
        // Code that is on the chain is read, and so weighs more than code that is brought along.
        let existing = Value::unnamed_variant("Existing", [Value::from_bytes(code_hash(blob))]);
        let estimate = self.estimate(account.id(), existing, &data, salt).await?;
        let weight = room.declare(estimate.weight, estimate.with_margin())?;
        let salt = match salt {
            Some(salt) => Value::unnamed_variant("Some", [Value::from_bytes(salt)]),
            None => Value::unnamed_variant("None", []),
        };
        let fields = vec![
            ("value", Value::u128(0)),
            ("weight_limit", weight_value(weight)),
            ("storage_deposit_limit", Value::u128(estimate.deposit.saturating_mul(2))),
            ("code_hash", Value::from_bytes(code_hash(blob))),
            ("data", Value::from_bytes(&data)),
            ("salt", salt),
        ];
        let nonce = self.finalized_nonce(account.id()).await?;
        let prepared = self.prepare(account, nonce, "instantiate", fields).await?;
        self.send_paid(account.id(), &prepared).await?;
        let (block, found) = match self.settle(&prepared).await {
            Err(ChainError::NotIncluded(_)) if !weight.fits(room.sure) => {
                return Err(ChainError::NoRoom { need: estimate.weight, sure: room.sure });
            }
            Err(error) if error.passing() => {
                let (contract, transaction) = (estimate.contract, prepared.hash);
                return Err(ChainError::Unsettled { contract, transaction, reason: error.to_string() });
            }
            other => other?,
        };
        let Extrinsic { success, weight, fee, .. } = found;
        match success {
            true => {
                let fee = fee.zip(uploaded).map(|(fee, uploaded)| fee.saturating_add(uploaded));
                Ok(Deployed { contract: estimate.contract, block, weight, fee, deposit: held })
            }
            false => Err(ChainError::WouldFail("the instantiation failed on chain".into())),
        }
    }

    /// Whether the blob is on the chain.
    pub(crate) async fn has_code(&self, blob: &[u8]) -> Result<bool, ChainError> {
        let known = dynamic::storage::<(H256,), Value>("Revive", "CodeInfoOf");
        let at = self.at_finalized().await?;
        let there = at.storage().try_fetch(known, (H256(code_hash(blob)),)).await.map_err(ChainError::reading)?;
        Ok(there.is_some())
    }

    /// Puts the blob on the chain, if it is not there; answers the fee, where the chain tells it.
    async fn upload(&self, account: &impl Account, blob: &[u8], deposit: u128) -> Result<Option<u128>, ChainError> {
        if self.has_code(blob).await? {
            return Ok(Some(0));
        }
        let limit = Value::u128(deposit.saturating_mul(2));
        let fields = vec![("code", Value::from_bytes(blob)), ("storage_deposit_limit", limit)];
        let nonce = self.finalized_nonce(account.id()).await?;
        let prepared = self.prepare(account, nonce, "upload_code", fields).await?;
        self.send_paid(account.id(), &prepared).await?;
        match self.settle(&prepared).await? {
            (_, Extrinsic { success: true, fee, .. }) => Ok(fee),
            _ => Err(ChainError::WouldFail("the code could not be put on the chain".into())),
        }
    }

    /// What instantiating the blob with this genesis would take.
    ///
    /// # Errors
    ///
    /// [`ChainError::NotDeployed`] with the broken invariant where the contract refuses.
    pub async fn estimate_instantiate(
        &self,
        account: [u8; 32],
        blob: &[u8],
        genesis: &Genesis,
    ) -> Result<DeployEstimate, ChainError> {
        self.estimate(account, upload(blob), &(NEW, genesis.encode()).encode(), Some(genesis.salt.0)).await
    }

    /// A dry run of a constructor.
    async fn estimate(
        &self,
        account: [u8; 32],
        code: Value,
        data: &[u8],
        salt: Option<[u8; 32]>,
    ) -> Result<DeployEstimate, ChainError> {
        let at = self.at_finalized().await?;
        let bytes = u64::try_from(data.len()).unwrap_or(u64::MAX);
        let arguments = (AccountId32(account), 0_u128, None::<Weight>, None::<u128>, code, data.to_vec(), salt);
        let payload = dynamic::runtime_api_call::<_, ContractResult<InstantiateReturnValue>>(
            "ReviveApi",
            "instantiate",
            arguments,
        );
        let answer = at.runtime_apis().call(payload).await.map_err(ChainError::reading)?;
        let returned = match answer.result.map_err(|error| reason(&at, &error)) {
            Err(why) if lacks_money(&why) => {
                return Err(self.no_money(account, "more, for fees and deposits").await);
            }
            other => other.map_err(ChainError::WouldFail)?,
        };
        let deposit = answer.max_storage_deposit.charge();
        let contract = ContractAddress(returned.addr.0);
        accepted(&returned.result.data)?;
        Ok(DeployEstimate { weight: answer.weight_required, bytes, deposit, contract })
    }

    /// Waits until the transaction is in a finalised block; answers how it ended there. A node that is lost meanwhile is
    /// waited for and asked again.
    ///
    /// # Errors
    ///
    /// [`ChainError::NotIncluded`] once it can no longer come; what the node said last where it stays away.
    pub async fn settle(&self, prepared: &Prepared) -> Result<(BlockRef, Extrinsic), ChainError> {
        let mut chain = self.clone();
        let mut lost = None;
        let mut next = prepared.born.saturating_add(1);
        while next <= prepared.dies {
            let found = chain.finalized_block(next).await;
            if found.is_ok() {
                lost = None;
            }
            match found {
                Err(error) if error.passing() && lost.get_or_insert_with(Instant::now).elapsed() < LOST => {
                    tokio::time::sleep(RETRY).await;
                    if let Ok(fresh) = Self::connect(&chain.url).await
                        && fresh.genesis() == self.genesis()
                    {
                        chain = fresh;
                    }
                }
                Err(error) => return Err(error),
                Ok(Some(block)) => {
                    if let Some(found) = block.extrinsics.iter().find(|extrinsic| extrinsic.hash == prepared.hash) {
                        return Ok((block.at, *found));
                    }
                    next = next.saturating_add(1);
                }
                Ok(None) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        Err(ChainError::NotIncluded(prepared.dies))
    }
}

/// Code that is brought along.
fn upload(blob: &[u8]) -> Value {
    Value::unnamed_variant("Upload", [Value::from_bytes(blob)])
}

/// Names code on pallet-revive: Keccak-256.
pub fn code_hash(blob: &[u8]) -> [u8; 32] {
    sp_crypto_hashing::keccak_256(blob)
}

/// ink!'s answer of a constructor: `Result<Result<(), NotDeployed>, LangError>`, empty where all is well.
fn accepted(data: &[u8]) -> Result<(), ChainError> {
    match Result::<Result<(), NotDeployed>, u8>::decode_all(&mut &*data) {
        // One that cannot refuse says only that it was understood.
        _ if data.is_empty() || data == [0] => Ok(()),
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(refused))) => Err(ChainError::NotDeployed(refused.to_string())),
        Ok(Err(_)) | Err(_) => Err(ChainError::NotDeployed("its constructor does not understand the genesis".into())),
    }
}
