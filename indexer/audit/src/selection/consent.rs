//! Whether a record of consent says what its actor ordered. A selection has no state, so that no rule can be asked; but an approval
//! of one proposal is none of another, and a rejection no approval, by what was signed alone.

use greatseal_protocol::{
    command::{Capacity, Command, Order},
    council::SeatId,
    event::{Event, Record},
    language::{
        emergency, program,
        proposal::{self, Open, Opened},
    },
    proposal_id::{Decision, ProposalId},
};

/// Whether the command can have given the record, where the record gives or refuses consent: those of `parts/approvals.jsonl`. Of
/// all others nothing is said here, because only the rules can say it. `opened` is the proposal that this command has opened.
pub(super) fn ordered(command: &Command, record: &Record, opened: Option<ProposalId>) -> bool {
    match &record.event {
        Event::Proposal(event) => of_proposal(command, event, record.at, opened),
        Event::Emergency(event) => of_emergency(command, event),
        Event::Program(event) => of_program(command, event),
        Event::Council(_)
        | Event::Policy(_)
        | Event::Bridge(_)
        | Event::Registry(_)
        | Event::Dispute(_)
        | Event::Phase(_)
        | Event::Operation(_)
        | Event::Contract(_) => true,
    }
}

fn of_proposal(command: &Command, event: &proposal::Event, at: u64, opened: Option<ProposalId>) -> bool {
    let Command { order, .. } = command;
    match event {
        proposal::Event::Opened(found) => match order {
            Order::Proposal(proposal::Order::Open(open)) => sits(command, found.id.author) && opens(open, found, at),
            _ => false,
        },
        proposal::Event::Decided { id, seat, decision, .. } => {
            let decided = match order {
                Order::Proposal(proposal::Order::Decide { id: meant, decision: said, .. }) => {
                    (meant, said) == (id, decision)
                }
                // A choice that was not needed any more has no record of its own.
                Order::Proposal(proposal::Order::DecideTogether(choices)) => {
                    choices.iter().any(|choice| (choice.id, choice.decision) == (*id, *decision))
                }
                Order::Proposal(proposal::Order::Open(open)) => {
                    open.approve && *decision == Decision::Approve && opened == Some(*id)
                }
                _ => false,
            };
            sits(command, *seat) && decided
        }
        proposal::Event::DecidedTogether { seat, choices } => match order {
            Order::Proposal(proposal::Order::DecideTogether(meant)) => {
                let meant = meant.iter().map(|choice| (choice.id, choice.decision));
                sits(command, *seat) && meant.eq(choices.iter().map(|told| (told.id, told.decision)))
            }
            _ => false,
        },
        proposal::Event::Vetoed { id, seat } => {
            let vetoes = matches!(order, Order::Proposal(proposal::Order::Veto { id: meant, .. }) if meant == id);
            sits(command, *seat) && vetoes
        }
        proposal::Event::PanelApproved { id, seat } => {
            let approves =
                matches!(order, Order::Proposal(proposal::Order::PanelApprove { id: meant, .. }) if meant == id);
            sits(command, *seat) && approves
        }
        proposal::Event::QuorumReached { .. }
        | proposal::Event::Cancelled { .. }
        | proposal::Event::Rejected { .. }
        | proposal::Event::Executed { .. }
        | proposal::Event::Deadlocked { .. } => true,
    }
}

fn of_emergency(command: &Command, event: &emergency::Event) -> bool {
    match event {
        emergency::Event::ReviewAttested { seat, scope, set_by, incident, of, version, report } => {
            let attests = emergency::Order::AttestReview {
                scope: *scope,
                set_by: *set_by,
                incident: *incident,
                of: *of,
                version: *version,
                report: *report,
            };
            sits(command, *seat) && command.order == Order::Emergency(attests)
        }
        emergency::Event::Paused { .. }
        | emergency::Event::Lifted { .. }
        | emergency::Event::ModeChanged { .. }
        | emergency::Event::ReviewFiled { .. }
        | emergency::Event::OverrideUsed { .. } => true,
    }
}

fn of_program(command: &Command, event: &program::Event) -> bool {
    match event {
        program::Event::VoteCast { seat, vote } => {
            sits(command, *seat) && command.order == Order::Program(program::Order::Vote(*vote))
        }
        program::Event::ProgramChanged { .. }
        | program::Event::BatchExecuted { .. }
        | program::Event::StatementMade { .. }
        | program::Event::ContradictionOverruled { .. }
        | program::Event::StatementFinal { .. }
        | program::Event::BatchStopped { .. }
        | program::Event::EntryHeld { .. } => true,
    }
}

/// Whether the command claims the seat that the record names.
fn sits(command: &Command, seat: SeatId) -> bool {
    matches!(command.capacity, Capacity::Seat { seat: claimed, .. } if claimed == seat)
}

fn opens(open: &Open, found: &Opened, at: u64) -> bool {
    let meant = (open.row, &open.action, open.document, open.nonce, open.execute_within);
    meant == (found.row, &found.action, found.document, found.nonce, found.window)
        && at.checked_add(open.approve_within.into()) == Some(found.approve_by)
}
