//! What the rules will look at, as far as it can be told before they begin. Every question costs the annex's code anew, in
//! time and in the block's proof: cells are asked for together, and not one after the other as rules come to them.
//!
//! A guess: too many cells cost a little, and too few another question. Lists are read no further than rules allow.

use crate::{
    action::Action,
    batch::MOST_TRANSACTIONS,
    bytes::ReferenceHash,
    cells::{CellKey, Cells, Head},
    command::{Command, Open, Order, ProposalId},
    conversion::{Conversion, Counted, Reservation},
    council::{Council, SeatId},
    program::{AssetTerms, CreateProgram, MOST_ASSETS},
    proposal::{Proposal, Stage},
    registry::EntryKey,
    scope::Scope,
};
use alloc::{vec, vec::Vec};

/// The cells besides those of the member and the head.
pub(super) fn likely(command: &Command, member: Option<SeatId>, head: &Head, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = match &command.order {
        Order::Open(open) => opening(open, member, head, cells),
        Order::Execute(execute) => executing(execute.id, &execute.action, head, cells),
        Order::Authorize { conversion, .. } => authorising(conversion, cells),
        Order::AttestSettlement(attestation) => {
            let seen = attestation.seen.iter().take(MOST_TRANSACTIONS);
            seen.map(|seen| CellKey::Attested(attestation.chain, seen.tx)).collect()
        }
        Order::Reconcile { manifest } => vec![CellKey::Dispute(ReferenceHash(manifest.0))],
        Order::Dispute { .. } => member.map(CellKey::OpenDisputes).into_iter().collect(),
        Order::Tune { name, .. } => vec![CellKey::Parameter(*name)],
        Order::RollBack { component, .. } => vec![CellKey::Running(*component)],
        Order::RollBackPhase { council, .. } => [&[CellKey::WayBack(*council)], &*all_of(*council, cells)].concat(),
        Order::NameCompanion { companion } => {
            member.map(CellKey::Companion).into_iter().chain([CellKey::CompanionSeat(*companion)]).collect()
        }
        _ => Vec::new(),
    };
    // Where a council's phase asks for one, who acts for it has a companion.
    let seat = member.and_then(|id| Some((id, cells.seat(id).ok()?.sits?)));
    keys.extend(seat.filter(|(_, sits)| sits.phase.needs_companion()).map(|(id, _)| CellKey::Companion(id)));
    keys
}

fn opening(open: &Open, author: Option<SeatId>, head: &Head, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = action(&open.action, cells);
    if let Ok(row) = cells.row(open.row) {
        let programme = open.action.program().map(Council::Program);
        let votes = |(council, _)| if council == Council::PROGRAM { programme } else { Some(council) };
        keys.extend(row.minima.iter().filter_map(votes).map(CellKey::Council));
        keys.extend(open.row.escalation().then(|| CellKey::Escalation(open.action.watched())));
    }
    let Some(author) = author else { return keys };
    for slot in 0..ProposalId::SLOTS {
        let key = CellKey::Proposal(author, slot);
        keys.push(key);
        match cells.cell::<Proposal>(&key) {
            Ok(Some(old)) => keys.extend(standing(&old, head, cells)),
            // Mostly one of the first two slots is free; where none is, the others are looked at together.
            _ if slot == 1 => break,
            _ => {}
        }
    }
    keys
}

fn executing(id: ProposalId, what: &Action, head: &Head, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = action(what, cells);
    if let Ok(proposal) = cells.proposal(id) {
        keys.extend(standing(&proposal, head, cells));
        keys.extend(proposal.row.escalation().then(|| CellKey::Escalation(what.watched())));
    }
    keys
}

/// What tells whether a proposal stands, where rows, councils or seats have changed since it was opened.
fn standing(proposal: &Proposal, head: &Head, cells: &impl Cells) -> Vec<CellKey> {
    let ended = matches!(proposal.stage, Stage::Executed | Stage::Cancelled | Stage::Rejected);
    if ended || proposal.settled == Some(head.changes) {
        return Vec::new();
    }
    let mut keys = vec![CellKey::Row(proposal.row)];
    for tally in &proposal.tallies {
        keys.push(CellKey::Council(tally.council));
        // Of a quorum that stands those are looked at who have approved.
        let approved = |id: &SeatId| tally.approve.checked_shr(id.index.into()).is_some_and(|bits| bits & 1 == 1);
        if matches!(proposal.stage, Stage::Approved { .. })
            && cells.council(tally.council).is_ok_and(|council| council.whole_from > proposal.opened_at)
        {
            keys.extend(seats(tally.council, tally.size).filter(approved).map(CellKey::Seat));
        }
    }
    keys
}

fn authorising(conversion: &Conversion, cells: &impl Cells) -> Vec<CellKey> {
    let Conversion { route, account, number, .. } = *conversion;
    let held = CellKey::Reservation(route, Reservation::place(number));
    let [one, all] = [Counted::Account(route, account), Counted::Number(route)].map(CellKey::Window);
    let stops = [Scope::Everything, Scope::Route(route), Scope::Account(account)].map(CellKey::Pause);
    let mut keys = [&stops[..], &[CellKey::Mode, held, one, all]].concat();
    if let Ok(Some(present)) = cells.route(route) {
        let economics = &present.economics;
        keys.push(CellKey::Aggregate((economics.source, economics.course)));
        keys.extend((conversion.amount >= economics.large).then_some(CellKey::Cosigned(route)));
    }
    keys
}

fn action(action: &Action, cells: &impl Cells) -> Vec<CellKey> {
    match action {
        Action::SetCompliance(change) => vec![CellKey::Route(change.route), CellKey::Compliance(change.route)],
        Action::Register { entry, .. } => vec![CellKey::Entry(entry.key())],
        Action::Revoke { entry, .. } => vec![CellKey::Entry(*entry)],
        Action::Release(release) => {
            vec![CellKey::Entry(EntryKey::Component(release.component)), CellKey::Running(release.component)]
        }
        Action::SetBaseline { name, .. } => vec![CellKey::Parameter(*name)],
        Action::Resolve { subject, .. } | Action::ExtendDispute { subject, .. } => vec![CellKey::Dispute(*subject)],
        Action::SetPhase(change) => {
            let mut keys = all_of(change.council, cells);
            if change.next.needs_companion() {
                let companion =
                    |key: &CellKey| if let CellKey::Seat(id) = key { Some(CellKey::Companion(*id)) } else { None };
                keys.extend(keys.iter().filter_map(companion).collect::<Vec<_>>());
            }
            keys
        }
        Action::CreateProgram(new) => creating(new),
        Action::ChangeProgram(change) => {
            [&[CellKey::Program(change.program)], &*budgets(change.program, &change.assets)].concat()
        }
        Action::ExecuteBatch(batch) => {
            let mut keys = vec![
                CellKey::Program(batch.program),
                CellKey::Batch(batch.manifest),
                CellKey::Entry(EntryKey::Asset(batch.asset)),
                CellKey::Entry(EntryKey::Payer(batch.payer)),
                CellKey::Budget(batch.program, batch.asset),
            ];
            if let Some(correction) = &batch.correction {
                keys.push(CellKey::Batch(correction.parent));
                keys.push(CellKey::Exception(correction.parent, correction.from));
            }
            keys
        }
        Action::Except { manifest, .. } => vec![CellKey::Batch(*manifest)],
        _ => Vec::new(),
    }
}

fn creating(new: &CreateProgram) -> Vec<CellKey> {
    let councils = [Council::Program(new.program), Council::PROGRAM].map(CellKey::Council);
    let mut keys = [&[CellKey::Program(new.program)], &councils[..], &*budgets(new.program, &new.assets)].concat();
    for seat in new.seats.iter().take(Council::MAX_SEATS) {
        keys.push(CellKey::KeySeat(seat.key));
        keys.push(CellKey::Holder(seat.holder));
        keys.push(CellKey::Organisation(seat.organisation));
    }
    keys
}

fn budgets(program: u32, assets: &[AssetTerms]) -> Vec<CellKey> {
    assets.iter().take(MOST_ASSETS).map(|terms| CellKey::Budget(program, terms.asset)).collect()
}

/// A council with its seats, once its size is known.
fn all_of(council: Council, cells: &impl Cells) -> Vec<CellKey> {
    let size = cells.council(council).map_or(0, |head| head.size);
    [CellKey::Council(council)].into_iter().chain(seats(council, size).map(CellKey::Seat)).collect()
}

fn seats(council: Council, size: u8) -> impl Iterator<Item = SeatId> {
    (0..size).map(move |index| SeatId { council, index })
}
