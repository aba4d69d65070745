//! `greatseal audit`: nothing that the indexer says is believed.

mod checkpoint;
mod companions;
mod compare;
mod diff;
mod export;
mod files;
mod out;
mod report;
mod selection;
mod source;

pub use diff::run as diff;
pub use export::run as export;

use self::{
    companions::{Check, Kept},
    report::Report,
    source::{Source, Stop, not_handed, reads, wrong},
};
use crate::{
    cli::AuditVerify,
    contents::Identity,
    error::CliError,
    money::record::OnRecord,
    output::note,
    place::read_deployment,
    services::Service,
    session::{Session, Settings},
};
use greatseal_api::wire::Health;
use greatseal_audit::{Handed, parse_head};
use greatseal_deployment::Deployment;
use greatseal_protocol::memory::Memory;
use greatseal_trail::tree::Head;
use std::time::Duration;

/// How long the indexer may need to catch up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The state that the indexer's log amounts to up to a block, verified by itself; the chain is not asked.
///
/// # Errors
///
/// [`CliError::NotVerified`], [`CliError::Unreachable`].
pub(crate) async fn history(indexer: &Service, deployment: Deployment, up_to: u64) -> Result<Memory, CliError> {
    let source = Source::Indexer(indexer.clone());
    let mut verification = source.begin(deployment, Vec::new()).await?;
    let within = |entry: &greatseal_audit::Entry, _: &Memory| match entry.leaf.block_number > up_to {
        true => Err(Stop::Enough),
        false => Ok(()),
    };
    match source.give(&mut verification, &mut { within }).await {
        Ok(()) => Ok(verification.finish().map_err(|fault| wrong(&fault))?.state),
        Err(Stop::Enough) => Ok(verification.into_state()),
        Err(Stop::Fault(fault)) => Err(wrong(&fault)),
        Err(Stop::Cli(error)) => Err(error),
    }
}

/// `greatseal audit verify`
///
/// # Errors
///
/// [`CliError::NotVerified`] with the first event or block that does not hold, [`CliError::Found`] where files contradict what
/// is on record, [`CliError::NotAllChecked`] where all holds that was looked at, and something was not.
pub async fn verify(settings: &Settings, command: &AuditVerify) -> Result<(), CliError> {
    let deployment = read_deployment(&settings.deployment)?;
    let kept = command.expect_head.as_deref().map(head_of).transpose()?;
    let trusted = checkpoint::trusted(&command.checkpoint, &deployment)?;
    let reading = command.read.reading();
    if command.bundle.is_none() && reading.identity.is_some() {
        return Err(CliError::input("--identity", "opens contents of a bundle", "give the bundle with --bundle"));
    }
    let identity = reading.identity()?.map(Identity::key);
    let session = match command.offline {
        true => None,
        false => Some(Session::open(settings).await?),
    };
    let source = match &command.bundle {
        Some(path) => Source::folder(path)?,
        None => {
            let indexer = settings.services.indexer()?;
            if let Some(session) = &session {
                caught_up(&indexer, session.block.number).await?;
            }
            Source::Indexer(indexer)
        }
    };
    if let Some(said) = selection::head(&source, &deployment)? {
        let with = selection::With { kept, trusted: trusted.as_ref(), session: session.as_ref(), identity };
        return selection::verify(&source, &deployment, said, with, settings.output, command).await;
    }
    let mut handed = source.bundle().map(|bundle| Handed::open(bundle, &deployment)).transpose().map_err(not_handed)?;
    let signatures = command.companions.as_deref().map(Kept::import).transpose()?;
    let mut companions = Check::new(signatures.as_ref());
    let mut on = OnRecord::default();
    // Before the head: the log only grows.
    let attested = match &trusted {
        Some(trusted) => Some(checkpoint::attested(trusted, &source).await?),
        None => None,
    };
    let heads = kept.into_iter().chain(attested.as_ref().map(|attested| attested.head)).collect();
    let mut verification = source.begin(deployment, heads).await?;
    let mut look = |entry: &greatseal_audit::Entry, state: &Memory| {
        let seq = entry.record.seq;
        let missing = |missing: String| CliError::NotVerified(format!("event {seq}: {missing}"));
        companions.before(state, &entry.record).map_err(missing)?;
        on.take(&entry.record);
        match &mut handed {
            Some(handed) => Ok(handed.take(entry)?),
            None => Ok(()),
        }
    };
    match source.give(&mut verification, &mut look).await {
        Ok(()) => {}
        Err(Stop::Fault(fault)) => return Err(wrong(&fault)),
        Err(Stop::Cli(error)) => return Err(error),
        // Nobody here says so.
        Err(Stop::Enough) => {}
    }
    let verified = verification.finish().map_err(|fault| wrong(&fault))?;
    let held = handed.map(|handed| handed.finish(identity, &mut reads())).transpose().map_err(not_handed)?.flatten();
    let files = command.files.as_deref().map(|folder| files::check(folder, &on)).transpose()?;
    let mut report = Report::new(&verified, &companions).with_files(&on, files);
    report.expected(kept);
    report.bundle(held.as_ref());
    report.attested(attested.as_ref());
    if let Some(session) = &session {
        compare::anchor(session, &verified).await?;
        let later = compare::state(session, &verified).await?;
        // The indexer was waited for: it must have everything. An export is as old as it is.
        if later > 0 && command.bundle.is_none() {
            return Err(CliError::NotVerified(format!("the last {later} events of the contract are missing")));
        }
        report.chain(verified.blocks, later);
    }
    report.answer(settings.output)
}

/// A head as it is shown: size and root of the tree.
fn head_of(text: &str) -> Result<Head, CliError> {
    const HELP: &str = "give SIZE:ROOT as `greatseal audit verify` shows it as head, such as 120:5f…";
    parse_head(text).ok_or_else(|| CliError::input("--expect-head", "is not the size and the root of a log", HELP))
}

/// Waits until the indexer has every block that was final when the command began.
pub(crate) async fn caught_up(indexer: &Service, block: u64) -> Result<(), CliError> {
    let since = tokio::time::Instant::now();
    loop {
        let health: Health = indexer.get("/health").await?;
        if health.indexed_to >= block {
            return Ok(());
        }
        if health.status == "stopped" {
            return Err(CliError::NotVerified(format!("the indexer has stopped: {}", health.why())));
        }
        if since.elapsed() > PATIENCE {
            return Err(CliError::Failed(format!(
                "the indexer is at block {}, the chain at {block}",
                health.indexed_to
            )));
        }
        note("waiting for the indexer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
