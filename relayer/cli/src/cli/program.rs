//! Command line of proposals about programmes' money: batches, contradictions, more time for a dispute.

use super::WhichDispute;
use crate::number::whole;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// A batch, by what it commits to.
#[derive(Clone, Debug, Args)]
pub struct Batch {
    /// Its manifest, as `greatseal manifest make` writes it: header and entries.
    #[arg(long, value_name = "FILE", required_unless_present = "header")]
    pub manifest: Option<PathBuf>,
    /// Its header alone, where only others may see its entries.
    #[arg(long, value_name = "FILE", conflicts_with = "manifest")]
    pub header: Option<PathBuf>,
}

/// A batch that is stopped.
#[derive(Debug, Args)]
pub struct Stop {
    /// The batch.
    #[command(flatten)]
    pub batch: Batch,
    /// The reason in words; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
}

/// A programme that is looked at.
#[derive(Debug, Subcommand)]
pub enum Programs {
    /// Shows a programme with its rule sets and budget lines.
    #[command(after_help = "Example:\n  greatseal program show 2")]
    Show {
        /// Its number.
        #[arg(value_name = "NUMBER", value_parser = whole::<u32>)]
        program: u32,
    },
}

/// A contradiction that shall not stand.
#[derive(Debug, Args)]
pub struct Overrule {
    /// The batch: the hash of its manifest, or the manifest's file.
    #[arg(value_name = "MANIFEST")]
    pub batch: String,
    /// The auditor's seat.
    #[arg(long, value_name = "SEAT")]
    pub auditor: String,
    /// The reason in words; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
}

/// More time to decide about a dispute.
#[derive(Debug, Args)]
pub struct ExtendDispute {
    /// Which dispute.
    #[command(flatten)]
    pub which: WhichDispute,
    /// By when it shall be decided: seconds, or from now such as '+7 d'; at most 14 days from now.
    #[arg(long, value_name = "TIME")]
    pub until: String,
    /// The reason; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
}
