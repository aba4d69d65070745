//! Metadata that are made for a test: any types, any extensions.

use frame_metadata::{
    RuntimeMetadata, RuntimeMetadataPrefixed,
    v14::{
        ExtrinsicMetadata, PalletMetadata, PalletStorageMetadata, RuntimeMetadataV14, SignedExtensionMetadata,
        StorageEntryMetadata, StorageEntryModifier, StorageEntryType,
    },
};
use greatseal_block::metadata::Metadata;
use parity_scale_codec::Encode;
use scale_info::{
    Field, MetaType, Path, PortableRegistry, PortableType, Registry, Type, TypeDef, TypeDefComposite, TypeDefSequence,
    TypeDefTuple, TypeDefVariant, TypeInfo, TypeParameter, Variant, form::PortableForm,
};

pub(crate) type Definition = TypeDef<PortableForm>;

/// Types by their numbers.
#[derive(Default)]
pub(crate) struct Types(Vec<PortableType>);

impl Types {
    /// The types that a Rust type is made of, and its number.
    pub(crate) fn of<T: TypeInfo + 'static>() -> (Self, u32) {
        let mut registry = Registry::new();
        let number = registry.register_type(&MetaType::new::<T>()).id;
        (Self(PortableRegistry::from(registry).types), number)
    }

    /// The number that the next type gets.
    pub(crate) fn next(&self) -> u32 {
        self.0.len().try_into().unwrap()
    }

    pub(crate) fn add(&mut self, definition: impl Into<Definition>) -> u32 {
        self.add_with(definition, Vec::new())
    }

    fn add_with(&mut self, definition: impl Into<Definition>, parameters: Vec<TypeParameter<PortableForm>>) -> u32 {
        let number = self.next();
        let ty = Type::new(Path::from_segments_unchecked([]), parameters, definition, Vec::new());
        self.0.push(PortableType::new(number, ty));
        number
    }

    pub(crate) fn unit(&mut self) -> u32 {
        self.add(TypeDefTuple::new_portable([]))
    }
}

pub(crate) fn field(name: &str, ty: u32) -> Field<PortableForm> {
    Field::new((!name.is_empty()).then(|| name.to_owned()), ty.into(), None, Vec::new())
}

pub(crate) fn structure(fields: &[(&str, u32)]) -> TypeDefComposite<PortableForm> {
    TypeDefComposite::new(fields.iter().map(|(name, ty)| field(name, *ty)))
}

/// Variants by name, tag and one field or none.
pub(crate) fn choice(variants: &[(&str, u8, Option<u32>)]) -> TypeDefVariant<PortableForm> {
    let variant = |(name, tag, ty): &(&str, u8, Option<u32>)| {
        let fields = ty.iter().map(|ty| field("", *ty)).collect();
        Variant::new((*name).to_owned(), fields, *tag, Vec::new())
    };
    TypeDefVariant::new(variants.iter().map(variant))
}

/// Metadata of a chain with one event, whose one field has the type; a value is [`one_event`].
pub(crate) fn of_events(mut types: Types, ty: u32) -> Vec<u8> {
    let phase = types.add(choice(&[("Initialization", 2, None)]));
    let inner = types.add(choice(&[("Happened", 0, Some(ty))]));
    let event = types.add(choice(&[("Pallet", 0, Some(inner))]));
    let unit = types.unit();
    let topics = types.add(TypeDefSequence::new(unit.into()));
    let record = types.add(structure(&[("phase", phase), ("event", event), ("topics", topics)]));
    let events = types.add(TypeDefSequence::new(record.into()));
    encoded(types, events, unit, &[])
}

/// The value of `System.Events` with one event of this field.
pub(crate) fn one_event(field: &[u8]) -> Vec<u8> {
    [&[4, 2, 0, 0][..], field, &[0]].concat()
}

/// Metadata of a chain whose transactions have accounts of 32 bytes, Ed25519 signatures and these extensions: name, type
/// in the transaction, type of what is signed beside it.
pub(crate) fn of_transactions(mut types: Types, extensions: &[(&str, u32, u32)]) -> Metadata {
    let byte = types.add(TypeDef::Primitive(scale_info::TypeDefPrimitive::U8));
    let account = types.add(scale_info::TypeDefArray::new(32, byte.into()));
    let address = types.add(choice(&[("Id", 0, Some(account))]));
    let signature = types.add(scale_info::TypeDefArray::new(64, byte.into()));
    let signature = types.add(choice(&[("Ed25519", 0, Some(signature))]));
    let parameter = |name: &str, ty: u32| TypeParameter::new_portable(name.to_owned(), Some(ty.into()));
    let parameters = vec![parameter("Address", address), parameter("Signature", signature)];
    let extrinsic = types.add_with(structure(&[]), parameters);
    Metadata::decode(&encoded(types, 0, extrinsic, extensions)).unwrap()
}

fn encoded(types: Types, events: u32, extrinsic: u32, extensions: &[(&str, u32, u32)]) -> Vec<u8> {
    let entry = StorageEntryMetadata {
        name: "Events".to_owned(),
        modifier: StorageEntryModifier::Default,
        ty: StorageEntryType::Plain(events.into()),
        default: vec![0],
        docs: Vec::new(),
    };
    let pallet = PalletMetadata {
        name: "System".to_owned(),
        storage: Some(PalletStorageMetadata { prefix: "System".to_owned(), entries: vec![entry] }),
        calls: None,
        event: None,
        constants: Vec::new(),
        error: None,
        index: 0,
    };
    let extension = |(identifier, ty, additional_signed): &(&str, u32, u32)| SignedExtensionMetadata {
        identifier: (*identifier).to_owned(),
        ty: (*ty).into(),
        additional_signed: (*additional_signed).into(),
    };
    let metadata = RuntimeMetadataV14 {
        types: PortableRegistry { types: types.0 },
        pallets: vec![pallet],
        extrinsic: ExtrinsicMetadata {
            ty: extrinsic.into(),
            version: 4,
            signed_extensions: extensions.iter().map(extension).collect(),
        },
        ty: extrinsic.into(),
    };
    RuntimeMetadataPrefixed(frame_metadata::META_RESERVED, RuntimeMetadata::V14(metadata)).encode()
}
