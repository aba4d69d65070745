//! 80x: programmes and batches. What may be paid, from what, by whom, and how often: once.

use crate::{
    money::{ASSET, PAYER, batch, correction, created, funded, limits, manifest, program, terms},
    payments::ministry,
    world::{DAY, HOUR, REASON, World, approve, execute, label, lift, pause, reject, set_mode},
};
use greatseal_protocol::{
    action::Action,
    batch::{Correction, ExecuteBatch},
    bytes::{AssetHash, ProgramHash, ReferenceHash},
    cells::{CellKey, Cells, CellsMut},
    command::Order,
    council::{Council, CouncilHead, SeatId},
    digest,
    event::Event,
    genesis::NewSeat,
    language::{
        self, council,
        proposal::{self, Open},
        registry,
    },
    program::{AssetTerms, ChangeProgram, CreateProgram, MOST_ASSETS, Privacy, Program, Terms},
    registry::{Entry, EntryKey},
    row::RowId,
    scope::{Mode, Scope},
    state::State,
};

fn create(world: &World, change: impl FnOnce(&mut CreateProgram)) -> Action {
    let Action::Program(language::program::Action::Create(mut new)) = created(world, 2) else { panic!() };
    change(&mut new);
    Action::Program(language::program::Action::Create(new))
}

fn change(world: &World, how: impl FnOnce(&mut ChangeProgram)) -> Action {
    let present = program(world, 1);
    let previous = digest::program_hash(1, &present);
    let mut change = ChangeProgram { program: 1, previous, terms: present.terms, assets: Vec::new() };
    how(&mut change);
    Action::Program(language::program::Action::Change(change))
}

fn with(action: &Action, how: impl FnOnce(&mut ExecuteBatch)) -> Action {
    let Action::Program(language::program::Action::ExecuteBatch(mut batch)) = action.clone() else { panic!() };
    how(&mut batch);
    Action::Program(language::program::Action::ExecuteBatch(batch))
}

fn refused_under(world: &mut World, who: &str, row: RowId, action: &Action, code: u16) {
    let mut open = world.opening(who, action);
    open.row = row;
    world.refused(who, Order::Proposal(proposal::Order::Open(Box::new(open))), code);
}

#[test]
fn a_programme_begins_with_a_council_that_accepts() {
    let mut world = World::new();
    world.enact("S0", &created(&world, 2));
    let council = world.cells.council(Council::Program(2)).unwrap();
    assert_eq!((council.size, council.epoch), (3, 1));
    // It is there, but nobody of it speaks before accepting.
    let batch = with(&batch("none", 1, 1), |batch| batch.program = 2);
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
fn program_exists_801_a_number_is_given_once() {
    let mut world = World::new();
    for number in [0, 2] {
        if number == 2 {
            world.enact("S0", &created(&world, 2));
        }
        let again = create(&world, |new| (new.program, new.seats) = (number, Vec::new()));
        world.refused_action("S0", &again, 801);
    }
}

#[test]
fn a_programme_of_the_genesis_keeps_its_council_607() {
    let mut world = World::new();
    let mut new = create(&world, |new| new.program = 1);
    world.refused_action("S0", &new, 607);
    new = create(&world, |new| (new.program, new.seats) = (1, Vec::new()));
    world.enact("P0", &new);
    assert_eq!(world.cells.council(Council::Program(1)).unwrap().epoch, 0);
    // Another one needs exactly as many as all the others.
    for size in [0, 2, 4] {
        let other = create(&world, |new| {
            let seat = new.seats[0];
            new.seats.resize(size, seat);
        });
        world.refused_action("S0", &other, 607);
    }
    world.folds();
}

/// The very checks of a rotation.
#[test]
fn seats_of_a_new_programme_are_checked_like_any_others() {
    let mut world = World::new();
    let seat = |change: fn(&mut CreateProgram)| create(&World::new(), change);
    let cases: [(Action, u16); 6] = [
        (seat(|new| new.seats[1].key = crate::world::key_named("S0")), 210),
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
    let asset = |limits| AssetTerms { asset: ASSET, limits };
    let bad: [(&str, Vec<AssetTerms>); 5] = [
        ("no asset", Vec::new()),
        ("twice", vec![asset(limits()), asset(limits())]),
        ("more than a tenth", vec![asset(greatseal_protocol::program::Limits { small: 101, ..limits() })]),
        ("a short period", vec![asset(greatseal_protocol::program::Limits { period: 479, ..limits() })]),
        ("too many", (0..9).map(|at| AssetTerms { asset: AssetHash([at; 32]), limits: limits() }).collect()),
    ];
    for (_, assets) in bad {
        let action = create(&world, |new| new.assets = assets);
        world.refused_action("S0", &action, 802);
    }
    let unversioned = create(&world, |new| new.terms.rules.version = 0);
    world.refused_action("S0", &unversioned, 802);
    let without = create(&world, |new| new.terms.rules.hash = ReferenceHash([0; 32]));
    world.refused_action("S0", &without, 413);
    let without = create(&world, |new| new.terms.schedule = ReferenceHash([0; 32]));
    world.refused_action("S0", &without, 413);
}

#[test]
fn a_change_builds_on_the_present_value_411_and_rule_sets_rise_802() {
    let mut world = funded();
    let other = change(&world, |change| change.previous = ProgramHash([0; 32]));
    world.refused_action("S0", &other, 411);
    let same = change(&world, |change| change.terms.rules.hash = ReferenceHash([3; 32]));
    world.refused_action("S0", &same, 802);
    let next = change(&world, |change| {
        change.terms = Terms { privacy: Privacy::Confidential, ..terms(2) };
        change.assets = vec![AssetTerms { asset: AssetHash([9; 32]), limits: limits() }];
    });
    let twin = change(&world, |change| change.terms.privacy = Privacy::Confidential);
    let late = world.carry("S1", &twin);
    world.enact("S0", &next);
    let now = program(&world, 1);
    assert_eq!((now.version, now.terms.rules.version, now.terms.privacy), (2, 2, Privacy::Confidential));
    // What was opened before builds on what is no more.
    world.wait(HOUR);
    world.refused("O0", execute(&late), 411);
    world.folds();
}

#[test]
fn a_change_needs_the_programme_it_is_about() {
    let mut world = funded();
    world.enact("S0", &created(&world, 2));
    let change = change(&world, |change| change.terms.privacy = Privacy::Confidential);
    // A seat of another programme is no author, and its approval none.
    for index in 0..3 {
        let id = SeatId { council: Council::Program(2), index };
        world.applied(id, Order::Council(council::Order::AcceptSeat { seat: id, previous: None }));
    }
    world.wait(1);
    world.refused_action("Pr:2-0", &change, 206);
    let proposal = world.open("S0", &change);
    world.refused("Pr:2-0", approve(&proposal), 204);
    let unknown = Action::Program(language::program::Action::Change(ChangeProgram {
        program: 7,
        previous: ProgramHash([0; 32]),
        terms: terms(1),
        assets: Vec::new(),
    }));
    world.refused_action("S0", &unknown, 800);
}

#[test]
fn a_batch_is_paid_once_809() {
    let mut world = funded();
    let first = batch("january", 3, 30);
    world.enact("O0", &first);
    let executed = world.records.iter().rev().find_map(|record| match &record.event {
        Event::Program(language::program::Event::BatchExecuted { batch, .. }) => Some(*batch),
        _ => None,
    });
    let executed = executed.unwrap();
    assert_eq!((executed.number, executed.previous, executed.small), (1, None, true));
    assert_eq!(executed.rules, program(&world, 1).terms.rules);
    world.refused_action("O0", &first, 809);
    // Approved twice, executed once.
    let twin = batch("february", 3, 30);
    let (one, two) = (world.carry("O0", &twin), world.carry("O1", &twin));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 809);
    let present = program(&world, 1);
    assert_eq!((present.batches, present.last), (2, Some(manifest("february"))));
    world.folds();
}

#[test]
fn what_a_batch_must_state() {
    let mut world = funded();
    let plain = batch("january", 3, 30);
    let cases: [(Action, u16); 8] = [
        (with(&plain, |batch| batch.program = 7), 800),
        (with(&plain, |batch| batch.count = 0), 810),
        (with(&plain, |batch| (batch.count, batch.total) = (0, 0)), 810),
        (with(&plain, |batch| batch.total = 2), 810),
        (with(&plain, |batch| batch.rules = 2), 804),
        (with(&plain, |batch| batch.asset = AssetHash([9; 32])), 620),
        (with(&plain, |batch| batch.payer = [1; 32]), 806),
        (with(&plain, |batch| batch.total = 1_001), 807),
    ];
    for (action, code) in cases {
        refused_under(&mut world, "O0", RowId::BATCH_LARGE, &action, code);
    }
    world.enact("S0", &created(&world, 2));
    world.escalate("O0", greatseal_protocol::scope::Watched::Money);
    world.enact("S0", &register_for(2, [0xBB; 32]));
    let foreign = with(&plain, |batch| batch.payer = [0xBB; 32]);
    world.refused_action("O0", &foreign, 806);
    world.escalate("O0", greatseal_protocol::scope::Watched::Money);
    world.enact("S0", &crate::world::register(crate::world::asset(AssetHash([9; 32]))));
    let unbudgeted = with(&plain, |batch| batch.asset = AssetHash([9; 32]));
    world.refused_action("O0", &unbudgeted, 803);
}

fn register_for(program: u32, account: [u8; 32]) -> Action {
    crate::world::register(Entry::Payer { account, program })
}

/// What held when it was opened is asked again when it is executed.
#[test]
fn a_batch_is_asked_again_when_it_is_executed() {
    let mut world = funded();
    let proposal = world.carry("O0", &batch("january", 3, 30));
    let mut other = world.clone();
    let next = change(&other, |change| change.terms = terms(2));
    other.enact("S0", &next);
    other.refused("O0", execute(&proposal), 804);
    for (entry, code) in [(EntryKey::Payer(PAYER, 1), 806), (EntryKey::Asset(ASSET), 620)] {
        let mut other = world.clone();
        other.enact("S0", &Action::Registry(registry::Action::Revoke { entry, reason: REASON }));
        other.refused("O0", execute(&proposal), code);
    }
    let later = change(&world, |change| change.terms = Terms { rules: terms(2).rules, ..change.terms });
    let later = match later {
        Action::Program(language::program::Action::Change(mut change)) => {
            change.terms.rules.effective_from = world.now + DAY;
            Action::Program(language::program::Action::Change(change))
        }
        _ => panic!(),
    };
    world.enact("S0", &later);
    let early = with(&batch("january", 3, 30), |batch| batch.rules = 2);
    let early = world.carry("O0", &early);
    world.refused("O0", execute(&early), 805);
    world.wait(DAY);
    world.execute("O0", &early);
    world.folds();
}

#[test]
fn budget_807_is_charged_at_execution_and_nowhere_else() {
    let mut world = funded();
    world.now = (world.now / DAY + 1) * DAY;
    let (one, two) = (world.carry("O0", &batch("one", 6, 600)), world.carry("O1", &batch("two", 6, 600)));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 807);
    // To the last unit.
    world.enact("O0", &batch("three", 4, 400));
    // A batch that fits the whole budget may be opened: by then another period may have begun.
    let next = world.carry("O0", &batch("four", 1, 1));
    world.refused("O0", execute(&next), 807);
    world.wait(DAY - 1 - world.now % DAY);
    world.refused("O0", execute(&next), 807);
    world.wait(1);
    world.execute("O0", &next);
    world.execute("O0", &two);
    world.folds();
}

#[test]
fn another_period_or_budget_keeps_what_is_spent() {
    let mut world = funded();
    world.now = (world.now / DAY + 1) * DAY;
    world.enact("O0", &batch("one", 6, 900));
    let limits = greatseal_protocol::program::Limits { period: 2 * 86_400, ..limits() };
    let action = change(&world, |change| change.assets = vec![AssetTerms { asset: ASSET, limits }]);
    world.enact("S0", &action);
    let next = world.carry("O0", &batch("two", 1, 101));
    world.refused("O0", execute(&next), 807);
    world.enact("O0", &batch("three", 1, 100));
    let ended = greatseal_protocol::program::Limits { budget: 0, small: 0, ..limits };
    let action = change(&world, |change| change.assets = vec![AssetTerms { asset: ASSET, limits: ended }]);
    world.enact("S0", &action);
    refused_under(&mut world, "O0", RowId::BATCH_LARGE, &batch("four", 1, 1), 807);
    world.folds();
}

#[test]
fn not_small_808_alone_together_or_as_a_correction() {
    let mut world = funded();
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &batch("large", 1, 101), 808);
    world.enact("O0", &batch("one", 1, 60));
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &batch("two", 1, 41), 808);
    // Two that are small, but not together: the second waits for more approvals, or for another period.
    let (two, three) = (world.carry("O0", &batch("two", 1, 40)), world.carry("O1", &batch("three", 1, 40)));
    world.execute("O0", &two);
    world.refused("O0", execute(&three), 808);
    // A batch of any size may be large, and is then not counted among the small ones.
    let mut open = world.opening("O0", &batch("three", 1, 40));
    open.row = RowId::BATCH_LARGE;
    let large = world.open_as("O0", open);
    world.approve(&["Pr:1-0", "Pr:1-1"], &large);
    world.execute("O0", &large);
    // A period later, whatever way one looks at it.
    world.wait(DAY + DAY / 8);
    world.enact("O0", &batch("four", 1, 100));
    world.folds();
}

#[test]
fn who_opens_a_small_batch_does_not_approve_it_811() {
    let mut world = funded();
    let own = world.open("Pr:1-0", &batch("one", 1, 10));
    world.refused("Pr:1-0", approve(&own), 811);
    let at_once = Open { approve: true, ..world.opening("Pr:1-0", &batch("two", 1, 10)) };
    world.refused("Pr:1-0", Order::Proposal(proposal::Order::Open(Box::new(at_once))), 811);
    world.approve(&["Pr:1-1"], &own);
    world.execute("Pr:1-0", &own);
    // Against it the author may be; and a large one counts the author.
    let other = world.open("Pr:1-0", &batch("two", 1, 10));
    world.applied("Pr:1-0", reject(&other));
    let large = world.open("Pr:1-0", &batch("three", 1, 500));
    world.approve(&["Pr:1-0", "Pr:1-2"], &large);
    let bytes = world.envelope("stranger", execute(&large));
    world.ignored_bytes(&bytes, 207);
    world.refused("S0", execute(&large), 207);
    world.execute("Pr:1-2", &large);
    world.folds();
}

#[test]
fn a_small_batch_is_over_when_all_but_its_author_reject_it() {
    let mut world = funded();
    let own = world.open("Pr:1-0", &batch("one", 1, 10));
    world.applied("Pr:1-1", reject(&own));
    let others = world.open("O0", &batch("two", 1, 10));
    world.applied("Pr:1-1", reject(&others));
    world.applied("Pr:1-2", reject(&own));
    world.refused("Pr:1-0", reject(&own), 408);
    // Of a batch that another council's seat opened, every seat of the programme may be the one that approves.
    world.applied("Pr:1-2", reject(&others));
    world.approve(&["Pr:1-0"], &others);
    world.execute("O0", &others);
    world.folds();
}

#[test]
fn blocked_500_by_pause_mode_and_freeze() {
    for (scope, small) in [
        (Scope::Everything, true),
        (Scope::Program(1), true),
        (Scope::Account(PAYER), true),
        (Scope::Program(2), false),
        (Scope::Upgrades, false),
    ] {
        let mut world = funded();
        let proposal = world.carry("O0", &batch("one", 1, 10));
        world.enact("E0", &pause(scope, HOUR));
        if small {
            world.refused("O0", execute(&proposal), 500);
            world.enact("S0", &lift(scope));
        }
        world.execute("O0", &proposal);
    }
    for (mode, small, large) in [(Mode::Limited, None, Some(500)), (Mode::ReadOnly, Some(500), Some(500))] {
        let mut world = funded();
        let proposals = [(batch("one", 1, 10), small), (batch("two", 1, 500), large)];
        let proposals = proposals.map(|(action, code)| (world.carry("O0", &action), code));
        world.enact("E0", &set_mode(mode, HOUR));
        for (proposal, code) in proposals {
            match code {
                Some(code) => world.refused("O0", execute(&proposal), code),
                None => world.execute("O0", &proposal),
            }
        }
    }
}

#[test]
fn a_correction_pays_what_was_excepted_once() {
    let mut world = funded();
    world.enact("O0", &batch("parent", 10, 500));
    let range = Correction { parent: manifest("parent"), from: 0, up_to: 4, evidence: REASON };
    world.refused_action("O0", &correction("child", 4, 200, range), 816);
    let except = Action::Program(language::program::Action::Except {
        manifest: manifest("parent"),
        from: 0,
        up_to: 4,
        amount: 200,
        evidence: REASON,
    });
    world.enact("S0", &except);
    let cases: [(Action, u16); 6] = [
        (correction("child", 4, 200, Correction { evidence: ReferenceHash([0; 32]), ..range }), 413),
        (correction("child", 4, 200, Correction { parent: manifest("nobody"), ..range }), 812),
        (correction("child", 4, 200, Correction { up_to: 5, ..range }), 816),
        (correction("child", 4, 200, Correction { from: 1, ..range }), 816),
        (correction("child", 4, 201, range), 818),
        (correction("child", 5, 200, range), 818),
    ];
    for (action, code) in cases {
        refused_under(&mut world, "O0", RowId::BATCH_LARGE, &action, code);
    }
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &correction("child", 1, 1, range), 808);
    let (one, two) =
        (world.carry("O0", &correction("child", 4, 200, range)), world.carry("O1", &correction("twin", 4, 200, range)));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 817);
    // What a correction excepts can be corrected again, for the same programme and asset.
    let except = Action::Program(language::program::Action::Except {
        manifest: manifest("child"),
        from: 0,
        up_to: 1,
        amount: 50,
        evidence: REASON,
    });
    world.enact("S0", &except);
    let again = Correction { parent: manifest("child"), from: 0, up_to: 1, evidence: REASON };
    world.enact("O0", &correction("grandchild", 1, 50, again));
    world.folds();
}

#[test]
fn what_a_micronode_does_not_have_it_refuses_300() {
    let mut world = World::micronode();
    let new = CreateProgram { program: 1, terms: terms(1), assets: Vec::new(), seats: Vec::new() };
    let open = Open {
        row: RowId::PROGRAM_CREATE,
        action: Action::Program(language::program::Action::Create(new)),
        document: greatseal_protocol::bytes::DocumentHash([9; 32]),
        approve_within: 3_600,
        execute_within: 8 * 3_600,
        nonce: 1,
        approve: false,
    };
    world.refused("S0", Order::Proposal(proposal::Order::Open(Box::new(open.clone()))), 300);
    let small = Open { row: RowId::BATCH_SMALL, action: batch("one", 1, 1), ..open };
    world.refused("S0", Order::Proposal(proposal::Order::Open(Box::new(small))), 800);
    let present: Option<Program> = world.cells.cell(&CellKey::Program(1)).unwrap();
    assert_eq!(present, None);
}

/// The largest council, with as many assets as can be.
#[test]
fn the_largest_programme_can_be_created() {
    let mut world = World::new();
    let (seats, assets) = (Council::MAX_SEATS, MOST_ASSETS);
    let all = world.cells.council(Council::PROGRAM).unwrap();
    world.cells.put(&CellKey::Council(Council::PROGRAM), &CouncilHead { size: u8::try_from(seats).unwrap(), ..all });
    let action = create(&world, |new| {
        let seat = |index| NewSeat {
            valid_until: world.now + (12 + 7 * u64::from(index)) * DAY,
            ..ministry(2, index, world.now)
        };
        new.seats = (0..u8::try_from(seats).unwrap()).map(seat).collect();
        let asset = |number| AssetTerms { asset: AssetHash([number; 32]), limits: new.assets[0].limits };
        new.assets = (1..=u8::try_from(assets).unwrap()).map(asset).collect();
    });
    world.enact("S0", &action);
    assert_eq!(usize::from(world.cells.council(Council::Program(2)).unwrap().size), seats);
}
