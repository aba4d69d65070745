//! From a file and switches to one typed value: every key is known, every value is parsed once.

use super::{ConfigError, Key, Kind, Origin, near};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};
use toml::{
    Table, Value,
    de::{DeTable, DeValue},
};

/// Longest file in bytes.
const MAX: u64 = 64 * 1024;

/// What has been said so far.
#[derive(Clone, Debug)]
pub struct Draft {
    keys: &'static [Key],
    file: Option<PathBuf>,
    said: BTreeMap<&'static str, (Value, Origin)>,
}

/// A configuration, and where its values come from.
#[derive(Clone, Debug)]
pub struct Settled<C> {
    /// What holds.
    pub config: C,
    pub(super) keys: &'static [Key],
    pub(super) file: Option<PathBuf>,
    pub(super) origins: BTreeMap<&'static str, Origin>,
}

impl Draft {
    /// Begins with a file, or with nothing.
    ///
    /// # Errors
    ///
    /// Whatever is not one of the keys, or has another type than its key.
    pub fn begin(keys: &'static [Key], file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut draft = Self { keys, file: file.map(Path::to_owned), said: BTreeMap::new() };
        if let Some(path) = file {
            draft.take(path, &read(path)?)?;
        }
        Ok(draft)
    }

    fn take(&mut self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let line = |offset: usize| text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
        let document = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            path: path.to_owned(),
            line: error.span().map_or(1, |span| line(span.start)),
            reason: error.message().to_owned(),
        })?;
        for (section, content) in document.get_ref() {
            let (name, at) = (section.get_ref().as_ref(), line(section.span().start));
            let DeValue::Table(content) = content.get_ref() else {
                return Err(self.unknown(path, at, "", name));
            };
            if !self.keys.iter().any(|key| key.split().0 == name) {
                let first = content.keys().next();
                let (at, inner) = first.map_or((at, ""), |key| (line(key.span().start), key.get_ref().as_ref()));
                return Err(self.unknown(path, at, name, inner));
            }
            for (inner, value) in content {
                let at = line(inner.span().start);
                let known = self.keys.iter().find(|key| key.split() == (name, inner.get_ref().as_ref()));
                let Some(key) = known else { return Err(self.unknown(path, at, name, inner.get_ref())) };
                let value = typed(key, value.get_ref(), path).map_err(|reason| ConfigError::Value {
                    place: format!("{}:{at}", path.display()),
                    key: key.path.into(),
                    reason: reason.into(),
                })?;
                self.said.insert(key.path, (value, Origin::File { line: at }));
            }
        }
        Ok(())
    }

    fn unknown(&self, path: &Path, line: usize, section: &str, name: &str) -> ConfigError {
        let path = path.to_owned();
        let key = if section.is_empty() || name.is_empty() {
            format!("{section}{name}")
        } else {
            format!("{section}.{name}")
        };
        let near = near::nearest(self.keys, section, name);
        if near::is_secret(name) && !near::is_misspelt_file(self.keys, name) {
            let files = self.keys.iter().filter(|key| key.kind == Kind::SecretFile);
            let instead: Vec<_> = files.map(|key| format!("`{} = \"FILE\"`", key.split().1)).collect();
            return ConfigError::InlineSecret { path, line, key, instead: instead.join(" or ") };
        }
        let inside: Vec<_> = self.keys.iter().filter(|key| key.split().0 == section).map(|key| key.split().1).collect();
        let mut sections: Vec<_> = self.keys.iter().map(|key| format!("[{}]", key.split().0)).collect();
        sections.dedup();
        let known = if inside.is_empty() { sections.join(", ") } else { inside.join(", ") };
        ConfigError::UnknownKey { path, line, key, near, known }
    }

    /// A switch wins over the file; nothing given changes nothing.
    pub fn switch(&mut self, path: &'static str, value: Option<impl Into<Value>>) {
        let Some(value) = value else { return };
        let switch = self.keys.iter().find(|key| key.path == path).and_then(|key| key.switch);
        self.said.insert(path, (value.into(), Origin::Switch(switch.unwrap_or(path))));
    }

    /// Takes the path that a switch gives. A relative path starts at the working folder.
    ///
    /// # Errors
    ///
    /// Where it is not UTF-8, which no configuration can hold.
    pub fn switch_path(&mut self, path: &'static str, value: Option<PathBuf>) -> Result<(), ConfigError> {
        let text = value.map(PathBuf::into_os_string).map(OsString::into_string).transpose();
        let text = text.map_err(|_| ConfigError::Value {
            place: "the command line".into(),
            key: path.into(),
            reason: "the path is not UTF-8".into(),
        })?;
        self.switch(path, text);
        Ok(())
    }

    /// A switch that replaces a whole section.
    pub fn switch_section(&mut self, switch: &'static str, section: &str, values: &[(&'static str, String)]) {
        self.said.retain(|path, _| path.split_once('.').is_none_or(|(of, _)| of != section));
        for (path, value) in values {
            self.said.insert(path, (Value::String(value.clone()), Origin::Switch(switch)));
        }
    }

    /// A variable of the environment wins over the file.
    pub fn environment(&mut self, path: &'static str, variable: &'static str, value: Option<String>) {
        if let Some(value) = value {
            self.said.insert(path, (Value::String(value), Origin::Environment(variable)));
        }
    }

    /// The typed configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`], [`ConfigError::Value`].
    pub fn settle<C: DeserializeOwned>(self) -> Result<Settled<C>, ConfigError> {
        if let Some(key) = self.keys.iter().find(|key| key.required && !self.said.contains_key(key.path)) {
            let path = self.file.clone().unwrap_or_default();
            return Err(ConfigError::Missing { path, key: key.path, switch: key.switch.unwrap_or(key.path) });
        }
        let mut whole = Table::new();
        for (path, (value, _)) in &self.said {
            let (section, name) = path.split_once('.').unwrap_or((path, ""));
            let section = whole.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                section.insert(name.to_owned(), value.clone());
            }
        }
        let config = serde_path_to_error::deserialize(Value::Table(whole)).map_err(|error| {
            let path = error.path().to_string();
            let within = |known: &&&str| **known == path || known.starts_with(&format!("{path}."));
            let origin = self.said.keys().find(within).and_then(|known| self.said.get(known)).map(|(_, origin)| origin);
            let place = origin.map_or_else(|| "the configuration".into(), |origin| origin.place(self.file.as_deref()));
            ConfigError::Value { place, key: path, reason: error.inner().message().trim().to_owned() }
        })?;
        let origins = self.said.into_iter().map(|(path, (_, origin))| (path, origin)).collect();
        Ok(Settled { config, keys: self.keys, file: self.file, origins })
    }
}

impl Origin {
    /// In words; a line with its file.
    pub(super) fn place(&self, file: Option<&Path>) -> String {
        match self {
            Self::File { line } => format!("{}:{line}", file.unwrap_or(Path::new("")).display()),
            Self::Switch(switch) => (*switch).to_owned(),
            Self::Environment(variable) => (*variable).to_owned(),
            Self::Default => "default".into(),
        }
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable { path: path.to_owned(), reason };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let read = file.take(MAX + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    match u64::try_from(read) {
        Ok(length) if length <= MAX => Ok(text),
        _ => Err(unreadable("it is longer than 64 KiB".into())),
    }
}

/// The value, if it has the key's type; a path as seen from the file's folder. The reason never repeats the value.
fn typed(key: &Key, value: &DeValue<'_>, file: &Path) -> Result<Value, &'static str> {
    match (key.kind, value) {
        (Kind::Text, DeValue::String(text)) => Ok(Value::String(text.to_string())),
        (Kind::Path | Kind::SecretFile, DeValue::String(text)) if text.is_empty() => Err("the path is empty"),
        (Kind::Path | Kind::SecretFile, DeValue::String(text)) => {
            let path = crate::birth::folder(file).join(text.as_ref()).into_os_string();
            path.into_string().map(Value::String).map_err(|_| "the configuration file's folder is not UTF-8")
        }
        (Kind::Flag, DeValue::Boolean(flag)) => Ok(Value::Boolean(*flag)),
        (Kind::Number, DeValue::Integer(number)) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            number.map(Value::Integer).map_err(|_| "give a whole number")
        }
        (Kind::Text, _) => Err("give a text in quotes"),
        (Kind::Path | Kind::SecretFile, _) => Err("give a path in quotes"),
        (Kind::Flag, _) => Err("give true or false, without quotes"),
        (Kind::Number, _) => Err("give a whole number, without quotes"),
    }
}
