//! 80x, 82x: authorities and programmes. Who answers for what, and who may change it.

use crate::{
    money::{authority, batch, created, funded, header, line, program, rules, second, terms},
    payments::ministry,
    world::{DAY, HOUR, World, approve, execute, key_named, label},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::{DocumentHash, ReferenceHash},
    cells::{CellKey, Cells, CellsMut},
    command::Order,
    council::{Council, CouncilHead, SeatId},
    genesis::NewSeat,
    language::{
        self, council,
        proposal::{self, Open},
    },
    line::SetLine,
    program::{
        ChangeProgram, CreateAuthority, CreateProgram, MOST_LINES, MOST_RULES, Privacy, Program, RuleSet, RulesChange,
        Terms,
    },
    row::RowId,
    state::State,
};

pub(crate) fn create(change: impl FnOnce(&mut CreateProgram)) -> Action {
    let Action::Program(language::program::Action::Create(mut new)) = created(1) else { panic!() };
    change(&mut new);
    Action::Program(language::program::Action::Create(new))
}

fn found(world: &World, change: impl FnOnce(&mut CreateAuthority)) -> Action {
    let Action::Program(language::program::Action::CreateAuthority(mut new)) = authority(world, 2) else { panic!() };
    change(&mut new);
    Action::Program(language::program::Action::CreateAuthority(new))
}

pub(crate) fn change(how: impl FnOnce(&mut ChangeProgram)) -> Action {
    let mut change = ChangeProgram { program: 1, terms: None, rules: Vec::new(), lines: Vec::new() };
    how(&mut change);
    Action::Program(language::program::Action::Change(change))
}

pub(crate) fn refused_under(world: &mut World, who: &str, row: RowId, action: &Action, code: u16) {
    let mut open = world.opening(who, action);
    open.row = row;
    world.refused(who, Order::Proposal(proposal::Order::Open(Box::new(open))), code);
}

fn of(batch: Header) -> Action {
    Action::Program(language::program::Action::ExecuteBatch(batch))
}

#[test]
fn an_authority_begins_with_a_council_that_accepts() {
    let mut world = World::new();
    world.enact("S0", &authority(&world, 2));
    let council = world.cells.council(Council::Program(2)).unwrap();
    assert_eq!((council.size, council.epoch), (3, 1));
    world.enact("S0", &created(2));
    // It is there, but nobody of it speaks before accepting.
    let batch = of(Header { program: 2, ..header(&world, "none", 1, 1) });
    refused_under(&mut world, "Pr:2-0", RowId::BATCH_LARGE, &batch, 201);
    for index in 0..3 {
        let id = SeatId { council: Council::Program(2), index };
        world.applied(id, Order::Council(council::Order::AcceptSeat { seat: id, previous: None }));
    }
    world.wait(1);
    world.refused_action("Pr:2-0", &batch, 620);
    assert_eq!(program(&world, 2).version, 1);
    world.folds();
}

#[test]
fn an_authority_answers_for_any_number_of_programmes() {
    let mut world = World::new();
    for number in 1..=20 {
        world.enact("S0", &create(|new| (new.program, new.terms.authority) = (number, 1)));
        let change = change(|change| {
            change.program = number;
            change.terms = Some((1, Terms { privacy: Privacy::Confidential, ..terms(1) }));
        });
        world.enact("Pr:1-0", &change);
    }
    assert_eq!(program(&world, 20).terms.privacy, Privacy::Confidential);
    world.folds();
}

/// Eight proposals of a seat of an authority live at once, four of any other.
#[test]
fn an_authority_has_eight_slots_412() {
    let mut world = World::new();
    for number in 1..=9 {
        world.enact("S0", &create(|new| new.program = number));
    }
    let changed = |number| {
        change(|change| {
            change.program = number;
            change.rules = vec![rules(2)];
        })
    };
    for number in 1..=8 {
        world.open("Pr:1-0", &changed(number));
    }
    world.refused_action("Pr:1-0", &changed(9), 412);
    for number in 1..=4 {
        world.open("S0", &changed(number));
    }
    world.refused_action("S0", &changed(5), 412);
}

#[test]
fn authority_826_and_programme_801_a_number_is_given_once() {
    let mut world = World::new();
    for number in [0, 1] {
        let again = found(&world, |new| new.authority = number);
        world.refused_action("S0", &again, 826);
    }
    world.refused_action("S0", &create(|new| new.program = 0), 801);
    world.enact("S0", &created(1));
    world.refused_action("S0", &created(1), 801);
    world.refused_action("S0", &create(|new| (new.program, new.terms.authority) = (2, 7)), 827);
    world.refused_action("S0", &create(|new| (new.program, new.terms.authority) = (2, 0)), 827);
}

#[test]
fn every_authority_has_as_many_seats_as_the_others_607() {
    let mut world = World::new();
    for size in [0, 2, 4] {
        let other = found(&world, |new| {
            let seat = new.seats[0];
            new.seats.resize(size, seat);
        });
        world.refused_action("S0", &other, 607);
    }
}

/// The very checks of a rotation.
#[test]
fn seats_of_a_new_authority_are_checked_like_any_others() {
    let mut world = World::new();
    let seat = |change: fn(&mut CreateAuthority)| found(&World::new(), change);
    let cases: [(Action, u16); 6] = [
        (seat(|new| new.seats[1].key = key_named("S0")), 210),
        (seat(|new| new.seats[1].key = new.seats[0].key), 210),
        (seat(|new| new.seats[1].holder = new.seats[0].holder), 606),
        (seat(|new| new.seats[0].organisation = label("infra-operator")), 208),
        (seat(|new| new.seats[0].organisation = new.seats[1].organisation), 209),
        (seat(|new| new.seats[0].valid_until = new.seats[1].valid_until), 605),
    ];
    for (action, code) in cases {
        world.refused_action("S0", &action, code);
    }
}

#[test]
fn bad_terms_802_of_a_programme() {
    let mut world = World::new();
    let cases: [(Action, u16); 9] = [
        (create(|new| new.terms.auditors = 0), 802),
        (create(|new| new.terms.auditors = 3), 802),
        (create(|new| new.terms.challenge = 3_599), 802),
        (create(|new| new.terms.challenge = 14 * 86_400 + 1), 802),
        (create(|new| new.terms.schedule = ReferenceHash([0; 32])), 413),
        (create(|new| new.lines = vec![line(2), line(1)]), 802),
        (create(|new| new.lines = vec![line(1), line(1)]), 802),
        (create(|new| new.rules = vec![rules(1), rules(1)]), 802),
        (create(|new| new.lines = (1..=9).map(line).collect()), 802),
    ];
    for (action, code) in cases {
        world.refused_action("S0", &action, code);
    }
}

/// Two auditors of one organisation are one.
#[test]
fn too_few_auditors_829() {
    let mut world = World::new();
    let two = create(|new| new.terms.auditors = 2);
    let mut alike = world.clone();
    let seats: Vec<SeatId> = (0..2).map(|index| SeatId { council: Council::Auditor, index }).collect();
    let first = alike.cells.seat(seats[0]).unwrap();
    let second = alike.cells.seat(seats[1]).unwrap();
    let second = greatseal_protocol::council::Seat { organisation: first.organisation, ..*second };
    alike.cells.put(&CellKey::Seat(seats[1]), &second);
    alike.refused_action("S0", &two, 829);
    world.enact("S0", &two);
}

/// A reorganised ministry rotates its seats.
#[test]
fn a_programme_stays_with_its_authority_828() {
    let mut world = funded();
    second(&mut world);
    world.refused_action("S0", &change(|change| change.terms = Some((1, terms(2)))), 828);
}

/// C12: a change names what it replaces, part by part; what is changed elsewhere does not make it stale.
#[test]
fn changes_of_other_parts_do_not_make_a_change_stale_411() {
    let mut world = funded();
    world.enact("S0", &change(|change| change.lines = vec![line(2)]));
    let raised = |number, limit| {
        change(|change| {
            let terms = greatseal_protocol::line::LineTerms { limit, ..line(number).terms };
            change.lines = vec![SetLine { previous: 1, terms, ..line(number) }];
        })
    };
    let (one, two) = (world.carry("S0", &raised(1, 2_000)), world.carry("Pr:1-0", &raised(2, 3_000)));
    let twin = world.carry("S1", &raised(1, 4_000));
    let confidential = change(|change| change.terms = Some((1, Terms { privacy: Privacy::Confidential, ..terms(1) })));
    let stale = world.carry("S0", &confidential);
    world.enact("Pr:1-0", &confidential);
    world.wait(HOUR);
    world.execute("O0", &one);
    world.execute("O0", &two);
    world.refused("O0", execute(&twin), 411);
    world.refused("O0", execute(&stale), 411);
    world.refused_action("S0", &change(|_| {}), 802);
    world.folds();
}

#[test]
fn a_change_needs_the_authority_of_its_programme() {
    let mut world = funded();
    second(&mut world);
    let change = change(|change| change.rules = vec![rules(2)]);
    // A seat of another authority is no author, and its approval none.
    world.refused_action("Pr:2-0", &change, 206);
    let proposal = world.open("S0", &change);
    world.refused("Pr:2-0", approve(&proposal), 204);
    let unknown = ChangeProgram { program: 7, terms: None, rules: vec![rules(2)], lines: Vec::new() };
    world.refused_action("S0", &Action::Program(language::program::Action::Change(unknown)), 800);
    // A programme of the second authority is a matter of its seats, whatever its number.
    world.enact("S0", &create(|new| (new.program, new.terms.authority) = (3, 2)));
    let third = ChangeProgram { program: 3, terms: None, rules: vec![rules(2)], lines: Vec::new() };
    let third = Action::Program(language::program::Action::Change(third));
    world.refused_action("Pr:1-0", &third, 206);
    world.enact("Pr:2-0", &third);
    world.folds();
}

#[test]
fn what_a_micronode_does_not_have_it_refuses_300() {
    let mut world = World::micronode();
    let new = CreateProgram { program: 1, terms: terms(1), rules: Vec::new(), lines: Vec::new() };
    let open = Open {
        row: RowId::PROGRAM_CREATE,
        action: Action::Program(language::program::Action::Create(new)),
        document: DocumentHash([9; 32]),
        approve_within: 3_600,
        execute_within: 8 * 3_600,
        nonce: 1,
        approve: false,
    };
    world.refused("S0", Order::Proposal(proposal::Order::Open(Box::new(open.clone()))), 300);
    let small = Open { row: RowId::BATCH_SMALL, action: batch(&world, "one", 1, 1), ..open };
    world.refused("S0", Order::Proposal(proposal::Order::Open(Box::new(small))), 800);
    let present: Option<Program> = world.cells.cell(&CellKey::Program(1)).unwrap();
    assert_eq!(present, None);
}

/// The largest council; and as many rule sets and lines as can be.
#[test]
fn the_largest_authority_and_programme_can_be_created() {
    let mut world = World::new();
    let seats = Council::MAX_SEATS;
    let all = world.cells.council(Council::PROGRAM).unwrap();
    world.cells.put(&CellKey::Council(Council::PROGRAM), &CouncilHead { size: u8::try_from(seats).unwrap(), ..all });
    let action = found(&world, |new| {
        let seat = |index| NewSeat {
            valid_until: world.now + (12 + 7 * u64::from(index)) * DAY,
            ..ministry(2, index, world.now)
        };
        new.seats = (0..u8::try_from(seats).unwrap()).map(seat).collect();
    });
    world.enact("S0", &action);
    assert_eq!(usize::from(world.cells.council(Council::Program(2)).unwrap().size), seats);
    let (most_rules, most_lines) = (u32::try_from(MOST_RULES).unwrap(), u32::try_from(MOST_LINES).unwrap());
    let bounded = |version| {
        let RulesChange::Begin { version, rules } = rules(version) else { panic!() };
        RulesChange::Begin { version, rules: RuleSet { effective_until: Some(u64::MAX), ..rules } }
    };
    world.enact(
        "S0",
        &create(|new| {
            new.rules = (1..=most_rules).map(bounded).collect();
            new.lines = (1..=most_lines).map(line).collect();
        }),
    );
    assert_eq!(program(&world, 1).rules, most_rules);
}
