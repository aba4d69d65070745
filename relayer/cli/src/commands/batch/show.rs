//! `greatseal batch show`: everything that the chain has of a batch, read by name: no listing is needed.
//!
//! Recorders are Operator and Treasury seats, voters Auditor seats: each place that a seat can have is looked at.

use crate::{
    answers::{
        Text,
        batch::{Batch, BatchNotExecuted, BatchShown, Executed, Statement, Vote},
    },
    commands::{dispute, history::records, places},
    error::CliError,
    foresee,
    manifest::named,
    session::Session,
};
use greatseal_client::Remote;
use greatseal_protocol::{
    batch,
    bytes::ManifestHash,
    cells::{CellKey, Cells as _},
    command::Order,
    council::{Council, SeatId},
    dispute::Subject,
    event::Event,
    language::program,
    refusal::Refusal,
    settlement::Stated,
    state::State,
};

/// Shows a batch.
///
/// # Errors
///
/// [`CliError::Refused`] with 812 where the chain knows nothing of it.
pub(super) async fn run(session: &Session, batch: &str) -> Result<(), CliError> {
    let (manifest, _) = named(batch)?;
    let subject = Subject::Batch(manifest);
    let cell = CellKey::Batch(manifest);
    let recorders: Vec<SeatId> = [Council::Operator, Council::Treasury].into_iter().flat_map(places::every).collect();
    let keys = recorders.iter().map(|recorder| CellKey::Statement(manifest, *recorder));
    let keys = keys.chain(places::every(Council::Auditor).map(|auditor| CellKey::Vote(manifest, auditor)));
    let cells = session.cells(keys.chain([cell, CellKey::Stopped(manifest), CellKey::Disputed(subject)])).await?;
    let block = session.at();
    let (stopped, upheld) = (cells.stopped(manifest)?, cells.disputes(&subject)?.upheld);
    let disputes = dispute::about(session, None, subject).await?;
    let Some(found) = cells.cell::<batch::Batch>(&cell)? else {
        return match (stopped, disputes.as_slice()) {
            (None, []) => Err(Refusal::UnknownBatch.into()),
            _ => session.output.answer(&BatchNotExecuted {
                block,
                manifest: Text(manifest),
                stopped_at: stopped.map(Text),
                upheld_at: upheld.map(Text),
                disputes,
            }),
        };
    };
    let mut statements = Vec::new();
    for recorder in recorders {
        if let Some(stated) = cells.stated(manifest, recorder)? {
            statements.push(Statement::of(recorder, &stated, finality(session, recorder, &stated).await?));
        }
    }
    let (executed, history_error) = match records(session, &["BatchExecuted"]).await {
        Ok(records) => (records.iter().find_map(|record| executed(manifest, record.at, &record.event)), None),
        Err(error @ CliError::Contradiction(_)) => return Err(error),
        Err(error) => (None, Some(error.to_string())),
    };
    let disputed = disputes.iter().any(|dispute| dispute.open);
    session.output.answer(&BatchShown {
        block,
        batch: Batch::of(manifest, &found, stopped, disputed),
        disputes,
        upheld_at: upheld.map(Text),
        statements,
        votes: votes(&cells, manifest)?,
        executed,
        history_error,
    })
}

/// The rule that keeps a statement from being made final now: the contract's rules are asked.
async fn finality(session: &Session, recorder: SeatId, stated: &Stated) -> Result<Option<Refusal>, CliError> {
    let (manifest, version) = (stated.statement.manifest, stated.statement.version);
    let order = Order::Program(program::Order::Finalise { manifest, recorder, version });
    foresee::in_the_way(session, stated.key, order).await
}

/// Each auditor's last vote.
fn votes(cells: &Remote, manifest: ManifestHash) -> Result<Vec<Vote>, CliError> {
    let mut votes = Vec::new();
    for auditor in places::every(Council::Auditor) {
        let Some(voted) = cells.voted(manifest, auditor)? else { continue };
        let stated = cells.stated(manifest, voted.recorder)?;
        votes.push(Vote::of(auditor, &voted, stated.as_deref()));
    }
    Ok(votes)
}

/// The execution, as the indexer has it.
fn executed(of: ManifestHash, at: u64, event: &Event) -> Option<Executed> {
    match event {
        Event::Program(program::Event::BatchExecuted { id, batch }) if batch.manifest == of => {
            let (proposal, parent) = (Text(*id), batch.header.parent.map(Text));
            Some(Executed { at: Text(at), proposal, small: batch.small, parent })
        }
        _ => None,
    }
}
