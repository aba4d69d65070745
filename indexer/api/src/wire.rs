//! Requests and answers of the indexer and the relayer.

use serde::{Deserialize, Serialize};

/// Every refused request: 4xx or 5xx with a code that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable word for the kind of problem.
    pub code: String,
    /// What happened.
    pub error: String,
    /// What to do next.
    pub help: String,
}

/// `GET /health` of the indexer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`, `behind` or `stopped`.
    pub status: String,
    /// Why it stopped, where it did.
    pub reason: Option<String>,
    /// `standard` or `micronode`, as chosen at construction; nothing before the deployment's own event is in.
    pub profile: Option<String>,
    /// Last block in the database.
    pub indexed_to: u64,
    /// Last finalised block seen.
    pub finalized: u64,
    /// Number of events in the database.
    pub events: String,
    /// Hash of the last row.
    pub head: String,
    /// Deployment id.
    pub deployment: String,
    /// Contract address.
    pub contract: String,
    /// Hash of the chain's block 0.
    pub chain_genesis: String,
    /// Hash of the code that the contract runs, which is the deployment file's.
    pub code_hash: String,
}

/// One row of `GET /v1/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Kind of event.
    pub kind: String,
    /// The proposal that it is about.
    pub proposal: Option<String>,
    /// Label and value pairs: the event in words.
    pub fields: Vec<(String, String)>,
    /// Height of the block.
    pub block_number: u64,
    /// Hash of the block.
    pub block_hash: String,
    /// Index of the transaction.
    pub extrinsic_index: u32,
    /// Index of the event.
    pub event_index: u32,
    /// SCALE bytes of the record.
    pub record: String,
    /// Hash of the row before.
    pub previous: String,
    /// Hash of this row.
    pub hash: String,
}

/// `GET /v1/events?after=SEQ&limit=N`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPage {
    /// Rows by `seq`.
    pub events: Vec<EventRow>,
    /// Value for `after` that continues; none at the end.
    pub next: Option<String>,
    /// Last block in the database.
    pub indexed_to: u64,
}

/// One proposal of `GET /v1/proposals` and `GET /v1/proposals/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The action in words.
    pub action: Vec<(String, String)>,
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
pub struct ProposalPage {
    /// Proposals, newest first.
    pub proposals: Vec<ProposalRow>,
    /// Value for `before` that continues; none at the end.
    pub next: Option<String>,
    /// Last block in the database.
    pub indexed_to: u64,
}

/// `POST /v1/envelopes` of the relayer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Envelope bytes in hexadecimal.
    pub envelope: String,
}

/// State of an envelope in the relayer's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeState {
    /// Its digest.
    pub envelope: String,
    /// `accepted`, `submitted`, `applied`, `refused` or `failed`.
    pub state: String,
    /// Number of the refusal.
    pub refusal: Option<u16>,
    /// The refusal, or the failure, in a sentence.
    pub reason: Option<String>,
    /// Whether a fee was paid.
    pub fee_paid: bool,
    /// Transaction hash.
    pub transaction: Option<String>,
    /// Block that holds it.
    pub block_number: Option<u64>,
    /// `seq` of its first event.
    pub seq: Option<String>,
    /// The envelope with its companion's signature, as it came, where it came with one.
    #[serde(default)]
    pub companioned: Option<String>,
}
