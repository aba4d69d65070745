//! Weights of the contract, read without a chain around it: one JSON object a line. `--help` explains its fields.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a laboratory: what does not hold ends the test, and nobody else calls it"
)]

mod baseline;
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
        proposal::{self, Execute, Open},
    },
    outcome::Outcome,
    proposal_id::{Decision, ProposalId},
    route::{Course, Economics, SetRoute},
    row::RowId,
    scope::{Pause, Scope, Severity, Watched},
};
use serde_json::{Value, json};
use sp_runtime::Weight;
use std::{collections::BTreeMap, process::ExitCode};

const NOW: u64 = 1_800_000_000;

const HELP: &str = r#"Weighs the released contract on the real pallets, without a node. Prints one JSON object a line:

  bench     always "contract"
  metric    what is measured
  value     the measured number
  unit      "Gps" (thousands of millions of picoseconds of ref_time) or "bytes" (of the block's proof, or of a file)
  target    what the design aims at, as text, or null
  baseline  the number under the two-contract design (ADR 35), in the same unit, or null where the row did not exist

usage: greatseal-lab [--help]"#;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("-h" | "--help") => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(other) => {
            eprintln!("error: unknown argument {other}\nhelp: see greatseal-lab --help");
            return ExitCode::from(2);
        }
    }
    measure();
    ExitCode::SUCCESS
}

fn measure() {
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
    let size = u64::try_from(blob.len()).expect("a small blob");
    row(
        "ref_time of an ML-DSA-65 verification in a throwaway contract",
        greatseal_lab::companion::verification(blob),
        None,
    );
    bytes("blob size of that contract", size, None);
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
            bytes(&format!("proof_size of {what}"), weight.proof_size(), Some("<= 330000"));
        }
        self.before.entry(what.to_owned()).or_insert(picoseconds);
    }
}

/// Within a twentieth of what it was: numbers in cells have one length, however large they are.
fn flat(picoseconds: u64) -> String {
    format!("<= {:.3}", picoseconds as f64 / 1e9 * 1.05)
}

/// Signatures over which approvals are averaged: the digits of one decide how many points are added, half a Gps more or less.
const SIGNATURES: u64 = 16;

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
    let (opened, _) = act(lab, seat(Council::Emergency, 2), Order::Proposal(proposal::Order::Open(Box::new(open))));
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

/// What an opening has opened.
fn proposed(answer: &Answer<Outcome>) -> (ProposalId, ProposalDigest) {
    let opened = answer.records.iter().find_map(|record| match &record.event {
        Event::Proposal(proposal::Event::Opened(opened)) => Some((opened.id, opened.digest)),
        _ => None,
    });
    opened.expect("a proposal")
}

fn row(metric: &str, picoseconds: u64, target: Option<&str>) {
    say(metric, json!((picoseconds as f64 / 1e9 * 1000.0).round() / 1000.0), "Gps", target);
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
    let (version, sbom) = (label("1"), ReferenceHash([0; 32]));
    act(lab, who, Order::Proposal(proposal::Order::Execute(Box::new(Execute { id, action, version, sbom })))).1
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
        lot_max: 0,
        rate_band_bps: 0,
    }
}
