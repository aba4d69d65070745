//! Accounts: `namespace:reference:address`, in the one spelling of their namespace.

use super::{
    NotCaip,
    chain::{ChainId, Family},
    consists, eip55,
};
use greatseal_protocol::{bytes::to_hex, spelling};
use std::fmt;

/// An account in its one spelling (`docs/protocol/bytes.md`), so that two texts are two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountId {
    text: String,
    chain: ChainId,
}

/// Why a text is no account in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAccount {
    /// It is no account at all.
    Caip(NotCaip),
    /// It names this account in another spelling.
    Spelled(String),
    /// On a rail of its own an account is a party's label, and this is none.
    Label,
}

impl AccountId {
    /// Reads an account such as `eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb`.
    ///
    /// # Errors
    ///
    /// [`NotAccount`]. Checksums of other spellings (EIP-55, SS58) are looked at, so that whoever is told of the one spelling
    /// has made no typing error.
    pub fn parse(text: &str) -> Result<Self, NotAccount> {
        let (chain, address) = text.rsplit_once(':').ok_or(NotCaip::Account)?;
        let chain = ChainId::parse(chain).map_err(|reason| match reason {
            NotCaip::Chain => NotCaip::Account,
            other => other,
        })?;
        if spelling::account(text).is_ok() {
            return Ok(Self { text: text.to_owned(), chain });
        }
        Err(other(&chain, address))
    }

    /// Whether only its form can be looked at: nobody says here which labels a rail of its own has.
    pub fn form_only(&self) -> bool {
        self.chain.family() == Family::Other
    }

    /// Its chain.
    pub fn chain(&self) -> &ChainId {
        &self.chain
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What an address is that has not the one spelling.
fn other(chain: &ChainId, address: &str) -> NotAccount {
    if !consists(address, "-.%", 1, 128) {
        return NotAccount::Caip(NotCaip::Account);
    }
    match chain.family() {
        Family::Ethereum => match eip55::parse(address) {
            Ok(bytes) => NotAccount::Spelled(format!("{chain}:0x{}", to_hex(&bytes))),
            Err(reason) => NotAccount::Caip(reason),
        },
        Family::Polkadot => match greatseal_client::parse_address(address) {
            Some(key) if key == [0; 32] => NotAccount::Caip(NotCaip::Zero),
            Some(key) => NotAccount::Spelled(format!("{chain}:{}", to_hex(&key))),
            None => NotAccount::Caip(NotCaip::Ss58),
        },
        Family::Other => NotAccount::Label,
    }
}

impl From<NotCaip> for NotAccount {
    fn from(reason: NotCaip) -> Self {
        Self::Caip(reason)
    }
}

impl fmt::Display for NotAccount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caip(reason) => reason.fmt(out),
            Self::Spelled(one) => write!(out, "has another spelling than the one of this account, `{one}`"),
            Self::Label => {
                out.write_str("has an address that is no party's label on this rail: 1 to 32 of a-z, 0-9 and -")
            }
        }
    }
}

impl std::error::Error for NotAccount {}

impl fmt::Display for AccountId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
