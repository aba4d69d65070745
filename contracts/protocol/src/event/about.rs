//! What an event is about: its kind's name, its proposal, and the topics of the chain's event.

use super::{Event, Record};
use crate::{bytes::Written, command::ProposalId, digest};
use parity_scale_codec::Encode;

macro_rules! kinds {
    ($($kind:ident)*) => {
        impl Event {
            /// Every kind's name, by tag.
            pub const KINDS: &[&'static str] = &[$(stringify!($kind),)*];

            /// The kind's name.
            pub fn kind(&self) -> &'static str {
                match self {
                    Self::Opened(_) => "Opened",
                    $(#[allow(unreachable_patterns)] Self::$kind { .. } => stringify!($kind),)*
                }
            }
        }
    };
}

kinds! {
    Deployed Refused Opened Decided QuorumReached Cancelled Vetoed Rejected Executed
    Deadlocked PanelApproved Paused Lifted ReviewFiled ReviewAttested SeatReplaced SeatAccepted SeatSuspended
    SeatReinstated CouncilReconstituted RowChanged Heartbeat Escalated RegistryChanged ReleaseApproved ReleaseRolledBack RouteChanged
    ComplianceChanged ConversionAuthorized ConversionRefused ConversionCosigned ConversionCompleted ConversionReleased
    PhaseChanged PhaseRolledBack CompanionNamed Retired Succeeded
    ProgramChanged BatchExecuted SettlementRecorded EntryExcepted SettlementAttested BatchReconciled
    DisputeAcknowledged DisputeTriaged DisputeExtended DisputeRetracted
    Tuned BaselineChanged ModeChanged OverrideUsed DrillFiled DisputeOpened DisputeResolved SuccessorNamed ProfileRenewed
}

impl Event {
    /// Whether rows, councils or seats are other ones after it, so that every proposal that is open looks at them again.
    /// Every event is named: one that is forgotten would leave proposals standing on councils that have changed.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::SeatSuspended { .. }
            | Self::SeatReinstated { .. }
            | Self::SeatReplaced { .. }
            | Self::SeatAccepted { .. }
            | Self::CouncilReconstituted { .. }
            | Self::RowChanged { .. } => true,
            Self::Deployed { .. }
            | Self::Refused { .. }
            | Self::Opened(_)
            | Self::Decided { .. }
            | Self::QuorumReached { .. }
            | Self::Cancelled { .. }
            | Self::Vetoed { .. }
            | Self::Rejected { .. }
            | Self::Executed { .. }
            | Self::Deadlocked { .. }
            | Self::PanelApproved { .. }
            | Self::Paused { .. }
            | Self::Lifted { .. }
            | Self::ReviewFiled { .. }
            | Self::ReviewAttested { .. }
            | Self::Heartbeat { .. }
            | Self::Escalated { .. }
            | Self::RegistryChanged { .. }
            | Self::ReleaseApproved { .. }
            | Self::ReleaseRolledBack { .. }
            | Self::RouteChanged { .. }
            | Self::ComplianceChanged { .. }
            | Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::ConversionCosigned { .. }
            | Self::ConversionCompleted { .. }
            | Self::ConversionReleased { .. }
            | Self::PhaseChanged { .. }
            | Self::PhaseRolledBack { .. }
            | Self::CompanionNamed { .. }
            | Self::Retired { .. }
            | Self::Succeeded { .. }
            | Self::ProgramChanged { .. }
            | Self::BatchExecuted { .. }
            | Self::SettlementRecorded { .. }
            | Self::EntryExcepted { .. }
            | Self::SettlementAttested { .. }
            | Self::BatchReconciled { .. }
            | Self::DisputeAcknowledged { .. }
            | Self::DisputeTriaged { .. }
            | Self::DisputeExtended { .. }
            | Self::DisputeRetracted { .. }
            | Self::Tuned { .. }
            | Self::BaselineChanged { .. }
            | Self::ModeChanged { .. }
            | Self::OverrideUsed { .. }
            | Self::DrillFiled { .. }
            | Self::DisputeOpened { .. }
            | Self::DisputeResolved { .. }
            | Self::SuccessorNamed { .. }
            | Self::ProfileRenewed { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Opened(opened) => Some(opened.id),
            Self::SeatSuspended { id, .. } => *id,
            Self::Decided { id, .. }
            | Self::QuorumReached { id, .. }
            | Self::Cancelled { id }
            | Self::Vetoed { id, .. }
            | Self::Rejected { id, .. }
            | Self::Executed { id, .. }
            | Self::Deadlocked { id, .. }
            | Self::PanelApproved { id, .. }
            | Self::Paused { id, .. }
            | Self::Lifted { id, .. }
            | Self::SeatReplaced { id, .. }
            | Self::SeatReinstated { id, .. }
            | Self::CouncilReconstituted { id, .. }
            | Self::RowChanged { id, .. }
            | Self::RegistryChanged { id, .. }
            | Self::ReleaseApproved { id, .. }
            | Self::RouteChanged { id, .. }
            | Self::ComplianceChanged { id, .. }
            | Self::BaselineChanged { id, .. }
            | Self::ModeChanged { id, .. }
            | Self::OverrideUsed { id, .. }
            | Self::ProgramChanged { id, .. }
            | Self::BatchExecuted { id, .. }
            | Self::EntryExcepted { id, .. }
            | Self::DisputeExtended { id, .. }
            | Self::DisputeResolved { id, .. }
            | Self::PhaseChanged { id, .. }
            | Self::Retired { id, .. }
            | Self::ProfileRenewed { id, .. } => Some(*id),
            Self::Deployed { .. }
            | Self::Refused { .. }
            | Self::ReviewFiled { .. }
            | Self::ReviewAttested { .. }
            | Self::SeatAccepted { .. }
            | Self::Heartbeat { .. }
            | Self::Escalated { .. }
            | Self::ReleaseRolledBack { .. }
            | Self::ConversionAuthorized { .. }
            | Self::ConversionRefused { .. }
            | Self::ConversionCosigned { .. }
            | Self::ConversionCompleted { .. }
            | Self::ConversionReleased { .. }
            | Self::Tuned { .. }
            | Self::DrillFiled { .. }
            | Self::DisputeOpened { .. }
            | Self::PhaseRolledBack { .. }
            | Self::CompanionNamed { .. }
            | Self::Succeeded { .. }
            | Self::SettlementRecorded { .. }
            | Self::SettlementAttested { .. }
            | Self::BatchReconciled { .. }
            | Self::DisputeAcknowledged { .. }
            | Self::DisputeTriaged { .. }
            | Self::DisputeRetracted { .. }
            | Self::SuccessorNamed { .. } => None,
        }
    }

    /// Second topic of the chain's event: the SCALE bytes of what it is about, filled up with zeros, or their SHA-256
    /// where they are more than 32; zeros where it is only about itself.
    pub fn subject(&self) -> [u8; 32] {
        let mut written = Written::with_room(64);
        let out = &mut written;
        match self {
            Self::Deployed { deployment, .. } => deployment.encode_to(out),
            Self::Refused { .. } => {}
            Self::Escalated { watched, .. } => watched.encode_to(out),
            Self::ReviewFiled { scope, .. } | Self::ReviewAttested { scope, .. } => scope.encode_to(out),
            Self::SeatAccepted { seat, .. }
            | Self::SeatSuspended { id: None, seat, .. }
            | Self::Heartbeat { seat, .. }
            | Self::DrillFiled { seat, .. }
            | Self::CompanionNamed { seat, .. }
            | Self::SuccessorNamed { seat, .. } => seat.encode_to(out),
            Self::Succeeded { predecessor, .. } => predecessor.encode_to(out),
            Self::PhaseRolledBack { council, .. } => council.encode_to(out),
            Self::ReleaseRolledBack { component, .. } => component.encode_to(out),
            Self::Tuned { name, .. } => name.encode_to(out),
            Self::ConversionAuthorized { conversion, .. }
            | Self::ConversionRefused { conversion, .. }
            | Self::ConversionCosigned { conversion, .. } => (conversion.route, conversion.number).encode_to(out),
            Self::ConversionCompleted { route, number, .. } | Self::ConversionReleased { route, number, .. } => {
                (route, number).encode_to(out)
            }
            Self::DisputeOpened { subject, .. }
            | Self::DisputeAcknowledged { subject, .. }
            | Self::DisputeTriaged { subject, .. }
            | Self::DisputeRetracted { subject, .. } => subject.encode_to(out),
            Self::SettlementRecorded { manifest, .. } | Self::BatchReconciled { manifest, .. } => {
                manifest.encode_to(out)
            }
            Self::SettlementAttested { attestation, .. } => attestation.manifest.encode_to(out),
            other => other.proposal().iter().for_each(|id| id.encode_to(out)),
        }
        let bytes = written.bytes();
        let mut subject = [0; 32];
        match subject.get_mut(..bytes.len()) {
            Some(start) => start.copy_from_slice(bytes),
            None => subject = digest::sha256(&[bytes]),
        }
        subject
    }
}

impl Record {
    /// What stands before a kind's name where it is hashed.
    const TOPIC: &[u8] = b"greatseal/event/";

    /// Signature topic of a kind's chain event: SHA-256 of `greatseal/event/` and the name. Fixed for ever.
    pub fn signature_topic(kind: &str) -> [u8; 32] {
        digest::sha256(&[Self::TOPIC, kind.as_bytes()])
    }
}
