//! The audit database on a server: who may do what with it, and what the indexer does while it is gone.

use std::time::Duration;

use greatseal_postgres::{Base, Cluster};
use greatseal_tests::{
    Outcome,
    program::{Answer, Program, run},
    wait::eventually,
    world::{Options, World},
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_indexer_outlives_its_database_server_and_loses_nothing() -> Outcome {
    let (world, cluster) = (world().await?, Cluster::start()?);
    let base = cluster.database()?;
    prepared(&world, &base).await?.done()?;
    let indexer = indexer(&world, &base, "writer", "audit").await?;
    caught_up(&world, &indexer).await?;
    assert_eq!(status(&indexer, "/ready").await?, 200);

    cluster.stop()?;
    world.node().seal(20).await?;
    let told = says(&indexer, "degraded").await?;
    assert_eq!((&told["reasons"][0]["code"], &told["database"]), (&json!("database_unreachable"), &json!("waiting")));
    assert_eq!(status(&indexer, "/ready").await?, 503);
    assert_eq!(status(&indexer, "/health").await?, 200, "whoever restarts what does not answer must not restart this");
    assert_eq!(status(&indexer, "/v1/proposals").await?, 200, "what is in memory is answered");
    assert_eq!(status(&indexer, "/v1/events").await?, 503);

    cluster.resume()?;
    caught_up(&world, &indexer).await?;
    assert_eq!((status(&indexer, "/ready").await?, status(&indexer, "/v1/events").await?), (200, 200));
    verified(&world, &indexer).await?;
    assert_eq!(indexer.end().await?, 0);
    // Every row is judged again at the start.
    let again = self::indexer(&world, &base, "writer", "audit").await?;
    caught_up(&world, &again).await?;
    Ok(())
}

#[tokio::test]
async fn a_server_gives_each_account_its_rights_and_takes_one_indexer_at_a_time() -> Outcome {
    let (world, cluster) = (world().await?, Cluster::start()?);
    let base = cluster.database()?;
    // Nobody but the owner makes the tables.
    let refused = run(command(&world, &base, "writer", "w", &[])?).await?;
    assert_eq!(refused.code, 7, "{}", refused.stderr);
    assert!(refused.stderr.contains("database_schema") && refused.stderr.contains("help: let the owner"));
    let answer = prepared(&world, &base).await?;
    assert_eq!((&answer.json["writers"], &answer.json["readers"]), (&json!(["writer"]), &json!(["reader"])));

    let first = indexer(&world, &base, "writer", "first").await?;
    caught_up(&world, &first).await?;
    // One with files of its own, as on another machine.
    let second = run(command(&world, &base, "writer", "second", &[])?).await?;
    assert_eq!(second.code, 9, "{}", second.stderr);
    assert!(second.stderr.contains("database_in_use"), "{}", second.stderr);

    for (account, refused) in [("writer", ["UPDATE", "DELETE", "TRUNCATE"]), ("reader", ["UPDATE", "DELETE", "INSERT"])]
    {
        for right in refused {
            let may = format!(
                "SELECT bool_or(has_table_privilege('{account}', 'greatseal.' || tablename, '{right}')) \
                 FROM pg_tables WHERE schemaname = 'greatseal' AND tablename NOT IN ('reached', 'cosignatures')"
            );
            assert_eq!(base.sql(&may)?, "f", "{account} {right}");
        }
    }
    let tried = base.sql("SET ROLE writer; UPDATE greatseal.events SET kind = 'Opened'");
    assert!(tried.is_err_and(|error| error.to_string().contains("permission denied")));
    assert_eq!(first.end().await?, 0);
    Ok(())
}

async fn world() -> Outcome<World> {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    world.node().seal(5).await?;
    Ok(world)
}

/// Tables and rights, by the owner.
async fn prepared(world: &World, base: &Base<'_>) -> Outcome<Answer> {
    let mut command = greatseal_tests::program::command("greatseal-indexer", &world.file(""))?;
    command.args(["migrate", "--deployment", "deployment.json", "--database", "owner", "--writer", "writer"]);
    command.args(["--reader", "reader", "--database-url", &base.url("owner")]);
    Ok(run(command).await?)
}

fn command(
    world: &World,
    base: &Base<'_>,
    account: &str,
    files: &str,
    more: &[&str],
) -> Outcome<std::process::Command> {
    let url = base.url(account);
    let args = [&["--database", files, "--database-url", &url], more].concat();
    Ok(world.service("greatseal-indexer", world.node().url(), &args)?)
}

async fn indexer(world: &World, base: &Base<'_>, account: &str, files: &str) -> Outcome<Program> {
    Ok(Program::start(command(world, base, account, files, &["--exit-with-parent"])?).await?)
}

async fn caught_up(world: &World, indexer: &Program) -> Outcome {
    let height = world.node().height().await?;
    eventually("every block is indexed", PATIENCE, async || match health(indexer).await {
        Ok(told) if told["status"] == "ok" && told["indexed_to"].as_str() == Some(&*height.to_string()) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await?;
    Ok(())
}

async fn says(indexer: &Program, status: &str) -> Outcome<Value> {
    let told = eventually(status, PATIENCE, async || match health(indexer).await {
        Ok(told) if told["status"] == status => Ok(told),
        other => Err(format!("{other:?}")),
    });
    Ok(told.await?)
}

async fn verified(world: &World, indexer: &Program) -> Outcome {
    world.greatseal(&["--indexer", indexer.url(), "audit", "verify"]).await?.done()?;
    Ok(())
}

async fn health(indexer: &Program) -> Result<Value, reqwest::Error> {
    reqwest::get(format!("{}/health", indexer.url())).await?.json().await
}

async fn status(indexer: &Program, path: &str) -> Outcome<u16> {
    Ok(reqwest::get(format!("{}{path}", indexer.url())).await?.status().as_u16())
}
