//! Measures, one JSON object a line: `{"bench","metric","value","unit","target","baseline"}`.

mod contract;
mod devnet;
mod relayer;
mod transfer;

use serde_json::{Value, json};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1);
    let measured = match name.as_deref() {
        Some("contract") => contract::measure().await,
        Some("devnet") => devnet::measure().await,
        Some("relayer") => relayer::measure().await,
        _ => {
            eprintln!("error: no such benchmark\nhelp: usage: scripts/bench contract|devnet|relayer");
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

/// Prints one row.
fn row(bench: &str, metric: &str, value: Value, unit: &str, target: Option<&str>) {
    say(bench, metric, value, unit, [("target", target.map(Value::from)), ("baseline", None)]);
}

/// Prints one row with what it is compared with, measured in the same run.
fn row_beside(bench: &str, metric: &str, value: Value, unit: &str, target: Option<&str>, baseline: Value) {
    say(bench, metric, value, unit, [("target", target.map(Value::from)), ("baseline", Some(baseline))]);
}

#[expect(clippy::print_stdout, reason = "the rows are the answer")]
fn say(bench: &str, metric: &str, value: Value, unit: &str, more: [(&str, Option<Value>); 2]) {
    let mut row = json!({ "bench": bench, "metric": metric, "value": value, "unit": unit });
    for (name, value) in more {
        if let Some(value) = value {
            row[name] = value;
        }
    }
    println!("{row}");
}
