//! Why bytes are no document.

use super::SCHEMA;
use greatseal_printable::Hidden;

/// Why bytes are no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDocument {
    /// They are no JSON, or lack a field, or have one that does not belong there.
    #[error("{0}")]
    Unreadable(String),
    /// It names another schema.
    #[error("its schema is `{0}`, not `{SCHEMA}`")]
    OtherSchema(String),
    /// A field says nothing.
    #[error("{0} is empty")]
    Empty(String),
    /// A field holds what people do not see.
    #[error("{field}: {hidden}")]
    Hidden {
        /// The field.
        field: String,
        /// The first such character.
        hidden: Hidden,
    },
    /// A hash or a commit is not spelled as one.
    #[error("{0} is not a hash in hexadecimal digits of lower case")]
    NoHash(String),
    /// A number that is not whole, or larger than every reader takes for the same.
    #[error("{0} is no whole number up to 2^53 - 1")]
    NotWhole(String),
    /// It is longer than [`super::MAX`].
    #[error("it is {0} bytes long, more than 64 KiB")]
    TooLong(usize),
}

impl NoDocument {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable(_) | Self::Empty(_) => {
                "the document needs title, rationale, impact {security, availability, privacy}, risk, rollback and expiry {then}"
            }
            Self::OtherSchema(_) => "leave the schema out, or write the one that is asked for",
            Self::Hidden { .. } => {
                "write each text on one line of visible characters; attach longer texts by their hash"
            }
            Self::NoHash(_) => {
                "an attachment is {\"name\": \"report.pdf\", \"sha256\": \"64 digits, as sha256sum prints them\", \"size\": 4096}; a commit has 40 or 64 digits"
            }
            Self::NotWhole(_) => "write amounts as strings of decimal digits, sizes and seconds as whole numbers",
            Self::TooLong(_) => "attach long texts by their hash",
        }
    }
}
