//! Types that metadata of a stranger may describe, and values of every kind of type.

use crate::made::{Definition, Types, choice, of_events, one_event, structure};
use greatseal_block::{
    Malformed,
    events::{EventsError, decode},
    metadata::{Metadata, MetadataError},
};
use parity_scale_codec::Encode;
use proptest::prelude::*;
use scale_info::{
    TypeDefArray, TypeDefBitSequence, TypeDefCompact, TypeDefPrimitive as Primitive, TypeDefSequence, TypeDefTuple,
    TypeInfo,
};
use sp_core::bytes::to_hex;

/// What reading a value of a type says; the type is the last that was made.
fn read(make: impl FnOnce(&mut Types) -> u32, value: &[u8]) -> Result<(), Malformed> {
    let mut types = Types::default();
    let ty = make(&mut types);
    let metadata = Metadata::decode(&of_events(types, ty)).unwrap();
    match decode(&metadata, &one_event(value)) {
        Ok(events) => {
            assert_eq!(events[0].fields[0].bytes, value);
            Ok(())
        }
        Err(EventsError::Malformed(why)) => Err(why),
        Err(other) => panic!("{other}"),
    }
}

fn primitive(types: &mut Types, primitive: Primitive) -> u32 {
    types.add(Definition::Primitive(primitive))
}

#[test]
fn a_type_that_contains_itself_ends() {
    let itself = |types: &mut Types| {
        let own = types.next();
        types.add(structure(&[("own", own)]))
    };
    assert_eq!(read(itself, &[]), Err(Malformed::TooDeep));
    let compact = |types: &mut Types| {
        let own = itself(types);
        types.add(TypeDefCompact::new(own.into()))
    };
    assert_eq!(read(compact, &[]), Err(Malformed::TooDeep));
    let list = |types: &mut Types| {
        let own = types.next();
        types.add(choice(&[("End", 0, None), ("More", 1, Some(own))]))
    };
    let nested = |depth| [vec![1; depth], vec![0]].concat();
    assert_eq!(read(list, &nested(200)), Ok(()));
    assert_eq!(read(list, &nested(300)), Err(Malformed::TooDeep));
    assert_eq!(read(list, &nested(3_000_000)), Err(Malformed::TooDeep));
}

#[test]
fn values_without_bytes_are_counted() {
    let units = |types: &mut Types| {
        let unit = types.unit();
        types.add(TypeDefSequence::new(unit.into()))
    };
    assert_eq!(read(units, &[40]), Ok(()));
    assert_eq!(read(units, &[0xfe, 0xff, 0xff, 0xff]), Err(Malformed::TooMany));
    let array = |types: &mut Types| {
        let unit = types.unit();
        types.add(TypeDefArray::new(u32::MAX, unit.into()))
    };
    assert_eq!(read(array, &[]), Err(Malformed::TooMany));
    let doubled = |types: &mut Types| {
        (0..100).fold(types.unit(), |ty, _| types.add(TypeDefTuple::new_portable([ty.into(), ty.into()])))
    };
    assert_eq!(read(doubled, &[]), Err(Malformed::TooMany));
    let nothing = |types: &mut Types| {
        let nothing = types.add(TypeDefArray::new(0, 99.into()));
        types.add(TypeDefTuple::new_portable([nothing.into(), nothing.into()]))
    };
    // The type of an array's elements has to be there even if there are none.
    assert_eq!(read(nothing, &[]), Err(Malformed::NoType(99)));
}

#[test]
fn a_claimed_length_is_not_believed() {
    for element in [Primitive::U8, Primitive::U256, Primitive::Bool, Primitive::Str] {
        let list = |types: &mut Types| {
            let element = primitive(types, element.clone());
            types.add(TypeDefSequence::new(element.into()))
        };
        assert_eq!(read(list, &[0xfe, 0xff, 0xff, 0xff]), Err(Malformed::Short), "{element:?}");
        // More than 32 bits.
        assert!(matches!(read(list, &[7, 0, 0, 0, 0, 1]), Err(Malformed::Form(_))));
    }
}

#[test]
fn a_value_has_one_form() {
    use Primitive::{Bool, Char, Str, U8, U16};
    for (kind, good, bad) in [
        (Bool, &[1][..], &[2][..]),
        (Str, &[8, 0xc3, 0xa4], &[8, 0xc3, 0x28]),
        (Char, &[0xff, 0xd7, 0, 0], &[0, 0xd8, 0, 0]),
    ] {
        assert_eq!(read(|types| primitive(types, kind.clone()), good), Ok(()), "{kind:?}");
        assert!(matches!(read(|types| primitive(types, kind.clone()), bad), Err(Malformed::Form(_))), "{kind:?}");
    }
    let compact = |kind: Primitive| {
        move |types: &mut Types| {
            let kind = primitive(types, kind);
            let around = types.add(structure(&[("", kind)]));
            let around = types.add(TypeDefTuple::new_portable([around.into()]));
            types.add(TypeDefCompact::new(around.into()))
        }
    };
    assert_eq!(read(compact(U8), &[0xfd, 0x03]), Ok(()));
    assert!(matches!(read(compact(U8), &[0x01, 0x04]), Err(Malformed::Form(_))));
    assert_eq!(read(compact(U16), &[0x01, 0x04]), Ok(()));
    assert!(matches!(read(compact(U16), &[0x01, 0x00]), Err(Malformed::Form(_))));
    assert!(matches!(read(compact(Bool), &[0]), Err(Malformed::Form(_))));
    let pair = |types: &mut Types| {
        let byte = primitive(types, U8);
        let pair = types.add(structure(&[("", byte), ("", byte)]));
        types.add(TypeDefCompact::new(pair.into()))
    };
    assert!(matches!(read(pair, &[0]), Err(Malformed::Form(_))));
    assert!(matches!(read(|types| types.add(choice(&[("Only", 1, None)])), &[0]), Err(Malformed::Form(_))));
}

#[test]
fn bits_stand_in_words() {
    let bits = |word: Primitive| {
        move |types: &mut Types| {
            let word = primitive(types, word);
            let order = types.add(structure(&[]));
            types.add(TypeDefBitSequence::new_portable(word.into(), order.into()))
        }
    };
    assert_eq!(read(bits(Primitive::U8), &[0]), Ok(()));
    assert_eq!(read(bits(Primitive::U8), &[9 << 2, 1, 2]), Ok(()));
    assert_eq!(read(bits(Primitive::U32), &[9 << 2, 1, 2, 3, 4]), Ok(()));
    assert_eq!(read(bits(Primitive::U64), &[0xfe, 0xff, 0xff, 0xff]), Err(Malformed::Short));
    assert!(matches!(read(bits(Primitive::U128), &[0]), Err(Malformed::Form(_))));
}

#[test]
fn metadata_that_contradict_themselves_are_refused() {
    let mut types = Types::default();
    let ty = types.add(choice(&[("One", 1, None), ("Other", 1, None)]));
    let refused = Metadata::decode(&of_events(types, ty));
    assert_eq!(refused, Err(MetadataError::Malformed(Malformed::Form("two variants of an enum have the same tag"))));
    // Events of another form than an SDK chain has.
    let mut types = Types::default();
    let byte = primitive(&mut types, Primitive::U8);
    let metadata = Metadata::decode(&of_events(types, byte)).unwrap();
    assert!(decode(&metadata, &one_event(&[7])).is_ok());
    assert!(metadata.now_key().is_err() && metadata.block_hash_key(1).is_err() && metadata.runtime().is_none());
}

#[derive(Clone, Debug, Encode, TypeInfo)]
enum Kind {
    Nothing,
    #[codec(index = 7)]
    Tuple(u8, Option<String>),
    Named {
        #[codec(compact)]
        count: u64,
        flags: [bool; 3],
        more: Vec<Self>,
    },
}

fn kinds() -> impl Strategy<Value = Kind> {
    let leaf = prop_oneof![
        Just(Kind::Nothing),
        (any::<u8>(), any::<Option<String>>()).prop_map(|(number, text)| Kind::Tuple(number, text)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        (any::<u64>(), any::<[bool; 3]>(), prop::collection::vec(inner, 0..4))
            .prop_map(|(count, flags, more)| Kind::Named { count, flags, more })
    })
}

proptest! {
    #[test]
    fn a_value_has_the_bytes_that_the_codec_gives_it(
        kinds in prop::collection::vec(kinds(), 0..4),
        numbers in any::<(i8, i16, i32, i64, i128, u16, u32, u64, u128)>(),
        cut in any::<prop::sample::Index>(),
    ) {
        type Value = (Vec<Kind>, (i8, i16, i32, i64, i128, u16, u32, u64, u128));
        let (types, ty) = Types::of::<Value>();
        let metadata = Metadata::decode(&of_events(types, ty)).unwrap();
        let value = (kinds, numbers).encode();
        let bytes = one_event(&value);
        let events = decode(&metadata, &bytes).unwrap();
        prop_assert_eq!(to_hex(events[0].fields[0].bytes, false), to_hex(&value, false));
        let cut = cut.index(bytes.len());
        prop_assert!(decode(&metadata, &bytes[..cut]).is_err());
    }
}
