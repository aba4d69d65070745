//! Measures, one JSON object a line: `{"bench","metric","value","unit","target","baseline"}`.

mod contract;
mod devnet;

use serde_json::{Value, json};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1);
    let measured = match name.as_deref() {
        Some("contract") => contract::measure().await,
        Some("devnet") => devnet::measure().await,
        _ => {
            eprintln!("error: no such benchmark\nhelp: usage: scripts/bench contract|devnet");
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
    print(json!({ "bench": bench, "metric": metric, "value": value, "unit": unit }), "target", target.map(Value::from));
}

/// Prints one row beside what it is compared with in the same run.
fn row_beside(bench: &str, metric: &str, value: Value, unit: &str, baseline: Value) {
    print(json!({ "bench": bench, "metric": metric, "value": value, "unit": unit }), "baseline", Some(baseline));
}

#[expect(clippy::print_stdout, reason = "the rows are the answer")]
fn print(mut row: Value, more: &str, value: Option<Value>) {
    if let Some(value) = value {
        row[more] = value;
    }
    say(&row);
}

/// Prints one row with what it is compared with, measured in the same run.
fn row_beside(bench: &str, metric: &str, value: Value, unit: &str, target: &str, baseline: Value) {
    say(&json!({
        "bench": bench, "metric": metric, "value": value, "unit": unit, "target": target, "baseline": baseline,
    }));
}

#[expect(clippy::print_stdout, reason = "the rows are the answer")]
fn say(row: &Value) {
    println!("{row}");
}
