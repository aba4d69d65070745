//! Proposals: a cell that is written once a command, however many of its records change it.

use super::{Fold, Unfit, read};
use crate::{
    bytes::{ActionHash, MAX_CELL, Written},
    cells::{CellKey, CellsMut},
    digest,
    evolve::use_nonce,
    key::Key,
    language::proposal::{Event, Opened},
    proposal::{Kept, Live, MOST_RECOVERIES, PanelCall, Proposal, Stage, Tally},
    proposal_id::ProposalId,
    row::RowId,
    state::State,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, Output};

/// Applies an event about proposals.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::Opened(opened) => {
            fold.head.serial = opened.id.serial.checked_add(1).ok_or(Unfit::Missing)?;
            settle(cells, &mut fold.changing);
            open(cells, opened, *fold.actor.ok_or(Unfit::Missing)?, fold.at, fold.head.changes)?;
        }
        Event::Decided { id, seat, decision, quorum } => change(cells, &mut fold.changing, *id, &mut |proposal| {
            // What a suspension took away comes back by itself; what its own approver takes back does not.
            if proposal.set_decision(*seat, *decision) && !quorum {
                proposal.stage = Stage::Open;
            }
        })?,
        Event::QuorumReached { id, execute_by, .. } => {
            change(cells, &mut fold.changing, *id, &mut |proposal| {
                proposal.stage = Stage::Approved { quorum_at: fold.at }
            })?;
            if fold.changing.as_ref().is_some_and(|changing| changing.row().is_some_and(|row| row.recovers().is_some()))
            {
                stands(cells, fold.at, *id, *execute_by)?;
            }
        }
        Event::Cancelled { id } => {
            change(cells, &mut fold.changing, *id, &mut |proposal| proposal.stage = Stage::Cancelled)?
        }
        Event::Vetoed { id, seat } => {
            change(cells, &mut fold.changing, *id, &mut |proposal| proposal.set_veto(seat.index))?
        }
        Event::Rejected { id, .. } => {
            change(cells, &mut fold.changing, *id, &mut |proposal| proposal.stage = Stage::Rejected)?
        }
        Event::Executed { id, .. } => {
            change(cells, &mut fold.changing, *id, &mut |proposal| proposal.stage = Stage::Executed)?
        }
        Event::Deadlocked { id, from, until, .. } => change(cells, &mut fold.changing, *id, &mut |proposal| {
            proposal.panel = Some(PanelCall { from: *from, until: *until, approved: false });
        })?,
        Event::DecidedTogether { .. } => {}
        Event::PanelApproved { id, .. } => change(cells, &mut fold.changing, *id, &mut |proposal| {
            proposal.panel = proposal.panel.map(|call| PanelCall { approved: true, ..call });
        })?,
    }
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
        tie: opened.action.neutral(),
        sets_aside: opened.action.sets_aside(),
        vetoes: 0,
        panel: None,
        tallies,
    };
    cells.put(&CellKey::proposal(opened.id), &proposal);
    Ok(())
}

/// A proposal whose beginning is being changed: written once, however many records of a command change it.
pub(super) struct Changing {
    id: ProposalId,
    live: Live,
    /// Its cell as it was.
    bytes: Vec<u8>,
    /// Bytes at its end with which it was opened, and which are copied as they stand.
    rest: usize,
}

impl Changing {
    fn row(&self) -> Option<RowId> {
        let (_, mut rest) = self.bytes.split_at(self.bytes.len().saturating_sub(self.rest));
        Kept::decode(&mut rest).ok().map(|kept| kept.row)
    }
}

/// Remembers a recovery whose quorum stands; those whose time is over are forgotten, and the oldest of too many.
#[inline(never)]
fn stands(cells: &mut impl CellsMut, at: u64, id: ProposalId, execute_by: u64) -> Result<(), Unfit> {
    let mut standing: Vec<(ProposalId, u64)> = read(cells, &CellKey::Recoveries)?.unwrap_or_default();
    standing.retain(|(other, until)| *other != id && at < *until);
    standing.push((id, execute_by));
    let over = standing.len().saturating_sub(MOST_RECOVERIES);
    cells.put(&CellKey::Recoveries, &standing.split_off(over));
    Ok(())
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
pub(super) fn settle(cells: &mut impl CellsMut, changing: &mut Option<Changing>) {
    if let Some(Changing { id, live, bytes, rest }) = changing.take() {
        let mut written = Written::with_room(MAX_CELL);
        live.encode_to(&mut written);
        written.write(bytes.split_at(bytes.len().saturating_sub(rest)).1);
        cells.store(&CellKey::proposal(id), written.into_vec());
    }
}
