//! Post-quantum phases: how a council's envelopes must be signed, and the companion keys that sign beside the seats'.
//!
//! The contract keeps phases, companions and the way back. It does not verify ML-DSA: whoever relays, exports or audits
//! does (`docs/protocol/rules-phase.md`), with what is named here.

use crate::{
    bytes::{Label, ReferenceHash},
    council::{Council, Phase},
    hash,
    key::Key,
};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

pub use crate::bytes::CompanionHash;

/// Algorithm 3: ML-DSA-65 (FIPS 204), beside a seat's own key and never without it.
pub const ALGORITHM: u8 = 3;
/// Bytes of its public key.
pub const KEY_BYTES: usize = 1_952;
/// Bytes of its signature.
pub const SIGNATURE_BYTES: usize = 3_309;
/// Context of every companion's signature (FIPS 204, section 5.2): a signature made for something else never fits.
pub const CONTEXT: &[u8] = b"GREATSEAL-V1:companion";

/// Tag of what names a companion key.
const COMPANION: u8 = 0x14;

/// Gives a council another phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SetPhase {
    /// The council.
    pub council: Council,
    /// Its present phase.
    pub previous: Phase,
    /// What shall hold.
    pub next: Phase,
    /// First second of the change window.
    pub not_before: u64,
    /// Second from which the change is no longer made.
    pub not_after: u64,
    /// Hash of the report of the transition's property tests.
    pub property_tests: ReferenceHash,
    /// Hash of the performance snapshot over 15 minutes.
    pub performance: ReferenceHash,
    /// What the Operator may go back to without another decision: on the way up, and only there.
    pub way_back: Option<WayBack>,
}

/// A phase to which the Operator may go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct WayBack {
    /// The phase.
    pub to: Phase,
    /// Second from which going back needs a decision.
    pub until: u64,
}

/// What an Operator may go back to without a decision, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Way {
    /// From the present phase of a council.
    #[codec(index = 0)]
    Phase {
        /// The council.
        council: Council,
        /// The way back that is meant.
        back: WayBack,
    },
    /// From the release that a component runs.
    #[codec(index = 1)]
    Release {
        /// The component.
        component: Label,
        /// The version that runs.
        version: Label,
    },
}

impl SetPhase {
    /// Most seconds after the change window in which the Operator may go back.
    pub const LONGEST_WAY_BACK: u64 = 30 * 24 * 60 * 60;

    /// Whether window and way back are sound: a way back is for a step up, leads down and outlasts the window, whenever
    /// within it the change is made. A step without one is taken back by another decision only.
    pub fn bounded(&self) -> bool {
        let latest = self.not_after.saturating_add(Self::LONGEST_WAY_BACK);
        let back = match self.way_back {
            Some(way) => {
                self.next > self.previous && way.to < self.next && (self.not_after..=latest).contains(&way.until)
            }
            None => true,
        };
        self.not_before < self.not_after && back
    }
}

/// A seat's companion, as long as the seat has this key: a rotation drops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Companion {
    /// The seat's key that named it.
    pub key: Key,
    /// Names the companion key.
    pub companion: CompanionHash,
}

/// Names an ML-DSA-65 public key: SHA-256(`0x14` ‖ `0x03` ‖ key).
pub fn companion_hash(key: &[u8]) -> CompanionHash {
    CompanionHash(hash::sha256(&[&[COMPANION, ALGORITHM], key]))
}
