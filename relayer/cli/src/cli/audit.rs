//! Arguments of `greatseal audit`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The audit database.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Verifies headers, events, leaves and signatures, and decides every command again.
    ///
    /// Each header names the one before it, from the deployment's block on; each event is proved to be in its block's state;
    /// each command is signed by its actor and gives these events again. Unless --offline, the last block is compared with
    /// the chain's, every cell with the contract's storage, and the number of events with the contract's own. The exit code is 0 where nothing is left open, 8
    /// where something does not hold, 10 where all holds that was looked at and something else could have been.
    #[command(after_help = "Examples:\n  greatseal audit verify\n  greatseal audit verify --files money\n  \
        greatseal audit verify --bundle evidence --offline --expect-head SIZE:ROOT\n  \
        greatseal audit verify --bundle evidence --offline --log-key VKEY --witness VKEY --witness VKEY --witnesses 1\n\n\
        A folder of --files has manifests as `greatseal manifest make` wrote them, outcomes as `greatseal outcome check` takes\n\
        them, and conversions as `greatseal bridge carried` takes them. Names say nothing: a file belongs to the batch or the\n\
        statement whose hash or root it has. Entries, sums and statements are compared; over all batches no transfer is claimed\n\
        for more than it moved, and entries that are paid again were left unpaid. The answer names what is not there.")]
    Verify(AuditVerify),
    /// Writes the whole log into a folder: leaves, tree, envelopes, headers and proofs.
    #[command(after_help = "Example:\n  greatseal audit export --out evidence")]
    Export(AuditExport),
}

/// `greatseal audit verify`
#[derive(Debug, Args)]
pub struct AuditVerify {
    /// An export instead of the indexer.
    #[arg(long, value_name = "FOLDER")]
    pub bundle: Option<PathBuf>,
    /// Companions' signatures, as `audit export --companions FILE` wrote them; without them they are not checked.
    #[arg(long, value_name = "FILE")]
    pub companions: Option<PathBuf>,
    /// A folder with the files behind batches and statements: they are compared with what is on record, and searched together
    /// for double claims and repaid entries.
    #[arg(long, value_name = "FOLDER")]
    pub files: Option<PathBuf>,
    /// Asks nobody: neither node nor indexer. Whether the last block is the chain's is not checked.
    #[arg(long, requires = "bundle")]
    pub offline: bool,
    /// Head that the history must have, from a source of your own: what an earlier verification has shown. Later events may
    /// follow; that they are all is then still open.
    #[arg(long, value_name = "SIZE:ROOT")]
    pub expect_head: Option<String>,
    /// Whose signatures the log's checkpoint has to have.
    #[command(flatten)]
    pub checkpoint: CheckpointKeys,
}

/// Whose signatures a checkpoint has to have.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckpointKeys {
    /// Key that signs the log's checkpoints, as `greatseal key vkey` shows it; without it no checkpoint is looked at.
    #[arg(long, value_name = "VKEY", help_heading = CHECKPOINT)]
    pub log_key: Option<String>,
    /// Key of a witness; give it once for each.
    #[arg(long, value_name = "VKEY", requires = "log_key", help_heading = CHECKPOINT)]
    pub witness: Vec<String>,
    /// How many of these witnesses have to have cosigned; all of them where left out.
    #[arg(long, value_name = "NUMBER", requires = "witness", help_heading = CHECKPOINT)]
    pub witnesses: Option<u16>,
}

const CHECKPOINT: &str = "Checkpoint";

/// `greatseal audit export`
#[derive(Debug, Args)]
pub struct AuditExport {
    /// A folder that is not there yet.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Where to write the companions' signatures that the relayer keeps.
    #[arg(long, value_name = "FILE")]
    pub companions: Option<PathBuf>,
    /// Replaces the file of companions' signatures that is there already.
    #[arg(long)]
    pub replace: bool,
}
