//! Signed transfers for the embedded chain, byte by byte: chain libraries are for `contracts/client` and for tests.

use greatseal_tests::{Outcome, devnet::Devnet};
use parity_scale_codec::{Compact, Decode, Encode};
use serde_json::json;
use sp_core::{H256, Pair as _, sr25519::Pair};
use sp_crypto_hashing::{blake2_128, twox_128};

/// A signed transaction of version 4.
const SIGNED: u8 = 0x84;
/// `Balances.transfer_keep_alive`.
const TRANSFER: [u8; 2] = [2, 3];
/// A `MultiAddress` that is an account; a `MultiSignature` that is Sr25519.
const ID: u8 = 0;
const SR25519: u8 = 1;
const IMMORTAL: u8 = 0;
/// One UNIT; far more than an account must have to exist.
const AMOUNT: u128 = 1_000_000_000_000;

/// What every signature covers besides the call.
pub(crate) struct Transfers {
    spec_version: u32,
    transaction_version: u32,
    genesis: H256,
    to: [u8; 32],
}

impl Transfers {
    /// For this chain.
    pub(crate) async fn on(devnet: &Devnet) -> Outcome<Self> {
        let version = devnet.rpc("state_getRuntimeVersion", json!([])).await?;
        let number = |name: &str| version[name].as_u64().and_then(|number| u32::try_from(number).ok());
        let number = |name| number(name).ok_or_else(|| format!("no {name} in {version}"));
        let (spec_version, transaction_version) = (number("specVersion")?, number("transactionVersion")?);
        let to = Pair::from_string("//Ferdie//bench", None).map_err(|error| format!("{error:?}"))?.public().0;
        Ok(Self { spec_version, transaction_version, genesis: devnet.genesis().parse()?, to })
    }

    /// How many transfers have arrived: being in a block is not enough.
    pub(crate) async fn arrived(&self, devnet: &Devnet) -> Outcome<u128> {
        let [pallet, map] = ["System", "Account"].map(|name| twox_128(name.as_bytes()));
        let key = [&pallet[..], &map, &blake2_128(&self.to), &self.to].concat();
        let account = devnet.rpc("state_getStorage", json!([format!("0x{}", hex::encode(key))])).await?;
        let account = hex::decode(account.as_str().unwrap_or_default().trim_start_matches("0x"))?;
        // Behind nonce and three counters of references.
        let free = u128::decode(&mut account.get(16..).unwrap_or_default())?;
        Ok(free / AMOUNT)
    }

    /// One transfer in hexadecimal.
    pub(crate) fn signed(&self, account: &Pair, nonce: u32) -> String {
        let call = (TRANSFER, ID, self.to, Compact(AMOUNT)).encode();
        let extra = (IMMORTAL, Compact(nonce), Compact(0_u128)).encode();
        // An immortal transaction names block 0 as the one it was made on.
        let implied = (self.spec_version, self.transaction_version, self.genesis, self.genesis).encode();
        let signature = account.sign(&[&call[..], &extra, &implied].concat());
        let signed = (SIGNED, ID, account.public().0, SR25519, signature.0).encode();
        format!("0x{}", hex::encode([signed, extra, call].concat().encode()))
    }
}
