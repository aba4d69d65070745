//! Steps over a value by its type: how many bytes it has, and that they are in their form.
//!
//! `scale-decode` does that too, but without a limit to depth: a value of a type that contains itself would overflow
//! the stack.

use crate::{Malformed, bytes::Reader};
use scale_info::{PortableRegistry, TypeDef, TypeDefPrimitive as Primitive};

/// Deepest value within values. XCM programs within XCM programs reach about 60.
const MAX_DEPTH: u16 = 256;
/// Steps that are free, and steps for each byte. A step is one value, be it empty.
const FREE_STEPS: usize = 1 << 16;
const STEPS_OF_A_BYTE: usize = 16;

/// Steps over values. The work of all of them together is limited.
#[derive(Debug)]
pub(crate) struct Skip<'t> {
    types: &'t PortableRegistry,
    steps: usize,
}

impl<'t> Skip<'t> {
    /// For values that together have that many bytes.
    pub(crate) fn new(types: &'t PortableRegistry, bytes: usize) -> Self {
        Self { types, steps: bytes.saturating_mul(STEPS_OF_A_BYTE).saturating_add(FREE_STEPS) }
    }

    /// Steps over one value and returns its bytes.
    pub(crate) fn value<'a>(&mut self, reader: &mut Reader<'a>, ty: u32) -> Result<&'a [u8], Malformed> {
        let before = reader.clone();
        self.at(reader, ty, 0)?;
        Ok(reader.since(&before))
    }

    /// What a type is.
    pub(crate) fn definition(&self, ty: u32) -> Result<&'t TypeDef<scale_info::form::PortableForm>, Malformed> {
        self.types.resolve(ty).map(|found| &found.type_def).ok_or(Malformed::NoType(ty))
    }

    fn at(&mut self, reader: &mut Reader<'_>, ty: u32, depth: u16) -> Result<(), Malformed> {
        self.step(depth)?;
        let deeper = depth.saturating_add(1);
        match self.definition(ty)? {
            TypeDef::Composite(composite) => {
                composite.fields.iter().try_for_each(|field| self.at(reader, field.ty.id, deeper))
            }
            TypeDef::Variant(variants) => {
                let tag = reader.byte()?;
                let variant = variants.variants.iter().find(|variant| variant.index == tag);
                let variant = variant.ok_or(Malformed::Form("an enum has no variant with this tag"))?;
                variant.fields.iter().try_for_each(|field| self.at(reader, field.ty.id, deeper))
            }
            TypeDef::Tuple(tuple) => tuple.fields.iter().try_for_each(|field| self.at(reader, field.id, deeper)),
            TypeDef::Sequence(sequence) => {
                let count = reader.compact_u32()?;
                self.repeat(reader, sequence.type_param.id, count, deeper)
            }
            TypeDef::Array(array) => self.repeat(reader, array.type_param.id, array.len, deeper),
            TypeDef::Primitive(primitive) => Self::primitive(reader, primitive),
            TypeDef::Compact(compact) => self.compact(reader, compact.type_param.id, deeper),
            TypeDef::BitSequence(bits) => self.bits(reader, bits.bit_store_type.id),
        }
    }

    fn step(&mut self, depth: u16) -> Result<(), Malformed> {
        if depth > MAX_DEPTH {
            return Err(Malformed::TooDeep);
        }
        self.steps = self.steps.checked_sub(1).ok_or(Malformed::TooMany)?;
        Ok(())
    }

    fn repeat(&mut self, reader: &mut Reader<'_>, ty: u32, count: u32, depth: u16) -> Result<(), Malformed> {
        let width = match self.definition(ty)? {
            TypeDef::Primitive(primitive) => any_bytes(primitive),
            _ => None,
        };
        match width {
            Some(width) => reader.take(size(count)?.checked_mul(width).ok_or(Malformed::Short)?).map(drop),
            None => (0..count).try_for_each(|_| self.at(reader, ty, depth)),
        }
    }

    fn primitive(reader: &mut Reader<'_>, primitive: &Primitive) -> Result<(), Malformed> {
        match (primitive, any_bytes(primitive)) {
            (_, Some(width)) => reader.take(width).map(drop),
            (Primitive::Bool, _) => match reader.byte()? {
                0 | 1 => Ok(()),
                _ => Err(Malformed::Form("a truth value is neither 0 nor 1")),
            },
            (Primitive::Str, _) => match std::str::from_utf8(reader.prefixed()?) {
                Ok(_) => Ok(()),
                Err(_) => Err(Malformed::Form("a text is not UTF-8")),
            },
            _ => match char::from_u32(u32::from_le_bytes(reader.array()?)) {
                Some(_) => Ok(()),
                None => Err(Malformed::Form("a character is none")),
            },
        }
    }

    /// A compact number; a structure around one number counts as that number.
    fn compact(&mut self, reader: &mut Reader<'_>, ty: u32, depth: u16) -> Result<(), Malformed> {
        let bits = match self.definition(ty)? {
            TypeDef::Primitive(Primitive::U8) => 8,
            TypeDef::Primitive(Primitive::U16) => 16,
            TypeDef::Primitive(Primitive::U32) => 32,
            TypeDef::Primitive(Primitive::U64) => 64,
            TypeDef::Primitive(Primitive::U128) => 128,
            TypeDef::Composite(composite) => {
                return self.compact_inner(reader, composite.fields.iter().map(|field| field.ty.id), depth);
            }
            TypeDef::Tuple(tuple) => {
                return self.compact_inner(reader, tuple.fields.iter().map(|field| field.id), depth);
            }
            _ => return Err(Malformed::Form("this type has no compact form")),
        };
        let number = reader.compact()?;
        match number.checked_shr(bits).unwrap_or_default() {
            0 => Ok(()),
            _ => Err(Malformed::Form("a compact number is larger than its type")),
        }
    }

    fn compact_inner(
        &mut self,
        reader: &mut Reader<'_>,
        mut fields: impl Iterator<Item = u32>,
        depth: u16,
    ) -> Result<(), Malformed> {
        self.step(depth)?;
        match (fields.next(), fields.next()) {
            (None, _) => Ok(()),
            (Some(only), None) => self.compact(reader, only, depth.saturating_add(1)),
            _ => Err(Malformed::Form("this type has no compact form")),
        }
    }

    /// A count of bits, then the words that hold them.
    fn bits(&self, reader: &mut Reader<'_>, store: u32) -> Result<(), Malformed> {
        let bytes = match self.definition(store)? {
            TypeDef::Primitive(Primitive::U8) => 1,
            TypeDef::Primitive(Primitive::U16) => 2,
            TypeDef::Primitive(Primitive::U32) => 4,
            TypeDef::Primitive(Primitive::U64) => 8,
            _ => return Err(Malformed::Form("bits are not held in such words")),
        };
        let words = size(reader.compact_u32()?)?.div_ceil(bytes * 8);
        reader.take(words.checked_mul(bytes).ok_or(Malformed::Short)?).map(drop)
    }
}

/// Bytes of a type for which any bytes are a value.
fn any_bytes(primitive: &Primitive) -> Option<usize> {
    match primitive {
        Primitive::Bool | Primitive::Char | Primitive::Str => None,
        Primitive::U8 | Primitive::I8 => Some(1),
        Primitive::U16 | Primitive::I16 => Some(2),
        Primitive::U32 | Primitive::I32 => Some(4),
        Primitive::U64 | Primitive::I64 => Some(8),
        Primitive::U128 | Primitive::I128 => Some(16),
        Primitive::U256 | Primitive::I256 => Some(32),
    }
}

fn size(count: u32) -> Result<usize, Malformed> {
    usize::try_from(count).map_err(|_| Malformed::Short)
}
