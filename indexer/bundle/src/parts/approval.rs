//! A signed approval as a line of its own, in the shape of a DSSE envelope.
//!
//! It is none: a member signs 45 bytes that name domain, key and command, and not the pre-authentication encoding of DSSE. Payload
//! types of its own say so, and `docs/protocol/log.md` says how such a line is verified.

use super::{door, envelope};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use greatseal_log::evidence::Cause;
use greatseal_protocol::{
    bytes::{ContractAddress, to_hex},
    envelope::Envelope,
    event::Record,
    key::Signature,
};
use serde::Serialize;

/// The payload is the bytes of a signed envelope.
pub const ENVELOPE: &str = "application/vnd.greatseal.envelope.v1";
/// The payload is the bytes of a signed transaction of the chain.
pub const TRANSACTION: &str = "application/vnd.greatseal.transaction.v1";

/// A signed approval.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Approval {
    /// Whose it is; null where the record names nobody.
    actor: Option<String>,
    /// Block time of its first record, in seconds.
    at: String,
    /// The contract that it is signed for.
    contract: String,
    /// How it came in.
    door: &'static str,
    /// Digest of the envelope; null for a transaction of the member's account.
    envelope: Option<String>,
    /// Kind of its first record of this sort.
    event: &'static str,
    /// What was signed, with its signature: base 64.
    payload: String,
    /// [`ENVELOPE`] or [`TRANSACTION`].
    payload_type: &'static str,
    /// The proposal that the record is about, where it is about one.
    proposal: Option<String>,
    /// Name of this form.
    schema: &'static str,
    /// Number of that record.
    seq: String,
    /// The member's signature; none beside a transaction, which has it inside.
    signatures: Vec<Signed>,
}

/// A signature by a key.
#[derive(Clone, Debug, Serialize)]
struct Signed {
    /// The key.
    keyid: String,
    /// Base 64.
    sig: String,
}

impl Approval {
    pub(super) fn of(record: &Record, cause: &Cause, contract: ContractAddress) -> Self {
        let (payload, payload_type, signatures) = match cause {
            Cause::Envelope(bytes) => (&**bytes, ENVELOPE, signed(bytes).into_iter().collect()),
            Cause::Transaction(bytes) => (&**bytes, TRANSACTION, Vec::new()),
            Cause::Same => (&[][..], TRANSACTION, Vec::new()),
        };
        Self {
            actor: record.actor.map(|key| key.to_string()),
            at: record.at.to_string(),
            contract: to_hex(&contract.0),
            door: door(record.door),
            envelope: envelope(record.door).map(|digest| digest.to_string()),
            event: record.event.kind(),
            payload: STANDARD.encode(payload),
            payload_type,
            proposal: record.event.proposal().map(|id| id.to_string()),
            schema: super::Part::Approvals.schema(),
            seq: record.seq.to_string(),
            signatures,
        }
    }
}

/// The signature in an envelope; none where the bytes are no envelope, which whoever verifies has found by then.
fn signed(bytes: &[u8]) -> Option<Signed> {
    let envelope = Envelope::parse(bytes).ok()?;
    let sig = match envelope.signature {
        Signature::Ed25519(bytes) => STANDARD.encode(bytes),
        // `r ‖ s`: the third number is the key's second coordinate, which follows from the key.
        Signature::P256(bytes) => STANDARD.encode(bytes.get(..64)?),
    };
    Some(Signed { keyid: envelope.key.to_string(), sig })
}
