//! The command line.

use crate::config::{Config, KEYS};
use clap::{Parser, Subcommand};
use greatseal_host::{
    args::{Common, Look},
    config::{ConfigError, Settled},
};
use std::{net::SocketAddr, path::PathBuf};

const ABOUT: &str = "Mirrors the finalised events of one governance contract into a tamper-evident audit database, \
and answers questions about them over HTTP.";

const EXAMPLE: &str = "Examples:
  greatseal-indexer --deployment deployment.json --node ws://127.0.0.1:9944 --database audit.db
  → one JSON line with the address once it serves; then ask GET /health, /ready, /metrics, /log/head, /log/checkpoint, /v1/events, /v1/proposals
  greatseal-indexer --config /etc/greatseal/indexer.toml --listen 127.0.0.1:0
  greatseal-indexer config check --config /etc/greatseal/indexer.toml
  greatseal-indexer backup --config /etc/greatseal/indexer.toml --to audit.backup

Every switch has a key in the configuration file and wins over it; docs/config/indexer.toml has them all. Environment
variables configure nothing, except RUST_LOG, which wins over `log.filter`.

Exit codes: 0 told to end, 2 usage, 3 malformed configuration or deployment file, 5 node unreachable or \
without the state of a block, 6 key of the checkpoints, 7 another chain, code or database than the deployment's, or \
a database that was rewound or is of another version, 9 address in use, 1 anything else.";

/// What the operator asked for.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "greatseal-indexer",
    version,
    about = ABOUT,
    after_help = EXAMPLE,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct Args {
    /// What the indexer is started with.
    #[command(flatten)]
    pub switches: Switches,
    /// Instead of starting it.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Instead of starting the indexer.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Looks at the configuration; starts nothing and asks nobody.
    #[command(subcommand)]
    Config(Look<Switches>),
    /// Writes the audit database into one file, while an indexer may be using it.
    #[command(after_help = "Example:\n  greatseal-indexer backup --config indexer.toml --to audit.backup")]
    Backup(Backup),
    /// Makes an audit database of a backup, where there is none, and judges its leaves and blocks.
    #[command(after_help = "Example:\n  greatseal-indexer restore --config indexer.toml --from audit.backup")]
    Restore(Restore),
    /// Creates or migrates the audit database, and gives a server's accounts their rights: for the owner of its tables.
    #[command(
        after_help = "Example:\n  greatseal-indexer migrate --config owner.toml --writer greatseal_writer --reader greatseal_reader"
    )]
    Migrate(Migrate),
}

/// A backup to write.
#[derive(Clone, Debug, clap::Args)]
pub struct Backup {
    /// What the indexer is started with.
    #[command(flatten)]
    pub switches: Switches,
    /// File to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// A backup to restore.
#[derive(Clone, Debug, clap::Args)]
pub struct Restore {
    /// What the indexer is to be started with.
    #[command(flatten)]
    pub switches: Switches,
    /// File that `backup` wrote.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

/// A database to migrate.
#[derive(Clone, Debug, clap::Args)]
pub struct Migrate {
    /// What the indexer is started with, as the owner of the tables.
    #[command(flatten)]
    pub switches: Switches,
    /// Account of the server that adds rows, and changes and removes none of the ledger's. May be given several times.
    #[arg(long, value_name = "ACCOUNT")]
    pub writer: Vec<String>,
    /// Account of the server that reads. May be given several times.
    #[arg(long, value_name = "ACCOUNT")]
    pub reader: Vec<String>,
}

/// What the indexer is started with. Each switch wins over the file.
#[derive(Clone, Debug, clap::Args)]
pub struct Switches {
    /// Those of every service.
    #[command(flatten)]
    pub common: Common,

    /// Database file; created where there is none. With a server: what the names of the files begin with that stay here.
    #[arg(long, value_name = "FILE", required_unless_present = "config")]
    pub database: Option<PathBuf>,

    /// PostgreSQL server instead of the database file, without a password: `database.password_file` names a file with it.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,

    /// Address and port to answer on; port 0 takes any free one [default: 127.0.0.1:7701].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,

    /// End with an error when following must stop. Without it: go on answering, and say so in /health.
    #[arg(long)]
    pub exit_on_stop: bool,
}

impl Switches {
    /// The configuration that they and the file amount to.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn settle(self) -> Result<Settled<Config>, ConfigError> {
        let mut draft = self.common.draft(KEYS)?;
        draft.switch_path("database.file", self.database)?;
        // Taken as it is: clap would repeat what it cannot take, and a password may stand in it.
        draft.switch("database.url", self.database_url);
        draft.switch("listen.address", self.listen.map(|address| address.to_string()));
        draft.switch("process.exit_on_stop", self.exit_on_stop.then_some(true));
        draft.settle()
    }
}
