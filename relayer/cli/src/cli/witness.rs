//! Arguments of `greatseal witness`.

use super::keys::{Keys, store};
use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// Cosigns checkpoints of logs that only grow.
#[derive(Debug, Args)]
#[command(
    group(store(true)),
    after_help = "Example:\n  greatseal witness --name audit.example.org/witness --sealed keys --passphrase-file passphrase \\\n      \
        --state witness.json --log deployment.json=VKEY\n  \
        → one JSON line with the address once it serves; then POST /add-checkpoint, GET /health, GET /metrics\n\n\
        It speaks C2SP tlog-witness. The last checkpoint of each log is written into the state before it is cosigned: never bring an\n\
        older state back. Where a log has signed two trees of one size, both notes are kept in STATE.DEPLOYMENT.alarm, and the log is\n\
        not cosigned again until a person has removed that file. RUST_LOG says what goes to standard error; info where it is not set."
)]
pub struct Witness {
    /// Where the witness's key is (`greatseal key generate --purpose witness`).
    #[command(flatten)]
    pub keys: Keys,
    /// Label of the key.
    #[arg(long, value_name = "LABEL", default_value = "witness")]
    pub key: String,
    /// Name of the witness in its cosignatures: a URL without its scheme.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// File with the last checkpoint of each log; created where there is none.
    #[arg(long, value_name = "FILE")]
    pub state: PathBuf,
    /// A log: its deployment file, and the key that signs its checkpoints. Give it once for each.
    #[arg(long = "log", value_name = "FILE=VKEY", required = true)]
    pub logs: Vec<String>,
    /// Address and port to answer on; port 0 takes any free one. There is no TLS: stay on this machine, behind a proxy.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7702")]
    pub listen: SocketAddr,
    /// The address once more, where other machines may connect without TLS.
    #[arg(long, value_name = "ADDRESS")]
    pub listen_plain: Option<SocketAddr>,
    /// Ends with 8 where a log shows different histories. Without it: goes on answering for the other logs.
    #[arg(long)]
    pub exit_on_alarm: bool,
    /// Ends when standard input closes.
    #[arg(long)]
    pub exit_with_parent: bool,
}
