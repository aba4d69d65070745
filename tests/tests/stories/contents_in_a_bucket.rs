//! Contents in an S3-compatible store: what a vault promises holds there, and an indexer keeps them there.

#[path = "../../../indexer/vault/tests/suite/promises.rs"]
mod promises;

use std::{
    fs,
    io::{Write as _, stderr},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use greatseal_tests::{
    Outcome, npm,
    program::Program,
    world::{Options, World},
};
use greatseal_vault::{Place, S3};
use serde_json::{Value, json};

/// The access key that the store knows, and its secret.
const KEY: &str = "S3RVER";

/// Where the packages of the store are; nothing where there are none, which is said then.
fn packages() -> Outcome<Option<PathBuf>> {
    let packages = npm::install(&project())?;
    if packages.is_none() {
        // `scripts/test` says it as well: test runners keep back what a test says that passes.
        writeln!(stderr(), "SKIPPED: npm reaches no registry, no bucket was tried")?;
    }
    Ok(packages)
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bucket")
}

/// Starts a store that keeps its objects in a folder; on any free port, or on this one.
async fn store(packages: &Path, folder: &Path, port: Option<u16>) -> Outcome<Program> {
    let mut node = Command::new("node");
    node.arg(project().join("serve.mjs")).arg(folder).arg(port.unwrap_or_default().to_string()).arg(packages);
    Ok(Program::start(node).await?)
}

#[tokio::test]
async fn a_bucket_keeps_what_a_vault_promises() -> Outcome {
    let Some(packages) = packages()? else { return Ok(()) };
    let home = tempfile::tempdir()?;
    let store = store(&packages, home.path(), None).await?;
    let place = |prefix: &str| {
        Place::S3(S3 {
            url: store.url().to_owned(),
            bucket: "greatseal".to_owned(),
            region: "us-east-1".to_owned(),
            prefix: prefix.to_owned(),
            access_key: KEY.to_owned(),
            secret_key: KEY.to_owned(),
        })
    };
    // Side by side: they see nothing of each other.
    promises::what_was_brought_is_there_whole_and_keeping_it_again_changes_nothing(&place("")).await?;
    promises::what_does_not_fit_or_ends_early_leaves_nothing(&place("one")).await?;
    promises::ciphertexts_are_kept_beside_each_other_under_their_own_hash(&place("two/deep")).await
}

#[tokio::test]
async fn an_indexer_keeps_contents_in_a_bucket() -> Outcome {
    let Some(packages) = packages()? else { return Ok(()) };
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    let objects = world.file("objects");
    let kept = store(&packages, &objects, None).await?;
    let port: u16 = kept.url().rsplit(':').next().unwrap_or_default().parse()?;
    configure(&world, kept.url(), KEY)?;
    let indexer = Program::start(indexer(&world)?).await?;

    // Long enough for two parts.
    let bytes: Vec<u8> = (0..9_u32 << 18).flat_map(u32::to_le_bytes).collect();
    fs::write(world.file("evidence.bin"), &bytes)?;
    let put = world.greatseal(&["content", "put", "evidence.bin", "--indexer", indexer.url()]).await?.done()?;
    let put = &put["files"][0];
    assert_eq!((&put["kept_by"], &put["of"]), (&json!(1), &json!(1)), "{put}");
    let address = put["address"].as_str().ok_or("no address")?.to_owned();
    let digits = address.trim_start_matches("sha256:");
    let key = format!("greatseal/audit/sha256/{}/{digits}", digits.get(..2).unwrap_or_default());
    let object = fs::read(objects.join(format!("{key}._S3rver_object")))?;
    assert!(object == bytes, "{} bytes lie in the bucket", object.len());

    // Another process finds it there, as soon as the store is.
    indexer.kill();
    kept.kill();
    let absent = Program::start(self::indexer(&world)?).await;
    assert!(absent.is_err(), "an indexer started without its store");
    let kept = store(&packages, &objects, Some(port)).await?;
    let indexer = Program::start(self::indexer(&world)?).await?;
    let get = ["content", "get", &address, "--indexer", indexer.url(), "--out"];
    world.greatseal(&[&get[..], &["again.bin"]].concat()).await?.done()?;
    assert!(fs::read(world.file("again.bin"))? == bytes, "other bytes came back");

    // A store that is away is no store without the content.
    kept.kill();
    let answer = reqwest::get(format!("{}/v1/contents/{address}", indexer.url())).await?;
    let status = answer.status().as_u16();
    let problem: Value = serde_json::from_str(&answer.text().await?)?;
    assert_eq!((status, &problem["code"]), (503, &json!("contents_unavailable")), "{problem}");
    let _kept = store(&packages, &objects, Some(port)).await?;
    world.greatseal(&[&get[..], &["once more.bin"]].concat()).await?.done()?;

    // Whoever has a key that the store does not know has no place in the bucket.
    indexer.kill();
    configure(&world, &format!("http://127.0.0.1:{port}"), "another")?;
    assert!(Program::start(self::indexer(&world)?).await.is_err(), "the store took another key");
    Ok(())
}

fn configure(world: &World, url: &str, key: &str) -> Outcome {
    for (file, secret) in [("s3.id", key), ("s3.key", KEY)] {
        fs::write(world.file(file), secret)?;
        fs::set_permissions(world.file(file), fs::Permissions::from_mode(0o600))?;
    }
    let bucket = format!("kind = \"s3\"\nurl = \"{url}\"\nbucket = \"greatseal\"\nprefix = \"audit\"\n");
    let keys = "access_key_file = \"s3.id\"\nsecret_key_file = \"s3.key\"\n";
    Ok(fs::write(world.file("indexer.toml"), format!("[content]\n{bucket}{keys}"))?)
}

fn indexer(world: &World) -> Outcome<Command> {
    let args = ["--config", "indexer.toml", "--database", "audit.db", "--exit-with-parent"];
    Ok(world.service("greatseal-indexer", world.node().url(), &args)?)
}
