//! The first state of a development chain.

use parity_scale_codec::Encode;
use sp_core::{Pair, storage::Storage};
use sp_runtime::{AccountId32, BuildStorage};

use crate::{Balance, BalancesConfig, Moment, RuntimeGenesisConfig, SudoConfig, currency::UNIT};

/// Where the seed lies in state. Two chains with different seeds have different genesis hashes.
pub const SEED_KEY: &[u8] = b":greatseal:seed";

/// What each development account owns at the start.
pub const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// Names of the development accounts. The first one is sudo's key.
pub const DEVELOPMENT_ACCOUNTS: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/// Everything in which one development chain's genesis differs from another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Genesis {
    /// The time of block 0, in milliseconds since 1970.
    pub time: Moment,
    /// Makes the genesis hash unique.
    pub seed: [u8; 32],
}

impl Genesis {
    /// The state of block 0.
    ///
    /// # Errors
    /// Says what a pallet did not accept; it cannot happen with the accounts above.
    pub fn storage(&self) -> Result<Storage, String> {
        let accounts: Vec<AccountId32> =
            DEVELOPMENT_ACCOUNTS.iter().map(|name| development_account(name)).collect::<Result<_, _>>()?;
        let config = RuntimeGenesisConfig {
            balances: BalancesConfig {
                balances: accounts.iter().cloned().map(|who| (who, ENDOWMENT)).collect(),
                ..Default::default()
            },
            sudo: SudoConfig { key: accounts.first().cloned() },
            // pallet-revive's own account must exist, or storage deposits fail.
            ..Default::default()
        };
        let mut storage = config.build_storage()?;
        storage.top.insert(timestamp_key(), self.time.encode());
        storage.top.insert(SEED_KEY.to_vec(), self.seed.to_vec());
        Ok(storage)
    }
}

fn development_account(name: &str) -> Result<AccountId32, String> {
    let pair = sp_core::sr25519::Pair::from_string(&format!("//{name}"), None)
        .map_err(|error| format!("development account {name}: {error:?}"))?;
    Ok(AccountId32::from(pair.public()))
}

/// `Timestamp::Now`: without it contracts would see the year 1970 until block 1.
fn timestamp_key() -> Vec<u8> {
    pallet_timestamp::Now::<crate::Runtime>::hashed_key().to_vec()
}
