//! `greatseal dispute`: doubts about records, and the clocks of those who have to answer.

use super::{
    listing::Listing,
    order::{give, signed},
};
use crate::{
    answers::dispute::{Dispute, DisputeShown},
    cli,
    commands::unknown,
    error::CliError,
    place::Member,
    session::Session,
    text,
};
use greatseal_protocol::{
    bytes::{ManifestHash, ReferenceHash},
    cells::{CellKey, Cells as _},
    command::Order,
    council::SeatId,
    dispute::{self, DisputeId, Subject},
    language,
    proposal::Proposal,
    proposal_id::ProposalId,
    refusal::Refusal,
    state::State,
};
use std::collections::BTreeSet;

/// `greatseal dispute …`
///
/// # Errors
///
/// [`CliError::Input`], [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Disputes) -> Result<(), CliError> {
    match command {
        cli::Disputes::Open { said, allow_unknown } => {
            let (subject, reason) = (subject(session, &said.subject).await?, text::words(&said.reason));
            let known = unknown::of_subject(session, subject).await?.or_refuse(said.signer.yes, *allow_unknown)?;
            let order = |_: &Member| Order::Dispute(language::dispute::Order::Open { subject, reason });
            session.output.answer(&signed(session, &said.signer, order, known).await?)
        }
        cli::Disputes::Acknowledge { which, signer } => {
            let dispute = this(session, which).await?;
            give(session, signer, |_| Order::Dispute(language::dispute::Order::Acknowledge { dispute })).await
        }
        cli::Disputes::Triage { which, finding, signer } => {
            let (dispute, finding) = (this(session, which).await?, text::words(finding));
            give(session, signer, |_| Order::Dispute(language::dispute::Order::Triage { dispute, finding })).await
        }
        cli::Disputes::Retract(said) => {
            let (subject, reason) = (subject(session, &said.subject).await?, text::words(&said.reason));
            give(session, &said.signer, |_| Order::Dispute(language::dispute::Order::Retract { subject, reason })).await
        }
        cli::Disputes::Show { which } => show(session, which).await,
    }
}

/// What is disputed, as people copy it. Digits alone are looked for among the batches and the proposals of the chain.
///
/// # Errors
///
/// [`CliError::Input`], [`CliError::Refused`] where there is no such proposal.
pub async fn subject(session: &Session, text: &str) -> Result<Subject, CliError> {
    const HELP: &str = "a subject is batch:HEX, proposal:ID, other:HEX, or the 64 hexadecimal digits of a manifest, a proposal's digest or any other record";
    let bad = || CliError::input("subject", format!("`{text}` is none"), HELP);
    if let Ok(subject) = text.parse() {
        return Ok(subject);
    }
    if let Some(id) = text.strip_prefix("proposal:") {
        let id: ProposalId = id.parse().map_err(|_| bad())?;
        let digest = session.cells([CellKey::proposal(id)]).await?.proposal(id)?.digest;
        return Ok(Subject::Proposal(id, digest));
    }
    let hash: ReferenceHash = text.trim_start_matches("sha256:").parse().map_err(|_| bad())?;
    let manifest = ManifestHash(hash.0);
    if session.cells([CellKey::Batch(manifest)]).await?.load(&CellKey::Batch(manifest)).is_some() {
        return Ok(Subject::Batch(manifest));
    }
    Ok(proposed(session, hash).await?.unwrap_or(Subject::Other(hash)))
}

/// The proposal with this digest, where the chain still holds it.
async fn proposed(session: &Session, hash: ReferenceHash) -> Result<Option<Subject>, CliError> {
    for key in unknown::proposals(session).await? {
        let CellKey::Proposal(author, slot) = key else { continue };
        let proposal: Option<Box<Proposal>> = session.cells([key]).await?.cell(&key)?;
        if let Some(proposal) = proposal.filter(|proposal| proposal.digest.0 == hash.0) {
            return Ok(Some(Subject::Proposal(proposal.id(author, slot), proposal.digest)));
        }
    }
    Ok(None)
}

/// The dispute that is meant: of the seat that is named, or the only one that is open.
///
/// # Errors
///
/// [`CliError::Refused`] with 641 where there is none, [`CliError::Input`] where several seats dispute the subject.
pub async fn this(session: &Session, which: &cli::WhichDispute) -> Result<DisputeId, CliError> {
    const HELP: &str = "say whose is meant: --of A0";
    let subject = subject(session, &which.subject).await?;
    if let Some(seat) = &which.of {
        let seat: SeatId = seat.parse().map_err(|error| CliError::input("--of", error, HELP))?;
        return Ok(DisputeId { subject, seat });
    }
    let all = about(session, &Listing::of(session).await?, subject).await?;
    let open: Vec<_> = all.iter().filter(|dispute| dispute.open).collect();
    let all: Vec<_> = all.iter().collect();
    match (open.as_slice(), all.as_slice()) {
        ([one], _) | ([], [one]) => Ok(DisputeId { subject, seat: one.seat.0 }),
        ([], _) => Err(Refusal::NotDisputed)?,
        (several, _) => {
            let seats: Vec<_> = several.iter().map(|dispute| dispute.seat.to_string()).collect();
            Err(CliError::input("subject", format!("{} dispute it", seats.join(" and ")), HELP))
        }
    }
}

/// The disputes about a subject: each seat's last one.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn about(session: &Session, listing: &Listing, subject: Subject) -> Result<Vec<Dispute>, CliError> {
    let listed = listing.named(|key| match key {
        CellKey::Dispute(id) if id.subject == subject => Some(*id),
        _ => None,
    });
    let mut ids: BTreeSet<DisputeId> = listed.collect();
    if !listing.complete() {
        let seats = unknown::disputing(session, subject).await?;
        ids.extend(seats.into_iter().map(|seat| DisputeId { subject, seat }));
    }
    let cells = session.cells(ids.iter().flat_map(|id| [CellKey::Dispute(*id), CellKey::Seat(id.seat)])).await?;
    let mut found = Vec::new();
    for id in ids {
        if let Some(dispute) = cells.dispute(id)? {
            let open = dispute.stands(&*cells.seat(id.seat)?);
            found.push(Dispute::of(id, &dispute, open, session.now));
        }
    }
    Ok(found)
}

/// The last dispute of a seat about a subject.
///
/// # Errors
///
/// [`CliError::Refused`] with 641 where there was none.
pub async fn stored(session: &Session, id: DisputeId) -> Result<dispute::Dispute, CliError> {
    let dispute = session.cells([CellKey::Dispute(id)]).await?.dispute(id)?;
    Ok(dispute.ok_or(Refusal::NotDisputed)?)
}

async fn show(session: &Session, which: &cli::WhichDispute) -> Result<(), CliError> {
    let id = this(session, which).await?;
    let dispute = stored(session, id).await?;
    let cells = session.cells([CellKey::Seat(id.seat)]).await?;
    let open = dispute.stands(&*cells.seat(id.seat)?);
    let dispute = Dispute::of(id, &dispute, open, session.now);
    session.output.answer(&DisputeShown { block: session.at(), dispute })
}
