//! State as small cells, each at most 416 bytes, read and written by their SCALE bytes.
//!
//! The contract's storage and the replay of an auditor hold the very same bytes under the very same keys, so that the
//! two can be compared one to one.

use crate::{
    action::{Economics, Scope, Severity},
    bytes::{ChainGenesis, IncidentId, ReferenceHash},
    command::ProposalId,
    council::{Council, CouncilHead, Seat, SeatId},
    digest::Domain,
    key::Key,
    proposal::Proposal,
    refusal::Refusal,
    row::{Row, RowId},
};
use alloc::{collections::BTreeMap, vec::Vec};
use parity_scale_codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Largest cell, in bytes: the limit of pallet-revive.
pub const MAX_CELL: usize = 416;

/// Address of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum CellKey {
    /// [`Head`].
    #[codec(index = 0)]
    Head,
    /// [`Row`].
    #[codec(index = 1)]
    Row(RowId),
    /// [`CouncilHead`].
    #[codec(index = 2)]
    Council(Council),
    /// [`Seat`].
    #[codec(index = 3)]
    Seat(SeatId),
    /// [`SeatId`] of a key; never removed.
    #[codec(index = 4)]
    KeySeat(Key),
    /// [`Proposal`] in a slot of an author's seat.
    #[codec(index = 5)]
    Proposal(SeatId, u8),
    /// [`Paused`].
    #[codec(index = 6)]
    Pause(Scope),
    /// [`Route`].
    #[codec(index = 7)]
    Route(u32),
    /// [`Escalation`].
    #[codec(index = 8)]
    Escalation(Scope),
}

impl CellKey {
    /// Where the proposal with this id lies, if it still does.
    pub fn proposal(id: ProposalId) -> Self {
        Self::Proposal(id.author, id.slot)
    }
}

/// The contract's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Head {
    /// Where signatures count.
    pub domain: Domain,
    /// Hash of the chain's block 0, as the deployer stated it; every client compares it.
    pub chain: ChainGenesis,
    /// `seq` of the next event.
    pub seq: u64,
    /// Serial of the next proposal.
    pub serial: u32,
}

/// A pause: in force while `now < until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Paused {
    /// Second from which it is over.
    pub until: u64,
    /// Since when it holds without a break.
    pub since: u64,
    /// By which proposal.
    pub proposal: ProposalId,
    /// The incident.
    pub incident: IncidentId,
    /// Its severity.
    pub severity: Severity,
    /// Hash of the reason.
    pub reason: ReferenceHash,
}

/// A bridge route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Route {
    /// Rises by one with every change.
    pub version: u32,
    /// What holds.
    pub economics: Economics,
}

/// That somebody has looked before limits are loosened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Escalation {
    /// When.
    pub at: u64,
    /// Who.
    pub seat: SeatId,
    /// Hash of the report.
    pub reference: ReferenceHash,
    /// Whether a change has used it up.
    pub used: bool,
}

/// Where cells are read. Absent is `None`; never fails for a cell that `store` wrote.
pub trait Cells {
    /// The bytes of a cell.
    fn load(&self, key: &CellKey) -> Option<Vec<u8>>;

    /// The typed cell; a cell that cannot be read refuses whatever asked for it.
    fn cell<T: Decode>(&self, key: &CellKey) -> Result<Option<T>, Refusal> {
        let Some(bytes) = self.load(key) else { return Ok(None) };
        T::decode_all(&mut &*bytes).map(Some).map_err(|_| Refusal::Unreadable)
    }

    /// The contract's head.
    fn head(&self) -> Result<Head, Refusal> {
        self.cell(&CellKey::Head)?.ok_or(Refusal::Unreadable)
    }

    /// A row; unknown means denied.
    fn row(&self, id: RowId) -> Result<Row, Refusal> {
        self.cell(&CellKey::Row(id))?.ok_or(Refusal::UnknownRow)
    }

    /// A council; one without seats has size 0.
    fn council(&self, council: Council) -> Result<CouncilHead, Refusal> {
        Ok(self.cell(&CellKey::Council(council))?.unwrap_or(CouncilHead { epoch: 0, size: 0 }))
    }

    /// A seat.
    fn seat(&self, id: SeatId) -> Result<Seat, Refusal> {
        self.cell(&CellKey::Seat(id))?.ok_or(Refusal::Unreadable)
    }

    /// A proposal, if its slot still holds it.
    fn proposal(&self, id: ProposalId) -> Result<Proposal, Refusal> {
        self.cell::<Proposal>(&CellKey::proposal(id))?
            .filter(|proposal| proposal.serial == id.serial)
            .ok_or(Refusal::UnknownProposal)
    }

    /// A bridge route.
    fn route(&self, route: u32) -> Result<Option<Route>, Refusal> {
        self.cell(&CellKey::Route(route))
    }

    /// Whether a pause of exactly this scope is in force.
    fn paused(&self, scope: Scope, now: u64) -> Result<bool, Refusal> {
        Ok(self.cell::<Paused>(&CellKey::Pause(scope))?.is_some_and(|pause| now < pause.until))
    }
}

/// Where cells are written.
pub trait CellsMut: Cells {
    /// Writes a cell.
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>);

    /// Writes a typed cell.
    fn put<T: Encode>(&mut self, key: &CellKey, cell: &T) {
        self.store(key, cell.encode());
    }
}

/// State in memory: replay, verification, tests.
pub type Memory = BTreeMap<CellKey, Vec<u8>>;

impl Cells for Memory {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.get(key).cloned()
    }
}

impl CellsMut for Memory {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.insert(*key, bytes);
    }
}
