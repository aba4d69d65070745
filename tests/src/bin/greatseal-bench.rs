//! Measures on the embedded chain, one JSON object a line: `{"bench","metric","value","unit","target"}`.

use greatseal_chain::{Account, Chain, DevAccount};
use greatseal_protocol::bytes::{ContractAddress, parse_hex, parse_hex_bytes};
use greatseal_tests::{
    Outcome,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};
use std::{fs, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1);
    let measured = match name.as_deref() {
        Some("contract") => contract().await,
        _ => {
            eprintln!("error: no such benchmark\nhelp: usage: scripts/bench contract");
            return ExitCode::from(2);
        }
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\nhelp: build the programs first: cargo build --workspace --bins");
            ExitCode::FAILURE
        }
    }
}

/// Weight of one and of two detached approvals in a call, and the size of the blob.
async fn contract() -> Outcome {
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
    row("blob size", json!(blob), "bytes", Some("<= 163840"));
    row("ref_time of one envelope with one approval", json!(gps(one.weight.ref_time)), "Gps", Some("<= 30"));
    let second = two.weight.ref_time.saturating_sub(one.weight.ref_time);
    row("ref_time of a second approval in the call", json!(gps(second)), "Gps", Some("<= 20"));
    row("proof_size of one envelope with one approval", json!(one.weight.proof_size), "bytes", None);
    row("deposit of one approval", json!(one.deposit.to_string()), "base units", None);
    world.done()?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the rows are the answer")]
fn row(metric: &str, value: Value, unit: &str, target: Option<&str>) {
    let mut row = json!({ "bench": "contract", "metric": metric, "value": value, "unit": unit });
    if let Some(target) = target {
        row["target"] = target.into();
    }
    println!("{row}");
}
