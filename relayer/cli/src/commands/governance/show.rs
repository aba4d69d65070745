//! `greatseal governance show`: the proposal as the chain has it. An indexer only helps to find it, and what it says is
//! compared with the chain; without one the chain's own blocks are searched.

use super::{document, document::Held, opening};
use crate::{
    answers::{
        Text,
        document::Difference,
        proposal::{Answered, Decisions, DocumentHeld, Needs, ProposalShown, Shown, no_points, seats},
    },
    commands::audit::caught_up,
    contents::{Patience, Reading, proposal_protects},
    error::CliError,
    foresee,
    output::note,
    screen::About,
    services::Service,
    session::Session,
};
use greatseal_api::{
    document::{Claims, Document},
    wire::ProposalRow,
};
use greatseal_protocol::{
    action::Action,
    ask::Outlook,
    bytes::parse_hex_bytes,
    cells::CellKey,
    digest,
    proposal::{Proposal, Tally},
    proposal_id::ProposalId,
    scale::DecodeAll,
    state::State,
};
use std::path::Path;

/// A proposal, checked against the chain.
pub struct Seen {
    /// Its id.
    pub id: ProposalId,
    /// Its cell.
    pub proposal: Proposal,
    /// Where it stands, and what it needs.
    pub outlook: Outlook,
    /// What it does.
    pub action: Action,
    /// What the chain knows of it that its document says too.
    pub claims: Claims,
    /// The document that explains it.
    pub document: Held,
}

/// `greatseal governance show`
///
/// # Errors
///
/// [`CliError::Contradiction`] where indexer and chain disagree.
pub async fn run(session: &Session, id: &str, document: Option<&Path>, reading: &Reading) -> Result<(), CliError> {
    session.output.answer(&facts(session, &look(session, id, document, reading).await?)?)
}

/// Finds a proposal and checks everything that an indexer says about it.
///
/// # Errors
///
/// Those of [`run`]; [`CliError::Input`] where `file` is another document than the proposal's.
pub async fn look(session: &Session, asked: &str, file: Option<&Path>, reading: &Reading) -> Result<Seen, CliError> {
    let told = indexed(session, asked, patience(session, asked, reading).await?).await;
    let id = match (&told, asked.parse::<ProposalId>()) {
        (Ok(found), _) => the_one_asked_for(asked, &found.id)?,
        (Err(_), Ok(id)) => id,
        (Err(error), Err(_)) => return Err(nobody_knows(asked, error)),
    };
    let contradiction = |what: &str| CliError::Contradiction(what.to_owned());

    let proposal = *session.cells([CellKey::proposal(id)]).await?.proposal(id)?;
    let head = session.cells([CellKey::Head]).await?.head()?;
    if digest::proposal_digest(&proposal.terms(head.domain.deployment, id)) != proposal.digest {
        return Err(contradiction("the proposal's digest is not the one of its terms"));
    }
    let action = told_action(session, id, &proposal, &told).await?;
    let outlook = foresee::outlook(session, id, &session.block, session.now).await?;
    // What an executed proposal replaced is gone.
    let values = match outlook.status.finished() {
        true => None,
        false => Some(document::values(session, &action).await?),
    };
    let claims = Claims::of_proposal(id, &proposal, &action, values).map_err(document::no_changes)?;
    let document = document::of_proposal(session, file, proposal.document, &claims, reading).await?;
    Ok(Seen { id, proposal, outlook, action, claims, document })
}

/// How long the indexer may need to say what a proposal does. Where it protects, the chain's own blocks do soon.
async fn patience(session: &Session, asked: &str, reading: &Reading) -> Result<Patience, CliError> {
    let Ok(id) = asked.parse::<ProposalId>() else { return Ok(reading.patience) };
    let proposal = session.cells([CellKey::proposal(id)]).await?.proposal(id);
    Ok(match proposal.is_ok_and(|proposal| proposal_protects(proposal.row)) {
        true => reading.patience.or_brake(),
        false => reading.patience,
    })
}

/// What a proposal of the chain does.
///
/// # Errors
///
/// Those of [`run`].
pub(crate) async fn action(
    session: &Session,
    id: ProposalId,
    proposal: &Proposal,
    patience: Patience,
) -> Result<Action, CliError> {
    let told = indexed(session, &id.to_string(), patience).await;
    told_action(session, id, proposal, &told).await
}

/// The action as the indexer has it, or the chain's own blocks where that does not answer; it is the one that the chain names.
async fn told_action(
    session: &Session,
    id: ProposalId,
    proposal: &Proposal,
    told: &Result<ProposalRow, CliError>,
) -> Result<Action, CliError> {
    let contradiction = |what: &str| CliError::Contradiction(what.to_owned());
    let action = match told {
        Ok(found) => parse_hex_bytes(&found.action_bytes)
            .ok()
            .and_then(|bytes| Action::decode_all(&mut &*bytes).ok())
            .ok_or_else(|| contradiction("the indexer's action cannot be decoded"))?,
        Err(error) => {
            note(&format!("{error}; looking for the opening in the chain's own blocks"));
            opening::of(session, id, proposal).await?
        }
    };
    match digest::action_hash(&action) == proposal.action {
        true => Ok(action),
        false => Err(contradiction("the indexer's action is not the one that the chain holds")),
    }
}

/// The proposal as the indexer has it.
async fn indexed(session: &Session, id: &str, patience: Patience) -> Result<ProposalRow, CliError> {
    let path_safe = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-'));
    if !path_safe {
        return Err(CliError::input("proposal", "is not an id", "an id looks like 12.S0.1"));
    }
    let indexer = session.indexer()?;
    patience.ask(session, &indexer, 0, find(session, &indexer, id)).await
}

/// Without an indexer a number alone does not say where the proposal lies.
fn nobody_knows(asked: &str, error: &CliError) -> CliError {
    match asked.parse::<u32>() {
        Ok(_) => CliError::input(
            "proposal",
            format!("{asked} alone is no place on the chain, and no indexer says which proposal it is: {error}"),
            "give the whole id, such as 12.S0.1: `greatseal governance propose` printed it",
        ),
        Err(_) => CliError::input("proposal", format!("`{asked}` is not an id"), "an id looks like 12.S0.1"),
    }
}

/// The indexer's row; one that it does not have, it may have once it is where the chain is.
async fn find(session: &Session, indexer: &Service, id: &str) -> Result<ProposalRow, CliError> {
    let path = format!("/v1/proposals/{id}");
    match indexer.get(&path).await {
        Err(CliError::Service { .. }) => {
            caught_up(indexer, session.block.number).await?;
            indexer.get(&path).await
        }
        other => other,
    }
}

/// The id in the indexer's answer, which must be the one that was asked for: everything later is compared with it.
fn the_one_asked_for(asked: &str, found: &str) -> Result<ProposalId, CliError> {
    let found: ProposalId =
        found.parse().map_err(|_| CliError::Contradiction("the indexer's id is not an id".to_owned()))?;
    let same = asked.parse() == Ok(found) || asked.parse() == Ok(found.serial);
    match same {
        true => Ok(found),
        false => Err(CliError::Contradiction(format!("asked for proposal {asked}, the indexer answers with {found}"))),
    }
}

/// A proposal as answers say it.
///
/// # Errors
///
/// [`CliError::NotTold`], which no action of the protocol gives.
pub fn facts(session: &Session, seen: &Seen) -> Result<ProposalShown, CliError> {
    let Seen { id, proposal, outlook, action, claims, document } = seen;
    let (texts, differs, error) = match document {
        Held::Here(document) => (Some(Document::clone(document)), None, None),
        Held::Differs(document, differs) => (Some(Document::clone(document)), Some(Difference::of(differs)), None),
        Held::Nowhere(reason) => (None, None, Some(reason.clone())),
    };
    let decisions = |tally: &Tally| Decisions {
        council: Text(tally.council),
        approve: seats(tally.council, tally.approve),
        reject: seats(tally.council, tally.reject),
    };
    let vetoes = outlook.vetoes.map(|vetoes| seats(vetoes.council, proposal.vetoes));
    Ok(ProposalShown {
        block: session.at(),
        proposal: Text(*id),
        digest: Text(proposal.digest),
        action: Shown::of(action.clone()).map_err(CliError::not_told)?,
        no_points: no_points(action).map(Text).collect(),
        status: outlook.status.into(),
        row: Text(proposal.row),
        author: Text(proposal.author),
        needs: Needs::from(&outlook.needs),
        missing: Needs::from(&outlook.missing),
        decisions: proposal.tallies.iter().map(decisions).collect(),
        vetoes: vetoes.unwrap_or_default(),
        opened_at: Text(proposal.opened_at),
        approve_by: Text(proposal.approve_by),
        delay: proposal.delay,
        window: proposal.window,
        answers: proposal.tie.map(Answered::from),
        replaces: claims.values.clone(),
        document: DocumentHeld { hash: Text(proposal.document), texts, differs, error },
    })
}

/// What surrounds a proposal's action above the question.
///
/// # Errors
///
/// Those of [`facts`].
pub fn about(session: &Session, seen: &Seen) -> Result<About, CliError> {
    let lines = facts(session, seen)?.surroundings();
    Ok(About { lines, action: Some(seen.action.clone()), ..About::default() })
}
