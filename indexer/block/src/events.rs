//! The events of a block: the value of `System.Events`.

use crate::{Hash, Malformed, metadata::Metadata};

/// Longest value that is read, in bytes.
pub const MAX_EVENTS: usize = 16 << 20;

/// When in the block an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// While the extrinsic with this index ran.
    ApplyExtrinsic(u32),
    /// After all extrinsics.
    Finalization,
    /// Before all extrinsics.
    Initialization,
}

/// An event, by the names in the metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When.
    pub phase: Phase,
    /// Name of the pallet.
    pub pallet: &'a str,
    /// Name of the event.
    pub name: &'a str,
    /// Its fields in their order.
    pub fields: Vec<Field<'a>>,
}

/// A field of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name, if it has one.
    pub name: Option<&'a str>,
    /// Its SCALE bytes.
    pub bytes: &'a [u8],
}

/// An event that is understood here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// `Revive.ContractEmitted`.
    ContractEmitted(ContractEmitted<'a>),
    /// `System.ExtrinsicSuccess`.
    ExtrinsicSuccess,
    /// `System.ExtrinsicFailed`: the fee is paid, nothing else has happened.
    ExtrinsicFailed,
    /// `TransactionPayment.TransactionFeePaid`.
    FeePaid {
        /// The payer's account.
        who: [u8; 32],
        /// Fee with tip, in base units.
        fee: u128,
        /// Tip, in base units.
        tip: u128,
    },
    /// Every other event.
    Other,
}

/// An event of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEmitted<'a> {
    /// The contract's address.
    pub contract: [u8; 20],
    /// Its data.
    pub data: &'a [u8],
    /// Its topics, in their order.
    pub topics: Vec<Hash>,
}

/// Why events cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// The value is not what the metadata say: it is of another runtime, or one of the two is forged.
    #[error("the events do not fit the metadata: {0}")]
    Malformed(#[from] Malformed),
    /// The runtime has no events, or has them in a form that is not known here.
    #[error("the metadata have no {0} as it is known here")]
    Unknown(&'static str),
}

/// Reads all of the value of `System.Events`.
///
/// # Errors
///
/// [`EventsError`].
pub fn decode<'a>(_metadata: &'a Metadata, _value: &'a [u8]) -> Result<Vec<Event<'a>>, EventsError> {
    todo!()
}

impl<'a> Event<'a> {
    /// What the event says, where it is understood here.
    ///
    /// # Errors
    ///
    /// [`EventsError::Malformed`] where an event that is known by its name has other fields.
    pub fn known(&self) -> Result<Known<'a>, EventsError> {
        todo!()
    }
}
