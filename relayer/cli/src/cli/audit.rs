//! Arguments of `greatseal audit`.

use super::governance::Read;
use crate::number::whole;
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
        greatseal audit verify --bundle evidence --offline --identity reader.age\n  \
        greatseal audit verify --bundle evidence --offline --log-key VKEY --witness VKEY --witness VKEY --witnesses 1\n\n\
        A folder of --files has manifests as `greatseal manifest make` wrote them, outcomes as `greatseal outcome check` takes\n\
        them, and conversions as `greatseal bridge carried` takes them. Names say nothing: a file belongs to the batch or the\n\
        statement whose hash or root it has. Entries, sums and statements are compared; over all batches no transfer is claimed\n\
        for more than it moved, and entries that are paid again were left unpaid. The answer names what is not there.")]
    Verify(AuditVerify),
    /// Writes the whole log, or a selection of it, into a folder or a tar: leaves, tree, envelopes, headers, proofs, readable parts,
    /// and the contents that events name.
    ///
    /// With --since, --until, --programme, --proposal or --incident it is a selection: each event is proved to be in the whole log and
    /// in its block, and signatures can be verified; whether something is missing in between cannot. Several of these have to hold
    /// together. Contents come from every --indexer that has them; restricted ones stay encrypted. The same log, contents and switches
    /// give the same bytes.
    #[command(
        after_help = "Examples:\n  greatseal audit export --out evidence\n  greatseal audit export --tar evidence.tar\n  \
        greatseal audit export --out incident --incident 5f0a11c2d3e4f5a6b7c8d9e0f1a2b3c4\n  \
        greatseal audit export --tar quarter.tar --programme 7 --since 2027-01-01 --until 2027-04-01\n\n\
        `sha256sum -c MANIFEST.sha256` in the folder compares its files without this program."
    )]
    Export(AuditExport),
    /// Compares two logs of one deployment: how far they are one, and the first event in which they differ.
    ///
    /// Nothing is verified by it: verify each by itself. The exit code is 0 where both are the same, 8 where they contradict each
    /// other, 10 where one of them goes on behind the other.
    #[command(
        after_help = "Examples:\n  greatseal audit diff evidence theirs.tar\n  greatseal audit diff evidence    (with the indexer)"
    )]
    Diff(AuditDiff),
}

/// `greatseal audit verify`
#[derive(Debug, Args)]
pub struct AuditVerify {
    /// An export instead of the indexer: a folder or a tar.
    #[arg(long, value_name = "PATH")]
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
    /// What opens restricted contents of a bundle.
    #[command(flatten)]
    pub read: Read,
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
    #[arg(long, value_name = "FOLDER", required_unless_present = "tar")]
    pub out: Option<PathBuf>,
    /// A tar that is not there yet, instead of a folder.
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    pub tar: Option<PathBuf>,
    /// Which events.
    #[command(flatten)]
    pub selection: AuditSelection,
    /// Leaves out the contents that events name: documents, reasons, manifests, evidence.
    #[arg(long)]
    pub no_contents: bool,
    /// Where to write the companions' signatures that the relayer keeps.
    #[arg(long, value_name = "FILE")]
    pub companions: Option<PathBuf>,
    /// Replaces the file of companions' signatures that is there already.
    #[arg(long)]
    pub replace: bool,
}

/// Which events an export has; all of them where nothing is given.
#[derive(Clone, Debug, Default, Args)]
pub struct AuditSelection {
    /// Events of this moment and later.
    #[arg(long, value_name = "DATE", help_heading = SELECTION)]
    pub since: Option<String>,
    /// Events before this moment.
    #[arg(long, value_name = "DATE", help_heading = SELECTION)]
    pub until: Option<String>,
    /// Everything about a programme: its proposals, batches, statements, votes and disputes.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>, help_heading = SELECTION)]
    pub programme: Option<u32>,
    /// Everything about a proposal, and what follows from it.
    #[arg(long, value_name = "ID", help_heading = SELECTION)]
    pub proposal: Option<String>,
    /// Everything about an incident: pauses and modes, their proposals, reviews, consents and disputes.
    #[arg(long, value_name = "HEX", help_heading = SELECTION)]
    pub incident: Option<String>,
}

const SELECTION: &str = "Selection";

/// `greatseal audit diff`
#[derive(Debug, Args)]
pub struct AuditDiff {
    /// An export: a folder or a tar.
    #[arg(value_name = "EXPORT")]
    pub left: PathBuf,
    /// Another one; the indexer's log where left out.
    #[arg(value_name = "OTHER")]
    pub right: Option<PathBuf>,
}
