//! Answers of the indexer.

use crate::spelling::{decimal, maybe_decimal};
use greatseal_facts::EventFacts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a service is not well: a word that stays, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable word, such as `node_unreachable`.
    pub code: String,
    /// What is the matter.
    pub text: String,
}

/// The last thing that went wrong, whether it is over or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// Stable word.
    pub code: String,
    /// What was the matter.
    pub text: String,
    /// When, in seconds since the Unix epoch by this machine's clock.
    #[serde(with = "decimal")]
    pub at: u64,
}

/// What a service knows of its node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeHealth {
    /// Last final block that it told of.
    #[serde(with = "decimal")]
    pub finalized: u64,
    /// Seconds since it last answered; null before its first answer.
    #[serde(with = "maybe_decimal")]
    pub answered_seconds_ago: Option<u64>,
}

/// How far the index lies behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lag {
    /// Final blocks that the node told of and that are not in the database yet.
    #[serde(with = "decimal")]
    pub blocks: u64,
    /// Seconds between the last block in the database and this machine's clock; null before the first block.
    #[serde(with = "maybe_decimal")]
    pub seconds: Option<u64>,
}

/// How far long work is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Items that are done.
    #[serde(with = "decimal")]
    pub done: u64,
    /// All items, as far as they are known.
    #[serde(with = "decimal")]
    pub total: u64,
    /// Items a second since it began.
    #[serde(with = "decimal")]
    pub per_second: u64,
    /// Seconds until it is done, at this rate; null before the first item.
    #[serde(with = "maybe_decimal")]
    pub seconds_left: Option<u64>,
}

/// `GET /health` and `GET /ready` of the indexer. It is no evidence: an indexer of an earlier version leaves out what has a
/// default, and a later one may say more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`; `behind` where blocks are missing; `degraded` where node or database do not answer and are tried again;
    /// `stopped` where following has ended and somebody must act.
    pub status: String,
    /// Whether `/ready` answers 200.
    #[serde(default)]
    pub ready: bool,
    /// Why it is not `ok`.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// The node.
    #[serde(default)]
    pub node: NodeHealth,
    /// How far the index lies behind it.
    #[serde(default)]
    pub lag: Lag,
    /// `ok`, `waiting` where the database is tried again, or `failed`.
    #[serde(default)]
    pub database: String,
    /// The last thing that went wrong since the start.
    pub last_error: Option<LastError>,
    /// `standard` or `micronode`, as chosen at construction; null before the deployment's own event is in.
    pub profile: Option<String>,
    /// Last block in the database.
    #[serde(with = "decimal")]
    pub indexed_to: u64,
    /// Last finalised block seen.
    #[serde(with = "decimal")]
    pub finalized: u64,
    /// Number of events in the database.
    #[serde(with = "decimal")]
    pub events: u64,
    /// Root of the log's tree.
    pub head: String,
    /// Leaves and blocks from before the snapshot with which this run began, while they are judged; null once all of them
    /// are. No checkpoint is signed meanwhile.
    #[serde(default)]
    pub verification: Option<Work>,
    /// Blocks that are being indexed; null where no more than ten are missing.
    #[serde(default)]
    pub backfill: Option<Work>,
    /// The log's checkpoints; null where none are signed.
    #[serde(default)]
    pub checkpoint: Option<CheckpointHealth>,
    /// Deployment id.
    pub deployment: String,
    /// Contract address.
    pub contract: String,
    /// Hash of the chain's block 0.
    pub chain_genesis: String,
    /// Hash of the code that the contract runs, which is the deployment file's.
    pub code_hash: String,
}

impl Health {
    /// The reasons in one sentence.
    pub fn why(&self) -> String {
        self.reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// How the log's checkpoints are. None of it is evidence: the checkpoint itself is, at `GET /log/checkpoint`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointHealth {
    /// The key that signs them, as a vkey.
    pub key: String,
    /// Number of events of the last one that is published; null before the first.
    #[serde(with = "maybe_decimal")]
    pub size: Option<u64>,
    /// Seconds since it was signed, or since as many witnesses as are needed have seen it; null before the first.
    #[serde(with = "maybe_decimal")]
    pub age_seconds: Option<u64>,
    /// Number of events of the last one that is signed; null before the first.
    #[serde(with = "maybe_decimal")]
    pub signed: Option<u64>,
    /// How many witnesses have to cosign; 0 where there are none.
    #[serde(with = "decimal")]
    pub quorum: u64,
    /// The witnesses, as they answered last.
    #[serde(default)]
    pub witnesses: Vec<WitnessHealth>,
    /// Why none could be signed, at the last attempt.
    pub reason: Option<Reason>,
}

/// How a witness is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessHealth {
    /// Name of its key.
    pub name: String,
    /// Number of events of the last checkpoint that it has cosigned; null before its first answer since the start.
    #[serde(with = "maybe_decimal")]
    pub cosigned: Option<u64>,
    /// Why it has not cosigned, at the last attempt.
    pub reason: Option<Reason>,
}

/// One row of `GET /v1/events`. It is no evidence: the log is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRow {
    /// The contract's sequence number.
    pub seq: String,
    /// Block time in seconds.
    pub at: String,
    /// How the command came in.
    pub door: String,
    /// Digest of the envelope that brought it, where one did.
    pub envelope: Option<String>,
    /// Key of the actor.
    pub actor: Option<String>,
    /// The proposal that it is about.
    pub proposal: Option<String>,
    /// What happened.
    pub event: EventFacts,
    /// The event in words, for people: labels and values. They may change or be left out, and are never compared.
    #[serde(default)]
    pub words: Vec<(String, String)>,
    /// Height of the block.
    #[serde(with = "decimal")]
    pub block_number: u64,
    /// Hash of the block.
    pub block_hash: String,
    /// Time of the block in milliseconds since the Unix epoch.
    #[serde(with = "decimal")]
    pub time_ms: u64,
    /// Index of the transaction.
    pub extrinsic_index: u32,
    /// Index of the event.
    pub event_index: u32,
    /// BLAKE2-256 of the transaction's bytes, as explorers name it.
    pub transaction: String,
    /// SCALE bytes of the record.
    pub record: String,
    /// Hash of its leaf in the log (RFC 9162): SHA-256(`0x00` ‖ leaf).
    pub leaf: String,
}

/// `GET /v1/events?after=SEQ&limit=N`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPage {
    /// Rows by `seq`.
    pub events: Vec<EventRow>,
    /// Value for `after` that continues; none at the end.
    pub next: Option<String>,
    /// Last block in the database.
    #[serde(with = "decimal")]
    pub indexed_to: u64,
}

/// How a content is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Held {
    /// In plain.
    Public,
    /// Encrypted to its readers: whether it is the right one, only they can tell.
    Restricted,
    /// Not at all.
    None,
}

/// A content that a record names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedContent {
    /// What it is, such as `reason`.
    pub kind: String,
    /// By what it is known, such as `sha256:…`.
    pub address: String,
    /// How it is held.
    pub held: Held,
}

/// What a record names: `GET /v1/contents?seq=N`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordContents {
    /// Number of the record.
    #[serde(with = "decimal")]
    pub seq: u64,
    /// What it names.
    pub contents: Vec<NamedContent>,
}

/// `GET /v1/contents/missing`: what records name and nobody has brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingPage {
    /// Records, each with what is missing of it. There may be few, or none, on a page that is not the last: a page looks at some thousand
    /// records, and at no more.
    pub records: Vec<RecordContents>,
    /// Value for `after` that continues; none at the end.
    pub next: Option<String>,
    /// Last block in the database.
    #[serde(with = "decimal")]
    pub indexed_to: u64,
}

/// `GET /v1/contents/{address}?restricted`: ciphertexts by the SHA-256 of their bytes, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ciphertexts {
    /// Their names.
    pub restricted: Vec<String>,
}

/// One proposal of `GET /v1/proposals` and `GET /v1/proposals/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRow {
    /// Id, such as `12.S0.1`.
    pub id: String,
    /// Where it stands at `status_at`.
    pub status: String,
    /// Second for which the status holds.
    pub status_at: String,
    /// Digest that approvers sign.
    pub digest: String,
    /// Row of the policy table.
    pub row: String,
    /// The action as typed facts ([`greatseal_facts`]).
    pub action: Value,
    /// The action in words, for people: labels and values.
    #[serde(default)]
    pub words: Vec<(String, String)>,
    /// SCALE bytes of the action: what `execute` gives again.
    pub action_bytes: String,
    /// SHA-256 of the document.
    pub document: String,
    /// Whether the document's bytes are here; without them the proposal is not to be approved.
    pub document_held: bool,
    /// Key of the author.
    pub author: String,
    /// When it was opened.
    pub opened_at: String,
    /// Second from which decisions are no longer taken.
    pub approve_by: String,
    /// First second in which it may be executed, once the quorum stands.
    pub eta: Option<String>,
    /// Second from which it may no longer be executed.
    pub execute_by: Option<String>,
    /// Seats that approve.
    pub approve: Vec<String>,
    /// Seats that reject.
    pub reject: Vec<String>,
}

/// `GET /v1/proposals`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalPage {
    /// Proposals, newest first.
    pub proposals: Vec<ProposalRow>,
    /// Value for `before` that continues; none at the end.
    pub next: Option<String>,
    /// Last block in the database.
    #[serde(with = "decimal")]
    pub indexed_to: u64,
}
