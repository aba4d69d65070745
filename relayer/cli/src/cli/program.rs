//! Command line of programmes, and of proposals about their money: lines, rule sets, batches, contradictions, more time for a
//! dispute.

use super::{Opening, WhichDispute};
use crate::number::whole;
use clap::{Args, Subcommand};
use serde::Deserialize;
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
    #[command(
        after_help = "Example:\n  greatseal program show 2\n\nThe node lists its parts, or the indexer's history does. Where nobody lists them, `not listed` says what was looked for by\nnumber, and how many batches nobody names."
    )]
    Show {
        /// Its number.
        #[arg(value_name = "NUMBER", value_parser = whole::<u32>)]
        program: u32,
    },
}

/// Budget lines.
#[derive(Debug, Subcommand)]
pub enum Lines {
    /// Shows a budget line: what may be paid out of it, what was, and what is left.
    #[command(after_help = "Example:\n  greatseal line show 2 1")]
    Show {
        /// The programme.
        #[arg(value_parser = whole::<u32>)]
        program: u32,
        /// The line.
        #[arg(value_parser = whole::<u32>)]
        line: u32,
    },
    /// Lists a programme's budget lines.
    #[command(after_help = "Example:\n  greatseal line list 2")]
    List {
        /// The programme.
        #[arg(value_parser = whole::<u32>)]
        program: u32,
    },
    /// Proposes a new line, or another one in the place of one that is there: what is not named stays as it is.
    #[command(
        after_help = "Examples:\n  greatseal line set 2 1 --limit 2000000 --document why.json --token S0 --pin-file pins/S0\n  greatseal line set 2 3 --asset eip155:1/slip44:60 --from '+1 d' --until '+366 d' --limit 1000000 --small-one 10000 --small-all 100000 --document why.json --token S0 --pin-file pins/S0\n\nThe proposal is a change of the programme: `governance propose … program-change` changes several parts together. A new line\nneeds asset, from, until, limit, small_one and small_all; its credit_max is 5 % of the limit where nothing is said."
    )]
    Set(Box<LineSet>),
}

/// A line that shall be.
#[derive(Debug, Args)]
pub struct LineSet {
    /// The programme.
    #[arg(value_parser = whole::<u32>)]
    pub program: u32,
    /// What changes.
    #[command(flatten)]
    pub change: LineChange,
    /// How it is proposed.
    #[command(flatten)]
    pub how: Opening,
}

/// A budget line on the command line or in a file: what is left out stays as it is.
#[derive(Clone, Debug, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineChange {
    /// The line.
    #[arg(value_parser = whole::<u32>)]
    pub line: u32,
    /// In which asset: CAIP-19 text, or its SHA-256. It never changes.
    #[arg(long, value_name = "ASSET")]
    pub asset: Option<String>,
    /// First second: seconds, or from now such as '+1 d'. It never changes.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Second from which it pays no more: seconds, or from now such as '+365 d'.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Most that is paid out of it, in base units.
    #[arg(long, value_name = "AMOUNT")]
    pub limit: Option<String>,
    /// Most that may be paid again because it never left or came back.
    #[arg(long, value_name = "AMOUNT")]
    pub credit_max: Option<String>,
    /// Most of one small batch.
    #[arg(long, value_name = "AMOUNT")]
    pub small_one: Option<String>,
    /// Most of all small batches.
    #[arg(long, value_name = "AMOUNT")]
    pub small_all: Option<String>,
}

/// Rule sets.
#[derive(Debug, Subcommand)]
pub enum RuleSets {
    /// Shows a rule set: its hash, and when one pays under it.
    #[command(after_help = "Example:\n  greatseal rules show 2 1")]
    Show {
        /// The programme.
        #[arg(value_parser = whole::<u32>)]
        program: u32,
        /// Its version.
        #[arg(value_parser = whole::<u32>)]
        version: u32,
    },
    /// Lists a programme's rule sets.
    #[command(after_help = "Example:\n  greatseal rules list 2")]
    List {
        /// The programme.
        #[arg(value_parser = whole::<u32>)]
        program: u32,
    },
    /// Prints what names a rule set: the SHA-256 of its RFC 8785 JSON. Asks no node.
    #[command(
        after_help = "Example:\n  greatseal rules hash rules.json\n\nBlanks, line ends and the order of the names make no difference to it."
    )]
    Hash {
        /// The rule set as a JSON file.
        file: String,
    },
    /// Proposes that a rule set begins; others stay in effect.
    #[command(
        after_help = "Examples:\n  greatseal rules add 2 rules-2027.json --from '+60 d' --document why.json --token S0 --pin-file pins/S0\n  greatseal rules add 2 sha256:HEX --document why.json --token S0 --pin-file pins/S0"
    )]
    Add(RulesAdd),
    /// Proposes that a rule set ends, earlier than it does now.
    #[command(
        after_help = "Example:\n  greatseal rules end 2 1 --until '+60 d' --document why.json --token S0 --pin-file pins/S0"
    )]
    End(RulesEnd),
}

/// A rule set that shall begin.
#[derive(Debug, Args)]
pub struct RulesAdd {
    /// The programme.
    #[arg(value_parser = whole::<u32>)]
    pub program: u32,
    /// The rule set.
    #[command(flatten)]
    pub rules: RulesChange,
    /// How it is proposed.
    #[command(flatten)]
    pub how: Opening,
}

/// A rule set that begins, on the command line or in a file.
#[derive(Clone, Debug, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesChange {
    /// The rule set: a JSON file, or sha256:HEX.
    #[arg(value_name = "FILE")]
    pub set: String,
    /// Its version; the next one where left out.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>)]
    pub version: Option<u32>,
    /// First second for which is paid under it: seconds, or from now such as '+60 d'; now where left out.
    #[arg(long = "from", value_name = "TIME")]
    pub effective_from: Option<String>,
    /// Second from which nothing is paid under it but what failed under it; without an end where left out.
    #[arg(long = "until", value_name = "TIME")]
    pub effective_until: Option<String>,
}

/// A rule set that shall end.
#[derive(Debug, Args)]
pub struct RulesEnd {
    /// The programme.
    #[arg(value_parser = whole::<u32>)]
    pub program: u32,
    /// The rule set, and its end.
    #[command(flatten)]
    pub end: RulesEnded,
    /// How it is proposed.
    #[command(flatten)]
    pub how: Opening,
}

/// A rule set's end, on the command line or in a file.
#[derive(Clone, Debug, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesEnded {
    /// Its version.
    #[arg(value_parser = whole::<u32>)]
    pub version: u32,
    /// Second from which nothing is paid under it but what failed under it: seconds, or from now such as '+60 d'.
    #[arg(long, value_name = "TIME")]
    pub until: String,
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
