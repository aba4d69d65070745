//! What a transaction orders: a call of a contract, or something else.

use crate::{
    Malformed,
    bytes::{Reader, exactly},
    metadata::Metadata,
    skip::Skip,
};
use scale_info::TypeDef;

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

/// Reads all of the bytes as a call. Those of an [`Call::Other`] are not looked at any further.
///
/// # Errors
///
/// [`CallError`].
pub fn decode<'a>(metadata: &Metadata, call: &'a [u8]) -> Result<Call<'a>, CallError> {
    const UNKNOWN: CallError = CallError::Unknown("Revive.call");
    let mut reader = Reader::new(call);
    let [pallet, number] = reader.array()?;
    let Some(contracts) = metadata.contracts().filter(|contracts| contracts.pallet == pallet) else {
        return Ok(Call::Other);
    };
    let mut skip = Skip::new(metadata.types(), call.len());
    let TypeDef::Variant(calls) = skip.definition(contracts.calls)? else { return Err(UNKNOWN) };
    let variant = calls.variants.iter().find(|variant| variant.index == number);
    let variant = variant.ok_or(Malformed::Form("pallet-revive has no call with this number"))?;
    if variant.name != "call" {
        return Ok(Call::Other);
    }
    let (mut dest, mut value, mut data) = (None, None, None);
    for field in &variant.fields {
        let bytes = skip.value(&mut reader, field.ty.id)?;
        match field.name.as_deref() {
            Some("dest") => dest = Some(exactly(bytes, Reader::array)?),
            Some("value") => value = Some(exactly(bytes, Reader::compact)?),
            Some("data") => data = Some(exactly(bytes, Reader::prefixed)?),
            _ => {}
        }
    }
    reader.end()?;
    match (dest, value, data) {
        (Some(dest), Some(value), Some(data)) => Ok(Call::Contract(ContractCall { dest, value, data })),
        _ => Err(UNKNOWN),
    }
}
