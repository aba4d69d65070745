//! Migrations: up from every version, each once, each whole, and never another one than was applied.

use crate::places::{BROKEN_TWO, ONE, OTHER_TWO, STRANGER, Spot, TWO, add, texts};
use greatseal_store::{Error, Look, Place, query};

#[tokio::test]
async fn a_new_database_begins_with_its_rows_and_the_newest_version() {
    for spot in Spot::both() {
        assert!(Look::at(&spot.place, &TWO).await.unwrap().is_none());
        let database = spot.open(&TWO).await.unwrap();
        assert_eq!(database.one::<i64>(query("SELECT next FROM counter")).await.unwrap(), 7);
        database.close().await;
        let look = Look::at(&spot.place, &TWO).await.unwrap().unwrap();
        assert_eq!(look.version(), 2);
        look.close().await.unwrap();
    }
}

#[tokio::test]
async fn an_older_database_is_migrated_and_keeps_what_it_holds() {
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        add(&database, 1, "kept").await.unwrap();
        database.close().await;
        let look = Look::at(&spot.place, &TWO).await.unwrap().unwrap();
        assert_eq!(look.version(), 1);
        look.close().await.unwrap();
        for _ in 0..2 {
            let database = spot.open(&TWO).await.unwrap();
            assert_eq!(texts(&database).await, ["kept"]);
            assert_eq!(database.one::<i64>(query("SELECT COUNT(*) FROM migrations")).await.unwrap(), 2);
            assert_eq!(database.one::<i64>(query("SELECT COUNT(*) FROM counter")).await.unwrap(), 1);
            database.close().await;
        }
    }
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    for spot in Spot::both() {
        spot.open(&TWO).await.unwrap().close().await;
        let refused = spot.open(&ONE).await.unwrap_err();
        assert!(matches!(refused, Error::Newer { known: 1, found: 2 }), "{refused}");
        assert!(matches!(Look::at(&spot.place, &ONE).await, Err(Error::Newer { .. })));
    }
}

#[tokio::test]
async fn a_migration_that_was_changed_is_refused() {
    for spot in Spot::both() {
        spot.open(&TWO).await.unwrap().close().await;
        let refused = spot.open(&OTHER_TWO).await.unwrap_err();
        assert!(matches!(refused, Error::OtherMigration { number: 2 }), "{refused}");
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    for spot in Spot::both() {
        let database = spot.open(&ONE).await.unwrap();
        add(&database, 1, "kept").await.unwrap();
        database.close().await;
        spot.open(&BROKEN_TWO).await.unwrap_err();
        let database = spot.open(&TWO).await.unwrap();
        assert_eq!(texts(&database).await, ["kept"]);
        database.all::<i64>(query("SELECT a FROM half")).await.unwrap_err();
        database.close().await;
    }
}

#[tokio::test]
async fn another_programs_database_is_left_as_it_is() {
    let spot = Spot::file();
    spot.open(&ONE).await.unwrap().close().await;
    let refused = spot.open(&STRANGER).await.unwrap_err();
    assert!(matches!(refused, Error::NotOurs { .. }), "{refused}");

    let spot = Spot::server();
    spot.base.as_ref().unwrap().sql("CREATE SCHEMA notebook; CREATE TABLE notebook.mine (a BIGINT)").unwrap();
    let refused = spot.open(&ONE).await.unwrap_err();
    assert!(matches!(refused, Error::NotOurs { .. }), "{refused}");
}

#[tokio::test]
async fn a_file_from_before_migrations_were_counted_is_version_1() {
    use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
    let spot = Spot::file();
    let Place::File(path) = &spot.place else { panic!("a file") };
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut old = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(ONE.migrations[0].sqlite).execute(&mut old).await.unwrap();
    sqlx::raw_sql("INSERT INTO notes VALUES (0, 'zeroth', NULL)").execute(&mut old).await.unwrap();
    let refused = Look::at(&spot.place, &TWO).await.err().unwrap();
    assert!(matches!(&refused, Error::OtherSchema { first: "first", found } if found == "zeroth"), "{refused}");
    // A name that says that migrations are counted, and no table that counts them.
    sqlx::raw_sql("UPDATE notes SET text = 'counted'").execute(&mut old).await.unwrap();
    assert!(matches!(Look::at(&spot.place, &TWO).await, Err(Error::NotOurs { .. })));
    sqlx::raw_sql("UPDATE notes SET text = 'first'").execute(&mut old).await.unwrap();
    old.close().await.unwrap();
    let database = spot.open(&TWO).await.unwrap();
    assert_eq!(texts(&database).await, ["first"]);
    let rows = database.one::<i64>(query("SELECT COUNT(*) FROM counter")).await.unwrap();
    assert_eq!(rows, 0, "it was no new one, and does not begin with anything");
    database.close().await;
    assert_eq!(Look::at(&spot.place, &TWO).await.unwrap().unwrap().version(), 2);
}
