//! `greatseal dispute`: doubts about records, and the clocks of those who have to answer.

use super::{
    governance::{decide::batch, show::action},
    listing::Listing,
    order::{give, give_as, signed},
};
use crate::{
    answers::{
        self, Text,
        dispute::{Dispute, DisputeShown},
    },
    cli,
    commands::unknown::{self, Unknown},
    contents::{Patience, Privacy},
    error::CliError,
    output::{Line, line},
    place::Member,
    screen::About,
    session::Session,
    text,
};
use greatseal_protocol::{
    bytes::{ManifestHash, ReferenceHash},
    cells::{CellKey, Cells as _},
    command::Order,
    council::SeatId,
    digest,
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
        cli::Disputes::Open { said, only_proposal, allow_unknown } => {
            let named = subject(session, &said.subject).await?;
            // It holds money back: it does not wait long.
            let Doubted { subject, pays, privacy } = doubted(session, named, *only_proposal, Patience::brake()).await?;
            let known = match pays {
                // It is not executed yet, and a proposal that the chain holds names it.
                Some(_) => Unknown::default(),
                None => unknown::of_subject(session, subject).await?.or_refuse(said.signer.yes, *allow_unknown)?,
            };
            let about = About { lines: pays.iter().map(instead).collect(), privacy, ..About::default() };
            let reason = text::words(&session.at_hand, &said.reason);
            let order = |_: &Member| Order::Dispute(language::dispute::Order::Open { subject, reason });
            let mut answer = signed(session, &said.signer, about, order, known).await?;
            if let answers::signed::Order::OpenDispute { proposal, .. } = &mut answer.order {
                *proposal = pays.map(Text);
            }
            session.signed(&answer)
        }
        cli::Disputes::Acknowledge { which, signer } => {
            let (dispute, _) = this(session, which).await?;
            give(session, signer, |_| Order::Dispute(language::dispute::Order::Acknowledge { dispute })).await
        }
        cli::Disputes::Triage { which, finding, signer } => {
            let ((dispute, known), finding) = (this(session, which).await?, text::words(&session.at_hand, finding));
            let about = About { privacy: privacy(session, dispute.subject, known).await?, ..About::default() };
            let order = Order::Dispute(language::dispute::Order::Triage { dispute, finding });
            give_as(session, signer, about, async |_: &Member| Ok(order)).await
        }
        cli::Disputes::Retract(said) => {
            let named = subject(session, &said.subject).await?;
            let (Doubted { subject, privacy: known, .. }, _) = disputed(session, named).await?;
            let about = About { privacy: privacy(session, subject, known).await?, ..About::default() };
            let reason = text::words(&session.at_hand, &said.reason);
            let order = Order::Dispute(language::dispute::Order::Retract { subject, reason });
            give_as(session, &said.signer, about, async |_: &Member| Ok(order)).await
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

/// What is doubted, and what is known of it.
struct Doubted {
    /// The subject.
    subject: Subject,
    /// The proposal that was named, where the subject is the batch that it pays.
    pays: Option<ProposalId>,
    /// Who may read about it, where a proposal was named.
    privacy: Option<Privacy>,
}

/// What somebody doubts who names a subject. Another proposal can pay the same batch: whoever doubts one of them means the batch,
/// but `only` means the proposal itself.
async fn doubted(session: &Session, named: Subject, only: bool, patience: Patience) -> Result<Doubted, CliError> {
    let itself = |privacy| Doubted { subject: named, pays: None, privacy };
    let Subject::Proposal(id, _) = named else { return Ok(itself(None)) };
    let holds = async || -> Result<_, CliError> {
        let proposal = session.cells([CellKey::proposal(id)]).await?.proposal(id)?;
        Ok((!only && Subject::holds(proposal.row), proposal))
    };
    let (means_batch, proposal) = match holds().await {
        Err(_) if only => return Ok(itself(Some(Privacy::Unknown))),
        found => found?,
    };
    let action = match action(session, id, &proposal, patience).await {
        Err(_) if !means_batch => return Ok(itself(Some(Privacy::Unknown))),
        found => found?,
    };
    let privacy = Some(Privacy::of_action(session, &action).await?);
    Ok(match batch(&action).filter(|_| means_batch) {
        Some(header) => Doubted { subject: Subject::Batch(digest::manifest_hash(header)), pays: Some(id), privacy },
        None => itself(privacy),
    })
}

/// Who may read about a subject, where the chain does not say it by the subject alone.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn privacy(session: &Session, subject: Subject, known: Option<Privacy>) -> Result<Option<Privacy>, CliError> {
    match known {
        Some(privacy) => Ok(Some(privacy)),
        None => Ok(doubted(session, subject, true, Patience::default()).await?.privacy),
    }
}

/// Above the question, where another subject is disputed than the one that was named.
fn instead(id: &ProposalId) -> Line {
    line("instead of", format!("proposal {id}, which pays this batch: any proposal of it is held"))
}

/// The proposal with this digest, where the chain still holds it.
async fn proposed(session: &Session, hash: ReferenceHash) -> Result<Option<Subject>, CliError> {
    let keys = unknown::proposals(session).await?;
    let cells = session.cells(keys.iter().copied()).await?;
    for key in keys {
        let CellKey::Proposal(author, slot) = key else { continue };
        let proposal: Option<Box<Proposal>> = cells.cell(&key)?;
        if let Some(proposal) = proposal.filter(|proposal| proposal.digest.0 == hash.0) {
            return Ok(Some(Subject::Proposal(proposal.id(author, slot), proposal.digest)));
        }
    }
    Ok(None)
}

/// The dispute that is meant: of the seat that is named, or the only one that is open. With it who may read about it, where a
/// proposal was named that pays the batch.
///
/// # Errors
///
/// [`CliError::Refused`] with 641 where there is none, [`CliError::Input`] where several seats dispute the subject.
pub async fn this(session: &Session, which: &cli::WhichDispute) -> Result<(DisputeId, Option<Privacy>), CliError> {
    const HELP: &str = "say whose is meant: --of A0";
    let named = subject(session, &which.subject).await?;
    let (Doubted { subject, privacy, .. }, all) = disputed(session, named).await?;
    if let Some(seat) = &which.of {
        let seat: SeatId = seat.parse().map_err(|error| CliError::input("--of", error, HELP))?;
        return Ok((DisputeId { subject, seat }, privacy));
    }
    let open: Vec<_> = all.iter().filter(|dispute| dispute.open).collect();
    let all: Vec<_> = all.iter().collect();
    match (open.as_slice(), all.as_slice()) {
        ([one], _) | ([], [one]) => Ok((DisputeId { subject, seat: one.seat.0 }, privacy)),
        ([], _) => Err(Refusal::NotDisputed)?,
        (several, _) => {
            let seats: Vec<_> = several.iter().map(|dispute| dispute.seat.to_string()).collect();
            Err(CliError::input("subject", format!("{} dispute it", seats.join(" and ")), HELP))
        }
    }
}

/// The disputes about a subject; those about the batch that a proposal pays, where nobody disputes the proposal itself.
async fn disputed(session: &Session, named: Subject) -> Result<(Doubted, Vec<Dispute>), CliError> {
    let all = about(session, None, named).await?;
    if !all.is_empty() {
        return Ok((Doubted { subject: named, pays: None, privacy: None }, all));
    }
    let found = doubted(session, named, false, Patience::default()).await?;
    let all = about(session, None, found.subject).await?;
    Ok((found, all))
}

/// The disputes about a subject: each seat's last one. Without a listing every place of a seat that can dispute it is looked at.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn about(session: &Session, listing: Option<&Listing>, subject: Subject) -> Result<Vec<Dispute>, CliError> {
    let ids: BTreeSet<DisputeId> = match listing.filter(|listing| listing.complete()) {
        Some(listing) => listing.named(|key| dispute_about(key, subject)).collect(),
        None => {
            let seats = unknown::disputing(session, subject).await?.into_iter();
            seats.map(|seat| DisputeId { subject, seat }).collect()
        }
    };
    let keys = ids.iter().map(|id| CellKey::Dispute(*id));
    let there = session.cells(keys).await?;
    let ids: Vec<_> = ids.into_iter().filter(|id| there.load(&CellKey::Dispute(*id)).is_some()).collect();
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

fn dispute_about(key: &CellKey, subject: Subject) -> Option<DisputeId> {
    match key {
        CellKey::Dispute(id) if id.subject == subject => Some(*id),
        _ => None,
    }
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
    let (id, _) = this(session, which).await?;
    let dispute = stored(session, id).await?;
    let cells = session.cells([CellKey::Seat(id.seat)]).await?;
    let open = dispute.stands(&*cells.seat(id.seat)?);
    let dispute = Dispute::of(id, &dispute, open, session.now);
    session.output.answer(&DisputeShown { block: session.at(), dispute })
}
