//! Typed facts: a value of the protocol as JSON, from its SCALE bytes and the type information that its type derives.
//!
//! No type has code here but those that are written as text, so that a new event, action or field is in every answer
//! and export by itself. The rules are few, and `docs/protocol/facts.md` has them for other implementers:
//!
//! - a struct, and the fields of a variant, are an object; a single field without a name is what it holds
//! - a variant is its name in kebab case; where it has fields, an object from its name to them
//! - an option is null or its value; lists, arrays and tuples are arrays; bytes are hexadecimal
//! - integers of 64 bits and more are decimal strings, smaller ones numbers

pub mod strict;
mod text;

use greatseal_protocol::{
    action::Action,
    bytes::to_hex,
    event::Event,
    scale::{Compact, Decode, Encode},
};
use scale_info::{
    Field, MetaType, PortableRegistry, Registry, Type, TypeDef, TypeDefPrimitive, TypeInfo, Variant, form::PortableForm,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::LazyLock};

/// Why a value has no facts. None of the protocol's types has these faults: tests write every event there is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFacts {
    /// The bytes are none of the type.
    #[error("the bytes are no value of the type {0}")]
    Unreadable(String),
    /// Bytes follow the value.
    #[error("{0} bytes follow the value")]
    Longer(usize),
    /// Of a kind that no type of the protocol is.
    #[error("the type {0} has no facts")]
    Unknown(String),
}

/// What happened, typed. It follows from the event's bytes: whoever verifies compares it with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventFacts {
    /// Its kind, as the chain's signature topic has it.
    pub kind: String,
    /// The part of the language that it belongs to.
    pub subject: String,
    /// Every field.
    #[serde(deserialize_with = "strict::object")]
    pub fields: Map<String, Value>,
}

/// The facts of an event.
///
/// # Errors
///
/// [`NotFacts`].
pub fn event(event: &Event) -> Result<EventFacts, NotFacts> {
    static TYPES: LazyLock<Types> = LazyLock::new(Types::of::<Event>);
    let bytes = event.encode();
    let mut rest = &*bytes;
    let facts = TYPES.event(TYPES.root, &mut rest)?;
    if rest.is_empty() { Ok(facts) } else { Err(NotFacts::Longer(rest.len())) }
}

/// The facts of an action.
///
/// # Errors
///
/// [`NotFacts`].
pub fn action(action: &Action) -> Result<Value, NotFacts> {
    static TYPES: LazyLock<Types> = LazyLock::new(Types::of::<Action>);
    TYPES.facts(&action.encode())
}

/// A value's facts in one line, for a sentence.
pub fn brief<T: Encode + TypeInfo + 'static>(value: &T) -> String {
    let bytes = value.encode();
    match Types::of::<T>().facts(&bytes) {
        Ok(Value::String(text)) => text,
        Ok(facts) => facts.to_string(),
        Err(_) => to_hex(&bytes),
    }
}

/// The type information of `T` and of all types in it, and the number of `T` among them. With `T` = `Record` it is all
/// that is needed to read the records of an audit database.
pub fn registry<T: TypeInfo + 'static>() -> (PortableRegistry, u32) {
    let mut registry = Registry::new();
    let root = registry.register_type(&MetaType::new::<T>()).id;
    (registry.into(), root)
}

/// A type with all types in it.
#[derive(Debug)]
pub struct Types {
    registry: PortableRegistry,
    root: u32,
    texts: BTreeMap<u32, text::Read>,
}

impl Types {
    /// The types of `T`.
    pub fn of<T: TypeInfo + 'static>() -> Self {
        let (registry, root) = registry::<T>();
        let texts = registry.types.iter().filter_map(|known| Some((known.id, text::read(&known.ty)?))).collect();
        Self { registry, root, texts }
    }

    /// The facts of a value, given its bytes.
    ///
    /// # Errors
    ///
    /// [`NotFacts`].
    pub fn facts(&self, bytes: &[u8]) -> Result<Value, NotFacts> {
        let mut rest = bytes;
        let facts = self.value(self.root, &mut rest)?;
        if rest.is_empty() { Ok(facts) } else { Err(NotFacts::Longer(rest.len())) }
    }

    /// An event: a variant that holds nothing but another enum is the subject, the variant inside the kind.
    fn event(&self, id: u32, input: &mut &[u8]) -> Result<EventFacts, NotFacts> {
        let variant = self.variant(id, input)?;
        if let [only] = &*variant.fields
            && only.name.is_none()
            && matches!(self.ty(only.ty.id)?.type_def, TypeDef::Variant(_))
        {
            let inner = self.event(only.ty.id, input)?;
            return Ok(EventFacts { subject: kebab(&variant.name), ..inner });
        }
        let fields = match self.fields(&variant.fields, input)? {
            Value::Object(fields) => fields,
            // A kind without fields.
            _ => Map::new(),
        };
        Ok(EventFacts { kind: variant.name.clone(), subject: String::new(), fields })
    }

    fn value(&self, id: u32, input: &mut &[u8]) -> Result<Value, NotFacts> {
        let ty = self.ty(id)?;
        if let Some(read) = self.texts.get(&id) {
            return read(input).map(Value::String).ok_or_else(|| NotFacts::Unreadable(name(ty)));
        }
        match &ty.type_def {
            TypeDef::Composite(composite) => self.fields(&composite.fields, input),
            TypeDef::Variant(_) => {
                let variant = self.variant(id, input)?;
                match (is_option(ty), variant.fields.is_empty()) {
                    (true, true) => Ok(Value::Null),
                    (true, false) => self.fields(&variant.fields, input),
                    (false, true) => Ok(Value::String(kebab(&variant.name))),
                    (false, false) => {
                        let fields = self.fields(&variant.fields, input)?;
                        Ok(Value::Object(Map::from_iter([(kebab(&variant.name), fields)])))
                    }
                }
            }
            TypeDef::Sequence(list) => {
                let Compact(length) = decoded::<Compact<u32>>(ty, input)?;
                self.list(list.type_param.id, length, input)
            }
            TypeDef::Array(array) => self.list(array.type_param.id, array.len, input),
            TypeDef::Tuple(tuple) => tuple.fields.iter().map(|field| self.value(field.id, input)).collect(),
            TypeDef::Primitive(primitive) => self::primitive(ty, primitive, input),
            TypeDef::Compact(_) | TypeDef::BitSequence(_) => Err(NotFacts::Unknown(name(ty))),
        }
    }

    /// Fields of a struct or a variant.
    fn fields(&self, fields: &[Field<PortableForm>], input: &mut &[u8]) -> Result<Value, NotFacts> {
        if let [only] = fields
            && only.name.is_none()
        {
            return self.value(only.ty.id, input);
        }
        let named: Option<Vec<&String>> = fields.iter().map(|field| field.name.as_ref()).collect();
        let values: Vec<Value> = fields.iter().map(|field| self.value(field.ty.id, input)).collect::<Result<_, _>>()?;
        Ok(match named {
            Some(names) => Value::Object(names.into_iter().cloned().zip(values).collect()),
            None => Value::Array(values),
        })
    }

    /// Bytes, or values one after the other.
    fn list(&self, id: u32, length: u32, input: &mut &[u8]) -> Result<Value, NotFacts> {
        let ty = self.ty(id)?;
        if !matches!(ty.type_def, TypeDef::Primitive(TypeDefPrimitive::U8)) {
            return (0..length).map(|_| self.value(id, input)).collect();
        }
        let split = usize::try_from(length).ok().and_then(|length| input.split_at_checked(length));
        let (bytes, rest) = split.ok_or_else(|| NotFacts::Unreadable("bytes".into()))?;
        *input = rest;
        Ok(Value::String(to_hex(bytes)))
    }

    fn variant(&self, id: u32, input: &mut &[u8]) -> Result<&Variant<PortableForm>, NotFacts> {
        let ty = self.ty(id)?;
        let TypeDef::Variant(variants) = &ty.type_def else { return Err(NotFacts::Unknown(name(ty))) };
        let index = decoded::<u8>(ty, input)?;
        let found = variants.variants.iter().find(|variant| variant.index == index);
        found.ok_or_else(|| NotFacts::Unreadable(name(ty)))
    }

    fn ty(&self, id: u32) -> Result<&Type<PortableForm>, NotFacts> {
        self.registry.resolve(id).ok_or_else(|| NotFacts::Unknown(id.to_string()))
    }
}

fn primitive(ty: &Type<PortableForm>, primitive: &TypeDefPrimitive, input: &mut &[u8]) -> Result<Value, NotFacts> {
    Ok(match primitive {
        TypeDefPrimitive::Bool => decoded::<bool>(ty, input)?.into(),
        TypeDefPrimitive::U8 => decoded::<u8>(ty, input)?.into(),
        TypeDefPrimitive::U16 => decoded::<u16>(ty, input)?.into(),
        TypeDefPrimitive::U32 => decoded::<u32>(ty, input)?.into(),
        TypeDefPrimitive::U64 => decoded::<u64>(ty, input)?.to_string().into(),
        TypeDefPrimitive::U128 => decoded::<u128>(ty, input)?.to_string().into(),
        TypeDefPrimitive::Str => decoded::<String>(ty, input)?.into(),
        TypeDefPrimitive::Char
        | TypeDefPrimitive::U256
        | TypeDefPrimitive::I8
        | TypeDefPrimitive::I16
        | TypeDefPrimitive::I32
        | TypeDefPrimitive::I64
        | TypeDefPrimitive::I128
        | TypeDefPrimitive::I256 => return Err(NotFacts::Unknown(name(ty))),
    })
}

fn decoded<T: Decode>(ty: &Type<PortableForm>, input: &mut &[u8]) -> Result<T, NotFacts> {
    T::decode(input).map_err(|_| NotFacts::Unreadable(name(ty)))
}

fn is_option(ty: &Type<PortableForm>) -> bool {
    matches!(&*ty.path.segments, [only] if only == "Option")
}

fn name(ty: &Type<PortableForm>) -> String {
    match &*ty.path.segments {
        [] => "without a name".into(),
        segments => segments.join("::"),
    }
}

/// `ApproveByPassed` as `approve-by-passed`.
pub fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len().saturating_add(4));
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
