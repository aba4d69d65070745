//! One spelling of accounts and transactions on rails, and the 32 bytes by which the contract knows them.
//!
//! The table is in `docs/protocol/bytes.md`, by CAIP-2 namespace. Whatever is spelled in another way is refused: two
//! spellings of one account would be two accounts for every limit, list and freeze.

use crate::{
    bytes::{Label, to_hex},
    hash::sha256,
};
use alloc::format;
use core::fmt;

/// An account's or a transaction's text has not the one spelling of its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSpelled;

impl fmt::Display for NotSpelled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(
            "not the one spelling: eip155:1:0x and lower-case digits, polkadot:GENESIS:64 digits, or RAIL:NAME:LABEL",
        )
    }
}

impl core::error::Error for NotSpelled {}

/// Whose rules hold.
enum Family {
    Ethereum,
    Polkadot,
    /// A rail of its own.
    Rail,
}

/// The 32 bytes of an account, from its CAIP-10 text: its key on a chain of `polkadot`, the SHA-256 of the text elsewhere.
///
/// # Errors
///
/// [`NotSpelled`].
pub fn account(text: &str) -> Result<[u8; 32], NotSpelled> {
    let (family, address) = split(text)?;
    match family {
        Family::Ethereum => {
            let digits = address.strip_prefix("0x").ok_or(NotSpelled)?;
            let zeros = digits.bytes().all(|digit| digit == b'0');
            hex(digits, 40).filter(|()| !zeros).ok_or(NotSpelled)?;
            Ok(sha256(&[text.as_bytes()]))
        }
        Family::Polkadot => key(address).filter(|key| *key != [0; 32]).ok_or(NotSpelled),
        Family::Rail => Label::new(address).map(|_| sha256(&[text.as_bytes()])).ok_or(NotSpelled),
    }
}

/// The 32 bytes of a transaction, from its chain and its name there: the hash itself on a chain of `eip155`, the SHA-256 of
/// the text elsewhere. On a chain of `polkadot` it is block and place, because the hash of an extrinsic is not unique.
///
/// # Errors
///
/// [`NotSpelled`].
pub fn transaction(text: &str) -> Result<[u8; 32], NotSpelled> {
    let (family, name) = split(text)?;
    let sound = match family {
        Family::Ethereum => return name.strip_prefix("0x").and_then(key).ok_or(NotSpelled),
        Family::Polkadot => {
            name.split_once('-').is_some_and(|(block, place)| number(block).is_some() && number(place).is_some())
        }
        Family::Rail => reference(name),
    };
    if sound { Ok(sha256(&[text.as_bytes()])) } else { Err(NotSpelled) }
}

/// A reference of 1 to 35 characters of the ISO 20022 set: neither ends in a space, nor has a slash at an end or two.
fn reference(text: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "/-?:().,'+ ".contains(letter);
    let edges = text.starts_with([' ', '/']) || text.ends_with([' ', '/']);
    (1..=35).contains(&text.len()) && text.chars().all(known) && !edges && !text.contains("//")
}

/// The namespace's family, and what stands behind the chain.
fn split(text: &str) -> Result<(Family, &str), NotSpelled> {
    let mut parts = text.splitn(3, ':');
    let (Some(space), Some(chain), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NotSpelled);
    };
    let plain = |part: &str, others: &str, least: usize, most: usize| {
        let known = |letter: char| letter.is_ascii_alphanumeric() || others.contains(letter);
        (least..=most).contains(&part.len()) && part.chars().all(known)
    };
    let lower = !space.contains(|letter: char| letter.is_ascii_uppercase());
    if !lower || !plain(space, "-", 3, 8) || !plain(chain, "-_", 1, 32) {
        return Err(NotSpelled);
    }
    let family = match space {
        "eip155" if number(chain).is_some_and(|number| number > 0) => Family::Ethereum,
        "polkadot" if hex(chain, 32).is_some() => Family::Polkadot,
        "eip155" | "polkadot" => return Err(NotSpelled),
        _ => Family::Rail,
    };
    Ok((family, rest))
}

/// A decimal number in its only text form.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| format!("{number}") == text)
}

/// Exactly so many lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<()> {
    let lower = text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    (lower && text.len() == digits).then_some(())
}

/// Thirty-two bytes in lower-case hexadecimal.
fn key(text: &str) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = crate::bytes::parse_hex(text).ok()?;
    (to_hex(&bytes) == text).then_some(bytes)
}
