//! JSON Schemas of the parts whose form the types do not tell: texts, and values of the protocol.

use super::{Changes, Kind, LARGEST, SCHEMA};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// Values that an action replaces: the form of what they are of, their type, and whether there may be none before or after.
const VALUES: [(&str, &str, bool); 13] = [
    ("route:[0-9]+", "facts.json#/$defs/route.Economics", true),
    ("compliance:[0-9]+", "facts.json#/$defs/route.Compliance", true),
    ("row:[a-z0-9 -]+", "facts.json#/$defs/row.Row", true),
    ("seat:[A-Za-z0-9:-]+", "facts.json#/$defs/genesis.NewSeat", true),
    ("entry:[a-z0-9:-]+", "facts.json#/$defs/registry.Registered", true),
    ("release:[a-z0-9-]+", "facts.json#/$defs/registry.Running", true),
    ("program:[0-9]+", "facts.json#/$defs/program.Terms", true),
    ("rules:[0-9]+:[0-9]+", "facts.json#/$defs/program.RuleSet", true),
    ("line:[0-9]+:[0-9]+", "facts.json#/$defs/line.LineTerms", true),
    ("phase:[A-Za-z0-9 ]+", "facts.json#/$defs/council.Phase", false),
    ("parameter:[a-z0-9-]+", "common.json#/$defs/u64", true),
    ("profile:micronode", "common.json#/$defs/u64", true),
    ("dispute:[A-Za-z0-9:.-]+", "common.json#/$defs/u64", false),
];

pub(super) fn name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": SCHEMA })
}

/// One line of visible characters; a schema sees the most dangerous of the others only.
pub(super) fn text(_: &mut SchemaGenerator) -> Schema {
    const SEEN: &str = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*";
    json_schema!({ "type": "string", "pattern": format!(r"^{SEEN}\S{SEEN}$") })
}

pub(super) fn seat(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "common.json#/$defs/SeatId" })
}

pub(super) fn scope(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "common.json#/$defs/Scope" })
}

pub(super) fn hash(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "common.json#/$defs/hash" })
}

pub(super) fn commit(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": "^(?:[0-9a-f]{40}|[0-9a-f]{64})$" })
}

pub(super) fn size(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 0, "maximum": LARGEST })
}

pub(super) fn seconds(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
}

pub(super) fn kind(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Kind>()
}

pub(super) fn changes(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Changes>()
}

pub(super) fn action(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "$ref": "facts.json#/$defs/action" })
}

pub(super) fn values(_: &mut SchemaGenerator) -> Schema {
    let typed = VALUES.iter().map(|(of, ty, maybe)| {
        let ty = json!({ "$ref": ty });
        let value = if *maybe { json!({ "anyOf": [{ "type": "null" }, ty] }) } else { ty };
        changed(of, &value)
    });
    let size = changed("council:[A-Za-z0-9 ]+", &json!({ "type": "integer", "minimum": 0, "maximum": u8::MAX }));
    let each: Vec<Value> = typed.chain([size]).collect();
    json_schema!({ "type": "array", "items": { "oneOf": each } })
}

fn changed(of: &str, value: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "of": { "type": "string", "pattern": format!("^{of}$") },
            "old": value,
            "new": value,
        },
        "required": ["of", "old", "new"],
        "additionalProperties": false,
    })
}
