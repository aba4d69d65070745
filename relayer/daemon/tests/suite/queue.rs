//! The queue: the urgent first, nobody in another's way, and evidence that only grows.

use super::made::{ACCOUNT, Outcome, count, deployment, envelope};
use greatseal_client::Prepared;
use greatseal_protocol::council::Council;
use greatseal_relayer::journal::{After, End, Journal, Outcome as Ended, Verdict, Waiting};

fn waiting(not_before: i64) -> Waiting {
    Waiting { code: "refused".into(), refusal: Some(404), reason: "no quorum".into(), block: 7, not_before }
}

#[tokio::test]
async fn the_emergency_council_goes_first_and_what_waits_is_passed_by() -> Outcome {
    let home = tempfile::tempdir()?;
    let mut journal = Journal::open(&home.path().join("relayer.db"), &deployment()?, ACCOUNT).await?;
    let (slow, slow_bytes, entry) = envelope(Council::Policy, 1, 1_000);
    journal.accept(slow, &slow_bytes, &entry, 1).await?;
    let (pause, pause_bytes, entry) = envelope(Council::Emergency, 2, 900);
    journal.accept(pause, &pause_bytes, &entry, 2).await?;
    let order =
        |due: Vec<greatseal_relayer::journal::Pending>| due.into_iter().map(|at| at.envelope).collect::<Vec<_>>();
    assert_eq!(order(journal.due(10).await?), [pause, slow]);

    journal.wait(2, &waiting(15)).await?;
    assert_eq!(order(journal.due(10).await?), [slow], "what the contract would refuse holds up nobody");
    let due = journal.due(15).await?;
    assert_eq!((due.len(), due[0].tries), (2, 1));
    let told = journal.latest(pause).await?.and_then(|attempt| attempt.open).and_then(|open| open.waiting);
    assert_eq!(told, Some(waiting(15)));
    journal.nudge(2).await?;
    assert_eq!(journal.due(10).await?.len(), 2);
    assert_eq!(journal.expired(899).await?, []);
    assert_eq!(journal.expired(900).await?.len(), 1);
    journal.close().await?;
    Ok(())
}

#[tokio::test]
async fn rule_44_waiting_is_no_outcome_and_leaves_no_row_of_evidence() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    let (digest, bytes, entry) = envelope(Council::Policy, 1, 1_000);
    journal.accept(digest, &bytes, &entry, 1).await?;
    for now in 0..100 {
        journal.wait(1, &waiting(now)).await?;
    }
    let tx = Prepared { bytes: vec![1], hash: [8; 32], nonce: 4, born: 10, dies: 74 };
    journal.prepared(&tx, &[1], 2).await?;
    assert_eq!(journal.due(i64::MAX).await?, [], "it is carried");
    assert!(journal.prepared(&tx, &[], 2).await.is_err(), "one transaction at a time");
    journal
        .end(1, End::Expired, Some("its era ended"), &[(1, After::Again { paid: false, waiting: waiting(0) })], 3)
        .await?;
    assert!(journal.in_flight().await?.is_none());
    assert!(journal.latest(digest).await?.is_some_and(|attempt| attempt.outcome.is_none()));
    journal.prepared(&tx, &[1], 4).await?;
    let applied = Ended { tx: Some(2), block: Some(80), seq: Some(3), ..Ended::of(Verdict::Applied) };
    journal.end(2, End::Succeeded(80), None, &[(1, After::Decided(applied.clone()))], 5).await?;
    assert_eq!(journal.latest(digest).await?.and_then(|attempt| attempt.outcome), Some(applied));
    assert_eq!(journal.load("").await?.open, 0);
    journal.close().await?;
    assert_eq!(count(&path, "SELECT count(*) FROM attempts").await?, 1);
    assert_eq!(count(&path, "SELECT count(*) FROM outcomes").await?, 1);
    Ok(())
}

/// Whoever floods the queue with envelopes that are refused must not keep one out that nobody has looked at yet.
#[tokio::test]
async fn what_was_looked_at_least_goes_first_and_a_clock_that_was_ahead_holds_nothing() -> Outcome {
    let home = tempfile::tempdir()?;
    let mut journal = Journal::open(&home.path().join("relayer.db"), &deployment()?, ACCOUNT).await?;
    for nonce in 0..3 {
        let (digest, bytes, entry) = envelope(Council::Emergency, nonce, 9_000);
        journal.accept(digest, &bytes, &entry, 1).await?;
    }
    let order = async |journal: &mut Journal, now| -> Outcome<Vec<i64>> {
        Ok(journal.due(now).await?.iter().map(|pending| pending.attempt).collect())
    };
    assert_eq!(order(&mut journal, 10).await?, [1, 2, 3]);
    journal.wait(1, &waiting(10)).await?;
    journal.wait(2, &waiting(40)).await?;
    assert_eq!(order(&mut journal, 10).await?, [3, 1], "the new one first, and what waits is passed by");
    // Written an hour ahead, and the clock was corrected then.
    journal.wait(2, &waiting(3_610)).await?;
    assert_eq!(order(&mut journal, 10).await?, [3, 1, 2]);
    journal.close().await?;
    Ok(())
}
