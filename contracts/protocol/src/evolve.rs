//! The only way that state changes: one record after the other.

use crate::{
    cells::{CellKey, CellsMut, Escalation, Head, Paused, Route},
    command::ProposalId,
    council::{CouncilHead, Seat, SeatId, SeatState},
    digest::{self, Domain},
    event::{Event, Opened, Record},
    genesis::Genesis,
    key::Key,
    proposal::{Proposal, Stage, Tally},
};
use core::fmt;

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
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfSequence { expected, found } => write!(out, "event {found} where {expected} is next"),
            Self::Missing => out.write_str("the event is about something that is not there"),
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
    let mut head = cells.head().map_err(|_| Unfit::Missing)?;
    if record.seq != head.seq {
        return Err(Unfit::OutOfSequence { expected: head.seq, found: record.seq });
    }
    head.seq = head.seq.saturating_add(1);
    match &record.event {
        Event::Deployed { .. } | Event::Refused { .. } => {}
        Event::Opened(opened) => {
            head.serial = opened.id.serial.saturating_add(1);
            let author = record.actor.ok_or(Unfit::Missing)?;
            open(cells, opened, author, record.at)?;
        }
        Event::Decided { id, seat, decision, quorum } => change(cells, *id, |proposal| {
            proposal.set_decision(*seat, *decision);
            if !quorum {
                proposal.stage = Stage::Open;
            }
        })?,
        Event::QuorumReached { id, .. } => {
            change(cells, *id, |proposal| proposal.stage = Stage::Approved { quorum_at: record.at })?;
        }
        Event::Cancelled { id } => change(cells, *id, |proposal| proposal.stage = Stage::Cancelled)?,
        Event::Rejected { id, .. } => change(cells, *id, |proposal| proposal.stage = Stage::Rejected)?,
        Event::Executed { id, .. } => change(cells, *id, |proposal| proposal.stage = Stage::Executed)?,
        Event::Paused { id, pause, until } => {
            let key = CellKey::Pause(pause.scope);
            let running: Option<Paused> = cells.cell(&key).map_err(|_| Unfit::Missing)?;
            let running = running.filter(|running| record.at < running.until);
            let since = running.map_or(record.at, |running| running.since);
            // A pause that is prolonged stays the pause of its incident: no new name can dodge a lift under way.
            let incident = running.map_or(pause.incident, |running| running.incident);
            let (severity, reason) = (pause.severity, pause.reason);
            cells.put(&key, &Paused { until: *until, since, proposal: *id, incident, severity, reason });
        }
        Event::Lifted { scope, .. } => {
            let key = CellKey::Pause(*scope);
            let running: Paused = cells.cell(&key).ok().flatten().ok_or(Unfit::Missing)?;
            cells.put(&key, &Paused { until: record.at, ..running });
        }
        Event::Escalated { seat, scope, reference, nonce } => {
            use_nonce(cells, *seat, *nonce)?;
            let record = Escalation { at: record.at, seat: *seat, reference: *reference, used: false };
            cells.put(&CellKey::Escalation(*scope), &record);
        }
        Event::RouteChanged { route, version, economics, escalation, .. } => {
            if *escalation {
                let key = CellKey::Escalation(crate::action::Scope::Route(*route));
                let record: Escalation = cells.cell(&key).ok().flatten().ok_or(Unfit::Missing)?;
                cells.put(&key, &Escalation { used: true, ..record });
            }
            cells.put(&CellKey::Route(*route), &Route { version: *version, economics: *economics });
        }
    }
    cells.put(&CellKey::Head, &head);
    Ok(())
}

fn deploy(cells: &mut impl CellsMut, record: &Record, domain: Domain, genesis: &Genesis) -> Result<(), Unfit> {
    if record.seq != 0 || cells.load(&CellKey::Head).is_some() {
        return Err(Unfit::OutOfSequence { expected: 0, found: record.seq });
    }
    if digest::deployment_id(genesis) != domain.deployment {
        return Err(Unfit::Missing);
    }
    for row in &genesis.rows {
        cells.put(&CellKey::Row(row.id), row);
    }
    for entry in &genesis.councils {
        let size = u8::try_from(entry.seats.len()).map_err(|_| Unfit::Missing)?;
        cells.put(&CellKey::Council(entry.council), &CouncilHead { epoch: 0, size });
    }
    for (id, seat) in genesis.seats() {
        cells.put(&CellKey::KeySeat(seat.key), &id);
        let (key, holder, organisation) = (seat.key, seat.holder, seat.organisation.clone());
        let (valid_until, state) = (seat.valid_until, SeatState::Active);
        cells.put(&CellKey::Seat(id), &Seat { key, holder, organisation, valid_until, state, since: 0, nonce: 0 });
    }
    cells.put(&CellKey::Head, &Head { domain, chain: genesis.chain, seq: 1, serial: 1 });
    Ok(())
}

fn open(cells: &mut impl CellsMut, opened: &Opened, author: Key, at: u64) -> Result<(), Unfit> {
    use_nonce(cells, opened.id.author, opened.nonce)?;
    let tally = |(council, epoch): &(_, _)| Tally { council: *council, epoch: *epoch, approve: 0, reject: 0 };
    let proposal = Proposal {
        serial: opened.id.serial,
        digest: opened.digest,
        row: opened.row,
        row_version: opened.row_version,
        author,
        nonce: opened.nonce,
        action: digest::action_hash(&opened.action),
        document: opened.document,
        opened_at: at,
        approve_by: opened.approve_by,
        delay: opened.delay,
        window: opened.window,
        stage: Stage::Open,
        tallies: opened.epochs.iter().map(tally).collect(),
    };
    cells.put(&CellKey::proposal(opened.id), &proposal);
    Ok(())
}

fn change(cells: &mut impl CellsMut, id: ProposalId, how: impl FnOnce(&mut Proposal)) -> Result<(), Unfit> {
    let mut proposal = cells.proposal(id).map_err(|_| Unfit::Missing)?;
    how(&mut proposal);
    cells.put(&CellKey::proposal(id), &proposal);
    Ok(())
}

fn use_nonce(cells: &mut impl CellsMut, id: SeatId, nonce: u64) -> Result<(), Unfit> {
    let mut seat = cells.seat(id).map_err(|_| Unfit::Missing)?;
    seat.nonce = nonce;
    cells.put(&CellKey::Seat(id), &seat);
    Ok(())
}
