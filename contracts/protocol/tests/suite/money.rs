//! A funded programme and its batches, for the rules about money.

use crate::{
    payments::ministry,
    world::{HOUR, REASON, World, asset, key_named, register},
};
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Batch, Correction, ExecuteBatch, Rail, Seen, Settled},
    bytes::{AssetHash, ChainHash, ManifestRoot, ReferenceHash, TxHash},
    command::Order,
    hash,
    language::program,
    program::{AssetTerms, CreateProgram, Limits, Privacy, Program, RuleSet, Terms},
    registry::Entry,
    scope::Watched,
    state::State,
};

pub(crate) const ASSET: AssetHash = AssetHash([0xA1; 32]);
pub(crate) const PAYER: [u8; 32] = [0xAC; 32];
pub(crate) const CHAIN: ChainHash = ChainHash([0xC1; 32]);

pub(crate) fn limits() -> Limits {
    Limits { budget: 1_000, period: 86_400, small: 100 }
}

pub(crate) fn terms(version: u32) -> Terms {
    let hash = ReferenceHash(hash::sha256(&[b"rules/", &version.to_le_bytes()]));
    Terms { rules: RuleSet { hash, version, effective_from: 0 }, privacy: Privacy::Public, schedule: REASON }
}

/// A programme of this number, with a council where the genesis has none for it.
pub(crate) fn created(world: &World, program: u32) -> Action {
    let seats = if program == 1 { 0 } else { 3 };
    let seats = (0..seats).map(|index| ministry(program, index, world.now)).collect();
    let assets = vec![AssetTerms { asset: ASSET, limits: limits() }];
    Action::Program(program::Action::Create(CreateProgram { program, terms: terms(1), assets, seats }))
}

/// Programme 1 with an asset and a payer that the registry knows.
pub(crate) fn fund(world: &mut World) {
    for index in 0..3 {
        let name = format!("Pr:2-{index}");
        world.names.insert(key_named(&name), name);
    }
    world.enact("S0", &created(world, 1));
    for entry in [asset(ASSET), Entry::Payer { account: PAYER, program: 1 }] {
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

pub(crate) fn manifest(name: &str) -> ManifestRoot {
    ManifestRoot(hash::sha256(&[b"manifest/", name.as_bytes()]))
}

pub(crate) fn batch(name: &str, count: u32, total: u128) -> Action {
    Action::Program(program::Action::ExecuteBatch(ExecuteBatch {
        program: 1,
        asset: ASSET,
        payer: PAYER,
        rules: 1,
        manifest: manifest(name),
        count,
        total,
        rail: Rail::Queryable,
        correction: None,
    }))
}

pub(crate) fn correction(name: &str, count: u32, total: u128, correction: Correction) -> Action {
    match batch(name, count, total) {
        Action::Program(program::Action::ExecuteBatch(batch)) => {
            Action::Program(program::Action::ExecuteBatch(ExecuteBatch { correction: Some(correction), ..batch }))
        }
        other => other,
    }
}

/// Ranges by their ends and amounts.
pub(crate) fn record(name: &str, from: u32, ranges: &[(u32, u128)]) -> Order {
    let settled = ranges.iter().map(|(up_to, amount)| Settled { up_to: *up_to, amount: *amount, reference: REASON });
    Order::Program(program::Order::RecordSettlement { manifest: manifest(name), from, settled: settled.collect() })
}

pub(crate) fn except(name: &str, from: u32, up_to: u32, amount: u128) -> Action {
    Action::Program(program::Action::Except { manifest: manifest(name), from, up_to, amount, evidence: REASON })
}

/// What was seen, by transactions of a number each.
pub(crate) fn attest(name: &str, from: u32, amount: u128, seen: &[(u8, &[u32])]) -> Order {
    let seen = seen.iter().map(|(tx, logs)| Seen { tx: TxHash([*tx; 32]), logs: logs.to_vec() }).collect();
    Order::Program(program::Order::AttestSettlement(Attestation {
        manifest: manifest(name),
        from,
        amount,
        chain: CHAIN,
        seen,
    }))
}

pub(crate) fn reconcile(name: &str) -> Order {
    Order::Program(program::Order::Reconcile { manifest: manifest(name) })
}

pub(crate) fn program(world: &World, number: u32) -> Program {
    world.cells.program(number).unwrap()
}

pub(crate) fn paid(world: &World, name: &str) -> Batch {
    world.cells.batch(manifest(name)).unwrap()
}
