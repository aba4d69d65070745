//! A second opinion on disputes, from the records only: who may open, look and answer, the clocks, and what is held.

use crate::oracle::Findings;
use greatseal_protocol::{
    bytes::{Label, ManifestHash},
    council::{Council, SeatId},
    dispute::{DisputeId, Held, Resolution, Subject},
    event::{Event, Record},
    key::Key,
    language::dispute,
    proposal_id::ProposalId,
};
use std::collections::BTreeMap;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// Rows that let money go: batches, changes of a programme, the registry of money, a wider route.
const HELD: [u8; 5] = [12, 13, 18, 19, 20];

#[derive(Clone, Copy, Debug)]
struct Doubt {
    key: Key,
    organisation: Label,
    at: u64,
    acknowledged: bool,
    triaged: Option<(u64, Label)>,
    decide_by: Option<u64>,
    closed: Option<u64>,
}

/// What the rest of the oracle knows.
pub(crate) struct Scene<'a> {
    /// Key and organisation of a seat, and whether it is set aside.
    pub(crate) sits: &'a dyn Fn(SeatId) -> Option<(Key, Label, bool)>,
    /// Row of a proposal.
    pub(crate) row: &'a dyn Fn(ProposalId) -> Option<u8>,
    /// Authority of a batch that was executed.
    pub(crate) authority: &'a dyn Fn(ManifestHash) -> Option<u32>,
}

#[derive(Debug, Default)]
pub(crate) struct Doubts {
    all: BTreeMap<DisputeId, Doubt>,
    /// The dispute that holds a stage, by its opening too: the seat may dispute the same anew, which holds nothing.
    held: BTreeMap<(Subject, bool), (DisputeId, u64)>,
    upheld: BTreeMap<Subject, u64>,
}

impl Doubts {
    pub(crate) fn read(&mut self, record: &Record, scene: &Scene<'_>, found: &mut Findings) {
        let at = record.at;
        let Event::Dispute(event) = &record.event else { return };
        let sound = match event {
            dispute::Event::DisputeOpened { dispute, holds, .. } => self.opened(*dispute, *holds, record, scene),
            dispute::Event::DisputeAcknowledged { seat, dispute, late } => {
                let answers = matches!(seat.council, Council::Sovereign | Council::Operator)
                    || own(*seat, &dispute.subject, scene);
                self.open(dispute, scene).is_some_and(|doubt| {
                    answers && !std::mem::replace(&mut doubt.acknowledged, true) && *late == (at >= doubt.at + HOUR)
                })
            }
            dispute::Event::DisputeTriaged { seat, dispute, decide_by, late, .. } => {
                let organisation = (scene.sits)(*seat).map(|(_, organisation, _)| organisation);
                self.open(dispute, scene).zip(organisation).is_some_and(|(doubt, organisation)| {
                    let sound = doubt.acknowledged && *late == (at >= doubt.at + DAY) && *decide_by == at + DAY;
                    doubt.triaged = Some((at, organisation));
                    sound && seat.council == Council::Auditor && doubt.decide_by.replace(*decide_by).is_none()
                })
            }
            dispute::Event::DisputeExtended { dispute, until, late, .. } => {
                self.open(dispute, scene).is_some_and(|doubt| {
                    let before = doubt.decide_by.replace(*until);
                    before.is_some_and(|before| before < *until && *late == (at >= before)) && *until <= at + 14 * DAY
                })
            }
            dispute::Event::DisputeRetracted { dispute, .. } => {
                self.open(dispute, scene).is_some_and(|doubt| doubt.closed.replace(at).is_none())
            }
            dispute::Event::DisputeResolved { dispute, outcome, .. } => {
                if *outcome == Resolution::Upheld {
                    self.upheld.insert(dispute.subject, at);
                }
                self.open(dispute, scene).is_some_and(|doubt| {
                    let looked = doubt.triaged.is_some() || at >= doubt.at + DAY;
                    looked && doubt.closed.replace(at).is_none()
                })
            }
        };
        found.must("disputes", sound, || format!("{event:?} at {at}"));
    }

    fn opened(&mut self, id: DisputeId, holds: Option<Held>, record: &Record, scene: &Scene<'_>) -> bool {
        let DisputeId { subject, seat } = id;
        let (at, Some((key, organisation, _))) = (record.at, (scene.sits)(seat)) else { return false };
        let may = seat.council == Council::Auditor || own(seat, &subject, scene);
        let last = self.all.get(&id).filter(|last| last.key == key);
        let again = last.is_none_or(|last| last.closed.is_some_and(|end| at >= end + HOUR));
        let same = |(other, doubt): (&DisputeId, &Doubt)| {
            let kind = std::mem::discriminant(&other.subject) == std::mem::discriminant(&subject);
            kind && other.seat == seat && doubt.key == key && doubt.closed.is_none()
        };
        let few = self.all.iter().filter(|one| same(*one)).count() < 16;
        let stage = match subject {
            Subject::Batch(manifest) => Some(match (scene.authority)(manifest) {
                Some(_) => Held::Finality,
                None => Held::Execution,
            }),
            Subject::Proposal(id, _) => (scene.row)(id).filter(|row| HELD.contains(row)).map(|_| Held::Execution),
            Subject::Other(_) => None,
        };
        let first = stage.filter(|stage| !self.held.contains_key(&(subject, *stage == Held::Finality)));
        if let Some(stage) = first {
            self.held.insert((subject, stage == Held::Finality), (id, at));
        }
        let doubt = Doubt { key, organisation, at, acknowledged: false, triaged: None, decide_by: None, closed: None };
        self.all.insert(id, doubt);
        may && again && few && holds == first
    }

    /// A dispute that nobody has ended; it ends with the key that opened it.
    fn open(&mut self, id: &DisputeId, scene: &Scene<'_>) -> Option<&mut Doubt> {
        let key = (scene.sits)(id.seat)?.0;
        self.all.get_mut(id).filter(|doubt| doubt.closed.is_none() && doubt.key == key)
    }

    /// Whether an organisation has a part in a dispute.
    pub(crate) fn party(&self, id: &DisputeId, organisation: Label) -> bool {
        self.all.get(id).is_some_and(|doubt| {
            doubt.organisation == organisation || doubt.triaged.is_some_and(|(_, of)| of == organisation)
        })
    }

    /// Whether anything in these subjects' disputes is in the way of an execution.
    pub(crate) fn in_the_way(&self, row: u8, subjects: &[Subject], at: u64, scene: &Scene<'_>) -> bool {
        if !HELD.contains(&row) {
            return false;
        }
        let ended = subjects.iter().any(|subject| self.upheld.contains_key(subject));
        let first =
            subjects.iter().filter_map(|subject| self.held.get(&(*subject, false))).min_by_key(|(_, from)| *from);
        ended || first.is_some_and(|hold| self.holds(hold, at, scene))
    }

    /// Whether a dispute is in the way of a statement about a batch.
    pub(crate) fn unfinal(&self, manifest: ManifestHash, at: u64, scene: &Scene<'_>) -> bool {
        self.held.get(&(Subject::Batch(manifest), true)).is_some_and(|hold| self.holds(hold, at, scene))
    }

    fn holds(&self, (id, from): &(DisputeId, u64), at: u64, scene: &Scene<'_>) -> bool {
        let (Some(doubt), Some((key, _, aside))) = (self.all.get(id), (scene.sits)(id.seat)) else { return false };
        let early = doubt.triaged.is_some_and(|(triaged, _)| triaged < doubt.at + DAY);
        let until = match doubt.decide_by {
            Some(decide_by) if early => decide_by.min(doubt.at + 2 * DAY).max(doubt.at + DAY),
            _ => doubt.at + DAY,
        };
        doubt.at == *from && doubt.closed.is_none() && doubt.key == key && !aside && at < until
    }
}

/// A seat of the authority whose batch it is.
fn own(seat: SeatId, subject: &Subject, scene: &Scene<'_>) -> bool {
    match (seat.council, subject) {
        (Council::Program(authority), Subject::Batch(manifest)) => (scene.authority)(*manifest) == Some(authority),
        _ => false,
    }
}
