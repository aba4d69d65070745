//! Weights of the contract, read without a chain around it: one JSON object a line.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a laboratory: what does not hold ends the test, and nobody else calls it"
)]

mod batches;
mod conversions;
mod history;

use greatseal_lab::{
    Answer, Lab,
    genesis::{default_genesis, key_of},
};
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, DocumentHash, IncidentId, Label, ProposalDigest, ReferenceHash},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    event::Event,
    language::{
        bridge, emergency, operation,
        proposal::{self, DeploymentLog, Execute, Open},
    },
    outcome::Outcome,
    proposal_id::{Decision, ProposalId},
    route::{Course, Economics, SetRoute},
    row::RowId,
    scope::{Pause, Scope, Severity, Watched},
};
use serde_json::json;
use sp_runtime::Weight;
use std::collections::BTreeMap;

const NOW: u64 = 1_800_000_000;

fn main() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    row("ref_time of a deployment with the default councils", lab.deployed.ref_time(), Some("<= 1390"));
    detached_approvals(&mut lab);
    direct_flow(&mut lab);
    history::measure(&mut lab);
    conversions::measure(&mut lab);
    batches::measure(&mut lab);
    companion();
}

/// What the contract does not do, since it would cost this: ADR 31.
fn companion() {
    let blob = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/adr/0031-post-quantum-phases/companion.polkavm");
    let blob = std::fs::read(blob).expect("the probe");
    let size = blob.len();
    row(
        "ref_time of an ML-DSA-65 verification in a throwaway contract",
        greatseal_lab::companion::verification(blob),
        None,
    );
    let metric = "blob size of that contract";
    println!("{}", json!({"bench": "contract", "metric": metric, "value": size, "unit": "bytes", "target": null}));
}

/// Lengths of a history.
const HISTORY: [u64; 2] = [10, 10_000];

/// What things cost after a short history, for those who do them again after a long one.
#[derive(Default)]
struct Flat {
    before: BTreeMap<String, u64>,
}

impl Flat {
    /// A row whose target is what the same thing cost before, and a twentieth.
    fn row(&mut self, what: &str, past: u64, of: &str, weight: Weight) {
        let picoseconds = weight.ref_time();
        let target = self.before.get(what).map(|before| flat(*before));
        row(&format!("ref_time of {what} after {past} {of}"), picoseconds, target.as_deref());
        if target.is_none() {
            let (metric, value) = (format!("proof_size of {what}"), weight.proof_size());
            println!("{}", json!({"bench": "contract", "metric": metric, "value": value, "unit": "bytes"}));
        }
        self.before.entry(what.to_owned()).or_insert(picoseconds);
    }
}

/// Within a twentieth of what it was: numbers in cells have one length, however large they are.
fn flat(picoseconds: u64) -> String {
    format!("<= {:.3}", picoseconds as f64 / 1e9 * 1.05)
}

/// One signed approval, and a second one in the same call.
fn detached_approvals(lab: &mut Lab) {
    let pause = Action::Emergency(emergency::Action::Pause(Pause {
        scope: Scope::Route(2),
        seconds: 600,
        incident: IncidentId([1; 16]),
        severity: Severity::Sev2,
        reason: ReferenceHash([3; 32]),
    }));
    let mut weights = Vec::new();
    for (nonce, approvers) in [(1, &[0][..]), (2, &[0, 1][..])] {
        let open = Open {
            row: RowId::EMERGENCY_PAUSE,
            action: pause.clone(),
            document: DocumentHash([2; 32]),
            approve_within: 3600,
            execute_within: 3600,
            nonce,
            approve: false,
        };
        let (opened, _) = act(lab, seat(Council::Emergency, 2), Order::Proposal(proposal::Order::Open(Box::new(open))));
        let (id, digest) = proposed(&opened);
        let envelopes: Vec<Vec<u8>> = approvers
            .iter()
            .map(|index| {
                let order = Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve });
                let capacity = Capacity::Seat { seat: seat(Council::Emergency, *index), epoch: 0 };
                let command = Command { capacity, expiry: lab.now() + 600, order };
                lab.envelope(&key_of(seat(Council::Emergency, *index), 0), command)
            })
            .collect();
        let answer = lab.submit(&envelopes);
        let applied = |outcomes: &Vec<Outcome>| outcomes.iter().all(|one| matches!(one, Outcome::Applied { .. }));
        assert!(answer.result.as_ref().is_ok_and(applied), "{answer:?}");
        weights.push(answer.weight.ref_time());
    }
    let [one, two] = weights[..] else { return };
    row("ref_time of one envelope with one approval", one, Some("<= 16"));
    row("ref_time of a second approval in the call", two.saturating_sub(one), Some("<= 15"));
}

/// What an opening has opened.
fn proposed(answer: &Answer<Outcome>) -> (ProposalId, ProposalDigest) {
    let opened = answer.records.iter().find_map(|record| match &record.event {
        Event::Proposal(proposal::Event::Opened(opened)) => Some((opened.id, opened.digest)),
        _ => None,
    });
    opened.expect("a proposal")
}

fn row(metric: &str, picoseconds: u64, target: Option<&str>) {
    let value = (picoseconds as f64 / 1e9 * 1000.0).round() / 1000.0;
    println!("{}", json!({"bench": "contract", "metric": metric, "value": value, "unit": "Gps", "target": target}));
}

fn seat(council: Council, index: u8) -> SeatId {
    SeatId { council, index }
}

fn act(lab: &mut Lab, seat: SeatId, order: Order) -> (Answer<Outcome>, Weight) {
    let capacity = Capacity::Seat { seat, epoch: 0 };
    let command = Command { capacity, expiry: lab.now() + 600, order };
    let answer = lab.act(&key_of(seat, 0), &command);
    let weight = answer.weight;
    assert!(matches!(answer.result, Ok(Outcome::Applied { .. })), "{answer:?}");
    (answer, weight)
}

/// Proposing, three approvals, execution: bridge parameters, three of five. Each step in its own transaction; and with the
/// author's approval in the one that opens.
fn direct_flow(lab: &mut Lab) {
    let five = flow(lab, 1, false);
    let names = ["opening", "an approval", "an approval", "an approval", "executing"];
    for (name, weight) in names.iter().zip(&five) {
        row(&format!("ref_time of {name} by the direct door"), *weight, None);
    }
    row("ref_time of a 3-of-5 flow by the direct door in five transactions", five.iter().sum(), Some("<= 8.5"));
    let four = flow(lab, 2, true);
    row("ref_time of opening and approving at once by the direct door", four[0], None);
    row("ref_time of a 3-of-5 flow by the direct door", four.iter().sum(), Some("<= 8"));
}

/// What each transaction costs that gives a route its first parameters.
fn flow(lab: &mut Lab, route: u32, approve: bool) -> Vec<u64> {
    let (s0, s1, m0) = (seat(Council::Sovereign, 0), seat(Council::Sovereign, 1), seat(Council::Treasury, 0));
    let escalate = Order::Operation(operation::Order::Escalate {
        watched: Watched::Route(route),
        reference: ReferenceHash([1; 32]),
        nonce: u64::from(route),
    });
    act(lab, seat(Council::Operator, 0), escalate);
    let action = Action::Bridge(bridge::Action::SetRoute(SetRoute { route, previous: None, economics: economics() }));
    let open = Open {
        row: RowId::BRIDGE_LOOSEN,
        action: action.clone(),
        document: DocumentHash([2; 32]),
        approve_within: 86_400,
        execute_within: 3 * 86_400,
        nonce: u64::from(route),
        approve,
    };
    let (opened, weight) = act(lab, s0, Order::Proposal(proposal::Order::Open(Box::new(open))));
    let mut weights = vec![weight.ref_time()];
    let (id, digest) = proposed(&opened);
    for approver in [s0, s1, m0].into_iter().skip(usize::from(approve)) {
        weights.push(
            act(lab, approver, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }))
                .1
                .ref_time(),
        );
    }
    lab.wait(3600);
    weights.push(executed(lab, s0, id, action).ref_time());
    weights
}

fn executed(lab: &mut Lab, who: SeatId, id: ProposalId, action: Action) -> Weight {
    let label = |text| Label::new(text).expect("a label");
    let log = DeploymentLog { operator: label("operator"), version: label("1"), sbom: ReferenceHash([0; 32]) };
    act(lab, who, Order::Proposal(proposal::Order::Execute(Box::new(Execute { id, action, log })))).1
}

fn economics() -> Economics {
    Economics {
        source: AssetHash([1; 32]),
        destination: AssetHash([2; 32]),
        course: Course::ToPublic,
        rate_num: 1,
        rate_den: 1,
        rate_from: 0,
        rate_until: u64::MAX,
        fee_bps: 10,
        fee_min: 0,
        fee_max: 1000,
        tx_min: 1,
        tx_max: 50_000,
        account_max: 100_000,
        aggregate_max: 1_000_000,
        count_max: 500,
        period: 86_400,
        large: 25_000,
    }
}
