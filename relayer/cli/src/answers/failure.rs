//! What a command answers where it fails.

use super::{Answer, Text};
use crate::{
    answers::{content::ContentNamed, document::Difference},
    error::CliError,
    manifest::Fault,
    output::{Line, line},
    table::Breach,
};
use greatseal_protocol::{refusal::Refusal, row::RowId};
use schemars::JsonSchema;
use serde::Serialize;

/// A command that failed, and what to do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Failure {
    /// What happened, in a sentence.
    pub error: String,
    /// What to do next, in a sentence.
    pub help: String,
    /// Exit code of the command: the kind of failure, which stays.
    pub exit_code: u8,
    /// Number of the rule of the contract that refuses.
    pub refusal: Option<u16>,
    /// Where a document says something else than its proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differs: Option<Difference>,
    /// The content that nobody holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentNamed>,
    /// What is wrong with a file, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faults: Option<Faults>,
    /// Invariants that a policy table breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<BrokenInvariant>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Faults {
    /// The first ones.
    pub found: Vec<FaultFound>,
    /// How many more there are.
    pub more: Text<u64>,
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FaultFound {
    /// Line of the file; none where it is the file as a whole.
    pub line: Option<Text<u64>>,
    /// What, in a sentence.
    pub reason: String,
}

/// An invariant that a policy table breaks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BrokenInvariant {
    /// Its number.
    pub invariant: u8,
    /// The row that breaks it; none where it is a council's size.
    pub row: Option<Text<RowId>>,
    /// What is wrong, in a sentence.
    pub reason: String,
}

impl Failure {
    /// What is told of an error.
    pub fn of(error: &CliError) -> Self {
        let fault = |fault: &Fault| FaultFound { line: fault.line.map(Text), reason: fault.reason.clone() };
        let faults = match error {
            CliError::Faults { faults, .. } => {
                Some(Faults { found: faults.found().iter().map(fault).collect(), more: Text(faults.more()) })
            }
            _ => None,
        };
        let row = |number: u8| RowId::NAMED.iter().find(|(id, _)| id.0 == number).map(|(id, _)| Text(*id));
        let one = |breach: &Breach| BrokenInvariant {
            invariant: breach.broken.invariant,
            row: row(breach.broken.row),
            reason: breach.to_string(),
        };
        Self {
            error: error.to_string(),
            help: error.help(),
            exit_code: error.exit_code(),
            refusal: error.refusal().map(Refusal::code),
            differs: error.differs().map(Difference::of),
            content: error.content().map(ContentNamed::from),
            faults,
            broken: match error {
                CliError::Broken(breaches) => breaches.iter().map(one).collect(),
                _ => Vec::new(),
            },
        }
    }
}

impl Answer for Failure {
    fn lines(&self) -> Vec<Line> {
        vec![line("error:", &self.error), line("help:", &self.help)]
    }
}
