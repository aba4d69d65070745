//! `greatseal audit`: nothing that the indexer says is believed.

mod companions;
mod compare;
mod export;
mod files;
mod out;
mod report;
mod rows;

pub use export::run as export;

use self::{
    companions::{Check, Kept},
    compare::Comparison,
    report::Report,
    rows::{Place, Rows},
};
use crate::{
    cli::AuditVerify,
    error::CliError,
    money::record::OnRecord,
    output::note,
    place::read_deployment,
    services::Service,
    session::{Session, Settings},
};
use greatseal_api::{
    link::RowHash,
    verify::{Fault, Verified, Verifier},
    wire::Health,
};
use greatseal_deployment::Deployment;
use greatseal_protocol::bytes::parse_hex;
use std::time::Duration;

/// How long the indexer may need to catch up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The whole history as the indexer has it up to a block, verified by itself; the chain is not asked.
///
/// # Errors
///
/// [`CliError::NotVerified`], [`CliError::Unreachable`].
pub(crate) async fn history(indexer: &Service, deployment: Deployment, up_to: u64) -> Result<Verified, CliError> {
    let mut verifier = Verifier::new(deployment);
    let mut rows = Rows::of_indexer(indexer);
    while let Some((row, place)) = rows.next().await? {
        if row.block_number > up_to {
            break;
        }
        let entry = verifier.read(&row).map_err(|fault| wrong(fault, place))?;
        verifier.fold(entry).map_err(|fault| wrong(fault, place))?;
    }
    verifier.finish().map_err(|fault| wrong(fault, Place::End))
}

/// `greatseal audit verify`
///
/// # Errors
///
/// [`CliError::NotVerified`] with the first event that does not hold, [`CliError::Found`] where files contradict what is on
/// record, [`CliError::NotAllChecked`] where all holds that was looked at, and something was not.
pub async fn verify(settings: &Settings, command: &AuditVerify) -> Result<(), CliError> {
    let expected = command.expect_head.as_deref().map(head_of).transpose()?;
    let session = match command.offline {
        true => None,
        false => Some(Session::open(settings).await?),
    };
    let mut rows = match &command.file {
        Some(path) => Rows::of_file(path)?,
        None => {
            let indexer = settings.services.indexer()?;
            if let Some(session) = &session {
                caught_up(&indexer, session.block.number).await?;
            }
            Rows::of_indexer(&indexer)
        }
    };
    let kept = command.companions.as_deref().map(Kept::import).transpose()?;
    let mut walk = Walk {
        verifier: Verifier::new(read_deployment(&settings.deployment)?),
        companions: Check::new(kept.as_ref()),
        comparison: session.as_ref().map(|session| Comparison::new(&session.chain, session.block)),
        expected,
        on: OnRecord::default(),
    };
    if let Err(error) = walk.all(&mut rows).await {
        // What was found first is not what comes first: blocks are compared while later rows are read.
        return Err(walk.earlier(error).await);
    }
    let Walk { verifier, companions, comparison, expected, on } = walk;
    let blocks = match comparison {
        Some(comparison) => Some(comparison.finish().await?),
        None => None,
    };
    let verified = verifier.finish().map_err(|fault| wrong(fault, Place::End))?;
    let files = command.files.as_deref().map(|folder| files::check(folder, &on)).transpose()?;
    let mut report = Report::new(&verified, &companions).with_files(&on, files);
    if let Some(Expected { head, at }) = expected {
        report.expected(head, at)?;
    }
    if let (Some(session), Some(blocks)) = (&session, blocks) {
        let later = compare::state(session, &verified).await?;
        // The indexer was waited for: it must have everything. An export is as old as it is.
        if later > 0 && command.file.is_none() {
            return Err(CliError::NotVerified(format!("the last {later} events of the contract are missing")));
        }
        report.chain(blocks, later);
    }
    report.answer(settings.output)
}

/// Everything that walks along with the rows.
struct Walk<'a> {
    verifier: Verifier,
    companions: Check<'a>,
    comparison: Option<Comparison>,
    expected: Option<Expected>,
    on: OnRecord,
}

/// A head that somebody has from elsewhere.
struct Expected {
    head: RowHash,
    /// Number of events up to it.
    at: Option<u64>,
}

impl Walk<'_> {
    async fn all(&mut self, rows: &mut Rows) -> Result<(), CliError> {
        while let Some((row, place)) = rows.next().await? {
            let entry = self.verifier.read(&row).map_err(|fault| wrong(fault, place))?;
            let seq = self.verifier.events();
            self.companions
                .before(self.verifier.state(), &entry.record)
                .map_err(|missing| CliError::NotVerified(format!("event {seq}: {missing}{place}")))?;
            self.on.take(&entry.record);
            let hash = entry.hash;
            let told = self.comparison.as_ref().map(|_| compare::Told::of(&entry));
            self.verifier.fold(entry).map_err(|fault| wrong(fault, place))?;
            if let Some(expected) = self.expected.as_mut().filter(|expected| expected.head == hash) {
                expected.at = Some(self.verifier.events());
            }
            if let (Some(comparison), Some(told)) = (&mut self.comparison, told) {
                comparison.take(told, self.verifier.contract()).await?;
            }
        }
        Ok(())
    }

    /// What the chain contradicts before the event of this error; otherwise that.
    async fn earlier(self, error: CliError) -> CliError {
        match self.comparison {
            Some(comparison) if matches!(error, CliError::NotVerified(_)) => {
                comparison.so_far().await.err().unwrap_or(error)
            }
            _ => error,
        }
    }
}

fn head_of(text: &str) -> Result<Expected, CliError> {
    const HELP: &str = "give the 64 hexadecimal digits that `greatseal audit verify` shows as head";
    let head = parse_hex(text).map_err(|error| CliError::input("--expect-head", error, HELP))?;
    Ok(Expected { head: RowHash(head), at: None })
}

fn wrong(fault: Fault, place: Place) -> CliError {
    match fault {
        Fault::OtherDeployment { .. } => CliError::WrongDeployment(fault.to_string()),
        Fault::Empty | Fault::Event { .. } => CliError::NotVerified(format!("{fault}{place}")),
    }
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
