//! What commands answer: typed fields for programs, and lines for people that are made of these fields alone.
//!
//! Fields are spelled as ADR 40 says: integers of 64 bits and more as decimal strings, bytes in hexadecimal, ids in their
//! text form, choices in kebab case. `docs/answers.md` lists every answer, and `tests/golden` has an example of each.

pub mod audit;
pub mod batch;
pub mod bridge;
pub mod chain;
pub mod content;
pub mod deploy;
pub mod dispute;
pub mod document;
pub mod escalation;
pub mod failure;
pub mod files;
pub mod key;
pub mod line;
pub mod listing;
pub mod log;
pub mod manifest;
pub mod money;
pub mod node;
pub mod outcome;
pub mod parameter;
pub mod policy;
pub mod program;
pub mod proposal;
pub mod registry;
pub mod release;
pub mod rules;
mod schema;
pub mod signed;
pub mod status;
pub mod succession;

use crate::{date::date, output::Line};
use greatseal_protocol::bytes::to_hex;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::fmt;

/// The answer of a command.
pub trait Answer: Serialize + JsonSchema {
    /// The answer for people.
    fn lines(&self) -> Vec<Line>;
}

/// A value in its only text form: decimal digits, hexadecimal digits or an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<T>(pub T);

impl Text<u64> {
    /// A second as people read it.
    pub(crate) fn date(self) -> String {
        date(self.0)
    }
}

impl<T> From<T> for Text<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: fmt::Display> fmt::Display for Text<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&self.0)
    }
}

/// Bytes that have no type of their own, such as an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hex<const SIZE: usize>(pub [u8; SIZE]);

impl<const SIZE: usize> fmt::Display for Hex<SIZE> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&to_hex(&self.0))
    }
}

impl<const SIZE: usize> Serialize for Hex<SIZE> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}
