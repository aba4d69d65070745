//! Whose a journal is, who writes it, and which copies are whole.

use super::made::{ACCOUNT, Outcome, count, deployment, envelope, is};
use greatseal_protocol::council::Council;
use greatseal_relayer::{
    error::RelayerError,
    journal::{Journal, Kind, back_up},
};
use sqlx::{Connection as _, SqliteConnection};
use std::fs;

#[tokio::test]
async fn one_account_has_one_writer_and_others_may_read() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    let link = home.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link)?;
    for name in [&path, &link] {
        let second = Journal::open(name, &deployment()?, ACCOUNT).await;
        assert!(is(&second, |error| matches!(error, RelayerError::JournalInUse(_))), "{second:?}");
    }
    assert_eq!(Journal::kind(&path, &deployment()?, ACCOUNT).await?, Kind::Ours);
    let (digest, bytes, entry) = envelope(Council::Policy, 1, 100);
    journal.accept(digest, &bytes, &entry, 1).await?;
    assert_eq!(count(&path, "SELECT count(*) FROM attempts").await?, 1, "an operator may look");
    journal.accept(digest, &bytes, &entry, 2).await?;
    journal.close().await?;
    Journal::open(&path, &deployment()?, ACCOUNT).await?.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_backup_of_a_running_journal_is_whole_and_a_copy_of_its_file_is_refused() -> Outcome {
    let home = tempfile::tempdir()?;
    let [path, copy, backup] = ["relayer.db", "copy.db", "backup.db"].map(|name| home.path().join(name));
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    let (digest, bytes, entry) = envelope(Council::Policy, 1, 100);
    journal.accept(digest, &bytes, &entry, 1).await?;
    fs::copy(&path, &copy)?;
    back_up(&path, &backup).await?;
    let again = back_up(&path, &backup).await;
    assert!(is(&again, |error| matches!(error, RelayerError::NoBackup { .. })), "nothing is replaced: {again:?}");

    let torn = Journal::open(&copy, &deployment()?, ACCOUNT).await;
    assert!(is(&torn, |error| matches!(error, RelayerError::TornJournal(_))), "{torn:?}");
    let mut restored = Journal::open(&backup, &deployment()?, ACCOUNT).await?;
    assert!(restored.latest(digest).await?.is_some());
    restored.close().await?;

    // Killed, it goes on; closed, its file alone is whole.
    drop(journal);
    let mut journal = loop {
        match Journal::open(&path, &deployment()?, ACCOUNT).await {
            Err(RelayerError::JournalInUse(_)) => tokio::task::yield_now().await,
            other => break other?,
        }
    };
    assert!(journal.latest(digest).await?.is_some());
    journal.close().await?;
    let closed = home.path().join("closed.db");
    fs::copy(&path, &closed)?;
    let mut closed = Journal::open(&closed, &deployment()?, ACCOUNT).await?;
    assert!(closed.latest(digest).await?.is_some());
    closed.close().await?;
    Ok(())
}

#[tokio::test]
async fn what_is_no_journal_is_neither_opened_nor_backed_up() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("letter.db");
    fs::write(&path, "Dear reader, this is no database at all. ".repeat(9))?;
    let before = fs::read(&path)?;
    let opened = Journal::open(&path, &deployment()?, ACCOUNT).await;
    assert!(is(&opened, |error| matches!(error, RelayerError::ForeignJournal(_))), "{opened:?}");
    let copied = back_up(&path, &home.path().join("out.db")).await;
    assert!(is(&copied, |error| matches!(error, RelayerError::ForeignJournal(_))), "{copied:?}");
    assert_eq!(fs::read(&path)?, before);
    assert_eq!(fs::read_dir(home.path())?.count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_journal_that_somebody_else_locks_is_written_again_when_it_is_free() -> Outcome {
    let home = tempfile::tempdir()?;
    let path = home.path().join("relayer.db");
    let mut journal = Journal::open(&path, &deployment()?, ACCOUNT).await?;
    let (digest, bytes, entry) = envelope(Council::Policy, 1, 100);
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await?;
    let locked = journal.accept(digest, &bytes, &entry, 1).await;
    assert!(is(&locked, |error| matches!(error, RelayerError::Journal(_))), "{locked:?}");
    assert!(journal.latest(digest).await?.is_none(), "nothing was accepted");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await?;
    journal.accept(digest, &bytes, &entry, 2).await?;
    assert_eq!(journal.load("").await?.open, 1);
    other.close().await?;
    journal.close().await?;
    Ok(())
}
