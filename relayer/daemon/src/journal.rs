//! The journal in SQLite: durable before it answers, one writer.
//!
//! Evidence and work are two things. The evidence (attempts, transactions, outcomes) is append-only and grows for ever; the
//! queue holds what is open. Both change in one database transaction, and no step reads more than what is open.

mod backup;
mod evidence;
mod file;
mod queue;
mod trail;

pub use backup::back_up;
pub use file::Kind;

use crate::error::RelayerError;
use greatseal_protocol::{
    bytes::EnvelopeDigest,
    command::{Capacity, Command},
    council::Council,
    key::Key,
};
use sqlx::{Connection as _, SqliteConnection};
use std::fs::File;

/// An envelope that waits to be submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Number of the attempt.
    pub attempt: i64,
    /// The envelope's digest.
    pub envelope: EnvelopeDigest,
    /// Its bytes, with the companion's signature where it came with one.
    pub bytes: Vec<u8>,
    /// How often it was looked at in vain.
    pub tries: u32,
}

/// A transaction whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the journal.
    pub tx: i64,
    /// Its hash.
    pub hash: [u8; 32],
    /// The account's nonce in it.
    pub nonce: u64,
    /// The last finalised block when it was made.
    pub born: u64,
    /// First block in which it can no longer be.
    pub dies: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It took effect.
    Applied,
    /// The contract refused it, or its bytes prove that no contract takes it.
    Refused,
    /// It was given up.
    Failed,
}

/// What became of an attempt: only what a finalised block shows, or what the bytes themselves prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// Number of the refusal.
    pub refusal: Option<u16>,
    /// In words.
    pub reason: Option<String>,
    /// The transaction, where one was paid for.
    pub tx: Option<i64>,
    /// The block that holds it, or at which it was proved.
    pub block: Option<u64>,
    /// `seq` of its first event.
    pub seq: Option<u64>,
}

/// Why an attempt waits: an expectation, never an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Stable word for the kind of reason.
    pub code: String,
    /// Number of the contract's refusal, where it would refuse.
    pub refusal: Option<u16>,
    /// In words.
    pub reason: String,
    /// The finalised block at which this was found.
    pub block: u64,
    /// Second of this machine's clock from which it is looked at again.
    pub not_before: i64,
}

/// An attempt that is not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Whether a transaction in flight carries it.
    pub in_flight: bool,
    /// First second of block time in which the contract no longer takes it.
    pub expiry: i64,
    /// What it waits for, where that is known.
    pub waiting: Option<Waiting>,
}

/// Latest attempt of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: i64,
    /// Its bytes, with the companion's signature where it came with one.
    pub bytes: Vec<u8>,
    /// Hash of the last transaction that carries or carried it.
    pub transaction: Option<[u8; 32]>,
    /// What became of it, if that is known.
    pub outcome: Option<Outcome>,
    /// Where it stands in the queue, if it is open.
    pub open: Option<Open>,
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In this block, with success.
    Succeeded(u64),
    /// In this block, undone.
    Failed(u64),
    /// It can no longer come: every finalised block in which it could be was searched.
    Expired,
}

/// What becomes of an attempt when the transaction that carried it has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// It is decided.
    Decided(Outcome),
    /// It waits again, and is looked at again from this second on.
    Again {
        /// Whether a fee was paid for nothing.
        paid: bool,
        /// Why.
        waiting: Waiting,
    },
}

/// What the queue must know of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key that signed it.
    pub signer: String,
    /// First second of block time in which the contract no longer takes it.
    pub expiry: i64,
    /// Lower ones go first.
    pub priority: i64,
}

/// How much is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Load {
    /// Attempts that are not decided.
    pub open: u32,
    /// Those among them that a transaction in flight carries.
    pub in_flight: u32,
    /// Those of one key.
    pub of_signer: u32,
}

/// The journal, until it is closed.
#[derive(Debug)]
pub struct Journal {
    writer: Option<SqliteConnection>,
    /// Transactions since the write-ahead log was folded in.
    written: u32,
    /// Locked until the journal is closed: one account has one writer.
    lock: Option<File>,
}

impl Verdict {
    /// The word in the journal.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Reads the word in the journal.
    fn read(word: &str) -> Result<Self, RelayerError> {
        match word {
            "applied" => Ok(Self::Applied),
            "refused" => Ok(Self::Refused),
            "failed" => Ok(Self::Failed),
            _ => Err(RelayerError::Damaged),
        }
    }
}

impl Outcome {
    /// A verdict of which nothing more is known.
    pub fn of(verdict: Verdict) -> Self {
        Self { verdict, refusal: None, reason: None, tx: None, block: None, seq: None }
    }
}

impl Entry {
    /// Of a command and the key that signed it.
    pub fn of(key: &Key, command: &Command) -> Self {
        Self {
            signer: key.to_string(),
            expiry: i64::try_from(command.expiry).unwrap_or(i64::MAX),
            priority: match command.capacity {
                Capacity::Seat { seat, .. } if seat.council == Council::Emergency => 0,
                Capacity::Seat { .. } => 1,
                Capacity::Anyone => 2,
            },
        }
    }

    /// Of bytes that cannot be read: looked at last.
    pub(crate) fn unreadable() -> Self {
        Self { signer: String::new(), expiry: i64::MAX, priority: 3 }
    }
}

impl Journal {
    fn writer(&mut self) -> Result<&mut SqliteConnection, RelayerError> {
        self.writer.as_mut().ok_or(RelayerError::Journal(sqlx::Error::PoolClosed))
    }

    async fn begin(&mut self) -> Result<sqlx::Transaction<'_, sqlx::Sqlite>, RelayerError> {
        self.written = self.written.saturating_add(1);
        Ok(self.writer()?.begin().await?)
    }
}

fn hash(text: &str) -> Result<[u8; 32], RelayerError> {
    greatseal_protocol::bytes::parse_hex(text).map_err(|_| RelayerError::Damaged)
}

fn signed(value: u64) -> Result<i64, RelayerError> {
    i64::try_from(value).map_err(|_| RelayerError::Damaged)
}

fn unsigned(value: i64) -> Result<u64, RelayerError> {
    u64::try_from(value).map_err(|_| RelayerError::Damaged)
}

/// A count that may not be negative.
fn count(value: i64) -> Result<u32, RelayerError> {
    u32::try_from(value).map_err(|_| RelayerError::Damaged)
}
