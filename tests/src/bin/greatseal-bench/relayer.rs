//! What the relayer's history costs: a step, an answer of `/health`, and the way of an envelope, after nothing, a hundred
//! thousand and a million envelopes.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use greatseal_tests::{
    Outcome,
    wait::eventually,
    world::{Options, World},
};
use serde_json::{Value, json};

use crate::{row, row_beside};

const BENCH: &str = "relayer";
const HISTORIES: [u32; 3] = [0, 100_000, 1_000_000];
const BLOCKS: [&str; 2] = ["--block-time", "1000"];
const IDLE_STEPS: u32 = 15;
const ANSWERS: usize = 200;
const ENVELOPES: usize = 20;
/// Seats that give signs of life.
const COUNCIL: [&str; 3] = ["E0", "E1", "E2"];
const PATIENCE: Duration = Duration::from_secs(60);

/// What was measured after a history, in milliseconds.
struct Measured {
    step: f64,
    answer: f64,
    half: f64,
    most: f64,
}

/// Steps, answers and envelopes after each history.
pub(crate) async fn measure() -> Outcome {
    let mut first: Option<Measured> = None;
    for history in HISTORIES {
        let now = after(history).await?;
        let with = |what: &str| format!("{what}, {history} envelopes of history");
        let rows = [
            (with("longest idle step"), now.step, first.as_ref().map(|first| first.step), Some("<= 5")),
            (with("p99 of GET /health"), now.answer, first.as_ref().map(|first| first.answer), Some("<= 5")),
            (
                with("p50 from received to final, a block a second"),
                now.half,
                first.as_ref().map(|first| first.half),
                None,
            ),
            (
                with("p99 from received to final, a block a second"),
                now.most,
                first.as_ref().map(|first| first.most),
                None,
            ),
        ];
        for (metric, value, baseline, target) in rows {
            match baseline {
                None => row(BENCH, &metric, rounded(value), "ms", target),
                Some(baseline) => row_beside(BENCH, &metric, rounded(value), "ms", target, rounded(baseline)),
            }
        }
        first.get_or_insert(now);
    }
    Ok(())
}

async fn after(history: u32) -> Outcome<Measured> {
    let mut world = World::start(Options { devnet: &BLOCKS, relayer: true, indexer: false }).await?;
    // Ended well, all that it wrote is in the one file.
    world.take_relayer().ok_or("there is no relayer")?.end().await?;
    fill(&world, history)?;
    world.start_relayer().await?;
    let health = format!("{}/health", world.relayer_url());

    let mut step = 0.0_f64;
    for _ in 0..IDLE_STEPS {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let told: Value = reqwest::get(&health).await?.json().await?;
        let micros: f64 = told["step_micros"].as_str().ok_or("no step_micros")?.parse()?;
        step = step.max(micros / 1_000.0);
    }
    let client = reqwest::Client::new();
    let mut answers = Vec::with_capacity(ANSWERS);
    for _ in 0..ANSWERS {
        let since = Instant::now();
        client.get(&health).send().await?.bytes().await?;
        answers.push(since.elapsed());
    }
    let mut ways = Vec::with_capacity(ENVELOPES);
    for place in 0..ENVELOPES {
        let envelope = signed(&world, COUNCIL[place % COUNCIL.len()]).await?;
        let since = Instant::now();
        world.post(&envelope).await?;
        let applied = async || match world.state(&envelope).await {
            Ok(state) if state["state"] == "applied" => Ok(()),
            other => Err(format!("{other:?}")),
        };
        eventually("the envelope is applied", PATIENCE, applied).await?;
        ways.push(since.elapsed());
    }
    world.done()?;
    let (half, most) = (part(&mut ways, 50), part(&mut ways, 99));
    Ok(Measured { step, answer: part(&mut answers, 99), half, most })
}

/// A heartbeat, signed and not submitted.
async fn signed(world: &World, seat: &str) -> Outcome<String> {
    world.order(seat, &["seat", "heartbeat", "--envelope-out", "heartbeat.hex"]).await?.done()?;
    Ok(std::fs::read_to_string(world.file("heartbeat.hex"))?.trim().to_owned())
}

/// Writes so many finished envelopes into a journal that nobody has open, each with a transaction of its own; of the size
/// of real ones.
fn fill(world: &World, history: u32) -> Outcome {
    if history == 0 {
        return Ok(());
    }
    let statements = format!(
        "BEGIN;
         CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {history}) SELECT i FROM n;
         INSERT INTO attempts SELECT i, printf('%064x', i), zeroblob(220), i FROM n;
         INSERT INTO transactions SELECT i, printf('%064x', i), i, i, i + 64, zeroblob(380), i FROM n;
         INSERT INTO carried SELECT i, 0, i FROM n;
         INSERT INTO ended SELECT i, 'succeeded', i + 1, NULL, i FROM n;
         INSERT INTO outcomes SELECT i, 'applied', NULL, NULL, i, i + 1, i, i FROM n;
         COMMIT;"
    );
    let mut sqlite = Command::new("sqlite3").arg(world.file("relayer.db")).stdin(Stdio::piped()).spawn()?;
    sqlite.stdin.take().ok_or("no standard input")?.write_all(statements.as_bytes())?;
    match sqlite.wait()?.success() {
        true => Ok(()),
        false => Err("sqlite3 could not write the history".into()),
    }
}

/// The time within which so many of a hundred came, in milliseconds.
fn part(took: &mut [Duration], percent: usize) -> f64 {
    took.sort_unstable();
    let place = took.len().saturating_mul(percent).div_ceil(100).saturating_sub(1);
    took.get(place).copied().unwrap_or_default().as_secs_f64() * 1_000.0
}

fn rounded(value: f64) -> Value {
    json!((value * 100.0).round() / 100.0)
}
