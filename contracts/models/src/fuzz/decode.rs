//! Bytes of strangers: decoded exactly or refused, never a panic; what was decoded has these bytes and no others.

use super::{input::Input, scene::Scene};
use crate::town::START;
use greatseal_protocol::{
    action::Action,
    batch::Batch,
    bytes::{ContractAddress, DeploymentId, IncidentId, Label, ManifestHash},
    cells::{CellKey, Cells, CellsMut, Head},
    command::{Command, Order},
    council::{Council, CouncilHead, Organisation, Seat, SeatId, Seated},
    dispute::{Dispute, Disputed, OpenDisputes},
    emergency::{Duty, InMode, Paused, Use},
    envelope::Envelope,
    event::{Event, Record},
    evolve::evolve,
    genesis::Genesis,
    key::Key,
    language::proposal,
    line::Line,
    memory::Memory,
    parameter::{Parameter, Tuning},
    policy,
    program::{Program, RuleSet},
    proposal::Proposal,
    proposal_id::{Decision, ProposalId},
    registry::{Deployment, EntryKey, Registered},
    route::Route,
    row::{Row, RowId},
    scale::{DecodeAll, Encode},
    scope::{Escalation, Mode, Scope, Watched},
    settlement::{Stated, Voted},
    state::State,
    submit, words,
};

/// One byte string per value: what decodes has exactly these bytes.
fn exact<T: DecodeAll + Encode>(bytes: &[u8]) -> Option<T> {
    let value = T::decode_all(&mut &*bytes).ok()?;
    assert_eq!(value.encode(), bytes, "one byte string per value");
    Some(value)
}

/// An envelope, as everybody may send one.
pub fn envelope(bytes: &[u8]) {
    if let Ok(envelope) = Envelope::parse(bytes) {
        assert_eq!(envelope.to_bytes(), bytes, "one byte string per envelope");
        in_words(&envelope.command);
    }
    let mut scene = Scene::new(0);
    scene.submit(bytes);
    // Twice: nothing takes effect again.
    scene.submit(bytes);
    scene.folds();
}

/// The argument of the direct door.
pub fn act(bytes: &[u8]) {
    if let Some((_, command)) = exact::<(Key, Command)>(bytes) {
        in_words(&command);
    }
    let mut scene = Scene::new(2);
    scene.act(bytes);
    scene.act(bytes);
    scene.folds();
}

fn in_words(command: &Command) {
    assert!(!words::command(command).is_empty(), "a command can be shown");
}

/// The first byte chooses a cell, the others are written into it: whatever is damaged, commands are answered.
pub fn cells(bytes: &[u8]) {
    let mut input = Input(bytes);
    let kind = input.byte();
    let bytes = input.0;
    let seat = SeatId { council: Council::Sovereign, index: 0 };
    let scene = Scene::new(0);
    let label = crate::town::label("model");
    let manifest = ManifestHash([7; 32]);
    let key = match if (32..38).contains(&kind) { kind } else { kind % 19 } {
        0 => exact::<Head>(bytes).map(|_| CellKey::Head),
        1 => exact::<Row>(bytes).map(|row| CellKey::Row(row.id)),
        2 => exact::<CouncilHead>(bytes).map(|_| CellKey::Council(Council::Sovereign)),
        3 => exact::<Seat>(bytes).map(|_| CellKey::Seat(seat)),
        4 => exact::<Seated>(bytes).map(|_| CellKey::KeySeat(scene.key(seat))),
        5 => exact::<Proposal>(bytes).map(|_| CellKey::Proposal(seat, 0)),
        6 => exact::<Paused>(bytes).map(|_| CellKey::Pause(Scope::Everything)),
        7 => exact::<Route>(bytes).map(|_| CellKey::Route(1)),
        8 => exact::<Escalation>(bytes).map(|_| CellKey::Escalation(Watched::Money)),
        9 => exact::<Organisation>(bytes).map(|_| CellKey::Organisation(label)),
        10 => exact::<Option<SeatId>>(bytes).map(|_| CellKey::Holder(crate::town::holder(1_000))),
        11 => exact::<Option<Duty>>(bytes).map(|_| CellKey::Duty(Scope::Everything)),
        12 => exact::<Vec<(Scope, u64)>>(bytes).map(|_| CellKey::Duties),
        13 => exact::<Use>(bytes).map(|_| CellKey::Use(None)),
        14 => exact::<InMode>(bytes).map(|_| CellKey::Mode),
        15 => exact::<Registered>(bytes).map(|entry| CellKey::Entry(entry.entry.key())),
        16 => exact::<Deployment>(bytes).map(|_| CellKey::Running(label)),
        17 => exact::<Tuning>(bytes).map(|_| CellKey::Parameter(Parameter::Inflight)),
        32 => exact::<Program>(bytes).map(|_| CellKey::Program(1)),
        33 => exact::<Line>(bytes).map(|_| CellKey::Line(1, 1)),
        34 => exact::<Batch>(bytes).map(|_| CellKey::Batch(manifest)),
        40 => exact::<Stated>(bytes).map(|_| CellKey::Statement(manifest, crate::town::seat("O0"))),
        41 => exact::<Voted>(bytes).map(|_| CellKey::Vote(manifest, crate::town::seat("A0"))),
        38 => exact::<RuleSet>(bytes).map(|_| CellKey::Rules(1, 1)),
        39 => exact::<u64>(bytes).map(|_| CellKey::Stopped(manifest)),
        37 => exact::<OpenDisputes>(bytes).map(|_| CellKey::OpenDisputes(crate::town::seat("A0"))),
        18 => exact::<Dispute>(bytes).map(|_| CellKey::Dispute(super::plan::disputed())),
        _ => exact::<Disputed>(bytes).map(|_| CellKey::Disputed(super::plan::SUBJECT)),
    };
    let Some(key) = key else { return };
    damaged(scene, &key, bytes);
}

/// Commands on cells of which one was written from outside. Their answers may be wrong, but there is one.
fn damaged(mut scene: Scene, key: &CellKey, bytes: &[u8]) {
    scene.cells.store(key, bytes.to_vec());
    scene.cells.keep();
    let seats = ["S0", "S1", "E0", "O0", "A0", "X0"].map(crate::town::seat);
    for (number, who) in (0_u8..).zip(seats) {
        // The last five are about money.
        for kind in (0..super::plan::KINDS).chain([19, 39, 59, 79, 99]) {
            // An answer is an outcome or the report that cells do not fit; both are fine here.
            let mut input = Input(&[]);
            let open = super::plan::opening(&mut scene, who, kind, &mut input);
            attempt(&mut scene, who, Order::Proposal(proposal::Order::Open(Box::new(open))));
        }
        let id = ProposalId { serial: 1, author: crate::town::seat("S0"), slot: 0 };
        let present = scene.cells.cell::<Proposal>(&CellKey::proposal(id)).ok().flatten();
        if let Some(proposal) = present {
            let id = ProposalId { serial: proposal.serial, ..id };
            let decision = if number % 2 == 0 { Decision::Approve } else { Decision::Reject };
            attempt(
                &mut scene,
                who,
                Order::Proposal(proposal::Order::Decide { id, digest: proposal.digest, decision }),
            );
            attempt(&mut scene, who, Order::Proposal(proposal::Order::Veto { id, digest: proposal.digest }));
            attempt(&mut scene, who, Order::Proposal(proposal::Order::PanelApprove { id, digest: proposal.digest }));
            attempt(&mut scene, who, Order::Proposal(proposal::Order::Cancel { id }));
            attempt(&mut scene, who, Order::Proposal(proposal::Order::CallPanel { id }));
        }
        for order in super::plan::simple_orders(&scene, who) {
            attempt(&mut scene, who, order);
        }
    }
}

fn attempt(scene: &mut Scene, who: SeatId, order: Order) {
    let key = scene.key(who);
    let command = scene.command(who, order);
    let Ok(head) = scene.cells.head() else { return };
    let bytes = Envelope::seal(&head.domain, command, key, Scene::signature(&key)).to_bytes();
    let _ = submit::submit(&mut scene.cells, &bytes, scene.now, &crate::town::Believing);
    scene.cells.undo();
}

/// A record: decoded exactly, and a replay takes it or refuses it.
pub fn events(bytes: &[u8]) {
    let mut input = Input(bytes);
    let kind = usize::from(input.byte());
    let Some(record) = exact::<Record>(input.0) else { return };
    let event = &record.event;
    assert!(Event::kinds().any(|kind| kind == event.kind()));
    let _ = (event.proposal(), event.subject(), Record::signature_topic(event.kind()));
    if let Event::Proposal(proposal::Event::Opened(opened)) = event {
        words::action(&opened.action);
    }
    let mut scene = Scene::new(kind);
    let _ = evolve(&mut scene.cells, &record);
    // As the next record of this state too.
    let mut scene = Scene::new(kind);
    let _ = evolve(&mut scene.cells, &Record { seq: 1, ..record.clone() });
    let _ = evolve(&mut Memory::new(), &record);
}

/// A constructor's argument: judged, and whatever is found sound can be deployed and folded.
pub fn genesis(bytes: &[u8]) {
    let Some(genesis) = exact::<Genesis>(bytes) else { return };
    let _ = genesis.seats().count();
    let judged = policy::check(&genesis);
    let mut cells = Memory::new();
    // Whether its keys are sound is found out where they are prepared.
    let deployed = submit::deploy(genesis, ContractAddress([0xC0; 20]), START).is_ok_and(|record| {
        let folded = evolve(&mut cells, &record);
        assert_eq!(folded.is_ok(), judged.is_ok(), "a sound genesis is a beginning, and no other");
        folded.is_ok()
    });
    if !deployed {
        return;
    }
    assert!(cells.values().all(|bytes| bytes.len() <= greatseal_protocol::bytes::MAX_CELL), "bounded");
}

/// Texts that people type: parsed or refused, and what was parsed has one text.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    round::<SeatId>(text);
    round::<ProposalId>(text);
    round::<Scope>(text);
    round::<Watched>(text);
    round::<Mode>(text);
    round::<Parameter>(text);
    let _ = text.parse::<Key>().map(|key| assert_eq!(key.to_string().parse(), Ok(key)));
    let _ = text.parse::<EntryKey>().map(|key| key.to_string());
    let _ = text.parse::<DeploymentId>().map(|id| assert_eq!(id.to_string().parse(), Ok(id)));
    let _ = text.parse::<IncidentId>();
    let _ = RowId::named(text);
    if let Some(label) = Label::new(text) {
        assert_eq!(label.as_str(), text);
    }
    if let Ok(action) = Action::decode_all(&mut &*bytes) {
        words::action(&action);
    }
}

fn round<T: core::str::FromStr + ToString>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        // Digests and accounts may be typed in capitals or with 0x.
        assert!(value.to_string() == text || text.contains(':'), "{text} has two texts");
    }
}
