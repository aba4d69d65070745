//! What the records of a contract say of money that lies in files: batches with their statements, and what the bridge carried.

use greatseal_protocol::{
    batch::Header,
    bytes::{ManifestHash, OutcomesRoot, ReferenceHash, StatementHash},
    conversion::Completion,
    event::{Event, Record},
    language::{bridge, program},
    settlement::Statement,
};
use std::collections::BTreeMap;

/// Everything on record of which there is a file.
#[derive(Clone, Debug, Default)]
pub struct OnRecord {
    /// Batches that were executed.
    pub batches: BTreeMap<ManifestHash, Batch>,
    /// What the bridge carried out, by route and number: the last statement about each.
    pub carried: BTreeMap<(u32, u64), Completion>,
}

/// A batch that was executed.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What it commits to.
    pub header: Header,
    /// Statements about it, the oldest first.
    pub statements: Vec<Stated>,
    /// The hash of the final one.
    pub last: Option<StatementHash>,
    /// Entries that are held, and until when.
    holds: BTreeMap<u32, u64>,
}

/// A statement as it was made.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Its hash.
    pub commitment: StatementHash,
    /// What it says.
    pub statement: Statement,
    /// Entries that were held when it was made, and until when.
    pub held: Vec<(u32, u64)>,
}

impl OnRecord {
    /// With the next record.
    pub fn take(&mut self, record: &Record) {
        match &record.event {
            Event::Program(event) => self.program(record.at, event),
            Event::Bridge(bridge::Event::ConversionCompleted { completion, .. }) => {
                self.carried.insert((completion.route, completion.number), *completion);
            }
            _ => {}
        }
    }

    fn program(&mut self, at: u64, event: &program::Event) {
        match event {
            program::Event::BatchExecuted { batch, .. } => {
                let (header, statements) = (batch.header, Vec::new());
                let new = Batch { header, statements, last: None, holds: BTreeMap::new() };
                self.batches.insert(batch.manifest, new);
            }
            program::Event::StatementMade { statement, commitment, .. } => {
                let Some(batch) = self.batches.get_mut(&statement.manifest) else { return };
                let held = batch.holds.iter().map(|(entry, until)| (*entry, *until));
                let held = held.filter(|(_, until)| *until > at).collect();
                batch.statements.push(Stated { commitment: *commitment, statement: *statement, held });
            }
            program::Event::StatementFinal { manifest, last } => {
                if let Some(batch) = self.batches.get_mut(manifest) {
                    batch.last = Some(last.commitment);
                }
            }
            program::Event::EntryHeld { manifest, index, hold, .. } => {
                let Some(batch) = self.batches.get_mut(manifest) else { return };
                match hold {
                    Some((until, _)) => batch.holds.insert(*index, *until),
                    None => batch.holds.remove(index),
                };
            }
            program::Event::ProgramChanged { .. }
            | program::Event::ContradictionOverruled { .. }
            | program::Event::VoteCast { .. }
            | program::Event::BatchStopped { .. } => {}
        }
    }

    /// Batches with a statement that has this root.
    pub fn stated(&self, root: OutcomesRoot) -> impl Iterator<Item = ManifestHash> {
        let has = move |batch: &Batch| batch.statements.iter().any(|stated| stated.statement.root == root);
        self.batches.iter().filter(move |(_, batch)| has(batch)).map(|(manifest, _)| *manifest)
    }

    /// A batch that has this root of its entries.
    pub fn of_entries(&self, header: &Header) -> Option<ManifestHash> {
        self.batches.iter().find(|(_, batch)| batch.header.root == header.root).map(|(manifest, _)| *manifest)
    }

    /// Statements of the bridge that have this root.
    pub fn carried(&self, root: ReferenceHash) -> impl Iterator<Item = &Completion> {
        self.statements_of_bridge().filter(move |completion| completion.root == root)
    }

    /// Statements of the bridge behind which there is a file: a release has none.
    pub fn statements_of_bridge(&self) -> impl Iterator<Item = &Completion> {
        self.carried.values().filter(|completion| completion.count > 0)
    }
}

impl Batch {
    /// The statement that counts: the final one, or as long as none is final the newest of which there are outcomes.
    pub fn counts(&self, at_hand: impl Fn(OutcomesRoot) -> bool) -> Option<&Stated> {
        match self.last {
            Some(last) => self.statements.iter().find(|stated| stated.commitment == last),
            None => self.statements.iter().rev().find(|stated| at_hand(stated.statement.root)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        batch::{Executed, Rail},
        bytes::{AssetHash, DeploymentId, EntriesRoot},
        council::SeatId,
        event::Door,
        program::RuleSet,
        settlement::Final,
    };

    const MANIFEST: ManifestHash = ManifestHash([1; 32]);

    fn seat() -> SeatId {
        "O0".parse().unwrap_or_else(|_| unreachable!("a seat"))
    }

    fn take(on: &mut OnRecord, at: u64, event: program::Event) {
        on.take(&Record { seq: 0, at, door: Door::Direct, actor: None, event: Event::Program(event) });
    }

    fn statement(root: u8) -> program::Event {
        let statement = Statement {
            manifest: MANIFEST,
            version: 1,
            previous: None,
            root: OutcomesRoot([root; 32]),
            closed: 1,
            paid: 5,
            unpaid: 0,
            debited: 5,
        };
        program::Event::StatementMade { seat: seat(), statement, commitment: StatementHash([root; 32]) }
    }

    fn executed() -> program::Event {
        let header = Header {
            version: 1,
            deployment: DeploymentId([2; 32]),
            program: 1,
            asset: AssetHash([3; 32]),
            payer: [4; 32],
            rail: Rail::Opaque,
            rules: 1,
            line: 1,
            pay_on: 5,
            count: 1,
            total: 5,
            root: EntriesRoot([6; 32]),
            parent: None,
        };
        let rules = RuleSet { hash: ReferenceHash([8; 32]), effective_from: 0, effective_until: None };
        let batch = Executed {
            manifest: MANIFEST,
            header,
            rules,
            number: 1,
            previous: None,
            small: false,
            auditors: 1,
            challenge: 5,
        };
        let id = "1.Pr:1-0.0".parse().unwrap_or_else(|_| unreachable!("an id"));
        program::Event::BatchExecuted { id, batch }
    }

    #[test]
    fn the_final_statement_counts_and_before_it_the_newest_at_hand() {
        let mut on = OnRecord::default();
        take(&mut on, 1, statement(9));
        assert!(on.batches.is_empty(), "of a batch that was never executed nothing is kept");
        for (at, event) in [(2, executed()), (3, statement(1)), (4, statement(2)), (5, statement(3))] {
            take(&mut on, at, event);
        }
        let counts = |on: &OnRecord, at_hand: &[u8]| {
            let found = on.batches.get(&MANIFEST)?.counts(|root| at_hand.contains(&root.0[0]))?;
            Some(found.statement.root.0[0])
        };
        assert_eq!((counts(&on, &[1, 2]), counts(&on, &[])), (Some(2), None));
        let last = Final {
            recorder: seat(),
            version: 1,
            commitment: StatementHash([1; 32]),
            stated_at: 3,
            at: 6,
            closed: 1,
            paid: 5,
            unpaid: 0,
            debited: 5,
            credit: 0,
        };
        take(&mut on, 6, program::Event::StatementFinal { manifest: MANIFEST, last });
        assert_eq!((counts(&on, &[1, 2]), counts(&on, &[])), (Some(1), Some(1)));
        assert_eq!(on.stated(OutcomesRoot([3; 32])).collect::<Vec<_>>(), [MANIFEST]);
        assert_eq!(on.stated(OutcomesRoot([4; 32])).count(), 0);
    }

    #[test]
    fn a_statement_knows_which_entries_were_held() {
        let mut on = OnRecord::default();
        take(&mut on, 1, executed());
        let hold = |index, until: Option<u64>| program::Event::EntryHeld {
            seat: seat(),
            manifest: MANIFEST,
            index,
            hold: until.map(|until| (until, ReferenceHash([7; 32]))),
            nonce: 1,
        };
        for (at, event) in [(2, hold(3, Some(10))), (2, hold(4, Some(5))), (2, hold(5, Some(10))), (3, hold(5, None))] {
            take(&mut on, at, event);
        }
        take(&mut on, 5, statement(1));
        let held =
            on.batches.get(&MANIFEST).and_then(|batch| batch.statements.first()).map(|stated| stated.held.clone());
        assert_eq!(held, Some(vec![(3, 10)]), "the second is over at its time, the third was taken back");
    }
}
