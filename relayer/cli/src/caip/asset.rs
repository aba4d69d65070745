//! Assets: `chain/namespace:reference`, or `chain/namespace:reference/token`.

use super::{
    NotCaip,
    chain::{ChainId, Family},
    consists, eip55, namespace,
};
use crate::number::{NotWhole, whole};
use greatseal_protocol::{
    bytes::{AssetHash, to_hex},
    hash,
};
use std::fmt;

/// Namespaces of `eip155` whose references are contracts.
const CONTRACTS: [&str; 3] = ["erc20", "erc721", "erc1155"];

/// An asset in its one spelling: addresses of `eip155` in lower case, numbers without a zero in front.
///
/// The contract knows assets by the hash of this text. With two spellings one asset would have two hashes, and every limit
/// that is kept for an asset would be kept twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset(String);

impl Asset {
    /// Reads an asset such as `eip155:1/slip44:60` or `eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7`.
    ///
    /// # Errors
    ///
    /// [`NotCaip`].
    pub fn parse(text: &str) -> Result<Self, NotCaip> {
        let (chain, asset) = text.split_once('/').ok_or(NotCaip::Asset)?;
        let chain = ChainId::parse(chain).map_err(|reason| match reason {
            NotCaip::Chain => NotCaip::Asset,
            other => other,
        })?;
        let (kind, rest) = asset.split_once(':').ok_or(NotCaip::Asset)?;
        let (reference, token) = match rest.split_once('/') {
            Some((reference, token)) => (reference, Some(token)),
            None => (rest, None),
        };
        let sound = namespace(kind)
            && consists(reference, "-.%", 1, 128)
            && token.is_none_or(|token| consists(token, "-.%", 1, 78));
        if !sound {
            return Err(NotCaip::Asset);
        }
        let ethereum = chain.family() == Family::Ethereum;
        let reference = match kind {
            "slip44" => number(reference)?.to_owned(),
            // What looks like an address has the rules of one, under any name.
            _ if ethereum && (CONTRACTS.contains(&kind) || reference.to_ascii_lowercase().starts_with("0x")) => {
                format!("0x{}", to_hex(&eip55::parse(reference)?))
            }
            _ => reference.to_owned(),
        };
        let token = match token {
            Some(token) if ethereum => format!("/{}", number(token)?),
            Some(token) => format!("/{token}"),
            None => String::new(),
        };
        Ok(Self(format!("{chain}/{kind}:{reference}{token}")))
    }

    /// What the contract knows it by: SHA-256 of its text.
    pub fn hash(&self) -> AssetHash {
        AssetHash(hash::sha256(&[self.0.as_bytes()]))
    }
}

/// Digits in their one spelling; token numbers have up to 78 of them, more than any integer here.
fn number(text: &str) -> Result<&str, NotCaip> {
    match whole::<u128>(text) {
        Ok(_) | Err(NotWhole::TooLarge) => Ok(text),
        Err(reason) => Err(NotCaip::Number(reason)),
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
