//! JSON Schemas of the parts that are no types of the answers: texts, and what has a schema of its own.

use super::{Hex, Text};
use crate::dead_end::Gap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::{any::type_name, borrow::Cow};

/// The integers that are written as decimal text.
const INTEGERS: [&str; 2] = ["u64", "u128"];

impl<T> JsonSchema for Text<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        type_name::<Self>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        if INTEGERS.contains(&type_name::<T>()) {
            json_schema!({ "type": "string", "pattern": "^(0|[1-9][0-9]*)$" })
        } else {
            json_schema!({ "type": "string" })
        }
    }
}

impl<const SIZE: usize> JsonSchema for Hex<SIZE> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        type_name::<Self>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let digits = SIZE.saturating_mul(2);
        json_schema!({ "type": "string", "pattern": format!("^[0-9a-f]{{{digits}}}$") })
    }
}

impl JsonSchema for Gap {
    fn schema_name() -> Cow<'static, str> {
        "Gap".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": { "gap": { "type": "string" }, "council": { "type": ["string", "null"] } },
            "required": ["gap", "council"],
        })
    }
}

/// Facts of an event, beside which there are other fields.
pub(super) fn event(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "properties": {
            "kind": { "type": "string" },
            "subject": { "type": "string" },
            "fields": { "type": "object" },
        },
        "required": ["kind", "subject", "fields"],
    })
}

/// Facts of an action.
pub(super) fn action(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "../facts.json#/$defs/action" })
}

/// Rows of the audit database.
pub(super) fn rows(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "$ref": "../event-row.json" } })
}

/// A document in which something may be left out.
pub(super) fn draft(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "../document-draft.json" })
}

/// Values that a proposal replaces, or none.
pub(super) fn maybe_values(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [{ "$ref": "../document.json#/$defs/Changes/properties/values" }, { "type": "null" }] })
}

/// A proposal's document, or none.
pub(super) fn maybe_document(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [{ "$ref": "../document.json" }, { "type": "null" }] })
}
