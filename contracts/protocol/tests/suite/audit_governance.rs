//! Attacks composed over days by a reviewer who did not write the rules, named for what the attacker wants: each of them fails
//! to harm. Where one succeeds it is a finding of `docs/audits/governance-2026-11.md`: it is ignored until it is mended, and
//! says what should happen.

use crate::{
    amendments_table::{accepts, newcomers},
    money::{batch, funded, manifest},
    rules_phase::{hybrid, name_companion, step},
    world::{
        self, COUNCILS, DAY, HOUR, INCIDENT, MINUTE, Opened, REASON, START, World, acknowledge, adopt, approve,
        call_panel, code_of, component, dispute, dispute_of, doubtful, execute, genesis, holder_of, key_named, label,
        micronode, new_seat, panel_approve, pause, register, reinstate, reject, release, retire, retract, seat,
        suspend, triage, veto,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::{ContractAddress, ReferenceHash},
    command::{Capacity, Command, Order},
    council::{Council, Organisation, Phase, SeatId},
    dispute::{Resolution, Subject},
    genesis::{CouncilSeats, NewSeat},
    language::{
        council::{self, Reconstitute},
        emergency, operation, phase, policy, proposal, registry,
    },
    parameter::Parameter,
    phase::SetPhase,
    proposal::Stage,
    proposal_id::{Choice, Choices, Decision, ProposalId},
    registry::{ComponentKind, Risk},
    row::{Executors, Minima, Row, RowId},
    scale::Encode as _,
    scope::{Mode, Scope, Watched},
    state::State as _,
    submit,
};
use std::collections::BTreeMap;

/// Seven of the ten seats that may recover the Sovereign council.
const SEVEN: [&str; 7] = ["P0", "P1", "C0", "C1", "C2", "I0", "I1"];
/// New keys for the seats of S0 and S1.
const BOTH: [(u8, &str, &str); 2] = [(0, "sara", "cabinet"), (1, "sven", "justice")];
const NOBODY_THERE: &str = "on a chain no contract awaits the state at this address";

// Doing

/// These seats of the Sovereign council get keys of these names.
fn recovery(world: &mut World, seats: &[(u8, &str, &str)]) -> Action {
    let new = |(index, name, organisation): &(u8, &str, &str)| {
        (*index, new_seat(name, organisation, world.now + (90 + 8 * u64::from(*index)) * DAY))
    };
    let new: Vec<(u8, NewSeat)> = seats.iter().map(new).collect();
    seats.iter().for_each(|(_, name, _)| {
        world.names.insert(key_named(name), (*name).to_owned());
    });
    let epoch = world.cells.council(Council::Sovereign).unwrap().epoch;
    Action::Council(council::Action::Recover { council: Council::Sovereign, epoch, seats: new })
}

fn recovered(world: &mut World, seats: &[(u8, &str, &str)]) -> Opened {
    let action = recovery(world, seats);
    let proposal = world.open("P0", &action);
    world.approve(&SEVEN, &proposal);
    proposal
}

/// Opened by the first and approved by all of them.
fn agreed(world: &mut World, who: &[&str], action: &Action) -> Opened {
    let proposal = world.open(who[0], action);
    world.approve(who, &proposal);
    proposal
}

/// Approved by these, and executed after the delay by a stranger.
fn done(world: &mut World, who: &[&str], action: &Action) {
    let proposal = agreed(world, who, action);
    world.wait(world.cells.proposal(proposal.id).unwrap().delay.into());
    world.execute("nobody", &proposal);
}

fn outcome(world: &World, who: &str, order: Order) -> Option<u16> {
    code_of(&world.clone().order(who, order)).0
}

/// What comes of opening it.
fn opens(world: &World, who: &str, action: &Action) -> Option<u16> {
    let open = world.opening(who, action);
    outcome(world, who, Order::Proposal(proposal::Order::Open(Box::new(open))))
}

fn prolong(who: &str, recovery: ProposalId) -> Action {
    Action::Council(council::Action::Suspend {
        seat: seat(who),
        key: key_named(who),
        reason: REASON,
        recovery: Some(recovery),
    })
}

/// A rotation to a key and the person of another name.
fn as_person(world: &mut World, who: &str, key: &str, person: &str) -> Action {
    let rotation = world.rotation(who, key);
    let Action::Council(council::Action::Rotate { seat, previous, new }) = rotation else { panic!("{rotation:?}") };
    Action::Council(council::Action::Rotate { seat, previous, new: NewSeat { holder: holder_of(person), ..new } })
}

/// The next version of a row, with changes.
fn set_row(world: &World, id: RowId, change: impl FnOnce(&mut Row)) -> Action {
    let present = world.cells.row(id).unwrap();
    let mut row = Row { version: present.version + 1, ..present };
    change(&mut row);
    Action::Policy(policy::Action::SetRow(row))
}

fn minima(list: &[(Council, u8)]) -> Minima {
    Minima::new(list.to_vec()).unwrap()
}

fn baseline(previous: Option<u64>, value: u64) -> Action {
    Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous, value })
}

fn tune(world: &World, who: &str, previous: u64, value: u64) -> Order {
    Order::Operation(operation::Order::Tune { name: Parameter::Inflight, previous, value, nonce: world.nonce(who) })
}

fn roll_back(nonce: u64, from: &str, to: &str) -> Order {
    Order::Registry(registry::Order::RollBack { component: label("part"), from: label(from), to: label(to), nonce })
}

/// What each organisation does is what the seats say, all of them.
fn duties_are_those_of_the_seats(world: &World) {
    let mut wants: BTreeMap<_, Organisation> = BTreeMap::new();
    for (council, _) in COUNCILS {
        for index in 0..world.cells.council(*council).unwrap().size {
            let seat = world.cells.seat(SeatId { council: *council, index }).unwrap();
            let duties = wants.entry(seat.organisation).or_default();
            *duties.duty(*council) += u16::from(!seat.vacant);
        }
    }
    for (organisation, duties) in wants {
        assert_eq!(world.cells.organisation(organisation), Ok(duties), "{organisation}");
    }
}

// Recoveries

/// S0, S1, M0: a key that was never accepted in M1 is burnt by giving M1 a second other key.
#[test]
fn burns_the_key_of_a_recovery_by_two_rotations() {
    let mut world = World::new();
    let recovery = recovered(&mut world, &BOTH);
    // As in `recovery_outlasts_thieves_who_seat_its_key`: nobody was set aside meanwhile. Two hours are enough.
    for name in ["sara", "mallory"] {
        let rotation = world.rotation("M1", name);
        done(&mut world, &["M0", "S0", "S1"], &rotation);
    }
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    world.now = START + 10 * DAY;
    // Nobody ever accepted a seat with her key: 210 is what is answered.
    world.execute("nobody", &recovery);
}

/// S0, S1, M0: the person of the recovery sits in M1, with a thief's key that accepts.
#[test]
fn seats_the_person_of_a_recovery_under_a_key_that_accepts() {
    let mut world = World::new();
    let recovery = recovered(&mut world, &BOTH);
    let rotation = as_person(&mut world, "M1", "mallory", "sara");
    done(&mut world, &["M0", "S0", "S1"], &rotation);
    accepts(&mut world, "mallory");
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    world.now = START + 10 * DAY;
    // The seat was taken after the recovery was opened: 606 is what is answered.
    world.execute("nobody", &recovery);
}

/// S0, S1, M0, who wait until neither of the two can be set aside again: each recovery's key is burnt, and from the
/// second month on each recovery vetoed.
#[test]
fn waits_until_nobody_can_be_set_aside_and_burns_each_recoverys_key() {
    let mut world = World::new();
    for who in ["S0", "S1"] {
        done(&mut world, &["E0", "E1"], &suspend(who));
        world.wait(8 * DAY);
    }
    // As in `recovery_outlasts_thieves_who_wait`, with one key of the Treasury more.
    for (key, other, next) in [("sara", "sven", "mallory"), ("sofia", "stig", "moriarty")] {
        let action = recovery(&mut world, &[(0, key, "cabinet"), (1, other, "justice")]);
        let healing = agreed(&mut world, &SEVEN, &action);
        for who in ["S0", "S1"] {
            world.refused_action("E0", &suspend(who), 603);
            world.applied(who, veto(&healing));
        }
        for name in [key, next] {
            let rotation = world.rotation("M1", name);
            done(&mut world, &["M0", "S0", "S1"], &rotation);
        }
        world.wait(10 * DAY);
        if outcome(&world, "nobody", execute(&healing)).is_none() {
            return;
        }
        world.refused("nobody", execute(&healing), 210);
        world.applied("P0", reject(&healing));
    }
    let action = recovery(&mut world, &[(0, "selma", "cabinet"), (1, "simon", "justice")]);
    let healing = agreed(&mut world, &SEVEN, &action);
    for who in ["S0", "S1"] {
        world.applied(who, veto(&healing));
    }
    assert!(matches!(world.cells.proposal(healing.id).unwrap().stage, Stage::Approved { .. }), "vetoed for ever");
}

/// S0, S1, M0: an honest approver's seat gets another key, and one approval of seven is gone; of eight it does not matter.
#[test]
fn takes_an_approval_away_by_rotating_its_seat() {
    for (more, wants) in [(&[][..], Some(404)), (&["I2"][..], None)] {
        let mut world = World::new();
        let action = recovery(&mut world, &BOTH);
        let healing = agreed(&mut world, &["P0", "P1", "C0", "C1", "C2", "I0", "M1"], &action);
        world.approve(more, &healing);
        let rotation = world.rotation("M1", "mallory");
        done(&mut world, &["M0", "S0", "S1"], &rotation);
        done(&mut world, &["E0", "E1"], &suspend("S0"));
        world.now = START + 10 * DAY + 1;
        assert_eq!(outcome(&world, "nobody", execute(&healing)), wants);
    }
}

/// S0, S1, M0: the second in which one suspension has ended and the next has not begun.
#[test]
fn acts_in_the_second_between_two_suspensions() {
    let mut world = World::new();
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    let back = world.now + 7 * DAY;
    world.now = back - 2 * HOUR;
    let action = recovery(&mut world, &BOTH);
    let healing = world.open("C0", &action);
    // All but S0 has been made ready.
    let rotation = as_person(&mut world, "M1", "mallory", "sara");
    let theft = agreed(&mut world, &["M0", "S1"], &rotation);
    world.now = back - 1;
    world.refused("S0", approve(&theft), 202);
    world.now = back;
    world.applied("S0", approve(&theft));
    // Emergency sets the other one aside in the same second: a quorum that stands is counted again when it is executed.
    done(&mut world, &["E0", "E1"], &suspend("S1"));
    world.wait(HOUR);
    world.refused("nobody", execute(&theft), 404);
    world.approve(&SEVEN, &healing);
    for who in ["S0", "S1"] {
        let refused = outcome(&world, who, veto(&healing));
        assert!(refused == Some(202) || refused.is_none(), "{refused:?}");
    }
    world.applied("S0", veto(&healing));
    world.wait(6 * DAY);
    done(&mut world, &["E0", "E2"], &prolong("S1", healing.id));
    world.wait(DAY);
    world.refused("nobody", execute(&theft), 406);
    world.wait(3 * DAY);
    world.execute("nobody", &healing);
    duties_are_those_of_the_seats(&world);
    world.folds();
}

/// S0 and S1: a suspension by the seat's own word cannot be followed by one of Emergency, and must not save its veto.
#[test]
fn keeps_a_veto_by_giving_the_seat_up_first() {
    let mut world = World::new();
    let healing = recovered(&mut world, &BOTH);
    world.applied("S0", veto(&healing));
    world.applied("S0", Order::Council(council::Order::SuspendSelf));
    world.refused_action("E0", &suspend("S0"), 602);
    world.applied("S1", veto(&healing));
    assert!(matches!(world.cells.proposal(healing.id).unwrap().stage, Stage::Approved { .. }));
    world.now = START + 10 * DAY;
    world.execute("nobody", &healing);
    world.folds();
}

/// S0, S1, P0: the honest third seat is given to a key that nobody has, before anybody notices.
#[test]
fn leaves_the_honest_seat_to_nobody_before_a_recovery() {
    let mut world = World::new();
    let rotation = world.rotation("S2", "nobody-has-it");
    done(&mut world, &["S0", "S1", "P0"], &rotation);
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    let all = [(0, "sara", "cabinet"), (1, "sven", "justice"), (2, "sofia", "presidency")];
    let action = recovery(&mut world, &all);
    let healing = agreed(&mut world, &["P1", "C0", "C1", "C2", "I0", "I1", "I2"], &action);
    world.applied("S1", veto(&healing));
    world.refused("nobody-has-it", veto(&healing), 201);
    for _ in 0..2 {
        world.wait(5 * DAY);
        if world.cells.seat(seat("S0")).unwrap().suspended(world.now) {
            done(&mut world, &["E0", "E1"], &prolong("S0", healing.id));
        }
    }
    world.execute("nobody", &healing);
    for name in ["sara", "sven", "sofia"] {
        accepts(&mut world, name);
    }
    duties_are_those_of_the_seats(&world);
    world.folds();
}

/// M1 was given to the key that a recovery gives S0: it is vacant, and keeps the key.
fn vacated() -> World {
    let mut world = World::new();
    let healing = recovered(&mut world, &BOTH);
    let rotation = world.rotation("M1", "sara");
    done(&mut world, &["M0", "S0", "S1"], &rotation);
    world.now = START + 10 * DAY;
    world.execute("nobody", &healing);
    world
}

/// What that key says from the vacant seat.
fn from_the_vacated(world: &World, order: Order) -> Command {
    let epoch = world.cells.council(Council::Treasury).unwrap().epoch;
    Command { capacity: Capacity::Seat { seat: seat("M1"), epoch }, expiry: world.now + 60, order }
}

/// A vacated seat keeps the key of the seat that took it over: nothing is done from there, through neither door.
#[test]
fn acts_from_the_vacated_seat_with_the_key_of_another() {
    let mut world = vacated();
    let accept = |id| Order::Council(council::Order::AcceptSeat { seat: seat(id), previous: Some(key_named("M1")) });
    let name = Order::Council(council::Order::NameSuccessor { successor: key_named("x"), nonce: 9 });
    for order in [accept("M1"), accept("S0"), Order::Council(council::Order::SuspendSelf), name] {
        let command = from_the_vacated(&world, order);
        let bare = (key_named("sara"), command.clone()).encode();
        let (at_the_door, _) = submit::act(&mut world.cells.clone(), &bare, world.now, |_| true).unwrap();
        assert!(code_of(&at_the_door).0.is_some());
        let envelope = world.seal_as("sara", command);
        assert_eq!(code_of(&world.clone().submit(&envelope)).0, Some(204));
    }
    accepts(&mut world, "sara");
    // The council that lost the seat gives it away, and afterwards everything is counted once.
    duties_are_those_of_the_seats(&world);
    let rotation = world.rotation("M1", "mona");
    accepts(&mut world, "sven");
    done(&mut world, &["sara", "sven", "M0"], &rotation);
    accepts(&mut world, "mona");
    assert_eq!(world.cells.seat_of(&key_named("sara")), Ok(Some(seat("S0"))));
    duties_are_those_of_the_seats(&world);
    world.folds();
}

/// From a vacated seat the direct door answers with another number than is foretold, and than an envelope gets.
#[test]
fn is_answered_otherwise_at_the_direct_door_than_foretold() {
    let mut world = vacated();
    let bare = (key_named("sara"), from_the_vacated(&world, Order::Council(council::Order::SuspendSelf))).encode();
    assert_eq!(code_of(&world.act_bytes(&bare, true)).0, Some(204));
}

/// Emergency keeps a seat aside beyond its week by a recovery that is not under way any more.
#[test]
fn prolongs_a_suspension_by_a_recovery_that_is_over() {
    let mut world = World::new();
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    let healing = recovered(&mut world, &BOTH);
    let mut down = world.clone();
    down.applied("P0", reject(&healing));
    down.refused_action("E0", &prolong("S0", healing.id), 608);
    // Approved while it stood, executed when it does not.
    let ready = agreed(&mut world, &["E0", "E1"], &prolong("S0", healing.id));
    world.applied("P0", reject(&healing));
    world.refused("nobody", execute(&ready), 608);
    world.wait(7 * DAY);
    assert!(!world.cells.seat(seat("S0")).unwrap().suspended(world.now));
    world.folds();
}

/// What the thieves approved while they sat does not outlive their seats, in rows that survive an epoch either.
#[test]
fn uses_after_the_recovery_what_was_approved_before() {
    let mut world = World::new();
    let healing = recovered(&mut world, &[(0, "sara", "cabinet")]);
    world.now = START + 10 * DAY - MINUTE;
    let silences = agreed(&mut world, &["S0", "S1"], &suspend("E0"));
    world.wait(MINUTE);
    world.execute("nobody", &healing);
    world.refused("S1", execute(&silences), 404);
    // The new key cannot be made to lend its seat's approval.
    accepts(&mut world, "sara");
    world.refused("sara", approve(&silences), 205);
    world.refused("S1", execute(&silences), 404);
    world.folds();
}

/// A recovery that another rotation has made void still holds the end of the contract up; one of its approvers frees it.
#[test]
fn holds_the_end_back_with_a_recovery_that_is_void() {
    let mut world = World::new();
    world.unheard(NOBODY_THERE);
    let void = recovered(&mut world, &[(0, "sara", "cabinet")]);
    world.rotated("S2", "sofia");
    let end = world.carry("P1", &retire(ContractAddress([0xD0; 20])));
    world.wait(9 * DAY);
    world.refused("nobody", execute(&void), 411);
    world.refused("O0", execute(&end), 926);
    world.applied("P1", reject(&void));
    world.execute("O0", &end);
}

// The table

/// S0: a recovery that asks the recovered council too ends by one reject of any of its seats, set aside or not.
#[test]
fn ends_every_recovery_with_one_key_after_a_harmless_change() {
    let mut world = World::new();
    let change = set_row(&world, RowId::RECOVER_SOVEREIGN, |row| {
        use Council::{Custody as C, Identity as I, Policy as P, Sovereign as S};
        row.minima = minima(&[(S, 0), (P, 0), (C, 0), (I, 0)]);
    });
    if opens(&world, "P0", &change).is_some() {
        return; // Refused by an invariant: that is what should happen.
    }
    world.enact("S0", &change);
    // Thirty days later one key is stolen.
    world.wait(30 * DAY);
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    let healing = recovered(&mut world, &BOTH);
    world.applied("S0", reject(&healing));
    assert!(matches!(world.cells.proposal(healing.id).unwrap().stage, Stage::Approved { .. }), "one key ended it");
}

/// S0 and S1: the row that sets a seat aside asks the Sovereign council too, and so sets none of its seats aside any more.
#[test]
fn cannot_be_set_aside_after_a_harmless_change() {
    let mut world = World::new();
    let change = set_row(&world, RowId::SEAT_SUSPENSION, |row| {
        (row.m, row.minima) = (3, minima(&[(Council::Sovereign, 1), (Council::Emergency, 2)]));
    });
    if opens(&world, "P0", &change).is_some() {
        return; // Refused by an invariant: that is what should happen.
    }
    world.enact("S0", &change);
    world.wait(30 * DAY);
    let healing = recovered(&mut world, &BOTH);
    assert_eq!(opens(&world, "E0", &suspend("S0")), None, "two stolen keys of S veto their recovery for ever");
    world.applied("S0", veto(&healing));
}

/// Whoever runs the Operator's keys: a pause waits until they execute it, or until half of its window is over.
#[test]
fn makes_a_pause_wait_after_a_harmless_change() {
    let mut world = World::new();
    let change = set_row(&world, RowId::EMERGENCY_PAUSE, |row| {
        (row.executors, row.window) = (Executors::Operator, 7 * 24 * 60 * 60);
    });
    if opens(&world, "P0", &change).is_some() {
        return; // Refused by an invariant: that is what should happen.
    }
    world.enact("S0", &change);
    let stop = agreed(&mut world, &["E0", "E1"], &pause(Scope::Everything, HOUR));
    assert_eq!(outcome(&world, "E0", execute(&stop)), None, "the Operator decides for three days and a half");
}

/// A row changes while the proposal that it would stop waits: whoever waits is not counted by the new one.
#[test]
fn lowers_a_row_under_a_proposal_that_waits() {
    let mut world = World::new();
    let lower = set_row(&world, RowId::ROTATE_EMERGENCY, |row| row.m = 4);
    let lower = {
        let Action::Policy(policy::Action::SetRow(row)) = lower else { panic!() };
        Action::Policy(policy::Action::SetRow(Row { m: 5, ..row }))
    };
    let change = world.carry("S0", &lower);
    world.wait(2 * DAY - 30 * MINUTE);
    let rotation = world.rotation("E2", "erna");
    let waits = world.carry("S0", &rotation);
    world.wait(30 * MINUTE);
    world.execute("nobody", &change);
    world.wait(HOUR);
    world.refused("nobody", execute(&waits), 407);
    world.folds();
}

// Emergency

/// E0 and E1: one account, an hour at a time, without an end and without a review.
#[test]
fn freezes_an_account_without_end_by_prolonging() {
    let mut world = World::new();
    let freeze = pause(Scope::Account([7; 32]), HOUR);
    let mut hours = 0;
    while hours < 100 && opens(&world, "E0", &freeze).is_none() {
        done(&mut world, &["E0", "E1"], &freeze);
        world.wait(HOUR - 1);
        hours += 1;
    }
    assert!(hours <= 5, "{hours} hours, and no review can even be filed");
}

/// One of the two keys of a micronode alone; to lift it takes both.
#[test]
fn freezes_an_account_without_end_with_one_key_of_a_micronode() {
    let mut world = World::micronode();
    let freeze = pause(Scope::Account([7; 32]), 30 * MINUTE);
    let mut times = 0;
    while times < 100 && opens(&world, "S1", &freeze).is_none() {
        done(&mut world, &["S1"], &freeze);
        world.wait(30 * MINUTE - 1);
        times += 1;
    }
    assert!(times <= 5, "{times} half hours by one key");
}

/// Sovereign and Emergency pause in the same minute: the second adds nothing, and owes nothing.
#[test]
fn owes_the_review_of_a_pause_that_it_did_not_make() {
    let mut world = World::new();
    done(&mut world, &["S0", "S1"], &pause(Scope::Everything, 72 * HOUR));
    world.wait(MINUTE);
    done(&mut world, &["E0", "E1"], &pause(Scope::Everything, HOUR));
    assert_eq!(world.cells.used(None).unwrap().sum(world.now), 0, "it adds nothing");
    assert_eq!(world.cells.duty(Scope::Everything), Ok(None), "what adds nothing leaves a duty as it is");
}

/// E0 and E1: the one auditor who would have to attest is set aside. It keeps their own power away, and no more.
#[test]
fn silences_the_auditor_who_reviews_them() {
    let mut world = World::smallest();
    world.paused(Scope::Upgrades, HOUR);
    done(&mut world, &["E0", "E1"], &suspend("A0"));
    world.wait(HOUR);
    let file = world.file_review(Scope::Upgrades, INCIDENT);
    world.applied("E0", file);
    let attest = world.attest_review(Scope::Upgrades, INCIDENT);
    world.refused("A0", attest, 202);
    for scope in [Scope::Upgrades, Scope::Everything] {
        world.refused_action("E0", &pause(scope, MINUTE), 502);
    }
    world.refused_action("E0", &suspend("A0"), 602);
    world.wait(7 * DAY);
    world.refused_action("E0", &suspend("A0"), 603);
    let attest = world.attest_review(Scope::Upgrades, INCIDENT);
    world.applied("A0", attest);
    world.paused(Scope::Upgrades, MINUTE);
    world.folds();
}

/// E0 and E1 draw a pause of the Sovereign's out: their own seconds count, whoever began it, pauses and modes together.
#[test]
fn draws_the_sovereigns_pause_out_for_more_than_four_hours() {
    let mut world = World::new();
    let sovereign = world.now + 2 * HOUR;
    done(&mut world, &["S0", "S1"], &pause(Scope::Everything, 2 * HOUR));
    world.now = sovereign - 1;
    let (drawn, narrow) = (pause(Scope::Everything, HOUR), world::set_mode(Mode::ReadOnly, HOUR));
    let mut last = sovereign;
    for _ in 0..20 {
        for action in [&drawn, &narrow] {
            if opens(&world, "E0", action).is_none() {
                done(&mut world, &["E0", "E1"], action);
                last = last.max(world.now + HOUR);
            }
        }
        world.wait(HOUR - 1);
    }
    assert!(last <= sovereign + 4 * HOUR, "{}", last - sovereign);
    assert!(world.cells.used(None).unwrap().sum(world.now) <= 4 * 60 * 60);
    world.folds();
}

/// E0 and E1, of whom the Sovereign has set one aside: about seats of the Sovereign both still decide.
#[test]
fn goes_on_silencing_the_sovereign_from_a_seat_that_was_set_aside() {
    let mut world = World::new();
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    done(&mut world, &["S1", "S2"], &suspend("E0"));
    done(&mut world, &["S1", "S2"], &reinstate("S0"));
    // About a seat of the Sovereign council it is heard: `trust.md` says so, and the next test what it comes to.
    assert_eq!(opens(&world, "E0", &suspend("S1")), None);
}

/// E0, E1, S0: the Sovereign has no majority for two weeks, and then it has, whatever they do.
#[test]
fn takes_the_majority_of_the_sovereign_away_for_good() {
    let mut world = World::new();
    for who in ["S1", "S2"] {
        done(&mut world, &["E0", "E1"], &suspend(who));
        let other = if who == "S1" { "S2" } else { "S1" };
        assert_eq!(opens(&world, other, &reinstate(who)), None);
        world.refused_action(who, &suspend("E0"), 202);
        // One honest seat is left: it opens, and nobody approves with it.
        world.wait(7 * DAY);
    }
    for who in ["S1", "S2"] {
        world.refused_action("E0", &suspend(who), 603);
    }
    done(&mut world, &["S1", "S2"], &suspend("E0"));
    world.refused_action("E1", &suspend("S1"), 603);
    world.folds();
}

/// A deployment whose table gives these rows of the Sovereign council to two of Emergency.
fn given_to_emergency(rows: &[RowId]) -> World {
    let mut genesis = genesis();
    for row in genesis.rows.iter_mut().filter(|row| rows.contains(&row.id)) {
        row.minima = minima(&[(Council::Emergency, 2)]);
    }
    World::deploy(genesis)
}

/// E0 and E1, where the table gives them manual-override: they consent to their own next pause, and nobody reviews.
#[test]
fn consents_to_its_own_next_pause() {
    let mut world = given_to_emergency(&[RowId::MANUAL_OVERRIDE]);
    for _ in 0..3 {
        world.paused(Scope::Upgrades, HOUR);
        world.wait(HOUR);
        let set_by = world.due(Scope::Upgrades);
        let consent =
            emergency::Action::Consent { scope: Scope::Upgrades, set_by, incident: INCIDENT, evidence: REASON };
        let consent = Action::Emergency(consent);
        if opens(&world, "E0", &consent).is_some() {
            return; // Not theirs to give: that is what should happen.
        }
        done(&mut world, &["E0", "E1"], &consent);
    }
    panic!("three pauses, none of them reviewed");
}

/// E0 and E1, where the table gives them lift-early: the Sovereign's own pause and suspension end by their word.
#[test]
fn undoes_what_the_sovereign_stopped() {
    let mut world = given_to_emergency(&[RowId::LIFT_EARLY]);
    done(&mut world, &["S0", "S1"], &suspend("E2"));
    assert!(opens(&world, "E0", &reinstate("E2")).is_some(), "a council gives its own seat back");
}

/// E0 and E1, where the table gives them lift-early: a pause of the Sovereign's majority ends by their word.
#[test]
fn lifts_what_the_sovereign_paused() {
    let mut world = given_to_emergency(&[RowId::LIFT_EARLY]);
    done(&mut world, &["S0", "S1"], &pause(Scope::Everything, 72 * HOUR));
    let lift = world.lift(Scope::Everything);
    assert!(opens(&world, "E0", &lift).is_some(), "two of Emergency end it");
}

/// E0 and E1, where the table gives them degraded-mode-off: a mode that the Sovereign's majority set ends by their word,
/// whether they prolonged it or not. Their own mode they end.
#[test]
fn leaves_the_mode_that_the_sovereign_set() {
    let mut world = given_to_emergency(&[RowId::DEGRADED_MODE_OFF]);
    done(&mut world, &["S0", "S1"], &world::set_mode(Mode::ReadOnly, 30 * MINUTE));
    let sovereign = world.now + 30 * MINUTE;
    let leave = world.leave_mode();
    assert_eq!(opens(&world, "E0", &leave), Some(609));
    world.wait(MINUTE);
    done(&mut world, &["E0", "E1"], &world::set_mode(Mode::ReadOnly, HOUR));
    assert_eq!(world.leave_mode(), leave, "who prolongs it gives it no other name");
    assert_eq!(opens(&world, "E0", &leave), Some(609));
    // Approved for the time after the Sovereign's word: asked again when it is executed.
    world.now = sovereign - 1;
    assert_eq!(opens(&world, "E0", &leave), Some(609));
    world.now = sovereign;
    let mut own = world.clone();
    done(&mut own, &["E0", "E1"], &leave);
    assert_eq!(own.cells.mode(own.now), Ok(None));
    own.folds();
    let ready = agreed(&mut world, &["E0", "E1"], &leave);
    done(&mut world, &["S0", "S1"], &world::set_mode(Mode::ReadOnly, HOUR));
    world.refused("nobody", execute(&ready), 411);
    world.folds();
}

/// A reinstatement that was approved for one suspension, kept back, undoes the Sovereign's own that came after it.
#[test]
fn ends_a_later_suspension_with_an_old_reinstatement() {
    let mut world = World::new();
    done(&mut world, &["E0", "E1"], &suspend("T0"));
    let mercy = agreed(&mut world, &["S0", "S1"], &reinstate("T0"));
    // Then it turns out that the key is stolen after all.
    world.wait(HOUR);
    done(&mut world, &["S1", "S2"], &suspend("T0"));
    // The thief, whose seat it is, needs nobody.
    world.refused("T0", execute(&mercy), 411);
    assert!(world.cells.seat(seat("T0")).unwrap().suspended(world.now));
}

// Phases

/// A step down that was approved for one time in a phase, kept back, undoes the next time.
#[test]
fn leaves_a_phase_by_a_step_down_that_was_approved_long_before() {
    let mut world = hybrid();
    let set = |world: &World, previous, next| {
        Action::Phase(phase::Action::SetPhase(step(world, Council::Sovereign, previous, next)))
    };
    let down = set(&world, Phase::Hybrid, Phase::Classical);
    let kept = agreed(&mut world, &["C0", "C1"], &down);
    // The Operator goes back at once instead, what was wrong is mended, and the council becomes hybrid again.
    let nonce = world.nonce("O0");
    let back = phase::Order::RollBack { council: Council::Sovereign, from: Phase::Hybrid, to: Phase::Optional, nonce };
    world.applied("O0", Order::Phase(back));
    let up = set(&world, Phase::Optional, Phase::Hybrid);
    let again = agreed(&mut world, &["C0", "C1"], &up);
    world.wait(HOUR);
    world.execute("O0", &again);
    // What was approved and is not wanted any more has to be rejected, by whoever approved it, or it takes effect.
    let mut rejected = world.clone();
    rejected.applied("C0", reject(&kept));
    rejected.wait(36 * HOUR);
    assert!(outcome(&rejected, "C2", execute(&kept)).is_some());
    world.wait(36 * HOUR);
    world.execute("C2", &kept);
}

/// O1: each step up must name a way back, which one Operator key takes in the next block; nobody can close it before.
#[test]
fn steps_back_from_every_phase_that_a_council_comes_to() {
    let mut world = World::new();
    let up = step(&world, Council::Sovereign, Phase::Classical, Phase::Optional);
    let without = Action::Phase(phase::Action::SetPhase(SetPhase { way_back: None, ..up }));
    for _ in 0..3 {
        let up = step(&world, Council::Sovereign, Phase::Classical, Phase::Optional);
        world.enact("C0", &Action::Phase(phase::Action::SetPhase(up)));
        let nonce = world.nonce("O1");
        let (council, from, to) = (Council::Sovereign, Phase::Optional, Phase::Classical);
        world.applied("O1", Order::Phase(phase::Order::RollBack { council, from, to, nonce }));
    }
    assert_eq!(opens(&world, "C0", &without), None, "whoever fears the Operator cannot go up without a way back");
}

/// E1: the companion that the new key of a hybrid council announces is named first, by somebody else.
#[test]
fn keeps_a_recovered_seat_out_by_taking_its_companion() {
    let mut world = hybrid();
    let healing = recovered(&mut world, &[(0, "sara", "cabinet")]);
    world.now += 10 * DAY;
    world.execute("nobody", &healing);
    accepts(&mut world, "sara");
    world.applied("E1", name_companion("sara"));
    world.refused("sara", name_companion("sara"), 916);
    world.refused("sara", adopt_order(&world, "sara"), 917);
    world.applied("sara", name_companion("sara-two"));
    world.enact("sara", &pause(Scope::Everything, HOUR));
    world.folds();
}

fn adopt_order(world: &World, who: &str) -> Order {
    Order::Proposal(proposal::Order::Open(Box::new(world.opening(who, &pause(Scope::Everything, HOUR)))))
}

// Operators

/// O1: whatever value a new baseline names, it is another one when the delay is over.
#[test]
fn keeps_every_new_baseline_from_taking_effect() {
    let mut world = World::new();
    world.enact("P0", &baseline(None, 100));
    world.wait(HOUR);
    let change = world.carry("P0", &baseline(Some(100), 50));
    world.wait(HOUR);
    let moved = tune(&world, "O1", 100, 101);
    world.applied("O1", moved);
    // One Operator key does not decide when the others may.
    world.execute("O0", &change);
    world.folds();
}

/// Whoever has the Operator's envelope: the release was taken back, released again, and is taken back again.
#[test]
fn takes_a_release_back_twice_with_one_envelope() {
    let mut world = World::new();
    world.enact("P0", &register(component("part", ComponentKind::Node, Risk::High)));
    world.enact("T0", &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))));
    let second = Action::Registry(registry::Action::Release(release("part", "2", Some("1"), world.now)));
    let (first, again) = (world.carry("T0", &second), world.carry("T1", &second));
    world.wait(DAY);
    world.execute("O0", &first);
    let back = world.envelope("O1", roll_back(world.nonce("O1"), "2", "1"));
    assert_eq!(code_of(&world.submit(&back)).0, None);
    world.wait(MINUTE);
    world.execute("O0", &again);
    // A stranger sends what he saw.
    assert!(code_of(&world.submit(&back)).0.is_some(), "what was said of one release undoes the next");
}

/// O0: a nonce as high as it may be leaves the next key of the seat all of them.
#[test]
fn uses_up_the_nonces_of_a_seat_for_its_next_key() {
    let mut world = World::new();
    let at = |nonce| {
        let order = operation::Order::Escalate { watched: Watched::Route(1), reference: ReferenceHash([4; 32]), nonce };
        Order::Operation(order)
    };
    for times in 1..=4_u64 {
        world.applied("O0", at(times << 48));
        world.refused("O0", at((times << 48) + (1 << 48) + 1), 111);
    }
    world.rotated("O0", "olga");
    world.applied("olga", at(1));
    world.folds();
}

// Proposals

/// P0: four texts that one approval carries fill the slots, and a pause keeps them from being executed.
#[test]
fn leaves_full_slots_to_the_next_key_of_the_seat() {
    let mut world = World::new();
    let rotation = world.rotation("P0", "petra");
    let given = world.carry("S0", &rotation);
    world.wait(2 * DAY - MINUTE);
    done(&mut world, &["S0", "S1"], &pause(Scope::Everything, 72 * HOUR));
    for name in ["one", "two", "three", "four"] {
        agreed(&mut world, &["P0"], &adopt(name));
    }
    assert_eq!(opens(&world, "P0", &adopt("five")), Some(412));
    world.wait(MINUTE);
    world.execute("nobody", &given);
    accepts(&mut world, "petra");
    world.open("petra", &adopt("six"));
    world.folds();
}

/// P0: another proposal in the slot of one of four spoils a signature for all; each of the others is decided alone.
#[test]
fn spoils_a_signature_for_several_by_replacing_one() {
    let mut world = World::new();
    let mine = world.open("P0", &adopt("mine"));
    let rest: Vec<Opened> = ["a", "b"].iter().map(|name| world.open("P1", &adopt(name))).collect();
    let choice = |of: &Opened| Choice { id: of.id, digest: of.digest, decision: Decision::Approve };
    let mut choices = vec![choice(&mine)];
    choices.extend(rest.iter().map(choice));
    let order = Order::Proposal(proposal::Order::DecideTogether(Choices::new(choices).unwrap()));
    world.applied("P0", world::cancel(&mine));
    // Cancelled it is skipped; replaced it is unknown, and nothing of the rest is decided either.
    assert_eq!(outcome(&world, "P1", order.clone()), None);
    world.open("P0", &adopt("other"));
    world.refused("P1", order, 400);
    for proposal in &rest {
        world.applied("P1", approve(proposal));
        world.execute("nobody", proposal);
    }
    world.folds();
}

/// S0 and X0: the panel's one approval, given for a tie, is not lent to another constellation.
#[test]
fn spends_the_panels_approval_after_its_tie_has_changed() {
    let mut world = World::new();
    let subject = doubtful(0xD1);
    world.applied("A0", dispute(subject));
    let answer = world::resolve(&world.cells, dispute_of("A0", subject), Resolution::Dismissed);
    let tie = agreed(&mut world, &["S0"], &answer);
    world.wait(DAY);
    world.applied("S0", call_panel(&tie));
    world.wait(2 * DAY);
    let word = world.envelope("X0", panel_approve(&tie));
    assert_eq!(code_of(&world.submit(&word)).0, None);
    // The one who approved takes it back: the panel's approval alone is none, and cannot be given twice.
    world.applied("S0", reject(&tie));
    assert!(code_of(&world.submit(&word)).0.is_some());
    world.refused("X1", panel_approve(&tie), 418);
    for who in ["S0", "S1", "S2"] {
        assert!(outcome(&world, who, approve(&tie)).is_some());
    }
    world.refused("nobody", execute(&tie), 404);
    world.refused("S1", call_panel(&tie), 417);
    world.wait(DAY);
    world.refused("nobody", execute(&tie), 403);
    world.folds();
}

/// S2: in the second in which a quorum is complete, its loss and return do not shorten the delay.
#[test]
fn skips_the_delay_by_a_suspension_and_a_reinstatement_in_one_second() {
    let mut world = World::new();
    let change = set_row(&world, RowId::CUSTODY, |row| row.window += 1);
    let waits = agreed(&mut world, &["S0", "S1", "S2", "P0"], &change);
    world.wait(2 * DAY - 1);
    done(&mut world, &["E0", "E1"], &suspend("S0"));
    world.refused("nobody", execute(&waits), 405);
    done(&mut world, &["S1", "S2"], &reinstate("S0"));
    world.wait(1);
    world.refused("nobody", execute(&waits), 405);
    world.wait(2 * DAY - 2);
    world.refused("nobody", execute(&waits), 405);
    world.wait(1);
    world.execute("nobody", &waits);
    world.folds();
}

// Disputes

/// Whoever has the envelopes of the last dispute: the seat's next key disputes the same within the hour.
#[test]
fn triages_the_appeal_of_the_next_key_with_the_finding_of_the_last() {
    let mut world = funded();
    let rotation = world.rotation("Pr:1-0", "rosa");
    let paid = world.carry("Pr:1-1", &batch(&world, "first", 10, 900));
    world.execute("Pr:1-1", &paid);
    let given = world.carry("S0", &rotation);
    world.wait(HOUR);
    let subject = Subject::Batch(manifest(&world, "first"));
    world.applied("Pr:1-0", dispute(subject));
    let doubt = dispute_of("Pr:1-0", subject);
    let seen = [world.envelope("O0", acknowledge(doubt)), world.envelope("A1", triage(doubt))];
    seen.iter().for_each(|envelope| assert_eq!(code_of(&world.submit(envelope)).0, None));
    world.execute("nobody", &given);
    accepts(&mut world, "rosa");
    world.refused("rosa", dispute(subject), 646);
    world.wait(HOUR);
    world.applied("rosa", dispute(subject));
    seen.iter().for_each(|envelope| {
        world.submit(envelope);
    });
    let fresh = world.cells.dispute(doubt).unwrap().unwrap();
    assert_eq!((fresh.acknowledged, fresh.triaged), (None, None), "nobody has looked at it");
}

/// A council grows and shrinks: the seat that is no more leaves nothing that holds, counts or comes back.
#[test]
fn acts_for_a_seat_that_is_beyond_its_council() {
    let mut world = World::new();
    let sized = |epoch, size, added| {
        let (council, rows) = (Council::Auditor, Vec::new());
        Action::Council(council::Action::Reconstitute(Reconstitute { council, epoch, size, added, rows }))
    };
    let added = newcomers(&mut world, &[("ana", "audit-court")]);
    world.enact("S0", &sized(0, 3, added));
    accepts(&mut world, "ana");
    world.applied("ana", dispute(doubtful(1)));
    let old = world.envelope("ana", retract(doubtful(1)));
    world.enact("S0", &sized(1, 2, Vec::new()));
    assert!(code_of(&world.submit(&old)).0.is_some());
    world.refused("ana", retract(doubtful(1)), 201);
    let answer = world::resolve(&world.cells, dispute_of("A2", doubtful(1)), Resolution::Upheld);
    world.refused_action("S0", &answer, 641);
    let same = newcomers(&mut world, &[("ana", "audit-court")]);
    world.refused_action("S0", &sized(2, 3, same), 210);
    let mut next = newcomers(&mut world, &[("alma", "audit-firm")]);
    next[0].holder = holder_of("ana");
    world.enact("S0", &sized(2, 3, next));
    accepts(&mut world, "alma");
    world.refused("alma", retract(doubtful(1)), 641);
    world.refused("alma", dispute(doubtful(1)), 646);
    world.wait(HOUR);
    world.applied("alma", dispute(doubtful(1)));
    duties_are_those_of_the_seats(&world);
    world.folds();
}

// A micronode

/// S1: the owner's seat is recovered again and again, in every slot; each time the owner needs only to speak up.
#[test]
fn recovers_the_other_seat_of_a_micronode_until_it_sleeps() {
    let mut world = World::micronode();
    world.poke("S1", |held| held.valid_until = u64::MAX);
    let mut open = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let owner = world.newcomer(seat("S0"), name, "owner");
        let seats = vec![(0, owner)];
        let action = Action::Council(council::Action::Recover { council: Council::Sovereign, epoch: 0, seats });
        open.push(agreed(&mut world, &["S1"], &action));
    }
    world.wait(3 * DAY - 1);
    // Set aside, overdue, in the last second: it is heard.
    world.poke("S0", |held| held.valid_until = START);
    open.iter().for_each(|proposal| world.applied("S0", reject(proposal)));
    world.wait(1);
    open.iter().for_each(|proposal| world.refused("S1", execute(proposal), 408));
}

/// Whoever deploys: more councils than the one of a micronode, under the profile that is exempt from most invariants.
#[test]
fn calls_a_deployment_of_more_councils_a_micronode() {
    let mut genesis = micronode();
    let seats = [("P0", "owner", 80), ("P1", "security-officer", 90)];
    let seats = seats.map(|(name, unit, days)| new_seat(name, unit, START + days * DAY)).to_vec();
    genesis.councils.insert(1, CouncilSeats { council: Council::Policy, seats });
    let table = genesis.rows.iter_mut().find(|row| row.id == RowId::POLICY_TABLE).unwrap();
    table.minima = minima(&[(Council::Policy, 2)]);
    // "S alone decides each row": here two others rewrite all of them, and 28 and 30 do not hold.
    let checked = greatseal_protocol::policy::check(&genesis);
    assert!(checked.is_err(), "two keys of P rewrite every row, none of S");
}
