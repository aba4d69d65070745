//! Command line: the tree of commands is the tree of files in `commands/`.

mod audit;
mod batch;
mod bridge;
mod content;
#[cfg(test)]
mod examples;
mod globals;
mod governance;
mod keys;
mod orders;
mod policy;
mod program;
mod propose;
mod queries;
mod witness;

pub use audit::{Audit, AuditDiff, AuditExport, AuditSelection, AuditVerify, CheckpointKeys};
pub use batch::{Batches, Disputes, Make, Manifests, Outcomes, Said, Vote, WhichDispute};
pub use bridge::{Bridge, Compliance, Conversion};
pub use content::{ContentCommand, ContentPut, List};
pub use globals::Globals;
pub use governance::{
    Against, Contents, Decide, Document, Encrypt, Escalate, Execute, Governance, Look, Read, Reject, Several, Signer,
};
pub use keys::{For, JournalOf, Keys, With, secret};
pub use orders::{Drill, Phases, Releases, Review, Seat, Tune};
pub use policy::{Policy, PolicyShow, ProfileName};
pub use program::{
    Batch, ExtendDispute, LineChange, LineSet, Lines, Overrule, Programs, RuleSets, RulesAdd, RulesChange, RulesEnd,
    RulesEnded, Stop,
};
pub use propose::{
    Answer, Degraded, Incident, Newcomer, OfSeat, Opening, Phase, Propose, Proposed, Register, Release, RowChange,
};
pub use queries::{EntryKind, Parameters, Registry};
pub use witness::Witness;

use clap::{Args, Parser, Subcommand};
use keys::store;
use std::path::PathBuf;

/// Sovereign on-chain governance: keys, proposals, approvals, evidence.
#[derive(Debug, Parser)]
#[command(
    name = "greatseal",
    version,
    after_help = "Example:\n  greatseal --deployment deployment.json governance approve 1.E0.0 \\\n      --token E1 --pin-file pins/E1 --key seat\n\nExit codes: 0 done, 1 failed, 2 usage, 3 bad input, 4 refused by a numbered rule, 5 unreachable,\n6 token, key or signing journal, 7 wrong chain or contract, 8 verification failed, an invariant is broken,\nor a service contradicts the chain, 10 verified in part."
)]
pub struct Cli {
    /// What is common to all commands.
    #[command(flatten)]
    pub globals: Globals,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Keys, and the journal of their use.
    #[command(subcommand)]
    Key(Key),
    /// Puts the contract on a chain.
    Deploy(Deploy),
    /// Another contract that goes on where this one ends.
    #[command(subcommand)]
    Succeed(Succeed),
    /// Nodes of chains.
    #[command(subcommand)]
    Node(Node),
    /// Proposals, approvals, execution.
    #[command(subcommand)]
    Governance(Box<Governance>),
    /// Documents that explain proposals.
    #[command(subcommand)]
    Document(Document),
    /// What stands on chain as a hash, and is kept by indexers.
    #[command(subcommand)]
    Content(ContentCommand),
    /// Seats and their keys: take one, give one up, name a successor, sign of life.
    #[command(subcommand)]
    Seat(Box<Seat>),
    /// Reviews of what was paused.
    #[command(subcommand)]
    Review(Box<Review>),
    /// Changes a parameter within a fifth of its baseline.
    #[command(after_help = "Example:\n  greatseal tune cache-ttl 330 --token O0 --pin-file pins/O0")]
    Tune(Box<Tune>),
    /// Files the evidence of a drill.
    #[command(after_help = "Example:\n  greatseal drill key-loss --report drill.pdf --token O0 --pin-file pins/O0")]
    Drill(Box<Drill>),
    /// Parameters that operators tune: value, baseline, band.
    #[command(subcommand)]
    Parameter(Parameters),
    /// What stands in the registry.
    #[command(subcommand)]
    Registry(Registry),
    /// Releases: what components run, and the way back.
    #[command(subcommand)]
    Release(Box<Releases>),
    /// Post-quantum phases of councils.
    #[command(subcommand)]
    Phase(Box<Phases>),
    /// Bridge routes and conversions.
    #[command(subcommand)]
    Bridge(Box<Bridge>),
    /// Programmes with their rule sets and budget lines.
    #[command(subcommand)]
    Program(Programs),
    /// Budget lines of a programme: what may be paid, and what is left.
    #[command(subcommand)]
    Line(Box<Lines>),
    /// Rule sets of a programme: the rules under which its batches are chosen.
    #[command(subcommand)]
    Rules(Box<RuleSets>),
    /// Manifests: header and entries of a batch.
    #[command(subcommand)]
    Manifest(Manifests),
    /// Outcomes: what the rails did with the entries of a batch.
    #[command(subcommand)]
    Outcome(Outcomes),
    /// Batches: what is stated, confirmed and final.
    #[command(subcommand)]
    Batch(Box<Batches>),
    /// Disputes: marks on records, and their clocks.
    #[command(subcommand)]
    Dispute(Box<Disputes>),
    /// The policy table: who decides what.
    #[command(subcommand)]
    Policy(Policy),
    /// Flags with their clocks, decisions that are due, reviews that are owed, councils, programmes, batches, disputes.
    #[command(
        after_help = "Example:\n  greatseal status\n\n`listed` says who lists the cells of the contract: the node, or the indexer's history. The contract counts them, so that\nnone is left out unseen. Where nobody lists all of them, `not listed` says what may be missing, and --json has\n\"complete\": false."
    )]
    Status,
    /// The audit database.
    #[command(subcommand)]
    Audit(Audit),
    /// A witness: a service that cosigns checkpoints of logs which only grow, and sounds an alarm on different histories.
    Witness(Box<Witness>),
    /// Prints completions for a shell.
    #[command(after_help = "Example:\n  greatseal completions bash > /etc/bash_completion.d/greatseal")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Keys in tokens and in sealed files, and the journal of their use.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Generates a key: in a token, which it never leaves, or in a sealed file.
    #[command(
        group(store(true)),
        after_help = "Examples:\n  greatseal key generate --token E1 --pin-file pins/E1\n  greatseal key generate --sealed keys --passphrase-file passphrase --label E1\n  greatseal key generate --sealed keys --passphrase-file passphrase --purpose payer\n  greatseal key generate --sealed log-keys --passphrase-file passphrase --purpose audit\n  greatseal key generate --token E1 --pin-file pins/E1 --algorithm p256"
    )]
    Generate {
        /// Where to.
        #[command(flatten)]
        keys: Keys,
        /// Label of the new key; its purpose where left out.
        #[arg(long, value_name = "LABEL")]
        label: Option<String>,
        /// What the key is for. No key serves two purposes.
        #[arg(long, value_name = "WHAT", value_enum, default_value_t = For::Seat)]
        purpose: For,
        /// What it signs with. P-256 is for seats in tokens that know no Edwards curve; such a key has no account.
        #[arg(long, value_name = "NAME", value_enum, default_value_t = With::Ed25519)]
        algorithm: With,
    },
    /// Shows an audit key or a witness's key as those need it who verify: as a vkey (C2SP signed-note).
    #[command(
        group(store(true)),
        after_help = "Examples:\n  greatseal key vkey --sealed log-keys --passphrase-file passphrase --key audit\n  greatseal key vkey --token W1 --pin-file pins/W1 --key witness --name audit.example.org/witness\n\nAn audit key has the name of the deployment's log, greatseal/ and the deployment id: that of the deployment file."
    )]
    Vkey {
        /// Where the key is.
        #[command(flatten)]
        keys: Keys,
        /// Label of the key.
        #[arg(long, value_name = "LABEL", default_value = "audit")]
        key: String,
        /// Name of a witness: a URL without its scheme.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
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
    /// Makes a reader's key, which opens contents that were encrypted to it: an age identity (X25519), encrypted with a
    /// passphrase. Who encrypts needs its recipient only.
    #[command(
        after_help = "Example:\n  greatseal key reader --out auditor.age --passphrase-file passphrase\n  greatseal content get sha256:HEX --identity auditor.age --out report.pdf\n\nThe answer names the recipient, age1…: a line of the file that --readers names. `age` and `rage` read the key's file too."
    )]
    Reader {
        /// A file that is not there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// File that holds the passphrase, readable by its owner only; asked for at the terminal where left out.
        #[arg(long, value_name = "FILE", group = "passphrase")]
        passphrase_file: Option<PathBuf>,
        /// Open file descriptor to read the passphrase from.
        #[arg(long, value_name = "NUMBER", group = "passphrase")]
        passphrase_fd: Option<i32>,
    },
    /// Gives an account its first money, from a development account.
    #[command(
        after_help = "Example:\n  greatseal key fund 5DujS35mUFBPGLDssnber3qNRLCB3aF6ZqneoZoT6dAS79Yp --amount 1000"
    )]
    Fund {
        /// The account, or the Ed25519 key whose account it is, as `key list` shows them.
        #[arg(value_name = "ACCOUNT")]
        to: String,
        /// Whole units of the chain.
        #[arg(long, value_name = "UNITS", value_parser = crate::number::whole::<u64>)]
        amount: u64,
        /// Who gives: dev:alice … dev:ferdie.
        #[arg(long, value_name = "NAME", default_value = "dev:alice")]
        account: String,
    },
    /// Shows and verifies the journal in which every use of a key is written before it happens.
    #[command(
        after_help = "Examples:\n  greatseal key journal --sealed keys\n  greatseal key journal --token E1 --start\n  greatseal key journal --token E1 --start --continue E1.old\n\nA journal that is lost is not missed by anybody but its keys' owner: see on chain what the keys have decided\nbefore a new one is started."
    )]
    Journal {
        /// Which.
        #[command(flatten)]
        of: JournalOf,
        /// Starts a new one; an existing file is never replaced.
        #[arg(long)]
        start: bool,
        /// Journal of version 2 whose lines the new one begins with; the file stays as it is.
        #[arg(long = "continue", value_name = "FILE", requires = "start")]
        old: Option<PathBuf>,
    },
}

/// Puts the contract on a chain.
#[derive(Debug, Args)]
#[command(
    group(store(false)),
    after_help = "Examples:\n  greatseal deploy --seats seats.json --account dev:alice --out deployment.json\n  greatseal deploy --seats seats.json --sealed keys --passphrase-file passphrase --key payer\n  greatseal deploy --seats seats.json --dry-run\n  greatseal deploy --seats two.json --profile micronode --profile-until 60\n\nShows every seat, every row, what can never be done, fee and deposit, and asks; in scripts give --yes. What could not change\nitself is refused: a standard deployment needs at least S0, S1, S2, P0 and P1, a micronode S0, S1, O0 and A0.\n\nThe seats file is a JSON list of {\"seat\": \"S0\", \"key\": \"ed25519:HEX\", \"organisation\": \"cabinet\",\n\"role\": \"chair\", \"holder\": \"64 hex digits\", \"valid_until\": \"2027-02-05\"}; role, holder and valid_until may be left out.\nA time is a date, seconds since 1970, or from now such as +90 d. A holder that is left out is derived from the key, and\nthen nobody checks that a person holds one seat.\nRows of the default policy table whose councils have no seats are left out, and named."
)]
pub struct Deploy {
    /// Seats of the councils.
    #[arg(long, value_name = "FILE")]
    pub seats: PathBuf,
    /// The policy table, as `greatseal policy init` writes it; the profile's default one where left out.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
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
    /// How strict the deployment is.
    #[arg(long, value_enum, default_value_t = ProfileName::Standard)]
    pub profile: ProfileName,
    /// Days for which a micronode loosens until it is renewed, at most 90; 90 where left out.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=90))]
    pub profile_until: Option<u64>,
    /// Where to write the deployment file.
    #[arg(long, value_name = "FILE", default_value = "deployment.json")]
    pub out: PathBuf,
    /// Shows everything with its price; signs, writes and pays nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Deploys without asking; for scripts.
    #[arg(long)]
    pub yes: bool,
}

/// Another contract that goes on where this one ends.
#[derive(Debug, Subcommand)]
pub enum Succeed {
    /// Puts it on the chain, where it awaits the state of this one. Nothing is decided by that.
    #[command(after_help = "Example:\n  greatseal succeed deploy --account dev:alice\n  … retire --successor 0x…")]
    Deploy(SucceedDeploy),
    /// Brings the state over, once this contract is retired; goes on where an earlier one has stopped.
    #[command(after_help = "Example:\n  greatseal succeed import --account dev:alice")]
    Import(Payer),
}

/// What is deployed, and who pays.
#[derive(Debug, Args)]
pub struct SucceedDeploy {
    /// Folder with the contract's artefact.
    #[arg(long, value_name = "FOLDER", default_value = "contracts/governance/released")]
    pub artefact: PathBuf,
    /// Who pays.
    #[command(flatten)]
    pub payer: Payer,
}

/// Who pays.
#[derive(Debug, Args)]
#[command(group(store(false)))]
pub struct Payer {
    /// Account that pays: dev:alice … dev:ferdie on a devnet. Elsewhere give a payer's key.
    #[arg(long, value_name = "NAME", default_value = "dev:alice", conflicts_with = "store")]
    pub account: String,
    /// Where the payer's key is.
    #[command(flatten)]
    pub keys: Keys,
    /// Label of the payer's key.
    #[arg(long, value_name = "LABEL", default_value = "payer", requires = "store")]
    pub key: String,
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
#[command(group(store(false)))]
pub struct NodeCheck {
    /// Its address.
    #[arg(value_name = "URL")]
    pub url: String,
    /// Account that would pay: dev:alice … dev:ferdie on a devnet. Elsewhere give a payer's key.
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
}
