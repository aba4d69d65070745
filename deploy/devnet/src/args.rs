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

This is not a network: one process makes every block, there are no peers and there is no consensus. The keys of its \
accounts are known to everybody: it is not for anything of value.";

const EXAMPLE: &str = "Examples, one for each switch:
  greatseal-devnet --listen 127.0.0.1:0        any free port; one JSON line says which
  greatseal-devnet --block-time 2000           a block every two seconds, with or without transactions
  greatseal-devnet --genesis-time 1700000000   block 0 is of November 2023, and the clock runs on from there
  greatseal-devnet --seed 0101…01              the same genesis hash at every start (with --genesis-time)
  greatseal-devnet --state ./chain             goes on where it stopped, even after SIGKILL
  greatseal-devnet --block-time 2000 --finality-lag 3
                                               what is final is three blocks behind what is best
  greatseal-devnet --keep-states 256           memory stays bounded: only the newest 256 states can be read
  greatseal-devnet --exit-with-parent < PIPE   ends when the other end of the pipe is closed

What a test can ask for by JSON-RPC, each with a list of one parameter:
  devnet_seal [5]                        five empty blocks at once
  devnet_advanceTime [3600]              the clock moves by an hour, and one empty block shows it
  devnet_finalize [7], or []             block 7 is final now, or the best one
  devnet_fork [2]                        another, empty branch replaces the last two blocks; their transactions go
                                         back to the pool. Needs --finality-lag: what is final stays
  devnet_outage [1500]                   every connection is cut, and nobody answered for 1.5 seconds
  devnet_delayAnswers [300]              answers come 300 milliseconds late; [0] ends it
  devnet_duplicateNotifications [true]   notifications come again 150 milliseconds later; [false] ends it

Metrics: GET /metrics on the same port, in OpenMetrics.

The accounts //Alice … //Ferdie own 1,000,000 UNIT each; //Alice holds the sudo key.

Exit codes: 0 told to end; 1 failed; 2 usage; 7 --state holds another chain, another format or damage; 9 address or \
folder in use.";

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
    /// every block stay. Without it every state can be read, for about 9 kB of memory an empty block.
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
