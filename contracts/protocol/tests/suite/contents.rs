//! Contents: addresses as text, and that nothing on chain is the hash of something that `contents()` does not name.

use crate::{
    arbitrary::Any,
    dice::{Dice, throw},
};
use greatseal_protocol::{
    action::Action,
    command::Order,
    content::{Address, Content, Kind},
    event::Event,
    scale::{Compact, Decode, Encode},
};
use scale_info::{MetaType, PortableRegistry, Registry, TypeDef, TypeDefPrimitive, TypeInfo, form::PortableForm};
use std::collections::BTreeSet;

#[test]
fn addresses_are_read_as_they_are_written_and_in_no_other_form() {
    let hash = [0xab; 32];
    let digits = "ab".repeat(32);
    for address in [
        Address::Sha256(hash),
        Address::Entries(hash),
        Address::Outcomes(hash),
        Address::Carried(hash),
        Address::Accounts(hash),
    ] {
        let text = address.to_string();
        assert_eq!(text, format!("{}:{digits}", address.scheme()));
        assert_eq!(text.parse(), Ok(address));
        for hostile in [
            text.to_uppercase(),
            format!("{}:{}", address.scheme(), digits.to_uppercase()),
            format!("{text}0"),
            format!(" {text}"),
            format!("{text}\n"),
            text.replace(':', "::"),
            text.replace(':', "/"),
            text[..text.len() - 1].to_owned(),
            format!("{}:../{}", address.scheme(), &digits[3..]),
        ] {
            assert!(hostile.parse::<Address>().is_err(), "{hostile:?}");
        }
    }
    for hostile in ["", ":", "sha256:", "sha1:ab", &digits, "sha256:ａｂ"] {
        assert!(hostile.parse::<Address>().is_err(), "{hostile:?}");
    }
}

#[test]
fn every_kind_has_a_name_of_its_own_and_zeros_name_nothing() {
    let kinds: Vec<Kind> = (0..=u8::MAX).filter_map(|byte| Kind::decode(&mut &[byte][..]).ok()).collect();
    assert!(kinds.len() >= 23, "{kinds:?}");
    let names: BTreeSet<String> = kinds.iter().map(Kind::to_string).collect();
    assert_eq!(names.len(), kinds.len());
    for kind in kinds {
        let name = kind.to_string();
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name:?}");
        assert_eq!(kind.hashed([0; 32]), None);
        assert_eq!(kind.hashed([1; 32]), Some(Content { kind, address: Address::Sha256([1; 32]) }));
    }
}

/// Types whose bytes are the hash of something that is kept elsewhere.
const HASHES: [&str; 9] = [
    "ReferenceHash",
    "DocumentHash",
    "AssetHash",
    "ChainHash",
    "SubjectHash",
    "SubjectId",
    "CodeHash",
    "EntriesRoot",
    "OutcomesRoot",
];

/// What names no content of its own, by a part of its path, with the reason.
const EXCEPTIONS: [(&str, &str); 8] = [
    (".Proposal.Execute.action.", "the action of the opening again, which named them"),
    (".subject.Other:ReferenceHash", "a mark on anything by its hash, nothing more"),
    (".asset:AssetHash", "of a batch or a line: its registration named the text"),
    (".Stop.header.root:EntriesRoot", "entries of a batch that nobody shall pay need not be held to forbid it"),
    (".BatchStopped.header.root:EntriesRoot", "as of the stop"),
    (".replaces:CodeHash", "the release that ran before: its own approval named the code"),
    (".ReleaseRolledBack.", "two releases that were approved, which named their code"),
    (".Revoke.entry.", "an entry by its key: its registration named the text"),
];

#[test]
fn no_hash_of_something_that_is_kept_elsewhere_is_left_out() {
    let mut missed = BTreeSet::new();
    let missed = std::cell::RefCell::new(&mut missed);
    let (events, actions, orders) = (Types::of::<Event>(), Types::of::<Action>(), Types::of::<Order>());
    throw(4000, |dice| {
        let mut missed = missed.borrow_mut();
        let event = Event::any(dice);
        missed.extend(left_out(&events, &event, &event.contents()));
        let action = Action::any(dice);
        missed.extend(left_out(&actions, &action, &action.contents()));
        let order = Order::any(dice);
        missed.extend(left_out(&orders, &order, &order.contents()));
    });
    assert_eq!(**missed.borrow(), BTreeSet::new());
}

#[test]
fn nothing_is_named_that_does_not_stand_there() {
    throw(1000, |dice| {
        let event = Event::any(dice);
        let bytes = event.encode();
        for content in event.contents() {
            assert!(bytes.windows(32).any(|window| window == content.address.hash()), "{event:?}: {content:?}");
        }
    });
}

/// Paths of hashes that are not named, and are no exception.
fn left_out(types: &Types, value: &impl Encode, contents: &[Content]) -> Vec<String> {
    let named: BTreeSet<_> = contents.iter().map(|content| *content.address.hash()).collect();
    let mut found = Vec::new();
    let bytes = value.encode();
    let mut rest = bytes.as_slice();
    types.walk(types.root, &mut rest, "", &mut found);
    assert!(rest.is_empty());
    let excused = |path: &str| EXCEPTIONS.iter().any(|(part, _)| path.contains(part));
    found.retain(|(path, hash)| *hash != [0; 32] && !named.contains(hash) && !excused(path));
    found.into_iter().map(|(path, _)| path).collect()
}

struct Types {
    registry: PortableRegistry,
    root: u32,
}

impl Types {
    fn of<T: TypeInfo + 'static>() -> Self {
        let mut registry = Registry::new();
        let root = registry.register_type(&MetaType::new::<T>()).id;
        Self { registry: registry.into(), root }
    }

    fn walk(&self, id: u32, bytes: &mut &[u8], path: &str, found: &mut Vec<(String, [u8; 32])>) {
        let ty = self.registry.resolve(id).unwrap();
        let name = ty.path.ident().unwrap_or_default();
        if HASHES.contains(&name.as_str()) {
            let hash = <[u8; 32]>::decode(bytes).unwrap();
            found.push((format!("{path}:{name}"), hash));
            return;
        }
        match &ty.type_def {
            TypeDef::Composite(composite) => self.fields(&composite.fields, bytes, path, found),
            TypeDef::Variant(variants) => {
                let index = u8::decode(bytes).unwrap();
                let variant = variants.variants.iter().find(|variant| variant.index == index).unwrap();
                let inner = if name == "Option" { path.to_owned() } else { format!("{path}.{}", variant.name) };
                self.fields(&variant.fields, bytes, &inner, found);
            }
            TypeDef::Sequence(items) => {
                let count = Compact::<u32>::decode(bytes).unwrap().0;
                (0..count).for_each(|_| self.walk(items.type_param.id, bytes, path, found));
            }
            TypeDef::Array(items) => {
                (0..items.len).for_each(|_| self.walk(items.type_param.id, bytes, path, found));
            }
            TypeDef::Tuple(items) => {
                items.fields.iter().for_each(|field| self.walk(field.id, bytes, path, found));
            }
            TypeDef::Primitive(primitive) => {
                let size = match primitive {
                    TypeDefPrimitive::Bool | TypeDefPrimitive::U8 | TypeDefPrimitive::I8 => 1,
                    TypeDefPrimitive::U16 | TypeDefPrimitive::I16 => 2,
                    TypeDefPrimitive::U32 | TypeDefPrimitive::I32 | TypeDefPrimitive::Char => 4,
                    TypeDefPrimitive::U64 | TypeDefPrimitive::I64 => 8,
                    TypeDefPrimitive::U128 | TypeDefPrimitive::I128 => 16,
                    TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => 32,
                    TypeDefPrimitive::Str => usize::try_from(Compact::<u32>::decode(bytes).unwrap().0).unwrap(),
                };
                *bytes = &bytes[size..];
            }
            other @ (TypeDef::Compact(_) | TypeDef::BitSequence(_)) => panic!("{path} is {other:?}"),
        }
    }

    fn fields(
        &self,
        fields: &[scale_info::Field<PortableForm>],
        bytes: &mut &[u8],
        path: &str,
        found: &mut Vec<(String, [u8; 32])>,
    ) {
        for field in fields {
            let path = field.name.as_ref().map_or_else(|| path.to_owned(), |name| format!("{path}.{name}"));
            self.walk(field.ty.id, bytes, &path, found);
        }
    }
}

/// The seeds of [`throw`] reach every variant: a walk over too few of them would show nothing.
#[test]
fn all_kinds_of_events_are_walked() {
    let mut kinds = BTreeSet::new();
    for seed in 0..4000 {
        kinds.insert(Event::any(&mut Dice::seeded(seed)).kind());
    }
    assert_eq!(kinds, Event::kinds().collect());
}
