//! What a step costs does not depend on the history.

use super::made::{ACCOUNT, Outcome, deployment, envelope, first_format};
use greatseal_protocol::council::Council;
use greatseal_relayer::journal::Journal;
use std::time::{Duration, Instant};

/// Finished attempts, each carried by a transaction of its own.
const HISTORY: u32 = 100_000;
/// The journal of the release before took 100 to 1800 ms here.
const MOST: Duration = Duration::from_millis(20);
const LOOKS: u32 = 50;

#[tokio::test]
async fn rule_45_a_step_costs_what_is_open_and_not_what_was() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    let fill = format!(
        "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {HISTORY}) SELECT i FROM n;
         INSERT INTO attempts SELECT i, printf('%064x', i), x'01', i FROM n;
         INSERT INTO transactions SELECT i, printf('%064x', i), i, i, i + 64, x'01', i FROM n;
         INSERT INTO carried SELECT i, 0, i FROM n;
         INSERT INTO ended SELECT i, 'succeeded', i + 1, NULL, i FROM n;
         INSERT INTO outcomes SELECT i, 'applied', NULL, NULL, i, i + 1, i, i FROM n;"
    );
    first_format(&path, &fill).await?;
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    for nonce in 0..64 {
        let (digest, bytes, entry) = envelope(Council::Policy, nonce, 1_000);
        journal.accept(digest, &bytes, &entry, 1).await?;
    }
    let (digest, _, entry) = envelope(Council::Policy, 7, 1_000);
    let since = Instant::now();
    for _ in 0..LOOKS {
        journal.tend().await?;
        assert!(journal.in_flight().await?.is_none());
        assert_eq!(journal.load(&entry.signer).await?.of_signer, 64);
        assert_eq!(journal.due(1).await?.len(), 64);
        assert!(journal.expired(999).await?.is_empty());
        assert!(journal.latest(digest).await?.is_some());
    }
    let each = since.elapsed() / LOOKS;
    assert!(each < MOST, "a step takes {each:?} with {HISTORY} attempts of history");
    journal.close().await?;
    Ok(())
}
