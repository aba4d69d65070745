//! The indexer is killed at random moments while it fills its database and follows the chain. In the end every table has the
//! rows that an indexer has which nobody disturbed.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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
const HEAD_START: u32 = 1_500;
/// Most blocks that come during a life, and longest life in milliseconds: it needs some hundred to begin.
const BLOCKS: u64 = 80;
const LIFE: u64 = 900;
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
    let (since, mut ready) = (Instant::now(), 0);
    for kill in 0..kills {
        if kill % BEAT == 0 {
            let seat = ["E0", "E1", "E2"][usize::try_from(kill / BEAT % 3)?];
            world.order(seat, &["seat", "heartbeat"]).await?.done()?;
        }
        let victim = Program::spawn(world.indexer_command("victim.db")?)?;
        let life = Duration::from_millis(dice.below(LIFE));
        let blocks = u32::try_from(dice.below(BLOCKS) + 1)?;
        let (sealed, ()) = tokio::join!(world.node().seal(blocks), tokio::time::sleep(life));
        sealed?;
        // Where it had a database already, it was in the middle of something.
        ready += u64::from(world.file("victim.db").exists());
        victim.kill();
    }
    eprintln!("{ready} of {kills} lives had a database, {:.1} s", since.elapsed().as_secs_f64());
    assert!(ready * 2 > kills, "most lives are to come so far: {ready}");

    let height = world.node().height().await?;
    for name in ["victim.db", "fresh.db"] {
        let indexer = world.another_indexer(name).await?;
        let there = async || match health(&indexer).await {
            Ok(health) if health["indexed_to"].as_str() == Some(&*height.to_string()) => Ok(()),
            other => Err(format!("{other:?}")),
        };
        eventually("it has every block", PATIENCE, there).await?;
        assert_eq!(indexer.end().await?, 0);
    }
    let (victim, fresh) = (dump(&world, "victim.db").await?, dump(&world, "fresh.db").await?);
    assert_eq!(victim.len(), fresh.len());
    for (found, expected) in victim.iter().zip(&fresh) {
        assert_eq!(found, expected);
    }
    let events = fresh.iter().filter(|line| line.starts_with("events: ")).count();
    assert!(u64::try_from(events)? > kills / BEAT, "{events} events");
    Ok(())
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
