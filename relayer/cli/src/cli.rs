//! Command line: the tree of commands is the tree of files in `commands/`.

use crate::keys::{For, JournalOf, Keys, store};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Sovereign on-chain governance: keys, proposals, approvals, evidence.
#[derive(Debug, Parser)]
#[command(
    name = "greatseal",
    version,
    after_help = "Example:\n  greatseal --deployment deployment.json governance approve 1.E0.0 \\\n      --token E1 --pin-file pins/E1 --key seat\n\nExit codes: 0 done, 1 failed, 2 usage, 3 bad input, 4 refused by a numbered rule, 5 unreachable,\n6 token, key or signing journal, 7 wrong chain or contract, 8 verification failed or a service contradicts the chain."
)]
pub struct Cli {
    /// What is common to all commands.
    #[command(flatten)]
    pub globals: Globals,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What is common to all commands.
#[derive(Clone, Debug, Args)]
pub struct Globals {
    /// One JSON object instead of lines.
    #[arg(long, global = true)]
    pub json: bool,
    /// File that `greatseal deploy` wrote.
    #[arg(long, global = true, value_name = "FILE", env = "GREATSEAL_DEPLOYMENT", default_value = "deployment.json")]
    pub deployment: PathBuf,
    /// Node of the chain.
    #[arg(long, global = true, value_name = "URL", env = "GREATSEAL_NODE", default_value = "ws://127.0.0.1:9944")]
    pub node: String,
    /// The relayer.
    #[arg(long, global = true, value_name = "URL", env = "GREATSEAL_RELAYER", default_value = "http://127.0.0.1:7700")]
    pub relayer: String,
    /// The indexer.
    #[arg(long, global = true, value_name = "URL", env = "GREATSEAL_INDEXER", default_value = "http://127.0.0.1:7701")]
    pub indexer: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Keys, and the journal of their use.
    #[command(subcommand)]
    Key(Key),
    /// Puts the contract on a chain.
    Deploy(Deploy),
    /// Nodes of chains.
    #[command(subcommand)]
    Node(Node),
    /// Proposals, approvals, execution.
    #[command(subcommand)]
    Governance(Box<Governance>),
    /// Flags with their clocks, live proposals, councils.
    Status,
    /// The audit database.
    #[command(subcommand)]
    Audit(Audit),
    /// Prints completions for a shell.
    #[command(after_help = "Example:\n  greatseal completions bash > /etc/bash_completion.d/greatseal")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Which key, and whether to ask.
#[derive(Clone, Debug, Args)]
#[command(group(store(true)))]
pub struct Signer {
    /// Where the key is.
    #[command(flatten)]
    pub keys: Keys,
    /// Label of the key.
    #[arg(long, value_name = "LABEL", default_value = "seat")]
    pub key: String,
    /// Signs without asking; for scripts.
    #[arg(long)]
    pub yes: bool,
    /// Epoch of the seat's council that the signature is for; the current one where left out. A signature for another
    /// epoch counts only once that one has come, for as long as the envelope lives.
    #[arg(long, value_name = "NUMBER")]
    pub epoch: Option<u32>,
    /// Writes the signed envelope to a file instead of submitting it.
    #[arg(long, value_name = "FILE")]
    pub envelope_out: Option<PathBuf>,
    /// Whether an approval may be taken back.
    #[arg(skip)]
    pub withdraws: bool,
}

/// Keys in tokens and in sealed files, and the journal of their use.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Generates an Ed25519 key: in a token, which it never leaves, or in a sealed file.
    #[command(
        group(store(true)),
        after_help = "Examples:\n  greatseal key generate --token E1 --pin-file pins/E1\n  greatseal key generate --sealed keys --passphrase-file passphrase --label E1\n  greatseal key generate --sealed keys --passphrase-file passphrase --purpose payer"
    )]
    Generate {
        /// Where to.
        #[command(flatten)]
        keys: Keys,
        /// Label of the new key; `seat` or `payer` where left out.
        #[arg(long, value_name = "LABEL")]
        label: Option<String>,
        /// What the key is for. No key serves both.
        #[arg(long, value_name = "WHAT", value_enum, default_value_t = For::Seat)]
        purpose: For,
    },
    /// Lists the keys of a token or a folder.
    #[command(
        group(store(true)),
        after_help = "Examples:\n  greatseal key list --token E1 --pin-file pins/E1\n  greatseal key list --sealed keys --passphrase-file passphrase"
    )]
    List {
        /// Where.
        #[command(flatten)]
        keys: Keys,
    },
    /// Shows and verifies the journal in which every use of a key is written before it happens.
    #[command(
        after_help = "Examples:\n  greatseal key journal --sealed keys\n  greatseal key journal --token E1 --start\n\nA journal that is lost is not missed by anybody but its keys' owner: see on chain what the keys have decided\nbefore a new one is started."
    )]
    Journal {
        /// Which.
        #[command(flatten)]
        of: JournalOf,
        /// Starts a new one; an existing file is never replaced.
        #[arg(long)]
        start: bool,
    },
}

/// Puts the contract on a chain.
#[derive(Debug, Args)]
#[command(
    group(store(false)),
    after_help = "Examples:\n  greatseal deploy --seats seats.json --account dev:alice --out deployment.json\n  greatseal deploy --seats seats.json --sealed keys --passphrase-file passphrase --key payer\n\nThe seats file is a JSON list of {\"seat\": \"S0\", \"key\": \"ed25519:HEX\", \"organisation\": \"cabinet\",\n\"holder\": \"64 hex digits\", \"valid_until\": \"seconds\"}; holder and valid_until may be left out."
)]
pub struct Deploy {
    /// Seats of the councils.
    #[arg(long, value_name = "FILE")]
    pub seats: PathBuf,
    /// Account that pays: dev:alice … dev:ferdie on a devnet. Elsewhere give a payer's key.
    #[arg(long, value_name = "NAME", default_value = "dev:alice", conflicts_with = "store")]
    pub account: String,
    /// Where the payer's key is.
    #[command(flatten)]
    pub keys: Keys,
    /// Label of the payer's key.
    #[arg(long, value_name = "LABEL", default_value = "payer", requires = "store")]
    pub key: String,
    /// Folder with the contract's artefact.
    #[arg(long, value_name = "FOLDER", default_value = "contracts/governance/released")]
    pub artefact: PathBuf,
    /// Where to write the deployment file.
    #[arg(long, value_name = "FILE", default_value = "deployment.json")]
    pub out: PathBuf,
}

/// Nodes of chains.
#[derive(Debug, Subcommand)]
pub enum Node {
    /// Whether a node and its chain have what is needed: pallet-revive, finality, archive, fees. Sends nothing.
    #[command(
        after_help = "Example:\n  greatseal node check wss://westend-asset-hub-rpc.polkadot.io --account dev:alice"
    )]
    Check(NodeCheck),
}

/// Which node.
#[derive(Debug, Args)]
pub struct NodeCheck {
    /// Its address.
    #[arg(value_name = "URL")]
    pub url: String,
    /// Account that would pay: dev:alice … dev:ferdie on a devnet.
    #[arg(long, value_name = "NAME", default_value = "dev:alice")]
    pub account: String,
    /// Folder with the contract's artefact.
    #[arg(long, value_name = "FOLDER", default_value = "contracts/governance/released")]
    pub artefact: PathBuf,
}

/// Proposals, approvals, execution.
#[derive(Debug, Subcommand)]
pub enum Governance {
    /// Opens a proposal.
    #[command(
        after_help = "Example:\n  greatseal governance propose --document why.json --token E0 --pin-file pins/E0 \\\n      pause --scope route:1 --minutes 60 --severity 1 --reason 'rate feed compromised'"
    )]
    Propose(Propose),
    /// Shows a proposal as the chain has it, with its document.
    #[command(after_help = "Example:\n  greatseal governance show 1.E0.0")]
    Show {
        /// Id, such as 1.E0.0, or its number.
        id: String,
    },
    /// Approves a proposal, after showing what it does.
    #[command(after_help = "Example:\n  greatseal governance approve 1.E0.0 --token E1 --pin-file pins/E1")]
    Approve(Decide),
    /// Rejects a proposal, for good.
    #[command(after_help = "Example:\n  greatseal governance reject 1.E0.0 --token E1 --pin-file pins/E1")]
    Reject(Reject),
    /// Takes one's own proposal back before its quorum.
    Cancel(Decide),
    /// Applies an approved proposal.
    #[command(
        after_help = "Example:\n  greatseal governance execute 1.E0.0 --operator infra-operator --token O0 --pin-file pins/O0"
    )]
    Execute(Execute),
    /// Records that monitoring or an auditor has looked.
    #[command(
        after_help = "Example:\n  greatseal governance escalate --scope route:1 --report report.pdf --token A0 --pin-file pins/A0"
    )]
    Escalate(Escalate),
    /// Submits an envelope that was signed before.
    Submit {
        /// File with the envelope.
        envelope: PathBuf,
    },
    /// Events, oldest first.
    #[command(after_help = "Example:\n  greatseal governance log --since 7d")]
    Log {
        /// How far back: 30m, 12h, 7d.
        #[arg(long, value_name = "AGE")]
        since: Option<String>,
        /// One proposal only.
        #[arg(long, value_name = "ID")]
        proposal: Option<String>,
    },
}

/// Opens a proposal.
#[derive(Debug, Args)]
pub struct Propose {
    /// JSON file that explains it: title, rationale, impact, risk, rollback, attachments.
    #[arg(long, value_name = "FILE")]
    pub document: PathBuf,
    /// Seconds until the quorum must stand; the row's own where left out.
    #[arg(long, value_name = "SECONDS")]
    pub approve_within: Option<u32>,
    /// Seconds in which it may be executed; the row's own where left out.
    #[arg(long, value_name = "SECONDS")]
    pub execute_within: Option<u32>,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
    /// What is proposed.
    #[command(subcommand)]
    pub action: Proposed,
}

/// What can be proposed.
#[derive(Debug, Subcommand)]
pub enum Proposed {
    /// Emergency pause that expires by itself.
    Pause {
        /// everything, upgrades, route:ID, program:ID or account:HEX.
        #[arg(long)]
        scope: String,
        /// For how long, at most 60.
        #[arg(long)]
        minutes: u32,
        /// 1 (critical) to 4 (low).
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
        severity: u8,
        /// The reason; its SHA-256 goes on chain.
        #[arg(long)]
        reason: String,
        /// Incident id, 32 hexadecimal digits; drawn at random where left out.
        #[arg(long)]
        incident: Option<String>,
    },
    /// Ends a pause before its time.
    Lift {
        /// The paused scope.
        #[arg(long)]
        scope: String,
    },
    /// Bridge parameters; whether they loosen or tighten is found by comparing.
    Route {
        /// The route.
        #[arg(long)]
        route: u32,
        /// JSON file with the economics; amounts are decimal strings.
        #[arg(long, value_name = "FILE")]
        economics: PathBuf,
    },
}

/// Decides on a proposal.
#[derive(Debug, Args)]
pub struct Decide {
    /// Id, such as 1.E0.0, or its number.
    pub id: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Decides against a proposal.
#[derive(Debug, Args)]
pub struct Reject {
    /// The proposal.
    #[command(flatten)]
    pub decide: Decide,
    /// Says that an approval by the same key is taken back; without it the key refuses to contradict itself.
    #[arg(long)]
    pub withdraw_approval: bool,
}

/// Applies an approved proposal.
#[derive(Debug, Args)]
pub struct Execute {
    /// Id, such as 1.E0.0, or its number.
    pub id: String,
    /// The operator's name, for the deployment log.
    #[arg(long)]
    pub operator: String,
    /// Version of what carries it out, for the deployment log.
    #[arg(long, default_value = "1")]
    pub version_of: String,
    /// SHA-256 of its bill of materials; left out where no software changes.
    #[arg(long, value_name = "HEX")]
    pub sbom: Option<String>,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Records that somebody has looked.
#[derive(Debug, Args)]
pub struct Escalate {
    /// What was looked at.
    #[arg(long)]
    pub scope: String,
    /// The report; its SHA-256 goes on chain.
    #[arg(long, value_name = "FILE")]
    pub report: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// The audit database.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Checks hash links, replays every event through the rules, and compares with the contract's storage.
    #[command(
        after_help = "Example:\n  greatseal audit verify\n  greatseal audit verify --file evidence.jsonl --offline"
    )]
    Verify {
        /// An export instead of the indexer.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Does not compare with the chain.
        #[arg(long)]
        offline: bool,
    },
    /// Writes all events, one JSON object a line.
    Export {
        /// Where to.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}
