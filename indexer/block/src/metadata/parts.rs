//! The few parts of metadata that are needed, out of three versions of their form.

use super::MetadataError;
use crate::Malformed;
use frame_metadata::{v14, v15, v16};
use parity_scale_codec::Decode;
use scale_info::{PortableRegistry, TypeDef};
use std::collections::BTreeSet;

/// Version of the extensions of transactions that carry no version of them: those of version 4.
const EXTENSIONS_OF_VERSION_4: u8 = 0;

/// What is needed of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) types: PortableRegistry,
    pub(crate) extrinsics: Option<Extrinsics>,
    pub(crate) contracts: Option<Contracts>,
    pub(crate) version: Option<Vec<u8>>,
    storage: Vec<Stored>,
}

/// The form of signed transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extrinsics {
    /// Type of an address.
    pub(crate) address: u32,
    /// Type of a signature.
    pub(crate) signature: u32,
    /// What is added, in its order.
    pub(crate) extensions: Vec<TransactionExtension>,
}

/// A transaction extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransactionExtension {
    pub(crate) identifier: String,
    /// Type of what is sent.
    pub(crate) explicit: u32,
    /// Type of what is signed and not sent.
    pub(crate) implicit: u32,
}

/// pallet-revive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contracts {
    /// Its number.
    pub(crate) pallet: u8,
    /// Type of its calls.
    pub(crate) calls: u32,
}

/// An entry of a pallet's storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pallet: String,
    name: String,
    pub(crate) prefix: String,
    pub(crate) hashing: Hashing,
    pub(crate) value: u32,
}

/// How keys of an entry are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hashing {
    /// One value, no key.
    Plain,
    /// A map with one key of this kind.
    Twox64Concat,
    /// Every other map.
    Other,
}

/// Entries whose keys are asked for.
const ENTRIES: [(&str, &str); 3] = [("System", "Events"), ("System", "BlockHash"), ("Timestamp", "Now")];

/// Parts of the pallets, which look alike in all three versions.
macro_rules! read_pallets {
    ($pallets:expr, $parts:expr) => {
        for pallet in $pallets {
            let name = pallet.name;
            if name == "Revive" {
                $parts.contracts = pallet.calls.map(|calls| Contracts { pallet: pallet.index, calls: calls.ty.id });
            }
            if name == "System" {
                let constant = pallet.constants.into_iter().find(|constant| constant.name == "Version");
                $parts.version = constant.map(|constant| constant.value);
            }
            for (prefix, entry) in pallet
                .storage
                .into_iter()
                .flat_map(|storage| storage.entries.into_iter().map(move |entry| (storage.prefix.clone(), entry)))
            {
                if ENTRIES.contains(&(name.as_str(), entry.name.as_str())) {
                    let (hashing, value) = hashing(entry.ty);
                    $parts.storage.push(Stored { pallet: name.clone(), name: entry.name, prefix, hashing, value });
                }
            }
        }
    };
}

impl Parts {
    /// Reads all of the bytes behind the version.
    pub(crate) fn decode(version: u8, bytes: &[u8]) -> Result<Self, MetadataError> {
        match version {
            14 => Self::of_14(all(bytes)?),
            15 => Self::of_15(all(bytes)?),
            16 => Self::of_16(all(bytes)?),
            other => Err(MetadataError::Version(other)),
        }
    }

    /// An entry of a pallet's storage, if it is one of those that are asked for.
    pub(crate) fn stored(&self, pallet: &str, name: &str) -> Option<&Stored> {
        self.storage.iter().find(|stored| stored.pallet == pallet && stored.name == name)
    }

    fn of_14(metadata: v14::RuntimeMetadataV14) -> Result<Self, MetadataError> {
        let extrinsic = metadata.types.resolve(metadata.extrinsic.ty.id);
        let parameter = |name: &str| {
            let found = extrinsic?.type_params.iter().find(|parameter| parameter.name == name)?;
            found.ty.map(|ty| ty.id)
        };
        let (address, signature) = (parameter("Address"), parameter("Signature"));
        let extensions = metadata.extrinsic.signed_extensions.into_iter().map(|extension| TransactionExtension {
            identifier: extension.identifier,
            explicit: extension.ty.id,
            implicit: extension.additional_signed.id,
        });
        let extensions = extensions.collect();
        let extrinsics =
            address.zip(signature).map(|(address, signature)| Extrinsics { address, signature, extensions });
        let mut parts = Self::new(metadata.types, extrinsics)?;
        read_pallets!(metadata.pallets, parts);
        Ok(parts)
    }

    fn of_15(metadata: v15::RuntimeMetadataV15) -> Result<Self, MetadataError> {
        let extensions = metadata.extrinsic.signed_extensions.into_iter().map(|extension| TransactionExtension {
            identifier: extension.identifier,
            explicit: extension.ty.id,
            implicit: extension.additional_signed.id,
        });
        let extrinsics = Extrinsics {
            address: metadata.extrinsic.address_ty.id,
            signature: metadata.extrinsic.signature_ty.id,
            extensions: extensions.collect(),
        };
        let mut parts = Self::new(metadata.types, Some(extrinsics))?;
        read_pallets!(metadata.pallets, parts);
        Ok(parts)
    }

    fn of_16(metadata: v16::RuntimeMetadataV16) -> Result<Self, MetadataError> {
        let extrinsic = metadata.extrinsic;
        let extension = |index: u32| {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            let extension = extrinsic.transaction_extensions.get(index)?;
            let (explicit, implicit) = (extension.ty.id, extension.implicit.id);
            Some(TransactionExtension { identifier: extension.identifier.clone(), explicit, implicit })
        };
        let indexes = extrinsic.transaction_extensions_by_version.get(&EXTENSIONS_OF_VERSION_4);
        let extensions = indexes.and_then(|indexes| indexes.iter().map(|index| extension(index.0)).collect());
        let extrinsics = extensions.map(|extensions| Extrinsics {
            address: extrinsic.address_ty.id,
            signature: extrinsic.signature_ty.id,
            extensions,
        });
        let mut parts = Self::new(metadata.types, extrinsics)?;
        read_pallets!(metadata.pallets, parts);
        Ok(parts)
    }

    fn new(types: PortableRegistry, extrinsics: Option<Extrinsics>) -> Result<Self, MetadataError> {
        for (place, ty) in (0..).zip(&types.types) {
            if ty.id != place {
                return Err(Malformed::Form("types are numbered by their place").into());
            }
            let TypeDef::Variant(variants) = &ty.ty.type_def else { continue };
            let tags: BTreeSet<_> = variants.variants.iter().map(|variant| variant.index).collect();
            if tags.len() != variants.variants.len() {
                return Err(Malformed::Form("two variants of an enum have the same tag").into());
            }
        }
        Ok(Self { types, extrinsics, contracts: None, version: None, storage: Vec::new() })
    }
}

fn all<T: Decode>(mut bytes: &[u8]) -> Result<T, Malformed> {
    let value = T::decode(&mut bytes).map_err(|_| Malformed::Form("they are not of the form of their version"))?;
    match bytes.len() {
        0 => Ok(value),
        left => Err(Malformed::Left(left)),
    }
}

fn hashing(entry: v14::StorageEntryType<scale_info::form::PortableForm>) -> (Hashing, u32) {
    match entry {
        v14::StorageEntryType::Plain(value) => (Hashing::Plain, value.id),
        v14::StorageEntryType::Map { hashers, value, .. } => match hashers.as_slice() {
            [v14::StorageHasher::Twox64Concat] => (Hashing::Twox64Concat, value.id),
            _ => (Hashing::Other, value.id),
        },
    }
}
