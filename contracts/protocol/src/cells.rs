//! State as small cells, each at most 416 bytes, read and written by their SCALE bytes.
//!
//! The contract's storage and the replay of an auditor hold the very same bytes under the very same keys, so that the
//! two can be compared one to one.

use crate::{
    bytes::{ChainGenesis, ContractAddress, ContractCode, HolderHash, Label, ManifestHash, Written},
    conversion::{AggregateKey, Counted},
    council::{Council, SeatId},
    digest::Domain,
    dispute::{DisputeId, Subject},
    genesis::Profile,
    hash,
    key::Key,
    parameter::Parameter,
    phase::CompanionHash,
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::EntryKey,
    row::RowId,
    scope::{Scope, Watched},
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeAll, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

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
    /// [`crate::council::Seated`]: where a key has or had its seat; never removed.
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
    Escalation(Watched),
    /// [`Organisation`].
    #[codec(index = 9)]
    Organisation(Label),
    /// [`SeatId`] of a holder, or nothing where the holder has left: an option.
    #[codec(index = 10)]
    Holder(HolderHash),
    /// [`Duty`] to review what was paused, or nothing: an option.
    #[codec(index = 11)]
    Duty(Scope),
    /// Scopes with a duty, and when their pauses end: at most [`crate::emergency::MOST_DUTIES`].
    #[codec(index = 12)]
    Duties,
    /// [`Use`] of the emergency power in a scope; in all scopes together where there is none.
    #[codec(index = 13)]
    Use(Option<Scope>),
    /// [`InMode`].
    #[codec(index = 14)]
    Mode,
    /// [`crate::registry::Registered`].
    #[codec(index = 15)]
    Entry(EntryKey),
    /// [`crate::registry::Deployment`] of a component.
    #[codec(index = 16)]
    Running(Label),
    /// [`Tuning`].
    #[codec(index = 17)]
    Parameter(Parameter),
    /// [`Dispute`].
    #[codec(index = 18)]
    Dispute(DisputeId),
    /// [`crate::dispute::Disputed`]: what disputes did to a subject.
    #[codec(index = 19)]
    Disputed(Subject),
    /// [`Served`] by a route.
    #[codec(index = 20)]
    Compliance(u32),
    /// [`crate::window::Meter`] of what counts against a limit.
    #[codec(index = 21)]
    Window(Counted),
    /// [`crate::window::Meter`] of all routes that take an asset one way.
    #[codec(index = 22)]
    Aggregate(AggregateKey),
    /// [`Traffic`] on a route.
    #[codec(index = 23)]
    Traffic(u32),
    /// [`Reservation`] in a place of a route.
    #[codec(index = 24)]
    Reservation(u32, u8),
    /// [`crate::conversion::Word`] of a Treasury seat on a route, or nothing: an option.
    #[codec(index = 25)]
    Word(u32, SeatId),
    /// [`crate::emergency::Report`] of a seat on what was paused in a scope.
    #[codec(index = 26)]
    Report(Scope, SeatId),
    /// Envelopes of a seat that were refused, and when they expire: at most [`crate::envelope::MOST_REMEMBERED`].
    #[codec(index = 27)]
    Refusals(SeatId),
    /// [`crate::daily::Said`] of a Treasury seat about a route's rate, or nothing: an option.
    #[codec(index = 28)]
    SaidRate(u32, SeatId),
    /// [`crate::daily::Said`] of an Identity seat about a route's lists, or nothing: an option.
    #[codec(index = 29)]
    SaidLists(u32, SeatId),
    /// [`crate::daily::Daily`] of a route.
    #[codec(index = 30)]
    Daily(u32),
    /// [`crate::conversion::Sharing`]: the routes that take an asset one way.
    #[codec(index = 31)]
    Sharing(AggregateKey),
    /// [`crate::phase::WayBack`] of a council, or nothing: an option.
    #[codec(index = 48)]
    WayBack(Council),
    /// [`crate::phase::Companion`] of a seat.
    #[codec(index = 49)]
    Companion(SeatId),
    /// [`SeatId`] of a companion; never removed.
    #[codec(index = 50)]
    CompanionSeat(CompanionHash),
    /// [`Program`] of this number.
    #[codec(index = 32)]
    Program(u32),
    /// [`crate::line::Line`] of a programme with this number.
    #[codec(index = 33)]
    Line(u32, u32),
    /// [`Batch`] with this manifest.
    #[codec(index = 34)]
    Batch(ManifestHash),
    /// [`crate::dispute::OpenDisputes`] of a seat.
    #[codec(index = 37)]
    OpenDisputes(SeatId),
    /// Recoveries whose quorum has come to stand, each with the second from which it can no longer be executed; the newest
    /// last, at most [`crate::proposal::MOST_RECOVERIES`].
    #[codec(index = 60)]
    Recoveries,
    /// [`crate::program::RuleSet`] of a programme with this version.
    #[codec(index = 38)]
    Rules(u32, u32),
    /// When a batch with this manifest was stopped, executed or not.
    #[codec(index = 39)]
    Stopped(ManifestHash),
    /// [`crate::settlement::Stated`] of a batch by this seat.
    #[codec(index = 40)]
    Statement(ManifestHash, SeatId),
    /// [`crate::settlement::Voted`] on a batch by this auditor's seat.
    #[codec(index = 41)]
    Vote(ManifestHash, SeatId),
    /// [`crate::succession::Import`] of a contract that succeeds another. From here on cells are not part of the state.
    #[codec(index = 254)]
    Import,
}

/// Where ink! keeps a contract's own value: its storage key 0, as SCALE writes it.
pub const ROOT: [u8; 4] = [0; 4];

impl CellKey {
    /// Under which key the contract's storage holds the cell. The head lies at [`ROOT`], because ink! reads what is there
    /// at the beginning of every message; all other cells lie under their own SCALE bytes.
    pub fn place(&self) -> Vec<u8> {
        match self {
            Self::Head => ROOT.to_vec(),
            other => Written::once(other),
        }
    }

    /// Whether the cell is the contract's own book-keeping, and not part of the state.
    pub fn apart(&self) -> bool {
        match self {
            Self::Import => true,
            Self::Head
            | Self::Row(_)
            | Self::Council(_)
            | Self::Seat(_)
            | Self::KeySeat(_)
            | Self::Proposal(..)
            | Self::Pause(_)
            | Self::Route(_)
            | Self::Escalation(_)
            | Self::Organisation(_)
            | Self::Holder(_)
            | Self::Duty(_)
            | Self::Duties
            | Self::Use(_)
            | Self::Mode
            | Self::Entry(_)
            | Self::Running(_)
            | Self::Parameter(_)
            | Self::Dispute(_)
            | Self::Disputed(_)
            | Self::Compliance(_)
            | Self::Window(_)
            | Self::Aggregate(_)
            | Self::Traffic(_)
            | Self::Reservation(..)
            | Self::Word(..)
            | Self::Report(..)
            | Self::Refusals(_)
            | Self::SaidRate(..)
            | Self::SaidLists(..)
            | Self::Daily(_)
            | Self::Sharing(_)
            | Self::WayBack(_)
            | Self::Companion(_)
            | Self::CompanionSeat(_)
            | Self::Program(_)
            | Self::Line(..)
            | Self::Rules(..)
            | Self::Stopped(_)
            | Self::Batch(_)
            | Self::Statement(..)
            | Self::Vote(..)
            | Self::OpenDisputes(_)
            | Self::Recoveries => false,
        }
    }

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
    /// How strict the deployment is.
    pub profile: Profile,
    /// Number of cells of the state besides this one: none is ever removed.
    pub cells: u32,
    /// Changes so far of rows, councils and who acts for seats: whoever has looked at them need not look again before the
    /// next.
    pub changes: u32,
    /// Second from which no pause and no mode runs, as things are.
    pub stops_until: u64,
    /// The contract that goes on, where this one is retired.
    pub successor: Option<ContractAddress>,
}

/// What only a chain can tell: asked where a contract ends in favour of another.
pub trait Succession {
    /// Whether a contract of this code awaits this one's state at the address; `None` off the chain.
    fn awaits(&self, _successor: &ContractAddress, _code: &ContractCode) -> Option<bool> {
        None
    }
}

/// Where cells are read. Absent is `None`; never fails for a cell that `store` wrote.
pub trait Cells: Succession {
    /// The bytes of a cell.
    fn load(&self, key: &CellKey) -> Option<Vec<u8>>;

    /// SHA-256 over the parts, one after the other; overridden where the surroundings do it for less.
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        hash::sha256(parts)
    }

    /// The typed cell; a cell that cannot be read refuses whatever asked for it.
    fn cell<T: Decode>(&self, key: &CellKey) -> Result<Option<T>, Refusal> {
        let Some(bytes) = self.load(key) else { return Ok(None) };
        T::decode_all(&mut &*bytes).map(Some).map_err(|_| Refusal::Unreadable)
    }
}

/// Where cells are written.
pub trait CellsMut: Cells {
    /// Writes a cell.
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>);

    /// Number of cells of the state besides the head, where it was `before` when this was asked last.
    fn count(&mut self, before: u32) -> u32;

    /// Writes a typed cell.
    fn put<T: Encode>(&mut self, key: &CellKey, cell: &T) {
        self.store(key, Written::once(cell));
    }
}
