//! The only way that state changes: one record after the other. Not inlined, for the reason that [`crate::decide`] gives.

mod bridge;
mod council;
mod dispute;
mod emergency;
mod phase;
mod program;
mod registry;

use crate::{
    bytes::{ActionHash, Written},
    cells::{CellKey, CellsMut, Escalation, Head, MAX_CELL, Route, Served, Tuning},
    command::ProposalId,
    conversion::{Cosigned, End},
    council::{Seat, SeatId},
    digest::{self, Domain},
    dispute::Triage,
    event::{Event, Opened, Record},
    genesis::{Genesis, Profile},
    key::Key,
    proposal::{Live, PanelCall, Proposal, Stage, Tally},
    scope::Watched,
};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use parity_scale_codec::{Decode, Encode, Output};

/// A record that does not fit the state: the sequence has a gap, a fork or a forgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Its number is not the next.
    OutOfSequence {
        /// The next number.
        expected: u64,
        /// The record's.
        found: u64,
    },
    /// It is about something that is not there.
    Missing,
    /// It gives a seat to a key that must not have one.
    WeakKey,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfSequence { expected, found } => write!(out, "event {found} where {expected} is next"),
            Self::Missing => out.write_str("the event is about something that is not there"),
            Self::WeakKey => out.write_str("the event gives a seat to a key that is not sound"),
        }
    }
}

impl core::error::Error for Unfit {}

/// Applies a record. The contract, every replay and every model call this same function.
///
/// # Errors
///
/// [`Unfit`] where the record is not the next one of this state; the state is then not to be used.
pub fn evolve(cells: &mut impl CellsMut, record: &Record) -> Result<(), Unfit> {
    if let Event::Deployed { deployment, contract, genesis } = &record.event {
        let domain = Domain { deployment: *deployment, contract: *contract, chain_id: genesis.chain_id };
        return deploy(cells, record, domain, genesis);
    }
    let head = cells.head().map_err(|_| Unfit::Missing)?;
    evolve_all(cells, head, record.seq, record.at, record.actor.as_ref(), core::slice::from_ref(&record.event))
}

/// Applies the records of one command, none of which is a deployment, to the state of this head, which is written once.
///
/// # Errors
///
/// Like [`evolve`].
pub(crate) fn evolve_all(
    cells: &mut impl CellsMut,
    mut head: Box<Head>,
    seq: u64,
    at: u64,
    actor: Option<&Key>,
    events: &[Event],
) -> Result<(), Unfit> {
    if seq != head.seq {
        return Err(Unfit::OutOfSequence { expected: head.seq, found: seq });
    }
    let mut changing = None;
    for event in events {
        head.seq = head.seq.checked_add(1).ok_or(Unfit::Missing)?;
        apply(cells, &mut head, &mut changing, at, actor, event)?;
    }
    settle(cells, &mut changing);
    head.cells = cells.count(head.cells);
    cells.put(&CellKey::Head, &head);
    Ok(())
}

fn apply(
    cells: &mut impl CellsMut,
    head: &mut Head,
    changing: &mut Option<Changing>,
    at: u64,
    actor: Option<&Key>,
    event: &Event,
) -> Result<(), Unfit> {
    if event.moves_standing() {
        head.changes = head.changes.checked_add(1).ok_or(Unfit::Missing)?;
    }
    match event {
        Event::Deployed { .. } => return Err(Unfit::Missing),
        Event::Opened(opened) => {
            head.serial = opened.id.serial.checked_add(1).ok_or(Unfit::Missing)?;
            settle(cells, changing);
            open(cells, opened, *actor.ok_or(Unfit::Missing)?, at, head.changes)?;
        }
        Event::Decided { id, seat, decision, quorum } => change(cells, changing, *id, &mut |proposal| {
            // What a suspension took away comes back by itself; what its own approver takes back does not.
            if proposal.set_decision(*seat, *decision) && !quorum {
                proposal.stage = Stage::Open;
            }
        })?,
        Event::QuorumReached { id, .. } => {
            change(cells, changing, *id, &mut |proposal| proposal.stage = Stage::Approved { quorum_at: at })?;
        }
        Event::Rejected { id, .. } => change(cells, changing, *id, &mut |proposal| proposal.stage = Stage::Rejected)?,
        Event::Executed { id, .. } => change(cells, changing, *id, &mut |proposal| proposal.stage = Stage::Executed)?,
        // With a new programme comes its council.
        Event::CouncilReconstituted { council, epoch, size, added, .. } => {
            council::reconstitute(cells, *council, *epoch, *size, added)?;
        }
        Event::Refused { .. } => {}
        Event::Vetoed { id, seat } => change(cells, changing, *id, &mut |proposal| proposal.set_veto(seat.index))?,
        Event::Cancelled { id } => change(cells, changing, *id, &mut |proposal| proposal.stage = Stage::Cancelled)?,
        Event::Deadlocked { id, from, until, .. } => change(cells, changing, *id, &mut |proposal| {
            proposal.panel = Some(PanelCall { from: *from, until: *until, approved: false });
        })?,
        Event::PanelApproved { id, .. } => change(cells, changing, *id, &mut |proposal| {
            proposal.panel = proposal.panel.map(|call| PanelCall { approved: true, ..call });
        })?,
        Event::Paused { id, pause, until, capped } => {
            head.stops_until = head.stops_until.max(*until);
            emergency::pause(cells, at, *id, pause, *until, *capped)?;
        }
        Event::Lifted { scope, .. } => emergency::lift(cells, at, *scope)?,
        Event::ModeChanged { id, set: Some(set), until, capped } => {
            head.stops_until = head.stops_until.max(*until);
            emergency::set_mode(cells, at, *id, set, *until, *capped)?;
        }
        Event::ModeChanged { set: None, .. } => emergency::leave_mode(cells, at)?,
        Event::ReviewFiled { scope, severity, report, .. } => emergency::file(cells, *scope, *severity, *report)?,
        Event::ReviewAttested { scope, .. } => emergency::attest(cells, *scope)?,
        Event::OverrideUsed { scope, .. } => emergency::consent(cells, *scope)?,
        Event::SeatSuspended { seat, by, until, .. } => emergency::suspend(cells, at, *seat, *by, *until)?,
        Event::SeatReinstated { seat, .. } => emergency::reinstate(cells, at, *seat)?,
        Event::SeatReplaced { seat, new, epoch, .. } => council::replace(cells, *seat, new, *epoch)?,
        Event::SeatAccepted { seat, .. } => {
            with_seat(cells, *seat, |seat| seat.accepted = Some(at))?;
            council::look_at_seats(cells, seat.council)?;
        }
        Event::RowChanged { row, .. } => cells.put(&CellKey::Row(row.id), row),
        Event::Heartbeat { seat, nonce } => with_seat(cells, *seat, |seat| {
            seat.nonce = *nonce;
            seat.heartbeat = at;
        })?,
        Event::SuccessorNamed { seat, successor, nonce } => with_seat(cells, *seat, |seat| {
            seat.nonce = *nonce;
            seat.successor = Some(*successor);
        })?,
        Event::Escalated { seat, watched, reference, nonce } => {
            use_nonce(cells, *seat, *nonce)?;
            let record = Escalation { at, seat: *seat, reference: *reference, used: false };
            cells.put(&CellKey::Escalation(*watched), &record);
        }
        Event::RouteChanged { route, version, economics, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Route(*route))?;
            bridge::set_route(cells, at, *route, &Route { version: *version, economics: *economics })?;
        }
        Event::Retired { successor, .. } => head.successor = Some(*successor),
        Event::Succeeded { predecessor, contract, state } => {
            // Whoever can list all cells compares them; a contract that succeeds has built the tree from them.
            let same = cells.state().is_none_or(|found| found == *state);
            if !same || (head.domain.contract, head.successor) != (*predecessor, Some(*contract)) {
                return Err(Unfit::Missing);
            }
            (head.domain.contract, head.successor) = (*contract, None);
        }
        Event::ProfileRenewed { until, .. } => head.profile = Profile::Micronode { until: *until },
        Event::DrillFiled { seat, nonce, .. } => use_nonce(cells, *seat, *nonce)?,
        Event::ComplianceChanged { route, version, compliance, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Route(*route))?;
            let served = Served { version: *version, compliance: *compliance };
            cells.put(&CellKey::Compliance(*route), &served);
        }
        Event::ConversionAuthorized { conversion, quote, .. } => bridge::authorize(cells, at, conversion, quote)?,
        Event::ConversionRefused { conversion, .. } => bridge::refuse(cells, conversion)?,
        Event::ConversionCosigned { seat, conversion } => {
            let key = *actor.ok_or(Unfit::Missing)?;
            let cosigned = Cosigned { conversion: *conversion, seat: *seat, key, at };
            cells.put(&CellKey::Cosigned(conversion.route), &cosigned);
        }
        Event::ConversionCompleted { route, number, reference, .. } => {
            bridge::end(cells, *route, *number, End::Completed(*reference))?;
        }
        Event::ConversionReleased { route, number, reason, .. } => {
            bridge::end(cells, *route, *number, End::Released(*reason))?;
        }
        Event::RegistryChanged { entry, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Money)?;
            registry::write(cells, entry)?;
        }
        Event::ReleaseApproved { release, .. } => registry::release(cells, release)?,
        Event::ReleaseRolledBack { component, to, .. } => registry::roll_back(cells, *component, *to),
        Event::Tuned { seat, name, value, nonce, .. } => {
            use_nonce(cells, *seat, *nonce)?;
            let present: Tuning = read(cells, &CellKey::Parameter(*name))?.ok_or(Unfit::Missing)?;
            cells.put(&CellKey::Parameter(*name), &Tuning { value: *value, at, ..present });
        }
        Event::BaselineChanged { name, value, .. } => {
            cells.put(&CellKey::Parameter(*name), &Tuning { baseline: *value, value: *value, at });
        }
        Event::DisputeOpened { seat, subject, reason } => dispute::open(cells, at, *seat, *subject, *reason)?,
        Event::DisputeAcknowledged { subject, .. } => dispute::acknowledge(cells, at, *subject)?,
        Event::DisputeTriaged { subject, finding, decide_by, .. } => {
            dispute::triage(cells, *subject, Triage { at, finding: *finding, decide_by: *decide_by })?;
        }
        Event::DisputeExtended { subject, until, .. } => dispute::extend(cells, *subject, *until)?,
        Event::DisputeResolved { subject, outcome, .. } => dispute::resolve(cells, at, *subject, *outcome)?,
        Event::DisputeRetracted { subject, .. } => dispute::retract(cells, at, *subject)?,
        Event::ProgramChanged { program, version, terms, assets, .. } => {
            program::change(cells, at, (*program, *version), *terms, assets)?;
        }
        Event::PhaseChanged { council, to, way_back, .. } => phase::set(cells, *council, *to, *way_back)?,
        Event::PhaseRolledBack { council, to, .. } => phase::set(cells, *council, *to, None)?,
        Event::CompanionNamed { seat, companion } => phase::name(cells, *seat, *companion)?,
        Event::BatchExecuted { batch, .. } => program::execute(cells, at, batch)?,
        Event::SettlementRecorded { manifest, settled, .. } => program::record(cells, *manifest, settled)?,
        Event::EntryExcepted { manifest, from, up_to, amount, .. } => {
            program::except(cells, *manifest, (*from, *up_to), *amount)?;
        }
        Event::SettlementAttested { attestation, .. } => program::attest(cells, attestation)?,
        Event::BatchReconciled { manifest, .. } => program::reconcile(cells, at, *manifest)?,
    }
    Ok(())
}

fn deploy(cells: &mut impl CellsMut, record: &Record, domain: Domain, genesis: &Genesis) -> Result<(), Unfit> {
    if record.seq != 0 || cells.load(&CellKey::Head).is_some() {
        return Err(Unfit::OutOfSequence { expected: 0, found: record.seq });
    }
    if cells.sha256(&[&Written::once(genesis)]) != domain.deployment.0 {
        return Err(Unfit::Missing);
    }
    for row in &genesis.rows {
        cells.put(&CellKey::Row(row.id), row);
    }
    council::found(cells, genesis)?;
    let (chain, profile) = (genesis.chain, genesis.profile);
    let count = cells.count(0);
    let head =
        Head { domain, chain, seq: 1, serial: 1, profile, cells: count, changes: 0, stops_until: 0, successor: None };
    cells.put(&CellKey::Head, &head);
    Ok(())
}

fn open(cells: &mut impl CellsMut, opened: &Opened, author: Key, at: u64, changes: u32) -> Result<(), Unfit> {
    use_nonce(cells, opened.id.author, opened.nonce)?;
    let row = cells.row(opened.row).map_err(|_| Unfit::Missing)?;
    let mut settled = Some(changes);
    let mut tallies = Vec::with_capacity(opened.epochs.len());
    for (council, epoch) in &opened.epochs {
        let (council, head) = (*council, cells.council(*council).map_err(|_| Unfit::Missing)?);
        settled = settled.filter(|_| head.whole_from <= at);
        let least = row.minima.of(council);
        tallies.push(Tally { council, epoch: *epoch, size: head.size, least, approve: 0, reject: 0 });
    }
    let proposal = Proposal {
        serial: opened.id.serial,
        digest: opened.digest,
        row: opened.row,
        row_version: opened.row_version,
        m: row.m,
        executors: row.executors,
        direct: row.direct,
        settled,
        author,
        nonce: opened.nonce,
        action: ActionHash(cells.sha256(&[&digest::action_preimage(&opened.action)])),
        document: opened.document,
        opened_at: at,
        approve_by: opened.approve_by,
        delay: opened.delay,
        window: opened.window,
        stage: Stage::Open,
        overdue: opened.action.overdue(),
        party: opened.action.neutral(),
        vetoes: 0,
        panel: None,
        tallies,
    };
    cells.put(&CellKey::proposal(opened.id), &proposal);
    Ok(())
}

/// A proposal whose beginning is being changed: written once, however many records of a command change it.
struct Changing {
    id: ProposalId,
    live: Live,
    /// Its cell as it was.
    bytes: Vec<u8>,
    /// Bytes at its end with which it was opened, and which are copied as they stand.
    rest: usize,
}

/// One piece of code for all changes.
#[inline(never)]
fn change(
    cells: &mut impl CellsMut,
    changing: &mut Option<Changing>,
    id: ProposalId,
    how: &mut dyn FnMut(&mut Live),
) -> Result<(), Unfit> {
    if changing.as_ref().is_none_or(|changing| changing.id != id) {
        settle(cells, changing);
        let bytes = cells.load(&CellKey::proposal(id)).ok_or(Unfit::Missing)?;
        let mut rest = &*bytes;
        let live = Live::decode(&mut rest).map_err(|_| Unfit::Missing)?;
        if live.serial != id.serial {
            return Err(Unfit::Missing);
        }
        let rest = rest.len();
        *changing = Some(Changing { id, live, bytes, rest });
    }
    if let Some(changing) = changing {
        how(&mut changing.live);
    }
    Ok(())
}

/// Writes the proposal that is being changed, if there is one.
#[inline(never)]
fn settle(cells: &mut impl CellsMut, changing: &mut Option<Changing>) {
    if let Some(Changing { id, live, bytes, rest }) = changing.take() {
        let mut written = Written::with_room(MAX_CELL);
        live.encode_to(&mut written);
        written.write(bytes.split_at(bytes.len().saturating_sub(rest)).1);
        cells.store(&CellKey::proposal(id), written.into_vec());
    }
}

fn with_seat(cells: &mut impl CellsMut, id: SeatId, how: impl FnOnce(&mut Seat)) -> Result<(), Unfit> {
    let mut seat = cells.seat(id).map_err(|_| Unfit::Missing)?;
    how(&mut seat);
    cells.put(&CellKey::Seat(id), &seat);
    Ok(())
}

fn use_nonce(cells: &mut impl CellsMut, id: SeatId, nonce: u64) -> Result<(), Unfit> {
    with_seat(cells, id, |seat| seat.nonce = nonce)
}

fn use_escalation(cells: &mut impl CellsMut, used: bool, watched: Watched) -> Result<(), Unfit> {
    if used {
        let key = CellKey::Escalation(watched);
        let record: Escalation = read(cells, &key)?.ok_or(Unfit::Missing)?;
        cells.put(&key, &Escalation { used: true, ..record });
    }
    Ok(())
}

fn read<T: Decode>(cells: &impl CellsMut, key: &CellKey) -> Result<Option<T>, Unfit> {
    cells.cell(key).map_err(|_| Unfit::Missing)
}
