//! Bridge routes and the conversions over them.

use crate::{
    bytes::Written,
    content::{Content, Kind, some},
    conversion::{Completion, Conversion, ListProofs, Quote, Transfer},
    council::{Concern, Overdue, SeatId},
    daily::{DayRate, Following},
    dispute::DisputeId,
    language::Proof,
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::Release,
    route::{Compliance, Economics, SetCompliance, SetRoute},
    row::RowId,
    scope::{Scope, Watched},
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What a proposal can do, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Sets the economic parameters of a bridge route.
    #[codec(index = 0)]
    SetRoute(SetRoute),
    /// Sets whom a bridge route serves.
    #[codec(index = 1)]
    SetCompliance(SetCompliance),
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::SetRoute(SetRoute { route, .. }) | Self::SetCompliance(SetCompliance { route, .. }) => {
                Scope::Route(*route)
            }
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::SetRoute(SetRoute { route, .. }) | Self::SetCompliance(SetCompliance { route, .. }) => {
                Watched::Route(*route)
            }
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::SetRoute(_) | Self::SetCompliance(_) => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::SetRoute(set) => {
                let Economics { source, destination, .. } = &set.economics;
                some([Kind::Asset.hashed(source.0), Kind::Asset.hashed(destination.0)])
            }
            Self::SetCompliance(set) => set.compliance.contents(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Asks for a conversion. Natural key: its number on the route. The answer is on record, but where only the
    /// Treasury's word is missing.
    #[codec(index = 0)]
    Authorize {
        /// What.
        conversion: Conversion,
        /// That the route's lists let the account through; nothing of a lot.
        proofs: ListProofs,
    },
    /// The Treasury's word for a transfer, in place of the seat's last one on the route.
    #[codec(index = 1)]
    Promise {
        /// What, whole.
        transfer: Transfer,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// Says what the rail did. Natural key: the statement's version.
    #[codec(index = 2)]
    Complete(Completion),
    /// Takes the seat's word on a route back.
    #[codec(index = 3)]
    Withdraw {
        /// The route.
        route: u32,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// States a route's rate of the day, in place of the seat's last one: it holds where a second seat states it too.
    #[codec(index = 4)]
    StateRate {
        /// The route.
        route: u32,
        /// What.
        rate: DayRate,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// Ends a route's rate of the day, and what the seat has stated: the approved rate holds.
    #[codec(index = 5)]
    WithdrawRate {
        /// The route.
        route: u32,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// States a route's lists of the day, in place of the seat's last ones: they hold where a second seat states them too.
    #[codec(index = 6)]
    StateLists {
        /// The route.
        route: u32,
        /// What, and after what.
        lists: Following,
        /// Rises with each use by the seat.
        nonce: u64,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Authorize { .. }
            | Self::Promise { .. }
            | Self::Complete(_)
            | Self::Withdraw { .. }
            | Self::StateRate { .. }
            | Self::WithdrawRate { .. }
            | Self::StateLists { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Authorize { .. } => "authorise a conversion",
            Self::Promise { .. } => "give the Treasury's word for a transfer",
            Self::Complete(completion) if completion.count == 0 => "release a conversion",
            Self::Complete(_) => "complete a conversion",
            Self::Withdraw { .. } => "withdraw the Treasury's word",
            Self::StateRate { .. } => "state a rate of the day",
            Self::WithdrawRate { .. } => "withdraw the rate of the day",
            Self::StateLists { .. } => "state lists of the day",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Authorize { .. }
            | Self::Promise { .. }
            | Self::Complete(_)
            | Self::Withdraw { .. }
            | Self::StateRate { .. }
            | Self::WithdrawRate { .. }
            | Self::StateLists { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Complete(completion) => some([completion.content()]),
            Self::StateLists { lists, .. } => lists.lists.contents(),
            Self::Authorize { .. }
            | Self::Promise { .. }
            | Self::Withdraw { .. }
            | Self::StateRate { .. }
            | Self::WithdrawRate { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A bridge route has new economics.
    #[codec(index = 0)]
    RouteChanged {
        /// By which proposal.
        id: ProposalId,
        /// The route.
        route: u32,
        /// Rises by one with every change of the route.
        version: u32,
        /// What holds now.
        economics: Economics,
        /// Whether the route's escalation record is used up by it.
        escalation: bool,
    },
    /// A bridge route serves others.
    #[codec(index = 1)]
    ComplianceChanged {
        /// By which proposal.
        id: ProposalId,
        /// The route.
        route: u32,
        /// Rises by one with every change of the route's compliance.
        version: u32,
        /// What holds now.
        compliance: Compliance,
        /// Whether the route's escalation record is used up by it.
        escalation: bool,
    },
    /// A conversion may be carried out: it is within every limit, and counted.
    #[codec(index = 2)]
    ConversionAuthorized {
        /// The operator's seat.
        seat: SeatId,
        /// What.
        conversion: Conversion,
        /// What it comes to; `None` for a lot, whose leaves say it.
        quote: Option<Quote>,
        /// The Treasury's seat whose word is used up by it, where one was needed.
        word: Option<SeatId>,
    },
    /// A conversion may not be carried out. Its number is used up.
    #[codec(index = 3)]
    ConversionRefused {
        /// The operator's seat.
        seat: SeatId,
        /// What.
        conversion: Conversion,
        /// Why.
        refusal: Refusal,
    },
    /// A Treasury seat has given its word for a transfer.
    #[codec(index = 4)]
    WordGiven {
        /// The seat.
        seat: SeatId,
        /// What for.
        transfer: Transfer,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// An Operator's seat has said what the rail did. What was authorised stays counted.
    #[codec(index = 5)]
    ConversionCompleted {
        /// The operator's seat.
        seat: SeatId,
        /// What.
        completion: Completion,
        /// Whether it is more than was authorised; not known where another conversion has the place.
        over: bool,
        /// Whether it was said after a lot's hour, or after another conversion took the place.
        late: bool,
    },
    /// A Treasury seat has taken its word back.
    #[codec(index = 6)]
    WordWithdrawn {
        /// The seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// A Treasury seat has stated a rate of the day.
    #[codec(index = 7)]
    RateStated {
        /// The seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// What.
        rate: DayRate,
        /// Rises with each use by the seat.
        nonce: u64,
        /// The seat that stated it before, where it holds from now on, under the route's next rate version.
        agreed: Option<SeatId>,
    },
    /// A Treasury seat has ended a route's rate of the day.
    #[codec(index = 8)]
    RateWithdrawn {
        /// The seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// Rises with each use by the seat.
        nonce: u64,
    },
    /// An Identity seat has stated lists of the day.
    #[codec(index = 9)]
    ListsStated {
        /// The seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// What, and after what.
        lists: Following,
        /// Rises with each use by the seat.
        nonce: u64,
        /// The seat that stated them before, where they hold from now on, under the route's next version of lists.
        agreed: Option<SeatId>,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &[
        "RouteChanged",
        "ComplianceChanged",
        "ConversionAuthorized",
        "ConversionRefused",
        "WordGiven",
        "ConversionCompleted",
        "WordWithdrawn",
        "RateStated",
        "RateWithdrawn",
        "ListsStated",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RouteChanged { .. } => "RouteChanged",
            Self::ComplianceChanged { .. } => "ComplianceChanged",
            Self::ConversionAuthorized { .. } => "ConversionAuthorized",
            Self::ConversionRefused { .. } => "ConversionRefused",
            Self::WordGiven { .. } => "WordGiven",
            Self::ConversionCompleted { .. } => "ConversionCompleted",
            Self::WordWithdrawn { .. } => "WordWithdrawn",
            Self::RateStated { .. } => "RateStated",
            Self::RateWithdrawn { .. } => "RateWithdrawn",
            Self::ListsStated { .. } => "ListsStated",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::RouteChanged { .. }
            | Self::ComplianceChanged { .. }
            | Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::WordGiven { .. }
            | Self::ConversionCompleted { .. }
            | Self::WordWithdrawn { .. }
            | Self::RateStated { .. }
            | Self::RateWithdrawn { .. }
            | Self::ListsStated { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RouteChanged { id, .. } | Self::ComplianceChanged { id, .. } => Some(*id),
            Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::WordGiven { .. }
            | Self::ConversionCompleted { .. }
            | Self::WordWithdrawn { .. }
            | Self::RateStated { .. }
            | Self::RateWithdrawn { .. }
            | Self::ListsStated { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::RouteChanged { id, .. } | Self::ComplianceChanged { id, .. } => id.encode_to(out),
            Self::ConversionAuthorized { conversion, .. } | Self::ConversionRefused { conversion, .. } => {
                (conversion.transfer.route, conversion.number).encode_to(out);
            }
            Self::ConversionCompleted { completion, .. } => (completion.route, completion.number).encode_to(out),
            Self::WordGiven { transfer, .. } => transfer.route.encode_to(out),
            Self::WordWithdrawn { route, .. }
            | Self::RateStated { route, .. }
            | Self::RateWithdrawn { route, .. }
            | Self::ListsStated { route, .. } => route.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::RouteChanged { economics: Economics { source, destination, .. }, .. } => {
                some([Kind::Asset.hashed(source.0), Kind::Asset.hashed(destination.0)])
            }
            Self::ComplianceChanged { compliance, .. } => compliance.contents(),
            Self::ConversionCompleted { completion, .. } => some([completion.content()]),
            Self::ListsStated { lists, .. } => lists.lists.contents(),
            Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::WordGiven { .. }
            | Self::WordWithdrawn { .. }
            | Self::RateStated { .. }
            | Self::RateWithdrawn { .. } => Vec::new(),
        }
    }
}
