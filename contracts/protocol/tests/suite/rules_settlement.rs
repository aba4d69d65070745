//! 81x, 82x: every entry of a batch ends once, and a log settles one entry, once.

use crate::{
    money::{attest, batch, except, funded, manifest, paid, reconcile, record},
    world::{HOUR, World, execute, pause, set_mode},
};
use greatseal_protocol::{
    action::Action,
    batch::{Exception, MOST_ENTRIES, MOST_RANGES},
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    command::Order,
    dispute::Subject,
    language::program,
    scope::{Mode, Scope},
};

/// A batch of ten entries over a hundred.
fn paying() -> World {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 10, 100));
    world
}

#[test]
fn who_records_is_who_pays_204() {
    let mut world = paying();
    for who in ["A0", "S0", "M0", "X0"] {
        world.refused(who, record(&world, "a", 0, &[(1, 10)]), 204);
    }
    world.refused("O0", record(&world, "nobody", 0, &[(1, 10)]), 812);
    world.applied("O0", record(&world, "a", 0, &[(1, 10)]));
    world.applied("Pr:1-2", record(&world, "a", 1, &[(2, 10)]));
    // Who records does not attest.
    for who in ["O0", "Pr:1-2", "S0"] {
        world.refused(who, attest(&world, "a", 0, 20, &[(1, &[0, 1])]), 204);
    }
    world.applied("A0", attest(&world, "a", 0, 20, &[(1, &[0, 1])]));
    world.folds();
}

#[test]
fn cursor_813_moves_from_where_it_is() {
    let mut world = paying();
    world.applied("O0", record(&world, "a", 0, &[(3, 30)]));
    for from in [0, 2, 4] {
        world.refused("O0", record(&world, "a", from, &[(5, 20)]), 813);
    }
    world.refused_action("S0", &except(&world, "a", 2, 4, 10), 813);
    // Opened ahead of the cursor, executed where it stops.
    let ahead = world.carry("S0", &except(&world, "a", 5, 6, 10));
    world.refused("O0", execute(&ahead), 813);
    world.applied("O0", record(&world, "a", 3, &[(5, 20)]));
    world.execute("O0", &ahead);
    assert_eq!(paid(&world, "a").cursor, 6);
    world.folds();
}

#[test]
fn ranges_814_are_within_the_batch_and_follow_each_other() {
    let mut world = paying();
    let many: Vec<(u32, u128)> = (1..130).map(|at| (at, 1)).collect();
    for ranges in [&[] as &[(u32, u128)], &[(0, 0)], &[(11, 100)], &[(2, 20), (2, 5)], &[(3, 30), (2, 5)], &many] {
        world.refused("O0", record(&world, "a", 0, ranges), 814);
    }
    world.refused_action("S0", &except(&world, "a", 0, 0, 10), 814);
    world.refused_action("S0", &except(&world, "a", 0, 11, 100), 814);
}

#[test]
fn rule_28_sums_815_work_out_at_every_step() {
    let mut world = paying();
    // Less than a unit for an entry, too little left for the others, something left behind the last.
    for ranges in [&[(3_u32, 2_u128)], &[(3, 94)], &[(10, 99)], &[(10, 101)], &[(9, 100)], &[(3, u128::MAX)]] {
        world.refused("O0", record(&world, "a", 0, ranges), 815);
    }
    world.refused_action("S0", &except(&world, "a", 0, 10, 99), 815);
    world.applied("O0", record(&world, "a", 0, &[(3, 93)]));
    world.enact("S0", &except(&world, "a", 3, 10, 7));
    let batch = paid(&world, "a");
    assert_eq!((batch.settled, batch.excepted, batch.open()), (93, 7, 0));
    world.folds();
}

#[test]
fn an_exception_states_evidence_413() {
    let mut world = paying();
    let action = Action::Program(program::Action::Except {
        manifest: manifest(&world, "a"),
        from: 0,
        up_to: 1,
        amount: 1,
        evidence: ReferenceHash([0; 32]),
    });
    world.refused_action("S0", &action, 413);
    world.refused_action("S0", &except(&world, "nobody", 0, 1, 1), 812);
}

#[test]
fn rule_28_attestation_follows_825_and_sees_everything_815() {
    let mut world = paying();
    world.refused("A0", attest(&world, "nobody", 0, 10, &[(1, &[0])]), 812);
    world.refused("A0", attest(&world, "a", 0, 10, &[(1, &[0])]), 825);
    world.applied("O0", record(&world, "a", 0, &[(4, 40)]));
    for seen in [&[] as &[(u8, &[u32])], &[(1, &[])]] {
        world.refused("A0", attest(&world, "a", 0, 0, seen), 814);
    }
    world.refused("A0", attest(&world, "a", 0, 40, &[(1, &[0, 1, 2, 3, 4])]), 825);
    world.refused("A0", attest(&world, "a", 1, 10, &[(1, &[0])]), 813);
    // All that was recorded was seen, or less while less entries were.
    world.refused("A0", attest(&world, "a", 0, 39, &[(1, &[0, 1, 2, 3])]), 815);
    world.refused("A0", attest(&world, "a", 0, 41, &[(1, &[0, 1, 2, 3])]), 815);
    world.refused("A0", attest(&world, "a", 0, 40, &[(1, &[0, 1, 2])]), 815);
    world.refused("A0", attest(&world, "a", 0, 2, &[(1, &[0, 1, 2])]), 815);
    world.applied("A0", attest(&world, "a", 0, 30, &[(1, &[0, 1, 2])]));
    world.refused("A1", attest(&world, "a", 0, 30, &[(1, &[3, 4, 5])]), 813);
    world.applied("A1", attest(&world, "a", 3, 10, &[(1, &[3])]));
    world.folds();
}

/// Over all batches and programmes.
#[test]
fn rule_28_a_log_820_settles_one_entry_once() {
    let mut world = paying();
    world.enact("O0", &batch(&world, "b", 10, 101));
    world.applied("O0", record(&world, "a", 0, &[(10, 100)]));
    world.applied("O0", record(&world, "b", 0, &[(10, 101)]));
    for seen in [&[(1, &[3, 3][..])][..], &[(1, &[3, 2])], &[(1, &[0]), (1, &[1])], &[(1, &[0]), (2, &[])]] {
        world.refused("A0", attest(&world, "a", 0, 20, seen), 820);
    }
    world.applied("A0", attest(&world, "a", 0, 20, &[(1, &[4, 7])]));
    for logs in [&[4][..], &[7], &[5], &[6]] {
        world.refused("A0", attest(&world, "b", 0, 10, &[(1, logs)]), 820);
    }
    world.applied("A0", attest(&world, "b", 0, 10, &[(1, &[8])]));
    world.refused("A0", attest(&world, "a", 2, 10, &[(1, &[8])]), 820);
    world.applied("A0", attest(&world, "a", 2, 10, &[(1, &[u32::MAX])]));
    world.refused("A0", attest(&world, "a", 3, 10, &[(1, &[u32::MAX])]), 820);
    // The same number on another chain is another transaction.
    let Order::Program(program::Order::AttestSettlement(mut other)) = attest(&world, "a", 3, 10, &[(1, &[0])]) else {
        panic!()
    };
    other.chain.0[0] ^= 1;
    world.applied("A0", Order::Program(program::Order::AttestSettlement(other)));
    world.folds();
}

#[test]
fn attestation_is_bounded_814() {
    let mut world = funded();
    let entries = u32::try_from(MOST_ENTRIES).unwrap();
    world.enact("O0", &batch(&world, "a", 200, 200));
    world.applied("O0", record(&world, "a", 0, &[(200, 200)]));
    let logs: Vec<u32> = (0..=entries).collect();
    world.refused("A0", attest(&world, "a", 0, 129, &[(1, &logs)]), 814);
    let many: Vec<(u8, &[u32])> = (0..17).map(|tx| (tx, &[0_u32][..])).collect();
    world.refused("A0", attest(&world, "a", 0, 17, &many), 814);
    world.applied("A0", attest(&world, "a", 0, 16, &many[..16]));
    world.applied("A0", attest(&world, "a", 16, 128, &[(20, &logs[..128])]));
}

/// A hundred and more ranges are one order, which writes two cells.
#[test]
fn a_record_of_many_ranges_is_one_order() {
    let mut world = funded();
    world.enact("O0", &batch(&world, "a", 128, 128));
    let ranges: Vec<(u32, u128)> = (1..=128).map(|at| (at, 1)).collect();
    assert_eq!(ranges.len(), MOST_RANGES);
    let before = world.cells.clone();
    world.applied("O0", record(&world, "a", 0, &ranges));
    let changed = world.cells.iter().filter(|(key, bytes)| before.get(*key) != Some(*bytes)).count();
    assert_eq!(changed, 2, "the batch and the head");
    world.folds();
}

/// Exceptions before, in the middle, one after the other, and at the end: attestation steps over each, never into one.
#[test]
fn excepted_entries_819_are_stepped_over() {
    let mut world = paying();
    world.enact("S0", &except(&world, "a", 0, 1, 10));
    assert_eq!(paid(&world, "a").attested, 1, "nothing before it is left to see");
    world.applied("O0", record(&world, "a", 1, &[(3, 20)]));
    world.enact("S0", &except(&world, "a", 3, 4, 10));
    world.enact("S0", &except(&world, "a", 4, 6, 20));
    world.applied("O0", record(&world, "a", 6, &[(7, 10)]));
    world.enact("S0", &except(&world, "a", 7, 8, 10));
    world.applied("O0", record(&world, "a", 8, &[(9, 10)]));
    world.enact("S0", &except(&world, "a", 9, 10, 10));
    let first: Exception = world.cells.cell(&CellKey::Exception(manifest(&world, "a"), 3)).unwrap().unwrap();
    assert_eq!((first.up_to, first.run, first.next), (4, 6, Some(7)));
    world.refused("A0", attest(&world, "a", 1, 30, &[(1, &[0, 1, 2])]), 819);
    world.applied("A0", attest(&world, "a", 1, 20, &[(1, &[0, 1])]));
    assert_eq!(paid(&world, "a").attested, 6);
    world.refused("A0", attest(&world, "a", 6, 20, &[(1, &[2, 3])]), 819);
    world.applied("A0", attest(&world, "a", 6, 10, &[(1, &[2])]));
    world.refused("A0", reconcile(&world, "a"), 822);
    world.refused("A0", attest(&world, "a", 8, 11, &[(1, &[3])]), 815);
    world.applied("A0", attest(&world, "a", 8, 10, &[(1, &[3])]));
    let batch = paid(&world, "a");
    assert_eq!((batch.attested, batch.ahead, batch.newest), (10, None, None));
    assert!(batch.complete());
    world.folds();
}

#[test]
fn reconciled_when_all_is_seen_and_nobody_disputes() {
    let mut world = paying();
    world.refused("A0", reconcile(&world, "nobody"), 812);
    world.refused("O0", reconcile(&world, "a"), 821);
    world.applied("O0", record(&world, "a", 0, &[(10, 100)]));
    world.refused("Pr:1-0", reconcile(&world, "a"), 822);
    let logs: Vec<u32> = (0..10).collect();
    world.applied("A0", attest(&world, "a", 0, 100, &[(1, &logs)]));
    world.refused("S0", reconcile(&world, "a"), 204);
    let subject = Subject::Batch(manifest(&world, "a"));
    world.applied("A1", crate::world::dispute(subject));
    world.refused("A0", reconcile(&world, "a"), 823);
    world.applied("A1", crate::world::retract(subject));
    world.applied("Pr:1-0", reconcile(&world, "a"));
    world.refused("A0", reconcile(&world, "a"), 824);
    assert_eq!(paid(&world, "a").reconciled, Some(world.now));
    // A doubt that comes later is a mark on what was reconciled.
    world.wait(HOUR);
    world.applied("A1", crate::world::dispute(subject));
    assert!(paid(&world, "a").reconciled.is_some());
    world.folds();
}

/// Evidence is never blocked.
#[test]
fn settlement_is_recorded_and_seen_whatever_is_paused() {
    let mut world = paying();
    world.enact("E0", &set_mode(Mode::ReadOnly, HOUR));
    world.enact("S0", &pause(Scope::Program(1), HOUR));
    world.applied("O0", record(&world, "a", 0, &[(9, 90)]));
    world.enact("S0", &except(&world, "a", 9, 10, 10));
    world.applied("A0", attest(&world, "a", 0, 90, &[(1, &[0, 1, 2, 3, 4, 5, 6, 7, 8])]));
    world.applied("A0", reconcile(&world, "a"));
    world.folds();
}
