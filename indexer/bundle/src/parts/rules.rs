//! Rule sets of programmes: which hash held from when to when, by which records.

use greatseal_protocol::{
    event::{Event, Record},
    language::program,
    program::{RuleSet, RulesChange},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rule sets by programme and version.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleSets(BTreeMap<(u32, u32), Known>);

#[derive(Clone, Debug)]
struct Known {
    rules: RuleSet,
    begun: Change,
    ended: Option<Change>,
}

/// The record that begins or ends a rule set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// Block time in seconds.
    at: String,
    /// By which proposal.
    proposal: Option<String>,
    /// Number of the record.
    seq: String,
}

/// A rule set of a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct RulesRow {
    /// The record that begins it.
    begun: Change,
    /// Second from which batches may be paid under it.
    effective_from: String,
    /// Second from which they may no longer; null where no end is set.
    effective_until: Option<String>,
    /// The record that set its end, where another one did than the one that begins it.
    ended: Option<Change>,
    /// Hash of the rules.
    hash: String,
    /// The programme.
    program: u32,
    /// Its version in the programme.
    version: u32,
}

impl RuleSets {
    pub(super) fn take(&mut self, record: &Record) {
        let Event::Program(program::Event::ProgramChanged { id, program, rules, .. }) = &record.event else { return };
        let change = Change { at: record.at.to_string(), proposal: Some(id.to_string()), seq: record.seq.to_string() };
        for one in rules {
            match one {
                RulesChange::Begin { version, rules } => {
                    let known = Known { rules: *rules, begun: change.clone(), ended: None };
                    self.0.insert((*program, *version), known);
                }
                // Where its beginning is not among the records, as in a selection, there is nothing to end.
                RulesChange::End { version, until, .. } => {
                    if let Some(known) = self.0.get_mut(&(*program, *version)) {
                        known.rules.effective_until = Some(*until);
                        known.ended = Some(change.clone());
                    }
                }
            }
        }
    }

    /// By programme and version.
    pub(super) fn rows(self) -> impl Iterator<Item = RulesRow> {
        self.0.into_iter().map(|((program, version), Known { rules, begun, ended })| RulesRow {
            begun,
            effective_from: rules.effective_from.to_string(),
            effective_until: rules.effective_until.map(|until| until.to_string()),
            ended,
            hash: rules.hash.to_string(),
            program,
            version,
        })
    }
}
