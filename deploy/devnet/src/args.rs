//! The command line.

use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroU64},
    path::PathBuf,
    time::Duration,
};

use clap::Parser;

use crate::{disk::Wanted, node::Settings, seal::Sealing};

const ABOUT: &str = "An embedded chain for development: real FRAME pallets and pallet-revive behind JSON-RPC.

This is not a network: one process makes every block, there are no peers and no consensus, and \
everything is forgotten when it ends.";

const EXAMPLE: &str = "Example:
  greatseal-devnet --listen 127.0.0.1:0 --block-time 2000
  → one JSON line with the address, then a block every two seconds

The accounts //Alice … //Ferdie own 1,000,000 UNIT each; //Alice holds the sudo key.";

/// What the operator asked for.
#[derive(Debug, Clone, Parser)]
#[command(name = "greatseal-devnet", version, about = ABOUT, after_help = EXAMPLE)]
pub struct Args {
    /// Address and port to answer on, HTTP and WebSocket alike; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9944")]
    pub listen: SocketAddr,

    /// Make a block every so many milliseconds, even an empty one. Without it: a block at once for
    /// every transaction.
    #[arg(long, value_name = "MS")]
    pub block_time: Option<NonZeroU64>,

    /// Time of block 0 in seconds since 1970; the clock runs on from there. Default: now.
    #[arg(long, value_name = "SECONDS")]
    pub genesis_time: Option<u64>,

    /// 32 bytes in hexadecimal that make the genesis hash repeatable. Default: random.
    #[arg(long, value_name = "HEX", value_parser = seed)]
    pub seed: Option<[u8; 32]>,

    /// Keep blocks, states, heads and the clock's offset in this folder, and go on from there. It is created if it is
    /// missing; one process at a time may use it. Without it everything is forgotten at the end.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,

    /// The newest final block is so many blocks behind the best one. Blocks come of transactions alone without
    /// --block-time: then the last ones become final when devnet_seal or devnet_finalize is called.
    #[arg(long, value_name = "BLOCKS", default_value_t = 0)]
    pub finality_lag: u32,

    /// Keep the states of so many newest blocks in memory, and of all that are not final; headers and transactions of
    /// every block stay. Without it every state can be read, for about 12 kB of memory an empty block.
    #[arg(long, value_name = "BLOCKS")]
    pub keep_states: Option<NonZeroU32>,

    /// End when standard input is closed, so that nothing outlives the program that started this one.
    #[arg(long)]
    pub exit_with_parent: bool,
}

impl Args {
    /// What is said about block 0.
    pub fn wanted(&self) -> Wanted {
        Wanted { time: self.genesis_time.map(|seconds| seconds.saturating_mul(1000)), seed: self.seed }
    }

    /// How the chain behaves.
    pub fn settings(&self) -> Settings {
        Settings { finality_lag: self.finality_lag, keep_states: self.keep_states }
    }

    /// When blocks are made.
    pub fn sealing(&self) -> Sealing {
        self.block_time.map_or(Sealing::Instant, |pace| Sealing::Every(Duration::from_millis(pace.get())))
    }
}

fn seed(text: &str) -> Result<[u8; 32], String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut seed = [0; 32];
    hex::decode_to_slice(digits, &mut seed).map_err(|error| format!("give 64 hexadecimal digits ({error})"))?;
    Ok(seed)
}
