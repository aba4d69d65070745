//! The type registry of everything that is hashed, signed or stored: one file for other implementers. It suffices to read
//! and to write every value of the golden vectors.

use crate::vectors::{golden, path};
use greatseal_log::{
    evidence::{Evidence, Headers},
    leaf::Leaf,
};
use greatseal_protocol::{
    scale::{Compact, Decode, Encode},
    types,
};
use scale_info::{
    Field, MetaType, PortableRegistry, Registry, Type, TypeDef, TypeDefPrimitive, TypeParameter, Variant,
    form::PortableForm, meta_type,
};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Types whose decoder takes fewer bytes than their description: what else must hold. A test looks for decoders that are
/// written by hand.
const NARROWER: [(&str, &str); 6] = [
    ("Choices", "2 to 4 choices, ascending by id"),
    ("Destination", "a CAIP-10 account: namespace, reference and address"),
    ("Label", "1 to 32 of a-z, 0-9, -"),
    ("Minima", "1 to 4 councils, ascending, each once"),
    ("Refusal", "a number of refusals.json; described as u16"),
    ("Sharing", "at most 16 routes, ascending, each once"),
];

/// A type in the JSON form of scale-info's `PortableRegistry`, without documentation. Members are in alphabetical order.
fn written(ty: &Type<PortableForm>) -> Value {
    let fields = |fields: &[Field<PortableForm>]| -> Value {
        let field = |field: &Field<PortableForm>| {
            let name = field.name.as_ref().map(|name| ("name".to_owned(), json!(name)));
            let word = field.type_name.as_ref().map(|word| ("typeName".to_owned(), json!(word)));
            let members = name.into_iter().chain([("type".to_owned(), json!(field.ty.id))]).chain(word);
            Value::Object(members.collect())
        };
        fields.iter().map(field).collect()
    };
    let def = match &ty.type_def {
        TypeDef::Composite(composite) => json!({ "composite": { "fields": fields(&composite.fields) } }),
        TypeDef::Variant(variants) => {
            let variant = |variant: &Variant<PortableForm>| json!({ "fields": fields(&variant.fields), "index": variant.index, "name": variant.name });
            json!({ "variant": { "variants": variants.variants.iter().map(variant).collect::<Vec<_>>() } })
        }
        TypeDef::Sequence(list) => json!({ "sequence": { "type": list.type_param.id } }),
        TypeDef::Array(array) => json!({ "array": { "len": array.len, "type": array.type_param.id } }),
        TypeDef::Tuple(tuple) => json!({ "tuple": tuple.fields.iter().map(|field| field.id).collect::<Vec<_>>() }),
        TypeDef::Primitive(primitive) => json!({ "primitive": name(primitive) }),
        TypeDef::Compact(_) | TypeDef::BitSequence(_) => panic!("no type of the protocol is so"),
    };
    let mut members = Map::from_iter([("def".to_owned(), def)]);
    if !ty.type_params.is_empty() {
        let param =
            |param: &TypeParameter<PortableForm>| json!({ "name": param.name, "type": param.ty.map(|ty| ty.id) });
        members.insert("params".into(), ty.type_params.iter().map(param).collect());
    }
    if !ty.path.segments.is_empty() {
        members.insert("path".into(), json!(ty.path.segments));
    }
    Value::Object(members)
}

fn name(primitive: &TypeDefPrimitive) -> &'static str {
    match primitive {
        TypeDefPrimitive::Bool => "bool",
        TypeDefPrimitive::Str => "str",
        TypeDefPrimitive::U8 => "u8",
        TypeDefPrimitive::U16 => "u16",
        TypeDefPrimitive::U32 => "u32",
        TypeDefPrimitive::U64 => "u64",
        TypeDefPrimitive::U128 => "u128",
        other => panic!("no type of the protocol has {other:?}"),
    }
}

/// A line for each type, so that a change shows what changed.
fn file() -> String {
    let mut registry = Registry::new();
    let mut ids = |types: &[(&'static str, MetaType)]| -> Vec<String> {
        let id = |(name, ty): &(&str, MetaType)| format!("    {}: {}", json!(name), registry.register_type(ty).id);
        types.iter().map(id).collect()
    };
    let named = [
        &types::named()[..],
        &[("Leaf", meta_type::<Leaf>()), ("Evidence", meta_type::<Evidence>()), ("Headers", meta_type::<Headers>())],
    ]
    .concat();
    let (named, cells) = (ids(&named), ids(&types::cells()));
    let narrower = NARROWER.map(|(name, what)| format!("    {}: {}", json!(name), json!(what)));
    let registry: PortableRegistry = registry.into();
    let ty = |id: u32, ty: &Type<PortableForm>| format!("      {{\"id\":{id},\"type\":{}}}", written(ty));
    let types: Vec<String> = registry.types.iter().map(|known| ty(known.id, &known.ty)).collect();
    let object = |name: &str, lines: &[String]| format!("  \"{name}\": {{\n{}\n  }}", lines.join(",\n"));
    let types = format!("  \"registry\": {{\n    \"types\": [\n{}\n    ]\n  }}", types.join(",\n"));
    let members = [object("named", &named), object("cells", &cells), object("narrower", &narrower), types];
    format!("{{\n{}\n}}\n", members.join(",\n"))
}

#[test]
fn the_type_registry_is_the_committed_one() {
    golden(&path("types.json"), &file());
}

/// A decoder written by hand may refuse what the description allows.
#[test]
fn the_type_registry_says_where_it_says_too_little() {
    let sources = path("../src");
    let mut found = BTreeSet::new();
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            let types = text.lines().filter_map(|line| line.strip_prefix("impl Decode for ")?.strip_suffix(" {"));
            found.extend(types.map(str::to_owned));
        }
    }
    // The beginning of a cell, for readers in a hurry: no type of its own.
    assert!(found.remove("SeatOf"));
    assert_eq!(found, NARROWER.map(|(name, _)| name.to_owned()).into());
}

/// What another implementer has: the file, and nothing of this project's code.
struct Foreign {
    file: Value,
}

/// A value that was read: what is needed to write it again.
#[derive(Debug)]
enum Read {
    /// Little-endian bytes of a number, or a bool.
    Number(Vec<u8>),
    Text(String),
    /// Values one after the other.
    All(Vec<Self>),
    /// Values behind their number.
    List(Vec<Self>),
    /// A variant's name, and its fields.
    Variant(String, Vec<Self>),
}

impl Foreign {
    fn new() -> Self {
        Self { file: serde_json::from_slice(&fs::read(path("types.json")).unwrap()).unwrap() }
    }

    fn id(&self, part: &str, name: &str) -> &Value {
        self.file[part].get(name).unwrap_or_else(|| panic!("types.json has no {name} in {part}"))
    }

    /// The one member of a type's definition.
    fn def(&self, id: &Value) -> (&str, &Value) {
        let at = usize::try_from(id.as_u64().unwrap()).unwrap();
        let known = &self.file["registry"]["types"][at];
        assert_eq!(&known["id"], id);
        let (kind, def) = known["type"]["def"].as_object().unwrap().iter().next().unwrap();
        (kind, def)
    }

    fn read(&self, id: &Value, input: &mut &[u8]) -> Read {
        fn take<'a>(input: &mut &'a [u8], length: usize) -> &'a [u8] {
            let (taken, rest) = input.split_at(length);
            *input = rest;
            taken
        }
        let (kind, def) = self.def(id);
        match kind {
            "composite" => Read::All(self.read_all(&def["fields"], input)),
            "tuple" => Read::All(def.as_array().unwrap().iter().map(|id| self.read(id, input)).collect()),
            "array" => Read::All((0..def["len"].as_u64().unwrap()).map(|_| self.read(&def["type"], input)).collect()),
            "sequence" => {
                let Compact(length) = Compact::<u32>::decode(input).unwrap();
                Read::List((0..length).map(|_| self.read(&def["type"], input)).collect())
            }
            "variant" => {
                let index = u64::from(take(input, 1)[0]);
                let variants = def["variants"].as_array().unwrap();
                let variant = variants.iter().find(|variant| variant["index"] == index).expect("an unknown tag");
                Read::Variant(variant["name"].as_str().unwrap().into(), self.read_all(&variant["fields"], input))
            }
            "primitive" if def == "str" => {
                let Compact(length) = Compact::<u32>::decode(input).unwrap();
                let bytes = take(input, length.try_into().unwrap());
                Read::Text(String::from_utf8(bytes.to_vec()).unwrap())
            }
            "primitive" => Read::Number(take(input, width(def.as_str().unwrap())).to_vec()),
            other => panic!("{other}"),
        }
    }

    fn read_all(&self, fields: &Value, input: &mut &[u8]) -> Vec<Read> {
        fields.as_array().unwrap().iter().map(|field| self.read(&field["type"], input)).collect()
    }

    fn write(&self, id: &Value, value: &Read) -> Vec<u8> {
        let (kind, def) = self.def(id);
        let all = |fields: &Value, values: &[Read]| -> Vec<u8> {
            let fields = fields.as_array().unwrap();
            assert_eq!(fields.len(), values.len());
            fields.iter().zip(values).flat_map(|(field, value)| self.write(&field["type"], value)).collect()
        };
        let each =
            |values: &[Read]| values.iter().flat_map(|value| self.write(&def["type"], value)).collect::<Vec<_>>();
        let count = |length: usize| Compact(u32::try_from(length).unwrap()).encode();
        match (kind, value) {
            ("composite", Read::All(values)) => all(&def["fields"], values),
            ("tuple", Read::All(values)) => {
                let ids = def.as_array().unwrap();
                assert_eq!(ids.len(), values.len());
                ids.iter().zip(values).flat_map(|(id, value)| self.write(id, value)).collect()
            }
            ("array", Read::All(values)) => {
                assert_eq!(def["len"], values.len());
                each(values)
            }
            ("sequence", Read::List(values)) => [count(values.len()), each(values)].concat(),
            ("variant", Read::Variant(name, values)) => {
                let mut variants = def["variants"].as_array().unwrap().iter();
                let variant = variants.find(|variant| variant["name"] == **name).unwrap();
                let tag = u8::try_from(variant["index"].as_u64().unwrap()).unwrap();
                [vec![tag], all(&variant["fields"], values)].concat()
            }
            ("primitive", Read::Text(text)) => [count(text.len()), text.clone().into_bytes()].concat(),
            ("primitive", Read::Number(bytes)) => bytes.clone(),
            (kind, value) => panic!("{value:?} is no {kind}"),
        }
    }

    /// Reads a value with the registry alone, and writes it again.
    fn there_and_back(&self, id: &Value, hex: &Value) -> Read {
        let bytes = ::hex::decode(hex.as_str().unwrap()).unwrap();
        let mut rest = &*bytes;
        let value = self.read(id, &mut rest);
        assert!(rest.is_empty(), "{} bytes follow {value:?}", rest.len());
        assert_eq!(self.write(id, &value), bytes, "{value:?}");
        value
    }
}

/// Bytes of a number.
fn width(primitive: &str) -> usize {
    match primitive {
        "bool" | "u8" => 1,
        other => other.strip_prefix('u').unwrap().parse::<usize>().unwrap() / 8,
    }
}

fn vectors(name: &str, part: &str) -> Vec<Value> {
    let file: Value = serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap();
    file[part].as_array().unwrap().clone()
}

#[test]
fn the_type_registry_suffices_to_read_every_golden_value() {
    let foreign = Foreign::new();
    let mut seen = BTreeMap::<&str, usize>::new();
    let mut named = |name: &'static str, hex: &Value| {
        *seen.entry(name).or_default() += 1;
        foreign.there_and_back(foreign.id("named", name), hex)
    };
    for file in ["envelopes.json", "micronode-envelopes.json"] {
        for entry in vectors(file, "envelopes") {
            named("Command", &entry["command"]);
            named("Key", &entry["key"]);
            named("Outcome", &entry["outcome"]);
            if entry.get("envelope").is_some() {
                named("Envelope", &entry["envelope"]);
            }
        }
    }
    for file in ["records.json", "micronode-records.json", "succession-records.json"] {
        for entry in vectors(file, "records") {
            let Read::All(record) = named("Record", &entry["record"]) else { panic!() };
            let Some(Read::Variant(_, inner)) = record.last() else { panic!("the last field is the event") };
            let [Read::Variant(kind, _)] = &inner[..] else { panic!("{inner:?}") };
            assert_eq!(*kind, entry["kind"]);
        }
    }
    for entry in vectors("digests.json", "actions") {
        named("Action", &entry["bytes"]);
    }
    for entry in vectors("digests.json", "outcomes") {
        // The version stands before an outcome.
        let bytes = entry["bytes"].as_str().unwrap().strip_prefix("01").unwrap();
        named("EntryOutcome", &json!(bytes));
    }
    let digests: Value = serde_json::from_slice(&fs::read(path("digests.json")).unwrap()).unwrap();
    named("Genesis", &digests["genesis"]);
    named("ProposalTerms", &digests["proposal_terms"]);
    named("Route", &digests["route"]);
    named("BatchStatement", &digests["statement"]);
    let companion: Value = serde_json::from_slice(&fs::read(path("companion.json")).unwrap()).unwrap();
    named("Companioned", &companion["companioned"]);
    for entry in vectors("refusals.json", "refusals") {
        named("Refusal", &entry["bytes"]);
    }
    for entry in vectors("leaves.json", "leaves") {
        named("Leaf", &entry["leaf"]);
    }
    let log: Value = serde_json::from_slice(&fs::read(path("leaves.json")).unwrap()).unwrap();
    named("Evidence", &log["evidence"]);
    named("Headers", &log["headers"]);
    for entry in vectors("manifests.json", "entries") {
        // The version stands before an entry.
        let bytes = entry["bytes"].as_str().unwrap().strip_prefix("01").unwrap();
        named("ManifestEntry", &json!(bytes));
    }
    for file in ["cells.json", "micronode-cells.json", "succession-cells.json"] {
        for entry in vectors(file, "cells") {
            let Read::Variant(key, _) = named("CellKey", &entry["key"]) else { panic!() };
            foreign.there_and_back(foreign.id("cells", &key), &entry["cell"]);
        }
    }
    assert!(seen["Record"] > 300 && seen["Envelope"] > 250 && seen["CellKey"] > 400, "{seen:?}");
}
