//! Programmes, batches and what becomes of them, mostly such as could be carried out.

use super::{
    input::Input,
    plan::{REPORT, SUBJECT},
    scene::Scene,
};
use crate::town::{DAY, holder, label};
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Batch, Executed, Header, Rail, Seen, Settled},
    bytes::{AssetHash, ChainHash, DeploymentId, EntriesRoot, ManifestHash, TxHash},
    cells::{CellKey, Cells},
    command::Order,
    council::Council,
    genesis::NewSeat,
    language::{dispute, program},
    line::{LineTerms, SetLine},
    program::{ChangeProgram, CreateAuthority, CreateProgram, Privacy, RuleSet, RulesChange, Terms},
    state::State,
};

/// The asset of every programme.
pub const ASSET: AssetHash = AssetHash([0xA5; 32]);
/// Who pays for every programme.
pub const PAYER: [u8; 32] = [0xAC; 32];
/// Number of kinds of actions here.
pub const KINDS: u8 = 6;

/// An action of this kind.
pub fn action(scene: &mut Scene, kind: u8, input: &mut Input<'_>) -> Action {
    match kind % KINDS {
        0 => create(scene, input),
        1 => change(scene, input),
        2 => Action::Program(program::Action::ExecuteBatch(header(scene, input))),
        3 => {
            let batch = batch(scene);
            let (from, up_to) = (batch.cursor, batch.cursor.saturating_add(1));
            Action::Program(program::Action::Except {
                manifest: manifest(scene),
                from,
                up_to,
                amount: amount(&batch, up_to),
                evidence: REPORT,
            })
        }
        4 => Action::Program(program::Action::Stop { header: header(scene, input), reason: REPORT }),
        _ => {
            let dispute = scene.cells.dispute(SUBJECT).ok().flatten();
            let previous = dispute.map_or(0, |dispute| dispute.decide_by());
            Action::Dispute(dispute::Action::Extend {
                subject: SUBJECT,
                previous,
                until: previous.saturating_add(DAY),
                reason: REPORT,
            })
        }
    }
}

/// What can be said about the batch and the dispute.
pub fn orders(scene: &Scene, nonce: u64) -> Vec<Order> {
    let (manifest, batch) = (manifest(scene), batch(scene));
    let up_to = batch.cursor.saturating_add(1);
    let settled = vec![Settled { up_to, amount: amount(&batch, up_to), reference: REPORT }];
    let (chain, tx) = (ChainHash([1; 32]), TxHash([1; 32]));
    let last: Option<u32> = scene.cells.cell(&CellKey::Attested(chain, tx)).ok().flatten();
    let logs = vec![last.map_or(0, |last| last.saturating_add(1))];
    let amount = batch.settled.saturating_sub(batch.confirmed);
    let attestation = Attestation { manifest, from: batch.attested, amount, chain, seen: vec![Seen { tx, logs }] };
    vec![
        Order::Program(program::Order::RecordSettlement { manifest, from: batch.cursor, settled }),
        Order::Program(program::Order::AttestSettlement(attestation)),
        Order::Program(program::Order::Reconcile { manifest }),
        Order::Program(program::Order::HoldEntry {
            manifest,
            index: 0,
            until: scene.later(DAY),
            reason: REPORT,
            nonce,
        }),
        Order::Program(program::Order::FreeEntry { manifest, index: 0, nonce }),
        Order::Dispute(dispute::Order::Acknowledge { subject: SUBJECT }),
        Order::Dispute(dispute::Order::Triage { subject: SUBJECT, finding: REPORT }),
        Order::Dispute(dispute::Order::Retract { subject: SUBJECT, reason: REPORT }),
    ]
}

fn create(scene: &mut Scene, input: &mut Input<'_>) -> Action {
    let number = u32::from(input.byte() % 4);
    let council = Council::Program(number);
    if scene.cells.council(council).is_ok_and(|head| head.size > 0) {
        let new =
            CreateProgram { program: number, terms: terms(number), rules: vec![begin(1)], lines: lines(0, input) };
        return Action::Program(program::Action::Create(new));
    }
    let size = scene.cells.council(Council::PROGRAM).map_or(0, |head| head.size);
    let mut seats = Vec::new();
    for index in 0..u64::from(size) {
        scene.fresh = scene.fresh.saturating_add(1);
        let (key, person) = (scene.keys.number(scene.fresh), holder(scene.fresh));
        let organisation = label(["ministry-a", "ministry-b", "ministry-c"][usize::try_from(index % 3).unwrap_or(0)]);
        let valid_until = scene.later((60 + 8 * index) * DAY);
        seats.push(NewSeat { key, holder: person, organisation, role: label("member"), valid_until });
    }
    Action::Program(program::Action::CreateAuthority(CreateAuthority { authority: number, seats }))
}

/// Terms, rule sets and a line, in any combination.
fn change(scene: &Scene, input: &mut Input<'_>) -> Action {
    let present = scene.cells.program(1).ok();
    let parts = input.byte();
    let version = present.map_or(1, |present| present.version);
    let newest = present.map_or(1, |present| present.rules);
    let end = RulesChange::End { version: newest, previous: None, until: scene.later(DAY) };
    let rules = match parts % 4 {
        0 => vec![begin(newest.saturating_add(1))],
        1 => vec![end],
        _ => Vec::new(),
    };
    let line = scene.cells.line(1, 1).ok().flatten().map_or(0, |line| line.version);
    Action::Program(program::Action::Change(ChangeProgram {
        program: 1,
        terms: (parts & 4 > 0).then(|| (version, terms(1))),
        rules,
        lines: if parts & 8 > 0 { Vec::new() } else { lines(line, input) },
    }))
}

fn header(scene: &Scene, input: &mut Input<'_>) -> Header {
    let count = u32::from(input.byte() % 16).saturating_add(1);
    let total = u128::from(count).saturating_add(input.byte().into());
    let pay_on = scene.later(u64::from(input.byte() % 4) * DAY);
    let root = EntriesRoot([if input.rarely(2) { input.byte() } else { 7 }; 32]);
    let parent = input.rarely(4).then(|| manifest(scene));
    let rules = scene.cells.program(1).map_or(1, |present| present.rules);
    Header { rules, pay_on, count, total, root, parent, ..first(scene) }
}

/// A batch of one entry.
fn first(scene: &Scene) -> Header {
    Header {
        version: Header::VERSION,
        deployment: scene.cells.head().map_or(DeploymentId([0; 32]), |head| head.domain.deployment),
        program: 1,
        asset: ASSET,
        payer: PAYER,
        rail: Rail::Queryable,
        rules: 1,
        line: 1,
        pay_on: 0,
        count: 1,
        total: 1,
        root: EntriesRoot([7; 32]),
        parent: None,
    }
}

/// The batch that everything is about: the last one of programme 1.
fn manifest(scene: &Scene) -> ManifestHash {
    let last = scene.cells.program(1).ok().and_then(|present| present.last);
    last.unwrap_or(ManifestHash([7; 32]))
}

/// The batch as it stands, or one of a single entry where none was executed.
fn batch(scene: &Scene) -> Batch {
    scene.cells.batch(manifest(scene)).unwrap_or_else(|_| {
        let (manifest, header, rules) = (manifest(scene), first(scene), rules());
        let (number, previous, small, auditors, challenge) = (1, None, false, 1, 3_600);
        Batch::new(&Executed { manifest, header, rules, number, previous, small, auditors, challenge })
    })
}

/// One unit, or all that is left with the last entry.
fn amount(batch: &Batch, up_to: u32) -> u128 {
    if up_to >= batch.count { batch.open() } else { 1 }
}

fn rules() -> RuleSet {
    RuleSet { hash: REPORT, effective_from: 0, effective_until: None }
}

fn begin(version: u32) -> RulesChange {
    RulesChange::Begin { version, rules: rules() }
}

fn terms(authority: u32) -> Terms {
    Terms { authority, privacy: Privacy::Public, schedule: REPORT, auditors: 1, challenge: 3_600 }
}

fn lines(previous: u32, input: &mut Input<'_>) -> Vec<SetLine> {
    let limit = u128::from(input.short());
    let (credit_max, small) = (limit / 20, limit / 10);
    let terms = LineTerms { until: 1 << 40, limit, credit_max, small_one: small, small_all: small };
    vec![SetLine { line: 1, previous, asset: ASSET, from: 0, terms }]
}
