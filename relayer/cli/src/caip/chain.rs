//! Chains: `namespace:reference`.

use super::{NotCaip, consists, namespace};
use crate::number::whole;
use std::fmt;

/// The namespace of the chains that EIP-155 numbers.
const EIP155: &str = "eip155";
/// The namespace of the chains that are built with the Polkadot SDK.
const POLKADOT: &str = "polkadot";

/// A chain in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainId {
    text: String,
    family: Family,
}

/// Whose rules hold for addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Numbered by EIP-155.
    Ethereum,
    /// Named by its genesis hash.
    Polkadot,
    /// Any other: only the grammar is known here.
    Other,
}

impl ChainId {
    /// Reads a chain such as `eip155:1`.
    ///
    /// # Errors
    ///
    /// [`NotCaip`].
    pub fn parse(text: &str) -> Result<Self, NotCaip> {
        let (space, reference) = text.split_once(':').ok_or(NotCaip::Chain)?;
        if !namespace(space) || !consists(reference, "-_", 1, 32) {
            return Err(NotCaip::Chain);
        }
        let family = match space {
            EIP155 => match whole::<u64>(reference) {
                Ok(1..) => Family::Ethereum,
                Ok(0) | Err(_) => return Err(NotCaip::ChainNumber),
            },
            POLKADOT => {
                let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                if reference.len() != 32 || !reference.bytes().all(digit) {
                    return Err(NotCaip::Genesis);
                }
                Family::Polkadot
            }
            _ => Family::Other,
        };
        Ok(Self { text: text.to_owned(), family })
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    pub(super) fn family(&self) -> Family {
        self.family
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
