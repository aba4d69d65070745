//! Backups: one moment, whole or not at all, and from one database into the other.

use crate::places::{ONE, Spot, TWO, add, texts};
use greatseal_store::{Archive, BackupError, query};

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
            let restored = archive.restore(&to.place, &TWO).await.unwrap();
            assert_eq!(restored, copied);
            let database = to.open(&TWO).await.unwrap();
            assert_eq!(texts(&database).await, expected);
            assert_eq!(database.one::<i64>(query("SELECT next FROM counter")).await.unwrap(), 7);
            add(&database, 9000, "after it was restored").await.unwrap();
            database.close().await;
            let again = archive.restore(&to.place, &TWO).await.unwrap_err();
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
            let refused = archive.restore(&to.place, &ONE).await.unwrap_err();
            assert!(matches!(refused, BackupError::NotWhole { .. }), "{refused}");
            to.open(&ONE).await.unwrap().close().await;
        }
    }
    std::fs::write(&path, whole).unwrap();
    for to in Spot::both() {
        let refused = archive.restore(&to.place, &TWO).await.unwrap_err();
        assert!(matches!(refused, BackupError::OtherVersion { found: 1, known: 2, .. }), "{refused}");
        // Nothing is left of the attempt.
        archive.restore(&to.place, &ONE).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_backed_up_of_nothing() {
    for spot in Spot::both() {
        let refused = Archive::at(spot.home.path().join("backup")).write(&spot.place, &ONE).await.unwrap_err();
        assert!(matches!(refused, BackupError::Nothing { .. }), "{refused}");
    }
}
