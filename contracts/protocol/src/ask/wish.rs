//! From what somebody wants to the command that would do it: the row, the capacity and the longest life come from the rules.

use super::{Answer, Applied, Known, Missing, Question, ask, likely};
use crate::{
    action::Action,
    bytes::DocumentHash,
    cells::Cells,
    clock::LIFE,
    command::{Capacity, Command, Order},
    decide::{self, Via},
    key::Key,
    language::proposal::{self, Execute, Open},
    refusal::Refusal,
    row::RowId,
    state::State,
};
use alloc::{boxed::Box, vec, vec::Vec};

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Open a proposal.
    Open(Box<Draft>),
    /// Execute one: as the seat, which the log names; as anyone where the seat cannot act.
    Execute(Box<Execute>),
    /// Give any other order as the seat.
    Order(Box<Order>),
}

/// A proposal that shall be opened. What is not given comes from the rules and from the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its row.
    pub row: Option<RowId>,
    /// Its action.
    pub action: Action,
    /// SHA-256 of its document.
    pub document: DocumentHash,
    /// Seconds until the quorum must stand.
    pub approve_within: Option<u32>,
    /// Seconds, after the delay, in which it may be executed.
    pub execute_within: Option<u32>,
    /// Higher than any nonce of this key before.
    pub nonce: u64,
    /// Whether the author approves at once.
    pub approve: bool,
}

/// Who wants it, and how it would come in.
#[derive(Clone, Copy, Debug)]
pub struct Wisher {
    /// The key.
    pub actor: Key,
    /// The seat for which it speaks, where it has one.
    pub seat: Option<Capacity>,
    /// Through which door.
    pub via: Via,
    /// Block time in seconds.
    pub now: u64,
}

/// What the rules say of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They look at these cells too.
    Missing(Missing),
    /// A rule refuses it.
    Refused {
        /// The rule.
        refusal: Refusal,
        /// The command that it refuses; `None` where no row is left for the action.
        command: Option<Command>,
    },
    /// This command would take effect.
    Applied {
        /// The command.
        command: Command,
        /// What it would do.
        applied: Applied,
    },
}

/// Finds the command that fulfils a wish, and asks the rules about it.
///
/// Of several candidates the first counts that is not refused for what distinguishes them: its row, or, where something is
/// executed, that it is a seat's.
pub fn fulfil(wish: &Wish, wisher: &Wisher, known: &Known) -> Verdict {
    let mut last = Verdict::Refused { refusal: Refusal::UnknownRow, command: None };
    let likely = known.expect(|cells| likely::of_wish(wish, wisher, cells));
    let candidates = match likely.and_then(|()| known.answer(|cells| commands(wish, wisher, cells))) {
        Err(missing) => return Verdict::Missing(missing),
        Ok(Err(refusal)) => return Verdict::Refused { refusal, command: None },
        Ok(Ok(candidates)) => candidates,
    };
    for command in candidates {
        let question = Question { actor: &wisher.actor, command: &command, via: wisher.via, now: wisher.now };
        match ask(&question, known) {
            Answer::Missing(missing) => return Verdict::Missing(missing),
            Answer::Applied(applied) => return Verdict::Applied { command, applied },
            Answer::Refused(refusal) => {
                let executes = matches!(command.order, Order::Proposal(proposal::Order::Execute(_)));
                // Where nobody may execute it, the seat's reason is told.
                if !(executes && matches!(last, Verdict::Refused { command: Some(_), .. })) {
                    last = Verdict::Refused { refusal, command: Some(command) };
                }
                if !(executes || of_another_row(refusal)) {
                    return last;
                }
            }
        }
    }
    last
}

/// Whether another row may be let through.
fn of_another_row(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::NotAnAuthor | Refusal::WrongRow | Refusal::NotSmall)
}

/// Commands that would do it, the preferred first. Each lives for two thirds of the time that the rules let it live: block
/// time may be behind the clock of whoever signs.
///
/// # Errors
///
/// The rule that leaves no row for the action now.
fn commands(wish: &Wish, wisher: &Wisher, cells: &impl Cells) -> Result<Vec<Command>, Refusal> {
    let Wisher { actor, seat, now, .. } = wisher;
    let own = seat.unwrap_or(Capacity::Anyone);
    let orders: Vec<(Capacity, Order)> = match wish {
        Wish::Order(order) => vec![(own, Order::clone(order))],
        Wish::Execute(execute) => {
            let order = |capacity| (capacity, Order::Proposal(proposal::Order::Execute(execute.clone())));
            [*seat, Some(Capacity::Anyone)].into_iter().flatten().map(order).collect()
        }
        Wish::Open(draft) => {
            let opened = openings(draft, actor, cells, *now)?;
            opened.into_iter().map(|open| (own, Order::Proposal(proposal::Order::Open(Box::new(open))))).collect()
        }
    };
    let command = |(capacity, order)| {
        let expiry = now.saturating_add((life(cells, &order)? / 3).saturating_mul(2));
        Ok(Command { capacity, expiry, order })
    };
    orders.into_iter().map(command).collect()
}

/// Most seconds between now and the expiry of a command with this order.
///
/// # Errors
///
/// [`Refusal::UnknownProposal`] where it is about a proposal that is not there.
fn life(cells: &impl Cells, order: &Order) -> Result<u64, Refusal> {
    Ok(match (order, order.proposal()) {
        (Order::Proposal(proposal::Order::Open(open)), _) => open.row.life(),
        (_, Some(id)) => cells.proposal(id)?.row.life(),
        (_, None) => LIFE,
    })
}

/// The proposal under each row that its action may have now and that the table knows.
fn openings(draft: &Draft, actor: &Key, cells: &impl Cells, now: u64) -> Result<Vec<Open>, Refusal> {
    let rows = match draft.row {
        Some(row) => vec![row],
        None => decide::rows(cells, actor, &draft.action, now)?,
    };
    let mut found = Vec::new();
    for id in rows {
        let row = match cells.row(id) {
            Err(Refusal::UnknownRow) => continue,
            other => other?,
        };
        found.push(Open {
            row: id,
            action: draft.action.clone(),
            document: draft.document,
            approve_within: draft.approve_within.unwrap_or(row.approve_by),
            execute_within: draft.execute_within.unwrap_or(row.window),
            nonce: draft.nonce,
            approve: draft.approve,
        });
    }
    if found.is_empty() { Err(Refusal::UnknownRow) } else { Ok(found) }
}
