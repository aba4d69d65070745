//! Command line of the policy table.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The policy table.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Explains a table: who decides what, how long it takes, who executes.
    #[command(
        after_help = "Examples:\n  greatseal policy show\n  greatseal policy show policy.toml\n  greatseal policy show --default --profile micronode\n  greatseal policy show --default --toml > policy.toml"
    )]
    Show(PolicyShow),
    /// Writes the default table as a file to begin with, with a sentence for each row: for `greatseal deploy --policy`.
    #[command(
        after_help = "Example:\n  greatseal policy init --out policy.toml\n  greatseal policy init --profile micronode --out policy.toml"
    )]
    Init {
        /// Of which profile.
        #[arg(long, value_enum, default_value_t = ProfileName::Standard)]
        profile: ProfileName,
        /// Where to; a file that exists already is left alone.
        #[arg(long, value_name = "FILE", default_value = "policy.toml")]
        out: PathBuf,
    },
    /// Checks a table against the invariants before anybody proposes it.
    #[command(
        after_help = "Example:\n  greatseal policy check policy.toml\n\nThe file is TOML or JSON, as `greatseal policy show --toml` writes it:\n  profile = \"standard\"\n  [councils]\n  S = 3\n  P = 2\n  [[rows]]\n  row = \"policy-table\"\n  approvals = 4\n  minima = { S = 2, P = 1 }\n  delay = \"2 d\"\n  approve_by = \"1 d\"\n  window = \"3 d\"\n  executors = \"anyone\"\n  direct = false\n\nCouncils are S, P, T, E, C, M, I, Pr, O, A and X, with their numbers of seats. Executors are anyone, operator or members.\nExit codes: 0 every invariant holds, 3 the file cannot be read as a table, 8 invariants are broken: for every row that\nbreaks one its number and name are said."
    )]
    Check {
        /// The table.
        file: PathBuf,
    },
}

/// Which table, and how.
#[derive(Debug, Args)]
pub struct PolicyShow {
    /// A table that nobody has proposed yet, as for `greatseal policy check`, instead of the deployed one; asks no node.
    #[arg(conflicts_with = "default")]
    pub file: Option<PathBuf>,
    /// The default table instead of the deployed one; asks no node.
    #[arg(long)]
    pub default: bool,
    /// Of which profile the default table is.
    #[arg(long, value_enum, default_value_t = ProfileName::Standard, requires = "default")]
    pub profile: ProfileName,
    /// Write a file for `greatseal policy check`.
    #[arg(long, conflicts_with = "json")]
    pub toml: bool,
}

/// Profiles by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileName {
    /// All invariants hold.
    Standard,
    /// Two people on one machine.
    Micronode,
}
