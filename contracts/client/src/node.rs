//! What a node and its chain offer, read from the node itself: names, units, limits, finality, archive.

use crate::{Account, Chain, ChainError, Room};
use serde_json::{Value, json};
use subxt::{dynamic, ext::scale_decode::DecodeAsType, utils::AccountId32};

/// Runtime calls of pallet-revive that are needed.
const REVIVE_CALLS: [&str; 3] = ["call", "instantiate", "get_storage_var_key"];
/// Blocks over which the block time is averaged.
const SAMPLE: u64 = 10;

/// How amounts are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    /// Digits behind the point.
    pub decimals: u8,
    /// Name of the whole unit.
    pub symbol: String,
    /// Prefix of SS58 addresses.
    pub ss58: u16,
}

/// How far the chain is, and how far it is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finality {
    /// Newest block.
    pub best: u64,
    /// Newest final block.
    pub finalized: u64,
    /// Its time in seconds, as contracts see it.
    pub time: u64,
    /// Milliseconds of chain time between the last final blocks; nothing where there are too few.
    pub block_time_ms: Option<u64>,
}

/// An account's means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funds {
    /// What it can spend, in base units.
    pub free: u128,
    /// Whether pallet-revive knows it.
    pub mapped: bool,
}

/// What stands in metadata and constants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFacts {
    /// Name of the chain.
    pub chain: String,
    /// Name and version of the node's program.
    pub node: String,
    /// Name and version of the runtime.
    pub runtime: String,
    /// Amounts and addresses.
    pub units: Units,
    /// Chain id that contracts see; nothing without pallet-revive.
    pub chain_id: Option<u64>,
    /// Needed calls of `ReviveApi` that the runtime does not have.
    pub missing_calls: Vec<&'static str>,
    /// What one transaction may declare.
    pub room: Room,
    /// Deposit for a storage item and for a byte, in base units.
    pub storage_deposit: Option<(u128, u128)>,
    /// Transaction extensions, in the order in which they are signed.
    pub extensions: Vec<String>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountInfo {
    data: AccountData,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountData {
    free: u128,
}

impl Units {
    /// An amount in whole units, without needless zeros.
    pub fn amount(&self, base: u128) -> String {
        let digits = format!("{base:0>width$}", width = usize::from(self.decimals).saturating_add(1));
        let (whole, part) = digits.split_at(digits.len().saturating_sub(usize::from(self.decimals)));
        match part.trim_end_matches('0') {
            "" => format!("{whole} {}", self.symbol),
            part => format!("{whole}.{part} {}", self.symbol),
        }
    }

    /// What was paid, where the chain tells it: nothing is not told as none.
    pub fn paid(&self, fee: Option<u128>) -> String {
        fee.map_or_else(|| "not told by the chain".to_owned(), |fee| self.amount(fee))
    }
}

impl Chain {
    /// How amounts and addresses are written here, by the node's own properties.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn units(&self) -> Result<Units, ChainError> {
        let properties = self.request("system_properties", &[]).await?;
        // A list where the chain has several units: the first is the native one.
        let first = |name: &str| match &properties[name] {
            Value::Array(list) => list.first().cloned().unwrap_or_default(),
            other => other.clone(),
        };
        let number = |name: &str| first(name).as_u64();
        Ok(Units {
            decimals: number("tokenDecimals").and_then(|decimals| u8::try_from(decimals).ok()).unwrap_or(0),
            symbol: first("tokenSymbol").as_str().unwrap_or("base units").to_owned(),
            ss58: number("ss58Format").and_then(|format| u16::try_from(format).ok()).unwrap_or(42),
        })
    }

    /// What stands in the node's answers, metadata and constants.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn facts(&self) -> Result<NodeFacts, ChainError> {
        let text = async |method: &str| -> Result<String, ChainError> {
            Ok(self.request(method, &[]).await?.as_str().unwrap_or_default().to_owned())
        };
        let version = self.request("state_getRuntimeVersion", &[]).await?;
        let at = self.at_finalized().await?;
        let metadata = at.metadata_ref();
        let api = metadata.runtime_api_trait_by_name("ReviveApi");
        let has = |call: &str| api.as_ref().is_some_and(|api| api.method_by_name(call).is_some());
        let constant = |name: &str| at.constants().entry(dynamic::constant::<u128>("Revive", name)).ok();
        let extensions = metadata.extrinsic().transaction_extensions_to_use_for_encoding();
        Ok(NodeFacts {
            chain: text("system_chain").await?,
            node: format!("{} {}", text("system_name").await?, text("system_version").await?),
            runtime: format!(
                "{} {}",
                version["specName"].as_str().unwrap_or_default(),
                version["specVersion"].as_u64().unwrap_or_default()
            ),
            units: self.units().await?,
            chain_id: self.chain_id().await.ok(),
            missing_calls: REVIVE_CALLS.into_iter().filter(|call| !has(call)).collect(),
            room: self.room().await?,
            storage_deposit: constant("DepositPerItem").zip(constant("DepositPerByte")),
            extensions: extensions.map(|extension| extension.identifier().to_owned()).collect(),
        })
    }

    /// How far the chain is, and how far it is final.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn finality(&self) -> Result<Finality, ChainError> {
        let header = self.request("chain_getHeader", &[]).await?;
        let digits = header["number"].as_str().unwrap_or_default().trim_start_matches("0x");
        let best = u64::from_str_radix(digits, 16).map_err(|error| ChainError::Undecodable(error.to_string()))?;
        let finalized = self.finalized().await?;
        let time = self.time_ms(&finalized).await?;
        let before = finalized.number.checked_sub(SAMPLE).filter(|number| *number > 0);
        let block_time_ms = match before {
            None => None,
            Some(number) => {
                let before = self.block_ref(number).await?;
                Some(time.saturating_sub(self.time_ms(&before).await?) / SAMPLE)
            }
        };
        Ok(Finality { best, finalized: finalized.number, time: time / 1_000, block_time_ms })
    }

    /// The oldest block whose state the node still has, found by halving.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn oldest_state(&self) -> Result<u64, ChainError> {
        let (mut without, mut with) = (0, self.finalized().await?.number);
        if self.has_state(0).await? {
            return Ok(0);
        }
        while without + 1 < with {
            let middle = without + (with - without) / 2;
            match self.has_state(middle).await? {
                true => with = middle,
                false => without = middle,
            }
        }
        Ok(with)
    }

    async fn has_state(&self, number: u64) -> Result<bool, ChainError> {
        Ok(self.keeps_state(number).await? == Some(true))
    }

    /// Whether the node still has the state of the block of this height; `None` where it has no such block.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn keeps_state(&self, number: u64) -> Result<Option<bool>, ChainError> {
        let hash = self.request("chain_getBlockHash", &[json!(number)]).await?;
        if !hash.is_string() {
            return Ok(None);
        }
        // `:code`; any key does: what matters is whether the state can be read at all.
        match self.request("state_getStorageHash", &[json!("0x3a636f6465"), hash]).await {
            Ok(_) => Ok(Some(true)),
            Err(ChainError::Reading(error)) if matches!(error.downcast_ref(), Some(subxt::rpcs::Error::User(_))) => {
                Ok(Some(false))
            }
            Err(other) => Err(other),
        }
    }

    /// What an account owns.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`].
    pub async fn funds(&self, account: [u8; 32]) -> Result<Funds, ChainError> {
        let at = self.at_finalized().await?;
        let address = dynamic::storage::<(AccountId32,), AccountInfo>("System", "Account");
        let entry = at.storage().try_fetch(address, (AccountId32(account),)).await.map_err(ChainError::reading)?;
        let info = entry.map(|entry| entry.decode()).transpose();
        let info = info.map_err(|error| ChainError::Undecodable(error.to_string()))?;
        Ok(Funds { free: info.map_or(0, |info| info.data.free), mapped: self.is_mapped(account).await? })
    }

    /// What an account must have to exist, in base units.
    ///
    /// # Errors
    ///
    /// [`ChainError::Undecodable`] where the chain has no such constant.
    pub async fn existential_deposit(&self) -> Result<u128, ChainError> {
        let at = self.at_finalized().await?;
        let entry = at.constants().entry(dynamic::constant::<u128>("Balances", "ExistentialDeposit"));
        entry.map_err(|error| ChainError::Undecodable(error.to_string()))
    }

    /// Fee of mapping the account, signed with all of the chain's transaction extensions and not sent: that it can be
    /// signed for this chain at all is half of the answer.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the chain has an extension that is not known here.
    pub async fn mapping_fee(&self, account: &impl Account) -> Result<u128, ChainError> {
        let nonce = self.finalized_nonce(account.id()).await?;
        let prepared = self.prepare(account, nonce, "map_account", Vec::new()).await?;
        self.fee(&prepared).await
    }
}
