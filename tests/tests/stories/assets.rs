//! One asset has one hash, in whichever spelling a command or a file names it; one that is mistyped has none.

use greatseal_tests::{
    Outcome,
    acts::economics,
    world::{Options, World},
};
use serde_json::json;
use std::fs;

/// EIP-55's capitals, the same in lower case, and with another last digit.
const WRITTEN: &str = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const LOWER: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";
const MISTYPED: &str = "0xdAC17F958D2ee523a2206206994597C13D831ec8";

fn write(world: &World, name: &str, changes: &[(&str, &str)]) -> Outcome {
    let mut economics = economics();
    for (field, value) in changes {
        economics[*field] = json!(value);
    }
    Ok(fs::write(world.file(name), economics.to_string())?)
}

#[tokio::test]
async fn two_spellings_of_an_asset_are_one_asset() -> Outcome {
    let world = World::start(Options::default()).await?;
    let mut sources = Vec::new();
    for (file, address) in [("written.json", WRITTEN), ("lower.json", LOWER)] {
        write(&world, file, &[("source", &format!("eip155:1/erc20:{address}"))])?;
        world.escalate("route:1").await?.done()?;
        let id = world.opened(world.propose("M0", &["route", "--route", "1", "--economics", file]).await?).await?;
        let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
        let source = &shown["action"]["bridge"]["set-route"]["economics"]["source"];
        assert!(source.is_string(), "no source in {shown}");
        sources.push(source.clone());
    }
    assert_eq!(sources[0], sources[1]);
    // Every command that names an asset reads it with the same rules.
    let typo = format!("asset:eip155:1/erc20:{MISTYPED}");
    for answer in [
        world.propose("S0", &["register", &typo]).await?,
        world.propose("S0", &["revoke", &typo, "--reason", "why"]).await?,
        world.greatseal(&["registry", "show", &typo]).await?,
    ] {
        assert!(answer.code == 3 && answer.stderr.contains("the capitals are not those of EIP-55"), "{answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn economics_that_somebody_mistyped_are_refused_with_the_field() -> Outcome {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    let typo = format!("eip155:1/erc20:{MISTYPED}");
    let cases: &[(&str, &str, &str)] = &[
        ("source", &typo, "source: `eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec8` has a typing error"),
        ("destination", "eip155:010/slip44:60", "destination: `eip155:010/slip44:60` names no chain"),
        ("rate_until", "4000000000000", "rate_until: 4000000000000 is in the year 128"),
        ("tx_max", "+1000", "tx_max: `+1000` is no whole number"),
        ("large", "0900", "large: `0900` has a zero in front"),
        ("tx_min", "1001", "tx_min 1001 is above tx_max 1000"),
        ("rate_until", "1600000000", "is not before rate_until, 2020-09-13"),
        ("rate_den", "0", "rate_den is 0"),
    ];
    for (field, value, reason) in cases {
        write(&world, "wrong.json", &[(field, value)])?;
        let answer = world.propose("M0", &["route", "--route", "1", "--economics", "wrong.json"]).await?;
        assert!(answer.code == 3 && answer.stderr.contains(reason), "{field} {value}: {answer:?}");
    }
    fs::write(world.file("wrong.json"), format!("\u{FEFF}{}", economics()))?;
    let answer = world.propose("M0", &["route", "--route", "1", "--economics", "wrong.json"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("byte order mark"), "{answer:?}");
    let answer =
        world.order("O0", &["bridge", "authorize", "1", "--account", &"10".repeat(32), "--amount", "+5"]).await?;
    assert_eq!(answer.code, 3, "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn the_files_of_people_are_read_by_one_reader() -> Outcome {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    for file in ["seats.json", "deployment.json", "why.json"] {
        let text = fs::read_to_string(world.file(file))?;
        fs::write(world.file(&format!("bom-{file}")), format!("\u{FEFF}{text}"))?;
        fs::write(world.file(&format!("nul-{file}")), format!("\n\n{}\0", text.trim_end()))?;
    }
    fs::write(world.file("bom-list.txt"), format!("\u{FEFF}{}\n", "10".repeat(32)))?;
    fs::write(world.file("long-list.txt"), format!("\n{}\n", "1".repeat(2000)))?;
    fs::write(world.file("bad-list.txt"), format!("# served\nnobody\n{}\n0x\n", "10".repeat(32)))?;
    fs::write(world.file("bom-table.toml"), "\u{FEFF}[[row]]\n")?;
    let pause = greatseal_tests::acts::pause("everything");
    let documented = |document| {
        [
            &["governance", "propose", "--document", document][..],
            &["--token", "E0", "--pin-file", "pins/E0", "--yes"],
            &pause,
        ]
        .concat()
    };
    let artefact = greatseal_tests::world::artefact().display().to_string();
    let deploy = |seats| vec!["deploy", "--seats", seats, "--artefact", &artefact, "--out", "new.json"];
    for (args, reason) in [
        (documented("bom-why.json"), "byte order mark"),
        (documented("nul-why.json"), "line 3, column"),
        (vec!["--deployment", "bom-deployment.json", "status"], "byte order mark"),
        (vec!["--deployment", "nul-deployment.json", "status"], "a NUL byte"),
        (deploy("bom-seats.json"), "byte order mark"),
        (deploy("nul-seats.json"), "a NUL byte"),
        (vec!["bridge", "list", "bom-list.txt"], "byte order mark"),
        (vec!["bridge", "list", "long-list.txt"], "line 2: longer than 1024 bytes"),
        (vec!["bridge", "list", "bad-list.txt"], "line 2: `nobody` is no account; line 4: `0x` is no account"),
        (vec!["bridge", "carried", "bom-list.txt"], "line 1: begins with a byte order mark"),
        (vec!["bridge", "carried", "bad-list.txt"], "line 1: column 1: expected value"),
        (vec!["policy", "check", "bom-table.toml"], "byte order mark"),
    ] {
        let answer = world.greatseal(&args).await?;
        assert!(answer.code == 3 && answer.stderr.contains(reason), "{args:?}: {answer:?}");
    }
    Ok(())
}
