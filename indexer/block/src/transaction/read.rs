//! From bytes to a signed transaction.

use super::{Extension, MAX_TRANSACTION, Signature, Transaction, TransactionError};
use crate::{
    Malformed, blake2_256,
    bytes::{Reader, at_most, exactly},
    era::Era,
    metadata::{Metadata, TransactionExtension},
    skip::Skip,
};
use scale_info::{TypeDef, Variant, form::PortableForm};

/// First bytes: two bits for the form, six for the version.
const SIGNED: u8 = 0b1000_0000 | 4;
const BARE: [u8; 2] = [4, 5];

impl Transaction {
    /// Reads all of the bytes as a signed transaction, with its length in front, as `chain_getBlock` gives it.
    ///
    /// # Errors
    ///
    /// [`TransactionError`].
    pub fn decode(metadata: &Metadata, bytes: &[u8]) -> Result<Self, TransactionError> {
        at_most(bytes, MAX_TRANSACTION)?;
        let inside = exactly(bytes, Reader::prefixed)?;
        let mut reader = Reader::new(inside);
        match reader.byte()? {
            SIGNED => {}
            version if BARE.contains(&version) => return Err(TransactionError::Unsigned),
            _ => return Err(TransactionError::Unsupported("another version or form")),
        }
        let undescribed = TransactionError::Unsupported("a form that the metadata do not describe");
        let form = metadata.extrinsics().ok_or(undescribed)?;
        let mut skip = Skip::new(metadata.types(), inside.len());
        let signer = address(&mut skip, &mut reader, form.address)?;
        let signature = signature(&mut skip, &mut reader, form.signature)?;
        let extensions = form.extensions.iter().map(|form| extension(&mut skip, &mut reader, form));
        let extensions = extensions.collect::<Result<Vec<_>, _>>()?;
        let explicit = |names: &[&str]| {
            let found = extensions.iter().find(|extension| names.contains(&extension.identifier.as_str()));
            found.map(|extension| extension.explicit.as_slice())
        };
        let era = explicit(&["CheckMortality", "CheckEra"]).map(Era::decode).transpose()?;
        let nonce = explicit(&["CheckNonce"]).map(nonce).transpose()?;
        // The tip comes first, before the asset in which it is paid.
        let tip = explicit(&["ChargeTransactionPayment", "ChargeAssetTxPayment"]);
        let tip = tip.map(|bytes| Reader::new(bytes).compact()).transpose()?;
        let (hash, call) = (blake2_256(bytes), reader.rest().to_vec());
        Ok(Self { hash, signer, signature, extensions, call, era, nonce, tip })
    }
}

fn extension(
    skip: &mut Skip<'_>,
    reader: &mut Reader<'_>,
    form: &TransactionExtension,
) -> Result<Extension, Malformed> {
    let explicit = skip.value(reader, form.explicit)?.to_vec();
    // A type that can be read from no bytes at all has no others.
    let adds_nothing = skip.value(&mut Reader::new(&[]), form.implicit).is_ok();
    Ok(Extension { identifier: form.identifier.clone(), explicit, adds_nothing })
}

fn nonce(bytes: &[u8]) -> Result<u64, Malformed> {
    let nonce = exactly(bytes, Reader::compact)?;
    u64::try_from(nonce).map_err(|_| Malformed::Form("a nonce has more than 64 bits"))
}

/// An account: `MultiAddress::Id`, or `AccountId32` alone.
fn address(skip: &mut Skip<'_>, reader: &mut Reader<'_>, ty: u32) -> Result<[u8; 32], TransactionError> {
    const UNSUPPORTED: TransactionError = TransactionError::Unsupported("an address that is no account of 32 bytes");
    let bytes = skip.value(reader, ty)?;
    let account = match skip.definition(ty)? {
        TypeDef::Variant(variants) => {
            of_variant(&variants.variants, bytes).and_then(|(name, inner)| (name == "Id").then_some(inner))
        }
        TypeDef::Composite(_) => Some(bytes),
        _ => None,
    };
    account.and_then(|account| account.try_into().ok()).ok_or(UNSUPPORTED)
}

fn signature(skip: &mut Skip<'_>, reader: &mut Reader<'_>, ty: u32) -> Result<Signature, TransactionError> {
    const UNSUPPORTED: TransactionError = TransactionError::Unsupported("a signature of another kind");
    let bytes = skip.value(reader, ty)?;
    let TypeDef::Variant(variants) = skip.definition(ty)? else { return Err(UNSUPPORTED) };
    let (name, inner) = of_variant(&variants.variants, bytes).ok_or(UNSUPPORTED)?;
    let signature = match name {
        "Ed25519" => inner.try_into().ok().map(Signature::Ed25519),
        "Sr25519" => inner.try_into().ok().map(Signature::Sr25519),
        "Ecdsa" => inner.try_into().ok().map(Signature::Ecdsa),
        _ => None,
    };
    signature.ok_or(UNSUPPORTED)
}

/// Name of the variant that a value has, and the bytes behind its tag.
fn of_variant<'t, 'a>(variants: &'t [Variant<PortableForm>], value: &'a [u8]) -> Option<(&'t str, &'a [u8])> {
    let (tag, inner) = value.split_first()?;
    let variant = variants.iter().find(|variant| variant.index == *tag)?;
    Some((variant.name.as_str(), inner))
}
