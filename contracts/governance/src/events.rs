//! The chain's events: one type a kind, topics are kind, subject and actor.
//!
//! The signature topics are fixed literals, because ink! would hash the source text of the field types: they are
//! SHA-256(`greatseal/event/` ‖ name), which a test compares. All kinds carry the same protocol record.

use greatseal_protocol::event::{Event, Record};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $topic:tt;)*) => {
        $(
            $(#[$doc])*
            #[ink::event(signature_topic = $topic)]
            pub struct $kind {
                /// What it is about: [`Event::subject`].
                #[ink(topic)]
                pub subject: [u8; 32],
                /// First 32 bytes of the actor's key; zeros for the constructor.
                #[ink(topic)]
                pub actor: [u8; 32],
                /// What happened.
                pub record: Record,
            }
        )*

        /// Every kind with its signature topic.
        #[cfg(test)]
        pub const TOPICS: &[(&str, &str)] = &[$((stringify!($kind), $topic),)*];
    };
}

kinds! {
    /// The contract exists.
    Deployed "e826bdddf12b0e7a4aafbc6e2d5370e42ea1787fb1e62a287037ba893fc59cef";
    /// An authenticated command was refused.
    Refused "66b9319d8505e5a510283e9052bbe2e0c3bb9f35ee1e0c3109add0c3284a2c3b";
    /// A proposal was opened.
    Opened "5b4c36297745cd68db47cea26b92a52c679013eac035f5b0759e18f6d362410b";
    /// A seat decided.
    Decided "27ba34e59a4fb19239c60fbefcfecafe7f5fb33b28008f581f0c055973bc1de1";
    /// A quorum came to stand.
    QuorumReached "8def974b5c4ae13c1c68ed6b747231e7fa34e62eb802b1c79ac820949a4c9181";
    /// An author took a proposal back.
    Cancelled "d948d1ebe36cf44a5270da99111e40e42c0008b7f3dddc53086324349034df0f";
    /// A proposal ended without taking effect.
    Rejected "bbf82130023d6047d0a7fe1bb606317f7bd8e6340fe8effe0989483f3cf774a6";
    /// A proposal took effect.
    Executed "5440788268da7a75361d87d3a874f8ae9bcbd9ea47df7a2265802251c1db7eb0";
    /// Executions in a scope are stopped until a time.
    Paused "056305e720fd532166c52382d6eb35d16b9c62f0b1c5996f910d030899417e17";
    /// A pause ended before its time.
    Lifted "ac43f02abf730a0fff8b7ddd14d5d0228b88b69703aecbe64a8a4f1a69fe5390";
    /// Monitoring or an auditor has looked.
    Escalated "e85546d4f30a480b2cf3809cf65aaf5e820848b61d4191cb50e35040ab3c0c94";
    /// A bridge route has new economics.
    RouteChanged "45cf5e66af006fc1a5e204c0ea0b98c57b10024a67b2f2eee1d0bf771a79e952";
}

/// Emits a record as the event of its kind.
pub fn emit(record: Record) {
    let subject = record.event.subject();
    let actor = record.actor.map(|key| key.topic()).unwrap_or_default();
    macro_rules! emit {
        ($kind:ident) => {
            deposit(&$kind { subject, actor, record }, subject, actor)
        };
    }
    match &record.event {
        Event::Deployed { .. } => emit!(Deployed),
        Event::Refused { .. } => emit!(Refused),
        Event::Opened(_) => emit!(Opened),
        Event::Decided { .. } => emit!(Decided),
        Event::QuorumReached { .. } => emit!(QuorumReached),
        Event::Cancelled { .. } => emit!(Cancelled),
        Event::Rejected { .. } => emit!(Rejected),
        Event::Executed { .. } => emit!(Executed),
        Event::Paused { .. } => emit!(Paused),
        Event::Lifted { .. } => emit!(Lifted),
        Event::Escalated { .. } => emit!(Escalated),
        Event::RouteChanged { .. } => emit!(RouteChanged),
    }
}

/// ink!'s own `emit_event` links a delegate call, for topics over 32 bytes, which this contract must not have.
#[cfg(target_arch = "riscv64")]
fn deposit<E: ink::env::Event>(event: &E, subject: [u8; 32], actor: [u8; 32]) {
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    HostFnImpl::deposit_event(&[E::SIGNATURE_TOPIC.unwrap_or_default(), subject, actor], &event.encode_data());
}

/// Off the chain there is nobody to tell.
#[cfg(not(target_arch = "riscv64"))]
fn deposit<E: ink::env::Event>(event: &E, subject: [u8; 32], actor: [u8; 32]) {
    let _ = (event.encode_data(), subject, actor);
}
