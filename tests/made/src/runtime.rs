//! A small runtime that never ran: just enough metadata for events of contracts.

use frame_metadata::{
    RuntimeMetadataPrefixed,
    v14::{
        ExtrinsicMetadata, PalletEventMetadata, PalletMetadata, PalletStorageMetadata, RuntimeMetadataV14,
        StorageEntryMetadata, StorageEntryModifier, StorageEntryType,
    },
};
use parity_scale_codec::{Decode, Encode};
use scale_info::{TypeInfo, meta_type};

/// Its version.
pub const SPEC_VERSION: u32 = 7;

#[derive(Encode, Decode, TypeInfo)]
pub(crate) enum Phase {
    ApplyExtrinsic(u32),
    Finalization,
    Initialization,
}

#[derive(Encode, Decode, TypeInfo)]
pub(crate) struct EventRecord {
    pub(crate) phase: Phase,
    pub(crate) event: RuntimeEvent,
    pub(crate) topics: Vec<[u8; 32]>,
}

#[derive(Encode, Decode, TypeInfo)]
pub(crate) enum RuntimeEvent {
    #[codec(index = 0)]
    System(system::Event),
    #[codec(index = 100)]
    Revive(revive::Event),
}

pub(crate) mod system {
    use super::{Decode, Encode, TypeInfo};

    #[derive(Encode, Decode, TypeInfo)]
    pub(crate) enum Event {
        #[codec(index = 0)]
        ExtrinsicSuccess { class: u8 },
    }
}

pub(crate) mod revive {
    use super::{Decode, Encode, TypeInfo};

    #[derive(Encode, Decode, TypeInfo)]
    pub(crate) enum Event {
        #[codec(index = 0)]
        ContractEmitted { contract: [u8; 20], data: Vec<u8>, topics: Vec<[u8; 32]> },
    }
}

/// Its metadata, as a node would give them.
pub fn metadata() -> Vec<u8> {
    let plain = |name, ty| StorageEntryMetadata {
        name,
        modifier: StorageEntryModifier::Default,
        ty: StorageEntryType::Plain(ty),
        default: Vec::new(),
        docs: Vec::new(),
    };
    let pallet = |name, index, entries: Vec<StorageEntryMetadata>, event| PalletMetadata {
        name,
        storage: (!entries.is_empty()).then_some(PalletStorageMetadata { prefix: name, entries }),
        calls: None,
        event,
        constants: Vec::new(),
        error: None,
        index,
    };
    let event = |ty| Some(PalletEventMetadata { ty });
    let pallets = vec![
        pallet(
            "System",
            0,
            vec![plain("Events", meta_type::<Vec<EventRecord>>())],
            event(meta_type::<system::Event>()),
        ),
        pallet("Timestamp", 1, vec![plain("Now", meta_type::<u64>())], None),
        pallet("Revive", 100, Vec::new(), event(meta_type::<revive::Event>())),
    ];
    let extrinsic = ExtrinsicMetadata { ty: meta_type::<()>(), version: 4, signed_extensions: Vec::new() };
    let all = RuntimeMetadataV14::new(pallets, extrinsic, meta_type::<()>());
    RuntimeMetadataPrefixed::from(all).encode()
}
