//! Bridge routes and the conversions over them.

use crate::{
    bytes::{ReferenceHash, Written},
    conversion::{Conversion, ListProofs, Quote},
    council::{Concern, Overdue, SeatId},
    dispute::DisputeId,
    language::Proof,
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::Release,
    route::{Compliance, Economics, SetCompliance, SetRoute},
    row::RowId,
    scope::{Scope, Watched},
};
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
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Asks for a conversion. Natural key: its number on the route. The answer is on record, whatever it is.
    #[codec(index = 0)]
    Authorize {
        /// What.
        conversion: Conversion,
        /// That the route's lists let the account through.
        proofs: ListProofs,
    },
    /// The Treasury's word for a large conversion. Natural key: its number on the route.
    #[codec(index = 1)]
    Cosign {
        /// What, whole.
        conversion: Conversion,
    },
    /// Records that the rail has carried a conversion out. Natural key: its number on the route.
    #[codec(index = 2)]
    Complete {
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the rail's reference.
        reference: ReferenceHash,
    },
    /// Records that the rail has not carried a conversion out. Natural key: its number on the route.
    #[codec(index = 3)]
    Release {
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Authorize { .. } | Self::Cosign { .. } | Self::Complete { .. } | Self::Release { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Authorize { .. } => "authorise a conversion",
            Self::Cosign { .. } => "co-sign a conversion",
            Self::Complete { .. } => "complete a conversion",
            Self::Release { .. } => "release a conversion",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Authorize { .. } | Self::Cosign { .. } | Self::Complete { .. } | Self::Release { .. } => None,
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
        /// What it comes to.
        quote: Quote,
        /// The Treasury's seat that co-signed, where it had to.
        cosigned: Option<SeatId>,
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
    /// A Treasury seat has given its word for a conversion.
    #[codec(index = 4)]
    ConversionCosigned {
        /// The seat.
        seat: SeatId,
        /// What.
        conversion: Conversion,
    },
    /// The rail has carried a conversion out.
    #[codec(index = 5)]
    ConversionCompleted {
        /// The operator's seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the rail's reference.
        reference: ReferenceHash,
    },
    /// The rail has not carried a conversion out. It stays counted.
    #[codec(index = 6)]
    ConversionReleased {
        /// The operator's seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the reason.
        reason: ReferenceHash,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &[
        "RouteChanged",
        "ComplianceChanged",
        "ConversionAuthorized",
        "ConversionRefused",
        "ConversionCosigned",
        "ConversionCompleted",
        "ConversionReleased",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RouteChanged { .. } => "RouteChanged",
            Self::ComplianceChanged { .. } => "ComplianceChanged",
            Self::ConversionAuthorized { .. } => "ConversionAuthorized",
            Self::ConversionRefused { .. } => "ConversionRefused",
            Self::ConversionCosigned { .. } => "ConversionCosigned",
            Self::ConversionCompleted { .. } => "ConversionCompleted",
            Self::ConversionReleased { .. } => "ConversionReleased",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::RouteChanged { .. }
            | Self::ComplianceChanged { .. }
            | Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::ConversionCosigned { .. }
            | Self::ConversionCompleted { .. }
            | Self::ConversionReleased { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RouteChanged { id, .. } | Self::ComplianceChanged { id, .. } => Some(*id),
            Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::ConversionCosigned { .. }
            | Self::ConversionCompleted { .. }
            | Self::ConversionReleased { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::RouteChanged { id, .. } | Self::ComplianceChanged { id, .. } => id.encode_to(out),
            Self::ConversionAuthorized { conversion, .. }
            | Self::ConversionRefused { conversion, .. }
            | Self::ConversionCosigned { conversion, .. } => (conversion.route, conversion.number).encode_to(out),
            Self::ConversionCompleted { route, number, .. } | Self::ConversionReleased { route, number, .. } => {
                (route, number).encode_to(out)
            }
        }
    }
}
