//! What records name, and whether that is confidential.

use crate::ledger::{Entry, Ledger};
use greatseal_api::document;
use greatseal_protocol::{
    action::Action,
    bytes::ManifestHash,
    content::{Address, Content},
    digest::manifest_hash,
    dispute::Subject,
    event::Event,
    language::{dispute, emergency, program, proposal},
    program::Privacy,
    proposal_id::ProposalId,
    scale,
    scope::Scope,
    state::State as _,
};
use std::collections::BTreeMap;

/// What records name, by record and by address.
#[derive(Clone, Debug, Default, scale::Encode, scale::Decode)]
#[codec(crate = scale)]
pub struct Names {
    by_record: BTreeMap<u64, Vec<Content>>,
    by_address: BTreeMap<Address, Vec<About>>,
    /// Which programme a batch is for: as its execution said, or its stop.
    batches: BTreeMap<ManifestHash, u32>,
    /// Which programme a proposal is about.
    proposals: BTreeMap<ProposalId, About>,
}

/// What a record that names a content is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, scale::Encode, scale::Decode)]
#[codec(crate = scale)]
enum About {
    /// A programme of this number.
    Program(u32),
    /// A programme that is to begin, as a confidential one or not.
    Beginning(u32, Privacy),
    /// Anything else.
    Other,
}

impl Names {
    /// Takes a row in.
    pub fn enter(&mut self, entry: &Entry) {
        let event = &entry.record.event;
        let about = self.about(event);
        let contents = event.contents();
        if contents.is_empty() {
            return;
        }
        for content in &contents {
            let known = self.by_address.entry(content.address).or_default();
            if !known.contains(&about) {
                known.push(about);
            }
        }
        self.by_record.insert(entry.record.seq, contents);
    }

    /// The contents that a record names; nothing where it names none.
    pub fn of(&self, seq: u64) -> &[Content] {
        self.by_record.get(&seq).map_or(&[], Vec::as_slice)
    }

    /// Records with what they name, in their order, after a number where one is given.
    pub fn after(&self, seq: Option<u64>) -> impl Iterator<Item = (u64, &[Content])> {
        let first = seq.map_or(Some(0), |seq| seq.checked_add(1));
        let records = first.map(|first| self.by_record.range(first..));
        records.into_iter().flatten().map(|(seq, contents)| (*seq, contents.as_slice()))
    }

    /// Whether a record names it.
    pub fn has(&self, address: &Address) -> bool {
        self.by_address.contains_key(address)
    }

    /// Every address that a record names.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.by_address.keys()
    }

    /// Whether only records about confidential programmes name it.
    pub fn confidential(&self, address: &Address, ledger: &Ledger) -> bool {
        self.by_address.get(address).is_some_and(|about| about.iter().all(|about| is_confidential(*about, ledger)))
    }

    fn about(&mut self, event: &Event) -> About {
        let about = match event {
            Event::Program(event) => self.about_program(event),
            Event::Proposal(proposal::Event::Opened(opened)) => self.about_action(&opened.action),
            Event::Dispute(event) => self.about_dispute(event),
            Event::Emergency(event) => self.about_emergency(event),
            Event::Council(_)
            | Event::Proposal(_)
            | Event::Policy(_)
            | Event::Bridge(_)
            | Event::Registry(_)
            | Event::Phase(_)
            | Event::Operation(_)
            | Event::Contract(_) => event.proposal().map_or(About::Other, |id| self.proposal(&id)),
        };
        if let (Event::Proposal(proposal::Event::Opened(_)), Some(id)) = (event, event.proposal()) {
            self.proposals.insert(id, about);
        }
        about
    }

    fn about_program(&mut self, event: &program::Event) -> About {
        match event {
            program::Event::ProgramChanged { program, .. } => About::Program(*program),
            program::Event::BatchExecuted { batch, .. } => {
                let manifest = manifest_hash(&batch.header);
                self.batches.insert(manifest, batch.header.program);
                About::Program(batch.header.program)
            }
            program::Event::BatchStopped { manifest, header, .. } => {
                self.batches.insert(*manifest, header.program);
                About::Program(header.program)
            }
            program::Event::StatementMade { statement, .. } => self.batch(&statement.manifest),
            program::Event::VoteCast { vote, .. } => self.batch(&vote.manifest),
            program::Event::ContradictionOverruled { manifest, .. }
            | program::Event::StatementFinal { manifest, .. }
            | program::Event::EntryHeld { manifest, .. } => self.batch(manifest),
        }
    }

    fn about_emergency(&self, event: &emergency::Event) -> About {
        match event {
            emergency::Event::Paused { pause, .. } => about_scope(pause.scope),
            emergency::Event::Lifted { scope, .. }
            | emergency::Event::ReviewFiled { scope, .. }
            | emergency::Event::ReviewAttested { scope, .. }
            | emergency::Event::OverrideUsed { scope, .. } => about_scope(*scope),
            emergency::Event::ModeChanged { .. } => About::Other,
        }
    }

    fn about_dispute(&self, event: &dispute::Event) -> About {
        let (dispute::Event::DisputeOpened { dispute, .. }
        | dispute::Event::DisputeAcknowledged { dispute, .. }
        | dispute::Event::DisputeTriaged { dispute, .. }
        | dispute::Event::DisputeExtended { dispute, .. }
        | dispute::Event::DisputeRetracted { dispute, .. }
        | dispute::Event::DisputeResolved { dispute, .. }) = event;
        self.about_subject(&dispute.subject)
    }

    fn about_subject(&self, subject: &Subject) -> About {
        match subject {
            Subject::Batch(manifest) => self.batch(manifest),
            Subject::Proposal(id, _) => self.proposal(id),
            Subject::Other(_) => About::Other,
        }
    }

    fn about_action(&self, action: &Action) -> About {
        match action {
            Action::Program(program::Action::Create(create)) => About::Beginning(create.program, create.terms.privacy),
            Action::Program(program::Action::Overrule { manifest, .. }) => self.batch(manifest),
            Action::Dispute(dispute::Action::Resolve { dispute, .. } | dispute::Action::Extend { dispute, .. }) => {
                self.about_subject(&dispute.subject)
            }
            // Of a pause that is what it stops.
            other => about_scope(document::scope(other)),
        }
    }

    fn proposal(&self, id: &ProposalId) -> About {
        self.proposals.get(id).copied().unwrap_or(About::Other)
    }

    fn batch(&self, manifest: &ManifestHash) -> About {
        self.batches.get(manifest).map_or(About::Other, |program| About::Program(*program))
    }
}

fn about_scope(scope: Scope) -> About {
    match scope {
        Scope::Program(program) => About::Program(program),
        Scope::Everything | Scope::Upgrades | Scope::Route(_) | Scope::Account(_) => About::Other,
    }
}

/// By the terms that hold at the last indexed block.
fn is_confidential(about: About, ledger: &Ledger) -> bool {
    let held = |program| ledger.cells().program(program).ok().map(|program| program.terms.privacy);
    match about {
        About::Program(program) => held(program) == Some(Privacy::Confidential),
        About::Beginning(program, privacy) => held(program).unwrap_or(privacy) == Privacy::Confidential,
        About::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{IncidentId, ReferenceHash},
        council::{Council, SeatId},
        scope::{Pause, Severity},
    };

    #[test]
    fn a_pause_of_a_programme_and_its_review_are_about_the_programme() {
        let (scope, incident, severity) = (Scope::Program(2), IncidentId([7; 16]), Severity::Sev1);
        let (reason, evidence, report) = (ReferenceHash([1; 32]), ReferenceHash([2; 32]), ReferenceHash([3; 32]));
        let seat = SeatId { council: Council::Emergency, index: 0 };
        let id = ProposalId { serial: 1, author: seat, slot: 0 };
        let pause = Pause { scope, seconds: 600, incident, severity, reason };
        let mut names = Names::default();
        for action in [
            emergency::Action::Pause(pause),
            emergency::Action::Lift { scope, set_by: id, incident },
            emergency::Action::Consent { scope, set_by: id, incident, evidence },
        ] {
            assert_eq!(names.about_action(&Action::Emergency(action)), About::Program(2));
        }
        let (set_by, version) = (id, 1);
        for event in [
            emergency::Event::Paused { id, pause, until: 9, capped: true },
            emergency::Event::Lifted { id, scope },
            emergency::Event::ReviewFiled { seat, scope, set_by, incident, version, severity, report },
            emergency::Event::ReviewAttested { seat, scope, set_by, incident, of: seat, version, report },
            emergency::Event::OverrideUsed { id, scope, set_by, incident, evidence },
        ] {
            assert_eq!(names.about(&Event::Emergency(event)), About::Program(2));
        }
    }
}
