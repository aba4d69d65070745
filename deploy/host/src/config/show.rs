//! The effective configuration, with the origin of every value. It can be read as a configuration file again.

use super::{Key, Kind, Origin, Settled};
use serde::Serialize;
use std::fmt::Write as _;
use toml::{Table, Value};

impl<C: Serialize> Settled<C> {
    /// Where a key's value comes from.
    pub fn origin(&self, path: &str) -> Origin {
        self.origins.get(path).cloned().unwrap_or(Origin::Default)
    }

    /// The configuration as a file; each line says where its value comes from.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut section = "";
        for (path, value) in self.values() {
            let (of, name) = path.split_once('.').unwrap_or((path, ""));
            if of != section {
                let gap = if section.is_empty() { "" } else { "\n" };
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{gap}[{of}]");
                section = of;
            }
            let line = format!("{name} = {value}");
            let _ = writeln!(text, "{line:<56} # {}", self.origin(path).place(self.file.as_deref()));
        }
        text
    }

    /// The configuration as one JSON object.
    pub fn to_json(&self) -> serde_json::Value {
        let keys = self.values().into_iter().map(|(path, value)| {
            let from = match self.origin(path) {
                Origin::File { line } => serde_json::json!({ "value": value, "from": "file", "line": line }),
                Origin::Switch(switch) => serde_json::json!({ "value": value, "from": "switch", "switch": switch }),
                Origin::Environment(variable) => {
                    serde_json::json!({ "value": value, "from": "environment", "variable": variable })
                }
                Origin::Default => serde_json::json!({ "value": value, "from": "default" }),
            };
            (path.to_owned(), from)
        });
        let keys: serde_json::Map<_, _> = keys.collect();
        serde_json::json!({ "config": self.file, "keys": keys })
    }

    /// Every key that holds something, in the order of the table of keys.
    fn values(&self) -> Vec<(&'static str, Value)> {
        let whole = Table::try_from(&self.config).unwrap_or_default();
        let value = |key: &Key| {
            let (section, name) = key.split();
            match (key.kind, whole.get(section)?.get(name)?) {
                // What it means does not depend on the folder from which it is read again.
                (Kind::Path | Kind::SecretFile, Value::String(path)) => {
                    let absolute =
                        std::path::absolute(path).ok().and_then(|path| path.into_os_string().into_string().ok());
                    Some(Value::String(absolute.unwrap_or_else(|| path.clone())))
                }
                (_, value) => Some(value.clone()),
            }
        };
        self.keys.iter().filter_map(|key| Some((key.path, value(key)?))).collect()
    }
}
