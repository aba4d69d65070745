//! A backup is made while the indexer runs, restored elsewhere, and gone on with: from either database into either.

use std::{fs, path::Path, process::Command, time::Duration};

use greatseal_postgres::{Base, shared};
use greatseal_tests::{
    Outcome,
    program::{Answer, Program, command, run},
    wait::eventually,
    world::{Options, World},
};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);

/// How an indexer of these tests names its database.
struct Kept<'b> {
    file: String,
    base: Option<Base<'b>>,
}

impl Kept<'_> {
    fn new(name: &str, on_a_server: bool) -> Outcome<Self> {
        let base = on_a_server.then(|| shared().database()).transpose()?;
        Ok(Self { file: format!("{name}.db"), base })
    }

    fn switches(&self) -> Vec<String> {
        let mut switches = vec!["--database".to_owned(), self.file.clone()];
        if let Some(base) = &self.base {
            switches.extend(["--database-url".to_owned(), base.url("owner")]);
        }
        switches
    }

    async fn start(&self, world: &World) -> Outcome<Program> {
        let switches = self.switches();
        let args: Vec<_> = switches.iter().map(String::as_str).chain(["--exit-with-parent"]).collect();
        Ok(Program::start(world.service("greatseal-indexer", world.node().url(), &args)?).await?)
    }

    /// `backup` or `restore`.
    async fn keep(&self, world: &World, words: &[&str]) -> Outcome<Answer> {
        let mut command = command("greatseal-indexer", &world.file(""))?;
        command.args(words).args(["--deployment", "deployment.json"]).args(self.switches());
        Ok(run(command).await?)
    }

    /// Where no file may become longer.
    async fn keep_within(&self, world: &World, words: &[&str], kibibytes: u32) -> Outcome<Answer> {
        let program = command("greatseal-indexer", &world.file(""))?;
        let mut shell = Command::new("bash");
        shell.current_dir(world.file("")).args(["-c", r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#]);
        shell.arg(kibibytes.to_string()).arg(program.get_program()).args(words);
        shell.args(["--deployment", "deployment.json"]).args(self.switches());
        Ok(run(shell).await?)
    }
}

#[tokio::test]
async fn a_backup_is_restored_into_either_database_and_gone_on_with() -> Outcome {
    let world = World::start(Options { relayer: true, indexer: false, ..Options::default() }).await?;
    for (round, on_a_server) in [false, true].into_iter().enumerate() {
        let from = Kept::new(&format!("from{round}"), on_a_server)?;
        let indexer = from.start(&world).await?;
        world.order("E0", &["seat", "heartbeat"]).await?.done()?;
        caught_up(&world, &indexer).await?;
        let backup = format!("backup{round}");
        let copied = from.keep(&world, &["backup", "--to", &backup]).await?;
        assert_eq!(copied.code, 0, "{}", copied.stderr);
        let there = from.keep(&world, &["backup", "--to", &backup]).await?;
        assert!(there.code == 1 && there.stderr.contains("backup_failing"), "{}", there.stderr);
        // What comes behind it is not in it.
        world.order("E1", &["seat", "heartbeat"]).await?.done()?;
        caught_up(&world, &indexer).await?;
        let head = health(&indexer).await?["head"].clone();
        assert_eq!(indexer.end().await?, 0);

        for to_a_server in [false, true] {
            let to = Kept::new(&format!("to{round}{to_a_server}"), to_a_server)?;
            let restored = to.keep(&world, &["restore", "--from", &backup]).await?;
            assert_eq!(restored.code, 0, "{}", restored.stderr);
            assert_eq!(restored.json["sha256"], copied.json["sha256"]);
            assert_ne!(restored.json["head"], head);
            let again = to.keep(&world, &["restore", "--from", &backup]).await?;
            assert!(again.code == 7 && again.stderr.contains("database_not_empty"), "{}", again.stderr);
            let indexer = to.start(&world).await?;
            caught_up(&world, &indexer).await?;
            assert_eq!(health(&indexer).await?["head"], head, "the chain gives the same leaves");
            world.greatseal(&["--indexer", indexer.url(), "audit", "verify"]).await?.done()?;
            assert_eq!(indexer.end().await?, 0);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_backup_that_was_changed_is_found() -> Outcome {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    let from = Kept::new("from", false)?;
    let indexer = from.start(&world).await?;
    caught_up(&world, &indexer).await?;
    from.keep(&world, &["backup", "--to", "backup"]).await?.done()?;
    assert_eq!(indexer.end().await?, 0);
    let whole = fs::read(world.file("backup"))?;
    // In the first record, behind the names of the columns.
    let name = whole.windows(6).position(|bytes| bytes == b"events").ok_or("no events")?;
    let place = name + 400;

    flipped(&world.file("backup"), &whole, place, false)?;
    let refused = Kept::new("a", false)?.keep(&world, &["restore", "--from", "backup"]).await?;
    assert!(refused.code == 3 && refused.stderr.contains("backup_unusable"), "{}", refused.stderr);
    assert!(!world.file("a.db").exists());

    // Somebody who computes the hash anew comes no further: the rows are judged.
    flipped(&world.file("backup"), &whole, place, true)?;
    let refused = Kept::new("b", false)?.keep(&world, &["restore", "--from", "backup"]).await?;
    assert!(refused.code != 0, "{}", refused.stdout);
    assert!(
        refused.stderr.contains("ledger_damaged") || refused.stderr.contains("backup_unusable"),
        "{}",
        refused.stderr
    );

    // A disk that takes so many bytes of a file: there is a whole database, or none and nothing in the making.
    fs::write(world.file("backup"), whole)?;
    let mut codes = Vec::new();
    for kibibytes in [4, 60, 120, 180, 240, 320, 640, 100_000] {
        let name = format!("full{kibibytes}");
        let restored =
            Kept::new(&name, false)?.keep_within(&world, &["restore", "--from", "backup"], kibibytes).await?;
        let mut left: Vec<_> = fs::read_dir(world.file(""))?
            .map(|entry| Ok(entry?.file_name().into_string()))
            .collect::<std::io::Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .filter(|file| file.starts_with(&format!("{name}.db")))
            .collect();
        left.sort();
        let expected = if restored.code == 0 {
            vec![format!("{name}.db"), format!("{name}.db.lock")]
        } else {
            vec![format!("{name}.db.lock")]
        };
        assert_eq!(left, expected, "{kibibytes} KiB: {}", restored.stderr);
        codes.push(restored.code);
    }
    assert!(codes[0] != 0 && codes.ends_with(&[0]), "{codes:?}");
    Ok(())
}

/// The backup with one bit changed, and the hash that it then has, or the old one.
fn flipped(path: &Path, whole: &[u8], place: usize, hashed: bool) -> Outcome {
    let mut bytes = whole.to_vec();
    bytes[place] ^= 1;
    if hashed {
        let body = bytes.len() - 32;
        let hash = greatseal_protocol::hash::sha256(&[&bytes[..body]]);
        bytes[body..].copy_from_slice(&hash);
    }
    fs::write(path, bytes)?;
    Ok(())
}

async fn caught_up(world: &World, indexer: &Program) -> Outcome {
    let height = world.node().height().await?;
    eventually("every block is indexed", PATIENCE, async || match health(indexer).await {
        Ok(told) if told["indexed_to"].as_str().and_then(|at| at.parse().ok()) >= Some(height) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await?;
    Ok(())
}

async fn health(indexer: &Program) -> Result<Value, reqwest::Error> {
    reqwest::get(format!("{}/health", indexer.url())).await?.json().await
}
