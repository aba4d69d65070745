//! The indexer is killed at random moments while it fills its database and follows the chain. In the end every table has the
//! rows that an indexer has which nobody disturbed.
//!
//! Blocks come while it is killed, so that it has something to do at that moment; of each life is looked at what it stored, and
//! what was still to come. These databases are smaller than those of which a snapshot is kept: starts from snapshots are tried in
//! `indexer/service/tests/suite/snapshots.rs`.

use std::{
    cell::Cell,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use greatseal_tests::{
    Outcome,
    program::Program,
    wait::eventually,
    world::{Options, World},
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

/// Kills, and those with `GREATSEAL_LONG=1`.
const KILLS: [u64; 2] = [20, 500];
/// Blocks before the first life.
const HEAD_START: u32 = 600;
/// Blocks that come again and again during a life, and the time between.
const BLOCKS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(40);
/// Length of a life in milliseconds: it needs some hundred to begin.
const LIFE: std::ops::Range<u64> = 100..800;
/// One of so many kills, at least, falls into the middle of its work. Where the machine has much to do, there are more kills, up to
/// three times as many, and lives are longer.
const SHARE: u64 = 3;
const ROUNDS: u64 = 3;
/// Lives between two signs of life of a seat, which give events.
const BEAT: u64 = 8;
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn killed_at_random_moments_it_has_every_row_of_one_that_was_left_alone() -> Outcome {
    let world = World::start(Options { indexer: false, ..Options::default() }).await?;
    if world.node().is_foreign() {
        return Ok(());
    }
    let long = std::env::var("GREATSEAL_LONG").is_ok_and(|long| long == "1");
    let kills = KILLS[usize::from(long)];
    let seed = match std::env::var("GREATSEAL_SEED") {
        Ok(seed) => seed.parse()?,
        Err(_) => u64::from(SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos()),
    };
    eprintln!("{kills} kills, GREATSEAL_SEED={seed}");
    let mut dice = Dice(seed | 1);
    world.node().seal(HEAD_START).await?;
    let (since, mut in_work) = (Instant::now(), 0);
    for kill in 0..kills * ROUNDS {
        if kill >= kills && in_work * SHARE >= kills {
            break;
        }
        if kill % BEAT == 0 {
            let seat = ["E0", "E1", "E2"][usize::try_from(kill / BEAT % 3)?];
            world.order(seat, &["seat", "heartbeat"]).await?.done()?;
        }
        let before = reached(&world).await?;
        let victim = Program::spawn(world.indexer_command("victim.db")?)?;
        let life = LIFE.start + dice.below((LIFE.end - LIFE.start) * (1 + kill / kills));
        let life = Duration::from_millis(life);
        let over = Cell::new(false);
        let killed = async {
            tokio::time::sleep(life).await;
            let height = world.node().height().await;
            victim.kill();
            over.set(true);
            height
        };
        let sealed = async {
            while !over.get() {
                world.node().seal(BLOCKS).await?;
                tokio::time::sleep(PAUSE).await;
            }
            Outcome::Ok(())
        };
        let (height, sealed) = tokio::join!(killed, sealed);
        sealed?;
        let height = height?;
        let after = reached(&world).await?;
        in_work += u64::from(before.is_some() && after > before && after <= Some(height));
    }
    eprintln!("{in_work} lives ended in their work, {:.1} s", since.elapsed().as_secs_f64());
    assert!(in_work * SHARE >= kills, "{in_work} lives stored blocks and had more to come: {kills} kills are too few");

    let height = world.node().height().await?;
    let complete = async |name: &str| -> Outcome {
        let indexer = world.another_indexer(name).await?;
        let there = async || match health(&indexer).await {
            Ok(health) if health["indexed_to"].as_str() == Some(&*height.to_string()) => Ok(()),
            other => Err(format!("{other:?}")),
        };
        eventually("it has every block", PATIENCE, there).await?;
        assert_eq!(indexer.end().await?, 0);
        Ok(())
    };
    tokio::try_join!(complete("victim.db"), complete("fresh.db"))?;
    let (victim, fresh) = (dump(&world, "victim.db").await?, dump(&world, "fresh.db").await?);
    assert_eq!(victim.len(), fresh.len());
    for (found, expected) in victim.iter().zip(&fresh) {
        assert_eq!(found, expected);
    }
    let events = fresh.iter().filter(|line| line.starts_with("events: ")).count();
    assert!(u64::try_from(events)? > kills / BEAT, "{events} events");
    Ok(())
}

/// Height of the block that the victim's database is to have next; none where there is no database yet.
async fn reached(world: &World) -> Outcome<Option<u64>> {
    let file = world.file("victim.db");
    if !file.exists() {
        return Ok(None);
    }
    // Read only: what the kill has left stays as it is.
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let next: i64 = sqlx::query_scalar("SELECT next_block FROM reached").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(Some(u64::try_from(next)?))
}

/// Numbers that a seed gives again: xorshift64*, which is as random as a moment need be.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % most
    }
}

async fn health(indexer: &Program) -> Outcome<Value> {
    Ok(reqwest::get(format!("{}/health", indexer.url())).await?.json().await?)
}

/// Every row of every table, in an order that does not depend on how it came there; and what the tables are.
async fn dump(world: &World, name: &str) -> Outcome<Vec<String>> {
    let options = SqliteConnectOptions::new().filename(world.file(name)).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let schema = "SELECT name || ': ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1";
    let mut lines: Vec<String> = sqlx::query_scalar(schema).fetch_all(&mut connection).await?;
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await?;
    assert!(tables.iter().any(|table| table == "events"), "{tables:?}");
    for table in tables {
        let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}') ORDER BY cid");
        let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut connection).await?;
        let rows = format!("SELECT '{table}: ' || {} FROM {table} ORDER BY 1", columns.join(" || ' ' || "));
        lines.extend(sqlx::query_scalar::<_, String>(AssertSqlSafe(rows)).fetch_all(&mut connection).await?);
    }
    connection.close().await?;
    Ok(lines)
}
