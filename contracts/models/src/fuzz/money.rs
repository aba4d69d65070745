//! Programmes, batches and what becomes of them, mostly such as could be carried out.

use super::{
    input::Input,
    plan::{REPORT, SUBJECT},
    scene::Scene,
};
use crate::town::{DAY, holder, label};
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Batch, ExecuteBatch, Executed, Rail, Seen, Settled},
    bytes::{AssetHash, ChainHash, ManifestHash, TxHash},
    cells::{CellKey, Cells},
    command::Order,
    council::Council,
    digest,
    genesis::NewSeat,
    language::{dispute, program},
    program::{AssetTerms, ChangeProgram, CreateProgram, Limits, Privacy, RuleSet, Terms},
    state::State,
};

/// The asset of every programme.
pub const ASSET: AssetHash = AssetHash([0xA5; 32]);
/// Who pays for every programme.
pub const PAYER: [u8; 32] = [0xAC; 32];
/// The batch that everything is about.
pub const MANIFEST: ManifestHash = ManifestHash([7; 32]);
/// Number of kinds of actions here.
pub const KINDS: u8 = 5;

/// An action of this kind.
pub fn action(scene: &mut Scene, kind: u8, input: &mut Input<'_>) -> Action {
    match kind % KINDS {
        0 => create(scene, input),
        1 => {
            let previous = scene.cells.program(1).map(|present| (digest::program_hash(1, &present), present.terms));
            let (previous, old) = previous.unwrap_or((digest::program_hash(1, &empty()), terms(1)));
            let terms = Terms { rules: RuleSet { version: old.rules.version.saturating_add(1), ..old.rules }, ..old };
            Action::Program(program::Action::Change(ChangeProgram {
                program: 1,
                previous,
                terms,
                assets: assets(input),
            }))
        }
        2 => {
            let rules = scene.cells.program(1).map_or(1, |present| present.terms.rules.version);
            let count = u32::from(input.byte() % 16).saturating_add(1);
            let total = u128::from(count).saturating_add(input.byte().into());
            let manifest = if input.rarely(2) { ManifestHash([input.byte(); 32]) } else { MANIFEST };
            Action::Program(program::Action::ExecuteBatch(order(rules, manifest, count, total)))
        }
        3 => {
            let batch = batch(scene);
            let (from, up_to) = (batch.cursor, batch.cursor.saturating_add(1));
            Action::Program(program::Action::Except {
                manifest: MANIFEST,
                from,
                up_to,
                amount: amount(&batch, up_to),
                evidence: REPORT,
            })
        }
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
pub fn orders(scene: &Scene) -> Vec<Order> {
    let batch = batch(scene);
    let up_to = batch.cursor.saturating_add(1);
    let settled = vec![Settled { up_to, amount: amount(&batch, up_to), reference: REPORT }];
    let (chain, tx) = (ChainHash([1; 32]), TxHash([1; 32]));
    let last: Option<u32> = scene.cells.cell(&CellKey::Attested(chain, tx)).ok().flatten();
    let logs = vec![last.map_or(0, |last| last.saturating_add(1))];
    let amount = batch.settled.saturating_sub(batch.confirmed);
    let attestation =
        Attestation { manifest: MANIFEST, from: batch.attested, amount, chain, seen: vec![Seen { tx, logs }] };
    vec![
        Order::Program(program::Order::RecordSettlement { manifest: MANIFEST, from: batch.cursor, settled }),
        Order::Program(program::Order::AttestSettlement(attestation)),
        Order::Program(program::Order::Reconcile { manifest: MANIFEST }),
        Order::Dispute(dispute::Order::Acknowledge { subject: SUBJECT }),
        Order::Dispute(dispute::Order::Triage { subject: SUBJECT, finding: REPORT }),
        Order::Dispute(dispute::Order::Retract { subject: SUBJECT, reason: REPORT }),
    ]
}

fn create(scene: &mut Scene, input: &mut Input<'_>) -> Action {
    let program = u32::from(input.byte() % 4);
    let council = Council::Program(program);
    let has = scene.cells.council(council).is_ok_and(|head| head.size > 0);
    let size = scene.cells.council(Council::PROGRAM).map_or(0, |head| if has { 0 } else { head.size });
    let mut seats = Vec::new();
    for index in 0..u64::from(size) {
        scene.fresh = scene.fresh.saturating_add(1);
        let (key, person) = (scene.keys.number(scene.fresh), holder(scene.fresh));
        let organisation = label(["ministry-a", "ministry-b", "ministry-c"][usize::try_from(index % 3).unwrap_or(0)]);
        let valid_until = scene.later((60 + 8 * index) * DAY);
        seats.push(NewSeat { key, holder: person, organisation, role: label("member"), valid_until });
    }
    Action::Program(program::Action::Create(CreateProgram { program, terms: terms(1), assets: assets(input), seats }))
}

fn order(rules: u32, manifest: ManifestHash, count: u32, total: u128) -> ExecuteBatch {
    let (asset, payer, rail) = (ASSET, PAYER, Rail::Queryable);
    ExecuteBatch { program: 1, asset, payer, rules, manifest, count, total, rail, correction: None }
}

/// The batch as it stands, or one of a single entry where it was never executed.
fn batch(scene: &Scene) -> Batch {
    scene.cells.batch(MANIFEST).unwrap_or_else(|_| {
        let (order, rules) = (order(1, MANIFEST, 1, 1), terms(1).rules);
        Batch::new(&Executed { order, rules, number: 1, previous: None, period: 0, small: false })
    })
}

/// One unit, or all that is left with the last entry.
fn amount(batch: &Batch, up_to: u32) -> u128 {
    if up_to >= batch.count { batch.open() } else { 1 }
}

fn terms(version: u32) -> Terms {
    Terms { rules: RuleSet { hash: REPORT, version, effective_from: 0 }, privacy: Privacy::Public, schedule: REPORT }
}

fn empty() -> greatseal_protocol::program::Program {
    greatseal_protocol::program::Program { version: 1, terms: terms(1), batches: 0, last: None }
}

fn assets(input: &mut Input<'_>) -> Vec<AssetTerms> {
    let budget = u128::from(input.short());
    vec![AssetTerms { asset: ASSET, limits: Limits { budget, period: 86_400, small: budget / 10 } }]
}
