//! `recoverable` (invariant 20): whichever five keys are lost, the councils heal.
//!
//! *Lost* is a seat whose key nobody has any more: it never approves, and stays in its council's size. *Overdue* is not
//! lost: overdue seats decide rotations, recoveries and reconstitutions. A row *can act* if the seats that are left give
//! each minimum and `m` in all. A council *heals* if its rotation row, or its recovery row, can act: every lost seat gets
//! another key, which accepts. Healing goes on until nothing changes.
//!
//! Two answers are kept apart, because they differ: what heals by the table as it stands, and what heals once the policy
//! table, which can act by then, has written other rotation rows.

use crate::world::{World, approve, cancel, execute, genesis, seat};
use greatseal_protocol::{
    action::Action,
    command::Order,
    council::{Council, SeatId},
    event::Event,
    genesis::Profile,
    language::{self, council, proposal},
    policy,
    row::{Minima, Row, RowId},
    state::State,
    table,
};
use std::collections::{BTreeMap, BTreeSet};

/// Councils of the default genesis in the order of their rows, with their sizes.
const SIZES: [(Council, u8); 11] = [
    (Council::Sovereign, 3),
    (Council::Policy, 2),
    (Council::Technical, 3),
    (Council::Emergency, 3),
    (Council::Custody, 3),
    (Council::Treasury, 2),
    (Council::Identity, 3),
    (Council::PROGRAM, 3),
    (Council::Operator, 2),
    (Council::Auditor, 2),
    (Council::Panel, 2),
];

/// Lost seats of each council.
type Lost = [u8; 11];

fn place(council: Council) -> usize {
    SIZES.iter().position(|(other, _)| *other == council).unwrap()
}

fn can_act(row: &Row, lost: &Lost) -> bool {
    let left = |council| SIZES[place(council)].1 - lost[place(council)];
    let all: u8 = row.minima.iter().map(|(council, _)| left(council)).sum();
    all >= row.m && row.minima.iter().all(|(council, k)| left(council) >= k)
}

/// What is still lost when nothing more heals by these rows.
fn healed(rows: &BTreeMap<RowId, Row>, mut lost: Lost) -> Lost {
    loop {
        let before = lost;
        for (at, (council, _)) in SIZES.iter().enumerate() {
            let recovery = [RowId::RECOVER_SOVEREIGN, RowId::RECOVER_POLICY];
            let recovers = recovery.into_iter().filter(|row| row.recovers() == Some(*council));
            let heals = recovers.chain([RowId::rotate(*council)]).any(|row| can_act(&rows[&row], &lost));
            if lost[at] > 0 && heals {
                lost[at] = 0;
            }
        }
        if lost == before {
            return lost;
        }
    }
}

fn by_id(rows: Vec<Row>) -> BTreeMap<RowId, Row> {
    rows.into_iter().map(|row| (row.id, row)).collect()
}

fn default_rows() -> BTreeMap<RowId, Row> {
    by_id(table::default_rows(Profile::Standard))
}

/// What the policy table can write, one after the other, so that the Sovereign and the Policy council rotate every seat: a
/// council goes on being asked, and need not answer. A minimum falls by one at a time.
fn steps(row: &Row) -> Vec<Row> {
    let Some(council) = row.id.rotated().filter(|council| council.counts()) else { return Vec::new() };
    let to = |k: u8| {
        let minima = Minima::new(vec![(Council::Sovereign, 2), (Council::Policy, 1), (council, k)]).unwrap();
        Row { m: 4, minima, ..row.clone() }
    };
    if [Council::Sovereign, Council::Policy].contains(&council) {
        return Vec::new();
    }
    (0..row.minima.of(council)).rev().map(to).collect()
}

/// The table when all of that is written.
fn rewritten() -> BTreeMap<RowId, Row> {
    let mut rows = default_rows();
    for row in rows.values_mut() {
        *row = steps(row).pop().unwrap_or_else(|| row.clone());
    }
    rows
}

/// Every set of at most five seats.
fn patterns() -> impl Iterator<Item = Lost> {
    let seats: Vec<usize> = (0..SIZES.len()).flat_map(|at| std::iter::repeat_n(at, SIZES[at].1.into())).collect();
    let all = 1_u32 << seats.len();
    (0..all).filter(|set| set.count_ones() <= 5).map(move |set| {
        let mut lost = [0; 11];
        (0..seats.len()).filter(|at| set & (1 << at) != 0).for_each(|at| lost[seats[at]] += 1);
        lost
    })
}

const WHOLE: Lost = [0; 11];

/// What heals by the table as it stands, and what does not: a council of three whose two seats are lost gives its own
/// rotation no minimum of two, and a Treasury without a seat none of one.
fn stuck(lost: &Lost) -> bool {
    let two_of_three = [Council::Technical, Council::Emergency, Council::Custody, Council::Identity, Council::PROGRAM];
    two_of_three.into_iter().any(|council| lost[place(council)] >= 2) || lost[place(Council::Treasury)] == 2
}

#[test]
fn recoverable_whichever_five_keys_are_lost() {
    let (default, rewritten) = (default_rows(), rewritten());
    let mut tried = 0;
    for lost in patterns() {
        let rest = healed(&default, lost);
        // Sovereign and Policy heal by rotation and recovery alone, whatever else is lost.
        assert_eq!((rest[0], rest[1]), (0, 0), "{lost:?}");
        assert_eq!(rest != WHOLE, stuck(&lost), "{lost:?} leaves {rest:?}");
        // With them the policy table acts, and by what it writes the rest heals.
        assert!(can_act(&default[&RowId::POLICY_TABLE], &rest), "{lost:?}");
        assert_eq!(healed(&rewritten, rest), WHOLE, "{lost:?}");
        tried += 1;
    }
    // 28 choose 0 to 5.
    assert_eq!(tried, 122_438);
}

/// The table that the policy council would write keeps every invariant, and no row of it is changed too fast.
#[test]
fn what_the_policy_table_writes_to_heal_keeps_every_invariant() {
    let mut genesis = genesis();
    genesis.rows = rewritten().into_values().collect();
    assert_eq!(policy::check(&genesis), Ok(()));
}

/// Six keys can be too many: the bound is tight.
#[test]
fn six_lost_keys_can_be_too_many() {
    let rows = default_rows();
    let too_many = |lost: &[(Council, u8)]| {
        let mut all = WHOLE;
        lost.iter().for_each(|(council, seats)| all[place(*council)] = *seats);
        let rest = healed(&rows, all);
        (rest[0], rest[1]) != (0, 0) && !can_act(&rows[&RowId::POLICY_TABLE], &rest)
    };
    assert!(too_many(&[(Council::Sovereign, 2), (Council::Custody, 3), (Council::Identity, 1)]));
    assert!(!too_many(&[(Council::Sovereign, 2), (Council::Custody, 3)]));
}

// The same in the real core

/// A world of which some keys are lost, healing itself.
struct Ward {
    world: World,
    lost: BTreeSet<SeatId>,
    fresh: u32,
}

/// The seats of a pattern: of each council the first ones.
fn seats_of(lost: &Lost) -> BTreeSet<SeatId> {
    let named = |council| if council == Council::PROGRAM { Council::Program(1) } else { council };
    let of = |at: usize| (0..lost[at]).map(move |index| SeatId { council: named(SIZES[at].0), index });
    (0..SIZES.len()).flat_map(of).collect()
}

impl Ward {
    /// Whether the action is executed with the approvals of everybody who is left.
    fn enacts(&mut self, row: RowId, action: &Action) -> bool {
        let cell = self.world.cells.row(row).unwrap();
        let mut left = Vec::new();
        for (council, _) in cell.minima.iter() {
            let council = if council == Council::PROGRAM { Council::Program(1) } else { council };
            for index in 0..self.world.cells.council(council).unwrap().size {
                let id = SeatId { council, index };
                let key = self.world.cells.seat(id).unwrap().key;
                left.extend(self.world.names.get(&key).filter(|_| !self.lost.contains(&id)).cloned());
            }
        }
        let Some(author) = left.first().cloned() else { return false };
        let proposal = self.world.open(author, action);
        for name in &left {
            let outcome = self.world.order(name, approve(&proposal));
            assert_eq!(crate::world::code_of(&outcome), (None, true), "{name}");
        }
        let reached = |event: &Event| matches!(event, Event::Proposal(proposal::Event::QuorumReached { id, .. }) if *id == proposal.id);
        let stands = self.world.records.iter().any(|record| reached(&record.event));
        if !stands {
            self.world.refused("O0", execute(&proposal), 404);
            // The author's slots are for others again.
            self.world.applied(&left[0], cancel(&proposal));
            return false;
        }
        self.world.wait(cell.delay.into());
        self.world.execute("nobody", &proposal);
        true
    }

    fn accepts(&mut self, name: &str) {
        let order: Order = self.world.acceptance(name);
        self.world.applied(name, order);
        self.world.wait(1);
    }

    /// One seat after the other gets another key under its rotation row.
    fn rotates(&mut self, id: SeatId) -> bool {
        self.fresh += 1;
        let name = format!("fresh-{}", self.fresh);
        let held = self.world.cells.seat(id).unwrap();
        let new = self.world.newcomer(id, &name, held.organisation.as_str());
        let rotated = self.enacts(
            RowId::rotate(id.council),
            &Action::Council(council::Action::Rotate { seat: id, previous: held.key, new }),
        );
        if rotated {
            self.accepts(&name);
            self.lost.remove(&id);
        }
        rotated
    }

    /// All lost seats of a council at once.
    fn recovers(&mut self, council: Council) -> bool {
        let row = if council == Council::Policy { RowId::RECOVER_POLICY } else { RowId::RECOVER_SOVEREIGN };
        let (mut seats, mut names) = (Vec::new(), Vec::new());
        for id in self.lost.iter().filter(|id| id.council == council) {
            self.fresh += 1;
            let name = format!("fresh-{}", self.fresh);
            let organisation = self.world.cells.seat(*id).unwrap().organisation;
            let mut new = self.world.newcomer(*id, &name, organisation.as_str());
            new.valid_until = self.world.now + (40 + 8 * u64::from(id.index)) * crate::world::DAY;
            seats.push((id.index, new));
            names.push((*id, name));
        }
        let epoch = self.world.cells.council(council).unwrap().epoch;
        let recovered = self.enacts(row, &Action::Council(council::Action::Recover { council, epoch, seats }));
        for (id, name) in names.into_iter().filter(|_| recovered) {
            self.accepts(&name);
            self.lost.remove(&id);
        }
        recovered
    }

    /// Until nothing more heals.
    fn heals(&mut self) {
        loop {
            let before = self.lost.len();
            for id in self.lost.clone() {
                let rescued = [Council::Sovereign, Council::Policy].contains(&id.council);
                // A recovery may have taken it in already.
                if self.lost.contains(&id) && !self.rotates(id) && rescued {
                    self.recovers(id.council);
                }
            }
            if self.lost.len() == before {
                return;
            }
        }
    }
}

/// The patterns that are tried in the real core: every council with every loss, alone and beside a Sovereign without a
/// quorum, and the hardest of five.
fn sample() -> Vec<Lost> {
    let mut sample = Vec::new();
    for (at, (_, size)) in SIZES.iter().enumerate() {
        for seats in 1..=*size {
            let mut alone = WHOLE;
            alone[at] = seats;
            sample.push(alone);
            if at > 0 && seats <= 3 {
                let mut beside = alone;
                beside[0] = 2;
                sample.push(beside);
            }
        }
    }
    sample.extend([
        [3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [2, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0],
        [2, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0],
        [0, 2, 0, 0, 0, 2, 1, 0, 0, 0, 0],
        [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0],
        [1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0],
    ]);
    sample
}

#[test]
fn recoverable_the_core_heals_what_the_predicate_says() {
    let rows = default_rows();
    let (mut whole, mut stuck) = (0, 0);
    for lost in sample() {
        let wants = seats_of(&healed(&rows, lost));
        let mut ward = Ward { world: World::new(), lost: seats_of(&lost), fresh: 0 };
        ward.heals();
        // Whoever is stuck is stuck with all that the council has lost.
        assert_eq!(
            ward.lost.iter().map(|id| id.council).collect::<BTreeSet<_>>(),
            wants.iter().map(|id| id.council).collect(),
            "{lost:?}"
        );
        (whole, stuck) = (whole + usize::from(ward.lost.is_empty()), stuck + usize::from(!ward.lost.is_empty()));
        // What is left heals by one change of its rotation row, or by two.
        for council in ward.lost.iter().map(|id| id.council.in_row()).collect::<BTreeSet<_>>() {
            for (version, row) in (1..).zip(steps(&rows[&RowId::rotate(council)])) {
                let set = Action::Policy(language::policy::Action::SetRow(Row { version, ..row }));
                assert!(ward.enacts(RowId::POLICY_TABLE, &set), "{lost:?}");
            }
        }
        ward.heals();
        assert!(ward.lost.is_empty(), "{lost:?} leaves {:?}", ward.lost);
        ward.world.folds();
    }
    assert!(whole > 20 && stuck > 10, "{whole} {stuck}");
}

/// Overdue is not lost: when every seat of every council is overdue, each is given a valid key by the others.
#[test]
fn rule_15_overdue_is_not_lost() {
    let mut world = World::new();
    world.now = crate::world::START + 200 * crate::world::DAY;
    let all: Vec<&str> = crate::world::SEATS.into_iter().filter(|name| !name.starts_with('X')).collect();
    assert!(all.iter().all(|name| world.now >= world.cells.seat(seat(name)).unwrap().valid_until));
    let mut ward = Ward { world, lost: BTreeSet::new(), fresh: 0 };
    for name in all {
        assert!(ward.rotates(seat(name)), "{name}");
    }
    ward.world.folds();
}
