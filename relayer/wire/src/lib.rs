//! What is said to the relayer over HTTP, and what it answers: `POST /v1/envelopes` and `GET /v1/envelopes/{digest}`.
//!
//! Unknown fields are refused on both sides: an answer is kept as evidence, and nothing may stand in it that nobody looks at.

use greatseal_spelling::maybe_decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `POST /v1/envelopes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Envelope bytes in hexadecimal.
    pub envelope: String,
    /// Whether the relayer keeps it and tries again while the contract would refuse it; otherwise it is not taken in.
    #[serde(default = "keeps")]
    pub keep: bool,
}

fn keeps() -> bool {
    true
}

/// Where an envelope stands in the relayer's journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Written down; not in a transaction.
    Accepted,
    /// In a transaction whose end is not known.
    Submitted,
    /// A finalised block shows that it took effect.
    Applied,
    /// A finalised block shows that the contract refused it, or its own bytes prove that no contract takes it.
    Refused,
    /// It can never take effect, for another reason than a rule of the contract.
    Failed,
}

impl State {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Submitted => "submitted",
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// Why an envelope waits: what is expected of it now, never an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Stable word for the kind of reason.
    pub code: String,
    /// Number of the refusal, where the contract would refuse it now.
    pub refusal: Option<u16>,
    /// In a sentence.
    pub reason: String,
    /// The finalised block at which this was found.
    #[serde(with = "maybe_decimal", default)]
    pub block_number: Option<u64>,
}

/// An envelope as the relayer's journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeState {
    /// Its digest.
    pub envelope: String,
    /// Where it stands.
    pub state: State,
    /// Number of the refusal.
    pub refusal: Option<u16>,
    /// The refusal, or the failure, in a sentence.
    pub reason: Option<String>,
    /// Whether a fee was paid.
    pub fee_paid: bool,
    /// Transaction hash.
    pub transaction: Option<String>,
    /// Block that holds it.
    #[serde(with = "maybe_decimal", default)]
    pub block_number: Option<u64>,
    /// `seq` of its first event.
    pub seq: Option<String>,
    /// The envelope with its companion's signature, as it came, where it came with one.
    #[serde(default)]
    pub companioned: Option<String>,
    /// What it waits for, while it is accepted and not submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// First second of block time in which it can no longer take effect, while it has no outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// Before the number of the contract's rule, in the code of a problem.
const REFUSAL: &str = "refusal_";

/// The code of a problem that says: the contract refuses the envelope, by this rule.
pub fn refusal_code(refusal: u16) -> String {
    format!("{REFUSAL}{refusal}")
}

/// The number of the contract's rule, where a problem's code names one.
pub fn refusal_of(code: &str) -> Option<u16> {
    code.strip_prefix(REFUSAL)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_state_has_one_word() -> Result<(), serde_json::Error> {
        for state in [State::Accepted, State::Submitted, State::Applied, State::Refused, State::Failed] {
            assert_eq!(serde_json::to_value(state)?, state.word());
            assert_eq!(serde_json::from_value::<State>(json!(state.to_string()))?, state);
        }
        for other in ["", "Applied", "applied ", "lost"] {
            assert!(serde_json::from_value::<State>(json!(other)).is_err(), "{other}");
        }
        Ok(())
    }

    #[test]
    fn an_answer_has_these_fields_and_no_others() -> Result<(), serde_json::Error> {
        let written = json!({
            "envelope": "00", "state": "accepted", "refusal": null, "reason": null, "fee_paid": false,
            "transaction": null, "block_number": null, "seq": null, "companioned": null,
            "waiting": { "code": "refusal", "refusal": 304, "reason": "not yet", "block_number": "7" },
            "expires": "1800000000",
        });
        let read: EnvelopeState = serde_json::from_value(written.clone())?;
        assert_eq!(read.state, State::Accepted);
        assert_eq!(serde_json::to_value(&read)?, written);
        let mut more = written.clone();
        more["approved_by"] = json!("the whole parliament");
        assert!(serde_json::from_value::<EnvelopeState>(more).is_err());
        let mut more = written;
        more["waiting"]["approved_by"] = json!("the whole parliament");
        assert!(serde_json::from_value::<EnvelopeState>(more).is_err());
        assert!(serde_json::from_value::<Submission>(json!({ "envelope": "00", "kept": true })).is_err());
        Ok(())
    }

    #[test]
    fn a_rule_of_the_contract_is_named_by_its_number() {
        assert_eq!(refusal_of(&refusal_code(304)), Some(304));
        for other in ["refusal_", "refusal_x", "refusal_70000", "304", "xrefusal_304", "refusal_refusal_304"] {
            assert_eq!(refusal_of(other), None, "{other}");
        }
    }
}
