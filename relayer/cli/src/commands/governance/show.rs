//! `greatseal governance show`: the proposal as the chain has it. An indexer only helps to find it, and what it says is
//! compared with the chain; without one the chain's own blocks are searched.

use super::{document, document::Held, opening};
use crate::{
    commands::audit::caught_up,
    error::CliError,
    foresee::{self, lacking},
    output::{Line, line, note, object, told},
    screen::About,
    services::Service,
    session::Session,
};
use greatseal_api::wire::ProposalRow;
use greatseal_protocol::{
    action::Action, ask::Outlook, bytes::parse_hex_bytes, cells::CellKey, digest, proposal::Proposal,
    proposal_id::ProposalId, scale::DecodeAll, standing::Status, state::State, words,
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
    /// The document that explains it.
    pub document: Held,
}

/// `greatseal governance show`
///
/// # Errors
///
/// [`CliError::Contradiction`] where indexer and chain disagree.
pub async fn run(session: &Session, id: &str, document: Option<&Path>) -> Result<(), CliError> {
    let seen = look(session, id, document).await?;
    let lines = lines(&seen);
    session.output.answer(&lines, &object(&lines));
    Ok(())
}

/// Finds a proposal and checks everything that an indexer says about it.
///
/// # Errors
///
/// As [`run`]; [`CliError::Input`] where `file` is another document than the proposal's.
pub async fn look(session: &Session, asked: &str, file: Option<&Path>) -> Result<Seen, CliError> {
    let told = indexed(session, asked).await;
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
    let action = match &told {
        Ok(found) => parse_hex_bytes(&found.action_bytes)
            .ok()
            .and_then(|bytes| Action::decode_all(&mut &*bytes).ok())
            .ok_or_else(|| contradiction("the indexer's action cannot be decoded"))?,
        Err(error) => {
            note(&format!("{error}; looking for the opening in the chain's own blocks"));
            opening::of(session, id, &proposal).await?
        }
    };
    if digest::action_hash(&action) != proposal.action {
        return Err(contradiction("the indexer's action is not the one that the chain holds"));
    }
    let document = document::of_proposal(session, file, proposal.document).await?;
    let outlook = foresee::outlook(session, id, &session.block, session.now).await?;
    Ok(Seen { id, outlook, action, document, proposal })
}

/// The proposal as the indexer has it.
async fn indexed(session: &Session, id: &str) -> Result<ProposalRow, CliError> {
    let path_safe = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-'));
    if !path_safe {
        return Err(CliError::input("proposal", "is not an id", "an id looks like 12.S0.1"));
    }
    find(session, &session.indexer()?, id).await
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

/// A proposal in words.
pub fn lines(seen: &Seen) -> Vec<Line> {
    let mut lines = vec![line("proposal", seen.id)];
    lines.extend(told(words::action(&seen.action)));
    lines.extend(about(seen).lines);
    lines
}

/// What surrounds a proposal's action: its document first, so that nothing that the author wrote comes after a fact.
pub fn about(seen: &Seen) -> About {
    let proposal = &seen.proposal;
    let mut lines = match &seen.document {
        Held::Here(document) => document.clone(),
        Held::Nowhere(reason) => vec![line("document", format!("nobody has it: do not approve ({reason})"))],
    };
    lines.push(line("status", status(seen.outlook.status)));
    lines.push(line("row", proposal.row));
    lines.push(line("author", proposal.author));
    lines.push(line("needs", lacking(&seen.outlook.needs)));
    for tally in &proposal.tallies {
        let names =
            |map: u32| (0..32).filter(|bit| map & (1 << bit) != 0).map(|bit| bit.to_string()).collect::<Vec<_>>();
        let (yes, no) = (names(tally.approve).join(","), names(tally.reject).join(","));
        lines.push(line(&tally.council.to_string(), format!("approve [{yes}] reject [{no}]")));
    }
    lines.push(line("opened at", proposal.opened_at));
    lines.push(line("approve by", proposal.approve_by));
    lines.push(line("delay", format!("{} s", proposal.delay)));
    lines.push(line("window", format!("{} s", proposal.window)));
    if proposal.vetoes != 0 {
        lines.push(line("vetoes", proposal.vetoes.count_ones()));
    }
    lines.extend(proposal.party.map(|party| line("party", party)));
    lines.push(line("proposal digest", proposal.digest));
    About { lines, action: Some(seen.action.clone()), ..About::default() }
}

/// Where it stands, with its clock.
pub fn status(status: Status) -> String {
    match status {
        Status::Waiting(eta) => format!("approved, executable from {eta}"),
        Status::Executable(until) => format!("executable until {until}"),
        Status::Deadlocked(from, until) => format!("deadlocked, the panel may approve from {from} until {until}"),
        other => other.to_string(),
    }
}
