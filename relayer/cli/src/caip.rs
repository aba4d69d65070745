//! Chains, accounts and assets by the names that the Chain Agnostic Standards Alliance gives them (CAIP-2, CAIP-10, CAIP-19).
//!
//! Their grammar alone lets typing errors through, and lets one account or asset be written in several ways. Each has one
//! spelling here. Checksums of others are looked at (EIP-55, SS58), so that the one spelling that an error names is right.

mod account;
mod asset;
mod chain;
mod eip55;
#[cfg(test)]
mod tests;

pub use account::{AccountId, NotAccount};
pub use asset::Asset;
pub use chain::ChainId;

use crate::number::NotWhole;
use std::fmt;

/// Why a text names no chain, account or asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCaip {
    /// It has not the form of a chain.
    Chain,
    /// It has not the form of an account.
    Account,
    /// It has not the form of an asset.
    Asset,
    /// The chain of `eip155` is not a decimal number above zero in its one spelling.
    ChainNumber,
    /// The chain of `polkadot` is not the first half of a genesis hash.
    Genesis,
    /// An address of `eip155` does not begin with `0x`.
    Prefix,
    /// It has another number of digits than 40.
    Length(usize),
    /// It has something else than hexadecimal digits, such as a name of a name service.
    Digits,
    /// Its capitals are not those of EIP-55.
    Capitals,
    /// Nobody has the address of zeros.
    Zero,
    /// An address of `polkadot` is not SS58 of 32 bytes with its checksum.
    Ss58,
    /// A coin type or a token number has another spelling, or is none.
    Number(NotWhole),
}

impl fmt::Display for NotCaip {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain => out.write_str("is no CAIP-2 chain such as eip155:1"),
            Self::Account => out.write_str("is no CAIP-10 account: namespace:chain:address"),
            Self::Asset => out.write_str("is no CAIP-19 asset such as eip155:1/slip44:60"),
            Self::ChainNumber => {
                out.write_str("names no chain: one of eip155 is a number above 0, without a zero in front")
            }
            Self::Genesis => {
                out.write_str("names no chain: one of polkadot is the first 32 lower-case hexadecimal digits of its genesis hash")
            }
            Self::Prefix => out.write_str("has an address that does not begin with 0x"),
            Self::Length(digits) => {
                write!(out, "has an address of {digits} digits after 0x: an address of eip155 has 40")
            }
            Self::Digits => out.write_str("has an address that is not 0x and 40 hexadecimal digits"),
            Self::Capitals => out.write_str(
                "has a typing error: the capitals are not those of EIP-55, so a digit or a letter is another than was meant",
            ),
            Self::Zero => out.write_str("has the address of zeros, which nobody has"),
            Self::Ss58 => {
                out.write_str("has a typing error: the address is not SS58 of 32 bytes, or its checksum does not fit")
            }
            Self::Number(reason) => write!(out, "has a number that {reason}"),
        }
    }
}

impl std::error::Error for NotCaip {}

/// Whether a part has between `least` and `most` characters, each alphanumeric or one of `others`.
fn consists(part: &str, others: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&part.len())
        && part.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
}

/// Whether a part is a namespace: 3 to 8 of a-z, 0-9 and -.
fn namespace(part: &str) -> bool {
    consists(part, "-", 3, 8) && !part.contains(|letter: char| letter.is_ascii_uppercase())
}
