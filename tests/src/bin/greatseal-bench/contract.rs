//! What the contract costs, on the embedded chain: from dry runs before, and from blocks after.

use crate::{row, row_beside};
use greatseal_client::{Account, Chain, DevAccount, Weight};
use greatseal_protocol::bytes::{ContractAddress, parse_hex, parse_hex_bytes};
use greatseal_tests::{
    Outcome,
    costs::{self, Cost},
    world::{Options, World, artefact},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};

const BENCH: &str = "contract";
/// The two-contract design's figures for rows that existed then, as ADR 35 records them: both blobs; one signed approval, and
/// a second one.
const BASELINE: (u32, f64, f64) = (162_307 + 151_718, 14.78, 14.01);
/// The delay of loosened bridge parameters.
const DELAY: Duration = Duration::from_secs(3600);
/// Steps by the events that they bring; the first such transaction is taken.
const STEPS: [(&str, &[&str]); 6] = [
    ("opening a pause", &["Opened"]),
    ("an approval", &["Decided"]),
    ("the approval that makes the quorum", &["Decided", "QuorumReached"]),
    ("executing a pause", &["Executed", "Paused"]),
    ("an escalation", &["Escalated"]),
    ("executing bridge parameters", &["Executed", "RouteChanged"]),
];

/// Weight of deployment, approvals and executions, their deposits, and the size of the blob.
pub(crate) async fn measure() -> Outcome {
    let world = World::start(Options::default()).await?;
    let chain = Chain::connect(world.node().url()).await?;
    let bytes = fs::metadata(artefact().join("governance.polkavm"))?.len();
    row_beside(BENCH, "blob size", json!(bytes), "bytes", Some("<= 294912"), json!(BASELINE.0));
    deployment(&world, &chain).await?;
    approvals(&world, &chain).await?;
    steps(&world, &chain).await?;
    world.done()?;
    Ok(())
}

/// One more deployment, as `greatseal deploy` reports it and as its block has it.
async fn deployment(world: &World, chain: &Chain) -> Outcome {
    let before = chain.finalized().await?.number;
    let answer = world.deploy("another.json").await?.done()?;
    let number: u64 = answer["block_number"].as_str().unwrap_or_default().parse()?;
    let block = chain.finalized_block(number).await?.ok_or("the deployment's block is not final")?;
    let cost = block.extrinsics.last().ok_or("an empty block")?;
    if number <= before || !cost.success {
        return Err(format!("not a deployment: {answer}").into());
    }
    weight("deployment", cost.weight);
    let unit = (&answer["unit"]["decimals"], &answer["unit"]["symbol"]);
    let (Some(decimals), Some(symbol)) = (unit.0.as_i64(), unit.1.as_str()) else { return Err("no unit".into()) };
    let deposit: f64 = answer["deposit"].as_str().ok_or("no deposit")?.parse()?;
    let whole = deposit / 10_f64.powi(i32::try_from(decimals)?);
    row(BENCH, "deposit of a deployment", json!(whole), symbol, None);
    row(BENCH, "fee of a deployment", json!(cost.fee.ok_or("nobody paid")?), "base units", None);
    Ok(())
}

/// One detached approval, and a second one in the same call.
async fn approvals(world: &World, chain: &Chain) -> Outcome {
    let proposal = world.propose_pause("E0", "route:2").await?;
    let mut envelopes = Vec::new();
    for seat in ["E0", "E1"] {
        envelopes.push(parse_hex_bytes(world.approval(seat, &proposal).await?.trim())?);
    }
    let deployment: Value = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let contract = ContractAddress(parse_hex(deployment["contract"].as_str().unwrap_or_default())?);
    let payer = DevAccount::named("dev:alice")?.id();
    let [one, two] = [&envelopes[..1], &envelopes[..]];
    let one = chain.dry_run(contract, payer, one).await?;
    let two = chain.dry_run(contract, payer, two).await?;
    let second = two.weight.ref_time.saturating_sub(one.weight.ref_time);
    let rows = [
        ("ref_time of one envelope with one approval", one.weight.ref_time, "<= 16", BASELINE.1),
        ("ref_time of a second approval in the call", second, "<= 15", BASELINE.2),
    ];
    for (metric, picoseconds, target, baseline) in rows {
        row_beside(BENCH, metric, json!(gps(picoseconds)), "Gps", Some(target), json!(baseline));
    }
    proof("one envelope with one approval", one.weight);
    row(BENCH, "deposit of one approval", json!(one.deposit), "base units", None);
    Ok(())
}

/// A pause and bridge parameters, from the proposal to the execution.
async fn steps(world: &World, chain: &Chain) -> Outcome {
    world.pause("route:1").await?;
    world.escalate("route:1").await?.done()?;
    let change = world.propose_route("S0").await?;
    world.all_approve(&["S0", "M0", "S1"], &change).await?;
    world.node().pass(DELAY).await?;
    world.execute(&change).await?.done()?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    let costs = costs::of(world, chain).await?;
    for (name, events) in STEPS {
        let step = costs.iter().find(|cost| cost.events == events);
        let Cost { weight: used, fee, .. } = step.ok_or_else(|| format!("no transaction with {events:?}"))?;
        weight(name, *used);
        row(BENCH, &format!("fee of {name}"), json!(fee), "base units", None);
    }
    Ok(())
}

fn weight(what: &str, weight: Weight) {
    row(BENCH, &format!("ref_time of {what}"), json!(gps(weight.ref_time)), "Gps", None);
    proof(what, weight);
}

fn proof(what: &str, weight: Weight) {
    row(BENCH, &format!("proof_size of {what}"), json!(weight.proof_size), "bytes", None);
}

/// Thousand million picoseconds, to the thousandth.
fn gps(picoseconds: u64) -> f64 {
    (picoseconds / 1_000_000) as f64 / 1_000.0
}
