//! The JSON Schema of facts: every kind of event with its fields, and every action, from the type information and by the
//! rules of `docs/protocol/facts.md`. Those of documents and drafts, from their types.

use crate::vectors::golden;
use greatseal_api::document::{Document, Draft};
use greatseal_facts::{self as facts, kebab};
use greatseal_protocol::event::Record;
use scale_info::{Field, PortableRegistry, Type, TypeDef, TypeDefPrimitive, Variant, form::PortableForm};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};

/// Types that are written as text; `common.json` has their spelling.
const TEXTS: [&str; 9] = ["Council", "EntryKey", "Key", "Label", "ProposalId", "RowId", "Scope", "SeatId", "Watched"];

struct Schemas {
    registry: PortableRegistry,
    /// Schemas of types that have a name, by it.
    defs: BTreeMap<String, Value>,
}

impl Schemas {
    fn ty(&self, id: u32) -> Type<PortableForm> {
        self.registry.resolve(id).unwrap().clone()
    }

    /// A type where it is used.
    fn of(&mut self, id: u32) -> Value {
        let ty = self.ty(id);
        let segments = &ty.path.segments;
        if let Some(text) = segments.last().filter(|last| segments.len() > 1 && TEXTS.contains(&last.as_str())) {
            return common(text);
        }
        match &ty.type_def {
            // An option, and a struct around one value, are no types of their own.
            TypeDef::Variant(variants) if segments == &["Option"] => {
                let some = self.fields(&variants.variants[1].fields);
                json!({ "anyOf": [{ "type": "null" }, some] })
            }
            TypeDef::Composite(composite) if composite.fields.iter().all(|field| field.name.is_none()) => {
                self.fields(&composite.fields)
            }
            TypeDef::Composite(_) | TypeDef::Variant(_) => {
                // The crate's name says nothing.
                let name = segments[1..].join(".");
                if !self.defs.contains_key(&name) {
                    self.defs.insert(name.clone(), Value::Null);
                    let schema = self.named(&ty);
                    self.defs.insert(name.clone(), schema);
                }
                json!({ "$ref": format!("#/$defs/{name}") })
            }
            TypeDef::Sequence(list) => self.list(list.type_param.id, None),
            TypeDef::Array(array) => self.list(array.type_param.id, Some(array.len)),
            TypeDef::Tuple(tuple) => {
                let values = tuple.fields.iter().map(|field| self.of(field.id)).collect();
                all(values)
            }
            TypeDef::Primitive(primitive) => self::primitive(primitive),
            TypeDef::Compact(_) | TypeDef::BitSequence(_) => panic!("{ty:?}"),
        }
    }

    /// A type that has a name.
    fn named(&mut self, ty: &Type<PortableForm>) -> Value {
        match &ty.type_def {
            TypeDef::Composite(composite) => self.fields(&composite.fields),
            TypeDef::Variant(variants) => {
                let (plain, others): (Vec<_>, Vec<_>) =
                    variants.variants.iter().partition(|variant| variant.fields.is_empty());
                let names: Vec<String> = plain.iter().map(|variant| kebab(&variant.name)).collect();
                let mut ways: Vec<Value> = others.into_iter().map(|variant| self.variant(variant)).collect();
                if !names.is_empty() {
                    ways.insert(0, json!({ "enum": names }));
                }
                match ways.len() {
                    1 => ways.remove(0),
                    _ => json!({ "oneOf": ways }),
                }
            }
            _ => panic!("{ty:?}"),
        }
    }

    fn variant(&mut self, variant: &Variant<PortableForm>) -> Value {
        let fields = self.fields(&variant.fields);
        object([(kebab(&variant.name), fields)])
    }

    /// Fields of a struct or a variant.
    fn fields(&mut self, fields: &[Field<PortableForm>]) -> Value {
        if let [only] = fields
            && only.name.is_none()
        {
            return self.of(only.ty.id);
        }
        let values: Vec<Value> = fields.iter().map(|field| self.of(field.ty.id)).collect();
        let names: Option<Vec<String>> = fields.iter().map(|field| field.name.clone()).collect();
        match names {
            Some(names) => object(names.into_iter().zip(values)),
            None => all(values),
        }
    }

    fn list(&mut self, id: u32, length: Option<u32>) -> Value {
        let bytes = matches!(self.ty(id).type_def, TypeDef::Primitive(TypeDefPrimitive::U8));
        match (bytes, length) {
            (true, None) => common("hex"),
            (true, Some(length)) => json!({ "type": "string", "pattern": format!("^[0-9a-f]{{{}}}$", 2 * length) }),
            (false, None) => json!({ "type": "array", "items": self.of(id) }),
            (false, Some(length)) => {
                json!({ "type": "array", "items": self.of(id), "minItems": length, "maxItems": length })
            }
        }
    }

    /// An event: a variant that holds nothing but another enum is the subject, the variant inside is the kind, and the
    /// kind says which fields there are.
    fn events(&mut self, id: u32) -> Value {
        let TypeDef::Variant(subjects) = self.ty(id).type_def else { panic!("an event is a subject's") };
        let (mut kinds, mut rules) = (Vec::new(), Vec::new());
        for subject in subjects.variants {
            let [inner] = &subject.fields[..] else { panic!("{subject:?}") };
            let TypeDef::Variant(events) = self.ty(inner.ty.id).type_def else { panic!("{subject:?}") };
            for event in events.variants {
                let fields = if event.fields.is_empty() { object([]) } else { self.fields(&event.fields) };
                let told = json!({ "fields": fields, "subject": { "const": kebab(&subject.name) } });
                rules.push(json!({
                    "if": { "properties": { "kind": { "const": event.name } } },
                    "then": { "properties": told },
                }));
                kinds.push(event.name);
            }
        }
        let members = [("kind", json!({ "enum": kinds })), ("subject", json!(true)), ("fields", json!(true))];
        let mut event = object(members.map(|(name, schema)| (name.to_owned(), schema)));
        event["allOf"] = rules.into();
        event
    }
}

fn common(name: &str) -> Value {
    json!({ "$ref": format!("common.json#/$defs/{name}") })
}

fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let members: Vec<_> = members.into_iter().collect();
    let names: Vec<String> = members.iter().map(|(name, _)| name.clone()).collect();
    let members: BTreeMap<String, Value> = members.into_iter().collect();
    json!({ "additionalProperties": false, "properties": members, "required": names, "type": "object" })
}

/// Exactly these values.
fn all(values: Vec<Value>) -> Value {
    json!({ "maxItems": values.len(), "minItems": values.len(), "prefixItems": values, "type": "array" })
}

fn primitive(primitive: &TypeDefPrimitive) -> Value {
    let number = |most: u32| json!({ "maximum": most, "minimum": 0, "type": "integer" });
    match primitive {
        TypeDefPrimitive::Bool => json!({ "type": "boolean" }),
        TypeDefPrimitive::U8 => number(u8::MAX.into()),
        TypeDefPrimitive::U16 => number(u16::MAX.into()),
        TypeDefPrimitive::U32 => number(u32::MAX),
        TypeDefPrimitive::U64 => common("u64"),
        TypeDefPrimitive::U128 => common("u128"),
        other => panic!("no type of the protocol has {other:?}"),
    }
}

#[test]
fn the_schema_of_facts_is_the_committed_one() {
    let (registry, root) = facts::registry::<Record>();
    let TypeDef::Composite(record) = &registry.resolve(root).unwrap().type_def else { panic!("a record has fields") };
    let event = record.fields.iter().find(|field| field.name.as_deref() == Some("event")).unwrap().ty.id;
    let is_action = |ty: &Type<PortableForm>| ty.path.segments == ["greatseal_protocol", "action", "Action"];
    let action = registry.types.iter().find(|known| is_action(&known.ty)).unwrap().id;
    let mut schemas = Schemas { registry, defs: BTreeMap::new() };
    let (events, actions) = (schemas.events(event), schemas.of(action));
    schemas.defs.extend([("event".to_owned(), events), ("action".to_owned(), actions)]);
    let file = json!({
        "$defs": schemas.defs,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Facts of events and actions, made from the types of the protocol",
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol/schemas/facts.json");
    golden(&path, &(serde_json::to_string_pretty(&file).unwrap() + "\n"));
}

#[test]
fn the_schemas_of_documents_are_the_committed_ones() {
    fn written<T: JsonSchema>(name: &str, title: &str) {
        let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
        schema.insert("title".into(), title.into());
        schema.insert("$comment".into(), "docs/protocol/documents.md; at most 64 KiB in its canonical form".into());
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol/schemas").join(name);
        golden(&path, &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    }
    written::<Document>("document.json", "A proposal's document");
    written::<Draft>("document-draft.json", "A document as its author writes it");
}
