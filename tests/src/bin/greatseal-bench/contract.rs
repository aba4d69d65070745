//! What the contract costs, on the embedded chain.

use crate::row;
use greatseal_chain::{Account, Chain, DevAccount};
use greatseal_protocol::bytes::{ContractAddress, parse_hex, parse_hex_bytes};
use greatseal_tests::{
    Outcome,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};
use std::fs;

/// Weight of one and of two detached approvals in a call, and the size of the blob.
pub(crate) async fn measure() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: true, indexer: true }).await?;
    let proposal = world.propose_pause("E0", "route:1").await?;
    let mut envelopes = Vec::new();
    for seat in ["E0", "E1"] {
        envelopes.push(parse_hex_bytes(world.approval(seat, &proposal).await?.trim())?);
    }
    let deployment: Value = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let contract = ContractAddress(parse_hex(deployment["contract"].as_str().unwrap_or_default())?);
    let chain = Chain::connect(world.node().url()).await?;
    let payer = DevAccount::named("dev:alice")?.id();
    let [one, two] = [&envelopes[..1], &envelopes[..]];
    let one = chain.dry_run(contract, payer, one).await?;
    let two = chain.dry_run(contract, payer, two).await?;
    let gps = |ref_time: u64| (ref_time / 1_000_000) as f64 / 1_000.0;

    let blob = fs::metadata(artefact().join("governance.polkavm"))?.len();
    row("contract", "blob size", json!(blob), "bytes", Some("<= 163840"));
    row(
        "contract",
        "ref_time of one envelope with one approval",
        json!(gps(one.weight.ref_time)),
        "Gps",
        Some("<= 30"),
    );
    let second = two.weight.ref_time.saturating_sub(one.weight.ref_time);
    row("contract", "ref_time of a second approval in the call", json!(gps(second)), "Gps", Some("<= 20"));
    row("contract", "proof_size of one envelope with one approval", json!(one.weight.proof_size), "bytes", None);
    row("contract", "deposit of one approval", json!(one.deposit.to_string()), "base units", None);
    world.done()?;
    Ok(())
}
