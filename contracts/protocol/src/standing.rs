//! Where a proposal stands, computed from its cell, its councils and the time; never stored. Approvals, rejections and vetoes are
//! counted anew wherever it matters.

use crate::{
    cells::Cells,
    council::{Council, CouncilHead, Seat, SeatId},
    proposal::{Cause, Proposal, Stage, Tally, bit},
    refusal::Refusal,
    row::RowId,
    state::State,
};
use alloc::vec::Vec;
use core::fmt;

/// What a proposal's row and councils are at present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// The row's version.
    pub row_version: u32,
    /// In the order of the tallies.
    pub councils: Vec<Standing>,
}

/// What counting asks of a [`CouncilHead`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its epoch.
    pub epoch: u32,
    /// Number of its seats.
    pub size: u8,
    /// Second from which it is whole, or an earlier one in which it was so already.
    pub whole_from: u64,
}

impl From<CouncilHead> for Standing {
    fn from(head: CouncilHead) -> Self {
        Self { epoch: head.epoch, size: head.size, whole_from: head.whole_from }
    }
}

/// Where a proposal stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Takes decisions.
    Open,
    /// The time to decide is over with a tie, and the panel was called: it may approve in this time.
    Deadlocked(u64, u64),
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
        match self {
            Self::Open | Self::Deadlocked(..) | Self::Waiting(_) | Self::Executable(_) => false,
            Self::Executed | Self::Cancelled | Self::Rejected | Self::Expired(_) | Self::Stale => true,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Open => "open",
            Self::Deadlocked(..) => "deadlocked",
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
    /// Where it stands at `now`.
    pub fn status(&self, cells: &impl Cells, now: u64) -> Result<Status, Refusal> {
        // What has ended is so whatever its row and its councils are.
        let present = match self.stage {
            Stage::Open | Stage::Approved { .. } => self.present(cells.head()?.changes, cells)?,
            Stage::Executed | Stage::Cancelled | Stage::Rejected => {
                Present { row_version: self.row_version, councils: Vec::new() }
            }
        };
        self.status_in(&present, cells, now)
    }

    /// Its row and its councils, where there were so many changes so far. Only where there was one since the opening are
    /// they looked at again.
    pub fn present(&self, changes: u32, cells: &impl Cells) -> Result<Present, Refusal> {
        if self.settled == Some(changes) {
            let council = |tally: &Tally| Standing { epoch: tally.epoch, size: tally.size, whole_from: self.opened_at };
            return Ok(Present { row_version: self.row_version, councils: self.tallies.iter().map(council).collect() });
        }
        self.present_anew(cells)
    }

    /// Its row and its councils, read from their cells.
    pub fn present_anew(&self, cells: &impl Cells) -> Result<Present, Refusal> {
        let council = |tally: &Tally| cells.council(tally.council).map(Standing::from);
        let councils = self.tallies.iter().map(council).collect::<Result<_, _>>()?;
        Ok(Present { row_version: cells.row(self.row)?.version, councils })
    }

    /// Its status, for a caller that has its row and its councils.
    pub fn status_in(&self, present: &Present, cells: &impl Cells, now: u64) -> Result<Status, Refusal> {
        let quorum_at = match self.stage {
            Stage::Executed => return Ok(Status::Executed),
            Stage::Cancelled => return Ok(Status::Cancelled),
            Stage::Rejected => return Ok(Status::Rejected),
            Stage::Open | Stage::Approved { .. } if self.stale(present) => return Ok(Status::Stale),
            Stage::Open => {
                return Ok(match self.panel {
                    _ if now < self.approve_by => Status::Open,
                    Some(call) if now < call.until => Status::Deadlocked(call.from, call.until),
                    _ => Status::Expired(Cause::ApproveByPassed),
                });
            }
            Stage::Approved { quorum_at } => quorum_at,
        };
        let (eta, _) = self.execution(self.stands_since(quorum_at, present, cells, now)?);
        let (_, execute_by) = self.execution(quorum_at);
        Ok(match now {
            _ if now >= execute_by => Status::Expired(Cause::ExecuteByPassed),
            _ if now >= eta => Status::Executable(execute_by),
            _ => Status::Waiting(eta),
        })
    }

    /// Whether its row changed, or one of its councils moved on further than the row survives.
    fn stale(&self, present: &Present) -> bool {
        let moved = || self.tallies.iter().zip(&present.councils).any(|(tally, now)| now.epoch != tally.epoch);
        present.row_version != self.row_version || self.row.epochs_survived() == 0 && moved()
    }
}

impl Proposal {
    /// Whether the quorum stands now: seats are counted again, not remembered.
    pub fn quorum(&self, present: &Present, cells: &impl Cells, now: u64) -> Result<bool, Refusal> {
        Ok(self.enough(self.missing(present, cells, now)?))
    }

    /// Whether so many missing approvals are given by the panel.
    fn enough(&self, missing: u32) -> bool {
        missing <= u32::from(self.panel.is_some_and(|call| call.approved))
    }

    /// Approvals that are missing now, at least.
    pub fn missing(&self, present: &Present, cells: &impl Cells, now: u64) -> Result<u32, Refusal> {
        self.missing_since(u64::MAX, present, cells, now)
    }

    /// Approvals that are missing, without seats that were set aside after this moment.
    fn missing_since(&self, moment: u64, present: &Present, cells: &impl Cells, now: u64) -> Result<u32, Refusal> {
        let (mut total, mut short) = (0_u32, 0_u32);
        for (tally, head) in self.tallies.iter().zip(&present.councils) {
            let mut counted = 0_u32;
            match tally.undisturbed(head, now.min(moment)) {
                true => counted = tally.approve.count_ones(),
                false => self.each_counted(tally, head, cells, now, |seat| {
                    counted = counted.saturating_add(u32::from(self.resumed_at(tally.council, seat) <= moment));
                })?,
            }
            short = short.saturating_add(u32::from(tally.least).saturating_sub(counted));
            total = total.saturating_add(counted);
        }
        Ok(short.max(u32::from(self.m).saturating_sub(total)))
    }

    /// Those of a council whose approvals count now: active members who are not set aside and had their seats when the
    /// proposal was opened, in the same epoch or in those that the row survives.
    fn each_counted(
        &self,
        tally: &Tally,
        head: &Standing,
        cells: &impl Cells,
        now: u64,
        mut each: impl FnMut(&Seat),
    ) -> Result<(), Refusal> {
        if head.epoch.saturating_sub(tally.epoch) > self.row.epochs_survived() {
            return Ok(());
        }
        for index in (0..head.size).filter(|index| tally.approve & bit(*index) != 0) {
            let seat = cells.seat(SeatId { council: tally.council, index })?;
            let silenced = seat.suspended(now) && !self.heeds(tally.council, &seat);
            if seat.active(now) && !silenced && seat.since <= tally.epoch {
                each(&seat);
            }
        }
        Ok(())
    }

    /// Whether a seat of this council is heard though it is set aside. Where a council is recovered, nobody is silenced but
    /// by their own word; and where the Emergency council decides about a seat, not by that seat's council.
    pub fn heeds(&self, council: Council, seat: &Seat) -> bool {
        let about = council == Council::Emergency && seat.heard_about(self.sets_aside);
        about || self.row.recovers().is_some() && !seat.gave_itself_up()
    }

    /// Since when it counts again, where a suspension may have silenced it.
    fn resumed_at(&self, council: Council, seat: &Seat) -> u64 {
        if self.heeds(council, seat) { 0 } else { seat.resumed_at() }
    }

    /// Whether so many will not approve it that the quorum can no longer be reached.
    pub fn hopeless(&self, author: SeatId, present: &Present) -> bool {
        let mut possible = 0_u32;
        for (tally, head) in self.tallies.iter().zip(&present.councils) {
            // A seat that is no more is in neither number.
            let lost = self.lost(tally, author) & bit(head.size).saturating_sub(1);
            let left = u32::from(head.size).saturating_sub(lost.count_ones());
            if left < u32::from(tally.least) {
                return true;
            }
            possible = possible.saturating_add(left);
        }
        // On a micronode one seat recovers the other: whoever is to be replaced needs only to speak up.
        let contradicted = self
            .row
            .recovers()
            .is_some_and(|council| self.tallies.iter().any(|tally| tally.council == council && tally.reject != 0));
        contradicted || possible < u32::from(self.m)
    }

    /// The seats of a council that will not approve it any more: they reject, or opened a small batch, which is another's to
    /// approve.
    fn lost(&self, tally: &Tally, author: SeatId) -> u32 {
        let its_own = self.row == RowId::BATCH_SMALL && tally.council == author.council;
        if its_own { tally.reject | bit(author.index) } else { tally.reject }
    }

    /// The council that may veto it, and the number of seats that it takes.
    ///
    /// The Sovereign's majority stops whatever has a delay; a recovery is stopped by the council that it replaces: the
    /// Sovereign's majority, or every seat of the Policy council.
    pub fn veto(&self, cells: &impl Cells) -> Result<(Council, u32), Refusal> {
        let council = self.row.recovers().unwrap_or(Council::Sovereign);
        let size = u32::from(cells.council(council)?.size);
        Ok((council, if council == Council::Policy { size } else { (size / 2).saturating_add(1) }))
    }

    /// Vetoes of a council that count now: of members who had their seats when the proposal was opened. Whoever follows
    /// does not inherit one. Who was set aside within fourteen days before or after the opening stops no recovery any more,
    /// unless the Sovereign council has ended it: two thieves would otherwise only have to wait until both are back. The end
    /// of the contract is stopped by those who sit now.
    pub fn vetoes(&self, council: Council, cells: &impl Cells, now: u64) -> Result<u32, Refusal> {
        let mut counted = 0_u32;
        for index in (0..cells.council(council)?.size).filter(|index| self.vetoes & bit(*index) != 0) {
            let seat = cells.seat(SeatId { council, index })?;
            let sat = self.row == RowId::RETIRE || seat.accepted.is_some_and(|at| at <= self.opened_at);
            let heard = !seat.suspended(now) && (self.row.recovers().is_none() || !seat.set_aside_near(self.opened_at));
            counted = counted.saturating_add(u32::from(sat && seat.active(now) && heard));
        }
        Ok(counted)
    }

    /// Since when the quorum that was called at `quorum_at` has stood without a break.
    ///
    /// A suspension may have taken it away in between: what counts again does so only since it ended. Who comes back to
    /// a quorum that stands without them changes nothing; a supporter's return would otherwise hold the proposal up. In
    /// a recovery suspensions take nothing away, and so delay nothing: their end may be never.
    pub fn stands_since(
        &self,
        quorum_at: u64,
        present: &Present,
        cells: &impl Cells,
        now: u64,
    ) -> Result<u64, Refusal> {
        let mut resumed = Vec::new();
        for (tally, head) in self.tallies.iter().zip(&present.councils).filter(|_| self.row.recovers().is_none()) {
            if tally.undisturbed(head, quorum_at) {
                continue;
            }
            self.each_counted(tally, head, cells, now, |seat| {
                resumed.extend(Some(self.resumed_at(tally.council, seat)).filter(|at| *at > quorum_at));
            })?;
        }
        if resumed.is_empty() {
            return Ok(quorum_at);
        }
        // The first moment from which enough of them count without a break.
        let mut first = None;
        resumed.push(quorum_at);
        for moment in resumed {
            let missing = self.missing_since(moment, present, cells, now)?;
            if self.enough(missing) && first.is_none_or(|first| moment < first) {
                first = Some(moment);
            }
        }
        Ok(first.unwrap_or(quorum_at))
    }
}

impl Tally {
    /// Whether the council is the one in which the proposal was opened, and whole at `moment` and since: then all its
    /// approvals count.
    fn undisturbed(&self, now: &Standing, moment: u64) -> bool {
        now.epoch == self.epoch && now.whole_from <= moment
    }
}
