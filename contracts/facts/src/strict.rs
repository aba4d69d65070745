//! JSON of which every reader makes the same: no name twice, no integer that a double cannot hold (RFC 8785, section 3.1).
//!
//! Holds with and without serde_json's `arbitrary_precision`, which other crates of a build may switch on.

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, value::RawValue};
use std::{collections::BTreeSet, fmt};

/// Largest integer up to which doubles hold every one.
const EXACT: u64 = 1 << 53;

/// A JSON value without ambiguity.
///
/// # Errors
///
/// No JSON, a name that stands twice, an integer above 2^53, a number that no double is near.
pub fn value(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let Unique = serde_json::from_slice(bytes)?;
    let value = serde_json::from_slice(bytes)?;
    match inexact(&value) {
        None => Ok(value),
        Some(number) => Err(serde_json::Error::custom(format_args!(
            "{number} is not one that every reader takes for the same: write it as a string"
        ))),
    }
}

/// An object in which no name stands twice, at any depth: of two values a reader could see the one that was not compared.
pub(crate) fn object<'de, D: Deserializer<'de>>(input: D) -> Result<Map<String, Value>, D::Error> {
    let text = Box::<RawValue>::deserialize(input)?;
    match value(text.get().as_bytes()).map_err(D::Error::custom)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(D::Error::custom("the fields of an event are an object")),
    }
}

/// The first number that doubles do not hold.
fn inexact(value: &Value) -> Option<&Number> {
    match value {
        Value::Number(number) => (!exact(number)).then_some(number),
        Value::Array(list) => list.iter().find_map(inexact),
        Value::Object(map) => map.values().find_map(inexact),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

fn exact(number: &Number) -> bool {
    match (number.as_u64(), number.as_i64()) {
        (Some(value), _) => value <= EXACT,
        (None, Some(value)) => value.unsigned_abs() <= EXACT,
        (None, None) => number.as_f64().is_some_and(f64::is_finite),
    }
}

/// JSON in which no object has a name twice; nothing of it is kept.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Unique;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Unique, A::Error> {
        while let Some(Unique) = list.next_element()? {}
        Ok(Unique)
    }

    // A number comes as an object of one name where `arbitrary_precision` is on.
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Unique, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            if names.contains(&name) {
                let _: IgnoredAny = entries.next_value()?;
                return Err(A::Error::custom(format_args!("the name `{name}` stands twice")));
            }
            let Unique = entries.next_value()?;
            names.insert(name);
        }
        Ok(Unique)
    }
}
