//! Which records a selection has: those of a time, of a programme, of a proposal, of an incident.
//!
//! A record is about a subject where it names it, or where it names a proposal or a batch that belongs to it. A proposal belongs to
//! it where the record that opens it is about it; a batch, where a record about it has its header. So one pass in order finds all.
//! A command is chosen whole. `docs/protocol/log.md` has the rules.

mod names;

use greatseal_protocol::{
    bytes::{IncidentId, ManifestHash},
    event::{Event, Record},
    language::{contract, proposal},
    proposal_id::ProposalId,
};
use names::Names;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is asked for. Everything that is given has to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Records of this second and later.
    pub since: Option<u64>,
    /// Records before this second.
    pub until: Option<u64>,
    /// Records about this programme.
    pub programme: Option<u32>,
    /// Records about this proposal.
    pub proposal: Option<ProposalId>,
    /// Records about this incident.
    pub incident: Option<IncidentId>,
}

/// A filter as a file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilterText {
    /// 32 hexadecimal digits.
    pub incident: Option<String>,
    /// Number of the programme.
    pub programme: Option<u32>,
    /// Id of the proposal.
    pub proposal: Option<String>,
    /// Seconds since the Unix epoch.
    pub since: Option<String>,
    /// Seconds since the Unix epoch.
    pub until: Option<String>,
}

impl Filter {
    /// Whether it asks for everything.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The form that a file has.
    pub fn text(&self) -> FilterText {
        FilterText {
            incident: self.incident.map(|incident| incident.to_string()),
            programme: self.programme,
            proposal: self.proposal.map(|id| id.to_string()),
            since: self.since.map(|since| since.to_string()),
            until: self.until.map(|until| until.to_string()),
        }
    }
}

impl FilterText {
    /// What it asks for; none where a field is spelled in another way.
    pub fn filter(&self) -> Option<Filter> {
        fn read<T: std::str::FromStr>(text: Option<&String>) -> Option<Option<T>> {
            text.map(|text| text.parse().ok()).map_or(Some(None), |read| read.map(Some))
        }
        let filter = Filter {
            since: read(self.since.as_ref())?,
            until: read(self.until.as_ref())?,
            programme: self.programme,
            proposal: read(self.proposal.as_ref())?,
            incident: read(self.incident.as_ref())?,
        };
        (filter.text() == *self).then_some(filter)
    }
}

/// Chooses commands, one after the other from the first.
#[derive(Clone, Debug)]
pub struct Chooser {
    filter: Filter,
    subjects: Vec<Subject>,
}

/// A subject with what belongs to it.
#[derive(Clone, Debug)]
struct Subject {
    of: Of,
    proposals: BTreeSet<ProposalId>,
    batches: BTreeSet<ManifestHash>,
}

#[derive(Clone, Copy, Debug)]
enum Of {
    Programme(u32),
    Proposal,
    Incident(IncidentId),
}

impl Chooser {
    /// Before the first command.
    pub fn new(filter: Filter) -> Self {
        let subject = |of, proposals: Option<ProposalId>| Subject {
            of,
            proposals: proposals.into_iter().collect(),
            batches: BTreeSet::new(),
        };
        let programme = filter.programme.map(|number| subject(Of::Programme(number), None));
        let proposal = filter.proposal.map(|id| subject(Of::Proposal, Some(id)));
        let incident = filter.incident.map(|id| subject(Of::Incident(id), None));
        Self { filter, subjects: programme.into_iter().chain(proposal).chain(incident).collect() }
    }

    /// Whether the next command is chosen, by its records.
    pub fn chooses<'r>(&mut self, command: impl Iterator<Item = &'r Record> + Clone) -> bool {
        let mut about = true;
        for subject in &mut self.subjects {
            // Each record is looked at, also behind one that is about it: it may say what belongs to it.
            let mut found = false;
            for record in command.clone() {
                found |= subject.takes(&record.event);
            }
            about &= found;
        }
        let within = |record: &Record| {
            self.filter.since.is_none_or(|since| since <= record.at)
                && self.filter.until.is_none_or(|until| record.at < until)
        };
        command.clone().any(|record| frames(&record.event)) || (about && command.clone().all(within))
    }
}

/// Records without which no other can be verified: which contract emits, and for which contract members sign.
fn frames(event: &Event) -> bool {
    matches!(
        event,
        Event::Contract(
            contract::Event::Deployed { .. } | contract::Event::Retired { .. } | contract::Event::Succeeded { .. }
        )
    )
}

impl Subject {
    fn takes(&mut self, event: &Event) -> bool {
        let names = Names::of(event);
        let named = match self.of {
            Of::Programme(number) => names.programme == Some(number),
            Of::Proposal => false,
            Of::Incident(incident) => names.incident == Some(incident),
        };
        let about = named
            || names.proposals.iter().any(|id| self.proposals.contains(id))
            || names.batches.iter().chain(&names.headers).any(|batch| self.batches.contains(batch));
        if about {
            if let Event::Proposal(proposal::Event::Opened(opened)) = event {
                self.proposals.insert(opened.id);
            }
            self.batches.extend(names.headers);
        }
        about
    }
}
