//! What a transaction orders: a call of a contract, or something else.

use crate::{Malformed, metadata::Metadata};

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call<'a> {
    /// `Revive.call`.
    Contract(ContractCall<'a>),
    /// Every other call; calls inside of other calls too.
    Other,
}

/// A call of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContractCall<'a> {
    /// The contract's address.
    pub dest: [u8; 20],
    /// What it is given, in base units.
    pub value: u128,
    /// Its input.
    pub data: &'a [u8],
}

/// Why a call cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// A call of a contract that is not what the metadata say.
    #[error("the call does not fit the metadata: {0}")]
    Malformed(#[from] Malformed),
    /// The runtime's `Revive.call` has another form.
    #[error("the metadata have no {0} as it is known here")]
    Unknown(&'static str),
}

/// Reads all of the bytes as a call.
///
/// # Errors
///
/// [`CallError`].
pub fn decode<'a>(_metadata: &Metadata, _call: &'a [u8]) -> Result<Call<'a>, CallError> {
    todo!()
}
