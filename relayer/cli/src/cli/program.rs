//! Command line of proposals about programmes' money: batches, exceptions, more time for a dispute.

use crate::number::whole;
use clap::Args;
use serde::Deserialize;
use std::path::PathBuf;

/// A batch, on the command line or in a file.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Batch {
    /// For which programme.
    #[arg(long, value_name = "NUMBER", required_unless_present = "file", value_parser = whole::<u32>)]
    pub program: Option<u32>,
    /// In which asset: CAIP-19 text, or its SHA-256.
    #[arg(long, value_name = "ASSET", required_unless_present = "file")]
    pub asset: Option<String>,
    /// From which account; the registry says that it pays for the programme.
    #[arg(long, value_name = "ACCOUNT", required_unless_present = "file")]
    pub payer: Option<String>,
    /// Manifest of its entries: root, number of entries and total are taken from it.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Root of the manifest, where only others may see its entries.
    #[arg(long, value_name = "HEX", conflicts_with = "manifest", requires_all = ["count", "total"])]
    pub root: Option<String>,
    /// Number of its entries.
    #[arg(long, value_name = "NUMBER", requires = "root", value_parser = whole::<u32>)]
    pub count: Option<u32>,
    /// Sum of their amounts, in base units of the asset.
    #[arg(long, value_name = "AMOUNT", requires = "root")]
    pub total: Option<String>,
    /// queryable, where anybody can look settlement up and each entry states its destination, or opaque; queryable where
    /// left out.
    #[arg(long, value_name = "RAIL")]
    pub rail: Option<String>,
    /// Manifest of the batch whose excepted entries it pays after all.
    #[arg(long, value_name = "ROOT", requires_all = ["excepted_from", "evidence"])]
    pub corrects: Option<String>,
    /// First of these entries; where they end is read from the chain.
    #[arg(long, value_name = "ENTRY", requires = "corrects", value_parser = whole::<u32>)]
    pub excepted_from: Option<u32>,
    /// Evidence that the first payment is void: a file, or sha256:HEX.
    #[arg(long, value_name = "FILE", requires = "corrects")]
    pub evidence: Option<String>,
    /// TOML or JSON file with the same, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["program", "asset", "payer", "manifest", "root", "count", "total", "rail", "corrects", "excepted_from", "evidence"])]
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

/// Entries that a batch does not pay.
#[derive(Debug, Args)]
pub struct Except {
    /// The batch: the root of its manifest, or the manifest's file.
    #[arg(value_name = "MANIFEST")]
    pub batch: String,
    /// First entry; the first that has not ended where left out. It has to be that when the proposal is executed.
    #[arg(long, value_name = "ENTRY", value_parser = whole::<u32>)]
    pub from: Option<u32>,
    /// Entry after the last.
    #[arg(long, value_name = "ENTRY", value_parser = whole::<u32>)]
    pub up_to: u32,
    /// Sum of their amounts; found in the manifest's file where that is given.
    #[arg(long, value_name = "AMOUNT")]
    pub amount: Option<String>,
    /// The evidence: a file, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub evidence: String,
}

/// More time to decide about a dispute.
#[derive(Debug, Args)]
pub struct ExtendDispute {
    /// What is disputed, as the dispute names it.
    pub subject: String,
    /// By when it shall be decided: seconds, or from now such as '+7 d'; at most 14 days from now.
    #[arg(long, value_name = "TIME")]
    pub until: String,
    /// The reason; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
}
