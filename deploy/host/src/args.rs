//! Switches that every service has, and the commands that look at a configuration.

use crate::{
    config::{ConfigError, Draft, Key},
    log,
};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Switches of every service. Each wins over the configuration file.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Configuration file; docs/config has every key.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// File that `greatseal deploy` wrote: which contract on which chain.
    #[arg(long, value_name = "FILE", required_unless_present = "config")]
    pub deployment: Option<PathBuf>,
    /// Node of the deployment's chain, by WebSocket [default: ws://127.0.0.1:9944].
    #[arg(long, value_name = "URL")]
    pub node: Option<String>,
    /// End when standard input is closed, so that nothing outlives the program that started this one.
    #[arg(long)]
    pub exit_with_parent: bool,
}

impl Common {
    /// The file with these switches over it; a service adds its own.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn draft(self, keys: &'static [Key]) -> Result<Draft, ConfigError> {
        let mut draft = Draft::begin(keys, self.config.as_deref())?;
        draft.environment("log.filter", log::VARIABLE, log::from_environment());
        draft.switch_path("deployment.file", self.deployment)?;
        // Taken as it is: clap would repeat what it cannot take, and a password may stand in it.
        draft.switch("node.url", self.node);
        draft.switch("process.exit_with_parent", self.exit_with_parent.then_some(true));
        Ok(draft)
    }
}

/// How to look at the configuration.
#[derive(Clone, Debug, Subcommand)]
pub enum Look<Switches: Args> {
    /// Verifies what can be verified without a network; exit code 3 where something is wrong.
    #[command(after_help = "Example:\n  … config check --config FILE")]
    Check(Looking<Switches>),
    /// Shows what holds, and where each value comes from; names files with secrets, never what they hold.
    #[command(after_help = "Example:\n  … config show --config FILE --json")]
    Show(Looking<Switches>),
}

/// At which configuration, and for whom.
#[derive(Clone, Debug, Args)]
pub struct Looking<Switches: Args> {
    /// What the service would be started with.
    #[command(flatten)]
    pub switches: Switches,
    /// One JSON object instead of lines.
    #[arg(long)]
    pub json: bool,
}
