//! Command line of the relayer.

use crate::config::{Config, KEYS};
use clap::{Parser, Subcommand};
use greatseal_host::{
    args::{Common, Look},
    config::{ConfigError, Settled},
};
use std::{net::SocketAddr, path::PathBuf};

/// Submits signed envelopes to the governance contract and keeps the journal of it.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "greatseal-relayer",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  greatseal-relayer --deployment deployment.json --node ws://127.0.0.1:9944 \\\n      --journal relayer.db --account dev:bob\n  greatseal-relayer --config /etc/greatseal/relayer.toml --listen 127.0.0.1:0\n  greatseal-relayer config check --config /etc/greatseal/relayer.toml\n\nEvery switch has a key in the configuration file and wins over it; docs/config/relayer.toml has them all. Environment\nvariables configure nothing, except RUST_LOG, which wins over `log.filter`.\n\nThe relayer pays and has no authority: envelopes are signed by council members, and the contract verifies them.\n\nExit codes: 0 told to end, 1 failed, 2 usage, 3 bad input, 5 node unreachable, 6 the account's key, 7 wrong chain, contract or journal,\n9 port or journal in use."
)]
pub struct Args {
    /// What the relayer is started with.
    #[command(flatten)]
    pub switches: Switches,
    /// Instead of starting it.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Instead of starting the relayer.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Looks at the configuration; starts nothing and asks nobody.
    #[command(subcommand)]
    Config(Look<Switches>),
    /// Looks after the journal.
    #[command(subcommand)]
    Journal(Keep),
}

/// How to look after the journal.
#[derive(Clone, Debug, Subcommand)]
pub enum Keep {
    /// Copies the journal whole into a new file, whether a relayer is using it or not.
    #[command(
        after_help = "Example:\n  greatseal-relayer journal backup --journal relayer.db --out relayer-2026-11-28.db\n\nThe copy is a journal itself: a relayer starts on it. `cp` of a running relayer's file is none: what was acknowledged last\nis in the -wal beside it, and a relayer refuses to start on the file alone."
    )]
    Backup {
        /// The journal.
        #[arg(long, value_name = "FILE")]
        journal: PathBuf,
        /// The copy; it must not be there.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// What the relayer is started with. Each switch wins over the file.
#[derive(Clone, Debug, clap::Args)]
pub struct Switches {
    /// Those of every service.
    #[command(flatten)]
    pub common: Common,
    /// Journal of this account; created where it does not exist.
    #[arg(long, value_name = "FILE", required_unless_present = "config")]
    pub journal: Option<PathBuf>,
    /// Account that pays: dev:alice … dev:ferdie on a devnet [default: dev:bob].
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Where to take envelopes [default: 127.0.0.1:7700].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
}

impl Switches {
    /// The configuration that they and the file amount to.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn settle(self) -> Result<Settled<Config>, ConfigError> {
        let mut draft = self.common.draft(KEYS)?;
        draft.switch_path("journal.file", self.journal)?;
        if let Some(name) = self.account {
            // Any other kind has more than a name, and stands in the file.
            let name = name.strip_prefix("dev:").unwrap_or(&name).to_owned();
            draft.switch_section("--account", "account", &[("account.kind", "dev".into()), ("account.name", name)]);
        }
        draft.switch("listen.address", self.listen.map(|address| address.to_string()));
        draft.settle()
    }
}
