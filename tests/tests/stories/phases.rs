//! A council goes from one signature to two, and back: with real companions, through relayer, chain, indexer and audit.

use greatseal_tests::{
    Outcome,
    program::{Answer, run},
    tokens::write_secret,
    world::{Options, World},
};
use serde_json::json;
use std::{fs, time::Duration};

const HOUR: Duration = Duration::from_secs(3600);
const FOLDER: [&str; 4] = ["--sealed", "companions", "--passphrase-file", "companions-passphrase"];
const HEARTBEAT: [&str; 2] = ["seat", "heartbeat"];

#[tokio::test]
async fn a_council_becomes_hybrid_and_goes_back() -> Outcome {
    let world = World::start(Options::default()).await?;
    write_secret(&world.file("companions-passphrase"), "two keys are better than one\n")?;
    for seat in ["E0", "E1", "E2"] {
        let generate = ["key", "generate", "--purpose", "companion", "--label", seat];
        let made = world.greatseal(&[&generate[..], &FOLDER].concat()).await?.done()?;
        let named = both(&world, seat, seat, &["seat", "name-companion"]).await?.done()?;
        let companion = made["keys"][0]["companion"].as_str().ok_or("no companion")?;
        assert_eq!(named["companion"], companion);
    }
    for next in ["optional", "hybrid"] {
        let action = ["phase", "E", next, "--property-tests", "report.txt", "--performance", "report.txt"];
        world.decide("C0", &action, &["C0", "C1"], HOUR).await?;
    }
    let status = run(world.command(&["status"])?).await?;
    assert!(status.stdout.contains("Emergency: hybrid, back to optional until"), "{status:?}");

    // One signature is not enough, and neither is another seat's companion.
    for answer in [world.order("E0", &HEARTBEAT).await?, both(&world, "E0", "E1", &HEARTBEAT).await?] {
        assert!(answer.code != 0 && answer.stderr.contains("companion"), "{answer:?}");
    }
    both(&world, "E0", "E0", &HEARTBEAT).await?.done()?;

    // The evidence: what the relayer kept is exported, and whoever verifies misses a line that is gone.
    let export = ["audit", "export", "--out", "events", "--companions", "companions.hex"];
    world.greatseal(&export).await?.done()?;
    let verify = ["audit", "verify", "--bundle", "events"];
    let unchecked = world.greatseal(&verify).await?;
    assert!(unchecked.code == 10 && unchecked.stderr.contains("second signatures"), "{unchecked:?}");
    let companions = json!({ "given": false, "held": "0", "unchecked": "4" });
    assert_eq!(unchecked.json["companions"], companions, "{unchecked:?}");
    let checked = world.greatseal(&[&verify[..], &["--companions", "companions.hex"]].concat()).await?.done()?;
    assert_eq!(checked["companions"], json!({ "given": true, "held": "4", "unchecked": "0" }));
    let kept = fs::read_to_string(world.file("companions.hex"))?;
    let lines: Vec<&str> = kept.lines().collect();
    for without in 0..lines.len() {
        let fewer: String = (0..lines.len()).filter(|at| *at != without).map(|at| format!("{}\n", lines[at])).collect();
        fs::write(world.file("fewer.hex"), fewer)?;
        let answer = world.greatseal(&[&verify[..], &["--companions", "fewer.hex"]].concat()).await?;
        assert!(answer.code != 0 && answer.stderr.contains("no companion's signature is kept"), "{answer:?}");
    }
    // The last hexadecimal digit belongs to the companion's signature.
    let mut altered = kept.trim_end().to_owned();
    let last = altered.pop().ok_or("an empty export")?;
    altered.push(if last == '0' { '1' } else { '0' });
    fs::write(world.file("altered.hex"), altered)?;
    let answer = world.greatseal(&[&verify[..], &["--companions", "altered.hex"]].concat()).await?;
    assert!(answer.code != 0 && answer.stderr.contains("does not hold"), "{answer:?}");

    // One order, and one signature is enough again.
    world.order("O0", &["phase", "roll-back", "E"]).await?.done()?;
    world.order("E0", &HEARTBEAT).await?.done()?;
    world.order("O0", &["phase", "roll-back", "E"]).await?.refused(913)?;
    let again = ["audit", "export", "--out", "later", "--companions", "companions.hex", "--replace"];
    world.greatseal(&again).await?.done()?;
    world.greatseal(&["audit", "verify", "--companions", "companions.hex"]).await?.done()?;
    world.done()?;
    Ok(())
}

/// An order that a seat and a companion sign.
async fn both(world: &World, seat: &str, companion: &str, order: &[&str]) -> Outcome<Answer> {
    let beside = ["--companion", companion, "--companion-sealed", "companions"];
    let opened = ["--companion-passphrase-file", "companions-passphrase"];
    Ok(world.order(seat, &[order, &beside[..], &opened[..]].concat()).await?)
}
