//! Keys that verify signatures, and their text form, the vkey.
//!
//! ```text
//! vkey = NAME "+" hex(key id) "+" base64( type ‖ public key )
//! key id = SHA-256( NAME ‖ 0x0a ‖ type ‖ public key )[..4]
//! ```

use crate::text::{from_base64, to_base64};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// Type byte of Ed25519 signatures over a note's text.
const ED25519: u8 = 0x01;

/// An Ed25519 key that signs notes: type 0x01.
pub type VerifierKey = Key<ED25519>;

/// An Ed25519 key whose signatures are of one type. One key has a different id under each type.
#[derive(Clone, PartialEq, Eq)]
pub struct Key<const TYPE: u8> {
    name: KeyName,
    id: KeyId,
    public: VerifyingKey,
}

/// Name of a key: not empty, without spaces, `+` and control characters. A URL without its scheme is recommended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// First four bytes of a hash over name, type and public key. It identifies a key among those that are known, and proves
/// nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

/// A key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name is empty, or has a space, a `+` or a control character.
    #[error("a key's name is not empty and has no spaces, no + and no control characters")]
    Name,
    /// Not three parts in their one spelling.
    #[error("a key is written NAME+ID+BASE64, the id as eight lower-case hexadecimal digits")]
    Form,
    /// The key is of a different type.
    #[error("the key is of type 0x{found:02x}, wanted is 0x{wanted:02x}")]
    Type {
        /// Type byte that was read.
        found: u8,
        /// Type byte of keys that do this.
        wanted: u8,
    },
    /// The id is not that of the key.
    #[error("the id does not belong to this name and key")]
    Id,
    /// The bytes are no public key.
    #[error("the bytes are no Ed25519 public key")]
    Public,
    /// The key has a small order: anybody can sign for it.
    #[error("anybody can make signatures for this key")]
    Weak,
}

impl KeyName {
    /// A name.
    ///
    /// # Errors
    ///
    /// Where it cannot stand in a note.
    pub fn new(name: impl Into<String>) -> Result<Self, KeyError> {
        let name = name.into();
        let cannot = |one: char| one.is_whitespace() || one == '+' || one < ' ';
        if name.is_empty() || name.contains(cannot) { Err(KeyError::Name) } else { Ok(Self(name)) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyId {
    /// The id with these bytes, big-endian.
    #[must_use]
    pub const fn new(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl<const TYPE: u8> Key<TYPE> {
    /// The key with this name and these 32 bytes (RFC 8032).
    ///
    /// # Errors
    ///
    /// Where the bytes are no key, or one that anybody can sign for.
    pub fn new(name: KeyName, public: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Public)?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        let digest =
            Sha256::new().chain_update(name.as_str()).chain_update([b'\n', TYPE]).chain_update(public).finalize();
        let id = digest.first_chunk().copied().map(KeyId).ok_or(KeyError::Id)?;
        Ok(Self { name, id, public: key })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Whether these are 64 bytes that the key has made over the message. Strict: one signature has one form.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else { return false };
        self.public.verify_strict(message, &signature).is_ok()
    }
}

/// Reads a vkey.
impl<const TYPE: u8> FromStr for Key<TYPE> {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        let (name, rest) = vkey.split_once('+').ok_or(KeyError::Form)?;
        let (id, encoded) = rest.split_once('+').ok_or(KeyError::Form)?;
        let decoded = from_base64(encoded).ok_or(KeyError::Form)?;
        let (found, public) = decoded.split_first().ok_or(KeyError::Form)?;
        if *found != TYPE {
            return Err(KeyError::Type { found: *found, wanted: TYPE });
        }
        let key = Self::new(KeyName::new(name)?, public.try_into().map_err(|_| KeyError::Public)?)?;
        if key.id.to_string() == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

/// The vkey.
impl<const TYPE: u8> fmt::Display for Key<TYPE> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [[TYPE].as_slice(), self.public()].concat();
        write!(out, "{}+{}+{}", self.name, self.id, to_base64(&typed))
    }
}

impl<const TYPE: u8> fmt::Debug for Key<TYPE> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Eight lower-case hexadecimal digits.
impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}
