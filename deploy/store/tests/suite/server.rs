//! What a server has and a file has not: accounts, passwords, sessions that are cut.

use crate::places::{ONE, Spot, TWO, add, birth, place, texts};
use greatseal_postgres::{Cluster, KNOWN, PASSWORD, ROTATED};
use greatseal_store::{Database, Error, Password, Place, Roles, Server, Trouble, query};
use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

async fn granted() -> (Spot, Place) {
    let spot = Spot::server();
    let database = spot.open(&ONE).await.unwrap();
    let roles = Roles { writers: vec!["writer".into()], readers: vec!["reader".into()] };
    database.grant(&ONE, &roles).await.unwrap();
    assert!(database.could_rewrite(&ONE).await.unwrap(), "the owner could");
    database.close().await;
    let writer = place(spot.base.as_ref().unwrap(), "writer", None, spot.home.path().join("w.db"));
    (spot, writer)
}

/// Tries a statement as an account, without anything of this crate between them; gives the server's state where it refuses.
async fn tries(spot: &Spot, account: &str, statement: &'static str) -> Option<String> {
    let url = spot.base.as_ref().unwrap().url(account);
    let options: PgConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let tried = sqlx::raw_sql(statement).execute(&mut connection).await;
    tried.err().map(|error| error.as_database_error().unwrap().code().unwrap().into_owned())
}

/// 42501 is PostgreSQL's state of missing rights: no trigger has been asked.
#[tokio::test]
async fn rule_26_the_writer_changes_and_removes_nothing_of_the_ledger() {
    let (spot, writer) = granted().await;
    let database = Database::open(&writer, &ONE, Vec::new()).await.unwrap();
    add(&database, 1, "kept").await.unwrap();
    assert!(!database.could_rewrite(&ONE).await.unwrap());
    for statement in [
        "UPDATE notebook.notes SET text = 'changed'",
        "DELETE FROM notebook.notes",
        "TRUNCATE notebook.notes",
        "DROP TABLE notebook.notes",
        "ALTER TABLE notebook.notes DISABLE TRIGGER ALL",
        "ALTER TABLE notebook.notes OWNER TO writer",
        "GRANT UPDATE ON notebook.notes TO writer",
        "CREATE TABLE notebook.more (a BIGINT)",
        "INSERT INTO notebook.counter VALUES (2, 2)",
        "UPDATE notebook.counter SET id = 2",
        "DELETE FROM notebook.counter",
        "UPDATE notebook.migrations SET program = ''",
        "INSERT INTO notebook.migrations VALUES (9, '', '')",
        "SET ROLE owner",
    ] {
        // GRANT without rights is a warning where one has some other right on the table.
        let state = tries(&spot, "writer", statement).await;
        let refused = state.as_deref() == Some("42501");
        assert!(refused || statement.starts_with("GRANT"), "{statement}: {state:?}");
    }
    let rights = "SELECT has_table_privilege('writer', 'notebook.notes', 'UPDATE')";
    assert_eq!(spot.base.as_ref().unwrap().sql(rights).unwrap(), "f");
    assert_eq!(tries(&spot, "writer", "UPDATE notebook.counter SET next = 8").await, None);
    assert_eq!(texts(&database).await, ["kept"]);
    let base = spot.base.as_ref().unwrap();
    // What somebody gave it besides is found.
    for (give, take) in [
        ("GRANT UPDATE (text) ON notebook.notes TO writer", "REVOKE UPDATE (text) ON notebook.notes FROM writer"),
        ("GRANT DELETE ON notebook.counter TO writer", "REVOKE DELETE ON notebook.counter FROM writer"),
        ("GRANT UPDATE (id) ON notebook.counter TO writer", "REVOKE UPDATE (id) ON notebook.counter FROM writer"),
        ("GRANT UPDATE ON notebook.migrations TO writer", "REVOKE UPDATE ON notebook.migrations FROM writer"),
    ] {
        base.sql(give).unwrap();
        assert!(database.could_rewrite(&ONE).await.unwrap(), "{give}");
        base.sql(take).unwrap();
        assert!(!database.could_rewrite(&ONE).await.unwrap(), "{take}");
    }
    database.close().await;
}

/// A role of its own: those of the cluster are used by other tests meanwhile.
#[tokio::test]
async fn whoever_may_become_the_owner_could_rewrite() {
    let (spot, _) = granted().await;
    let base = spot.base.as_ref().unwrap();
    let become_owner = "CREATE ROLE deputy LOGIN NOINHERIT; GRANT owner TO deputy; \
                        GRANT USAGE ON SCHEMA notebook TO deputy; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA notebook TO deputy";
    base.sql(become_owner).unwrap();
    let deputy = place(base, "deputy", None, spot.home.path().join("d.db"));
    let database = Database::open(&deputy, &ONE, Vec::new()).await.unwrap();
    assert!(database.could_rewrite(&ONE).await.unwrap());
    database.close().await;
}

#[tokio::test]
async fn readers_read_and_do_nothing_else() {
    let (spot, _) = granted().await;
    assert_eq!(tries(&spot, "reader", "SELECT * FROM notebook.notes").await, None);
    for statement in [
        "INSERT INTO notebook.notes VALUES (1, '', '')",
        "UPDATE notebook.counter SET next = 8",
        "DELETE FROM notebook.notes",
        "CREATE TABLE notebook.more (a BIGINT)",
        "CREATE TABLE public.more (a BIGINT)",
    ] {
        assert_eq!(tries(&spot, "reader", statement).await.as_deref(), Some("42501"), "{statement}");
    }
    // An account that was never named sees nothing.
    spot.base.as_ref().unwrap().sql("CREATE ROLE nobody LOGIN").unwrap();
    assert_eq!(tries(&spot, "nobody", "SELECT * FROM notebook.notes").await.as_deref(), Some("42501"));
}

/// A session whose client is gone would keep its lock for hours.
#[tokio::test]
async fn sessions_have_settings_of_their_own() {
    let spot = Spot::server();
    let database = spot.open(&ONE).await.unwrap();
    for (setting, value) in [
        ("client_connection_check_interval", "10s"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("synchronous_commit", "on"),
        ("search_path", "notebook,pg_temp"),
    ] {
        let shown = query("SELECT current_setting($1)").bind(setting);
        assert_eq!(database.one::<String>(shown).await.unwrap(), value, "{setting}");
    }
    database.close().await;
}

#[tokio::test]
async fn triggers_keep_the_owner_from_mistakes() {
    let (spot, _) = granted().await;
    for statement in ["UPDATE notebook.migrations SET program = ''", "TRUNCATE notebook.migrations"] {
        assert_eq!(tries(&spot, "owner", statement).await.as_deref(), Some("23001"), "{statement}");
    }
}

#[tokio::test]
async fn an_account_without_rights_does_not_create_or_migrate() {
    let (spot, writer) = granted().await;
    let refused = Database::open(&writer, &TWO, Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::NotMigrated { found: 1, known: 2, .. }), "{refused}");
    spot.open(&TWO).await.unwrap().close().await;
    Database::open(&writer, &TWO, Vec::new()).await.unwrap().close().await;

    let empty = Spot::server();
    let writer = place(empty.base.as_ref().unwrap(), "writer", None, empty.home.path().join("w.db"));
    let refused = Database::open(&writer, &ONE, birth()).await.unwrap_err();
    assert!(matches!(refused, Error::NotMigrated { found: 0, known: 1, .. }), "{refused}");
}

#[tokio::test]
async fn a_password_lets_in_and_is_in_no_error() {
    let spot = Spot::server();
    let base = spot.base.as_ref().unwrap();
    base.sql(&format!("GRANT CREATE ON DATABASE {} TO {KNOWN}", base.name)).unwrap();
    let files = || spot.home.path().join("k.db");
    for wrong in [None, Some("incorrect horse")] {
        let refused = Database::open(&place(base, KNOWN, wrong, files()), &ONE, birth()).await.unwrap_err();
        assert!(matches!(refused, Error::Unopenable { .. }), "{refused}");
        assert!(!format!("{refused} {refused:?}").contains("horse"));
    }
    let database = Database::open(&place(base, KNOWN, Some(PASSWORD), files()), &ONE, birth()).await.unwrap();
    assert!(!format!("{database:?}").contains("horse"));
    database.close().await;
}

#[tokio::test]
async fn a_session_that_is_cut_loses_its_lock_and_writes_nothing_while_another_has_it() {
    let spot = Spot::server();
    let base = spot.base.as_ref().unwrap();
    let first = spot.open(&ONE).await.unwrap();
    add(&first, 1, "first").await.unwrap();
    base.sql(CUT).unwrap();
    // Another machine, with files of its own.
    let elsewhere = place(base, "owner", None, spot.home.path().join("elsewhere.db"));
    let second = Database::open(&elsewhere, &ONE, Vec::new()).await.unwrap();
    let lost = add(&first, 2, "of the first").await.unwrap_err();
    assert_eq!(lost.trouble(), Some(Trouble::Lost), "{lost}");
    for _ in 0..2 {
        let kept_out = add(&first, 2, "of the first").await.unwrap_err();
        assert!(matches!(kept_out, Error::LockLost { .. }), "{kept_out}");
        assert_eq!(kept_out.trouble(), Some(Trouble::Busy));
    }
    add(&second, 2, "of the second").await.unwrap();
    assert_eq!(texts(&first).await, ["first", "of the second"], "whoever reads is answered");
    second.close().await;
    add(&first, 3, "of the first again").await.unwrap();
    first.close().await;
}

#[tokio::test]
async fn a_server_that_ends_is_waited_for_and_comes_back_with_what_was_committed() {
    let cluster = Cluster::start().unwrap();
    let base = cluster.database().unwrap();
    let home = tempfile::tempdir().unwrap();
    let place = place(&base, "owner", None, home.path().join("a.db"));
    let database = Database::open(&place, &ONE, birth()).await.unwrap();
    add(&database, 1, "before").await.unwrap();
    cluster.stop().unwrap();
    for _ in 0..2 {
        let lost = add(&database, 2, "meanwhile").await.unwrap_err();
        assert_eq!(lost.trouble(), Some(Trouble::Lost), "{lost}");
    }
    let lost = database.all::<i64>(query("SELECT number FROM notes")).await.unwrap_err();
    assert_eq!(lost.trouble(), Some(Trouble::Lost), "{lost}");
    cluster.resume().unwrap();
    tokio::time::timeout(Duration::from_secs(20), async {
        while add(&database, 2, "after").await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(texts(&database).await, ["before", "after"]);
    database.close().await;
}

#[tokio::test]
async fn a_server_that_does_not_keep_what_it_is_given_is_refused() {
    let cluster = Cluster::start().unwrap();
    let base = cluster.database().unwrap();
    let home = tempfile::tempdir().unwrap();
    cluster.sql("postgres", "ALTER SYSTEM SET full_page_writes = off").unwrap();
    cluster.sql("postgres", "SELECT pg_reload_conf()").unwrap();
    while cluster.sql("postgres", "SHOW full_page_writes").unwrap() != "off" {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let refused =
        Database::open(&place(&base, "owner", None, home.path().join("a.db")), &ONE, birth()).await.unwrap_err();
    assert!(matches!(refused, Error::Unsuitable { setting: "full_page_writes", .. }), "{refused}");
}

#[tokio::test]
async fn a_replica_is_not_written_to_and_waited_for_until_it_takes_over() {
    let cluster = Cluster::start().unwrap();
    let base = cluster.database().unwrap();
    let home = tempfile::tempdir().unwrap();
    let place = |name| place(&base, "owner", None, home.path().join(name));
    let database = Database::open(&place("a.db"), &ONE, birth()).await.unwrap();
    add(&database, 1, "before").await.unwrap();
    cluster.demote().unwrap();
    for _ in 0..3 {
        let kept_out = add(&database, 2, "meanwhile").await.unwrap_err();
        assert_eq!(kept_out.trouble(), Some(Trouble::Lost), "{kept_out}");
    }
    assert_eq!(texts(&database).await, ["before"], "whoever reads is answered");
    let refused = Database::open(&place("b.db"), &ONE, Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::Unsuitable { setting: "in_hot_standby", .. }), "{refused}");
    cluster.sql("postgres", "SELECT pg_promote()").unwrap();
    add(&database, 2, "after").await.unwrap();
    assert_eq!(texts(&database).await, ["before", "after"]);
    database.close().await;
}

#[tokio::test]
async fn what_stands_there_after_a_lost_connection_is_compared_with_what_was_opened() {
    let forged = "SET session_replication_role = replica; ";
    for (change, restored) in [
        ("UPDATE notebook.notes SET text = 'theirs' WHERE number < 0", true),
        ("DELETE FROM notebook.migrations", false),
        ("DROP SCHEMA notebook CASCADE", false),
    ] {
        let spot = Spot::server();
        let base = spot.base.as_ref().unwrap();
        let database = spot.open(&ONE).await.unwrap();
        add(&database, -1, "ours").await.unwrap();
        database.close().await;
        let database = spot.open(&ONE).await.unwrap();
        add(&database, 1, "first").await.unwrap();
        base.sql(CUT).unwrap();
        add(&database, 2, "the connection is lost").await.unwrap_err();
        add(&database, 2, "second").await.unwrap();
        base.sql(CUT).unwrap();
        base.sql(&format!("{forged}{change}")).unwrap();
        add(&database, 3, "the connection is lost").await.unwrap_err();
        for _ in 0..2 {
            let replaced = add(&database, 3, "third").await.unwrap_err();
            assert!(matches!(replaced, Error::Replaced { .. }), "{change}: {replaced}");
            assert_eq!(replaced.trouble(), None);
        }
        if restored {
            base.sql(&format!("{forged}UPDATE notebook.notes SET text = 'ours' WHERE number < 0")).unwrap();
            add(&database, 3, "third").await.unwrap();
        }
        database.close().await;
    }
}

#[tokio::test]
async fn a_password_that_was_changed_is_read_for_the_next_connection() {
    let spot = Spot::server();
    let base = spot.base.as_ref().unwrap();
    // An account of its own: `known` is used by other tests meanwhile.
    base.sql(&format!(
        "CREATE ROLE {ROTATED} LOGIN PASSWORD 'first'; GRANT CREATE ON DATABASE {} TO {ROTATED}",
        base.name
    ))
    .unwrap();
    let current = Arc::new(Mutex::new("first".to_owned()));
    let read = Arc::clone(&current);
    let password = Password::read_by(move || Ok(read.lock().unwrap().clone().into()));
    let url = base.url(ROTATED).parse().unwrap();
    let place = Place::Server(Server { url, password: Some(password), files: spot.home.path().join("r.db") });
    let database = Database::open(&place, &ONE, birth()).await.unwrap();
    add(&database, 1, "before").await.unwrap();
    base.sql(&format!("ALTER ROLE {ROTATED} PASSWORD 'second'")).unwrap();
    base.sql(CUT).unwrap();
    for _ in 0..2 {
        let lost = add(&database, 2, "with the old one").await.unwrap_err();
        assert_eq!(lost.trouble(), Some(Trouble::Lost), "{lost}");
    }
    "second".clone_into(&mut current.lock().unwrap());
    add(&database, 2, "after").await.unwrap();
    assert_eq!(texts(&database).await, ["before", "after"], "readers have it too");
    database.close().await;
}

#[tokio::test]
async fn an_account_without_a_right_is_told_so() {
    let (spot, writer) = granted().await;
    let base = spot.base.as_ref().unwrap();
    let database = Database::open(&writer, &ONE, Vec::new()).await.unwrap();
    base.sql("REVOKE INSERT ON notebook.notes FROM writer").unwrap();
    let refused = add(&database, 1, "no").await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden { .. }), "{refused}");
    // Without the schema its tables seem not to be there.
    base.sql("REVOKE USAGE ON SCHEMA notebook FROM writer").unwrap();
    let refused = database.all::<i64>(query("SELECT number FROM notes")).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden { .. }), "{refused}");
    database.close().await;
    let refused = Database::open(&writer, &ONE, Vec::new()).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden { .. }), "{refused}");
}

/// Ends all sessions of a database but one's own.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                   AND pid <> pg_backend_pid()";
