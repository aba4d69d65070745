//! Switches of every command.

use crate::{output::Output, services::Services, session::Settings};
use clap::Args;
use std::path::PathBuf;

/// What is common to all commands.
#[derive(Clone, Debug, Args)]
pub struct Globals {
    /// One JSON object instead of lines.
    #[arg(long, global = true)]
    pub json: bool,
    /// File that `greatseal deploy` wrote.
    #[arg(long, global = true, value_name = "FILE", env = "GREATSEAL_DEPLOYMENT", default_value = "deployment.json")]
    pub deployment: PathBuf,
    /// Node of the chain.
    #[arg(long, global = true, value_name = "URL", env = "GREATSEAL_NODE", default_value = "ws://127.0.0.1:9944")]
    pub node: String,
    /// The relayer.
    #[arg(long, global = true, value_name = "URL", env = "GREATSEAL_RELAYER", default_value = "http://127.0.0.1:7700")]
    pub relayer: String,
    /// The indexer; several with commas between them, or given several times. The first one is asked, and contents are
    /// brought to all of them.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "GREATSEAL_INDEXER",
        value_delimiter = ',',
        default_value = "http://127.0.0.1:7701"
    )]
    pub indexer: Vec<String>,
    /// Authority, in PEM, that relayer and indexer are trusted by where their URLs begin with https://; those of this
    /// machine where left out.
    #[arg(long, global = true, value_name = "FILE", env = "GREATSEAL_CA")]
    pub ca: Option<PathBuf>,
}

impl Globals {
    /// What they say.
    pub fn settings(self) -> Settings {
        let Self { json, deployment, node, relayer, indexer, ca } = self;
        Settings {
            deployment,
            node,
            services: Services { relayer, indexers: indexer, authority: ca },
            output: Output { json },
        }
    }
}
