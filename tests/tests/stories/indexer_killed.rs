//! The indexer dies again and again in the middle of its work; what it has in the end is what it would have had anyway.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    acts::pause,
    program::Program,
    wait::eventually,
    world::{Options, World},
};
use serde_json::Value;

/// Empty blocks that have to be read as well, at every round.
const BLOCKS: u32 = 200;
const LIVES: [u64; 6] = [5, 40, 80, 120, 200, 350];

#[tokio::test]
async fn killed_again_and_again_it_has_the_rows_of_one_that_never_died() -> Outcome {
    let world = World::start(Options::default()).await?;
    let mut places = Vec::new();
    for (round, life) in LIVES.into_iter().enumerate() {
        let author = ["E0", "E1", "E2"][round % 3];
        let id = world.propose_pause(author, &format!("route:{round}")).await?;
        world.node().seal(BLOCKS).await?;
        // While many blocks are missing nobody is shown the document that is approved.
        reaches(&world.indexer_url(), world.node().height().await?).await?;
        let approving = world.all_approve(&["E0", "E1"], &id);
        let (approved, place) = tokio::join!(approving, live(&world, Duration::from_millis(life)));
        approved?;
        places.extend(place?);
        world.execute(&id).await?.done()?;
    }
    refused_while_full(&world).await?;
    let height = world.node().height().await?;
    let midway = places.iter().filter(|place| (1..height).contains(*place)).count();
    assert!(midway > 1, "it was to be killed in the middle, not at {places:?} of {height}");

    let victim = world.another_indexer("victim.db").await?;
    let fresh = world.another_indexer("fresh.db").await?;
    let expected = pages(&fresh, height).await?;
    assert_eq!(pages(&victim, height).await?, expected, "byte by byte");
    let rows: usize = expected.iter().map(|page| rows(page)).sum::<Outcome<usize>>()?;
    assert_eq!(u64::try_from(rows)?, world.events().await?, "every event has its row");

    // What was killed six times can also end well, and be opened again.
    assert_eq!(victim.end().await?, 0);
    let victim = world.another_indexer("victim.db").await?;
    assert_eq!(pages(&victim, height).await?, expected);
    let url = victim.url().to_owned();
    world.greatseal(&["--indexer", &url, "audit", "verify"]).await?.done()?;
    Ok(())
}

/// Starts the indexer on its database and kills it; answers how far it said it was, if it came to say so.
async fn live(world: &World, life: Duration) -> Outcome<Option<u64>> {
    let command = world.indexer_command("victim.db")?;
    if life < Duration::from_millis(50) {
        // Not even ready.
        let victim = Program::spawn(command)?;
        tokio::time::sleep(life).await;
        victim.kill();
        return Ok(None);
    }
    let victim = Program::start(command).await?;
    tokio::time::sleep(life).await;
    let place = health(victim.url()).await?["indexed_to"].as_str().and_then(|height| height.parse().ok());
    victim.kill();
    Ok(place)
}

/// The story goes on to the limit of proposals that one seat may have open.
async fn refused_while_full(world: &World) -> Outcome {
    for route in 10..14 {
        world.propose_pause("E2", &format!("route:{route}")).await?;
    }
    let answer = world.propose("E2", &pause("route:14")).await?;
    assert_eq!((answer.code, &answer.json["refusal"]), (4, &412.into()));
    Ok(())
}

async fn health(indexer: &str) -> Outcome<Value> {
    Ok(reqwest::get(format!("{indexer}/health")).await?.json().await?)
}

/// Waits until an indexer has come to this block.
async fn reaches(indexer: &str, height: u64) -> Outcome {
    let there = async || match health(indexer).await {
        Ok(health) if health["indexed_to"].as_str() == Some(&*height.to_string()) => Ok(()),
        other => Err(format!("{other:?}")),
    };
    Ok(eventually("the indexer has every block", Duration::from_secs(30), there).await?)
}

/// All pages as they travel, once the indexer has come to this block.
async fn pages(indexer: &Program, height: u64) -> Outcome<Vec<String>> {
    reaches(indexer.url(), height).await?;
    let mut pages = Vec::new();
    let mut path = "/v1/events?limit=10".to_owned();
    loop {
        let page = reqwest::get(format!("{}{path}", indexer.url())).await?.text().await?;
        let next = serde_json::from_str::<Value>(&page)?["next"].as_str().map(str::to_owned);
        pages.push(page);
        match next {
            Some(next) => path = format!("/v1/events?limit=10&after={next}"),
            None => return Ok(pages),
        }
    }
}

fn rows(page: &str) -> Outcome<usize> {
    Ok(serde_json::from_str::<Value>(page)?["events"].as_array().ok_or("a page without events")?.len())
}
