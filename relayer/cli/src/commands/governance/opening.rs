//! The action of a proposal, from the chain's own blocks: for the day on which no indexer answers.
//!
//! A proposal's cell has the hash of its action and the time at which it was opened. The block of that time is found by halving,
//! and the event in it holds the action.

use crate::{error::CliError, session::Session};
use greatseal_protocol::{
    action::Action, digest, event::Event, language::proposal, proposal::Proposal, proposal_id::ProposalId,
};

/// The action of the opening event.
///
/// # Errors
///
/// [`CliError::Chain`] where the node keeps no such old block, [`CliError::Contradiction`] where no block of that time opens it.
pub(super) async fn of(session: &Session, id: ProposalId, proposal: &Proposal) -> Result<Action, CliError> {
    let time = async |number: u64| -> Result<u64, CliError> {
        let block = session.chain.block_ref(number).await?;
        Ok(session.chain.time(&block).await?)
    };
    // The first block of that second, or after it.
    let (mut first, mut last) = (session.deployment.block_number, session.block.number);
    while first < last {
        let middle = first.saturating_add((last - first) / 2);
        match time(middle).await? < proposal.opened_at {
            true => first = middle.saturating_add(1),
            false => last = middle,
        }
    }
    let missing = || CliError::Contradiction(format!("no block of the chain opens proposal {id}"));
    for number in first..=session.block.number {
        let block = session.chain.finalized_block(number).await?.ok_or_else(missing)?;
        if block.timestamp_ms / 1_000 > proposal.opened_at {
            break;
        }
        // Whichever contract had the history then: the hash says whether it is this action.
        let opened = block.events.iter().filter_map(|event| match event.record().ok()?.event {
            Event::Proposal(proposal::Event::Opened(opened)) if opened.id == id => Some(opened.action),
            _ => None,
        });
        if let Some(action) = opened.into_iter().find(|action| digest::action_hash(action) == proposal.action) {
            return Ok(action);
        }
    }
    Err(missing())
}
