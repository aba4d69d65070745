//! The trail of the evidence: whatever is changed, taken away, added or moved is named when the journal is opened.

use super::made::{ACCOUNT, Outcome, count, deployment, envelope, first_format};
use greatseal_client::Prepared;
use greatseal_protocol::council::Council;
use greatseal_relayer::{
    error::RelayerError,
    journal::{After, End, Journal, Kind, Outcome as Decided, Verdict, back_up},
};
use greatseal_trail::tree::{Frontier, leaf_hash};
use sqlx::{Connection as _, SqliteConnection};
use std::{fs, path::Path};

/// Writes a row of each kind of evidence, some twice.
async fn story(path: &Path) -> Outcome {
    let mut journal = Journal::open(path, &deployment()?, ACCOUNT).await?;
    for nonce in 1..=3 {
        let (digest, bytes, entry) = envelope(Council::Policy, nonce, 1_000);
        journal.accept(digest, &bytes, &entry, 10).await?;
    }
    let tx = Prepared { bytes: vec![7; 9], hash: [8; 32], nonce: 0, born: 5, dies: 69 };
    journal.prepared(&tx, &[2, 1], 11).await?;
    let applied = Decided { tx: Some(1), block: Some(6), seq: Some(3), ..Decided::of(Verdict::Applied) };
    let refused = Decided { refusal: Some(404), reason: Some("no".into()), ..Decided::of(Verdict::Refused) };
    let after = [(2, After::Decided(applied)), (1, After::Decided(refused.clone()))];
    journal.end(1, End::Succeeded(6), None, &after, 12).await?;
    journal.decided(3, &refused, 13).await?;
    Ok(journal.close().await?)
}

/// Changes a journal as somebody does who has the file and drops the triggers first.
async fn tamper(path: &Path, change: &str) -> Outcome {
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetch_all(&mut file).await?;
    let drops: String = triggers.iter().map(|name| format!("DROP TRIGGER {name};")).collect();
    sqlx::raw_sql("PRAGMA foreign_keys = OFF").execute(&mut file).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("{drops}{change}"))).execute(&mut file).await?;
    Ok(file.close().await?)
}

#[tokio::test]
async fn every_change_of_the_evidence_is_named() -> Outcome {
    let home = tempfile::tempdir()?;
    let [path, changed] = ["relayer.db", "changed.db"].map(|name| home.path().join(name));
    story(&path).await?;
    assert_eq!(count(&path, "SELECT count(*) FROM trail").await?, 1 + 3 + 1 + 2 + 1 + 3);
    let swap = "UPDATE trail SET seq = -1 WHERE seq = 2; UPDATE trail SET seq = 2 WHERE seq = 3; UPDATE trail SET seq = 3 WHERE seq = -1;";
    for (change, said) in [
        ("UPDATE attempts SET bytes = x'00' WHERE id = 2", "attempt 2 was changed"),
        ("UPDATE attempts SET at = 11 WHERE id = 1", "attempt 1 was changed"),
        ("UPDATE transactions SET nonce = 1", "transaction 1 was changed"),
        ("UPDATE carried SET attempt = 3 WHERE place = 1", "attempt 1 of transaction 1 was changed"),
        ("UPDATE ended SET kind = 'failed'", "the end of transaction 1 was changed"),
        ("UPDATE outcomes SET refusal = 405 WHERE attempt = 3", "the outcome of attempt 3 was changed"),
        ("UPDATE outcomes SET reason = NULL WHERE attempt = 3", "the outcome of attempt 3 was changed"),
        ("UPDATE outcomes SET reason = '' WHERE attempt = 2", "the outcome of attempt 2 was changed"),
        ("DELETE FROM outcomes WHERE attempt = 3", "the outcome of attempt 3 is gone"),
        ("DELETE FROM carried WHERE place = 0", "attempt 0 of transaction 1 is gone"),
        ("DELETE FROM attempts WHERE id = 3", "attempt 3 is gone"),
        ("UPDATE attempts SET id = 9 WHERE id = 3", "attempt 3 is gone"),
        (
            "INSERT INTO attempts VALUES (4, 'ab', x'01', 9)",
            "attempts has rows that are not on the trail, or one twice",
        ),
        (
            "INSERT INTO outcomes SELECT 9, state, refusal, reason, tx, block, seq, at FROM outcomes WHERE attempt = 3",
            "outcomes has rows that are not on the trail, or one twice",
        ),
        ("DELETE FROM trail WHERE seq = 10", "outcomes has rows that are not on the trail, or one twice"),
        ("DELETE FROM trail WHERE seq = 10; DELETE FROM outcomes WHERE attempt = 3", "the trail was changed"),
        ("DELETE FROM trail WHERE seq = 4", "leaf 4 of the trail is gone"),
        ("DELETE FROM trail", "attempts has rows that are not on the trail, or one twice"),
        (swap, "the trail was changed"),
        ("UPDATE trail SET leaf = zeroblob(32) WHERE seq = 5", "attempt 0 of transaction 1 was changed"),
        ("UPDATE trail SET leaf = zeroblob(32) WHERE seq = 0", "its first leaf was changed"),
        ("UPDATE trail SET row = 4 WHERE seq = 0", "its first leaf was changed"),
        ("UPDATE trail SET kind = 0 WHERE seq = 3", "the trail was changed"),
        ("UPDATE frontier SET hashes = zeroblob(96)", "the trail was changed"),
        ("UPDATE frontier SET hashes = zeroblob(95)", "the trail's frontier was changed"),
        ("UPDATE frontier SET size = 10", "the trail's frontier was changed"),
        ("DELETE FROM frontier", "the trail's frontier was changed"),
    ] {
        back_up(&path, &changed).await?;
        tamper(&changed, change).await?;
        let before = fs::read(&changed)?;
        let opened = Journal::open(&changed, &deployment()?, ACCOUNT).await;
        let Err(RelayerError::BrokenTrail(what)) = &opened else { return Err(format!("{change}: {opened:?}").into()) };
        assert_eq!(what, said, "{change}");
        assert_eq!(opened.map_err(|error| error.exit_code()).err(), Some(7));
        assert_eq!(fs::read(&changed)?, before, "evidence stays as it is: {change}");
        fs::remove_file(&changed)?;
        for end in ["-wal", "-shm", "-lock"] {
            let _ = fs::remove_file(home.path().join(format!("changed.db{end}")));
        }
    }
    // Untouched it opens, and what only waits may change.
    back_up(&path, &changed).await?;
    tamper(&changed, "DELETE FROM queue").await?;
    Journal::open(&changed, &deployment()?, ACCOUNT).await?.close().await?;
    Ok(())
}

/// The leaves and the root by the document, made by hand.
#[tokio::test]
async fn leaves_are_the_bytes_that_the_document_describes() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    story(&path).await?;
    let integer = |value: i64| [&[1][..], &value.to_be_bytes()].concat();
    let sized = |class: u8, value: &[u8]| {
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        [&[class][..], &length.to_be_bytes(), value].concat()
    };
    let text = |value: &str| sized(2, value.as_bytes());
    let null = vec![0];
    let mut leaves =
        vec![[vec![0], integer(0), text(&"11".repeat(32)), text(&"44".repeat(32)), text(&"09".repeat(32))].concat()];
    for nonce in 1..=3_u8 {
        let (digest, bytes, _) = envelope(Council::Policy, nonce.into(), 1_000);
        leaves
            .push([vec![1], integer(nonce.into()), text(&digest.to_string()), sized(3, &bytes), integer(10)].concat());
    }
    leaves.push(
        [
            vec![2],
            integer(1),
            text(&"08".repeat(32)),
            integer(0),
            integer(5),
            integer(69),
            sized(3, &[7; 9]),
            integer(11),
        ]
        .concat(),
    );
    leaves.push([vec![3], integer(1), integer(0), integer(2)].concat());
    leaves.push([vec![3], integer(1), integer(1), integer(1)].concat());
    leaves.push([vec![4], integer(1), text("succeeded"), integer(6), null.clone(), integer(12)].concat());
    let applied = [text("applied"), null.clone(), null.clone(), integer(1), integer(6), integer(3)].concat();
    let refused = [text("refused"), integer(404), text("no"), null.clone(), null.clone(), null].concat();
    leaves.push([vec![5], integer(2), applied, integer(12)].concat());
    leaves.push([vec![5], integer(1), refused.clone(), integer(12)].concat());
    leaves.push([vec![5], integer(3), refused, integer(13)].concat());
    let mut frontier = Frontier::new();
    for leaf in &leaves {
        frontier.push(leaf_hash(leaf))?;
    }
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("SELECT leaf FROM trail ORDER BY seq").fetch_all(&mut file).await?;
    assert_eq!(stored, leaves.iter().map(|leaf| leaf_hash(leaf).bytes().to_vec()).collect::<Vec<_>>());
    let (size, hashes): (i64, Vec<u8>) =
        sqlx::query_as("SELECT size, hashes FROM frontier").fetch_one(&mut file).await?;
    assert_eq!(u64::try_from(size), Ok(frontier.size()));
    assert_eq!(hashes, frontier.hashes().iter().flat_map(|hash| *hash.bytes()).collect::<Vec<_>>());
    file.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_journal_of_the_second_format_gets_a_trail_of_what_it_holds() -> Outcome {
    let home = tempfile::tempdir()?;
    let [path, copy] = ["relayer.db", "copy.db"].map(|name| home.path().join(name));
    let (digest, bytes, entry) = envelope(Council::Policy, 1, 1_000);
    let fill = format!(
        "INSERT INTO attempts VALUES (1, '{digest}', x'{bytes}', 50), (2, '{digest}', x'{bytes}', 51);
         {queue}
         INSERT INTO queue (attempt, envelope, signer, expiry, priority) VALUES (2, '{digest}', '{signer}', 1000, 1);
         INSERT INTO outcomes VALUES (1, 'failed', NULL, 'given up', NULL, NULL, NULL, 52);
         PRAGMA application_id = 0x47534a32;",
        bytes = hex::encode(&bytes),
        queue = include_str!("../../migrations/queue.sql"),
        signer = entry.signer,
    );
    first_format(&path, &fill).await?;
    assert_eq!(Journal::kind(&path, &deployment()?, ACCOUNT).await?, Kind::Earlier);
    back_up(&path, &copy).await?;
    assert_eq!(Journal::kind(&copy, &deployment()?, ACCOUNT).await?, Kind::Earlier, "a copy is what it was");
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    assert_eq!(journal.load(&entry.signer).await?.open, 1);
    journal.decided(2, &Decided::of(Verdict::Failed), 60).await?;
    journal.close().await?;
    assert_eq!(
        count(&path, "SELECT row FROM trail WHERE seq = 0").await?,
        3,
        "the first fact: rows that were carried over"
    );
    assert_eq!(count(&path, "SELECT count(*) FROM trail").await?, 5);
    Journal::open(&path, &deployment()?, ACCOUNT).await?.close().await?;
    tamper(&path, "UPDATE outcomes SET reason = 'lost' WHERE attempt = 1").await?;
    let opened = Journal::open(&path, &deployment()?, ACCOUNT).await;
    assert!(
        matches!(&opened, Err(RelayerError::BrokenTrail(what)) if what == "the outcome of attempt 1 was changed"),
        "{opened:?}"
    );
    Ok(())
}
