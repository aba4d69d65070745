//! One writer: what it commits is there as a whole, and nobody else writes meanwhile.

use crate::places::{NOTES, ONE, Spot, add, texts};
use greatseal_store::{Data, Error, Insert, query};

#[tokio::test]
async fn a_second_writer_is_kept_out_until_the_first_has_ended() {
    for spot in Spot::both() {
        let first = spot.open(&ONE).await.unwrap();
        let refused = spot.open(&ONE).await.unwrap_err();
        assert!(matches!(refused, Error::InUse { .. }), "{refused}");
        first.close().await;
        spot.open(&ONE).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn a_server_keeps_out_a_writer_with_other_files() {
    let spot = Spot::server();
    let first = spot.open(&ONE).await.unwrap();
    let elsewhere =
        crate::places::place(spot.base.as_ref().unwrap(), "owner", None, spot.home.path().join("another.db"));
    let refused = greatseal_store::Database::open(&elsewhere, &ONE, Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }), "{refused}");
    first.close().await;
}

#[tokio::test]
async fn what_is_not_committed_is_not_there_and_the_next_transaction_is() {
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        let mut writing = database.write().await.unwrap();
        let note = query("INSERT INTO notes (number, text, bytes) VALUES (1, 'dropped', NULL)");
        writing.session().unwrap().execute(note).await.unwrap();
        drop(writing);
        add(&database, 1, "kept").await.unwrap();
        add(&database, 1, "again").await.unwrap_err();
        add(&database, 2, "after an error").await.unwrap();
        assert_eq!(texts(&database).await, ["kept", "after an error"]);
        database.close().await;
    }
}

#[tokio::test]
async fn a_reading_is_one_moment() {
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        add(&database, 1, "before").await.unwrap();
        let mut moment = database.read().await.unwrap();
        let count = || query("SELECT COUNT(*) FROM notes");
        assert_eq!(moment.session().one::<i64>(count()).await.unwrap(), 1);
        add(&database, 2, "after").await.unwrap();
        assert_eq!(moment.session().one::<i64>(count()).await.unwrap(), 1);
        drop(moment);
        assert_eq!(database.one::<i64>(count()).await.unwrap(), 2);
        database.close().await;
    }
}

#[tokio::test]
async fn readers_cannot_write() {
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        let note = query("INSERT INTO notes (number, text, bytes) VALUES (1, 'no', NULL)");
        database.read().await.unwrap().session().execute(note).await.unwrap_err();
        database.close().await;
    }
}

/// More rows than one statement takes on either database, with NULLs, empty and long values.
#[tokio::test]
async fn many_rows_are_added_at_once() {
    const COUNT: i64 = 20_003;
    let long = vec![7; 3_000_000];
    let bytes = |number: i64| match number % 3 {
        0 => None,
        1 => Some(&b""[..]),
        _ if number % 5000 == 2 => Some(&*long),
        _ => Some(&b"\x00\xff"[..]),
    };
    let text = |number: i64| (number % 2 == 0).then_some("it's \"quoted\", {1,2} and NULL");
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        let insert = || {
            let columns = vec![
                Data::ints(0..COUNT),
                Data::Texts((0..COUNT).map(text).collect()),
                Data::Blobs((0..COUNT).map(bytes).collect()),
            ];
            Insert::new(&NOTES, columns)
        };
        let mut writing = database.write().await.unwrap();
        writing.session().unwrap().insert(insert()).await.unwrap();
        writing.session().unwrap().insert(insert().keeping()).await.unwrap();
        writing.commit().await.unwrap();
        let rows: Vec<(i64, Option<String>, Option<Vec<u8>>)> =
            database.all(query("SELECT number, text, bytes FROM notes ORDER BY number")).await.unwrap();
        assert_eq!(rows.len(), usize::try_from(COUNT).unwrap());
        for (expected, (number, found, blob)) in (0..).zip(&rows) {
            assert_eq!((*number, found.as_deref(), blob.as_deref()), (expected, text(expected), bytes(expected)));
        }
        let mut writing = database.write().await.unwrap();
        writing.session().unwrap().insert(insert()).await.unwrap_err();
        drop(writing);
        database.close().await;
    }
}

#[tokio::test]
async fn a_column_of_another_type_is_told_from_a_database_that_fails() {
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        add(&database, 1, "text").await.unwrap();
        let wrong = database.one::<i64>(query("SELECT text FROM notes")).await.unwrap_err();
        assert!(wrong.undecodable(), "{wrong}");
        let failing = database.one::<i64>(query("SELECT nothing FROM notes")).await.unwrap_err();
        assert!(!failing.undecodable() && failing.trouble().is_none(), "{failing}");
        database.close().await;
    }
}
