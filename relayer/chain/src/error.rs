//! What can go wrong with a chain, and what to do about it.

/// An error variant is a decision: see [`ChainError::help`] and [`ChainError::passing`].
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Nothing answers.
    #[error("cannot reach the node at {url}: {reason}")]
    Unreachable {
        /// Where.
        url: String,
        /// What was seen.
        reason: String,
    },
    /// The node does not answer as asked; it may be restarting or have no such block.
    #[error("the node does not answer: {0}")]
    Reading(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The node's answer has another shape than its metadata says.
    #[error("the node's answer cannot be decoded: {0}")]
    Undecodable(String),
    /// The transaction was refused before it entered the pool.
    #[error("the node refuses the transaction: {0}")]
    Refused(String),
    /// The call would fail; no fee was paid.
    #[error("the call would fail: {0}")]
    WouldFail(String),
    /// The contract refused to be deployed.
    #[error("the contract refuses its genesis: {0}")]
    NotDeployed(String),
    /// The account could not sign.
    #[error("the account cannot sign: {0}")]
    Account(String),
    /// Not the account of a development chain.
    #[error("`{0}` is not a development account")]
    NoSuchAccount(String),
    /// The transaction did not come into a finalised block while it was valid.
    #[error("the transaction did not come into a finalised block until block {0}")]
    NotIncluded(u64),
    /// No block of the chain has room for the call; nothing was sent.
    #[error("the call needs {need}, no block has room for more than {most}")]
    TooHeavy {
        /// What its dry run needs.
        need: crate::Weight,
        /// What the chain's constants leave.
        most: crate::Weight,
    },
    /// It was sent, and no block had room for it while it was valid.
    #[error("no block had room for the call: it needs {need}, blocks surely have {sure} to spare")]
    NoRoom {
        /// What its dry run needs.
        need: crate::Weight,
        /// What the last blocks left.
        sure: crate::Weight,
    },
    /// There is no contract at the address.
    #[error("there is no contract at 0x{0}")]
    NoContract(greatseal_protocol::bytes::ContractAddress),
}

impl ChainError {
    pub(crate) fn reading(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Reading(Box::new(error))
    }

    /// Whether the same request may succeed later without anybody doing anything.
    pub fn passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Reading(_))
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "start the node, or name another one with --node ws://HOST:PORT",
            Self::Reading(_) => "look at the node's log; it may be starting, or keep no old blocks",
            Self::Undecodable(_) => "the chain needs pallet-revive with the API of Polkadot SDK 2025 or later",
            Self::Refused(_) => "look at the account's balance and nonce, then try again",
            Self::WouldFail(_) => "the reason comes from the chain; nothing was paid",
            Self::NotDeployed(_) => "mend the seats file; nothing was deployed",
            Self::Account(_) => "unlock the account's token, then try again",
            Self::NoSuchAccount(_) => {
                "use dev:alice, dev:bob, dev:charlie, dev:dave, dev:eve or dev:ferdie on a devnet"
            }
            Self::NotIncluded(_) => "raise the fee or look at the node's pool; the nonce is free again",
            Self::TooHeavy { .. } | Self::NoRoom { .. } => {
                "leave councils out of a deployment, or choose a chain with more room in its blocks; nothing was paid"
            }
            Self::NoContract(_) => "compare the address with the deployment file, and the node with the chain",
        }
    }
}
