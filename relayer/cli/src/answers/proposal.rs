//! `greatseal governance show`: a proposal as the chain has it.

use super::{
    Answer, Text,
    chain::Block,
    document::{self, Difference},
    schema,
};
use crate::{
    foresee::lacking,
    output::{Line, line, told},
    text::NOT_YET,
};
use greatseal_api::document::{Changed, Document};
use greatseal_facts::{self as facts, NotFacts};
use greatseal_protocol::{
    action::Action,
    ask::Lacking,
    bytes::{DocumentHash, ProposalDigest, to_hex},
    council::{Council, SeatId},
    dispute::{DisputeId, Subject},
    key::Key,
    proposal::Cause,
    proposal_id::ProposalId,
    row::RowId,
    scale::Encode as _,
    standing, words,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A dispute that a proposal answers.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Answered {
    /// What is disputed.
    pub subject: Text<Subject>,
    /// The seat that opened it.
    pub seat: Text<SeatId>,
}

impl From<DisputeId> for Answered {
    fn from(DisputeId { subject, seat }: DisputeId) -> Self {
        Self { subject: Text(subject), seat: Text(seat) }
    }
}

/// A proposal, checked against the chain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProposalShown {
    /// Where it was read.
    pub block: Block,
    /// Its id.
    pub proposal: Text<ProposalId>,
    /// What approvers sign.
    pub digest: Text<ProposalDigest>,
    /// What it does.
    #[serde(flatten)]
    pub action: Shown,
    /// Keys to which it would give seats and that are no points of their curve. Nobody can ever sign with them.
    pub no_points: Vec<Text<Key>>,
    /// Where it stands.
    #[serde(flatten)]
    pub status: Status,
    /// The row that it was opened under.
    pub row: Text<RowId>,
    /// Key of the author.
    pub author: Text<Key>,
    /// Approvals that it needs.
    pub needs: Needs,
    /// Approvals that are missing now.
    pub missing: Needs,
    /// Decisions by council.
    pub decisions: Vec<Decisions>,
    /// Seats that veto it.
    pub vetoes: Vec<Text<SeatId>>,
    /// When it was opened.
    pub opened_at: Text<u64>,
    /// Second from which decisions are no longer taken.
    pub approve_by: Text<u64>,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub window: u32,
    /// Where the panel may break a tie: the dispute that is answered.
    pub answers: Option<Answered>,
    /// The values that it replaces as they stand, each beside what it sets; none where it has ended.
    #[schemars(schema_with = "schema::maybe_values")]
    pub replaces: Option<Vec<Changed>>,
    /// The document that explains it.
    pub document: DocumentHeld,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Status {
    /// It takes decisions.
    Open,
    /// The time to decide is over with a tie, and the panel was called.
    Deadlocked {
        /// First second in which the panel may approve.
        from: Text<u64>,
        /// Second from which it no longer may.
        until: Text<u64>,
    },
    /// The quorum stands; the delay runs.
    Waiting {
        /// First second in which it may be executed.
        from: Text<u64>,
    },
    /// It may be executed.
    Executable {
        /// Second from which it no longer may.
        until: Text<u64>,
    },
    /// It took effect.
    Executed,
    /// Its author took it back.
    Cancelled,
    /// It was rejected.
    Rejected,
    /// It ended by time.
    Expired {
        /// What was missed.
        cause: Missed,
    },
    /// The row or a council changed.
    Stale,
}

/// What an expired proposal missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// The time to approve.
    ApproveBy,
    /// The time to execute.
    ExecuteBy,
}

/// Approvals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Needs {
    /// In all.
    pub approvals: u32,
    /// Of each council at least.
    pub minima: BTreeMap<Text<Council>, u32>,
}

/// Decisions of a council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decisions {
    /// The council.
    pub council: Text<Council>,
    /// Seats that approve.
    pub approve: Vec<Text<SeatId>>,
    /// Seats that reject.
    pub reject: Vec<Text<SeatId>>,
}

/// A document, where somebody who was asked has one that people can read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentHeld {
    /// SHA-256 that the proposal names.
    pub hash: Text<DocumentHash>,
    /// Its texts; without them the proposal is not to be approved.
    #[schemars(schema_with = "schema::maybe_document")]
    pub texts: Option<Document>,
    /// Where it says something else than the proposal: then the proposal is not to be approved.
    pub differs: Option<Difference>,
    /// Why there are none.
    pub error: Option<String>,
}

/// An action as the chain has it: as facts, and the bytes that they are made of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Shown {
    /// What it does.
    #[serde(rename = "action")]
    #[schemars(schema_with = "schema::action")]
    pub facts: Value,
    /// Its SCALE bytes.
    #[serde(rename = "action_bytes")]
    pub bytes: String,
    /// For the lines.
    #[serde(skip)]
    action: Action,
}

impl Shown {
    /// An action.
    ///
    /// # Errors
    ///
    /// [`NotFacts`], which no action of the protocol gives.
    pub fn of(action: Action) -> Result<Self, NotFacts> {
        Ok(Self { facts: facts::action(&action)?, bytes: to_hex(&action.encode()), action })
    }
}

/// Keys to which an action would give seats and with which nobody can sign: the contract does not look at every curve.
pub(crate) fn no_points(action: &Action) -> impl Iterator<Item = Key> {
    action.new_seats().into_iter().map(|new| new.key).filter(|key| !key.is_a_point())
}

impl From<standing::Status> for Status {
    fn from(status: standing::Status) -> Self {
        match status {
            standing::Status::Open => Self::Open,
            standing::Status::Deadlocked(from, until) => Self::Deadlocked { from: Text(from), until: Text(until) },
            standing::Status::Waiting(from) => Self::Waiting { from: Text(from) },
            standing::Status::Executable(until) => Self::Executable { until: Text(until) },
            standing::Status::Executed => Self::Executed,
            standing::Status::Cancelled => Self::Cancelled,
            standing::Status::Rejected => Self::Rejected,
            standing::Status::Expired(Cause::ExecuteByPassed) => Self::Expired { cause: Missed::ExecuteBy },
            standing::Status::Expired(_) => Self::Expired { cause: Missed::ApproveBy },
            standing::Status::Stale => Self::Stale,
        }
    }
}

impl Status {
    /// Where it stands, with its clock.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Waiting { from } => format!("approved, executable from {}", from.date()),
            Self::Executable { until } => format!("executable until {}", until.date()),
            Self::Deadlocked { from, until } => {
                format!("deadlocked, the panel may approve from {} until {}", from.date(), until.date())
            }
            Self::Open => "open".to_owned(),
            Self::Executed => "executed".to_owned(),
            Self::Cancelled => "cancelled".to_owned(),
            Self::Rejected => "rejected".to_owned(),
            Self::Expired { .. } => "expired".to_owned(),
            Self::Stale => "stale".to_owned(),
        }
    }
}

impl From<&Lacking> for Needs {
    fn from(lacking: &Lacking) -> Self {
        let minima = lacking.councils.iter().map(|(council, k)| (Text(*council), *k)).collect();
        Self { approvals: lacking.total, minima }
    }
}

impl Needs {
    /// Approvals, and how many of them at least of which councils.
    pub(crate) fn words(&self) -> String {
        let Self { approvals, minima } = self;
        let councils = minima.iter().map(|(council, k)| (council.0, *k)).collect();
        lacking(&Lacking { total: *approvals, councils })
    }
}

/// The seats of a council whose bits are set.
pub(crate) fn seats(council: Council, map: u32) -> Vec<Text<SeatId>> {
    let set = (0_u8..32).filter(|index| map >> index & 1 == 1);
    set.map(|index| Text(SeatId { council, index })).collect()
}

impl ProposalShown {
    /// What surrounds the action: the document first, so that nothing that the author wrote comes after a fact.
    pub(crate) fn surroundings(&self) -> Vec<Line> {
        let mut lines = match &self.document {
            DocumentHeld { texts: Some(document), .. } => document::lines(&document.clone().into()),
            DocumentHeld { error, .. } => {
                let reason = error.as_deref().unwrap_or_default();
                vec![line("document", format!("nobody has it: do not approve ({reason})"))]
            }
        };
        lines.extend(self.document.differs.iter().map(|Difference { field, said, proposed }| {
            let text = format!("do not approve: {field} is {said} in the document, and {proposed} in the proposal");
            line("warning", text)
        }));
        lines.extend(document::changes(self.replaces.as_deref().unwrap_or_default()));
        lines.extend(self.no_points.iter().map(|key| {
            let text = format!("{key} would get a seat and is no point of its curve: do not approve");
            line("nobody can sign", text)
        }));
        lines.extend([
            line("status", self.status.words()),
            line("row", self.row),
            line("author", self.author),
            line("needs", self.needs.words()),
        ]);
        for Decisions { council, approve, reject } in &self.decisions {
            let names = |seats: &[Text<SeatId>]| -> String {
                seats.iter().map(|seat| seat.0.index.to_string()).collect::<Vec<_>>().join(",")
            };
            let text = format!("approve [{}] reject [{}]", names(approve), names(reject));
            lines.push(line(&council.to_string(), text));
        }
        lines.extend([
            line("opened at", self.opened_at),
            line("approve by", self.approve_by),
            line("delay", format!("{} s", self.delay)),
            line("window", format!("{} s", self.window)),
        ]);
        if !self.vetoes.is_empty() {
            lines.push(line("vetoes", self.vetoes.len()));
        }
        lines.extend(self.answers.map(|of| line("answers", format!("{}, disputed by {}", of.subject, of.seat))));
        lines.push(line("proposal digest", self.digest));
        lines.push(line("if an envelope is refused", NOT_YET));
        lines
    }
}

impl Answer for ProposalShown {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("proposal", self.proposal)];
        lines.extend(told(words::action(&self.action.action)));
        lines.extend(self.surroundings());
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{HolderHash, Label},
        genesis::NewSeat,
        language::program,
        program::CreateAuthority,
    };

    /// P-256 keys whose first coordinate is a small number: the contract takes them all, and half of them are on no curve.
    #[test]
    fn keys_on_no_curve_are_found_in_an_action() -> Result<(), Box<dyn std::error::Error>> {
        let keys: Vec<Key> = (0..16)
            .map(|last| {
                let mut bytes = [0; 33];
                (bytes[0], bytes[32]) = (2, last);
                Key::P256(bytes)
            })
            .collect();
        assert!(keys.iter().all(|key| key.admit().is_ok()));
        let label = Label::new("unit").ok_or("a label")?;
        let holder = HolderHash([1; 32]);
        let seat = |key| NewSeat { key, holder, organisation: label, role: label, valid_until: 1 };
        let seats = keys.iter().copied().map(seat).collect();
        let action = Action::Program(program::Action::CreateAuthority(CreateAuthority { authority: 2, seats }));
        // Where x^3 - 3x + b is no square.
        let wants: Vec<Key> = [1, 2, 3, 4, 7, 10, 11, 14, 15].map(|at: usize| keys[at]).into();
        assert_eq!(no_points(&action).collect::<Vec<_>>(), wants);
        Ok(())
    }
}
