//! Closed lists: what is not in them has no bytes.

use crate::{arbitrary::Any, dice::Dice};
use greatseal_protocol::{
    action::Action,
    command::Order,
    council::Council,
    event::Event,
    key::{Key, Signature},
    scale::{Decode, Encode},
    scope::{Mode, Scope, Severity, Watched},
};
use scale_info::{MetaType, PortableRegistry, Registry, TypeDef, TypeInfo, Variant, form::PortableForm};
use std::collections::BTreeSet;

/// Tags under which some bytes decode to a value.
fn tags<T: Decode>() -> Vec<u8> {
    // Long enough for every variant; zeros and ones are lengths, labels and flags of something.
    let fillings = [[0; 4_096], [1; 4_096], [b'a'; 4_096]];
    let decodes = |tag: &u8| {
        fillings.iter().any(|filling| T::decode(&mut &[&[*tag], &filling[..]].concat()[..]).is_ok())
            // A label of one letter, followed by zeros.
            || (0..8).any(|at| {
                let mut bytes = [0; 4_096];
                bytes[at] = 4;
                bytes[at + 1] = b'a';
                T::decode(&mut &[&[*tag], &bytes[..]].concat()[..]).is_ok()
            })
    };
    (0..=u8::MAX).filter(decodes).collect()
}

/// No proposal carries a call, a target or bytes to be executed: its action and its order are of closed lists.
/// Whether some bytes behind these decode to a value.
fn decodes<T: Decode>(tags: &[u8]) -> bool {
    [[0; 1_024], [1; 1_024], [b'a'; 1_024]].iter().any(|filling| T::decode(&mut &[tags, filling].concat()[..]).is_ok())
}

/// Tags of subject and variant that are found by chance.
fn pairs<T: Any + Encode>() -> BTreeSet<[u8; 2]> {
    let mut dice = Dice::seeded(0);
    (0..20_000).map(|_| *T::any(&mut dice).encode().first_chunk().unwrap()).collect()
}

/// Tags of every subject with those of each of its variants, as the types say them. Both count from 0.
pub(crate) fn nested<T: TypeInfo + 'static>() -> BTreeSet<[u8; 2]> {
    let mut registry = Registry::new();
    let root = registry.register_type(&MetaType::new::<T>()).id;
    let registry = PortableRegistry::from(registry);
    let variants = |id| match &registry.resolve(id).unwrap().type_def {
        TypeDef::Variant(of) => of.variants.clone(),
        other => panic!("not an enum: {other:?}"),
    };
    let of = |subject: Variant<PortableForm>| {
        let inner = variants(subject.fields[0].ty.id).into_iter().map(move |variant| [subject.index, variant.index]);
        inner.enumerate().inspect(|(at, [_, tag])| assert_eq!(*at, usize::from(*tag))).map(|(_, tags)| tags)
    };
    variants(root).into_iter().flat_map(of).collect()
}

#[test]
fn rule_01_actions_and_orders_are_closed_lists() {
    assert_eq!(pairs::<Action>(), nested::<Action>());
    assert_eq!(pairs::<Order>(), nested::<Order>());
    assert_eq!(pairs::<Event>(), nested::<Event>());
    for (lists, tags) in [
        (decodes::<Action> as fn(&[u8]) -> bool, nested::<Action>()),
        (decodes::<Order>, nested::<Order>()),
        (decodes::<Event>, nested::<Event>()),
    ] {
        let all = (0..=u8::MAX).flat_map(|subject| (0..=u8::MAX).map(move |variant| [subject, variant]));
        all.filter(|pair| !tags.contains(pair)).for_each(|pair| assert!(!lists(&pair), "{pair:?}"));
    }
    assert_eq!((nested::<Action>().len(), nested::<Order>().len(), nested::<Event>().len()), (29, 33, 60));
}

#[test]
fn rule_01_councils_keys_scopes_and_modes_are_closed_lists() {
    assert_eq!(tags::<Council>(), (0..=10).collect::<Vec<u8>>());
    // Tag 3 is reserved, and refused until it means something.
    assert_eq!(tags::<Key>(), [1, 2]);
    assert_eq!(tags::<Signature>(), [1, 2]);
    assert_eq!(tags::<Scope>(), (0..=4).collect::<Vec<u8>>());
    assert_eq!(tags::<Watched>(), [2, 5]);
    assert_eq!(tags::<Mode>(), [0, 1, 2]);
    assert_eq!(tags::<Severity>(), [1, 2, 3, 4]);
}
