//! Command line of the relayer.

use std::{net::SocketAddr, path::PathBuf};

/// Submits signed envelopes to the governance contract and keeps the journal of it.
#[derive(Clone, Debug, clap::Parser)]
#[command(
    name = "greatseal-relayer",
    version,
    after_help = "Example:\n  greatseal-relayer --deployment deployment.json --node ws://127.0.0.1:9944 \\\n      --journal relayer.db --account dev:bob\n\nThe relayer pays and has no authority: envelopes are signed by council members, and the contract verifies them.\n\nExit codes: 0 told to end, 1 failed, 2 usage, 3 bad input, 5 node unreachable, 7 wrong chain, contract or journal,\n9 port or journal in use."
)]
pub struct Args {
    /// File that `greatseal deploy` wrote.
    #[arg(long, value_name = "FILE")]
    pub deployment: PathBuf,
    /// Node of the deployment's chain.
    #[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
    pub node: String,
    /// Journal of this account; created where it does not exist.
    #[arg(long, value_name = "FILE")]
    pub journal: PathBuf,
    /// Account that pays: dev:alice … dev:ferdie on a devnet.
    #[arg(long, value_name = "NAME", default_value = "dev:bob")]
    pub account: String,
    /// Where to take envelopes.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7700")]
    pub listen: SocketAddr,
    /// End when standard input closes.
    #[arg(long)]
    pub exit_with_parent: bool,
}
