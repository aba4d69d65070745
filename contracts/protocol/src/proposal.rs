//! A proposal's cell and where it stands. Status is computed from cell and time, never stored.

use crate::{
    bytes::{ActionHash, DeploymentId, DocumentHash, ProposalDigest},
    council::{Council, Overdue, SeatId},
    dispute::DisputeId,
    key::Key,
    proposal_id::{Decision, ProposalId},
    row::{Executors, RowId},
};
use alloc::vec::Vec;
use core::ops::Range;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Recoveries of which the contract remembers that their quorum stands: of two councils, and few at a time.
pub const MOST_RECOVERIES: usize = 8;
const DAY: u64 = 24 * 60 * 60;

/// A proposal as the contract keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Proposal {
    /// Number of the proposal that the slot holds.
    pub serial: u32,
    /// Where it stands.
    pub stage: Stage,
    /// Seats that veto it: a bit each.
    pub vetoes: u32,
    /// The call for the panel, if there was one.
    pub panel: Option<PanelCall>,
    /// One tally for each council of the row, in the row's order.
    pub tallies: Vec<Tally>,
    /// What approvers sign.
    pub digest: ProposalDigest,
    /// Its row.
    pub row: RowId,
    /// The row's version when it was opened.
    pub row_version: u32,
    /// Approvals that the row needs in all.
    pub m: u8,
    /// Who executes, as the row says.
    pub executors: Executors,
    /// Whether members may act on it from their own chain accounts, as the row says.
    pub direct: bool,
    /// [`crate::cells::Head::changes`] when it was opened, where its councils were whole then: while it is the same, so
    /// are the row and they.
    pub settled: Option<u32>,
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
    /// Whose overdue seats may decide.
    pub overdue: Overdue,
    /// Where the panel may break a tie: the dispute that is answered.
    pub tie: Option<DisputeId>,
    /// The council of the seat that it sets aside, where it sets one aside.
    pub sets_aside: Option<Council>,
}

/// The beginning of a [`Proposal`]: what records change. The rest stays as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Live {
    /// [`Proposal::serial`].
    pub serial: u32,
    /// [`Proposal::stage`].
    pub stage: Stage,
    /// [`Proposal::vetoes`].
    pub vetoes: u32,
    /// [`Proposal::panel`].
    pub panel: Option<PanelCall>,
    /// [`Proposal::tallies`].
    pub tallies: Vec<Tally>,
}

impl Live {
    /// Writes a seat's decision; whether an approval is taken back with it.
    pub fn set_decision(&mut self, seat: SeatId, decision: Decision) -> bool {
        set_decision(&mut self.tallies, seat, decision)
    }

    /// Writes a veto.
    pub fn set_veto(&mut self, index: u8) {
        self.vetoes |= bit(index);
    }
}

/// What follows after [`Live`] in a [`Proposal`]: enough to know its row.
#[derive(Decode)]
pub(crate) struct Kept {
    _digest: ProposalDigest,
    /// [`Proposal::row`].
    pub(crate) row: RowId,
}

/// A tie for which the panel was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PanelCall {
    /// First second in which the panel may approve.
    pub from: u64,
    /// Second from which it no longer may.
    pub until: u64,
    /// Whether it has: one approval more.
    pub approved: bool,
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
    /// Number of its seats then.
    pub size: u8,
    /// Approvals that it must give at least.
    pub least: u8,
    /// Seats that approve.
    pub approve: u32,
    /// Seats that reject.
    pub reject: u32,
}

impl Proposal {
    /// When the panel can be called for a tie: for a day, from the time to decide on, and not within a day of the opening.
    pub fn panel_callable(&self) -> Range<u64> {
        let from = self.approve_by.max(self.opened_at.saturating_add(DAY));
        from..from.saturating_add(DAY)
    }

    /// First second in which it may be executed, and the first in which it no longer may, for a quorum that has stood
    /// since `quorum_at`.
    pub fn execution(&self, quorum_at: u64) -> (u64, u64) {
        let eta = quorum_at.saturating_add(self.delay.into());
        (eta, eta.saturating_add(self.window.into()))
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
        set_decision(&mut self.tallies, seat, decision);
    }

    /// Whether a seat has vetoed it.
    pub fn vetoed_by(&self, index: u8) -> bool {
        self.vetoes & bit(index) != 0
    }

    /// Writes a veto.
    pub fn set_veto(&mut self, index: u8) {
        self.vetoes |= bit(index);
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

fn set_decision(tallies: &mut [Tally], seat: SeatId, decision: Decision) -> bool {
    let bit = bit(seat.index);
    let mut taken_back = false;
    for tally in tallies.iter_mut().filter(|tally| tally.council == seat.council) {
        match decision {
            Decision::Approve => tally.approve |= bit,
            Decision::Reject => {
                taken_back = tally.approve & bit != 0;
                tally.approve &= !bit;
                tally.reject |= bit;
            }
        }
    }
    taken_back
}

/// The bit of a seat; none beyond the map.
pub(crate) fn bit(index: u8) -> u32 {
    1_u32.checked_shl(index.into()).unwrap_or(0)
}

/// Why a proposal ended without taking effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Cause {
    /// So many reject that the quorum cannot be reached.
    #[codec(index = 0)]
    Decisions,
    /// `approve_by` passed without a quorum.
    #[codec(index = 1)]
    ApproveByPassed,
    /// `execute_by` passed.
    #[codec(index = 2)]
    ExecuteByPassed,
    /// Its row or a council changed.
    #[codec(index = 3)]
    Stale,
    /// A veto.
    #[codec(index = 4)]
    Veto,
}

/// Everything that an approver approves. It covers the opening time: nothing can be signed beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cfg_attr(feature = "std", derive(TypeInfo))]
pub struct ProposalTerms {
    /// Which contract.
    pub deployment: DeploymentId,
    /// Which proposal.
    pub id: ProposalId,
    /// When it was opened.
    pub opened_at: u64,
    /// By which key.
    pub author: Key,
    /// With which nonce.
    pub nonce: u64,
    /// Under which row.
    pub row: RowId,
    /// In which version of it.
    pub row_version: u32,
    /// The row's councils in order, with their epochs.
    pub epochs: Vec<(Council, u32)>,
    /// What it does.
    pub action: ActionHash,
    /// Why.
    pub document: DocumentHash,
    /// Second from which approvals are no longer taken.
    pub approve_by: u64,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub window: u32,
}
