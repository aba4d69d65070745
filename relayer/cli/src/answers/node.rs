//! `greatseal node check`: whether a node and its chain have what the contract and the services need.

use super::{
    Answer, Text,
    chain::{Unit, Work},
};
use crate::output::{Line, line};
use greatseal_protocol::bytes::ChainGenesis;
use schemars::JsonSchema;
use serde::Serialize;

/// What was found out about a node.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NodeChecked {
    /// Whether Great Seal runs there.
    pub fit: bool,
    /// How amounts and addresses are written there.
    pub unit: Unit,
    /// What was looked at, in this order.
    pub checks: Vec<Check>,
}

/// Something that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Check {
    /// Whether it is good enough.
    pub verdict: Verdict,
    /// What was found.
    #[serde(flatten)]
    pub found: Found,
}

/// Whether something is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is.
    Ok,
    /// It works, but somebody should know.
    Note,
    /// It does not work.
    Unfit,
}

/// What was found; amounts are in base units, times in seconds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "check", rename_all = "kebab-case")]
pub enum Found {
    /// Names and versions.
    Chain {
        /// Name of the chain.
        name: String,
        /// Name and version of the runtime.
        runtime: String,
        /// Name and version of the node's program.
        node: String,
    },
    /// Which chain it is.
    Genesis {
        /// Hash of block 0.
        hash: Text<ChainGenesis>,
    },
    /// How addresses are written.
    Units {
        /// Prefix of SS58 addresses.
        ss58: u16,
    },
    /// Transaction extensions.
    TransactionExtensions {
        /// In the order in which they are signed.
        names: Vec<String>,
    },
    /// Whether contracts run there.
    PalletRevive {
        /// Chain id that contracts see; none without pallet-revive.
        chain_id: Option<Text<u64>>,
    },
    /// Calls of `ReviveApi`.
    RuntimeCalls {
        /// Those that the runtime lacks.
        missing: Vec<&'static str>,
    },
    /// What one transaction may take.
    LargestCall {
        /// So much was free in each of the last blocks.
        weight: Work,
    },
    /// What the chain holds for storage.
    StorageDeposit {
        /// For an item.
        item: Text<u128>,
        /// For a byte.
        byte: Text<u128>,
    },
    /// Whether blocks become final.
    Finality {
        /// Newest final block.
        finalized: Text<u64>,
        /// Newest block.
        best: Text<u64>,
        /// Milliseconds of chain time between final blocks; none where there are too few.
        block_time_ms: Option<Text<u64>>,
        /// Whether a block became final while this command waited.
        moved: bool,
        /// How long it waits at most.
        patience: u32,
    },
    /// Whether the chain's clock is this machine's.
    Clock {
        /// Time of the last final block.
        chain: Text<u64>,
        /// Time of this machine.
        here: Text<u64>,
    },
    /// Whether the node keeps the state of old blocks.
    Archive {
        /// First block whose state it has.
        oldest: Text<u64>,
    },
    /// The account that would pay.
    Account {
        /// What it can spend.
        free: Text<u128>,
        /// Whether pallet-revive knows it.
        mapped: bool,
    },
    /// Whether the account can be made known to pallet-revive.
    AccountMapping {
        /// What that costs.
        fee: Option<Text<u128>>,
        /// Why not.
        error: Option<String>,
    },
    /// Whether the contract can be deployed.
    Deployment {
        /// What that takes.
        need: Option<Need>,
        /// Why not.
        error: Option<String>,
    },
    /// Whether the account can pay for that.
    Means {
        /// What it can spend.
        free: Text<u128>,
        /// What the chain would hold; none where it does not state its prices.
        deposit: Text<u128>,
    },
}

/// What a deployment takes.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Need {
    /// Of a block.
    pub weight: Work,
    /// Bytes of the transaction's data.
    pub bytes: Text<u64>,
    /// What the chain would hold; none where it does not state its prices.
    pub deposit: Text<u128>,
    /// Whether a block has room for it.
    pub room: Room,
}

/// Whether a block has room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Room {
    /// Each of the last blocks had.
    Sure,
    /// Only trying tells.
    Unsure,
    /// None ever has.
    Never,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Unfit => "unfit",
        }
    }
}

impl Found {
    fn words(&self, unit: &Unit) -> (&'static str, String) {
        let amount = |base: &Text<u128>| unit.amount(base.0);
        match self {
            Self::Chain { name, runtime, node } => ("chain", format!("{name}, runtime {runtime}, node {node}")),
            Self::Genesis { hash } => ("genesis", hash.to_string()),
            Self::Units { ss58 } => {
                ("units", format!("{} decimals of {}, SS58 prefix {ss58}", unit.decimals, unit.symbol))
            }
            Self::TransactionExtensions { names } => ("transaction extensions", names.join(", ")),
            Self::PalletRevive { chain_id } => (
                "pallet-revive",
                match chain_id {
                    Some(id) => format!("chain id {id}"),
                    None => "the chain has no pallet-revive: contracts cannot run here".to_owned(),
                },
            ),
            Self::RuntimeCalls { missing } => (
                "runtime calls",
                match missing.as_slice() {
                    [] => "call, instantiate, get_storage_var_key".to_owned(),
                    missing => format!("the runtime lacks ReviveApi.{}", missing.join(", ReviveApi.")),
                },
            ),
            Self::LargestCall { weight } => {
                ("largest call", format!("{weight} in one transaction: so much was free in each of the last blocks"))
            }
            Self::StorageDeposit { item, byte } => {
                ("storage deposit", format!("{} an item and {} a byte", amount(item), amount(byte)))
            }
            Self::Finality { finalized, best, block_time_ms, moved, patience } => {
                let pace = block_time_ms.map_or_else(String::new, |ms| format!(", {ms} ms of chain time a block"));
                let lag = best.0.saturating_sub(finalized.0);
                let text = match moved {
                    true => format!("block {finalized} of {best} is final, {lag} behind{pace}"),
                    false => format!(
                        "no block became final in {patience} s, the last is {finalized} of {best}: normal only where blocks come with transactions"
                    ),
                };
                ("finality", text)
            }
            Self::Clock { chain, here } => ("clock", format!("{chain} s, this machine says {here} s")),
            Self::Archive { oldest } => (
                "archive",
                match oldest.0 {
                    0 => "state of every block since the first".to_owned(),
                    oldest => format!(
                        "state since block {oldest} only: an indexer that starts late or stands still for longer cannot catch up"
                    ),
                },
            ),
            Self::Account { free, mapped } => {
                ("account", format!("{}, {}", amount(free), if *mapped { "mapped" } else { "not mapped yet" }))
            }
            Self::AccountMapping { fee, error } => (
                "account mapping",
                match (fee, error) {
                    (Some(fee), _) => format!("fee {}", amount(fee)),
                    (None, error) => format!("cannot be signed: {}", error.as_deref().unwrap_or_default()),
                },
            ),
            Self::Deployment { need: Some(Need { weight, bytes, deposit, room }), .. } => {
                let fits = match room {
                    Room::Sure => "",
                    Room::Unsure => "; whether a block has room for so much, only trying tells",
                    Room::Never => "; no block has room for so much",
                };
                let deposit = amount(deposit);
                ("deployment", format!("{weight} beside {bytes} bytes of data, deposit about {deposit}{fits}"))
            }
            Self::Deployment { need: None, error } => ("deployment", error.clone().unwrap_or_default()),
            Self::Means { free, deposit } => (
                "means",
                format!("the account has {}, a deployment holds about {} and pays fees", amount(free), amount(deposit)),
            ),
        }
    }
}

impl Answer for NodeChecked {
    fn lines(&self) -> Vec<Line> {
        let one = |check: &Check| {
            let (name, text) = check.found.words(&self.unit);
            line(name, format!("{:<5}  {text}", check.verdict.word()))
        };
        self.checks.iter().map(one).collect()
    }
}
