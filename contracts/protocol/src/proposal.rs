//! A proposal's cell and the predicates of its life. Status is computed from cell and time, never stored.

use crate::{
    bytes::{ActionHash, DeploymentId, DocumentHash, ProposalDigest},
    cells::Cells,
    command::{Decision, ProposalId},
    council::{Council, SeatId, SeatState},
    digest::ProposalTerms,
    event::Cause,
    key::Key,
    refusal::Refusal,
    row::{Row, RowId},
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A proposal as the contract keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Proposal {
    /// Number of the proposal that the slot holds.
    pub serial: u32,
    /// What approvers sign.
    pub digest: ProposalDigest,
    /// Its row.
    pub row: RowId,
    /// The row's version when it was opened.
    pub row_version: u32,
    /// Key of the author.
    pub author: Key,
    /// The author's nonce.
    pub nonce: u64,
    /// Names the action, which stands in the opening event.
    pub action: ActionHash,
    /// SHA-256 of the document.
    pub document: DocumentHash,
    /// When it was opened.
    pub opened_at: u64,
    /// Second from which decisions are no longer taken.
    pub approve_by: u64,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub window: u32,
    /// Where it stands.
    pub stage: Stage,
    /// One tally for each council of the row, in the row's order.
    pub tallies: Vec<Tally>,
}

/// What the events have made of a proposal; time makes the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Stage {
    /// Open; the quorum does not stand.
    #[codec(index = 0)]
    Open,
    /// The quorum has stood since then.
    #[codec(index = 1)]
    Approved {
        /// When it came to stand.
        quorum_at: u64,
    },
    /// It took effect.
    #[codec(index = 2)]
    Executed,
    /// Its author took it back.
    #[codec(index = 3)]
    Cancelled,
    /// It ended without taking effect.
    #[codec(index = 4)]
    Rejected,
}

/// Decisions of one council: a bit for each seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Tally {
    /// The council.
    pub council: Council,
    /// Its epoch when the proposal was opened.
    pub epoch: u32,
    /// Seats that approve.
    pub approve: u32,
    /// Seats that reject.
    pub reject: u32,
}

/// Where a proposal stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Takes decisions.
    Open,
    /// The quorum stands; the delay runs until then.
    Waiting(u64),
    /// May be executed until then.
    Executable(u64),
    /// Took effect.
    Executed,
    /// Taken back.
    Cancelled,
    /// Rejected by decisions.
    Rejected,
    /// Too late.
    Expired(Cause),
    /// The row or a council changed.
    Stale,
}

impl Status {
    /// Whether the slot may be given to another proposal.
    pub fn finished(self) -> bool {
        !matches!(self, Self::Open | Self::Waiting(_) | Self::Executable(_))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Open => "open",
            Self::Waiting(_) => "waiting",
            Self::Executable(_) => "executable",
            Self::Executed => "executed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Expired(_) => "expired",
            Self::Stale => "stale",
        })
    }
}

impl Proposal {
    /// First second in which it may be executed, and the first in which it no longer may.
    pub fn execution(&self, quorum_at: u64) -> (u64, u64) {
        let eta = quorum_at.saturating_add(self.delay.into());
        (eta, eta.saturating_add(self.window.into()))
    }

    /// Where it stands at `now`.
    pub fn status(&self, cells: &impl Cells, now: u64) -> Result<Status, Refusal> {
        Ok(match self.stage {
            Stage::Executed => Status::Executed,
            Stage::Cancelled => Status::Cancelled,
            Stage::Rejected => Status::Rejected,
            Stage::Open | Stage::Approved { .. } if self.stale(cells)? => Status::Stale,
            Stage::Open if now >= self.approve_by => Status::Expired(Cause::ApproveByPassed),
            Stage::Open => Status::Open,
            Stage::Approved { quorum_at } => {
                let (eta, execute_by) = self.execution(quorum_at);
                match now {
                    _ if now >= execute_by => Status::Expired(Cause::ExecuteByPassed),
                    _ if now >= eta => Status::Executable(execute_by),
                    _ => Status::Waiting(eta),
                }
            }
        })
    }

    /// Whether its row or one of its councils moved. Protective rows are never stale by epoch.
    fn stale(&self, cells: &impl Cells) -> Result<bool, Refusal> {
        let row = cells.row(self.row)?;
        if row.version != self.row_version {
            return Ok(true);
        }
        for tally in self.tallies.iter().filter(|_| !row.protective) {
            if cells.council(tally.council)?.epoch != tally.epoch {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The seat's decision so far.
    pub fn decision(&self, seat: SeatId) -> Option<Decision> {
        let tally = self.tallies.iter().find(|tally| tally.council == seat.council)?;
        let bit = bit(seat.index);
        match (tally.reject & bit != 0, tally.approve & bit != 0) {
            (true, _) => Some(Decision::Reject),
            (false, true) => Some(Decision::Approve),
            (false, false) => None,
        }
    }

    /// Writes a seat's decision; a reject takes the approval back.
    pub fn set_decision(&mut self, seat: SeatId, decision: Decision) {
        let bit = bit(seat.index);
        for tally in self.tallies.iter_mut().filter(|tally| tally.council == seat.council) {
            match decision {
                Decision::Approve => tally.approve |= bit,
                Decision::Reject => {
                    tally.approve &= !bit;
                    tally.reject |= bit;
                }
            }
        }
    }

    /// Whether the quorum stands now: seats are counted again, not remembered.
    pub fn quorum(&self, row: &Row, cells: &impl Cells) -> Result<bool, Refusal> {
        let mut total = 0_u32;
        let mut minima = true;
        for (council, minimum) in row.minima.iter() {
            let counted = self.counted(council, row.protective, cells)?;
            minima &= counted >= u32::from(minimum);
            total = total.saturating_add(counted);
        }
        Ok(minima && total >= u32::from(row.m))
    }

    /// Approvals of a council that count now: by active members who had their seats when the proposal was opened, in
    /// the same epoch or, for protective rows, in the next.
    pub fn counted(&self, council: Council, protective: bool, cells: &impl Cells) -> Result<u32, Refusal> {
        let Some(tally) = self.tallies.iter().find(|tally| tally.council == council) else { return Ok(0) };
        let head = cells.council(council)?;
        let next = protective && Some(head.epoch) == tally.epoch.checked_add(1);
        if head.epoch != tally.epoch && !next {
            return Ok(0);
        }
        let mut counted = 0_u32;
        for index in (0..head.size).filter(|index| tally.approve & bit(*index) != 0) {
            let seat = cells.seat(SeatId { council, index })?;
            if seat.state == SeatState::Active && seat.since <= tally.epoch {
                counted = counted.saturating_add(1);
            }
        }
        Ok(counted)
    }

    /// Whether so many reject that the quorum can no longer be reached.
    pub fn hopeless(&self, row: &Row, cells: &impl Cells) -> Result<bool, Refusal> {
        let mut possible = 0_u32;
        for (council, minimum) in row.minima.iter() {
            let rejects =
                self.tallies.iter().find(|tally| tally.council == council).map_or(0, |tally| tally.reject.count_ones());
            let left = u32::from(cells.council(council)?.size).saturating_sub(rejects);
            if left < u32::from(minimum) {
                return Ok(true);
            }
            possible = possible.saturating_add(left);
        }
        Ok(possible < u32::from(row.m))
    }

    /// What its digest covers, so that everybody can compute it again.
    pub fn terms(&self, deployment: DeploymentId, id: ProposalId) -> ProposalTerms {
        ProposalTerms {
            deployment,
            id,
            opened_at: self.opened_at,
            author: self.author,
            nonce: self.nonce,
            row: self.row,
            row_version: self.row_version,
            epochs: self.tallies.iter().map(|tally| (tally.council, tally.epoch)).collect(),
            action: self.action,
            document: self.document,
            approve_by: self.approve_by,
            delay: self.delay,
            window: self.window,
        }
    }

    /// Its id, given the place where it lies.
    pub fn id(&self, author: SeatId, slot: u8) -> ProposalId {
        ProposalId { serial: self.serial, author, slot }
    }
}

/// The bit of a seat; none beyond the map.
fn bit(index: u8) -> u32 {
    1_u32.checked_shl(index.into()).unwrap_or(0)
}
