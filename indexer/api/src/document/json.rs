//! JSON of documents: read without ambiguity, its one form, and what people do not see in it.

use super::{LARGEST, MAX, NoDocument, SCHEMA};
use greatseal_facts::strict;
use greatseal_printable::hidden;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Canonical bytes (RFC 8785) of any JSON: the indexer keeps what a proposal names, of whatever schema.
///
/// # Errors
///
/// [`NoDocument::Unreadable`] where it is no JSON, a name stands twice, or an integer is larger than doubles hold;
/// [`NoDocument::TooLong`].
pub fn canonical(bytes: &[u8]) -> Result<Vec<u8>, NoDocument> {
    let value = strict::value(bytes).map_err(unreadable)?;
    let canonical = serde_json_canonicalizer::to_vec(&value).map_err(unreadable)?;
    if canonical.len() > MAX {
        return Err(NoDocument::TooLong(canonical.len()));
    }
    Ok(canonical)
}

/// The first text of a JSON value that holds what people do not see, keys among them.
///
/// # Errors
///
/// [`NoDocument::Unreadable`], [`NoDocument::Hidden`].
pub fn visible(bytes: &[u8]) -> Result<(), NoDocument> {
    look(&serde_json::from_slice(bytes).map_err(unreadable)?, "the document")
}

/// A document or a draft: every name once, this schema, whole numbers only.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NoDocument> {
    let value = strict::value(bytes).map_err(unreadable)?;
    // Of another schema it is told that, and not which of its fields is unknown here.
    match value.get("schema") {
        Some(Value::String(name)) if name != SCHEMA => return Err(NoDocument::OtherSchema(name.clone())),
        _ => {}
    }
    whole(&value, "")?;
    serde_json::from_value(value).map_err(unreadable)
}

/// A text that says something, and all that people see.
pub(super) fn shown(text: &str, field: &str) -> Result<(), NoDocument> {
    seen(text, field)?;
    if text.trim().is_empty() { Err(NoDocument::Empty(field.to_owned())) } else { Ok(()) }
}

/// That no text in it holds what people do not see.
pub(super) fn look(value: &Value, path: &str) -> Result<(), NoDocument> {
    match value {
        Value::String(text) => seen(text, path),
        Value::Array(list) => {
            list.iter().enumerate().try_for_each(|(index, entry)| look(entry, &format!("{path}[{index}]")))
        }
        Value::Object(map) => map.iter().try_for_each(|(key, entry)| {
            seen(key, &format!("a name in {path}"))?;
            look(entry, &format!("{path}.{key}"))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn seen(text: &str, field: &str) -> Result<(), NoDocument> {
    match hidden(text) {
        Some(hidden) => Err(NoDocument::Hidden { field: field.to_owned(), hidden }),
        None => Ok(()),
    }
}

/// That every number in it is whole, and not larger than every reader takes for the same.
fn whole(value: &Value, path: &str) -> Result<(), NoDocument> {
    match value {
        Value::Number(number) if number.as_u64().is_some_and(|number| number <= LARGEST) => Ok(()),
        Value::Number(_) => Err(NoDocument::NotWhole(path.trim_start_matches('.').to_owned())),
        Value::Array(list) => {
            list.iter().enumerate().try_for_each(|(index, entry)| whole(entry, &format!("{path}[{index}]")))
        }
        Value::Object(map) => map.iter().try_for_each(|(key, entry)| whole(entry, &format!("{path}.{key}"))),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

fn unreadable(error: serde_json::Error) -> NoDocument {
    NoDocument::Unreadable(error.to_string())
}
