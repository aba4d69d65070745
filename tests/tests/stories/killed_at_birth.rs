//! A service dies while it makes its database. Nothing has been promised by then: it starts again as if for the first time.

use std::{
    fs,
    time::{Duration, Instant},
};

use greatseal_tests::{
    Outcome,
    program::Program,
    world::{Options, World},
};

const ROUNDS: u32 = 20;
/// Each round lives a little longer than the one before.
const STEP: Duration = Duration::from_micros(100);
const TIME_TO_CREATE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn the_indexer_starts_again() -> Outcome {
    starts_again("greatseal-indexer", "--database").await
}

#[tokio::test]
async fn the_relayer_starts_again() -> Outcome {
    starts_again("greatseal-relayer", "--journal").await
}

async fn starts_again(name: &str, flag: &str) -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    for round in 0..ROUNDS {
        // A folder of its own, so that whatever appears in it is the beginning of the database.
        let folder = world.file(&round.to_string());
        fs::create_dir(&folder)?;
        let file = format!("{round}/new.db");
        let args = [flag, &file, "--exit-with-parent"];
        let newborn = Program::spawn(world.service(name, world.node().url(), &args)?)?;
        let since = Instant::now();
        // Busy, because a pause would be longer than what is to be hit.
        while fs::read_dir(&folder)?.next().is_none() && since.elapsed() < TIME_TO_CREATE {
            std::hint::spin_loop();
        }
        std::thread::sleep(STEP * round);
        newborn.kill();
        let again = Program::start(world.service(name, world.node().url(), &args)?).await;
        again.map_err(|error| format!("round {round}: {error}"))?.kill();
    }
    Ok(())
}
