//! `greatseal audit verify --bundle` of a selection.

use super::{
    report::{bundle, checkpoint, metadata, signed},
    source::{Source, not_handed, reads},
};
use crate::{
    answers::{
        Text,
        audit::{AuditSelectionVerified, ContentsChecked, Filter, NotShown, Verdict},
    },
    cli::AuditVerify,
    error::CliError,
    output::Output,
    session::Session,
};
use greatseal_audit::{Handed, checkpoint::Trusted, selection, verdict};
use greatseal_bundle::selection::SelectionHead;
use greatseal_content::restricted::Identity;
use greatseal_deployment::Deployment;
use greatseal_protocol::bytes::to_hex;
use greatseal_trail::tree::Head;

/// What a selection is compared with.
pub(super) struct With<'a> {
    /// A head that somebody has.
    pub(super) kept: Option<Head>,
    /// Keys of the log and of witnesses.
    pub(super) trusted: Option<&'a Trusted>,
    /// The chain; none offline.
    pub(super) session: Option<&'a Session>,
    /// Opens restricted contents.
    pub(super) identity: Option<&'a Identity>,
}

/// Which selection a source is; none where it is a whole log.
///
/// # Errors
///
/// [`CliError::NotVerified`], [`CliError::WrongDeployment`], [`CliError::Input`].
pub(super) fn head(source: &Source, deployment: &Deployment) -> Result<Option<(SelectionHead, Head)>, CliError> {
    match source.bundle() {
        Some(bundle) => selection::head(bundle, deployment).map_err(not_handed),
        None => Ok(None),
    }
}

/// Verifies it.
///
/// # Errors
///
/// [`CliError::NotVerified`]; [`CliError::NotAllChecked`] where it holds, for it is no whole log.
pub(super) async fn verify(
    source: &Source,
    deployment: &Deployment,
    said: (SelectionHead, Head),
    with: With<'_>,
    output: Output,
    command: &AuditVerify,
) -> Result<(), CliError> {
    let given = [("--companions", command.companions.is_some()), ("--files", command.files.is_some())];
    if let Some((switch, _)) = given.into_iter().find(|(_, given)| *given) {
        return Err(CliError::input(switch, "is compared with a whole log, not with a selection", WHOLE));
    }
    let Some(files) = source.bundle() else { return Ok(()) };
    let mut handed = Handed::open(files, deployment).map_err(not_handed)?;
    let selected = selection::verify(files, deployment, said, with.kept, with.trusted, &mut handed);
    let selected = selected.map_err(not_handed)?;
    let held = handed.finish(with.identity, &mut reads()).map_err(not_handed)?;
    if let Some(session) = with.session {
        on_chain(session, &selected.blocks).await?;
    }
    let linked = |open: &verdict::NotShown| {
        with.session.is_none() || !matches!(open, verdict::NotShown::Chain | verdict::NotShown::Headers)
    };
    let not_shown: Vec<_> = verdict::NotShown::of(&selected).into_iter().filter(linked).collect();
    let failure = CliError::NotAllChecked {
        what: "a selection shows neither that nothing is missing in between nor that the rules give its events".into(),
        help: WHOLE,
    };
    output.answer(&AuditSelectionVerified {
        verified: Verdict::InPart,
        events: Text(selected.leaves),
        of_events: Text(selected.head.size),
        head: format!("{}:{}", selected.head.size, selected.head.root),
        filter: Filter::of(&selected.filter.filter().unwrap_or_default()),
        under_checkpoint: selected.under_checkpoint.map(Text),
        blocks: Text(u64::try_from(selected.blocks.len()).unwrap_or(u64::MAX)),
        signed: signed(&selected.bases),
        metadata: selected.metadata.iter().map(metadata).collect(),
        checkpoint: selected.attested.as_ref().map(checkpoint),
        on_chain: with.session.map(|_| true),
        bundle: held.as_ref().map(|held| bundle(&held.listed)),
        contents: held.as_ref().map(|held| ContentsChecked::of(&held.contents)),
        not_shown: not_shown.into_iter().map(NotShown::of).collect(),
        exit_code: failure.exit_code(),
        help: failure.help(),
    })?;
    Err(failure)
}

const WHOLE: &str = "verify the whole log: `greatseal audit verify`, or an export without a selection";

/// Each block is the chain's, and final.
async fn on_chain(session: &Session, blocks: &[(u64, [u8; 32])]) -> Result<(), CliError> {
    let finalized = session.chain.finalized().await?;
    for (number, hash) in blocks {
        let found = match *number <= finalized.number {
            true => session.chain.block_hash(*number).await?,
            false => None,
        };
        if found != Some(*hash) {
            let ours = to_hex(hash);
            let reason =
                format!("block {number} of the selection has the hash {ours}, and the chain has no such final block");
            return Err(CliError::NotVerified(reason));
        }
    }
    Ok(())
}
