//! The governance contract as seen from outside: its cells, its code, and what a call would do.

use crate::{At, BlockRef, Chain, ChainError, Weight};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, Cells, Head, Succession},
    command::Command,
    key::Key,
    outcome::{Outcome, Undone},
    selector::{ACT, SUBMIT},
    state::State,
};
use parity_scale_codec::{Decode, DecodeAll, Encode};
use std::collections::BTreeMap;
use subxt::{
    dynamic,
    ext::scale_decode::DecodeAsType,
    utils::{AccountId32, H160, H256},
};

/// Cells that are read side by side.
const AT_ONCE: usize = 16;

/// What a call would do at a block.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// Weight that it needs.
    pub weight: Weight,
    /// Deposit that it takes, in the chain's base units.
    pub deposit: u128,
    /// One outcome for each envelope, or why the call would be undone.
    pub outcomes: Result<Vec<Outcome>, Undone>,
}

/// Cells of a contract at one block, fetched beforehand.
#[derive(Clone, Debug, Default)]
pub struct Remote(BTreeMap<CellKey, Vec<u8>>);

impl Succession for Remote {}

impl Cells for Remote {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.0.get(key).cloned()
    }
}

/// The part of pallet-revive's `ContractResult` that matters here.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct ContractResult<Returned> {
    pub(crate) weight_required: Weight,
    pub(crate) max_storage_deposit: StorageDeposit,
    pub(crate) result: Result<Returned, dynamic::Value>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) enum StorageDeposit {
    Refund(Skipped),
    Charge(u128),
}

/// A field that nobody reads.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct Skipped {}

impl StorageDeposit {
    pub(crate) fn charge(&self) -> u128 {
        match self {
            Self::Charge(amount) => *amount,
            Self::Refund(_) => 0,
        }
    }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct ExecReturnValue {
    pub(crate) data: Vec<u8>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountInfo {
    account_type: AccountType,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[expect(clippy::upper_case_acronyms, reason = "the name that the chain's metadata has")]
enum AccountType {
    Contract(ContractInfo),
    EOA,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) struct ContractInfo {
    code_hash: H256,
    pub(crate) trie_id: Vec<u8>,
}

impl Chain {
    /// Cells of a contract, all at one block.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoContract`] where the address has none.
    pub async fn cells(
        &self,
        contract: ContractAddress,
        keys: impl IntoIterator<Item = CellKey>,
        block: &BlockRef,
    ) -> Result<Remote, ChainError> {
        let at = &self.at_hash(block).await?;
        let found = |key| async move { Ok::<_, ChainError>((key, cell(at, contract, key).await?)) };
        let found: Vec<_> = stream::iter(keys).map(found).buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(Remote(found.into_iter().filter_map(|(key, bytes)| Some((key, bytes?))).collect()))
    }

    /// The contract's head at a block.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoContract`] where the address has none of ours.
    pub async fn head(&self, contract: ContractAddress, block: &BlockRef) -> Result<Head, ChainError> {
        let cells = self.cells(contract, [CellKey::Head], block).await?;
        cells.head().map(|head| *head).map_err(|_| ChainError::NoContract(contract))
    }

    /// Hash of the code that the address runs at a block.
    ///
    /// # Errors
    ///
    /// [`ChainError::NoContract`] where the address has none.
    pub async fn code_hash(&self, contract: ContractAddress, block: &BlockRef) -> Result<[u8; 32], ChainError> {
        Ok(self.contract_info(contract, block).await?.code_hash.0)
    }

    /// What the chain itself keeps about a contract.
    pub(crate) async fn contract_info(
        &self,
        contract: ContractAddress,
        block: &BlockRef,
    ) -> Result<ContractInfo, ChainError> {
        let at = self.at_hash(block).await?;
        let address = dynamic::storage::<(H160,), AccountInfo>("Revive", "AccountInfoOf");
        let entry = at.storage().try_fetch(address, (H160(contract.0),)).await.map_err(ChainError::reading)?;
        let entry = entry.ok_or(ChainError::NoContract(contract))?;
        match entry.decode().map_err(|error| ChainError::Undecodable(error.to_string()))?.account_type {
            AccountType::Contract(info) => Ok(info),
            AccountType::EOA => Err(ChainError::NoContract(contract)),
        }
    }

    /// What submitting these envelopes would do now; nobody pays.
    ///
    /// # Errors
    ///
    /// [`ChainError::WouldFail`] where the chain itself would refuse the call.
    pub async fn dry_run(
        &self,
        contract: ContractAddress,
        origin: [u8; 32],
        envelopes: &[Vec<u8>],
    ) -> Result<DryRun, ChainError> {
        self.dry_run_data::<Vec<Outcome>>(contract, origin, submit_data(envelopes)).await
    }

    /// What a member's bare command would do now, sent from the account of its own key; nobody pays.
    ///
    /// # Errors
    ///
    /// Those of [`dry_run`](Self::dry_run).
    pub async fn dry_run_act(
        &self,
        contract: ContractAddress,
        member: [u8; 32],
        command: &Command,
    ) -> Result<DryRun, ChainError> {
        self.dry_run_data::<One>(contract, member, act_data(member, command)).await
    }

    async fn dry_run_data<Answer: Decode + Into<Vec<Outcome>>>(
        &self,
        contract: ContractAddress,
        origin: [u8; 32],
        data: Vec<u8>,
    ) -> Result<DryRun, ChainError> {
        let at = self.at_finalized().await?;
        let arguments = (AccountId32(origin), H160(contract.0), 0_u128, None::<Weight>, None::<u128>, data);
        let payload = dynamic::runtime_api_call::<_, ContractResult<ExecReturnValue>>("ReviveApi", "call", arguments);
        let answer = at.runtime_apis().call(payload).await.map_err(ChainError::reading)?;
        let returned = answer.result.map_err(|error| ChainError::WouldFail(reason(&at, &error)))?;
        let outcomes = MessageResult::<Answer>::decode_all(&mut &*returned.data)
            .map_err(|_| ChainError::NoContract(contract))?
            .map_err(|_| ChainError::NoContract(contract))?
            .map(Into::into);
        Ok(DryRun { weight: answer.weight_required, deposit: answer.max_storage_deposit.charge(), outcomes })
    }
}

/// The chain's own name for a dispatch error, such as `Revive.ContractTrapped`.
pub(crate) fn reason(at: &At, error: &dynamic::Value) -> String {
    use subxt::ext::scale_value::At as _;
    let number = |value: Option<&dynamic::Value>| value.and_then(|value| u8::try_from(value.as_u128()?).ok());
    let index = number(error.at(0).and_then(|module| module.at("index")));
    let code = number(error.at(0).and_then(|module| module.at("error")).and_then(|bytes| bytes.at(0)));
    let named = index.zip(code).and_then(|(index, code)| {
        let pallet = at.metadata_ref().pallet_by_error_index(index)?;
        Some(format!("{}.{}", pallet.name(), pallet.error_variant_by_index(code)?.name))
    });
    named.unwrap_or_else(|| error.to_string())
}

/// What ink! wraps around the answer of a message.
type MessageResult<Answer> = Result<Result<Answer, Undone>, LangError>;

/// The one outcome of `act`.
#[derive(Decode)]
struct One(Outcome);

impl From<One> for Vec<Outcome> {
    fn from(One(outcome): One) -> Self {
        vec![outcome]
    }
}

#[derive(Decode)]
enum LangError {
    #[codec(index = 1)]
    CouldNotReadInput,
}

/// Call data of `submit`.
pub(crate) fn submit_data(envelopes: &[Vec<u8>]) -> Vec<u8> {
    (SUBMIT, envelopes).encode()
}

/// Call data of `act`: `SCALE(key) ‖ SCALE(command)` as bytes.
pub(crate) fn act_data(member: [u8; 32], command: &Command) -> Vec<u8> {
    (ACT, (Key::Ed25519(member), command).encode()).encode()
}

async fn cell(at: &At, contract: ContractAddress, key: CellKey) -> Result<Option<Vec<u8>>, ChainError> {
    let arguments = (H160(contract.0), key.place());
    let payload = dynamic::runtime_api_call::<_, Result<Option<Vec<u8>>, dynamic::Value>>(
        "ReviveApi",
        "get_storage_var_key",
        arguments,
    );
    let answer = at.runtime_apis().call(payload).await.map_err(ChainError::reading)?;
    let bytes = answer.map_err(|_| ChainError::NoContract(contract))?;
    // No cell is empty: where the head will lie, ink! keeps an empty value of a contract that awaits another's state.
    Ok(bytes.filter(|bytes| !bytes.is_empty()))
}
