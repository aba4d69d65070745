//! The only crate that knows subxt: reads a Polkadot SDK chain with pallet-revive, and submits to it.
//!
//! Everything is driven by the chain's own metadata, through the legacy JSON-RPC family that every node has. Outcomes
//! are read from finalised blocks, never from a watch stream.

mod account;
mod ask;
mod block;
mod contract;
mod cost;
mod deploy;
mod draft;
mod error;
mod extrinsic;
mod listing;
mod node;
mod raw;
mod room;
mod succession;

pub use account::{Account, AccountSignature, DevAccount, Paying, address, parse_address};
pub use block::{Block, BlockRef, ContractEvent, Extrinsic};
pub use contract::{DryRun, Remote};
pub use cost::DeployCost;
pub use deploy::{DeployEstimate, Deployed, code_hash};
pub use draft::{Draft, Numbers, Part, Unsigned};
pub use error::{ChainError, NotTaken, PoolClass, lacks_money};
pub use extrinsic::{Prepared, Weight};
pub use node::{Finality, Funds, NodeFacts, Units};
pub use raw::RawBlock;
pub use room::Room;
pub use succession::Imported;

use greatseal_protocol::bytes::ChainGenesis;
use std::{sync::Arc, time::Duration};
use subxt::{OnlineClient, PolkadotConfig, backend::LegacyBackend, rpcs::RpcClient};

/// Configuration of addresses, hashes and signatures that Polkadot SDK chains share.
type Config = PolkadotConfig;
/// The chain as it was at one block.
type At = subxt::client::ClientAtBlock<Config, subxt::client::OnlineClientAtBlockImpl<Config>>;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(20);

/// A connection to a node.
#[derive(Clone, Debug)]
pub struct Chain {
    client: OnlineClient<Config>,
    rpc: RpcClient,
    url: String,
}

impl Chain {
    /// Connects to a node (`ws://…` or `wss://…`).
    ///
    /// # Errors
    ///
    /// [`ChainError::Unreachable`] where nothing answers in time.
    pub async fn connect(url: &str) -> Result<Self, ChainError> {
        let unreachable = |reason: String| ChainError::Unreachable { url: url.to_owned(), reason };
        let connecting = async {
            let rpc = RpcClient::from_insecure_url(url).await.map_err(|error| unreachable(error.to_string()))?;
            let backend = LegacyBackend::builder().build(rpc.clone());
            let client = OnlineClient::from_backend(Arc::new(backend));
            let client = client.await.map_err(|error| unreachable(error.to_string()))?;
            Ok(Self { client, rpc, url: url.to_owned() })
        };
        tokio::time::timeout(CONNECT, connecting).await.map_err(|_| unreachable("no answer in 20 s".into()))?
    }

    /// Where this connection goes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Hash of block 0.
    pub fn genesis(&self) -> ChainGenesis {
        ChainGenesis(self.client.genesis_hash().0)
    }

    /// Chain id that contracts see, from pallet-revive's own constants.
    ///
    /// # Errors
    ///
    /// [`ChainError::Undecodable`] where the chain has no pallet-revive.
    pub async fn chain_id(&self) -> Result<u64, ChainError> {
        let at = self.at_finalized().await?;
        let entry = at.constants().entry(subxt::dynamic::constant::<u64>("Revive", "ChainId"));
        entry.map_err(|error| ChainError::Undecodable(error.to_string()))
    }

    /// The last finalised block.
    pub async fn finalized(&self) -> Result<BlockRef, ChainError> {
        let at = self.at_finalized().await?;
        Ok(BlockRef { number: at.block_number(), hash: at.block_hash().0 })
    }

    async fn at_finalized(&self) -> Result<At, ChainError> {
        self.client.at_current_block().await.map_err(ChainError::reading)
    }

    async fn at(&self, number: u64) -> Result<At, ChainError> {
        self.client.at_block(number).await.map_err(ChainError::reading)
    }

    async fn at_hash(&self, block: &BlockRef) -> Result<At, ChainError> {
        let hash = subxt::utils::H256(block.hash);
        self.client.at_block_hash_and_number(hash, block.number).await.map_err(ChainError::reading)
    }

    /// Asks the node what is not in subxt's own families.
    ///
    /// # Errors
    ///
    /// What the node answered.
    pub async fn request(
        &self,
        method: &str,
        parameters: &[serde_json::Value],
    ) -> Result<serde_json::Value, ChainError> {
        let mut list = subxt::rpcs::client::RpcParams::new();
        for parameter in parameters {
            list.push(parameter).map_err(ChainError::reading)?;
        }
        self.rpc.request(method, list).await.map_err(ChainError::reading)
    }
}
