//! Accounts: `namespace:reference:address`.

use super::{
    NotCaip,
    chain::{ChainId, Family},
    consists, eip55,
};
use greatseal_protocol::bytes::to_hex;
use std::fmt;

/// An account on a chain, as it was written.
///
/// The spelling is kept, because a manifest commits to it. Two spellings of one account are found with [`AccountId::same`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountId {
    text: String,
    chain: ChainId,
    known: Known,
}

/// What is known of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The 20 bytes of an address of Ethereum.
    Ethereum([u8; 20]),
    /// The 32 bytes of an account of the Polkadot SDK.
    Polkadot([u8; 32]),
    /// Only that it has the form of an address: its namespace is not known here.
    Form,
}

impl AccountId {
    /// Reads an account such as `eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb`.
    ///
    /// # Errors
    ///
    /// [`NotCaip`].
    pub fn parse(text: &str) -> Result<Self, NotCaip> {
        let (chain, address) = text.rsplit_once(':').ok_or(NotCaip::Account)?;
        let chain = ChainId::parse(chain).map_err(|reason| match reason {
            NotCaip::Chain => NotCaip::Account,
            other => other,
        })?;
        if !consists(address, "-.%", 1, 128) {
            return Err(NotCaip::Account);
        }
        let known = match chain.family() {
            Family::Ethereum => Known::Ethereum(eip55::parse(address)?),
            Family::Polkadot => {
                let account = greatseal_client::parse_address(address).ok_or(NotCaip::Ss58)?;
                if account == [0; 32] {
                    return Err(NotCaip::Zero);
                }
                Known::Polkadot(account)
            }
            Family::Other => Known::Form,
        };
        Ok(Self { text: text.to_owned(), chain, known })
    }

    /// The text that all spellings of this account share.
    pub fn same(&self) -> String {
        match &self.known {
            Known::Ethereum(address) => format!("{}:0x{}", self.chain, to_hex(address)),
            Known::Polkadot(account) => format!("{}:0x{}", self.chain, to_hex(account)),
            Known::Form => self.text.clone(),
        }
    }

    /// What is known of its address.
    pub fn known(&self) -> Known {
        self.known
    }

    /// Its chain.
    pub fn chain(&self) -> &ChainId {
        &self.chain
    }

    /// Its text, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
