//! Backups: one moment, whole or not at all, and from one database into the other.

use crate::places::{ONE, Spot, TWO, add, place, texts};
use greatseal_store::{Archive, BackupError, query};
use sha2::{Digest as _, Sha256};

#[tokio::test]
async fn a_backup_is_restored_into_either_database_and_goes_on() {
    for from in Spot::both() {
        let database = from.open(&TWO).await.unwrap();
        for number in [0, 1, 2, 2998, 2999] {
            add(&database, number, &format!("note {number} ä")).await.unwrap();
        }
        let expected = texts(&database).await;
        let archive = Archive::at(from.home.path().join("backup"));
        // While the program is writing.
        let copied = archive.write(&from.place, &TWO).await.unwrap();
        assert_eq!(copied.rows, 6, "notes and the counter");
        add(&database, 9000, "after the backup").await.unwrap();
        database.close().await;
        for to in Spot::both() {
            let restored = archive.restore(&to.place, &TWO, &[]).await.unwrap();
            assert_eq!(restored, copied);
            let database = to.open(&TWO).await.unwrap();
            assert_eq!(texts(&database).await, expected);
            assert_eq!(database.one::<i64>(query("SELECT next FROM counter")).await.unwrap(), 7);
            add(&database, 9000, "after it was restored").await.unwrap();
            database.close().await;
            let again = archive.restore(&to.place, &TWO, &[]).await.unwrap_err();
            assert!(matches!(again, BackupError::NotEmpty { .. }), "{again}");
            // The same rows are the same bytes, whatever database they come from.
            let second = Archive::at(to.home.path().join("second"));
            let of_both = second.write(&to.place, &TWO).await.unwrap();
            assert_eq!(of_both.rows, copied.rows + 1);
        }
    }
}

#[tokio::test]
async fn both_databases_make_the_same_file() {
    let mut hashes = Vec::new();
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        for number in [3, 1, 2] {
            add(&database, number, "a note").await.unwrap();
        }
        database.close().await;
        hashes.push(Archive::at(spot.home.path().join("backup")).write(&spot.place, &ONE).await.unwrap());
    }
    assert_eq!(hashes[0], hashes[1]);
}

#[tokio::test]
async fn what_is_not_whole_is_not_restored() {
    let from = Spot::file();
    let database = from.open(&ONE).await.unwrap();
    add(&database, 1, "a note").await.unwrap();
    database.close().await;
    let path = from.home.path().join("backup");
    let archive = Archive::at(&path);
    archive.write(&from.place, &ONE).await.unwrap();
    let there = archive.write(&from.place, &ONE).await.unwrap_err();
    assert!(matches!(there, BackupError::File { .. }), "{there}");
    let whole = std::fs::read(&path).unwrap();
    let mut cases = vec![whole[..whole.len() - 1].to_vec(), whole[..40].to_vec(), Vec::new()];
    for place in [0, 20, 60, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        cases.push(changed);
    }
    for bytes in cases {
        std::fs::write(&path, bytes).unwrap();
        for to in Spot::both() {
            let refused = archive.restore(&to.place, &ONE, &[]).await.unwrap_err();
            assert!(matches!(refused, BackupError::NotWhole { .. }), "{refused}");
            nothing_is_left(&to);
            to.open(&ONE).await.unwrap().close().await;
        }
    }
    std::fs::write(&path, whole).unwrap();
    for to in Spot::both() {
        let refused = archive.restore(&to.place, &TWO, &[]).await.unwrap_err();
        assert!(matches!(refused, BackupError::OtherVersion { found: 1, known: 2, .. }), "{refused}");
        nothing_is_left(&to);
        // Nothing is left of the attempt.
        archive.restore(&to.place, &ONE, &[]).await.unwrap();
    }
}

/// Under a right hash: somebody has computed it anew.
#[tokio::test]
async fn bytes_behind_the_last_table_and_rows_that_are_cut_are_refused() {
    let from = Spot::file();
    let database = from.open(&ONE).await.unwrap();
    add(&database, 1, "a note").await.unwrap();
    database.close().await;
    let path = from.home.path().join("backup");
    let archive = Archive::at(&path);
    archive.write(&from.place, &ONE).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let body = &whole[..whole.len() - 32];
    for body in [[body, &[0]].concat(), [body, &[1; 40]].concat(), body[..body.len() - 1].to_vec()] {
        let hash = Sha256::digest(&body);
        std::fs::write(&path, [&*body, &*hash].concat()).unwrap();
        for to in Spot::both() {
            archive.restore(&to.place, &ONE, &[]).await.unwrap_err();
            nothing_is_left(&to);
            to.open(&ONE).await.unwrap().close().await;
        }
    }
}

#[tokio::test]
async fn a_backup_of_something_else_is_refused_before_anything_is_there() {
    for from in Spot::both() {
        let database = from.open(&ONE).await.unwrap();
        add(&database, -1, "ours").await.unwrap();
        database.close().await;
        let archive = Archive::at(from.home.path().join("backup"));
        archive.write(&from.place, &ONE).await.unwrap();
        for to in Spot::both() {
            for (what, value) in [("owner", "theirs"), ("colour", "ours")] {
                let refused = archive.restore(&to.place, &ONE, &[(what, value.to_owned())]).await.unwrap_err();
                assert!(matches!(refused, BackupError::OtherIdentity { .. }), "{refused}");
                nothing_is_left(&to);
            }
            archive.restore(&to.place, &ONE, &[("owner", "ours".to_owned())]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_account_that_may_make_no_tables_is_told_who_may() {
    let from = Spot::file();
    from.open(&ONE).await.unwrap().close().await;
    let archive = Archive::at(from.home.path().join("backup"));
    archive.write(&from.place, &ONE).await.unwrap();
    let to = Spot::server();
    let writer = place(to.base.as_ref().unwrap(), "writer", None, to.home.path().join("w.db"));
    let refused = archive.restore(&writer, &ONE, &[]).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotOwner { .. }), "{refused}");
    assert!(refused.help().contains("as the owner"));
}

/// Neither beside the place nor in it.
fn nothing_is_left(spot: &Spot) {
    let names = std::fs::read_dir(spot.home.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = names.filter(|name| *name != *"a.db.lock" && *name != *"backup").collect();
    assert!(names.is_empty(), "{names:?}");
    if let Some(base) = &spot.base {
        let there = "SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'notebook'";
        assert_eq!(base.sql(there).unwrap(), "0");
    }
}

#[tokio::test]
async fn nothing_is_backed_up_of_nothing() {
    for spot in Spot::both() {
        let refused = Archive::at(spot.home.path().join("backup")).write(&spot.place, &ONE).await.unwrap_err();
        assert!(matches!(refused, BackupError::Nothing { .. }), "{refused}");
    }
}
