//! What `docs/by-hand.md` tells people to type works, line by line, from keys to the verification of everything.

use std::{fs, net::TcpListener, path::Path, process::Command};

use greatseal_tests::{Outcome, program::command, world::artefact};

const PAGE: &str = include_str!("../../../docs/by-hand.md");
/// Ends what the page starts in the background.
const HEAD: &str = "set -eu\ntrap 'kill $(jobs -p)' EXIT\n";

#[test]
fn the_page_works_as_it_is_written() -> Outcome {
    let folder = tempfile::tempdir()?;
    let ports = [port()?, port()?, port()?];
    let [node, relayer, indexer] = ports.map(|port| format!("127.0.0.1:{port}"));
    // Everybody's default ports may be taken: the page's own lines, elsewhere.
    let script: String = blocks().skip(1).collect();
    let script = script
        .replace("127.0.0.1:9944", &node)
        .replace("greatseal-relayer ", &format!("greatseal-relayer --listen {relayer} "))
        .replace("greatseal-indexer ", &format!("greatseal-indexer --listen {indexer} "));
    assert!(script.contains("greatseal audit verify") && script.matches("--listen").count() == 3, "{script}");
    fs::write(folder.path().join("page.sh"), format!("{HEAD}{script}"))?;
    let program = command("greatseal", folder.path())?;
    let programs = Path::new(program.get_program()).parent().ok_or("no folder of programs")?;
    let path = format!("{}:{}", programs.display(), std::env::var("PATH")?);
    // The page waits for services to be ready: one that ends instead must not hold the tests up.
    let answer = Command::new("timeout")
        .args(["300", "bash", "page.sh"])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("repository", artefact().join("../../..").canonicalize()?)
        .env("XDG_STATE_HOME", folder.path())
        .env("GREATSEAL_NODE", format!("ws://{node}"))
        .env("GREATSEAL_RELAYER", format!("http://{relayer}"))
        .env("GREATSEAL_INDEXER", format!("http://{indexer}"))
        .env_remove("GREATSEAL_DEPLOYMENT")
        .output()?;
    let (said, complained) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    assert!(answer.status.success(), "{said}\n{complained}");
    for wants in ["proposal     1.E0.0", "paused      everything until", "verified     yes"] {
        assert!(said.contains(wants), "{wants}: {said}");
    }
    Ok(())
}

/// The page's commands; the first block builds the programs.
fn blocks() -> impl Iterator<Item = &'static str> {
    PAGE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next())
}

fn port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
