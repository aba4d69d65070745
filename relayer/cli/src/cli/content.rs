//! Command line of contents: what stands on chain as a hash.

use super::{Encrypt, Read};
use crate::number::whole;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What stands on chain as a hash, and is kept by indexers.
#[derive(Debug, Subcommand)]
pub enum ContentCommand {
    /// Fetches a content from the first indexer whose bytes fit its address.
    #[command(
        after_help = "Examples:\n  greatseal content get sha256:HEX\n  greatseal content get sha256:HEX --out report.pdf\n  greatseal content get entries:HEX --out entries.bin --identity reader.age\n\nA text of at most 4 KiB is shown; of everything else size and address are, and --out says where it goes. An address is\nsha256:, entries:, outcomes:, carried: or accounts: and 64 hexadecimal digits.\nExit codes: 5 where nobody who was asked has it, 8 where an indexer gives other bytes."
    )]
    Get {
        /// Its address.
        #[arg(value_name = "ADDRESS")]
        address: String,
        /// The file that is written; it must not exist.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// How it is read.
        #[command(flatten)]
        read: Read,
    },
    /// Brings files to every indexer. Anybody may: a content is known by its hash.
    #[command(
        after_help = "Examples:\n  greatseal content put report.pdf\n  greatseal content put pensions.jsonl --as entries\n  greatseal content put report.pdf --restricted --readers readers.txt\n\nWith --as the file is one of people's, and what is brought are the items whose root stands on chain: a manifest, outcomes, what\nwas carried out of a lot, or a list of accounts.\nExit code 5 where no indexer keeps one of them."
    )]
    Put(ContentPut),
    /// What a proposal or a record names, and who holds it.
    #[command(after_help = "Examples:\n  greatseal content list 12.S0.1\n  greatseal content list --seq 40")]
    List {
        /// Id of a proposal, such as 12.S0.1, or its number.
        #[arg(value_name = "PROPOSAL", required_unless_present = "seq")]
        proposal: Option<String>,
        /// Number of a record.
        #[arg(long, value_name = "NUMBER", conflicts_with = "proposal", value_parser = whole::<u64>)]
        seq: Option<u64>,
        /// How the document of the proposal is read.
        #[command(flatten)]
        read: Read,
    },
}

/// Files that are brought.
#[derive(Debug, Args)]
pub struct ContentPut {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What they are, where the root of a list stands on chain and not the hash of a file.
    #[arg(long = "as", value_name = "LIST", value_enum)]
    pub list: Option<List>,
    /// How they are encrypted.
    #[command(flatten)]
    pub encrypt: Encrypt,
}

/// A list whose root stands on chain.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum List {
    /// Entries of a batch, from its manifest.
    Entries,
    /// Outcomes of a batch.
    Outcomes,
    /// What was carried out of a conversion.
    Carried,
    /// Accounts that a route serves.
    Served,
    /// Accounts that a route does not serve.
    Excluded,
}
