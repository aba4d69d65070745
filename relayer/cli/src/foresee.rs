//! What the contract would say of a command, asked before a PIN is asked for or a key is touched.
//!
//! The contract's own rules run over the cells of one finalised block: they find the row, the capacity and the events, or they
//! refuse. A refusal counts only if it still holds a minute later, and at the newest block: what time or somebody else's command
//! lifts by itself is left to the chain.

mod expected;
mod line;
mod newcomer;
mod reason;

pub(crate) use expected::lacking;

use crate::{
    error::CliError,
    output::{Line, line},
    place::Place,
};
use greatseal_client::BlockRef;
use greatseal_protocol::{
    ask::{Outlook, Verdict, Wish, Wisher, fulfil},
    command::{Capacity, Command, Order},
    decide::Via,
    event::Event,
    key::Key,
    language::proposal::{self, Open},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
};

/// A refusal that is over by then is not told.
const SOON: u64 = 60;

/// A command that fulfils a wish, and what is expected of it.
pub(crate) struct Foreseen {
    /// The command.
    pub(crate) command: Command,
    /// The events that will happen, and what will still be missing, in words.
    pub(crate) lines: Vec<Line>,
}

/// What the rules say at one block.
enum Answer {
    Refused(Refusal, Option<Command>),
    Applied(Command, Vec<Event>, Option<Outlook>),
}

/// Finds the command that fulfils a wish, and refuses what the contract would refuse now and in a minute. `keep` where the
/// command is signed for later: then a refusal is only told.
///
/// # Errors
///
/// [`CliError::Foreseen`] or [`CliError::Refused`], [`CliError::Chain`].
pub(crate) async fn foresee(place: &Place, wish: &Wish, wisher: Wisher, keep: bool) -> Result<Foreseen, CliError> {
    let (mut block, mut wisher) = (place.block, wisher);
    let mut now = judge(place, wish, &wisher, &block).await?;
    if let Answer::Refused(..) = now {
        // Somebody else's command may have come into a block since this one began.
        let newest = place.chain.finalized().await?;
        if newest.number > block.number {
            wisher.now = wisher.now.max(place.chain.time(&newest).await?);
            block = newest;
            now = judge(place, wish, &wisher, &block).await?;
        }
    }
    let (refusal, command) = match now {
        Answer::Applied(command, events, outlook) => {
            return Ok(Foreseen { command, lines: expected::lines(&events, outlook.as_ref()) });
        }
        Answer::Refused(refusal, command) => (refusal, command),
    };
    let later = Wisher { now: wisher.now.saturating_add(SOON), ..wisher };
    let lifted = match judge(place, wish, &later, &block).await? {
        Answer::Refused(same, _) if same == refusal => None,
        Answer::Refused(_, command) => command,
        Answer::Applied(command, ..) => Some(command),
    };
    match (command, lifted, keep) {
        (Some(command), None, true) => Ok(foretold(command, "refused now", refusal)),
        (command, Some(lifted), _) => Ok(foretold(command.unwrap_or(lifted), "refused for a moment", refusal)),
        (command, None, _) => {
            let command = command.unwrap_or_else(|| as_far_as_known(wish, &wisher));
            Err(tell(place, &block, refusal, wisher.actor, &command, wisher.now).await?)
        }
    }
}

/// Where a proposal stands at a block.
///
/// # Errors
///
/// [`CliError::Refused`] where it is not there, [`CliError::Chain`].
pub(crate) async fn outlook(place: &Place, id: ProposalId, block: &BlockRef, now: u64) -> Result<Outlook, CliError> {
    let look =
        place.chain.look(place.deployment.contract(), block, |known| known.answer(|cells| Outlook::of(id, cells, now)));
    Ok(look.await??)
}

/// What keeps an order that anybody may give from taking effect at the place's block; `None` where nothing does.
pub(crate) async fn in_the_way(place: &Place, key: Key, order: Order) -> Result<Option<Refusal>, CliError> {
    let wisher = Wisher { actor: key, seat: None, via: Via::Envelope, now: place.now };
    match judge(place, &Wish::Order(Box::new(order)), &wisher, &place.block).await? {
        Answer::Applied(..) => Ok(None),
        Answer::Refused(refusal, _) => Ok(Some(refusal)),
    }
}

/// The reason that the cells show, where a command was refused on its way.
pub(crate) async fn explained(place: &Place, key: Key, command: &Command, error: CliError) -> CliError {
    match error {
        CliError::Refused { refusal, fee_paid: false } => {
            tell(place, &place.block, refusal, key, command, place.now).await.unwrap_or(error)
        }
        other => other,
    }
}

async fn judge(place: &Place, wish: &Wish, wisher: &Wisher, block: &BlockRef) -> Result<Answer, CliError> {
    let look = place.chain.look(place.deployment.contract(), block, |known| {
        Ok(match fulfil(wish, wisher, known) {
            Verdict::Missing(missing) => return Err(missing),
            Verdict::Refused { refusal, command } => Answer::Refused(refusal, command),
            Verdict::Applied { command, applied } => {
                let after = applied.over(known);
                let outlook = match applied.events.iter().find_map(Event::proposal) {
                    Some(id) => known.answer(|_| Outlook::of(id, &after, wisher.now))?.ok(),
                    None => None,
                };
                Answer::Applied(command, applied.events, outlook)
            }
        })
    });
    Ok(look.await?)
}

async fn tell(
    place: &Place,
    block: &BlockRef,
    refusal: Refusal,
    key: Key,
    command: &Command,
    now: u64,
) -> Result<CliError, CliError> {
    let reason = place.chain.look(place.deployment.contract(), block, |known| {
        known.answer(|cells| reason::reason(cells, refusal, key, command, now))
    });
    Ok(match reason.await? {
        Some((reason, help)) => {
            let help = help.unwrap_or_else(|| refusal.help().to_owned());
            CliError::Foreseen { refusal, reason, help }
        }
        None => CliError::Refused { refusal, fee_paid: false },
    })
}

fn foretold(command: Command, label: &str, refusal: Refusal) -> Foreseen {
    Foreseen { command, lines: vec![line(label, refusal)] }
}

/// The command of a wish that no row lets through, for the reason only: nobody signs it.
fn as_far_as_known(wish: &Wish, wisher: &Wisher) -> Command {
    let order = match wish {
        Wish::Order(order) => Order::clone(order),
        Wish::Execute(execute) => Order::Proposal(proposal::Order::Execute(execute.clone())),
        Wish::Open(draft) => Order::Proposal(proposal::Order::Open(Box::new(Open {
            row: draft.row.unwrap_or(RowId::NONE),
            action: draft.action.clone(),
            document: draft.document,
            approve_within: 0,
            execute_within: 0,
            nonce: draft.nonce,
            approve: draft.approve,
        }))),
    };
    Command { capacity: wisher.seat.unwrap_or(Capacity::Anyone), expiry: wisher.now, order }
}
