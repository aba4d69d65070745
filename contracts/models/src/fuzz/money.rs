//! Programmes, batches and what becomes of them, mostly such as could be carried out.

use super::{
    input::Input,
    plan::{REPORT, SUBJECT, disputed},
    scene::Scene,
};
use crate::town::{DAY, holder, label, seat};
use greatseal_protocol::{
    action::Action,
    batch::{Header, Rail},
    bytes::{AssetHash, DeploymentId, EntriesRoot, ManifestHash, OutcomesRoot, StatementHash},
    command::Order,
    council::{Council, SeatId},
    genesis::NewSeat,
    language::{dispute, program},
    line::{LineTerms, SetLine},
    program::{ChangeProgram, CreateAuthority, CreateProgram, Privacy, RuleSet, RulesChange, Terms},
    settlement::{Statement, Verdict, Vote},
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
            let (manifest, auditor) = (manifest(scene), seat("A0"));
            let voted = scene.cells.voted(manifest, auditor).ok().flatten();
            let commitment = voted.map_or(StatementHash([1; 32]), |voted| voted.commitment);
            Action::Program(program::Action::Overrule { manifest, auditor, commitment, reason: REPORT })
        }
        4 => Action::Program(program::Action::Stop { header: header(scene, input), reason: REPORT }),
        _ => {
            let dispute = scene.cells.dispute(disputed()).ok().flatten();
            let previous = dispute.map_or(0, |dispute| dispute.decide_by());
            Action::Dispute(dispute::Action::Extend {
                dispute: disputed(),
                previous,
                until: previous.saturating_add(DAY),
                reason: REPORT,
            })
        }
    }
}

/// What this seat can say about the batch and the dispute.
pub fn orders(scene: &Scene, who: SeatId, nonce: u64) -> Vec<Order> {
    let manifest = manifest(scene);
    let (count, total) = scene.cells.batch(manifest).map_or((1, 1), |batch| (batch.count, batch.total));
    let last = scene.cells.stated(manifest, who).ok().flatten();
    let statement = Statement {
        manifest,
        version: last.as_ref().map_or(1, |last| last.statement.version.saturating_add(1)),
        previous: last.map(|last| last.commitment),
        root: OutcomesRoot([7; 32]),
        closed: count,
        paid: total,
        unpaid: 0,
        debited: total,
    };
    let recorder = seat("O0");
    let stated = scene.cells.stated(manifest, recorder).ok().flatten();
    let (version, commitment) =
        stated.map_or((1, StatementHash([1; 32])), |stated| (stated.statement.version, stated.commitment));
    let number = scene.cells.voted(manifest, who).ok().flatten().map_or(1, |last| last.number.saturating_add(1));
    let vote = |verdict| Vote { manifest, number, recorder, version, commitment, verdict, evidence: REPORT };
    vec![
        Order::Program(program::Order::State(statement)),
        Order::Program(program::Order::Vote(vote(Verdict::Confirmed))),
        Order::Program(program::Order::Vote(vote(Verdict::Contradicted))),
        Order::Program(program::Order::Finalise { manifest, recorder, version }),
        Order::Program(program::Order::HoldEntry {
            manifest,
            index: 0,
            until: scene.later(DAY),
            reason: REPORT,
            nonce,
        }),
        Order::Program(program::Order::FreeEntry { manifest, index: 0, nonce }),
        Order::Dispute(dispute::Order::Acknowledge { dispute: disputed() }),
        Order::Dispute(dispute::Order::Triage { dispute: disputed(), finding: REPORT }),
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
