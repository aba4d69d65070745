//! The deployment file: which contract on which chain. Every program compares it with what it finds.

use greatseal_protocol::{
    bytes::{ChainGenesis, ContractAddress, DeploymentId},
    digest::Domain,
};
use greatseal_spelling::{decimal, hex};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

/// Most bytes of a deployment file.
const MOST: u64 = 64 * 1024;

/// Names one deployment for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Deployment id.
    #[serde(with = "hex")]
    pub deployment: [u8; 32],
    /// Address of the contract.
    #[serde(with = "hex")]
    pub contract: [u8; 20],
    /// Hash of the chain's block 0.
    #[serde(with = "hex")]
    pub chain_genesis: [u8; 32],
    /// Chain id that contracts see.
    #[serde(with = "decimal")]
    pub chain_id: u64,
    /// Hash of the code that the address runs (Keccak-256).
    #[serde(with = "hex")]
    pub code_hash: [u8; 32],
    /// Height of the block that holds the first event.
    #[serde(with = "decimal")]
    pub block_number: u64,
    /// Hash of that block.
    #[serde(with = "hex")]
    pub block_hash: [u8; 32],
}

/// The file is not one that `greatseal deploy` wrote.
#[derive(Debug, thiserror::Error)]
#[error("{} is not a deployment file: {reason}", path.display())]
pub struct NotADeployment {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

impl Deployment {
    /// Reads the file that `greatseal deploy` wrote.
    ///
    /// # Errors
    ///
    /// [`NotADeployment`] where there is none, or something else.
    pub fn read(path: &Path) -> Result<Self, NotADeployment> {
        let wrong = |reason: String| NotADeployment { path: path.to_owned(), reason };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
        let read = file.take(MOST.saturating_add(1)).read_to_end(&mut bytes);
        match u64::try_from(read.map_err(|error| wrong(error.to_string()))?) {
            Ok(length) if length <= MOST => {}
            _ => return Err(wrong("it is longer than 64 KiB".into())),
        }
        serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_old_spelling_is_the_same_deployment() -> Result<(), serde_json::Error> {
        let new = Deployment {
            deployment: [1; 32],
            contract: [2; 20],
            chain_genesis: [3; 32],
            chain_id: u64::MAX,
            code_hash: [4; 32],
            block_number: 5,
            block_hash: [6; 32],
        };
        let hash = |byte: &str| format!("0x{}", byte.repeat(32));
        let old = serde_json::json!({
            "deployment": hash("01"), "contract": format!("0x{}", "02".repeat(20)), "chain_genesis": hash("03"),
            "chain_id": "18446744073709551615", "code_hash": hash("04"), "block_number": 5, "block_hash": hash("06"),
        });
        assert_eq!(serde_json::from_value::<Deployment>(old)?, new);
        let written = serde_json::to_string(&new)?;
        assert!(!written.contains("0x") && written.contains(r#""block_number":"5""#), "{written}");
        assert_eq!(serde_json::from_str::<Deployment>(&written)?, new);
        Ok(())
    }

    #[test]
    fn what_is_no_deployment_file_is_named_with_the_reason() -> std::io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("deployment.json");
        let told = |wanted: &str| {
            let told = Deployment::read(&path).map_err(|error| error.to_string());
            assert!(
                told.as_ref().is_err_and(|told| told.contains("deployment.json") && told.contains(wanted)),
                "{told:?}"
            );
        };
        told("No such file");
        std::fs::write(&path, "{")?;
        told("EOF");
        std::fs::write(&path, " ".repeat(64 * 1024 + 1))?;
        told("longer than 64 KiB");
        std::fs::write(&path, r#"{"signed_by": "nobody"}"#)?;
        told("unknown field");
        Ok(())
    }
}
