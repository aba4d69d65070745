//! A funded programme and its batches, for the rules about money.

use crate::{
    payments::ministry,
    world::{DAY, HOUR, REASON, START, World, key_named, register},
};
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Batch, Header, Rail, Seen, Settled},
    bytes::{AssetHash, ChainHash, EntriesRoot, ManifestHash, ReferenceHash, TxHash},
    command::Order,
    council::{Council, SeatId},
    event::Event,
    hash,
    language::{council, program},
    line::{LineTerms, SetLine},
    program::{CreateAuthority, CreateProgram, Privacy, Program, RuleSet, RulesChange, Terms},
    registry::Entry,
    scope::Watched,
    state::State,
};

pub(crate) const ASSET: AssetHash = AssetHash([0xA1; 32]);
pub(crate) const PAYER: [u8; 32] = [0xAC; 32];
pub(crate) const CHAIN: ChainHash = ChainHash([0xC1; 32]);

pub(crate) fn terms(authority: u32) -> Terms {
    Terms { authority, privacy: Privacy::Public, schedule: REASON, auditors: 1, challenge: 86_400 }
}

/// A rule set that is in effect from the beginning.
pub(crate) fn rules(version: u32) -> RulesChange {
    let hash = ReferenceHash(hash::sha256(&[b"rules/", &version.to_le_bytes()]));
    RulesChange::Begin { version, rules: RuleSet { hash, effective_from: 0, effective_until: None } }
}

/// A new line of this number over a year and more.
pub(crate) fn line(number: u32) -> SetLine {
    let terms = LineTerms { until: START + 400 * DAY, limit: 1_000, credit_max: 50, small_one: 100, small_all: 100 };
    SetLine { line: number, previous: 0, asset: ASSET, from: START, terms }
}

/// An authority of this number.
pub(crate) fn authority(world: &World, number: u32) -> Action {
    let seats = (0..3).map(|index| ministry(number, index, world.now)).collect();
    Action::Program(program::Action::CreateAuthority(CreateAuthority { authority: number, seats }))
}

/// A programme of this number, which the authority of the same number answers for.
pub(crate) fn created(program: u32) -> Action {
    let (rules, lines) = (vec![rules(1)], vec![line(1)]);
    Action::Program(program::Action::Create(CreateProgram { program, terms: terms(program), rules, lines }))
}

/// Programme and authority 2, whose seats have accepted.
pub(crate) fn second(world: &mut World) {
    for index in 0..3 {
        let name = format!("Pr:2-{index}");
        world.names.insert(key_named(&name), name);
    }
    world.enact("S0", &authority(world, 2));
    world.enact("S0", &created(2));
    for index in 0..3 {
        let id = SeatId { council: Council::Program(2), index };
        world.applied(id, Order::Council(council::Order::AcceptSeat { seat: id, previous: None }));
    }
    world.wait(1);
}

/// Programme 1 with an asset and a payer that the registry knows.
pub(crate) fn fund(world: &mut World) {
    world.enact("S0", &created(1));
    for entry in [Entry::Asset { id: ASSET }, Entry::Payer { account: PAYER, program: 1 }] {
        world.escalate("O0", Watched::Money);
        world.enact("M0", &register(entry));
    }
    world.wait(HOUR);
}

pub(crate) fn funded() -> World {
    let mut world = World::new();
    fund(&mut world);
    world
}

fn root(name: &str) -> EntriesRoot {
    EntriesRoot(hash::sha256(&[b"manifest/", name.as_bytes()]))
}

/// The batch of this name that was executed; a hash that names none, where there is none.
pub(crate) fn manifest(world: &World, name: &str) -> ManifestHash {
    let named = world.records.iter().rev().find_map(|record| match &record.event {
        Event::Program(program::Event::BatchExecuted { batch, .. }) if batch.header.root == root(name) => {
            Some(batch.manifest)
        }
        _ => None,
    });
    named.unwrap_or(ManifestHash(root(name).0))
}

/// A batch of this name that is paid from now on.
pub(crate) fn header(world: &World, name: &str, count: u32, total: u128) -> Header {
    Header {
        version: Header::VERSION,
        deployment: world.domain.deployment,
        program: 1,
        asset: ASSET,
        payer: PAYER,
        rail: Rail::Queryable,
        rules: 1,
        line: 1,
        pay_on: world.now,
        count,
        total,
        root: root(name),
        parent: None,
    }
}

pub(crate) fn batch(world: &World, name: &str, count: u32, total: u128) -> Action {
    Action::Program(program::Action::ExecuteBatch(header(world, name, count, total)))
}

pub(crate) fn stop(header: Header) -> Action {
    Action::Program(program::Action::Stop { header, reason: REASON })
}

/// Ranges by their ends and amounts.
pub(crate) fn record(world: &World, name: &str, from: u32, ranges: &[(u32, u128)]) -> Order {
    let settled = ranges.iter().map(|(up_to, amount)| Settled { up_to: *up_to, amount: *amount, reference: REASON });
    Order::Program(program::Order::RecordSettlement {
        manifest: manifest(world, name),
        from,
        settled: settled.collect(),
    })
}

pub(crate) fn except(world: &World, name: &str, from: u32, up_to: u32, amount: u128) -> Action {
    Action::Program(program::Action::Except { manifest: manifest(world, name), from, up_to, amount, evidence: REASON })
}

/// What was seen, by transactions of a number each.
pub(crate) fn attest(world: &World, name: &str, from: u32, amount: u128, seen: &[(u8, &[u32])]) -> Order {
    let seen = seen.iter().map(|(tx, logs)| Seen { tx: TxHash([*tx; 32]), logs: logs.to_vec() }).collect();
    Order::Program(program::Order::AttestSettlement(Attestation {
        manifest: manifest(world, name),
        from,
        amount,
        chain: CHAIN,
        seen,
    }))
}

pub(crate) fn reconcile(world: &World, name: &str) -> Order {
    Order::Program(program::Order::Reconcile { manifest: manifest(world, name) })
}

pub(crate) fn program(world: &World, number: u32) -> Program {
    world.cells.program(number).unwrap()
}

pub(crate) fn paid(world: &World, name: &str) -> Batch {
    world.cells.batch(manifest(world, name)).unwrap()
}
