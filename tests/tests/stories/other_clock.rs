//! A chain goes by its own clock, however far that is from the clock of whoever signs.

use std::time::{SystemTime, UNIX_EPOCH};

use greatseal_tests::{
    Outcome,
    world::{Options, World},
};

const HOURS: u64 = 3600;

#[tokio::test]
async fn commands_live_by_the_clock_of_a_chain_that_is_hours_behind_or_ahead() -> Outcome {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    for genesis in [now - 3 * HOURS, now + 3 * HOURS] {
        let genesis = genesis.to_string();
        let devnet = ["--genesis-time", &genesis, "--block-time", "300"];
        let world = World::start(Options { devnet: &devnet, ..Options::default() }).await?;
        // Neither 106, expired, nor 107, would live too long.
        world.pause("route:1").await?;
        world.greatseal(&["audit", "verify"]).await?.done()?;
    }
    Ok(())
}
