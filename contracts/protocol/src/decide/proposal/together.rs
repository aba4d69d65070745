//! Several decisions with one signature: beginning to pay takes three proposals, and a signer who has read all of them
//! signs once.

use crate::{
    cells::Cells, decide::Request, event::Event, language::proposal, language::proposal::Decided, proposal_id::Choices,
    refusal::Refusal,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// Each decision as if it came alone. What has been decided or has ended meanwhile is skipped, because the others must not
    /// wait for it; any other refusal refuses all of them.
    #[inline(never)]
    pub(in crate::decide) fn vote_together(&self, choices: &Choices) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.claimed()?;
        let (mut told, mut events, mut idle) = (Vec::new(), Vec::new(), None);
        for (place, choice) in choices.iter().enumerate() {
            let case = self.named(choice.id, &choice.digest);
            let decided = case.and_then(|case| match case.proposal.row.decided_alone() {
                true => Err(Refusal::DecidedAlone),
                false => self.vote_on(case, choice.id, choice.decision),
            });
            let skipped = match decided {
                Ok(more) => {
                    events.extend(more);
                    None
                }
                Err(refusal) if refusal.over() => Some(refusal),
                Err(refusal) => {
                    self.place.set(u8::try_from(place).ok());
                    return Err(refusal);
                }
            };
            idle = idle.or(skipped);
            told.push(Decided { id: choice.id, decision: choice.decision, skipped });
        }
        match idle {
            // Nothing took effect: sent again, it is refused as a single decision is.
            Some(refusal) if events.is_empty() => Err(refusal),
            _ => {
                let mut all = vec![Event::Proposal(proposal::Event::DecidedTogether { seat, choices: told })];
                all.append(&mut events);
                Ok(all)
            }
        }
    }
}
