//! What has become of a proposal, as somebody knows who heard every event and reads no cell.

use greatseal_protocol::{
    action::Action,
    bytes::ProposalDigest,
    council::{Council, SeatId},
    key::Key,
    proposal_id::{Decision, ProposalId},
    row::RowId,
};
use std::{collections::BTreeMap, ops::Range};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Live,
    Executed,
    Cancelled,
    Rejected,
    Vetoed,
    /// Its slot was given away after its time was over.
    Ended,
}

#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) plan: &'static str,
    pub(crate) id: ProposalId,
    pub(crate) digest: ProposalDigest,
    pub(crate) row: RowId,
    pub(crate) row_version: u32,
    pub(crate) epochs: Vec<(Council, u32)>,
    pub(crate) action: Action,
    pub(crate) opened_at: u64,
    pub(crate) approve_by: u64,
    pub(crate) delay: u32,
    pub(crate) window: u32,
    /// With the key that the seat had then.
    pub(crate) decisions: BTreeMap<SeatId, (Key, Decision)>,
    pub(crate) vetoes: BTreeMap<SeatId, Key>,
    /// Since when the quorum stands, counted here.
    pub(crate) quorum_since: Option<u64>,
    /// When an event last said that it stands.
    pub(crate) called_at: Option<u64>,
    /// Whether a quorum that stood was taken away once.
    pub(crate) lost: bool,
    pub(crate) fate: Fate,
}

impl Life {
    pub(crate) fn eta(&self) -> Option<u64> {
        self.quorum_since.map(|since| since + u64::from(self.delay))
    }

    pub(crate) fn window(&self) -> Option<Range<u64>> {
        self.eta().map(|eta| eta..eta + u64::from(self.window))
    }

    /// Second from which it may no longer be executed. A quorum that came back by itself is called anew by the next
    /// decision: its window is the later one, as the event says.
    pub(crate) fn end(&self) -> Option<u64> {
        let since = self.quorum_since?.max(self.called_at?);
        Some(since + u64::from(self.delay) + u64::from(self.window))
    }

    /// Whether this seat's approval stands, by this key.
    pub(crate) fn approved_by(&self, seat: SeatId, key: Key) -> bool {
        self.decisions.get(&seat) == Some(&(key, Decision::Approve))
    }
}
