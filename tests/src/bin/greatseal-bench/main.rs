//! Measures, one JSON object a line: `{"bench","metric","value","unit","target","baseline"}`.

mod audit;
mod contract;
mod devnet;
mod indexer;
mod relayer;
mod transfer;

use serde_json::{Value, json};
use std::process::ExitCode;

const HELP: &str = r#"Measures, and prints one JSON object a line:

  bench     the benchmark's name
  metric    what is measured
  value     the measured number
  unit      of value and baseline: "Gps" is thousands of millions of picoseconds of ref_time
  target    what the design aims at, as text, or null
  baseline  what value is compared with, or null. In "contract": the number under the two-contract design (ADR 35),
            where the row existed then; for the blob's size both blobs together. In the others: measured in the same run

"contract-scale" is measured by greatseal-lab, whose --help explains its rows.

usage: scripts/bench audit|contract|contract-scale|devnet|indexer|relayer"#;

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1);
    let measured = match name.as_deref() {
        Some("audit") => audit::measure().await,
        Some("contract") => contract::measure().await,
        Some("devnet") => devnet::measure().await,
        Some("indexer") => indexer::measure().await,
        Some("relayer") => relayer::measure().await,
        Some("-h" | "--help") => {
            help();
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!(
                "error: no such benchmark\nhelp: usage: scripts/bench audit|contract|contract-scale|devnet|indexer|relayer"
            );
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

/// Prints one row that is compared with nothing.
fn row(bench: &str, metric: &str, value: Value, unit: &str, target: Option<&str>) {
    row_beside(bench, metric, value, unit, target, Value::Null);
}

/// Prints one row with what it is compared with.
#[expect(clippy::print_stdout, reason = "the rows are the answer")]
fn row_beside(bench: &str, metric: &str, value: Value, unit: &str, target: Option<&str>, baseline: Value) {
    let row = json!({
        "bench": bench,
        "metric": metric,
        "value": value,
        "unit": unit,
        "target": target,
        "baseline": baseline,
    });
    println!("{row}");
}

#[expect(clippy::print_stdout, reason = "it was asked for")]
fn help() {
    println!("{HELP}");
}
