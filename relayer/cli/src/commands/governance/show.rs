//! `greatseal governance show`: the proposal as the chain has it. The indexer only helps to find it, and what it says is
//! compared with the chain.

use super::document;
use crate::{
    commands::audit::caught_up,
    error::CliError,
    output::{Line, line, object},
    services::Service,
    session::Session,
};
use greatseal_api::{render::pairs, wire::ProposalRow};
use greatseal_chain::Remote;
use greatseal_protocol::{
    action::Action,
    bytes::parse_hex_bytes,
    cells::{CellKey, Cells},
    command::ProposalId,
    council::{Council, SeatId},
    digest,
    proposal::{Proposal, Status},
    row::Row,
    scale::DecodeAll,
    words,
};

/// A proposal, checked against the chain.
pub struct Seen {
    /// Its id.
    pub id: ProposalId,
    /// Its cell.
    pub proposal: Proposal,
    /// Its row.
    pub row: Row,
    /// Where it stands.
    pub status: Status,
    /// What it does.
    pub action: Action,
    /// Whether the document is there and hashes to what the chain says.
    pub document: Option<Vec<Line>>,
}

/// `greatseal governance show`
///
/// # Errors
///
/// [`CliError::Contradiction`] where indexer and chain disagree.
pub async fn run(session: &Session, id: &str) -> Result<(), CliError> {
    let seen = look(session, id).await?;
    let lines = lines(&seen);
    session.output.answer(&lines, &object(&lines));
    Ok(())
}

/// Finds a proposal and checks everything that the indexer says about it.
///
/// # Errors
///
/// As [`run`].
pub async fn look(session: &Session, id: &str) -> Result<Seen, CliError> {
    let indexer = session.indexer()?;
    let path_safe = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-'));
    if !path_safe {
        return Err(CliError::input("proposal", format!("`{id}` is not an id"), "an id looks like 12.S0.1"));
    }
    let found: ProposalRow = find(session, &indexer, id).await?;
    let contradiction = |what: &str| CliError::Contradiction(what.to_owned());
    let id = the_one_asked_for(id, &found.id)?;
    let refused = |refusal| CliError::Refused { refusal, fee_paid: false };

    let proposal = *session.cells([CellKey::proposal(id)]).await?.proposal(id).map_err(refused)?;
    let cells = around(session, &proposal).await?;
    let head = cells.head().map_err(refused)?;
    if digest::proposal_digest(&proposal.terms(head.domain.deployment, id)) != proposal.digest {
        return Err(contradiction("the proposal's digest is not the one of its terms"));
    }
    let action = parse_hex_bytes(&found.action_bytes)
        .ok()
        .and_then(|bytes| Action::decode_all(&mut &*bytes).ok())
        .ok_or_else(|| contradiction("the indexer's action cannot be decoded"))?;
    if digest::action_hash(&action) != proposal.action {
        return Err(contradiction("the indexer's action is not the one that the chain holds"));
    }
    let document = indexer.bytes(&format!("/v1/documents/{}", proposal.document)).await?;
    let document = document.map(|bytes| document::lines(&bytes, proposal.document)).transpose()?;
    let status = proposal.status(&cells, session.now).map_err(refused)?;
    Ok(Seen { id, row: cells.row(proposal.row).map_err(refused)?, status, action, document, proposal })
}

/// The cells that decide where a proposal stands: its row, its councils, the seats that approve.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn around(session: &Session, proposal: &Proposal) -> Result<Remote, CliError> {
    let councils = proposal.tallies.iter().map(|tally| CellKey::Council(tally.council));
    let seats = proposal.tallies.iter().flat_map(|tally| {
        let approves = |index: &u8| tally.approve >> index & 1 == 1;
        (0..32).filter(approves).map(|index| CellKey::Seat(SeatId { council: tally.council, index }))
    });
    let keys: Vec<_> = councils.chain(seats).chain([CellKey::Row(proposal.row), CellKey::Head]).collect();
    session.cells(keys).await
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
    let proposal = &seen.proposal;
    let mut lines = vec![line("proposal", seen.id), line("status", status(seen.status)), line("row", proposal.row)];
    lines.extend(pairs(words::action(&seen.action)));
    match &seen.document {
        Some(document) => lines.extend(document.iter().cloned()),
        None => lines.push(line("document", "not held by the indexer: do not approve")),
    }
    lines.push(line("author", proposal.author));
    lines.push(line("needs", needs(seen.row.m, seen.row.minima.iter())));
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
    lines
}

/// Approvals, and how many of them at least of which councils.
pub(super) fn needs(total: u8, minima: impl Iterator<Item = (Council, u8)>) -> String {
    let minima: Vec<_> =
        minima.filter(|(_, k)| *k > 0).map(|(council, k)| format!("{k} of {}", words::council(council))).collect();
    let approvals = if total == 1 { "approval" } else { "approvals" };
    match minima.is_empty() {
        true => format!("{total} {approvals}"),
        false => format!("{total} {approvals}, at least {}", minima.join(" and ")),
    }
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
