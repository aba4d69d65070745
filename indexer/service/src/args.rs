//! The command line.

use clap::Parser;
use std::{net::SocketAddr, path::PathBuf};

const ABOUT: &str = "Mirrors the finalised events of one governance contract into a tamper-evident audit database, \
and answers questions about them over HTTP.";

const EXAMPLE: &str = "Example:
  greatseal-indexer --deployment deployment.json --node ws://127.0.0.1:9944 --database audit.db
  → one JSON line with the address once it serves; then ask GET /health, /v1/events, /v1/proposals

Exit codes: 0 told to end, 2 usage, 3 malformed deployment file, 5 node unreachable, 7 another chain, code or \
database than the deployment's, 9 address in use, 1 anything else.";

/// What the operator asked for.
#[derive(Clone, Debug, Parser)]
#[command(name = "greatseal-indexer", version, about = ABOUT, after_help = EXAMPLE)]
pub struct Args {
    /// Deployment file: which contract on which chain.
    #[arg(long, value_name = "FILE")]
    pub deployment: PathBuf,

    /// Node to follow, by WebSocket.
    #[arg(long, value_name = "URL", value_parser = websocket)]
    pub node: String,

    /// Database file; created where there is none.
    #[arg(long, value_name = "FILE")]
    pub database: PathBuf,

    /// Address and port to answer on; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7701")]
    pub listen: SocketAddr,

    /// End with an error when following must stop. Without it: go on answering, and say so in /health.
    #[arg(long)]
    pub exit_on_stop: bool,

    /// End when standard input is closed, so that nothing outlives the program that started this one.
    #[arg(long)]
    pub exit_with_parent: bool,
}

fn websocket(text: &str) -> Result<String, String> {
    let known = text.starts_with("ws://") || text.starts_with("wss://");
    known.then(|| text.to_owned()).ok_or_else(|| "give ws://HOST:PORT or wss://HOST:PORT".into())
}
