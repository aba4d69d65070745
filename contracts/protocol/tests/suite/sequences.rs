//! Properties of random stories, under the names of section 15: fold, executed_once, counted, never_blocked, bounded.
//! `refused_changes_nothing` and the contiguous `seq` are checked by the world at every single submission.

use crate::{oracle::Oracle, steps::story, tale::Tale, world::World};
use greatseal_protocol::{
    bytes::DeploymentId,
    cells::{Cells, Memory},
    event::{Event, Record},
    evolve::{Unfit, evolve},
    proposal::Proposal,
    row::RowId,
    scale::{DecodeAll, Encode},
    submit::Outcome,
};
use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap};

/// The same stories on every machine; with `GREATSEAL_LONG=1` ten times as many, and others each time.
pub(crate) fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let long = std::env::var("GREATSEAL_LONG").is_ok_and(|value| value == "1");
    let cases = if long { cases.saturating_mul(10) } else { cases };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = match long {
        true => TestRunner::new(config),
        false => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    if let Err(failure) = runner.run(strategy, test) {
        panic!("{failure}");
    }
}

/// How often something happened over all stories: a property over stories in which nothing happens proves nothing.
#[derive(Default)]
pub(crate) struct Tallies(RefCell<BTreeMap<String, u32>>);

impl Tallies {
    pub(crate) fn count(&self, what: impl Into<String>) {
        *self.0.borrow_mut().entry(what.into()).or_default() += 1;
    }

    pub(crate) fn at_least(&self, least: &[(&str, u32)]) {
        let seen = self.0.borrow();
        for (what, least) in least {
            let count = seen.get(*what).copied().unwrap_or(0);
            assert!(count >= *least, "{what} happened {count} times: the stories are too dull\n{seen:#?}");
        }
    }
}

#[test]
fn fold_executed_once_counted_never_blocked_bounded() {
    let seen = Tallies::default();
    run(3_000, &story(60), |steps| {
        let tale = Tale::new().tell(&steps);
        tale.world.folds();
        let oracle = Oracle::read(&tale.world.records);
        let executed =
            tale.world.records.iter().filter(|record| matches!(record.event, Event::Executed { .. })).count();
        assert_eq!(oracle.executed, executed);
        for (what, outcome) in &tale.outcomes {
            never(what, outcome);
            match outcome {
                Outcome::Applied { .. } => seen.count(format!("{what} applied")),
                Outcome::Refused { refusal, .. } => seen.count(format!("{}", refusal.code())),
                Outcome::Ignored { refusal } => seen.count(format!("{} ignored", refusal.code())),
            }
        }
        tale.world.records.iter().for_each(|record| seen.count(record.event.kind()));
        never_blocked(&tale);
        Ok(())
    });
    seen.at_least(&[
        ("Executed", 500),
        ("Paused", 100),
        ("Lifted", 50),
        ("RouteChanged", 100),
        ("QuorumReached", 500),
        ("Rejected", 50),
        ("Cancelled", 50),
        ("Escalated", 500),
        ("402", 50),
        ("403", 50),
        ("404", 50),
        ("405", 10),
        ("406", 10),
        ("408", 20),
        ("409", 20),
        ("410", 20),
        ("411", 10),
        ("414", 20),
        ("415", 10),
        ("500", 10),
        ("108", 20),
        ("303", 20),
        ("107 ignored", 10),
        ("106 ignored", 20),
    ]);
}

/// An altered or misdirected envelope never takes effect, and is never on record.
fn never(what: &str, outcome: &Outcome) {
    if what == "altered" {
        assert!(matches!(outcome, Outcome::Ignored { .. }), "{outcome:?}");
    }
}

/// Only a loosening can be refused with 500: its proposal is the one that every such record is about.
fn never_blocked(tale: &Tale) {
    let cells = &tale.world.cells;
    for row in [RowId::EMERGENCY_PAUSE, RowId::LIFT_EARLY, RowId::BRIDGE_TIGHTEN] {
        assert!(row.never_blocked());
    }
    assert!(!RowId::BRIDGE_LOOSEN.never_blocked());
    // Everything is paused from now on; whatever is executable and not a loosening takes effect or is refused by
    // another rule.
    for proposal in &tale.proposals {
        let Ok(cell) = cells.proposal(proposal.id) else { continue };
        let mut world = tale.world.clone();
        world.paused_for_test();
        let outcome = world.order(crate::world::seat("A0"), crate::world::execute(proposal));
        if let Outcome::Refused { refusal, .. } = outcome {
            assert!(refusal.code() != 500 || cell.row == RowId::BRIDGE_LOOSEN, "{cell:?} was blocked");
        }
    }
}

impl World {
    /// A pause of everything, written as a cell.
    fn paused_for_test(&mut self) {
        use greatseal_protocol::{
            action::{Scope, Severity},
            bytes::{IncidentId, ReferenceHash},
            cells::{CellKey, CellsMut, Paused},
            command::ProposalId,
        };
        let proposal = ProposalId { serial: 0, author: crate::world::seat("E0"), slot: 0 };
        let (until, since) = (self.now + 1, self.now);
        let (incident, severity, reason) = (IncidentId([0; 16]), Severity::Sev1, ReferenceHash([0; 32]));
        for scope in [Scope::Everything, Scope::Route(1), Scope::Upgrades] {
            self.cells.put(&CellKey::Pause(scope), &Paused { until, since, proposal, incident, severity, reason });
        }
    }
}

/// A replay refuses a gap, a repetition, a fork and a beginning that is not one.
#[test]
fn rule_24_fold_refuses_records_out_of_sequence() {
    let world = World::with_route();
    let mut replay = Memory::new();
    let first = &world.records[1];
    assert_eq!(evolve(&mut replay, first), Err(Unfit::Missing));
    evolve(&mut replay, &world.records[0]).unwrap();
    assert_eq!(evolve(&mut replay, &world.records[0]), Err(Unfit::OutOfSequence { expected: 0, found: 0 }));
    assert_eq!(evolve(&mut replay, &world.records[2]), Err(Unfit::OutOfSequence { expected: 1, found: 2 }));
    evolve(&mut replay, first).unwrap();
    assert_eq!(evolve(&mut replay, first), Err(Unfit::OutOfSequence { expected: 2, found: 1 }));
}

/// The first record names the genesis that it carries: neither can be exchanged without the other.
#[test]
fn rule_24_fold_refuses_a_deployment_under_another_genesis_id() {
    let world = World::new();
    let Event::Deployed { deployment, contract, genesis } = &world.records[0].event else { panic!() };
    let forged = |deployment, genesis| {
        let event = Event::Deployed { deployment, contract: *contract, genesis };
        let mut replay = Memory::new();
        let answer = evolve(&mut replay, &Record { event, ..world.records[0].clone() });
        assert!(answer.is_ok() || replay.is_empty(), "nothing is written before it fits");
        answer
    };
    assert_eq!(forged(*deployment, genesis.clone()), Ok(()));
    assert_eq!(forged(DeploymentId([0; 32]), genesis.clone()), Err(Unfit::Missing));
    let mut other = genesis.clone();
    other.rows[0].m = 3;
    assert_eq!(forged(*deployment, other.clone()), Err(Unfit::Missing));
    assert_eq!(forged(greatseal_protocol::digest::deployment_id(&other), other), Ok(()));
}

/// Records survive their bytes, and every digest can be computed again from the cell.
#[test]
fn records_and_digests_can_be_checked_by_others() {
    run(200, &story(30), |steps| {
        let tale = Tale::new().tell(&steps);
        for record in &tale.world.records {
            assert_eq!(Record::decode_all(&mut &*record.encode()).as_ref(), Ok(record));
        }
        for proposal in &tale.proposals {
            let Ok(cell) = tale.world.cells.proposal(proposal.id) else { continue };
            let cell: Proposal = cell;
            let terms = cell.terms(tale.world.domain.deployment, proposal.id);
            assert_eq!(greatseal_protocol::digest::proposal_digest(&terms), proposal.digest);
        }
        Ok(())
    });
}
