//! The built program, as far as it comes without a chain.

use crate::history::History;
use std::{
    path::Path,
    process::{Command, Output},
};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_greatseal-indexer")).args(arguments).output().unwrap()
}

#[track_caller]
fn fails(output: &Output, exit: i32, code: &str) {
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{words}");
    assert!(words.contains("error: ") && words.contains(code) && words.contains("help: "), "{words}");
    assert!(output.stdout.is_empty());
}

#[test]
fn help_shows_an_example() {
    let help = run(&["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("greatseal-indexer --deployment deployment.json"));
}

#[test]
fn usage_is_2() {
    assert_eq!(run(&[]).status.code(), Some(2));
    assert_eq!(run(&["--nodes", "ws://127.0.0.1:1"]).status.code(), Some(2));
}

/// Whoever gives a password where none is taken must not find it in a log.
#[test]
fn an_address_that_is_not_taken_is_not_repeated() {
    for (switch, address) in [
        ("--database-url", "postgresql://me:hunter2@db.example/audit"),
        ("--database-url", "postgresql://me@db.example/audit?password=hunter2"),
        ("--database-url", "hunter2"),
        ("--node", "ws://me:hunter2@node.example"),
        ("--node", "http://hunter2.example"),
    ] {
        let output = run(&["--deployment", "d", "--database", "b", switch, address]);
        let words = [output.stdout, output.stderr].concat();
        let words = String::from_utf8_lossy(&words);
        assert_eq!(output.status.code(), Some(3), "{words}");
        assert!(words.contains(switch) && !words.contains("hunter2"), "{address}: {words}");
    }
}

/// Whoever sets them would say which authorities a server is trusted by. Nobody is asked.
#[test]
fn variables_that_name_authorities_are_refused_where_there_is_tls() {
    let home = tempfile::tempdir().unwrap();
    let (file, database) = (home.path().join("deployment.json"), home.path().join("audit"));
    std::fs::write(&file, serde_json::to_string(&*History::new(1).deployment).unwrap()).unwrap();
    for (variable, url, refused) in [
        ("SSL_CERT_FILE", "postgresql://me@127.0.0.1:1/audit", true),
        ("SSL_CERT_DIR", "postgresql://me@127.0.0.1:1/audit", true),
        ("SSL_CERT_FILE", "postgresql://me@127.0.0.1:1/audit?sslmode=disable", false),
    ] {
        let mut backup = Command::new(env!("CARGO_BIN_EXE_greatseal-indexer"));
        backup.args(["backup", "--to", "backup", "--database-url", url]).current_dir(&home);
        backup.arg("--deployment").arg(&file).arg("--database").arg(&database);
        let backup = backup.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
        let output = backup.env(variable, "/nowhere").output().unwrap();
        fails(&output, 1, "database_unopenable");
        assert_eq!(String::from_utf8_lossy(&output.stderr).contains(variable), refused, "{url}");
    }
}

#[test]
fn a_malformed_deployment_file_is_3() {
    let home = tempfile::tempdir().unwrap();
    let (file, database) = (home.path().join("deployment.json"), home.path().join("audit.db"));
    let start = || run(&arguments(&file, &database));
    fails(&start(), 3, "deployment_malformed");
    std::fs::write(&file, "{}").unwrap();
    fails(&start(), 3, "deployment_malformed");
    let mut sound = serde_json::to_value(&*History::new(1).deployment).unwrap();
    sound["extra"] = 1.into();
    std::fs::write(&file, sound.to_string()).unwrap();
    fails(&start(), 3, "deployment_malformed");
}

#[test]
fn an_unreachable_node_is_5_and_nothing_is_created() {
    let home = tempfile::tempdir().unwrap();
    let (file, database) = (home.path().join("deployment.json"), home.path().join("audit.db"));
    std::fs::write(&file, serde_json::to_string(&*History::new(1).deployment).unwrap()).unwrap();
    fails(&run(&arguments(&file, &database)), 5, "node_unreachable");
    assert!(!database.exists());
}

/// Nobody listens on port 1.
fn arguments<'a>(file: &'a Path, database: &'a Path) -> [&'a str; 8] {
    let (file, database) = (file.to_str().unwrap(), database.to_str().unwrap());
    ["--deployment", file, "--database", database, "--node", "ws://127.0.0.1:1", "--listen", "127.0.0.1:0"]
}
