//! Facts lose no byte, and their texts can be read back. The way back is written here by the rules of `docs/protocol/facts.md` and the
//! type registry alone, as another implementer would write it.

use crate::history;
use greatseal_facts::{self as facts, Types, kebab};
use greatseal_protocol::{
    action::Action,
    batch::Rail,
    bytes::{Label, parse_hex_bytes},
    cells::CellKey,
    command::Command,
    council::{Council, Phase, SeatId},
    dispute::Resolution,
    event::{Event, Record},
    key::Key,
    language::council as council_language,
    parameter::Parameter,
    program::Privacy,
    proposal::Cause,
    proposal_id::{Decision, ProposalId},
    registry::{EntryKey, Risk, Setting},
    route::Course,
    row::RowId,
    scale::{Compact, Encode},
    scope::{Mode, Scope, Severity, Watched},
};
use scale_info::{Field, PortableRegistry, TypeDef, TypeDefPrimitive, form::PortableForm};
use serde_json::{Value, json};
use std::{collections::BTreeSet, str::FromStr};

/// Bytes of a value, from its facts.
fn bytes(registry: &PortableRegistry, id: u32, facts: &Value) -> Vec<u8> {
    let ty = registry.resolve(id).unwrap();
    let segments = &ty.path.segments;
    if segments.first().is_some_and(|name| name == "greatseal_protocol")
        && let Some(text) = text(segments.last().unwrap(), facts)
    {
        return text;
    }
    match &ty.type_def {
        TypeDef::Composite(composite) => of_fields(registry, &composite.fields, facts),
        TypeDef::Variant(variants) if segments == &["Option"] => match facts {
            Value::Null => vec![0],
            some => [vec![1], of_fields(registry, &variants.variants[1].fields, some)].concat(),
        },
        TypeDef::Variant(variants) => {
            let (name, fields) = match facts {
                Value::String(name) => (name, &Value::Null),
                facts => facts.as_object().unwrap().iter().next().unwrap(),
            };
            let variant = variants.variants.iter().find(|variant| kebab(&variant.name) == *name).unwrap();
            [vec![variant.index], of_fields(registry, &variant.fields, fields)].concat()
        }
        TypeDef::Sequence(list) => {
            let (length, content) = of_list(registry, list.type_param.id, facts);
            [Compact(length).encode(), content].concat()
        }
        TypeDef::Array(array) => of_list(registry, array.type_param.id, facts).1,
        TypeDef::Tuple(tuple) => {
            let values = facts.as_array().unwrap();
            assert_eq!(values.len(), tuple.fields.len());
            tuple.fields.iter().zip(values).flat_map(|(ty, value)| bytes(registry, ty.id, value)).collect()
        }
        TypeDef::Primitive(primitive) => of_primitive(primitive, facts),
        TypeDef::Compact(_) | TypeDef::BitSequence(_) => panic!("{ty:?}"),
    }
}

fn of_fields(registry: &PortableRegistry, fields: &[Field<PortableForm>], facts: &Value) -> Vec<u8> {
    match fields {
        [only] if only.name.is_none() => bytes(registry, only.ty.id, facts),
        [] => Vec::new(),
        fields => fields
            .iter()
            .enumerate()
            .flat_map(|(at, field)| match &field.name {
                Some(name) => bytes(registry, field.ty.id, &facts[name]),
                None => bytes(registry, field.ty.id, &facts[at]),
            })
            .collect(),
    }
}

fn of_list(registry: &PortableRegistry, id: u32, facts: &Value) -> (u32, Vec<u8>) {
    let (length, content) = match registry.resolve(id).unwrap().type_def {
        TypeDef::Primitive(TypeDefPrimitive::U8) => {
            let bytes = parse_hex_bytes(facts.as_str().unwrap()).unwrap();
            (bytes.len(), bytes)
        }
        _ => {
            let values = facts.as_array().unwrap();
            (values.len(), values.iter().flat_map(|value| bytes(registry, id, value)).collect())
        }
    };
    (u32::try_from(length).unwrap(), content)
}

fn of_primitive(primitive: &TypeDefPrimitive, facts: &Value) -> Vec<u8> {
    let number = || facts.as_u64().unwrap();
    let digits = || facts.as_str().unwrap();
    match primitive {
        TypeDefPrimitive::Bool => facts.as_bool().unwrap().encode(),
        TypeDefPrimitive::U8 => u8::try_from(number()).unwrap().encode(),
        TypeDefPrimitive::U16 => u16::try_from(number()).unwrap().encode(),
        TypeDefPrimitive::U32 => u32::try_from(number()).unwrap().encode(),
        TypeDefPrimitive::U64 => digits().parse::<u64>().unwrap().encode(),
        TypeDefPrimitive::U128 => digits().parse::<u128>().unwrap().encode(),
        other => panic!("{other:?}"),
    }
}

/// The types that are written as text.
fn text(name: &str, facts: &Value) -> Option<Vec<u8>> {
    fn read<T: FromStr + Encode>(facts: &Value) -> Option<Vec<u8>> {
        Some(facts.as_str()?.parse::<T>().ok()?.encode())
    }
    match name {
        "Council" => read::<Council>(facts),
        "EntryKey" => read::<EntryKey>(facts),
        "Key" => read::<Key>(facts),
        "Label" => read::<Label>(facts),
        "ProposalId" => read::<ProposalId>(facts),
        "RowId" => read::<RowId>(facts),
        "Scope" => read::<Scope>(facts),
        "SeatId" => read::<SeatId>(facts),
        "Watched" => read::<Watched>(facts),
        _ => None,
    }
}

#[test]
fn facts_say_everything_that_the_bytes_say() {
    let (registry, root) = facts::registry::<Record>();
    let types = Types::of::<Record>();
    let mut records = 0;
    for record in history::ALL.into_iter().flat_map(history::golden) {
        let encoded = record.encode();
        let told = types.facts(&encoded).unwrap();
        // Through text, as it travels.
        let told: Value = serde_json::from_str(&told.to_string()).unwrap();
        assert_eq!(bytes(&registry, root, &told), encoded, "{told}");
        records += 1;
    }
    assert!(records > 300, "{records}");
}

/// An event's facts are those of its record, without the names of the variants around the fields.
#[test]
fn kind_and_subject_are_the_variants_that_hold_the_fields() {
    let types = Types::of::<Record>();
    for record in history::golden("records") {
        let event = facts::event(&record.event).unwrap();
        assert_eq!(event.kind, record.event.kind());
        let whole = &types.facts(&record.encode()).unwrap()["event"];
        let none = json!({});
        let whole = &whole[&event.subject];
        let fields = if event.fields.is_empty() { &none } else { &whole[kebab(&event.kind)] };
        assert_eq!(fields, &Value::Object(event.fields));
    }
}

/// The fields for which the product exists: an auditor reads them without decoding anything.
#[test]
fn an_event_shows_all_its_fields() {
    let of = |kind: &str| facts::event(&history::first(kind)).unwrap().fields;
    let route = of("RouteChanged");
    assert_eq!(route["economics"].as_object().unwrap().len(), 19, "{route:?}");
    assert!(route["economics"]["tx_max"].is_string() && route["version"].is_number(), "{route:?}");
    let opened = of("Opened");
    for field in ["delay", "window", "row_version"] {
        assert!(opened[field].is_number(), "{opened:?}");
    }
    assert!(opened["nonce"].is_string() && opened["epochs"].as_array().is_some_and(|epochs| !epochs.is_empty()));
    let deployed = of("Deployed");
    let rows = deployed["genesis"]["rows"].as_array().unwrap();
    assert!(rows.len() > 20 && rows.iter().all(|row| row["id"].is_string()), "{deployed:?}");
    assert!(of("Heartbeat")["nonce"].is_string());
}

/// Every type that an event, an action, a command or a cell's name is made of has facts; no null could mean two things.
#[test]
fn every_type_of_the_protocol_has_facts() {
    let option = |registry: &PortableRegistry, id: u32| registry.resolve(id).unwrap().path.segments == ["Option"];
    for (registry, _) in [
        facts::registry::<Record>(),
        facts::registry::<Command>(),
        facts::registry::<Action>(),
        facts::registry::<CellKey>(),
    ] {
        for known in &registry.types {
            match &known.ty.type_def {
                TypeDef::Compact(_) | TypeDef::BitSequence(_) => panic!("{:?}", known.ty),
                TypeDef::Primitive(primitive) => {
                    use TypeDefPrimitive::{Bool, U8, U16, U32, U64, U128};
                    assert!(matches!(primitive, Bool | U8 | U16 | U32 | U64 | U128), "{primitive:?}");
                }
                TypeDef::Variant(variants) => {
                    let mut fields = variants.variants.iter().flat_map(|variant| &variant.fields);
                    let twice = option(&registry, known.id) && fields.any(|field| option(&registry, field.ty.id));
                    assert!(!twice, "{:?}", known.ty);
                    // Two variants of one name would be one.
                    let names: BTreeSet<_> = variants.variants.iter().map(|variant| kebab(&variant.name)).collect();
                    assert_eq!(names.len(), variants.variants.len(), "{:?}", known.ty);
                }
                TypeDef::Composite(_) | TypeDef::Sequence(_) | TypeDef::Array(_) | TypeDef::Tuple(_) => {}
            }
        }
    }
}

#[test]
fn a_variant_is_named_as_people_name_it() {
    fn spelled<T: Encode + scale_info::TypeInfo + ToString + 'static>(values: &[T]) {
        for value in values {
            assert_eq!(Types::of::<T>().facts(&value.encode()).unwrap(), json!(value.to_string()));
        }
    }
    spelled(&Mode::NAMED.map(|(mode, _)| mode));
    spelled(&Phase::NAMED.map(|(phase, _)| phase));
    spelled(&Parameter::NAMED.map(|(parameter, _)| parameter));
    spelled(&Setting::NAMED.map(|(setting, _)| setting));
    spelled(&Course::NAMED.map(|(course, _)| course));
    spelled(&Privacy::NAMED.map(|(privacy, _)| privacy));
    spelled(&Rail::NAMED.map(|(rail, _)| rail));
    spelled(&[Decision::Approve, Decision::Reject]);
    spelled(&[Cause::Decisions, Cause::ApproveByPassed, Cause::ExecuteByPassed, Cause::Stale, Cause::Veto]);
    spelled(&[Resolution::Upheld, Resolution::Dismissed]);
    spelled(&[Risk::Routine, Risk::High]);
    spelled(&[Severity::Sev1, Severity::Sev2, Severity::Sev3, Severity::Sev4]);
}

#[test]
fn texts_can_be_read_back() {
    fn back<T: FromStr + ToString + PartialEq>(values: impl IntoIterator<Item = T>) {
        for value in values {
            let text = value.to_string();
            assert!(text.parse::<T>().ok().is_some_and(|read| read == value), "{text}");
        }
    }
    back((0..=u8::MAX).map(RowId));
    let councils = ["Sovereign", "Policy", "Technical", "Emergency", "Custody", "Treasury", "Identity", "Operator"]
        .into_iter()
        .chain(["Auditor", "Panel", "Program 0", "Program 4294967295"])
        .map(|name| name.parse::<Council>().unwrap())
        .collect::<Vec<_>>();
    back(councils.iter().copied());
    back(councils.iter().flat_map(|council| [0, 31].map(|index| SeatId { council: *council, index })));
    for wrong in ["sovereign", "Program", "Program 01", "Program  1", "Program -1", "S", ""] {
        assert!(wrong.parse::<Council>().is_err(), "{wrong}");
    }
    for wrong in ["row 1", "row 01", "row 256", "row", "Row 200", ""] {
        assert!(wrong.parse::<RowId>().is_err(), "{wrong}");
    }
    back(["a", "0-9", &"z".repeat(32)].map(|text| Label::new(text).unwrap()));
    assert!("".parse::<Label>().is_err() && "A".parse::<Label>().is_err() && "z".repeat(33).parse::<Label>().is_err());
}

#[test]
fn what_is_no_value_has_no_facts() {
    let types = Types::of::<Event>();
    let heartbeat =
        Event::Council(council_language::Event::Heartbeat { seat: "S0".parse().unwrap(), nonce: 7 }).encode();
    assert!(types.facts(&heartbeat).is_ok());
    for end in 0..heartbeat.len() {
        assert!(types.facts(&heartbeat[..end]).is_err(), "{end}");
    }
    assert!(types.facts(&[&heartbeat[..], &[0]].concat()).is_err());
    assert!(types.facts(&[0xFF]).is_err());
}
