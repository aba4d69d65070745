//! The embedded chain is killed in the middle of its work; whatever somebody was told as final is still there.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use greatseal_tests::{
    Outcome,
    devnet::Devnet,
    program::{Answer, command, run},
    tokens,
    wait::eventually,
    world::artefact,
};
use serde_json::{Value, json};
use subxt::{OnlineClient, PolkadotConfig};

use crate::devnet::{Params, nonce, now_at, signed, submit, transfer};

/// Milliseconds from the first transaction to the end of each life.
const LIVES: [u64; 8] = [3, 450, 90, 250, 17, 330, 140, 700];
const STATE: [&str; 2] = ["--state", "chain"];

#[tokio::test]
async fn what_was_final_is_still_there_after_eight_deaths() -> Outcome {
    let folder = tempfile::tempdir()?;
    tokens::copy_to(folder.path())?;
    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    let genesis = devnet.genesis().to_owned();
    let deployed = deploy(&devnet, folder.path()).await?;
    assert_eq!(deployed.code, 0, "{}", deployed.stderr);
    drop(devnet);

    let mut told = BTreeMap::new();
    for life in LIVES {
        let devnet = Devnet::start_in(folder.path(), &STATE).await?;
        assert_eq!(devnet.genesis(), genesis, "the same chain, without being told its seed");
        remembers(&devnet, &told).await?;
        tokio::select! {
            never = traffic(&devnet) => never?,
            never = watch(&devnet, &mut told) => never?,
            () = tokio::time::sleep(Duration::from_millis(life)) => {}
        }
        // SIGKILL.
        drop(devnet);
    }
    assert!(told.len() > LIVES.len(), "it was to make blocks while somebody watched: {told:?}");

    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    remembers(&devnet, &told).await?;
    let before = (devnet.height().await?, nonce(&devnet).await?);
    let going = async || match devnet.height().await {
        Ok(height) if height > before.0 + 3 => Ok(()),
        other => Err(format!("{other:?}")),
    };
    tokio::select! {
        never = traffic(&devnet) => never?,
        gone_on = eventually("blocks come", Duration::from_secs(30), going) => gone_on?,
    }
    assert!(nonce(&devnet).await? > before.1, "and they have transactions in them");
    let status = greatseal(folder.path(), &devnet, &["status"]).await?;
    assert_eq!((status.code, &status.json["events"]), (0, &json!("1")), "the contract is there: {}", status.stderr);
    Ok(())
}

#[tokio::test]
async fn the_clock_never_goes_back_and_keeps_what_it_was_moved_by() -> Outcome {
    let folder = tempfile::tempdir()?;
    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    let week = Duration::from_secs(7 * 24 * 3600);
    let moved = devnet.advance_time(week).await?;
    drop(devnet);
    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    let block = devnet.seal(1).await?;
    let [moved, now] = [&moved, &block].map(|block| block["timestamp"].as_u64().unwrap_or_default());
    assert!(now > moved, "{now} is after {moved}");
    assert!(now < moved + 3_600_000, "and no other week after it");
    Ok(())
}

#[tokio::test]
async fn a_torn_record_is_cut_and_the_chain_goes_on() -> Outcome {
    let folder = tempfile::tempdir()?;
    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    let fifth = devnet.seal(5).await?;
    devnet.seal(1).await?;
    drop(devnet);
    let log = folder.path().join("chain/chain.log");
    let bytes = fs::read(&log)?;
    fs::write(&log, &bytes[..bytes.len() - 7])?;
    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    assert_eq!(devnet.height().await?, 5);
    assert_eq!(devnet.rpc("chain_getFinalizedHead", json!([])).await?, fifth["hash"]);
    devnet.seal(1).await?;
    Ok(())
}

#[tokio::test]
async fn a_folder_in_use_or_of_another_chain_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let devnet = Devnet::start_in(folder.path(), &STATE).await?;
    devnet.seal(3).await?;
    let second = refused(folder.path(), &STATE).await?;
    assert_eq!((second.code, second.stderr.contains("in use")), (9, true), "{}", second.stderr);
    drop(devnet);

    let log = folder.path().join("chain/chain.log");
    let before = fs::read(&log)?;
    let seed = "0101010101010101010101010101010101010101010101010101010101010101";
    for args in [["--seed", seed], ["--genesis-time", "1700000000"]] {
        let other = refused(folder.path(), &[&STATE[..], &args].concat()).await?;
        assert_eq!(other.code, 7, "{args:?}: {}", other.stderr);
        assert!(other.stderr.contains("help: "), "{}", other.stderr);
    }
    let mut damaged = before.clone();
    damaged[400] ^= 1;
    fs::write(&log, &damaged)?;
    assert_eq!(refused(folder.path(), &STATE).await?.code, 7, "records behind the damage are not thrown away");
    assert_eq!(fs::read(&log)?, damaged, "it is left untouched");

    fs::write(folder.path().join("letter.txt"), "dear")?;
    assert_eq!(refused(folder.path(), &["--state", "."]).await?.code, 7, "a folder with something else in it");
    assert!(!folder.path().join("lock").exists());
    Ok(())
}

async fn refused(folder: &Path, args: &[&str]) -> Outcome<Answer> {
    let mut devnet = command("greatseal-devnet", folder)?;
    devnet.args(["--listen", "127.0.0.1:0", "--exit-with-parent"]).args(args);
    Ok(run(devnet).await?)
}

async fn deploy(devnet: &Devnet, folder: &Path) -> Outcome<Answer> {
    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    let deploy = ["deploy", "--seats", "seats.json", "--artefact", &artefact, "--yes", "--out", "deployment.json"];
    greatseal(folder, devnet, &deploy).await
}

async fn greatseal(folder: &Path, devnet: &Devnet, args: &[&str]) -> Outcome<Answer> {
    let mut greatseal = command("greatseal", folder)?;
    greatseal.env("GREATSEAL_DEPLOYMENT", folder.join("deployment.json")).env("GREATSEAL_NODE", devnet.url());
    greatseal.args(args).arg("--json");
    Ok(run(greatseal).await?)
}

/// Sends one transaction after the other, each as soon as the one before it is in a block.
async fn traffic(devnet: &Devnet) -> Outcome {
    let client = OnlineClient::<PolkadotConfig>::from_insecure_url(devnet.url()).await?;
    loop {
        let nonce = nonce(devnet).await?;
        let transaction = signed(&client, &transfer(1_000_000_000), Params::new().nonce(nonce).immortal()).await?;
        submit(devnet, &transaction).await?;
    }
}

/// Asks again and again what is final, and notes it.
async fn watch(devnet: &Devnet, told: &mut BTreeMap<u64, Value>) -> Outcome {
    loop {
        let hash = devnet.rpc("chain_getFinalizedHead", json!([])).await?;
        let header = devnet.rpc("chain_getHeader", json!([hash])).await?;
        let digits = header["number"].as_str().unwrap_or_default().trim_start_matches("0x");
        told.insert(u64::from_str_radix(digits, 16)?, hash);
    }
}

/// Every block that somebody was told of is there, with its state.
async fn remembers(devnet: &Devnet, told: &BTreeMap<u64, Value>) -> Outcome {
    let mut last = 0;
    for (number, hash) in told {
        assert_eq!(&devnet.rpc("chain_getBlockHash", json!([number])).await?, hash, "block {number}");
        let now = now_at(devnet, hash).await?;
        assert!(now > last, "its state can be read");
        last = now;
    }
    if let Some(last) = told.keys().last() {
        assert!(devnet.height().await? >= *last);
    }
    Ok(())
}
