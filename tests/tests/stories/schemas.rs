//! What the programs write and serve is what the schemas of `docs/protocol/schemas` say.

use greatseal_tests::{
    Outcome,
    schema::judge,
    world::{Options, World},
};
use std::fs;

#[tokio::test]
async fn what_the_indexer_serves_has_its_schema() -> Outcome {
    let world = World::start(Options::default()).await?;
    let pause = world.propose_pause("E0", "route:1").await?;
    world.all_approve(&["E0", "E1"], &pause).await?;
    world.execute(&pause).await?.done()?;
    world.escalate("route:1").await?.done()?;
    let change = world.propose_route("S0").await?;

    let page = async |path: &str| -> Outcome<String> {
        let name = format!("{}.json", path.replace(['/', '?', '='], "-"));
        let text = reqwest::get(format!("{}/v1/{path}", world.indexer_url())).await?.error_for_status()?.text().await?;
        fs::write(world.file(&name), text)?;
        Ok(name)
    };
    let shown = world.greatseal(&["governance", "show", &change]).await?.done()?;
    let document = shown["document"]["hash"].as_str().ok_or("no document")?.to_owned();
    for (schema, file, least) in [
        ("deployment.json", "deployment.json".to_owned(), 1),
        ("event-page.json", page("events").await?, 1),
        ("event-page.json", page("events?limit=2").await?, 1),
        ("event-row.json", page("events/1").await?, 1),
        ("proposal-page.json", page("proposals").await?, 1),
        ("proposal-page.json", page("proposals?limit=1").await?, 1),
        ("proposal-row.json", page(&format!("proposals/{pause}")).await?, 1),
        ("proposal-row.json", page(&format!("proposals/{change}")).await?, 1),
        ("document-draft.json", "why.json".to_owned(), 1),
        ("document.json", page(&format!("contents/sha256:{document}")).await?, 1),
    ] {
        let judged = judge(schema, &world.file(&file))?;
        assert!(judged.faults.is_empty() && judged.valid >= least, "{file}: {judged:?}");
        // No schema takes everything.
        let other = if schema == "deployment.json" { "proposal-row.json" } else { "deployment.json" };
        assert_eq!(judge(other, &world.file(&file))?.valid, 0, "{file}");
    }
    Ok(())
}
