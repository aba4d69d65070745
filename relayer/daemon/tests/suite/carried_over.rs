//! A journal of the format before is carried over with all that it holds, and what is open in it goes on.

use super::made::{ACCOUNT, Outcome, count, deployment, envelope, first_format};
use greatseal_protocol::council::Council;
use greatseal_relayer::journal::{Journal, Kind, Verdict};

#[tokio::test]
async fn what_is_open_goes_on_and_what_is_decided_stays() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    let made: Vec<_> = (1..=4).map(|nonce| envelope(Council::Policy, nonce, 1_000 + nonce)).collect();
    let rows: String = made
        .iter()
        .zip(1..)
        .map(|((digest, bytes, _), id)| {
            format!("INSERT INTO attempts VALUES ({id}, '{digest}', x'{}', 50);", hex::encode(bytes))
        })
        .collect();
    // One is applied, one was refused by a dry run, one is in flight, one waits; and a transaction ended in vain before.
    let fill = format!(
        "{rows}
         INSERT INTO transactions VALUES (1, '{a}', 0, 10, 74, x'01', 51), (2, '{b}', 1, 20, 84, x'02', 52),
                                         (3, '{c}', 2, 30, 94, x'03', 53);
         INSERT INTO carried VALUES (1, 0, 1), (2, 0, 3), (3, 0, 3);
         INSERT INTO ended VALUES (1, 'succeeded', 11, NULL, 60), (2, 'refused', NULL, 'Immediately Dropped', 61);
         INSERT INTO outcomes VALUES (1, 'applied', NULL, NULL, 1, 11, 5, 60), (2, 'refused', 404, 'no', NULL, NULL, NULL, 60);",
        a = "aa".repeat(32),
        b = "bb".repeat(32),
        c = "cc".repeat(32),
    );
    first_format(&path, &fill).await?;
    assert_eq!(Journal::kind(&path, &deployment()?, ACCOUNT).await?, Kind::Earlier);

    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    let sent = journal.in_flight().await?.ok_or("nothing is in flight")?;
    assert_eq!((sent.tx, sent.nonce, sent.born, sent.dies, sent.bytes.as_slice()), (3, 2, 30, 94, &[3][..]));
    let due = journal.due(0).await?;
    assert_eq!(due.iter().map(|pending| pending.attempt).collect::<Vec<_>>(), [4]);
    assert_eq!(due[0].bytes, made[3].1);
    let load = journal.load(&made[0].2.signer).await?;
    assert_eq!((load.open, load.in_flight, load.of_signer), (2, 1, 2));
    assert_eq!(journal.expired(1_004).await?.len(), 1, "the one in flight is not decided by the clock");
    let known = journal.latest(made[0].0).await?.ok_or("forgotten")?;
    assert_eq!(known.outcome.map(|outcome| (outcome.verdict, outcome.seq)), Some((Verdict::Applied, Some(5))));
    journal.close().await?;

    assert_eq!(Journal::kind(&path, &deployment()?, ACCOUNT).await?, Kind::Ours);
    assert_eq!(count(&path, "SELECT count(*) FROM attempts").await?, 4);
    assert_eq!(count(&path, "SELECT count(*) FROM ended WHERE kind = 'refused'").await?, 1, "evidence stays as it was");
    let mut again = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    assert_eq!(again.load("").await?.open, 2, "carried over once");
    again.close().await?;
    Ok(())
}

#[tokio::test]
async fn an_attempt_that_cannot_be_read_is_carried_over_too() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    let fill = format!("INSERT INTO attempts VALUES (1, '{}', x'ff', 50);", "ab".repeat(32));
    first_format(&path, &fill).await?;
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    assert_eq!(journal.due(0).await?.len(), 1);
    journal.close().await?;
    Ok(())
}
