//! The deployment file: which contract on which chain. Every program compares it with what it finds.

use greatseal_protocol::{
    bytes::{ChainGenesis, ContractAddress, DeploymentId, to_hex},
    digest::Domain,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names one deployment for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Deployment id.
    #[serde(with = "hex32")]
    pub deployment: [u8; 32],
    /// Address of the contract.
    #[serde(with = "hex20")]
    pub contract: [u8; 20],
    /// Hash of the chain's block 0.
    #[serde(with = "hex32")]
    pub chain_genesis: [u8; 32],
    /// Chain id that contracts see.
    #[serde(with = "decimal")]
    pub chain_id: u64,
    /// Hash of the code that the address runs (Keccak-256).
    #[serde(with = "hex32")]
    pub code_hash: [u8; 32],
    /// Height of the block that holds the first event.
    pub block_number: u64,
    /// Hash of that block.
    #[serde(with = "hex32")]
    pub block_hash: [u8; 32],
}

impl Deployment {
    /// Where signatures count.
    pub fn domain(&self) -> Domain {
        let (deployment, contract) = (DeploymentId(self.deployment), self.contract());
        Domain { deployment, contract, chain_id: self.chain_id }
    }

    /// The contract's address.
    pub fn contract(&self) -> ContractAddress {
        ContractAddress(self.contract)
    }

    /// The chain that it lives on.
    pub fn chain(&self) -> ChainGenesis {
        ChainGenesis(self.chain_genesis)
    }
}

macro_rules! hex_module {
    ($name:ident, $size:literal) => {
        mod $name {
            use super::{Deserialize, Deserializer, Serializer, to_hex};

            pub(super) fn serialize<S: Serializer>(bytes: &[u8; $size], out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&format!("0x{}", to_hex(bytes)))
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<[u8; $size], D::Error> {
                let text = String::deserialize(input)?;
                greatseal_protocol::bytes::parse_hex(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

hex_module!(hex32, 32);
hex_module!(hex20, 20);

mod decimal {
    use super::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u64, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&value.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<u64, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}
