//! Command line of the bridge: what routes let through, and every conversion.

use super::Signer;
use crate::number::whole;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Bridge routes and conversions.
#[derive(Debug, Subcommand)]
pub enum Bridge {
    /// A route: its limits, what was used of them, whom it serves, conversions without an end.
    #[command(after_help = "Examples:\n  greatseal bridge show 1\n  greatseal bridge show 1 --account HEX")]
    Show {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// What this account has used as well.
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
    },
    /// Size and root of a list of accounts, as a route commits to it.
    #[command(
        after_help = "Examples:\n  greatseal bridge list served.txt\n  greatseal bridge list excluded.txt --excluded\n\nThe file has an account a line, as 64 hexadecimal digits or as the chain shows it; lines that begin with # are\nleft out. The order does not matter."
    )]
    List {
        /// The accounts.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A list of those who are not served: between an account of zeros and one of ones.
        #[arg(long)]
        excluded: bool,
    },
    /// Asks for a conversion: an Operator seat. The answer is on record, and its number is used up whatever it is.
    #[command(
        after_help = "Example:\n  greatseal bridge authorize 1 --account HEX --amount 1000 --served served.txt --token O0 --pin-file pins/O0\n\nExit code 4 where a limit or a list is in the way: the number of the refusal is said, and is on record."
    )]
    Authorize {
        /// What.
        #[command(flatten)]
        conversion: Conversion,
        /// List of those who are served, where the route has one.
        #[arg(long, value_name = "FILE")]
        served: Option<PathBuf>,
        /// List of those who are not, where the route has one.
        #[arg(long, value_name = "FILE")]
        excluded: Option<PathBuf>,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// The Treasury's word for a large conversion, before it is asked for: it holds for a quarter of an hour.
    #[command(
        after_help = "Example:\n  greatseal bridge cosign 1 --account HEX --amount 50000 --token M0 --pin-file pins/M0"
    )]
    Cosign {
        /// What.
        #[command(flatten)]
        conversion: Conversion,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// The rail has carried a conversion out: an Operator seat.
    #[command(
        after_help = "Example:\n  greatseal bridge complete 1 7 --reference 'UETR 97ed4827-7b6f-4491-a06f-b548d5a7512d' --token O0 --pin-file pins/O0"
    )]
    Complete {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// The conversion's number.
        #[arg(value_parser = whole::<u64>)]
        number: u64,
        /// The rail's reference; its SHA-256 goes on chain.
        #[arg(long)]
        reference: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// The rail has not carried a conversion out: an Operator seat. What was reserved stays counted.
    #[command(
        after_help = "Example:\n  greatseal bridge release 1 7 --reason 'the receiving account is closed' --token O0 --pin-file pins/O0"
    )]
    Release {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// The conversion's number.
        #[arg(value_parser = whole::<u64>)]
        number: u64,
        /// Why; its SHA-256 goes on chain.
        #[arg(long)]
        reason: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
}

/// What is to be converted. Number and versions are read from the chain.
#[derive(Debug, Args)]
pub struct Conversion {
    /// The route.
    #[arg(value_parser = whole::<u32>)]
    pub route: u32,
    /// Whose: 64 hexadecimal digits, or as the chain shows it.
    #[arg(long)]
    pub account: String,
    /// How much, in base units of the source asset: digits only.
    #[arg(long)]
    pub amount: String,
}

/// Whom a route serves; what is left out stays as it is.
#[derive(Debug, Args)]
pub struct Compliance {
    /// The route.
    #[arg(long, value_parser = whole::<u32>)]
    pub route: u32,
    /// Opens it.
    #[arg(long, conflicts_with = "disable")]
    pub enable: bool,
    /// Closes it.
    #[arg(long)]
    pub disable: bool,
    /// Serves the accounts of this list only.
    #[arg(long, value_name = "FILE", conflicts_with = "serve_everybody")]
    pub served: Option<PathBuf>,
    /// Serves everybody who is not excluded.
    #[arg(long)]
    pub serve_everybody: bool,
    /// Serves no account of this list.
    #[arg(long, value_name = "FILE", conflicts_with = "exclude_nobody")]
    pub excluded: Option<PathBuf>,
    /// Excludes nobody.
    #[arg(long)]
    pub exclude_nobody: bool,
    /// The policy in words; its SHA-256 goes on chain.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<String>,
    /// Blocks of the source rail before it counts as paid.
    #[arg(long, value_name = "BLOCKS", value_parser = whole::<u32>)]
    pub min_finality: Option<u32>,
}
