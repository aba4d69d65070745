//! Weights of the contract, read without a chain around it: one JSON object a line. `--help` explains their fields.

#![allow(
    clippy::arithmetic_side_effects,
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
mod contract;
mod conversions;
mod flow;
mod proposals;
mod scale;
mod trees;

use greatseal_lab::{
    Answer, Lab,
    genesis::{default_genesis, key_of},
};
use greatseal_protocol::{
    action::Action,
    bytes::{Label, ProposalDigest, ReferenceHash},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    event::Event,
    language::proposal::{self, Execute},
    outcome::Outcome,
    proposal_id::ProposalId,
};
use std::process::ExitCode;

const NOW: u64 = 1_800_000_000;

const HELP: &str = r#"Weighs the released contract on the real pallets, without a node. Prints one JSON object a line.

Without an argument, what commands cost:

  bench     always "contract"
  metric    what is measured
  value     the measured number
  unit      "Gps" (thousands of millions of picoseconds of ref_time) or "bytes" (of the block's proof, or of a file)
  target    what the design aims at, as text, or null
  baseline  the number under the two-contract design (ADR 35), in the same unit, or null where the row did not exist

With "scale", whether they cost the same however much there is; exit code 1 where a row is not ok:

  bench           always "contract-scale"
  operation       what was done
  n, of           how many of what there were
  ref_time        Gps
  proof_size      bytes of the block's proof that the call is charged
  storage_reads   how often the contract read its storage
  recorded_proof  bytes of the trie's nodes that were touched, the code's too; charged to nobody, no target
  ratio           ref_time beside that at the least n of the same kind
  target          "flat": ref_time and proof_size at most a twentieth more, as many reads; or "logarithmic", for a proof in
                  a tree: at most as much more as the longer path costs
  ok              whether the target is reached

usage: greatseal-lab [scale] [--help]"#;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => contract::measure(),
        Some("scale") => {
            if !scale::measure() {
                eprintln!("error: something costs more where there is more\nhelp: see the rows with \"ok\":false");
                return ExitCode::FAILURE;
            }
        }
        Some("-h" | "--help") => println!("{HELP}"),
        Some(other) => {
            eprintln!("error: unknown argument {other}\nhelp: see greatseal-lab --help");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn deployed() -> Lab {
    Lab::deploy(&default_genesis(NOW), NOW)
}

fn seat(council: Council, index: u8) -> SeatId {
    SeatId { council, index }
}

/// Sends a command from the account of a seat's key, which the contract takes.
fn act(lab: &mut Lab, seat: SeatId, order: Order) -> Answer<Outcome> {
    let capacity = Capacity::Seat { seat, epoch: 0 };
    let command = Command { capacity, expiry: lab.now() + 600, order };
    let answer = lab.act(&key_of(seat, 0), &command);
    assert!(matches!(answer.result, Ok(Outcome::Applied { .. })), "{answer:?}");
    answer
}

/// What an opening has opened.
fn proposed(answer: &Answer<Outcome>) -> (ProposalId, ProposalDigest) {
    let opened = answer.records.iter().find_map(|record| match &record.event {
        Event::Proposal(proposal::Event::Opened(opened)) => Some((opened.id, opened.digest)),
        _ => None,
    });
    opened.expect("a proposal")
}

fn executed(lab: &mut Lab, who: SeatId, id: ProposalId, action: Action) -> Answer<Outcome> {
    let label = |text| Label::new(text).expect("a label");
    let (version, sbom) = (label("1"), ReferenceHash([0; 32]));
    act(lab, who, Order::Proposal(proposal::Order::Execute(Box::new(Execute { id, action, version, sbom }))))
}

/// Thousand million picoseconds, to the thousandth.
fn gps(picoseconds: u64) -> f64 {
    (picoseconds as f64 / 1e6).round() / 1e3
}
