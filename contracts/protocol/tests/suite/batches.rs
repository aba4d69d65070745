//! 80x, 83x: batches. What may be paid, from what, by whom, when, and how often: once.

use crate::{
    money::{ASSET, PAYER, batch, funded, header, manifest, program, rules, second, stop},
    rules_programmes::{change, refused_under},
    world::{
        DAY, HOUR, REASON, acknowledge, approve, dispute, dispute_of, execute, pause, register, reject, resolve,
        set_mode, triage,
    },
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::{AssetHash, DeploymentId, ManifestHash, ReferenceHash},
    command::Order,
    digest,
    dispute::{Resolution, Subject},
    event::Event,
    language::{
        self,
        program::Order as About,
        proposal::{self, Open},
        registry,
    },
    line::SetLine,
    program::RulesChange,
    registry::{Entry, EntryKey},
    row::RowId,
    scope::{Mode, Scope, Watched},
    state::State,
};

fn of(header: Header) -> Action {
    Action::Program(language::program::Action::ExecuteBatch(header))
}

/// Another line of programme 1.
pub(crate) fn set(line: SetLine) -> Action {
    change(|change| change.lines = vec![line])
}

#[test]
fn a_batch_is_paid_once_809() {
    let mut world = funded();
    let first = header(&world, "january", 3, 30);
    world.enact("O0", &of(first));
    let executed = world.records.iter().rev().find_map(|record| match &record.event {
        Event::Program(language::program::Event::BatchExecuted { batch, .. }) => Some(*batch),
        _ => None,
    });
    let executed = executed.unwrap();
    assert_eq!((executed.number, executed.previous, executed.small), (1, None, true));
    assert_eq!((executed.header, executed.manifest), (first, digest::manifest_hash(&first)));
    world.refused_action("O0", &of(first), 809);
    // Approved twice, executed once.
    let twin = batch(&world, "february", 3, 30);
    let (one, two) = (world.carry("O0", &twin), world.carry("O1", &twin));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 809);
    let present = program(&world, 1);
    assert_eq!((present.batches, present.last), (2, Some(manifest(&world, "february"))));
    world.folds();
}

/// A13, H26: the programme stands in the name, so nobody else uses it up.
#[test]
fn nobody_else_can_use_up_a_manifest() {
    let mut world = funded();
    second(&mut world);
    world.escalate("O0", Watched::Money);
    world.enact("S0", &register(Entry::Payer { account: [0xBB; 32], program: 2 }));
    let mine = header(&world, "january", 3, 30);
    // The same root, counted wrong on purpose, from another programme: another name.
    let theirs = Header { program: 2, payer: [0xBB; 32], count: 1, total: 1, ..mine };
    world.enact("Pr:2-0", &of(theirs));
    assert_ne!(digest::manifest_hash(&mine), digest::manifest_hash(&theirs));
    world.enact("O0", &of(mine));
    world.folds();
}

#[test]
fn what_a_batch_must_state() {
    let mut world = funded();
    let plain = header(&world, "january", 3, 30);
    let cases: [(Header, u16); 14] = [
        (Header { program: 7, ..plain }, 800),
        (Header { version: 2, ..plain }, 832),
        (Header { deployment: DeploymentId([7; 32]), ..plain }, 832),
        (Header { count: 0, ..plain }, 810),
        (Header { count: 0, total: 0, ..plain }, 810),
        (Header { total: 2, ..plain }, 810),
        (Header { rules: 2, ..plain }, 804),
        (Header { asset: AssetHash([9; 32]), ..plain }, 620),
        (Header { payer: [1; 32], ..plain }, 806),
        (Header { line: 2, ..plain }, 803),
        (Header { total: 1_051, ..plain }, 807),
        (Header { pay_on: world.now - DAY - 1, ..plain }, 833),
        (Header { pay_on: world.now + 500 * DAY, ..plain }, 835),
        (Header { parent: Some(ManifestHash([1; 32])), ..plain }, 812),
    ];
    for (batch, code) in cases {
        refused_under(&mut world, "O0", RowId::BATCH_LARGE, &of(batch), code);
    }
    second(&mut world);
    for entry in [Entry::Payer { account: [0xBB; 32], program: 2 }, crate::world::asset(AssetHash([9; 32]))] {
        world.escalate("O0", Watched::Money);
        world.enact("S0", &register(entry));
    }
    let plain = header(&world, "january", 3, 30);
    world.refused_action("O0", &of(Header { payer: [0xBB; 32], ..plain }), 806);
    refused_under(&mut world, "O0", RowId::BATCH_LARGE, &of(Header { asset: AssetHash([9; 32]), ..plain }), 834);
}

/// C11: a payday is prepared before a long holiday, up to 90 days ahead, and not executed long after it.
#[test]
fn payday_833_is_near() {
    let mut world = funded();
    let ahead = Header { pay_on: world.now + 90 * DAY + 60, ..header(&world, "ahead", 3, 30) };
    let proposal = world.carry("O0", &of(ahead));
    world.refused("O0", execute(&proposal), 833);
    world.wait(60);
    world.execute("O0", &proposal);
    let late = header(&world, "late", 3, 30);
    let proposal = world.carry("O0", &of(late));
    world.wait(DAY + 1);
    world.refused("O0", execute(&proposal), 833);
    world.folds();
}

/// What held when it was opened is asked again when it is executed.
#[test]
fn a_batch_is_asked_again_when_it_is_executed() {
    let mut world = funded();
    let next_week = Header { pay_on: world.now + 7 * DAY, ..header(&world, "january", 3, 30) };
    let proposal = world.carry("O0", &of(next_week));
    for (entry, code) in [(EntryKey::Payer(PAYER, 1), 806), (EntryKey::Asset(ASSET), 620)] {
        let mut other = world.clone();
        other.enact("S0", &Action::Registry(registry::Action::Revoke { entry, reason: REASON }));
        other.refused("O0", execute(&proposal), code);
    }
    let mut other = world.clone();
    let end = RulesChange::End { version: 1, previous: None, until: other.now + DAY };
    other.enact("S0", &change(|change| change.rules = vec![end]));
    other.refused("O0", execute(&proposal), 805);
    // Another version that begins changes nothing for it.
    world.enact("S0", &change(|change| change.rules = vec![rules(2)]));
    world.execute("O0", &proposal);
    world.folds();
}

/// C9: all of a batch is stopped, for good; before its execution it is forbidden.
#[test]
fn batch_stop_836_is_for_good() {
    let mut world = funded();
    let (one, two) = (header(&world, "one", 3, 30), header(&world, "two", 3, 30));
    world.enact("O0", &of(one));
    world.enact("Pr:1-0", &stop(one));
    assert_eq!(world.cells.stopped(digest::manifest_hash(&one)).unwrap(), Some(world.now));
    refused_under(&mut world, "Pr:1-0", RowId::BATCH_STOP, &stop(one), 836);
    let approved = world.carry("O0", &of(two));
    // Two of the Sovereign council can do it, without the authority.
    let mut open = world.opening("S0", &stop(two));
    open.row = RowId::MANUAL_OVERRIDE;
    let proposal = world.open_as("S0", open);
    world.approve(&["S0", "S1"], &proposal);
    world.execute("stranger", &proposal);
    world.refused("O0", execute(&approved), 836);
    world.refused_action("O0", &of(two), 836);
    let unknown = Header { program: 7, ..one };
    refused_under(&mut world, "S0", RowId::MANUAL_OVERRIDE, &stop(unknown), 800);
    world.folds();
}

/// Nobody forbids what another authority will pay: the header says whose it is.
#[test]
fn an_authority_stops_its_own_batches_only() {
    let mut world = funded();
    second(&mut world);
    let one = header(&world, "one", 3, 30);
    refused_under(&mut world, "Pr:2-0", RowId::BATCH_STOP, &stop(one), 206);
    let lie = Header { program: 2, ..one };
    world.enact("Pr:2-0", &stop(lie));
    world.enact("O0", &of(one));
    let without = Action::Program(language::program::Action::Stop { header: one, reason: ReferenceHash([0; 32]) });
    refused_under(&mut world, "Pr:1-0", RowId::BATCH_STOP, &without, 413);
    // A pause and a mode stop payments, and never the word that stops more.
    world.enact("E0", &set_mode(Mode::ReadOnly, HOUR));
    world.enact("Pr:1-0", &stop(one));
    world.folds();
}

/// C9: one entry waits, on record; the word works once.
#[test]
fn hold_is_a_word_of_the_authority() {
    let mut world = funded();
    second(&mut world);
    world.enact("O0", &batch(&world, "one", 3, 30));
    let manifest = manifest(&world, "one");
    let hold = |index, until, reason, nonce| Order::Program(About::HoldEntry { manifest, index, until, reason, nonce });
    let until = world.now + DAY;
    for who in ["S0", "O0", "A0", "Pr:2-0"] {
        let nonce = world.nonce(who);
        world.refused(who, hold(0, until, REASON, nonce), 204);
    }
    let nonce = world.nonce("Pr:1-0");
    world.refused("Pr:1-0", hold(3, until, REASON, nonce), 814);
    world.refused("Pr:1-0", hold(0, world.now, REASON, nonce), 303);
    world.refused("Pr:1-0", hold(0, until, ReferenceHash([0; 32]), nonce), 413);
    let nobody = ManifestHash([9; 32]);
    world.refused("Pr:1-0", Order::Program(About::FreeEntry { manifest: nobody, index: 0, nonce }), 812);
    world.applied("Pr:1-0", hold(0, until, REASON, nonce));
    world.applied("Pr:1-0", Order::Program(About::FreeEntry { manifest, index: 0, nonce: nonce + 1 }));
    // The first envelope, once more.
    world.refused("Pr:1-0", hold(0, until, REASON, nonce), 108);
    world.folds();
}

/// A13, H30: a batch pays entries of another one again, as a batch of its own, out of a line.
#[test]
fn a_child_is_of_its_parents_programme_and_asset_818() {
    let mut world = funded();
    second(&mut world);
    world.escalate("O0", Watched::Money);
    world.enact("S0", &register(Entry::Payer { account: [0xBB; 32], program: 2 }));
    let theirs = Header { program: 2, payer: [0xBB; 32], ..header(&world, "theirs", 3, 30) };
    world.enact("Pr:2-0", &of(theirs));
    let child = Header { parent: Some(digest::manifest_hash(&theirs)), ..header(&world, "child", 1, 10) };
    refused_under(&mut world, "O0", RowId::BATCH_LARGE, &of(child), 818);
    world.enact("O0", &batch(&world, "parent", 3, 30));
    let child = Header { parent: Some(manifest(&world, "parent")), ..child };
    refused_under(&mut world, "O0", RowId::BATCH_SMALL, &of(child), 808);
    world.enact("O0", &of(child));
    world.folds();
}

/// A11: what an auditor disputes is not executed, and what was upheld never is; its children neither.
#[test]
fn a_disputed_batch_823_is_not_executed() {
    let mut world = funded();
    let one = header(&world, "one", 3, 30);
    let proposal = world.carry("O0", &of(one));
    let subject = Subject::Batch(digest::manifest_hash(&one));
    let doubt = dispute_of("A0", subject);
    world.applied("A0", dispute(subject));
    world.refused("O0", execute(&proposal), 823);
    world.applied("O0", acknowledge(doubt));
    world.applied("A1", triage(doubt));
    let mut upheld = world.clone();
    upheld.enact("S0", &resolve(&upheld.cells, doubt, Resolution::Upheld));
    upheld.refused("O0", execute(&proposal), 823);
    world.enact("S0", &resolve(&world.cells, doubt, Resolution::Dismissed));
    world.execute("O0", &proposal);
    world.folds();
}

#[test]
fn who_opens_a_small_batch_does_not_approve_it_811() {
    let mut world = funded();
    let own = world.open("Pr:1-0", &batch(&world, "one", 1, 10));
    world.refused("Pr:1-0", approve(&own), 811);
    let at_once = Open { approve: true, ..world.opening("Pr:1-0", &batch(&world, "two", 1, 10)) };
    world.refused("Pr:1-0", Order::Proposal(proposal::Order::Open(Box::new(at_once))), 811);
    world.approve(&["Pr:1-1"], &own);
    world.execute("Pr:1-0", &own);
    // Against it the author may be; and a large one counts the author.
    let other = world.open("Pr:1-0", &batch(&world, "two", 1, 10));
    world.applied("Pr:1-0", reject(&other));
    let large = world.open("Pr:1-0", &batch(&world, "three", 1, 500));
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
    let own = world.open("Pr:1-0", &batch(&world, "one", 1, 10));
    world.applied("Pr:1-1", reject(&own));
    let others = world.open("O0", &batch(&world, "two", 1, 10));
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
        let proposal = world.carry("O0", &batch(&world, "one", 1, 10));
        world.enact("E0", &pause(scope, HOUR));
        if small {
            world.refused("O0", execute(&proposal), 500);
            world.enact("S0", &world.lift(scope));
        }
        world.execute("O0", &proposal);
    }
    for (mode, small, large) in [(Mode::Limited, None, Some(500)), (Mode::ReadOnly, Some(500), Some(500))] {
        let mut world = funded();
        let proposals = [(batch(&world, "one", 1, 10), small), (batch(&world, "two", 1, 500), large)];
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
