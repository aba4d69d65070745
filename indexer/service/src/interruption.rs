//! What ends an attempt to follow the chain, and whether another attempt can help.
//!
//! Whatever may pass by itself is retried with back-off: a node that is gone, a full disk, a locked database. Whatever
//! needs somebody to act stops following: a fork, a gap, an event that cannot be decoded, another writer's rows.

use crate::{
    ledger::Breach,
    prove::Unproved,
    store::{StoreError, Trouble},
};
use greatseal_api::wire::Reason;
use greatseal_client::ChainError;
use greatseal_host::birth::NotBorn;
use greatseal_protocol::bytes::to_hex;
use greatseal_store::Error;

/// Why a node is not followed, or not any more. Nothing of it mends itself.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The node is of another chain.
    #[error("the node's chain has genesis {}, the deployment file says {}", to_hex(.found), to_hex(.expected))]
    WrongChain {
        /// The deployment file's.
        expected: [u8; 32],
        /// The node's.
        found: [u8; 32],
    },
    /// The contract runs other code.
    #[error("the contract runs code {}, the deployment file says {}", to_hex(.found), to_hex(.expected))]
    WrongCode {
        /// The deployment file's.
        expected: [u8; 32],
        /// The chain's.
        found: [u8; 32],
    },
    /// The node has the block and no longer its state.
    #[error("the node keeps no state of block {block}")]
    Pruned {
        /// The next block to be read.
        block: u64,
    },
    /// The node's bytes do not prove what it says of a block.
    #[error("the node does not prove block {block}: {reason}")]
    Unproved {
        /// The block.
        block: u64,
        /// What is not proved.
        reason: Unproved,
    },
    /// A block is not accepted.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// The chain's answer is final and no use.
    #[error(transparent)]
    Chain(ChainError),
    /// The database is not this program's alone, or not what it was.
    #[error(transparent)]
    Store(StoreError),
}

/// What ends one attempt.
#[derive(Debug, thiserror::Error)]
pub enum Interruption {
    /// The node does not answer; try again.
    #[error("{0}")]
    Lost(#[source] ChainError),
    /// The node has said nothing for too long; try again.
    #[error("the node says nothing")]
    Silent,
    /// The node has not come to the deployment's block yet; try again.
    #[error("the node has finalised block {finalized} so far; the deployment is in block {needed}")]
    TooEarly {
        /// Its last finalised block.
        finalized: u64,
        /// The deployment's.
        needed: u64,
    },
    /// The database cannot be written at the moment; try again.
    #[error("{error}")]
    Waiting {
        /// What keeps it.
        trouble: Trouble,
        /// What the database says.
        #[source]
        error: StoreError,
    },
    /// Trying again is of no use.
    #[error(transparent)]
    Stop(#[from] Stop),
}

impl From<ChainError> for Interruption {
    fn from(error: ChainError) -> Self {
        match error.passing() {
            true => Self::Lost(error),
            false => Self::Stop(Stop::Chain(error)),
        }
    }
}

impl From<StoreError> for Interruption {
    fn from(error: StoreError) -> Self {
        match error.trouble() {
            Some(trouble) => Self::Waiting { trouble, error },
            None => Self::Stop(Stop::Store(error)),
        }
    }
}

/// A stable word, its exit code, and what to do next.
pub(crate) type Verdict = (&'static str, u8, &'static str);

impl Interruption {
    /// The word, the exit code and the help.
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::Lost(error) => ("node_unreachable", 5, error.help()),
            Self::Silent => ("node_unreachable", 5, "look at the node's log, or name another one with --node"),
            Self::TooEarly { .. } => ("node_behind", 5, "wait until the node has caught up"),
            Self::Waiting { trouble, .. } => trouble_verdict(*trouble),
            Self::Stop(stop) => stop.verdict(),
        }
    }

    /// The word and the sentence for `/health`.
    pub(crate) fn reason(&self) -> Reason {
        let (code, ..) = self.verdict();
        Reason { code: code.into(), text: self.to_string() }
    }
}

impl Stop {
    /// The word, the exit code and the help.
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::WrongChain { .. } => ("wrong_chain", 7, "name a node of the deployment's chain with --node"),
            Self::WrongCode { .. } => {
                ("wrong_code", 7, "do not trust this contract; compare it with the released code")
            }
            Self::Pruned { .. } => ("state_pruned", 5, "name an archive node with --node: one that keeps every state"),
            Self::Unproved { .. } => (
                "block_unproved",
                1,
                "name another node with --node: this one makes something up, or is of another kind",
            ),
            Self::Breach(_) => {
                ("ledger_breach", 1, "keep the database and the node as they are, and find out which of them is wrong")
            }
            Self::Chain(error @ ChainError::NoContract(_)) => ("no_contract", 7, error.help()),
            Self::Chain(error) => ("chain_unusable", 1, error.help()),
            Self::Store(error) => store_verdict(error),
        }
    }

    /// The word and the sentence for `/health`, with what to do.
    pub(crate) fn reason(&self) -> Reason {
        let (code, _, help) = self.verdict();
        Reason { code: code.into(), text: format!("{self}; {help}") }
    }
}

pub(crate) fn store_verdict(error: &StoreError) -> Verdict {
    match error {
        StoreError::Database(error) => database_verdict(error),
        StoreError::OtherDeployment { .. } => {
            ("database_foreign", 7, "name the database of this deployment, or another file, with --database")
        }
        StoreError::DamagedEvent { .. } | StoreError::DamagedBlock { .. } => {
            ("ledger_damaged", 7, "keep the file as evidence, and index anew into another one")
        }
        StoreError::DamagedState { .. } => (
            "state_damaged",
            7,
            "keep the snapshot as evidence, and start again: every row is judged before anything is served",
        ),
        StoreError::Rewound { .. } => (
            "database_rewound",
            7,
            "bring the newer database back; if it is lost, index anew without [checkpoint] until /health counts as many events \
             as were signed, then start with it again: the chain gives the same leaves; never remove the file of heads",
        ),
        StoreError::OtherHistory { .. } => (
            "database_rewound",
            7,
            "keep the database and the file of heads as evidence: one of them is of another history; index anew from the chain \
             without [checkpoint] into another file, and compare",
        ),
        StoreError::Overtaken => ("database_overtaken", 1, "run one indexer for each database"),
        StoreError::Behind { .. } => (
            "database_behind",
            7,
            "bring back what was written: a replica took over that had not got all of it, or a copy was restored; where it is lost, \
             start again: what is missing comes from the chain",
        ),
        // The follower reads on by itself.
        StoreError::Stored => ("database_failing", 1, "start again: what was stored is whole"),
        StoreError::TooLarge(_) => ("database_failing", 1, "keep the file, and tell the authors"),
    }
}

pub(crate) fn database_verdict(error: &Error) -> Verdict {
    let (code, exit) = match error {
        Error::NotCreated { reason: NotBorn::Orphan(_), .. } => ("database_orphan", 1),
        Error::NotCreated { .. } | Error::Unopenable { .. } => ("database_unopenable", 1),
        Error::NotOurs { .. } => ("database_foreign", 7),
        Error::OtherSchema { .. } | Error::Newer { .. } | Error::OtherMigration { .. } | Error::NotMigrated { .. } => {
            ("database_schema", 7)
        }
        Error::Forbidden { .. } => ("database_forbidden", 7),
        Error::Unsuitable { .. } => ("database_unsuitable", 7),
        Error::Replaced { .. } => ("database_replaced", 7),
        Error::InUse { .. } => ("database_in_use", 9),
        Error::Crashed => ("database_failing", 1),
        Error::LockLost { .. }
        | Error::Replica { .. }
        | Error::Silent { .. }
        | Error::Failing(_)
        | Error::Server(_) => match error.trouble() {
            Some(trouble) => return trouble_verdict(trouble),
            None => ("database_failing", 1),
        },
    };
    (code, exit, error.help())
}

/// What waits is tried again: the help is for whoever can shorten it.
fn trouble_verdict(trouble: Trouble) -> Verdict {
    let code = match trouble {
        Trouble::Full => "database_full",
        Trouble::Busy => "database_busy",
        Trouble::Device => "database_io",
        Trouble::Lost => "database_unreachable",
    };
    (code, 1, trouble.help())
}
