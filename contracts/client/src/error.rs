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
    /// The node did not take the transaction into its pool. It may be in another node's, or in a block.
    #[error("the node does not take the transaction: {0}")]
    Refused(NotTaken),
    /// The account cannot pay; nothing was sent.
    #[error("the account {account} has {has}, and needs {needs}")]
    NoMoney {
        /// Its address.
        account: String,
        /// What it can spend.
        has: String,
        /// What it takes.
        needs: String,
    },
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
    /// It was sent, and the node was lost before it was final: it may be in a block.
    #[error("the transaction 0x{} that makes the contract {contract} was sent, and whether a block has it is not known: {reason}", greatseal_protocol::bytes::to_hex(.transaction))]
    Unsettled {
        /// Where the contract is if a block has it.
        contract: greatseal_protocol::bytes::ContractAddress,
        /// Hash of the transaction.
        transaction: [u8; 32],
        /// What the node said last.
        reason: String,
    },
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

/// What a node's pool said of a transaction, kept whole. It says nothing about what becomes of the transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// What to make of it.
    pub class: PoolClass,
    /// The node's own words, with its number and what it adds.
    pub words: String,
}

/// Answers of a pool, by what they are a reason for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolClass {
    /// The account cannot pay the fee.
    Money,
    /// The nonce is used already: by these very bytes in a block, or by others.
    Outdated,
    /// Banned for a while, the pool is full, another transaction has the nonce, or anything else: wait and send again.
    Wait,
}

/// "Invalid Transaction" (Polkadot SDK, `sc-rpc-api`, `author::error`).
const INVALID: i32 = 1010;

impl NotTaken {
    /// Reads a pool's error: its number, its message, and what stands in `data`.
    pub(crate) fn of(code: i32, message: &str, data: Option<&str>) -> Self {
        // A string in most nodes; shown as it is where it is none.
        let data = data.map(|text| serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned()));
        let class = match (code, data.as_deref()) {
            (INVALID, Some(why)) if why.contains("pay some fees") => PoolClass::Money,
            (INVALID, Some(why)) if why.contains("outdated") => PoolClass::Outdated,
            _ => PoolClass::Wait,
        };
        let more = data.map(|text| format!(": {text}")).unwrap_or_default();
        Self { class, words: format!("{message} ({code}){more}") }
    }
}

impl std::fmt::Display for NotTaken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.words)
    }
}

/// Whether a dispatch error says that an account has too little money.
pub fn lacks_money(reason: &str) -> bool {
    ["NotEnoughFunds", "FundsUnavailable", "InsufficientBalance", "BelowMinimum"]
        .iter()
        .any(|name| reason.contains(name))
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
            Self::NoMoney { .. } => {
                "send money to this account (on a development chain: greatseal key fund ADDRESS --amount 10), or pay with another one"
            }
            Self::WouldFail(_) => "the reason comes from the chain; nothing was paid",
            Self::NotDeployed(_) => "mend the seats file; nothing was deployed",
            Self::Account(_) => "unlock the account's token, then try again",
            Self::NoSuchAccount(_) => {
                "use dev:alice, dev:bob, dev:charlie, dev:dave, dev:eve or dev:ferdie on a devnet"
            }
            Self::Unsettled { .. } => "ask a node for the transaction before anything else: it may be paid for",
            Self::NotIncluded(_) => "raise the fee or look at the node's pool; the nonce is free again",
            Self::TooHeavy { .. } | Self::NoRoom { .. } => {
                "leave councils out of a deployment, or choose a chain with more room in its blocks; nothing was paid"
            }
            Self::NoContract(_) => "compare the address with the deployment file, and the node with the chain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pools_words_are_kept_whole_and_sorted_by_what_they_are_a_reason_for() {
        let poor = "\"Inability to pay some fees (e.g. account balance too low)\"";
        let told = NotTaken::of(1010, "Invalid Transaction", Some(poor));
        assert_eq!(told.class, PoolClass::Money);
        assert_eq!(told.words, "Invalid Transaction (1010): Inability to pay some fees (e.g. account balance too low)");
        let outdated = NotTaken::of(1010, "Invalid Transaction", Some("\"Transaction is outdated\""));
        assert_eq!(outdated.class, PoolClass::Outdated);
        for (code, message) in
            [(1012, "Transaction is temporarily banned"), (1016, "Immediately Dropped"), (1014, "Low")]
        {
            let told = NotTaken::of(code, message, None);
            assert_eq!((told.class, told.words), (PoolClass::Wait, format!("{message} ({code})")));
        }
        assert_eq!(
            NotTaken::of(1010, "Invalid Transaction", Some("{\"a\":1}")).words,
            "Invalid Transaction (1010): {\"a\":1}"
        );
    }

    #[test]
    fn money_is_told_from_other_dispatch_errors() {
        assert!(lacks_money("Revive.StorageDepositNotEnoughFunds") && lacks_money("Token (FundsUnavailable ())"));
        assert!(!lacks_money("Revive.ContractTrapped"));
    }
}
