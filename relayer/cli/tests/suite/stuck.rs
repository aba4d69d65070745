//! A token whose module does not come back from a call.

use super::private;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .current_dir(folder)
        .env("SOFTHSM2_CONF", folder.join("softhsm2.conf"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("GREATSEAL_FAULTS", folder)
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn rule_21_a_command_with_a_call_that_hangs_ends_with_6() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("tokens")).unwrap();
    let tokens = folder.join("tokens");
    fs::write(folder.join("softhsm2.conf"), format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../signing/tests/faulty.c");
    assert!(run(folder, "cc", &["-shared", "-fPIC", "-o", "faulty.so", source, "-ldl"]).status.success());
    let initialise = ["--init-token", "--free", "--label", "E0", "--pin", "1234", "--so-pin", "31415926"];
    assert!(run(folder, "softhsm2-util", &initialise).status.success());
    private(folder, "pin", b"1234\n");
    private(folder, "C_Login", b"hang");
    let began = Instant::now();
    let module = folder.join("faulty.so");
    let list = ["key", "list", "--token", "E0", "--pin-file", "pin", "--module", module.to_str().unwrap()];
    let ended = run(folder, env!("CARGO_BIN_EXE_greatseal"), &list);
    assert_eq!(ended.status.code(), Some(6), "{ended:?}");
    assert!(String::from_utf8_lossy(&ended.stderr).contains("no answer in time"), "{ended:?}");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    fs::remove_file(folder.join("C_Login")).unwrap();
    let ended = run(folder, env!("CARGO_BIN_EXE_greatseal"), &list);
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}
