//! Command line of everything that a seat signs.

use crate::keys::{Keys, store};
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
