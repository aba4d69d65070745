//! What a proposal can do: a closed list of typed actions, no generic call.

mod safeguards;

use crate::{
    batch::ExecuteBatch,
    bytes::{ContractAddress, ContractCode, DocumentHash, IncidentId, Label, ManifestRoot, ReferenceHash},
    council::{Council, SeatId},
    genesis::NewSeat,
    key::Key,
    phase::SetPhase,
    program::{ChangeProgram, CreateProgram},
    registry::{Entry, EntryKey, Release},
    route::{SetCompliance, SetRoute},
    row::Row,
    scope::{Pause, Scope, SetMode},
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A typed action.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Stops executions in a scope until a time.
    #[codec(index = 0)]
    Pause(Pause),
    /// Ends a pause before its time.
    #[codec(index = 1)]
    Lift {
        /// The paused scope.
        scope: Scope,
        /// The incident of the pause that is meant; another pause of the scope is not lifted.
        incident: IncidentId,
    },
    /// Sets the economic parameters of a bridge route.
    #[codec(index = 2)]
    SetRoute(SetRoute),
    /// Sets a seat aside.
    #[codec(index = 3)]
    Suspend {
        /// The seat.
        seat: SeatId,
        /// Its key: a successor is not meant.
        key: Key,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Ends a suspension.
    #[codec(index = 4)]
    Reinstate {
        /// The seat.
        seat: SeatId,
        /// Its key.
        key: Key,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Narrows what is executed until a time.
    #[codec(index = 5)]
    SetMode(SetMode),
    /// Back to normal before the time.
    #[codec(index = 6)]
    LeaveMode {
        /// The incident of the mode that is meant.
        incident: IncidentId,
    },
    /// Writes a row of the policy table; its version is the present one's plus one.
    #[codec(index = 7)]
    SetRow(Row),
    /// Changes a council's size together with the rows that need it.
    #[codec(index = 8)]
    Reconstitute(Reconstitute),
    /// Gives a seat another key.
    #[codec(index = 9)]
    Rotate {
        /// The seat.
        seat: SeatId,
        /// The key that leaves.
        previous: Key,
        /// What comes.
        new: NewSeat,
    },
    /// Gives seats of a council that lost its quorum new keys.
    #[codec(index = 10)]
    Recover {
        /// The council.
        council: Council,
        /// Its epoch: another rotation in between is not meant.
        epoch: u32,
        /// Seats by index, ascending, each once.
        seats: Vec<(u8, NewSeat)>,
    },
    /// Writes an entry of the registry.
    #[codec(index = 11)]
    Register {
        /// What it says.
        entry: Entry,
        /// First second in which it holds.
        valid_from: u64,
        /// Second from which it no longer holds.
        valid_until: u64,
        /// Version of the entry that it replaces; 0 where there is none.
        replaces: u32,
    },
    /// Ends an entry of the registry for good.
    #[codec(index = 12)]
    Revoke {
        /// The entry.
        entry: EntryKey,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Lets a release run.
    #[codec(index = 13)]
    Release(Release),
    /// Sets a parameter and the baseline of its band.
    #[codec(index = 14)]
    SetBaseline {
        /// Which.
        name: Parameter,
        /// The present value; nothing where it was never set.
        previous: Option<u64>,
        /// What shall hold.
        value: u64,
    },
    /// A text takes effect; nothing else happens.
    #[codec(index = 15)]
    Adopt {
        /// Name of the text.
        name: Label,
        /// SHA-256 of its bytes.
        text: DocumentHash,
    },
    /// Lets the Emergency council pause again before the review is done.
    #[codec(index = 16)]
    Consent {
        /// The scope.
        scope: Scope,
        /// The incident whose review is due.
        incident: IncidentId,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
    /// Answers a dispute. Neutral to safety: a mark, nothing is undone.
    #[codec(index = 17)]
    Resolve {
        /// What is disputed.
        subject: ReferenceHash,
        /// The answer.
        outcome: Resolution,
        /// Hash of the statement in words.
        statement: ReferenceHash,
        /// The organisation that the dispute is about: its panel seat does not arbitrate.
        party: Label,
    },
    /// Lets a micronode go on loosening.
    #[codec(index = 18)]
    RenewProfile {
        /// Second from which nothing loosens until it is renewed again.
        until: u64,
    },
    /// Sets whom a bridge route serves.
    #[codec(index = 19)]
    SetCompliance(SetCompliance),
    /// Gives a council another post-quantum phase.
    #[codec(index = 20)]
    SetPhase(SetPhase),
    /// Ends this contract for ever: another one goes on with its state and its history.
    #[codec(index = 21)]
    Retire {
        /// The contract that awaits this one's state already.
        successor: ContractAddress,
        /// The code that it runs.
        code: ContractCode,
    },
    /// Begins a programme, with its council.
    #[codec(index = 24)]
    CreateProgram(CreateProgram),
    /// Changes a programme's rules, schedule, privacy or assets.
    #[codec(index = 25)]
    ChangeProgram(ChangeProgram),
    /// Pays a batch.
    #[codec(index = 26)]
    ExecuteBatch(ExecuteBatch),
    /// Marks entries of a batch as excepted: they are not paid by it.
    #[codec(index = 27)]
    Except {
        /// The batch.
        manifest: ManifestRoot,
        /// First entry: the first that has not ended.
        from: u32,
        /// Entry after the last.
        up_to: u32,
        /// Sum of their amounts.
        amount: u128,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
    /// Gives the decision about a dispute more time.
    #[codec(index = 28)]
    ExtendDispute {
        /// What is disputed.
        subject: ReferenceHash,
        /// The time by which the decision is due now.
        previous: u64,
        /// Second from which it shall be late.
        until: u64,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
}

/// A council's new size.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Reconstitute {
    /// The council.
    pub council: Council,
    /// Its epoch.
    pub epoch: u32,
    /// Seats that it shall have. Where there are fewer than now, the last ones leave.
    pub size: u8,
    /// The seats that come, at the end.
    pub added: Vec<NewSeat>,
    /// Rows that change with it, ascending, each once.
    pub rows: Vec<Row>,
}

/// A parameter that operators tune within a band; the list is closed, and none of them is a clock or a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Parameter {
    /// Requests that the signing service works on at once.
    #[codec(index = 0)]
    Inflight,
    /// Seconds that its cache remembers.
    #[codec(index = 1)]
    CacheTtl,
    /// Entries of its cache.
    #[codec(index = 2)]
    CacheSize,
    /// Capabilities that a tenant mints in a minute.
    #[codec(index = 3)]
    MintRate,
}

/// The answer to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Resolution {
    /// It was right.
    #[codec(index = 0)]
    Upheld,
    /// It was not.
    #[codec(index = 1)]
    Dismissed,
}

/// Whose overdue seats may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Overdue {
    /// No seat.
    #[codec(index = 0)]
    Nobody,
    /// Seats of the Emergency council: a forgotten rotation does not end all emergency power.
    #[codec(index = 1)]
    Emergency,
    /// Every seat of the row: it gives seats valid keys.
    #[codec(index = 2)]
    Everybody,
}

impl Overdue {
    /// Whether a council's overdue seat may decide.
    pub fn includes(self, council: Council) -> bool {
        match self {
            Self::Nobody => false,
            Self::Emergency => council == Council::Emergency,
            Self::Everybody => true,
        }
    }
}

impl Parameter {
    /// Every parameter with its name.
    pub const NAMED: [(Self, &'static str); 4] = [
        (Self::Inflight, "inflight"),
        (Self::CacheTtl, "cache-ttl"),
        (Self::CacheSize, "cache-size"),
        (Self::MintRate, "mint-rate"),
    ];
}

impl fmt::Display for Parameter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(parameter, _)| parameter == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Parameter {
    type Err = crate::council::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMED.iter().find(|(_, name)| *name == text);
        found.map(|(parameter, _)| *parameter).ok_or(crate::council::NotAnId)
    }
}
