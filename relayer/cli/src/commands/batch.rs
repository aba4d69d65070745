//! `greatseal batch`: what is stated, confirmed and final. What a word follows is read from the chain.

use super::{
    dispute,
    history::records,
    listing::Listing,
    order::{give, give_as},
};
use crate::{
    answers::{
        self, Text,
        batch::{BatchShown, Executed, Statement as StatementShown, Vote as VoteShown},
    },
    cli,
    error::CliError,
    manifest::{headed, named, outcome::outcomes},
    money::claims::Claims,
    session::Session,
    text,
};
use greatseal_protocol::{
    batch::Batch,
    bytes::{ManifestHash, ReferenceHash},
    cells::CellKey,
    command::Order,
    dispute::Subject,
    event::Event,
    language::program,
    refusal::Refusal,
    settlement::{Statement, Verdict, Vote},
    state::State,
};
use std::path::Path;

/// `greatseal batch …`
///
/// # Errors
///
/// [`CliError::Input`], [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Batches) -> Result<(), CliError> {
    match command {
        cli::Batches::Show { batch } => show(session, batch).await,
        cli::Batches::State { batch, outcome, debited, signer } => {
            state(session, (batch, outcome), debited.as_deref(), signer).await
        }
        cli::Batches::Vote { batch, recorder, verdict, outcome, evidence, signer } => {
            let said = Said { batch, recorder, verdict, outcome: outcome.as_deref(), evidence };
            vote(session, &said, signer).await
        }
        cli::Batches::Finalise { batch, recorder, signer } => {
            let (manifest, recorder) = (named(batch)?.0, text::seat(recorder)?);
            let stated = session.cells([CellKey::Statement(manifest, recorder)]).await?.stated(manifest, recorder)?;
            let version = stated.ok_or(Refusal::UnknownStatement)?.statement.version;
            give(session, signer, |_| Order::Program(program::Order::Finalise { manifest, recorder, version })).await
        }
        cli::Batches::Hold { batch, entry: index, until, reason, signer } => {
            let (manifest, index) = (named(batch)?.0, *index);
            let (until, reason) = (text::moment("--until", until, session.now)?, text::words(reason));
            let order = |nonce| program::Order::HoldEntry { manifest, index, until, reason, nonce };
            give(session, signer, |member| Order::Program(order(member.next_nonce()))).await
        }
        cli::Batches::Free { batch, entry: index, signer } => {
            let (manifest, index) = (named(batch)?.0, *index);
            let order = |nonce| program::Order::FreeEntry { manifest, index, nonce };
            give(session, signer, |member| Order::Program(order(member.next_nonce()))).await
        }
    }
}

/// A batch as the chain has it.
///
/// # Errors
///
/// [`CliError::Refused`] with 812 where there is none.
pub async fn stored(session: &Session, manifest: ManifestHash) -> Result<Batch, CliError> {
    Ok(*session.cells([CellKey::Batch(manifest)]).await?.batch(manifest)?)
}

/// Root and sums follow from the outcomes, version and predecessor from the seat's last statement.
async fn state(
    session: &Session,
    (batch, outcome): (&Path, &Path),
    debited: Option<&str>,
    signer: &cli::Signer,
) -> Result<(), CliError> {
    let (manifest, checked) = headed(batch)?;
    let found = outcomes(outcome, &checked, 0, &mut Claims::default())?;
    let sums = found.sums;
    let debited = debited.map_or(Ok(sums.arrived), |text| text::amount("--debited", text))?;
    let order = async |member: &crate::place::Member| {
        let last = session.cells([CellKey::Statement(manifest, member.id)]).await?.stated(manifest, member.id)?;
        Ok(Order::Program(program::Order::State(Statement {
            manifest,
            version: last.as_ref().map_or(1, |last| last.statement.version.saturating_add(1)),
            previous: last.map(|last| last.commitment),
            root: found.root,
            closed: sums.closed,
            paid: sums.paid,
            unpaid: sums.unpaid,
            debited,
        })))
    };
    give_as(session, signer, order).await
}

/// What an auditor says on the command line.
struct Said<'a> {
    batch: &'a str,
    recorder: &'a str,
    verdict: &'a str,
    outcome: Option<&'a Path>,
    evidence: &'a str,
}

/// Who confirms has computed root and sums again.
async fn vote(session: &Session, said: &Said<'_>, signer: &cli::Signer) -> Result<(), CliError> {
    const VERDICT: &str = "a verdict is confirmed, contradicted or withdrawn";
    const MANIFEST: &str = "name the batch by its manifest's file, to compare the outcomes with";
    let (manifest, checked) = named(said.batch)?;
    let recorder = text::seat(said.recorder)?;
    let none = |_| CliError::input("--verdict", format!("`{}` is none", said.verdict), VERDICT);
    let verdict: Verdict = said.verdict.parse().map_err(none)?;
    let evidence = ReferenceHash(text::hash(said.evidence)?);
    let stated = session.cells([CellKey::Statement(manifest, recorder)]).await?.stated(manifest, recorder)?;
    let stated = stated.ok_or(Refusal::UnknownStatement)?;
    if let Some(path) = said.outcome {
        let checked = checked.ok_or_else(|| CliError::input(said.batch, "is no file", MANIFEST))?;
        let found = outcomes(path, &checked, 0, &mut Claims::default())?;
        let Statement { root, closed, paid, unpaid, .. } = stated.statement;
        let same = (found.root, found.sums.closed, found.sums.paid, found.sums.unpaid) == (root, closed, paid, unpaid);
        if !same && verdict == Verdict::Confirmed {
            return Err(CliError::Contradiction(format!("{} is not what {recorder} has stated", path.display())));
        }
    }
    let (version, commitment) = (stated.statement.version, stated.commitment);
    let order = async |member: &crate::place::Member| {
        let last = session.cells([CellKey::Vote(manifest, member.id)]).await?.voted(manifest, member.id)?;
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        let vote = Vote { manifest, number, recorder, version, commitment, verdict, evidence };
        Ok(Order::Program(program::Order::Vote(vote)))
    };
    give_as(session, signer, order).await
}

async fn show(session: &Session, batch: &str) -> Result<(), CliError> {
    let (manifest, _) = named(batch)?;
    let batch = stored(session, manifest).await?;
    let listing = Listing::of(session).await?;
    let disputes = dispute::about(session, &listing, Subject::Batch(manifest)).await?;
    let disputed = disputes.iter().any(|dispute| dispute.open);
    let stopped = session.cells([CellKey::Stopped(manifest)]).await?.stopped(manifest)?;
    let (mut statements, mut votes) = (Vec::new(), Vec::new());
    for recorder in listing.named(|key| match key {
        CellKey::Statement(of, recorder) if *of == manifest => Some(*recorder),
        _ => None,
    }) {
        let stated = session.cells([CellKey::Statement(manifest, recorder)]).await?.stated(manifest, recorder)?;
        statements.extend(stated.map(|stated| StatementShown::of(recorder, &stated)));
    }
    for auditor in listing.named(|key| match key {
        CellKey::Vote(of, auditor) if *of == manifest => Some(*auditor),
        _ => None,
    }) {
        let voted = session.cells([CellKey::Vote(manifest, auditor)]).await?.voted(manifest, auditor)?;
        votes.extend(voted.map(|voted| VoteShown::of(auditor, &voted)));
    }
    let (executed, history_error) = match records(session, &["BatchExecuted"]).await {
        Ok(records) => (records.iter().find_map(|record| executed(manifest, record.at, &record.event)), None),
        Err(error @ CliError::Contradiction(_)) => return Err(error),
        Err(error) => (None, Some(error.to_string())),
    };
    let (block, complete) = (session.at(), listing.complete());
    let batch = answers::batch::Batch::of(manifest, &batch, stopped, disputed);
    session.output.answer(&BatchShown { block, batch, disputes, statements, votes, complete, executed, history_error })
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
