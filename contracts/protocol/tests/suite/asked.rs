//! Whoever asks before signing hears what comes of it: the same events and cells, or the same refusal, in few rounds of reading.

use crate::world::*;
use greatseal_protocol::{
    action::Action,
    ask::{Answer, Applied, Draft, Known, Missing, Outlook, Question, Verdict, Wish, Wisher, ask, fulfil},
    bytes::{DocumentHash, IncidentId, ReferenceHash},
    cells::{CellKey, Cells, Head},
    clock::{LIFE, PROTECTIVE_LIFE},
    command::{Capacity, Command, Order},
    council::Council,
    decide::Via,
    envelope::Envelope,
    event::{Door, Event, Record},
    key::Key,
    language::{council, emergency, policy, proposal},
    memory::Memory,
    outcome::Outcome,
    proposal_id::Decision,
    refusal::Refusal,
    row::RowId,
    scale::{Decode, DecodeAll},
    scope::{Pause, Scope, Severity},
    standing::Status,
    state::State,
};

/// Most rounds of reading for one command in all stories. Each costs a client one answer of its node.
const MOST_ROUNDS: usize = 5;

/// Reads what is missing until there is an answer; counts the rounds.
fn until_known<T>(cells: &Memory, look: impl Fn(&Known) -> Result<T, Missing>) -> (T, usize, Known) {
    let (mut known, mut rounds) = (Known::default(), 0);
    loop {
        match look(&known) {
            Ok(answer) => return (answer, rounds, known),
            Err(missing) => {
                rounds += 1;
                assert!(rounds < 64 && !missing.is_empty(), "no answer after {rounds} rounds: {missing:?}");
                known.add(missing.into_iter().map(|key| (key, cells.load(&key))));
            }
        }
    }
}

fn answer(cells: &Memory, question: &Question<'_>) -> (Result<Applied, Refusal>, usize) {
    let look = |known: &Known| match ask(question, known) {
        Answer::Missing(missing) => Err(missing),
        Answer::Refused(refusal) => Ok(Err(refusal)),
        Answer::Applied(applied) => Ok(Ok(applied)),
    };
    let (answer, rounds, _) = until_known(cells, look);
    (answer, rounds)
}

/// What was submitted, asked about beforehand, would have been answered as it came.
pub(crate) fn foretells(before: &Memory, sent: &Submission, records: &[Record], after: &Memory) {
    let Some((actor, command, via)) = spoken(sent) else { return };
    let question = Question { actor: &actor, command: &command, via, now: sent.at };
    let (answer, rounds) = answer(before, &question);
    match (sent.outcome, &answer) {
        (Outcome::Refused { refusal, .. }, Err(foretold)) => assert_eq!(*foretold, refusal),
        // Nothing of it was authentic: nobody asks on behalf of another.
        (Outcome::Ignored { .. }, _) => return,
        (Outcome::Applied { .. }, Ok(applied)) => {
            let events: Vec<_> = records.iter().map(|record| record.event.clone()).collect();
            assert_eq!(applied.events, events);
            for (key, bytes) in &applied.written {
                let uncounted = |bytes: &[u8]| Head { cells: 0, ..Head::decode_all(&mut &*bytes).unwrap() };
                match key {
                    // Tests write cells past the rules.
                    CellKey::Head => assert_eq!(uncounted(bytes), uncounted(&after[key])),
                    _ => assert_eq!(Some(bytes), after.get(key), "{key:?}"),
                }
            }
            let changed = after.iter().filter(|(key, bytes)| before.get(key) != Some(bytes));
            assert!(changed.map(|(key, _)| key).all(|key| applied.written.contains_key(key)), "something else changed");
        }
        (outcome, answer) => panic!("{outcome:?} where {answer:?} was foretold of {command:?}"),
    }
    assert!(rounds <= MOST_ROUNDS, "{rounds} rounds for {command:?}");
}

/// Whose command it is, and through which door it came; `None` where the bytes are no command.
fn spoken(sent: &Submission) -> Option<(Key, Command, Via)> {
    if let Door::Direct = sent.door {
        let mut bytes = &*sent.bytes;
        let spoken = (Key::decode(&mut bytes).ok()?, Command::decode(&mut bytes).ok()?, Via::Account);
        return bytes.is_empty().then_some(spoken);
    }
    let Envelope { command, key, .. } = Envelope::parse(&sent.bytes).ok()?;
    Some((key, command, Via::Envelope))
}

fn judged(world: &World, who: &str, wish: &Wish) -> Verdict {
    let actor = key_named(who);
    let seat = world.seat_of(who).map(|seat| {
        let epoch = world.cells.council(seat.council).unwrap().epoch;
        Capacity::Seat { seat, epoch }
    });
    let wisher = Wisher { actor, seat, via: Via::Envelope, now: world.now };
    let look = |known: &Known| match fulfil(wish, &wisher, known) {
        Verdict::Missing(missing) => Err(missing),
        other => Ok(other),
    };
    let (verdict, rounds, _) = until_known(&world.cells, look);
    assert!(rounds <= MOST_ROUNDS, "{rounds} rounds for {wish:?}");
    verdict
}

fn draft(action: Action) -> Draft {
    let document = DocumentHash([9; 32]);
    Draft { row: None, action, document, approve_within: None, execute_within: None, nonce: 1, approve: false }
}

fn opened(world: &World, who: &str, draft: Draft) -> Result<(RowId, Command, Applied), Refusal> {
    match judged(world, who, &Wish::Open(Box::new(draft))) {
        Verdict::Applied { command, applied } => match &command.order {
            Order::Proposal(proposal::Order::Open(open)) => Ok((open.row, command, applied)),
            other => panic!("{other:?}"),
        },
        Verdict::Refused { refusal, .. } => Err(refusal),
        Verdict::Missing(missing) => panic!("{missing:?}"),
    }
}

fn pause(minutes: u32) -> Action {
    Action::Emergency(emergency::Action::Pause(Pause {
        scope: Scope::Route(1),
        seconds: minutes * 60,
        incident: IncidentId([3; 16]),
        severity: Severity::Sev1,
        reason: ReferenceHash([4; 32]),
    }))
}

#[test]
fn the_row_of_an_action_is_the_one_that_the_rules_take_from_this_author() {
    let world = World::new();
    let row = |who: &str, action: Action| opened(&world, who, draft(action)).map(|(row, ..)| row);
    assert_eq!(row("E0", pause(60)), Ok(RowId::EMERGENCY_PAUSE));
    assert_eq!(row("S0", pause(61)), Ok(RowId::SOVEREIGN_PAUSE));
    assert_eq!(
        row("E0", pause(61)),
        Err(Refusal::PauseCap),
        "of the row that is the author's, and not of the other one"
    );
    assert_eq!(row("M0", pause(60)), Err(Refusal::NotAnAuthor));
    let adopt = Action::Policy(policy::Action::Adopt { name: label("text"), text: DocumentHash([1; 32]) });
    assert_eq!(row("P0", adopt.clone()), Ok(RowId::DOCUMENT_ONLY));
    let under = |row| Draft { row: Some(row), ..draft(adopt.clone()) };
    assert_eq!(opened(&world, "S0", under(RowId::MANUAL_OVERRIDE)).err(), Some(Refusal::WrongRow));
    assert_eq!(opened(&world, "S0", under(RowId::NONE)).err(), Some(Refusal::UnknownRow));
    let stranger = judged(&world, "nobody", &Wish::Order(Box::new(Order::Council(council::Order::SuspendSelf))));
    assert!(matches!(stranger, Verdict::Refused { refusal: Refusal::WrongCouncil, .. }), "{stranger:?}");
}

/// The log names the seat that executes; a seat that cannot act leaves to anyone what anyone may do.
#[test]
fn who_executes_does_so_as_the_seat_where_it_can() {
    let mut world = World::with_route();
    let proposal = world.loosening(economics());
    world.wait(3_600);
    let Order::Proposal(proposal::Order::Execute(execute)) = execute(&proposal) else { panic!() };
    let wish = Wish::Execute(execute);
    let capacity = |world: &World, who: &str| match judged(world, who, &wish) {
        Verdict::Applied { command, .. } => Ok(command.capacity),
        Verdict::Refused { refusal, .. } => Err(refusal),
        Verdict::Missing(missing) => panic!("{missing:?}"),
    };
    assert_eq!(capacity(&world, "O0"), Ok(Capacity::Seat { seat: seat("O0"), epoch: 0 }));
    assert_eq!(capacity(&world, "nobody"), Ok(Capacity::Anyone));
    let mut pending = world.clone();
    pending.poke("O0", |seat| seat.accepted = None);
    assert_eq!(capacity(&pending, "O0"), Ok(Capacity::Anyone));
    world.execute("O0", &proposal);
    assert_eq!(capacity(&world, "O0"), Err(Refusal::AlreadyExecuted));
}

#[test]
fn a_micronode_refuses_a_pause_that_is_too_long_for_it() {
    let world = World::micronode();
    assert_eq!(opened(&world, "S0", draft(pause(60))).err(), Some(Refusal::PauseCap));
    assert_eq!(opened(&world, "S0", draft(pause(30))).map(|(row, ..)| row), Ok(RowId::SOVEREIGN_PAUSE));
}

#[test]
fn a_command_lives_for_two_thirds_of_what_its_row_allows() {
    let world = World::new();
    let life = |who: &str, action| {
        let (_, command, _) = opened(&world, who, draft(action)).unwrap();
        command.expiry - world.now
    };
    assert_eq!(life("E0", pause(5)), PROTECTIVE_LIFE / 3 * 2);
    assert_eq!(
        life("P0", Action::Policy(policy::Action::Adopt { name: label("text"), text: DocumentHash([1; 32]) })),
        LIFE / 3 * 2
    );
}

#[test]
fn what_a_proposal_still_needs_is_read_from_the_state_that_would_be() {
    let mut world = World::new();
    let approving = Draft { approve: true, ..draft(pause(60)) };
    let (_, command, applied) = opened(&world, "E0", approving).unwrap();
    let id = applied.events.iter().find_map(Event::proposal).unwrap();
    let outlook = |world: &World, applied: &Applied| {
        let look = |known: &Known| known.answer(|cells| Outlook::of(id, &applied.over(cells), world.now));
        until_known(&world.cells, look).0.unwrap()
    };
    let first = outlook(&world, &applied);
    assert_eq!((first.status, first.execution), (Status::Open, None));
    assert_eq!((first.needs.total, &first.needs.councils[..]), (2, &[(Council::Emergency, 2)][..]));
    assert_eq!((first.missing.total, &first.missing.councils[..]), (1, &[(Council::Emergency, 1)][..]));

    assert!(matches!(world.order("E0", command.order), Outcome::Applied { .. }));
    let digest = world.cells.proposal(id).unwrap().digest;
    let order = Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve });
    let Verdict::Applied { applied, .. } = judged(&world, "E1", &Wish::Order(Box::new(order))) else {
        panic!("refused")
    };
    let second = outlook(&world, &applied);
    assert_eq!((second.missing.total, second.missing.councils.len()), (0, 0));
    let execute_by = world.now + u64::from(second.window);
    assert_eq!((second.status, second.execution), (Status::Executable(execute_by), Some((world.now, execute_by))));
    assert!(world.cells.proposal(id).unwrap().decision(seat("E1")).is_none(), "nothing has happened yet");
}

#[test]
fn an_account_is_no_door_for_a_key_that_has_none_nor_for_what_must_be_signed() {
    let world = World::new();
    let asked = |actor: Key, capacity, order: Order| {
        let command = Command { capacity, expiry: world.now + 60, order };
        answer(&world.cells, &Question { actor: &actor, command: &command, via: Via::Account, now: world.now }).0
    };
    let capacity = Capacity::Seat { seat: seat("E0"), epoch: 0 };
    let heartbeat = Order::Council(council::Order::Heartbeat { nonce: 1 });
    assert!(asked(key_named("E0"), capacity, heartbeat.clone()).is_ok());
    assert_eq!(asked(Key::P256([2; 33]), capacity, heartbeat).err(), Some(Refusal::NotTheCaller));
    for (id, _) in RowId::NAMED {
        let row = world.cells.row(*id).unwrap();
        let closed = opened_from(&world, "S0", *id) == Some(Refusal::DoorClosed);
        assert_eq!(closed, !row.direct, "{id}");
    }
}

/// What is said of a proposal under a row that is opened from the author's own account.
fn opened_from(world: &World, who: &str, row: RowId) -> Option<Refusal> {
    let action = Action::Policy(policy::Action::Adopt { name: label("text"), text: DocumentHash([1; 32]) });
    let wish = Wish::Open(Box::new(Draft { row: Some(row), ..draft(action) }));
    let seat = Capacity::Seat { seat: seat(who), epoch: 0 };
    let wisher = Wisher { actor: key_named(who), seat: Some(seat), via: Via::Account, now: world.now };
    let look = |known: &Known| match fulfil(&wish, &wisher, known) {
        Verdict::Missing(missing) => Err(missing),
        Verdict::Refused { refusal, .. } => Ok(Some(refusal)),
        Verdict::Applied { .. } => Ok(None),
    };
    until_known(&world.cells, look).0
}
