//! The node that a story runs on: a fresh embedded chain, or whatever `GREATSEAL_NODE_URL` names.
//!
//! A foreign node is shared by all stories, one after the other, and its clock is its own: stories wait for it, and leave
//! out what would take too long.

use std::{
    fs::File,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    Outcome,
    devnet::{Devnet, Rpc, RpcError},
    program::NoProgram,
};

/// Address of a running node of any chain with pallet-revive.
const URL: &str = "GREATSEAL_NODE_URL";
/// Accounts that deploy and relay: a pair for each of three stories at a time, because nonces are not shared.
const PAIRS: [[&str; 2]; 3] = [["dev:alice", "dev:bob"], ["dev:charlie", "dev:dave"], ["dev:eve", "dev:ferdie"]];
/// Two other accounts that own something, with a comma between them; stories then take turns.
const ACCOUNTS: &str = "GREATSEAL_NODE_ACCOUNTS";
/// Longest wait for the clock of a foreign node, in seconds.
const PATIENCE: (&str, u64) = ("GREATSEAL_NODE_PATIENCE", 200);
const LOOK: Duration = Duration::from_millis(200);
/// Over so long a foreign clock's speed is measured.
const SAMPLE: Duration = Duration::from_secs(4);

/// A node.
#[derive(Debug)]
pub enum Node {
    /// The embedded chain, for this story alone.
    Devnet(Devnet),
    /// Somebody else's.
    Foreign(Foreign),
}

/// A node that was there before, and stays.
#[derive(Debug)]
pub struct Foreign {
    url: String,
    rpc: Rpc,
    payers: [String; 2],
    /// Nobody else has these payers as long as this file is open.
    _turn: File,
}

impl Node {
    /// The node of this run.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn start_in(folder: &Path, args: &[&str]) -> Result<Self, NoProgram> {
        match std::env::var(URL) {
            Ok(url) => {
                let (payers, turn) = turn().await.map_err(NoProgram::NotStarted)?;
                Ok(Self::Foreign(Foreign { rpc: Rpc::at(&url), url, payers, _turn: turn }))
            }
            Err(_) => Ok(Self::Devnet(Devnet::start_in(folder, args).await?)),
        }
    }

    /// Whether it is not the embedded chain.
    pub fn is_foreign(&self) -> bool {
        matches!(self, Self::Foreign(_))
    }

    /// Who pays for the deployment, and who for the relayer's transactions.
    pub fn payers(&self) -> [String; 2] {
        match self {
            Self::Devnet(_) => PAIRS[0].map(str::to_owned),
            Self::Foreign(foreign) => foreign.payers.clone(),
        }
    }

    /// Its WebSocket address.
    pub fn url(&self) -> &str {
        match self {
            Self::Devnet(devnet) => devnet.url(),
            Self::Foreign(foreign) => &foreign.url,
        }
    }

    /// Asks over HTTP, without any chain library in between.
    ///
    /// # Errors
    /// The server's error, or code 0 if it did not answer.
    pub async fn rpc(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        match self {
            Self::Devnet(devnet) => devnet.rpc(method, params).await,
            Self::Foreign(foreign) => foreign.rpc.ask(method, params).await,
        }
    }

    /// The number of the best block.
    ///
    /// # Errors
    /// The server's error.
    pub async fn height(&self) -> Result<u64, RpcError> {
        match self {
            Self::Devnet(devnet) => devnet.height().await,
            Self::Foreign(foreign) => foreign.rpc.height().await,
        }
    }

    /// That many blocks more: made at once, or waited for.
    ///
    /// # Errors
    /// The server's error.
    pub async fn seal(&self, count: u32) -> Outcome {
        match self {
            Self::Devnet(devnet) => devnet.seal(count).await.map(|_| ())?,
            Self::Foreign(_) => {
                let until = self.height().await?.saturating_add(count.into());
                while self.height().await? < until {
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
        Ok(())
    }

    /// Lets time pass on the chain: the embedded one's clock is moved, another's is waited for. Says whether it has
    /// passed; where it would take too long, says so on standard error and leaves the rest of the story out.
    ///
    /// # Errors
    /// The server's error.
    pub async fn pass(&self, time: Duration) -> Outcome<bool> {
        if let Self::Devnet(devnet) = self {
            devnet.advance_time(time).await?;
            return Ok(true);
        }
        let patience = std::env::var(PATIENCE.0).ok().and_then(|text| text.parse().ok()).unwrap_or(PATIENCE.1);
        let (since, begun) = (Instant::now(), self.time_ms().await?);
        loop {
            tokio::time::sleep(LOOK).await;
            let passed = Duration::from_millis(self.time_ms().await?.saturating_sub(begun));
            if passed >= time {
                return Ok(true);
            }
            let speed = passed.as_secs_f64() / since.elapsed().as_secs_f64();
            if since.elapsed() > SAMPLE && time.as_secs_f64() > speed * Duration::from_secs(patience).as_secs_f64() {
                eprintln!("SKIPPED: the rest of this story, for {time:?} on this chain take more than {patience} s");
                return Ok(false);
            }
        }
    }

    /// Block time of the best block in milliseconds.
    async fn time_ms(&self) -> Outcome<u64> {
        // `Timestamp.Now`: the hashes of both names (Twox-128), little-endian milliseconds in eight bytes.
        const NOW: &str = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb";
        let value = self.rpc("state_getStorage", json!([NOW])).await?;
        let digits = value.as_str().unwrap_or_default().trim_start_matches("0x");
        let mut bytes = [0; 8];
        hex::decode_to_slice(digits, &mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

/// A pair of payers that no other story on this machine has, and the lock that says so.
async fn turn() -> std::io::Result<([String; 2], File)> {
    let given = std::env::var(ACCOUNTS).ok();
    let given = given.as_deref().and_then(|text| text.split_once(','));
    let pairs = given.map_or_else(|| PAIRS.to_vec(), |(deployer, relayer)| vec![[deployer, relayer]]);
    loop {
        for (place, pair) in pairs.iter().enumerate() {
            let file = File::create(std::env::temp_dir().join(format!("greatseal-story-payers-{place}.lock")))?;
            if file.try_lock().is_ok() {
                return Ok((pair.map(|name| name.trim().to_owned()), file));
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
