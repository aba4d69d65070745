//! The line of a signature.

use super::{Key, KeyId, KeyName};
use crate::text::{from_base64, to_base64};
use std::fmt;

/// An em dash and a space.
const BEGINS: &str = "— ";

/// A signature as it stands in a note: whose it says it is, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: KeyName,
    id: KeyId,
    bytes: Vec<u8>,
}

impl Signature {
    pub(crate) fn new(name: KeyName, id: KeyId, bytes: &[u8]) -> Self {
        Self { name, id, bytes: bytes.to_vec() }
    }

    /// Reads a line without its newline.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(BEGINS)?.split_once(' ')?;
        let name = KeyName::new(name).ok()?;
        let decoded = from_base64(encoded)?;
        let (id, bytes) = decoded.split_first_chunk::<4>()?;
        (!bytes.is_empty()).then(|| Self { name, id: KeyId::new(*id), bytes: bytes.to_vec() })
    }

    /// Name of the key that is said to have signed.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Id of the key that is said to have signed.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the key has made, without the id.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Length of the line without its newline.
    pub(crate) fn length(&self) -> usize {
        let encoded = self.bytes.len().saturating_add(4).div_ceil(3).saturating_mul(4);
        [BEGINS.len(), self.name.as_str().len(), 1, encoded].into_iter().fold(0, usize::saturating_add)
    }

    /// Whether it says that it is of this key.
    #[must_use]
    pub fn names<const TYPE: u8>(&self, key: &Key<TYPE>) -> bool {
        self.id == key.id() && self.name == *key.name()
    }
}

/// The line without its newline.
impl fmt::Display for Signature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed = [self.id.bytes().as_slice(), &self.bytes].concat();
        write!(out, "{BEGINS}{} {}", self.name, to_base64(&signed))
    }
}
