//! What the rules will look at, as far as the command tells: handed over together, so that what happens every day is
//! asked twice and not a time for each cell. A guess: too many cost a little, and too few another question.

use crate::{
    action::Action,
    cells::{CellKey, Cells},
    command::{Command, Open, Order, ProposalId},
    conversion::{Counted, Reservation},
    council::{Council, SeatId},
    registry::EntryKey,
    scope::Scope,
};
use alloc::{vec, vec::Vec};

/// Slots of an author that are looked at from the beginning: whoever has more proposals is asked about once more.
const SLOTS: u8 = 2;

/// The cells besides those of the member and its head.
pub(super) fn likely(command: &Command, member: Option<SeatId>, cells: &impl Cells) -> Vec<CellKey> {
    match &command.order {
        Order::Open(open) => opening(open, member, cells),
        Order::Execute(execute) => action(&execute.action),
        Order::Authorize { conversion, .. } => {
            let (route, account) = (conversion.route, conversion.account);
            let held = CellKey::Reservation(route, Reservation::place(conversion.number));
            let [one, all] = [Counted::Account(route, account), Counted::Number(route)].map(CellKey::Window);
            let stops = [Scope::Everything, Scope::Route(route), Scope::Account(account)].map(CellKey::Pause);
            let mut keys = [&stops[..], &[CellKey::Mode, held, one, all]].concat();
            if let Ok(Some(route)) = cells.route(route) {
                let economics = &route.economics;
                keys.push(CellKey::Aggregate((economics.source, economics.course)));
                keys.extend((conversion.amount >= economics.large).then_some(CellKey::Cosigned(conversion.route)));
            }
            keys
        }
        Order::AttestSettlement(attestation) => {
            attestation.seen.iter().map(|seen| CellKey::Attested(attestation.chain, seen.tx)).collect()
        }
        _ => Vec::new(),
    }
}

fn opening(open: &Open, author: Option<SeatId>, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = action(&open.action);
    if let Some(author) = author {
        keys.extend((0..SLOTS.min(ProposalId::SLOTS)).map(|slot| CellKey::Proposal(author, slot)));
    }
    if let Ok(row) = cells.row(open.row) {
        let programme = open.action.program().map(Council::Program);
        let votes = |(council, _)| if council == Council::PROGRAM { programme } else { Some(council) };
        keys.extend(row.minima.iter().filter_map(votes).map(CellKey::Council));
        keys.extend(open.row.escalation().then(|| CellKey::Escalation(open.action.watched())));
    }
    keys
}

fn action(action: &Action) -> Vec<CellKey> {
    match action {
        Action::SetCompliance(change) => vec![CellKey::Route(change.route), CellKey::Compliance(change.route)],
        Action::Register { entry, .. } => vec![CellKey::Entry(entry.key())],
        Action::Revoke { entry, .. } => vec![CellKey::Entry(*entry)],
        Action::Release(release) => {
            vec![CellKey::Entry(EntryKey::Component(release.component)), CellKey::Running(release.component)]
        }
        Action::ExecuteBatch(batch) => vec![
            CellKey::Program(batch.program),
            CellKey::Batch(batch.manifest),
            CellKey::Entry(EntryKey::Asset(batch.asset)),
            CellKey::Entry(EntryKey::Payer(batch.payer)),
            CellKey::Budget(batch.program, batch.asset),
        ],
        _ => Vec::new(),
    }
}
