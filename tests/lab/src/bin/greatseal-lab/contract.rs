//! What commands cost, beside the design's targets and the design before.

use crate::{act, baseline, batches, conversions, deployed, flow, gps, proposals, proposed, seat};
use greatseal_lab::{Lab, genesis::key_of};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, IncidentId, ProposalDigest, ReferenceHash},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    language::{
        emergency,
        proposal::{self, Open},
    },
    outcome::Outcome,
    proposal_id::{Decision, ProposalId},
    row::RowId,
    scope::{Pause, Scope, Severity},
};
use serde_json::{Value, json};

/// Most bytes of a proof that a command is charged.
const PROOF: &str = "<= 330000";
/// Most Gps of each command by the direct door: section 10 of the design.
const TARGETS: [(&str, &str); 6] = [
    ("authorising a small conversion", "<= 3.5"),
    ("completing a conversion", "<= 1.5"),
    ("executing a batch", "<= 3"),
    ("a statement about a batch", "<= 1.5"),
    ("a vote on a statement", "<= 1.5"),
    ("making a statement final", "<= 1.8"),
];
/// How often it was done before it is weighed.
const PAST: u64 = 10;
/// Entries of a batch.
const ENTRIES: u32 = 1_000_000;
/// Signatures over which approvals are averaged: the digits of one decide how many points are added, half a Gps more or less.
const SIGNATURES: u64 = 16;

pub(crate) fn measure() {
    let mut lab = deployed();
    row("ref_time of a deployment with the default councils", lab.deployed.ref_time(), Some("<= 1390"));
    detached_approvals(&mut lab);
    direct_flow(&mut lab);
    steps(&mut lab);
    companion();
}

/// One signed approval, and a second one in the same call: the mean of several signatures, and the dearest of them.
fn detached_approvals(lab: &mut Lab) {
    let pause = Action::Emergency(emergency::Action::Pause(Pause {
        scope: Scope::Route(2),
        seconds: 600,
        incident: IncidentId([1; 16]),
        severity: Severity::Sev2,
        reason: ReferenceHash([3; 32]),
    }));
    let open = Open {
        row: RowId::EMERGENCY_PAUSE,
        action: pause,
        document: DocumentHash([2; 32]),
        approve_within: 3600,
        execute_within: 3600,
        nonce: 1,
        approve: false,
    };
    let opened = act(lab, seat(Council::Emergency, 2), Order::Proposal(proposal::Order::Open(Box::new(open))));
    let proposal = proposed(&opened);
    let (mut ones, mut seconds) = (Vec::new(), Vec::new());
    for later in 0..SIGNATURES {
        let envelopes = [0, 1].map(|index| approval(lab, seat(Council::Emergency, index), proposal, later));
        let [one, two] = [1, 2].map(|envelopes_sent| submitted(lab, &envelopes[..envelopes_sent]));
        ones.push(one);
        seconds.push(two.saturating_sub(one));
    }
    averaged("one envelope with one approval", &ones, "<= 16");
    averaged("a second approval in the call", &seconds, "<= 15");
}

/// A signed approval. Each `later` gives another signature of the same length.
fn approval(lab: &Lab, seat: SeatId, (id, digest): (ProposalId, ProposalDigest), later: u64) -> Vec<u8> {
    let order = Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve });
    let command = Command { capacity: Capacity::Seat { seat, epoch: 0 }, expiry: lab.now() + 600 + later, order };
    lab.envelope(&key_of(seat, 0), command)
}

/// What a call costs, which is undone.
fn submitted(lab: &mut Lab, envelopes: &[Vec<u8>]) -> u64 {
    let before = lab.begin();
    let answer = lab.submit(envelopes);
    lab.undo(before);
    let applied = |outcomes: &Vec<Outcome>| outcomes.iter().all(|one| matches!(one, Outcome::Applied { .. }));
    assert!(answer.result.as_ref().is_ok_and(applied), "{answer:?}");
    answer.weight.ref_time()
}

fn averaged(what: &str, weights: &[u64], target: &str) {
    let mean = weights.iter().sum::<u64>() / SIGNATURES;
    row(&format!("ref_time of {what}"), mean, Some(target));
    row(&format!("ref_time of {what}, the dearest of {SIGNATURES}"), weights.iter().copied().max().unwrap_or(0), None);
}

/// Proposing, three approvals, execution: bridge parameters, three of five. Each step in its own transaction; and with the
/// author's approval in the one that opens.
fn direct_flow(lab: &mut Lab) {
    let five = flow::carry(lab, 1, false);
    let names = ["opening", "an approval", "an approval", "an approval", "executing"];
    for (name, weight) in names.iter().zip(&five) {
        row(&format!("ref_time of {name} by the direct door"), *weight, None);
    }
    row("ref_time of a 3-of-5 flow by the direct door in five transactions", five.iter().sum(), Some("<= 8.5"));
    let four = flow::carry(lab, 2, true);
    row("ref_time of opening and approving at once by the direct door", four[0], None);
    row("ref_time of a 3-of-5 flow by the direct door", four.iter().sum(), Some("<= 8"));
}

/// What each command costs by the direct door, which was done a few times before.
fn steps(lab: &mut Lab) {
    let mut author = proposals::Author::new();
    author.live(lab, PAST);
    let mut steps = author.steps(lab);
    conversions::open_route(lab, conversions::LARGE);
    let mut rail = conversions::Rail::default();
    rail.live(lab, PAST);
    steps.extend(rail.steps(lab));
    steps.extend(rail.large_steps(lab));
    batches::begin(lab);
    let mut payments = batches::Payments::new(ENTRIES, [6; 32]);
    payments.live(lab, PAST);
    steps.extend(payments.steps(lab));
    for (what, answer) in steps {
        let target = TARGETS.iter().find(|(command, _)| *command == what).map(|(_, target)| *target);
        row(&format!("ref_time of {what}"), answer.weight.ref_time(), target);
        bytes(&format!("proof_size of {what}"), answer.weight.proof_size(), Some(PROOF));
    }
}

/// What the contract does not do, since it would cost this: ADR 31.
fn companion() {
    let blob = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/adr/0031-post-quantum-phases/companion.polkavm");
    let blob = std::fs::read(blob).expect("the probe");
    let size = u64::try_from(blob.len()).expect("a small blob");
    row(
        "ref_time of an ML-DSA-65 verification in a throwaway contract",
        greatseal_lab::companion::verification(blob),
        None,
    );
    bytes("blob size of that contract", size, None);
}

fn row(metric: &str, picoseconds: u64, target: Option<&str>) {
    say(metric, json!(gps(picoseconds)), "Gps", target);
}

fn bytes(metric: &str, value: u64, target: Option<&str>) {
    say(metric, json!(value), "bytes", target);
}

fn say(metric: &str, value: Value, unit: &str, target: Option<&str>) {
    let baseline = baseline::of(metric);
    println!(
        "{}",
        json!({
            "bench": "contract",
            "metric": metric,
            "value": value,
            "unit": unit,
            "target": target,
            "baseline": baseline,
        })
    );
}
