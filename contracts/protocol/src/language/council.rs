//! Who sits where: seats, their keys, and the sizes of councils.

use crate::{
    bytes::{ReferenceHash, Written},
    content::{Content, Kind, some},
    council::{Concern, Council, Overdue, SeatId, Suspender},
    dispute::DisputeId,
    genesis::NewSeat,
    key::Key,
    language::Proof,
    proposal_id::ProposalId,
    registry::Release,
    row::{Row, RowId},
    scope::{Scope, Watched},
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What a proposal can do, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Sets a seat aside.
    #[codec(index = 0)]
    Suspend {
        /// The seat.
        seat: SeatId,
        /// Its key: a successor is not meant.
        key: Key,
        /// Hash of the reason in words.
        reason: ReferenceHash,
        /// The recovery of the seat's council whose quorum stands, where a suspension that runs is prolonged.
        recovery: Option<ProposalId>,
    },
    /// Ends a suspension.
    #[codec(index = 1)]
    Reinstate {
        /// The seat.
        seat: SeatId,
        /// Its key.
        key: Key,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Gives a seat another key.
    #[codec(index = 2)]
    Rotate {
        /// The seat.
        seat: SeatId,
        /// The key that leaves.
        previous: Key,
        /// What comes.
        new: NewSeat,
    },
    /// Gives seats of a council that lost its quorum new keys.
    #[codec(index = 3)]
    Recover {
        /// The council.
        council: Council,
        /// Its epoch: another rotation in between is not meant.
        epoch: u32,
        /// Seats by index, ascending, each once.
        seats: Vec<(u8, NewSeat)>,
    },
    /// Changes a council's size together with the rows that need it.
    #[codec(index = 4)]
    Reconstitute(Reconstitute),
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::Suspend { .. } => Some([RowId::SOVEREIGN_SUSPENSION, RowId::SEAT_SUSPENSION]),
            Self::Reinstate { .. } | Self::Rotate { .. } | Self::Recover { .. } | Self::Reconstitute(_) => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Reconstitute(_) => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Reconstitute(_) => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Reconstitute(_) => Watched::Money,
        }
    }

    /// Whose authority stands for [`Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::Suspend { .. } | Self::Reinstate { .. } | Self::Recover { .. } | Self::Reconstitute(_) => None,
            Self::Rotate { seat, .. } => seat.council.authority().map(Concern::Authority),
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Suspend { .. } => Overdue::Emergency,
            Self::Reinstate { .. } => Overdue::Nobody,
            Self::Rotate { .. } | Self::Recover { .. } | Self::Reconstitute(_) => Overdue::Everybody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Reconstitute(_) => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Reconstitute(_) => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Reconstitute(_) => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Suspend { reason, .. } | Self::Reinstate { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
            Self::Rotate { .. } | Self::Recover { .. } | Self::Reconstitute(_) => Vec::new(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Takes a seat with the new key. Envelopes only: the signature is the proof that somebody holds the key.
    #[codec(index = 0)]
    AcceptSeat {
        /// The seat.
        seat: SeatId,
        /// The key that sat there before, which the new one names: new → old.
        previous: Option<Key>,
    },
    /// Sets one's own seat aside at once, for as long as it has this key.
    #[codec(index = 1)]
    SuspendSelf,
    /// A sign of life of an Emergency seat.
    #[codec(index = 2)]
    Heartbeat {
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Names the key that shall follow: old → new.
    #[codec(index = 3)]
    NameSuccessor {
        /// The key.
        successor: Key,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::AcceptSeat { .. } => Proof::Acceptance,
            Self::SuspendSelf => Proof::Nothing,
            Self::Heartbeat { .. } | Self::NameSuccessor { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AcceptSeat { .. } => "accept the seat",
            Self::SuspendSelf => "suspend my own seat",
            Self::Heartbeat { .. } => "heartbeat",
            Self::NameSuccessor { .. } => "name a successor",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::AcceptSeat { .. } | Self::SuspendSelf | Self::Heartbeat { .. } | Self::NameSuccessor { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::AcceptSeat { .. } | Self::SuspendSelf | Self::Heartbeat { .. } | Self::NameSuccessor { .. } => {
                Vec::new()
            }
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A seat has another key, which has yet to accept.
    #[codec(index = 0)]
    SeatReplaced {
        /// By which proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
        /// The key that left.
        previous: Key,
        /// What came.
        new: NewSeat,
        /// The council's new epoch.
        epoch: u32,
        /// Whether the key that left had named the one that came.
        continuity: bool,
    },
    /// A key took its seat.
    #[codec(index = 1)]
    SeatAccepted {
        /// The seat.
        seat: SeatId,
        /// The key that sat there before.
        previous: Option<Key>,
    },
    /// A seat is set aside.
    #[codec(index = 2)]
    SeatSuspended {
        /// By which proposal; none where its own key asked.
        id: Option<ProposalId>,
        /// The seat.
        seat: SeatId,
        /// By whom.
        by: Suspender,
        /// Second from which it counts again.
        until: u64,
    },
    /// A suspension ended before its time.
    #[codec(index = 3)]
    SeatReinstated {
        /// By which proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
    },
    /// A council has another size.
    #[codec(index = 4)]
    CouncilReconstituted {
        /// By which proposal.
        id: ProposalId,
        /// The council.
        council: Council,
        /// Its new epoch.
        epoch: u32,
        /// Its new size.
        size: u8,
        /// The seats that came, at the end.
        added: Vec<NewSeat>,
    },
    /// A sign of life.
    #[codec(index = 5)]
    Heartbeat {
        /// The seat.
        seat: SeatId,
        /// The nonce used.
        nonce: u64,
    },
    /// A seat's key names the one that shall follow.
    #[codec(index = 6)]
    SuccessorNamed {
        /// The seat.
        seat: SeatId,
        /// The key.
        successor: Key,
        /// The nonce used.
        nonce: u64,
    },
    /// A seat whose key never accepted it is nobody's any more: a recovery takes its key, holder or organisation over.
    #[codec(index = 7)]
    SeatVacated {
        /// By which proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
        /// The key that it was given.
        key: Key,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &[
        "SeatReplaced",
        "SeatAccepted",
        "SeatSuspended",
        "SeatReinstated",
        "CouncilReconstituted",
        "Heartbeat",
        "SuccessorNamed",
        "SeatVacated",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SeatReplaced { .. } => "SeatReplaced",
            Self::SeatAccepted { .. } => "SeatAccepted",
            Self::SeatSuspended { .. } => "SeatSuspended",
            Self::SeatReinstated { .. } => "SeatReinstated",
            Self::CouncilReconstituted { .. } => "CouncilReconstituted",
            Self::Heartbeat { .. } => "Heartbeat",
            Self::SuccessorNamed { .. } => "SuccessorNamed",
            Self::SeatVacated { .. } => "SeatVacated",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::SeatReplaced { .. }
            | Self::SeatAccepted { .. }
            | Self::SeatSuspended { .. }
            | Self::SeatReinstated { .. }
            | Self::CouncilReconstituted { .. }
            | Self::SeatVacated { .. } => true,
            Self::Heartbeat { .. } | Self::SuccessorNamed { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::SeatSuspended { id, .. } => *id,
            Self::SeatReplaced { id, .. }
            | Self::SeatReinstated { id, .. }
            | Self::CouncilReconstituted { id, .. }
            | Self::SeatVacated { id, .. } => Some(*id),
            Self::SeatAccepted { .. } | Self::Heartbeat { .. } | Self::SuccessorNamed { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::SeatReplaced { id, .. }
            | Self::SeatSuspended { id: Some(id), .. }
            | Self::SeatReinstated { id, .. }
            | Self::CouncilReconstituted { id, .. }
            | Self::SeatVacated { id, .. } => id.encode_to(out),
            Self::SeatAccepted { seat, .. }
            | Self::SeatSuspended { id: None, seat, .. }
            | Self::Heartbeat { seat, .. }
            | Self::SuccessorNamed { seat, .. } => seat.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::SeatReplaced { .. }
            | Self::SeatAccepted { .. }
            | Self::SeatSuspended { .. }
            | Self::SeatReinstated { .. }
            | Self::CouncilReconstituted { .. }
            | Self::Heartbeat { .. }
            | Self::SuccessorNamed { .. }
            | Self::SeatVacated { .. } => Vec::new(),
        }
    }
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
