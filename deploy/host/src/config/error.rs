//! What is wrong with a configuration, and what to do about it. No sentence repeats what may be a secret.

use std::path::PathBuf;

/// Exit code of a program whose configuration cannot be used.
const BAD_INPUT: u8 = 3;

/// An error variant is a decision: see [`ConfigError::help`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file is not TOML.
    #[error("{}:{line}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says; without the line's own text, which may hold a secret.
        reason: String,
    },
    /// There is no such key or section.
    #[error("{}:{line}: there is no key `{key}`", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key as it was written, with its section.
        key: String,
        /// What was probably meant.
        near: Option<&'static str>,
        /// What the section takes; all sections, where it is none.
        known: String,
    },
    /// A secret stands in the file, or its name says so.
    #[error("{}:{line}: `{key}` would be a secret in a configuration file", path.display())]
    InlineSecret {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key as it was written, with its section.
        key: String,
        /// Keys that name files with secrets.
        instead: String,
    },
    /// A value is not one that the key takes.
    #[error("{place}: `{key}`: {reason}")]
    Value {
        /// File and line, or the switch.
        place: String,
        /// The key.
        key: String,
        /// Why.
        reason: String,
    },
    /// The program cannot start without the key.
    #[error("{}: there is no `{key}`", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// The switch that gives it as well.
        switch: &'static str,
    },
}

impl ConfigError {
    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "name a TOML file of at most 64 KiB that this account may read, with --config".into()
            }
            Self::Syntax { .. } => "write `[section]` and `key = \"value\"` lines; docs/config has every key".into(),
            Self::UnknownKey { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::UnknownKey { known, .. } => format!("known here: {known}"),
            Self::InlineSecret { instead, .. } if instead.is_empty() => {
                "remove it: this program needs no secret; if the secret is real, change it now".into()
            }
            Self::InlineSecret { instead, .. } => format!(
                "write it to a file that only its owner may read and name that file with {instead}; \
                 if the secret is real, change it now"
            ),
            Self::Value { .. } => "docs/config has every key with its unit and an example".into(),
            Self::Missing { key, switch, .. } => format!("set `{key}` in the file, or give {switch}"),
        }
    }

    /// Exit code of the program.
    pub fn exit_code(&self) -> u8 {
        BAD_INPUT
    }
}
