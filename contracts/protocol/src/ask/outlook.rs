//! Where a proposal stands, and what it still needs to take effect.

use crate::{
    cells::Cells,
    council::Council,
    proposal::{Proposal, Stage},
    proposal_id::ProposalId,
    refusal::Refusal,
    standing::{Present, Status},
    state::State,
};
use alloc::{vec, vec::Vec};

/// Where a proposal stands at a moment, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Its state.
    pub status: Status,
    /// Whether its quorum stands now.
    pub quorum: bool,
    /// Approvals that it needs in all.
    pub needs: Lacking,
    /// Approvals that are missing now.
    pub missing: Lacking,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub window: u32,
    /// Second from which no more approvals are taken.
    pub approve_by: u64,
    /// First second in which it may be executed, and the first in which it no longer may, where its quorum stands.
    pub execution: Option<(u64, u64)>,
    /// Vetoes, where there are any.
    pub vetoes: Option<Vetoes>,
}

/// A number of approvals, and how many of them at least must come from which council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// In all.
    pub total: u32,
    /// At least, from councils that must give some.
    pub councils: Vec<(Council, u32)>,
}

/// Vetoes that count, of as many as it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vetoes {
    /// The council that may veto.
    pub council: Council,
    /// How many count now.
    pub counted: u32,
    /// How many end the proposal.
    pub needed: u32,
}

impl Outlook {
    /// Reads the proposal, and whatever its standing depends on.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownProposal`] where its slot holds another one, [`Refusal::Unreadable`].
    pub fn of(id: ProposalId, cells: &impl Cells, now: u64) -> Result<Self, Refusal> {
        let proposal = *cells.proposal(id)?;
        let status = proposal.status(cells, now)?;
        let execution = match (proposal.stage, status) {
            (Stage::Approved { quorum_at }, Status::Waiting(eta)) => Some((eta, proposal.execution(quorum_at).1)),
            (Stage::Approved { quorum_at }, Status::Executable(until)) => {
                Some((proposal.execution(quorum_at).0, until))
            }
            _ => None,
        };
        let least = proposal.tallies.iter().map(|tally| (tally.council, u32::from(tally.least)));
        let needs = Lacking { total: proposal.m.into(), councils: some(least.collect()) };
        let (quorum, missing) = missing(&proposal, status, cells, now)?;
        Ok(Self {
            quorum,
            missing,
            vetoes: vetoes(&proposal, cells, now)?,
            needs,
            status,
            execution,
            delay: proposal.delay,
            window: proposal.window,
            approve_by: proposal.approve_by,
        })
    }
}

/// Whether the quorum stands, and what is missing.
fn missing(proposal: &Proposal, status: Status, cells: &impl Cells, now: u64) -> Result<(bool, Lacking), Refusal> {
    // What has ended needs nothing any more.
    if status.finished() {
        return Ok((false, Lacking { total: 0, councils: Vec::new() }));
    }
    let present = proposal.present(cells.head()?.changes, cells)?;
    let total = proposal.missing(&present, cells, now)?;
    let mut councils = Vec::new();
    for (tally, head) in proposal.tallies.iter().zip(&present.councils) {
        // Counted like the whole, as if this council decided alone, and no more than its own minimum were asked for.
        let alone = Proposal { tallies: vec![*tally], m: 0, ..proposal.clone() };
        let present = Present { row_version: present.row_version, councils: vec![*head] };
        councils.push((tally.council, alone.missing(&present, cells, now)?));
    }
    Ok((proposal.quorum(&present, cells, now)?, Lacking { total, councils: some(councils) }))
}

fn vetoes(proposal: &Proposal, cells: &impl Cells, now: u64) -> Result<Option<Vetoes>, Refusal> {
    if proposal.vetoes == 0 {
        return Ok(None);
    }
    let (council, needed) = proposal.veto(cells)?;
    Ok(Some(Vetoes { council, counted: proposal.vetoes(council, cells, now)?, needed }))
}

/// Councils that must give some.
fn some(mut councils: Vec<(Council, u32)>) -> Vec<(Council, u32)> {
    councils.retain(|(_, least)| *least > 0);
    councils
}
