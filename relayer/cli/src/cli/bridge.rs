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
        after_help = "Examples:\n  greatseal bridge list served.txt\n  greatseal bridge list excluded.txt --excluded\n\nThe file has an account a line, in its one spelling; lines that begin with # are left out. The order does not\nmatter."
    )]
    List {
        /// The accounts.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// A list of those who are not served: between an account of zeros and one of ones.
        #[arg(long)]
        excluded: bool,
    },
    /// Asks for a conversion or a lot: an Operator seat. The answer is on record, and its number is used up.
    #[command(
        after_help = "Examples:\n  greatseal bridge authorize 1 --account HEX --amount 1000 --served served.txt --token O0 --pin-file pins/O0\n  greatseal bridge authorize 1 --lot 500 --amount 900000 --token O0 --pin-file pins/O0\n\nExit code 4 where a limit or a list is in the way: the number of the refusal is said, and is on record. Where only the\nTreasury's word is missing (713), the conversion's number is not used up."
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
    /// The Treasury's word for a large conversion: a Treasury seat. It holds for a quarter of an hour, once, whatever the
    /// conversion's number is, and takes the place of the seat's last word on the route.
    #[command(
        after_help = "Examples:\n  greatseal bridge promise 1 --account HEX --amount 50000 --token M0 --pin-file pins/M0\n  greatseal bridge promise 1 --lot 500 --amount 900000 --token M0 --pin-file pins/M0"
    )]
    Promise {
        /// What.
        #[command(flatten)]
        conversion: Conversion,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Takes the Treasury's word on a route back: the seat that gave it.
    #[command(after_help = "Example:\n  greatseal bridge withdraw 1 --token M0 --pin-file pins/M0")]
    Withdraw {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// A route's rate of the day: a Treasury seat. It holds where a second seat of another organisation states the same.
    #[command(
        after_help = "Example:\n  greatseal bridge rate 1 --num 1004500 --until '+1 d' --token M0 --pin-file pins/M0\n\nThe denominator is the approved one, and the rate lies within the route's band around the approved rate. Both seats\nstate the same second: give it in seconds, or let the second seat copy what `greatseal bridge show` shows."
    )]
    Rate {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// Numerator, over the approved denominator.
        #[arg(long)]
        num: String,
        /// Until when: seconds, or from now such as '+1 d'; at most seven days.
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Ends a route's rate of the day: any Treasury seat, alone. The approved rate holds again.
    #[command(after_help = "Example:\n  greatseal bridge withdraw-rate 1 --token M1 --pin-file pins/M1")]
    WithdrawRate {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// A route's lists of the day: an Identity seat. They hold where a second seat of another organisation states the same.
    #[command(
        after_help = "Example:\n  greatseal bridge lists 1 --served served.txt --excluded excluded.txt --token I0 --pin-file pins/I0\n\nThey take the place of both lists: a list that is not given is none. The files are to be published."
    )]
    Lists {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// Those who are served; everybody where it is left out.
        #[arg(long, value_name = "FILE")]
        served: Option<PathBuf>,
        /// Those who are not; nobody where it is left out.
        #[arg(long, value_name = "FILE")]
        excluded: Option<PathBuf>,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Count, sums and root of what was carried out, as a statement commits to it; needs no chain.
    #[command(
        after_help = "Example:\n  greatseal bridge carried lot-7.jsonl\n\nThe file has a conversion a line, as JSON: account, amount, fee, result, reference, check. It is to be published."
    )]
    Carried {
        /// What was carried out.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// What the rail did with a conversion or a lot: an Operator seat. A later statement corrects it, at any time.
    #[command(
        after_help = "Examples:\n  greatseal bridge complete 1 7 --carried lot-7.jsonl --token O0 --pin-file pins/O0\n\nThe version is read from the chain: it is the next one after the last statement."
    )]
    Complete {
        /// The route.
        #[arg(value_parser = whole::<u32>)]
        route: u32,
        /// The conversion's number.
        #[arg(value_parser = whole::<u64>)]
        number: u64,
        /// What was carried out; count, sums and root of it go on chain.
        #[arg(long, value_name = "FILE")]
        carried: PathBuf,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// The rail has not carried a conversion out: an Operator seat. What was reserved stays counted; a later statement
    /// corrects it.
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
    /// Whose: CAIP-10 text in its one spelling, or its 64 hexadecimal digits.
    #[arg(long, required_unless_present = "lot")]
    pub account: Option<String>,
    /// A lot of so many conversions at most, of accounts that are not named here.
    #[arg(long, value_name = "COUNT", conflicts_with = "account", value_parser = whole::<u32>)]
    pub lot: Option<u32>,
    /// How much at most altogether, in base units of the source asset: digits only.
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
    /// Lets two Identity seats set the lists of the day.
    #[arg(long, conflicts_with = "no_daily_lists")]
    pub daily_lists: bool,
    /// The approved lists hold, and none of the day.
    #[arg(long)]
    pub no_daily_lists: bool,
}
