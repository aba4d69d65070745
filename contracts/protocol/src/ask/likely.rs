//! Cells that the rules will look at, as far as that can be told before they begin: every round of reading takes a node's time.
//!
//! A guess: too many cells cost a little, and too few cost another round. Lists are read no further than the rules allow.

use super::{Question, Wish, Wisher};
use crate::{
    action::Action,
    batch::Header,
    bytes::ManifestHash,
    cells::{CellKey, Cells},
    command::{Capacity, Order},
    conversion::{Conversion, Counted, Reservation},
    council::{Council, SeatId},
    digest,
    dispute::{DisputeId, Subject},
    genesis::NewSeat,
    key::Key,
    language::{
        bridge, contract,
        council::{self, Reconstitute},
        dispute, emergency, operation, phase, policy, program,
        proposal::{self, Open},
        registry,
    },
    line::SetLine,
    phase::Way,
    program::{CreateProgram, MOST_LINES, MOST_RULES, RulesChange},
    proposal::{Proposal, Stage},
    proposal_id::ProposalId,
    registry::EntryKey,
    row::RowId,
    scope::Scope,
    state::State,
};
use alloc::{vec, vec::Vec};

/// The cells that a wish leads to, before there is a command.
pub(super) fn of_wish(wish: &Wish, wisher: &Wisher, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = of_actor(&wisher.actor, wisher.seat.unwrap_or(Capacity::Anyone), cells);
    keys.extend(match wish {
        Wish::Open(draft) => {
            let rows = draft.action.choice().into_iter().flatten().chain(draft.row).map(CellKey::Row);
            [rows.collect(), action(&draft.action, cells)].concat()
        }
        Wish::Execute(execute) => on(execute.id, cells),
        Wish::Order(given) => order(given, cells),
    });
    keys
}

/// The key and the seat that it claims.
fn of_actor(actor: &Key, capacity: Capacity, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = vec![CellKey::Head, CellKey::KeySeat(*actor)];
    if let Capacity::Seat { seat, .. } = capacity {
        keys.extend([CellKey::Seat(seat), CellKey::Council(seat.council)]);
        // Where a council's phase asks for one, who acts for it has a companion.
        let needs = cells.seat(seat).ok().and_then(|seat| seat.sits).is_some_and(|sits| sits.phase.needs_companion());
        keys.extend(needs.then_some(CellKey::Companion(seat)));
    }
    keys
}

/// The cells that a question leads to.
pub(super) fn of_question(question: &Question<'_>, cells: &impl Cells) -> Vec<CellKey> {
    let Question { actor, command, .. } = *question;
    let mut keys = of_actor(actor, command.capacity, cells);
    keys.extend(order(&command.order, cells));
    if let (Order::Proposal(proposal::Order::Open(_)), Capacity::Seat { seat, .. }) = (&command.order, command.capacity)
    {
        // The proposal takes the first of the author's slots that is free.
        let slots = (0..ProposalId::slots(seat.council)).map(|slot| (slot, CellKey::Proposal(seat, slot)));
        for (slot, key) in slots {
            keys.push(key);
            let old: Option<Proposal> = cells.cell(&key).ok().flatten();
            keys.extend(old.into_iter().flat_map(|old| on(old.id(seat, slot), cells)));
        }
    }
    keys
}

/// What is looked at of a subject that is disputed.
fn about(subject: &Subject, cells: &impl Cells) -> Vec<CellKey> {
    let own = match subject {
        Subject::Batch(manifest) => vec![CellKey::Batch(*manifest)],
        Subject::Proposal(id, _) => on(*id, cells),
        Subject::Other(_) => Vec::new(),
    };
    [vec![CellKey::Disputed(*subject)], own].concat()
}

/// The disputes that may be in the way of an execution.
fn held(id: ProposalId, cells: &impl Cells) -> Vec<CellKey> {
    match cells.proposal(id) {
        Ok(proposal) if Subject::holds(proposal.row) => holding(Subject::Proposal(id, proposal.digest), cells),
        _ => Vec::new(),
    }
}

fn holding(subject: Subject, cells: &impl Cells) -> Vec<CellKey> {
    let hold = cells.disputes(&subject).ok().and_then(|disputes| disputes.execution);
    let dispute = hold.map(|hold| [CellKey::Dispute(DisputeId { subject, seat: hold.seat }), CellKey::Seat(hold.seat)]);
    [CellKey::Disputed(subject)].into_iter().chain(dispute.into_iter().flatten()).collect()
}

fn answered(dispute: &DisputeId, cells: &impl Cells) -> Vec<CellKey> {
    [vec![CellKey::Dispute(*dispute), CellKey::Seat(dispute.seat)], about(&dispute.subject, cells)].concat()
}

fn order(order: &Order, cells: &impl Cells) -> Vec<CellKey> {
    match order {
        Order::Proposal(proposal::Order::Open(open)) => opening(open, cells),
        Order::Proposal(proposal::Order::Execute(execute)) => {
            [on(execute.id, cells), action(&execute.action, cells), stops(&execute.action), held(execute.id, cells)]
                .concat()
        }
        Order::Proposal(proposal::Order::Decide { id, .. })
        | Order::Proposal(proposal::Order::Cancel { id })
        | Order::Proposal(proposal::Order::Veto { id, .. })
        | Order::Proposal(proposal::Order::CallPanel { id })
        | Order::Proposal(proposal::Order::PanelApprove { id, .. }) => on(*id, cells),
        Order::Proposal(proposal::Order::DecideTogether(choices)) => {
            choices.iter().flat_map(|choice| on(choice.id, cells)).collect()
        }
        Order::Council(council::Order::NameSuccessor { successor, .. }) => vec![CellKey::KeySeat(*successor)],
        Order::Emergency(emergency::Order::FileReview { scope, .. }) => vec![CellKey::Duty(*scope), CellKey::Duties],
        Order::Emergency(emergency::Order::AttestReview { scope, of, .. }) => {
            vec![CellKey::Duty(*scope), CellKey::Duties, CellKey::Report(*scope, *of)]
        }
        Order::Bridge(bridge::Order::Authorize { conversion, .. }) => authorising(conversion, cells),
        Order::Bridge(bridge::Order::Promise { transfer, .. }) => {
            vec![CellKey::Route(transfer.route)]
        }
        Order::Bridge(bridge::Order::Complete(completion)) => {
            let place = Reservation::place(completion.number);
            vec![CellKey::Traffic(completion.route), CellKey::Reservation(completion.route, place)]
        }
        Order::Bridge(bridge::Order::Withdraw { route, .. }) => vec![CellKey::Route(*route)],
        Order::Bridge(bridge::Order::StateRate { route, .. })
        | Order::Bridge(bridge::Order::WithdrawRate { route, .. }) => {
            let said = |id| [CellKey::SaidRate(*route, id), CellKey::Seat(id)];
            let said = all_seats(Council::Treasury, cells).flat_map(said);
            [CellKey::Council(Council::Treasury)].into_iter().chain(said).chain(back(*route, cells)).collect()
        }
        Order::Bridge(bridge::Order::StateLists { route, .. }) => {
            let own = [CellKey::Council(Council::Identity), CellKey::Route(*route), CellKey::Compliance(*route)];
            let said = |id| [CellKey::SaidLists(*route, id), CellKey::Seat(id)];
            let said = all_seats(Council::Identity, cells).flat_map(said);
            own.into_iter().chain([CellKey::Daily(*route)]).chain(said).collect()
        }
        Order::Program(program::Order::State(statement)) => {
            vec![CellKey::Batch(statement.manifest), CellKey::Stopped(statement.manifest)]
        }
        Order::Program(program::Order::Vote(vote)) => {
            vec![CellKey::Batch(vote.manifest), CellKey::Statement(vote.manifest, vote.recorder)]
        }
        Order::Program(program::Order::Finalise { manifest, recorder, .. }) => finalising(*manifest, *recorder, cells),
        Order::Program(program::Order::HoldEntry { manifest, .. })
        | Order::Program(program::Order::FreeEntry { manifest, .. }) => vec![CellKey::Batch(*manifest)],
        // Of an own one the seat is the actor's; which cells it takes is found out by asking.
        Order::Dispute(dispute::Order::Open { subject, .. })
        | Order::Dispute(dispute::Order::Retract { subject, .. }) => about(subject, cells),
        Order::Dispute(dispute::Order::Acknowledge { dispute }) => answered(dispute, cells),
        Order::Dispute(dispute::Order::Triage { dispute, .. }) => {
            [answered(dispute, cells), all_of(Council::Auditor, cells)].concat()
        }
        Order::Operation(operation::Order::Tune { name, .. }) => vec![CellKey::Parameter(*name)],
        Order::Registry(registry::Order::RollBack { component, .. }) => {
            vec![CellKey::Running(*component), CellKey::Pause(Scope::Upgrades)]
        }
        Order::Phase(phase::Order::RollBack { council, .. }) => {
            [vec![CellKey::WayBack(*council), CellKey::Pause(Scope::Upgrades)], all_of(*council, cells)].concat()
        }
        Order::Phase(phase::Order::NameCompanion { companion }) => vec![CellKey::CompanionSeat(*companion)],
        Order::Council(council::Order::AcceptSeat { .. })
        | Order::Council(council::Order::SuspendSelf)
        | Order::Council(council::Order::Heartbeat { .. })
        | Order::Operation(operation::Order::Escalate { .. })
        | Order::Operation(operation::Order::FileDrill { .. }) => Vec::new(),
    }
}

/// The row with its councils, what the action is about, and the record that somebody has looked.
fn opening(open: &Open, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = [vec![CellKey::Row(open.row)], action(&open.action, cells)].concat();
    if let Ok(row) = cells.row(open.row) {
        let authority = open.action.concern().and_then(|concern| cells.authority(concern).ok());
        let votes = |(council, _)| if council == Council::PROGRAM { authority } else { Some(council) };
        keys.extend(row.minima.iter().filter_map(votes).map(CellKey::Council));
        keys.extend(open.row.escalation().then(|| CellKey::Escalation(open.action.watched())));
    }
    keys
}

/// A proposal, and what tells whether it stands where rows, councils or seats have changed since it was opened.
fn on(id: ProposalId, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = vec![CellKey::proposal(id)];
    let (Ok(proposal), Ok(head)) = (cells.proposal(id), cells.head()) else { return keys };
    let Proposal { stage, settled, row, tallies, .. } = *proposal;
    let ended = matches!(stage, Stage::Executed | Stage::Cancelled | Stage::Rejected);
    if ended || settled == Some(head.changes) {
        return keys;
    }
    keys.push(CellKey::Row(row));
    for tally in &tallies {
        keys.push(CellKey::Council(tally.council));
        let approved = |id: &SeatId| tally.approve.checked_shr(id.index.into()).is_some_and(|bits| bits & 1 == 1);
        keys.extend(seats(tally.council, tally.size).filter(approved).map(CellKey::Seat));
    }
    keys
}

/// Pauses and the mode that may be in the way of an execution.
fn stops(action: &Action) -> Vec<CellKey> {
    let scopes = [Some(action.scope()), action.account()].into_iter().flatten();
    [everything(), scopes.map(CellKey::Pause).collect()].concat()
}

fn everything() -> Vec<CellKey> {
    vec![CellKey::Mode, CellKey::Pause(Scope::Everything)]
}

fn authorising(conversion: &Conversion, cells: &impl Cells) -> Vec<CellKey> {
    let Conversion { number, transfer } = *conversion;
    let (route, account) = (transfer.route, transfer.account);
    let own = account.map_or(Counted::Lots(route), |account| Counted::Account(route, account));
    let mut keys = vec![
        CellKey::Route(route),
        CellKey::Compliance(route),
        CellKey::Traffic(route),
        CellKey::Reservation(route, Reservation::place(number)),
        CellKey::Window(own),
        CellKey::Window(Counted::Number(route)),
        CellKey::Mode,
        CellKey::Daily(route),
    ];
    let stops = [Scope::Everything, Scope::Route(route)].into_iter().chain(account.map(Scope::Account));
    keys.extend(stops.map(CellKey::Pause));
    if let Ok(Some(present)) = cells.route(route) {
        let economics = &present.economics;
        keys.push(CellKey::Aggregate((economics.source, economics.course)));
        keys.extend([economics.source, economics.destination].map(|asset| CellKey::Entry(EntryKey::Asset(asset))));
    }
    // What is large depends on what was used: the Treasury's words are few.
    let word = |id| [CellKey::Word(route, id), CellKey::Seat(id)];
    keys.push(CellKey::Council(Council::Treasury));
    keys.extend(all_seats(Council::Treasury, cells).flat_map(word));
    keys
}

/// A route with what tells whether a rate of the day would let anybody gain by going over and back.
fn back(route: u32, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = vec![CellKey::Route(route), CellKey::Daily(route)];
    if let Ok(Some(present)) = cells.route(route) {
        let back = (present.economics.destination, present.economics.course.back());
        keys.push(CellKey::Sharing(back));
        let others = cells.sharing(back).unwrap_or_default().0;
        keys.extend(others.into_iter().flat_map(|(other, _)| [CellKey::Route(other), CellKey::Daily(other)]));
    }
    keys
}

fn action(action: &Action, cells: &impl Cells) -> Vec<CellKey> {
    match action {
        Action::Emergency(emergency::Action::Pause(pause)) => {
            [vec![CellKey::Pause(pause.scope)], counted(pause.scope)].concat()
        }
        Action::Emergency(emergency::Action::SetMode(_)) => [vec![CellKey::Mode], counted(Scope::Everything)].concat(),
        Action::Emergency(emergency::Action::LeaveMode { .. }) => vec![CellKey::Mode],
        Action::Emergency(emergency::Action::Lift { scope, .. }) => vec![CellKey::Pause(*scope)],
        Action::Emergency(emergency::Action::Consent { scope, .. }) => vec![CellKey::Duty(*scope)],
        Action::Council(council::Action::Suspend { seat, recovery, .. }) => {
            let recovery = recovery.map(|id| on(id, cells)).unwrap_or_default();
            [all_of(seat.council, cells), recovery].concat()
        }
        Action::Council(council::Action::Reinstate { seat, .. }) => all_of(seat.council, cells),
        Action::Bridge(bridge::Action::SetRoute(change)) => {
            let sharing = CellKey::Sharing((change.economics.source, change.economics.course));
            vec![CellKey::Route(change.route), sharing, CellKey::Escalation(action.watched())]
        }
        Action::Bridge(bridge::Action::SetCompliance(change)) => {
            let (route, served) = (CellKey::Route(change.route), CellKey::Compliance(change.route));
            vec![route, served, CellKey::Escalation(action.watched())]
        }
        Action::Policy(policy::Action::SetRow(_)) => table(),
        Action::Council(council::Action::Reconstitute(Reconstitute { council, added, .. })) => {
            [table(), all_of(*council, cells), newcomers(added.iter())].concat()
        }
        Action::Council(council::Action::Rotate { seat, new, .. }) => {
            [all_of(seat.council, cells), newcomers([new].into_iter())].concat()
        }
        Action::Council(council::Action::Recover { council, seats, .. }) => {
            [all_of(*council, cells), newcomers(seats.iter().map(|(_, new)| new))].concat()
        }
        Action::Registry(registry::Action::Register { entry, .. }) => {
            vec![CellKey::Entry(entry.key()), CellKey::Escalation(action.watched())]
        }
        Action::Registry(registry::Action::Revoke { entry, .. }) => vec![CellKey::Entry(*entry)],
        Action::Registry(registry::Action::Release(release)) => {
            vec![CellKey::Entry(EntryKey::Component(release.component)), CellKey::Running(release.component)]
        }
        Action::Operation(operation::Action::SetBaseline { name, .. }) => vec![CellKey::Parameter(*name)],
        Action::Dispute(dispute::Action::Resolve { dispute, .. })
        | Action::Dispute(dispute::Action::Extend { dispute, .. }) => answered(dispute, cells),
        Action::Phase(phase::Action::SetPhase(change)) => {
            let mut keys = all_of(change.council, cells);
            if change.next.needs_companion() {
                let companion =
                    |key: &CellKey| if let CellKey::Seat(id) = key { Some(CellKey::Companion(*id)) } else { None };
                keys.extend(keys.iter().filter_map(companion).collect::<Vec<_>>());
            }
            keys
        }
        Action::Phase(phase::Action::RevokeWayBack(Way::Phase { council, .. })) => vec![CellKey::WayBack(*council)],
        Action::Phase(phase::Action::RevokeWayBack(Way::Release { component, .. })) => {
            vec![CellKey::Running(*component)]
        }
        Action::Program(program::Action::Create(new)) => creating(new),
        Action::Program(program::Action::Change(change)) => {
            [vec![CellKey::Program(change.program)], parts(change.program, &change.rules, &change.lines)].concat()
        }
        Action::Program(program::Action::ExecuteBatch(batch)) => executing(batch, cells),
        Action::Program(program::Action::Stop { header, .. }) => {
            vec![CellKey::Program(header.program), CellKey::Stopped(digest::manifest_hash(header))]
        }
        Action::Program(program::Action::CreateAuthority(new)) => {
            let councils = [Council::Program(new.authority), Council::PROGRAM].map(CellKey::Council);
            [councils.to_vec(), newcomers(new.seats.iter())].concat()
        }
        Action::Program(program::Action::Overrule { manifest, auditor, .. }) => {
            vec![CellKey::Vote(*manifest, *auditor)]
        }
        Action::Contract(contract::Action::Retire { .. }) => vec![CellKey::Recoveries],
        Action::Policy(policy::Action::Adopt { .. }) | Action::Policy(policy::Action::RenewProfile { .. }) => {
            Vec::new()
        }
    }
}

/// What the use of emergency power in a scope is counted with, and reviewed.
fn counted(scope: Scope) -> Vec<CellKey> {
    let used = [None, Some(Scope::Everything), Some(scope)].map(CellKey::Use);
    let duties = [CellKey::Duties, CellKey::Duty(Scope::Everything), CellKey::Duty(scope)];
    [used, duties].concat()
}

/// The whole policy table, with the councils that it asks.
fn table() -> Vec<CellKey> {
    let councils = Council::IN_ROWS.map(CellKey::Council);
    RowId::NAMED.iter().map(|(id, _)| CellKey::Row(*id)).chain(councils).collect()
}

fn creating(new: &CreateProgram) -> Vec<CellKey> {
    let own = vec![CellKey::Program(new.program), CellKey::Council(Council::Program(new.terms.authority))];
    [own, parts(new.program, &new.rules, &new.lines)].concat()
}

fn executing(batch: &Header, cells: &impl Cells) -> Vec<CellKey> {
    let manifest = digest::manifest_hash(batch);
    let mut keys = vec![
        CellKey::Program(batch.program),
        CellKey::Rules(batch.program, batch.rules),
        CellKey::Line(batch.program, batch.line),
        CellKey::Entry(EntryKey::Asset(batch.asset)),
        CellKey::Entry(EntryKey::Payer(batch.payer, batch.program)),
        CellKey::Batch(manifest),
        CellKey::Stopped(manifest),
    ];
    keys.extend(holding(Subject::Batch(manifest), cells));
    keys.extend(
        batch.parent.into_iter().flat_map(|parent| [CellKey::Batch(parent), CellKey::Disputed(Subject::Batch(parent))]),
    );
    keys
}

/// A statement, and the auditors who have voted on it.
fn finalising(manifest: ManifestHash, recorder: SeatId, cells: &impl Cells) -> Vec<CellKey> {
    let mut keys = vec![
        CellKey::Batch(manifest),
        CellKey::Statement(manifest, recorder),
        CellKey::Seat(recorder),
        CellKey::Disputed(Subject::Batch(manifest)),
    ];
    if let Ok(Some(stated)) = cells.stated(manifest, recorder) {
        keys.extend(stated.auditors().flat_map(|auditor| [CellKey::Vote(manifest, auditor), CellKey::Seat(auditor)]));
    }
    keys
}

fn newcomers<'a>(seats: impl Iterator<Item = &'a NewSeat>) -> Vec<CellKey> {
    let of = |new: &NewSeat| {
        [CellKey::KeySeat(new.key), CellKey::Holder(new.holder), CellKey::Organisation(new.organisation)]
    };
    seats.take(Council::MAX_SEATS).flat_map(of).collect()
}

/// Rule sets and budget lines of a programme.
fn parts(program: u32, rules: &[RulesChange], lines: &[SetLine]) -> Vec<CellKey> {
    let rules = rules.iter().take(MOST_RULES).map(|change| CellKey::Rules(program, change.version()));
    rules.chain(lines.iter().take(MOST_LINES).map(|set| CellKey::Line(program, set.line))).collect()
}

/// A council with its seats, once its size is known.
fn all_of(council: Council, cells: &impl Cells) -> Vec<CellKey> {
    [CellKey::Council(council)].into_iter().chain(all_seats(council, cells).map(CellKey::Seat)).collect()
}

/// The seats of a council, once its size is known.
fn all_seats(council: Council, cells: &impl Cells) -> impl Iterator<Item = SeatId> {
    seats(council, cells.council(council).map_or(0, |head| head.size))
}

fn seats(council: Council, size: u8) -> impl Iterator<Item = SeatId> {
    (0..size).map(move |index| SeatId { council, index })
}
