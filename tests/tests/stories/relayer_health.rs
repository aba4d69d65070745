//! What the relayer says of itself: alive, ready or not, and why; and that it goes on when what was missing is back.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    program::{Program, command, run},
    proxy::{Manner, Proxy},
    tokens::{add_payer, write_secret},
    wait::eventually,
    world::{Options, World},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(60);
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };

#[tokio::test]
async fn a_node_that_is_gone_is_said_and_what_came_meanwhile_happens() -> Outcome {
    let mut world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let proxy = Proxy::before(world.node()).await?;
    let address = proxy.url().to_owned();
    world.start_relayer_with(&address, "relayer.db").await?;
    let url = world.relayer_url();
    let well = says(&url, StatusCode::OK, None).await?;
    assert_eq!((&well["status"], &well["reasons"]), (&json!("ok"), &json!([])), "{well}");
    assert!(well["balance"].is_string() && well["node"]["finalized"].is_string(), "{well}");
    drop(proxy);
    let ill = says(&url, StatusCode::SERVICE_UNAVAILABLE, Some("node_unreachable")).await?;
    assert_eq!((&ill["status"], &ill["ready"]), (&json!("degraded"), &json!(false)), "{ill}");
    // Alive all the same: whoever restarts what is not ready gains nothing.
    assert_eq!(reqwest::get(format!("{url}/health")).await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn an_account_without_money_holds_the_queue_and_goes_on_when_it_has_some() -> Outcome {
    let mut world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let proxy = Proxy::before(world.node()).await?;
    world.start_relayer_with(proxy.url(), "relayer.db").await?;
    let id = world.propose_pause("E0", "route:1").await?;
    let envelope = world.approval("E0", &id).await?;
    proxy.set(Manner::Refuse(1010));
    world.post(&envelope).await?;
    let ill = says(&world.relayer_url(), StatusCode::SERVICE_UNAVAILABLE, Some("no_money")).await?;
    let text = ill["reasons"].to_string();
    assert!(text.contains("the account 5") && text.contains("send money"), "{text}");
    let state = world.state(&envelope).await?;
    assert_eq!((&state["state"], &state["waiting"]["code"]), (&json!("submitted"), &json!("no_money")), "{state}");
    proxy.set(Manner::Pass);
    let applied = async || match world.state(&envelope).await {
        Ok(state) if state["state"] == "applied" => Ok(()),
        other => Err(format!("{other:?}")),
    };
    eventually("it goes on", SOON, applied).await?;
    says(&world.relayer_url(), StatusCode::OK, None).await?;
    Ok(())
}

#[tokio::test]
async fn rule_9_an_account_that_runs_dry_is_named_before_and_when_it_is_empty() -> Outcome {
    let world = World::start(BARE).await?;
    write_secret(&world.file("passphrase"), "a payer's own\n")?;
    let folder = ["--sealed", "payer", "--passphrase-file", "passphrase"];
    let make = ["key", "generate", "--purpose", "payer", "--label", "payer"];
    let made = world.greatseal(&[&make[..], &folder].concat()).await?.done()?;
    let key = made["keys"][0]["key"].as_str().ok_or("no key")?.to_owned();
    let config = "[deployment]\nfile = \"deployment.json\"\n[journal]\nfile = \"poor.db\"\n[account]\nkind = \"sealed\"\n\
                  path = \"payer\"\nkey = \"payer\"\npassphrase_file = \"passphrase\"\n";
    fs::write(world.file("poor.toml"), config)?;
    let start = || -> Outcome<_> {
        let mut relayer = command("greatseal-relayer", &world.file(""))?;
        relayer.args(["--config", "poor.toml", "--node", world.node().url(), "--listen", "127.0.0.1:0"]);
        relayer.arg("--exit-with-parent");
        Ok(relayer)
    };
    let empty = run(start()?).await?;
    assert!(empty.code == 1 && empty.stderr.contains("the account 5"), "{empty:?}");
    assert!(empty.stderr.contains("help: send money") && !empty.stderr.contains("1010"), "{empty:?}");
    let pay = ["deploy", "--seats", "seats.json", "--out", "x.json", "--key", "payer", "--artefact"];
    let released = greatseal_tests::world::artefact();
    let released = released.to_string_lossy();
    let deploy = [&pay[..], &[&*released], &folder].concat();
    let deployed = world.greatseal(&deploy).await?;
    assert!(deployed.code == 1 && deployed.stderr.contains("the account 5"), "{deployed:?}");
    assert!(deployed.stderr.contains("help: send money") && !deployed.stderr.contains("1010"), "{deployed:?}");
    // Enough to be known to pallet-revive, and not for much more.
    let [payer, _] = world.node().payers();
    world.greatseal(&["key", "fund", &key, "--amount", "1", "--account", &payer]).await?.done()?;
    let relayer = Program::start(start()?).await?;
    let low = says(relayer.url(), StatusCode::OK, Some("low_balance")).await?;
    assert_eq!((&low["status"], &low["ready"]), (&json!("degraded"), &json!(true)), "{low}");
    relayer.kill();
    Ok(())
}

/// A token that is pulled out and put back: the relayer signs again without a restart.
#[tokio::test]
async fn rule_21_a_token_that_returns_signs_again() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    // The payer's token lies apart from the seats' tokens, which stay.
    let home = world.file("purse");
    fs::create_dir_all(home.join("tokens"))?;
    fs::create_dir_all(home.join("pins"))?;
    let conf = format!("directories.tokendir = {}\n", home.join("tokens").display());
    fs::write(home.join("softhsm2.conf"), conf)?;
    let key = add_payer(&home, "purse")?;
    let [payer, _] = world.node().payers();
    let key = key.as_str().ok_or("no key")?;
    world.greatseal(&["key", "fund", key, "--amount", "50", "--account", &payer]).await?.done()?;
    let config = format!(
        "[deployment]\nfile = \"{}\"\n[journal]\nfile = \"paid.db\"\n[account]\nkind = \"token\"\n\
         module = \"{MODULE}\"\ntoken = \"purse\"\nkey = \"purse\"\npin_file = \"pins/purse\"\n",
        world.file("deployment.json").display(),
    );
    fs::write(home.join("relayer.toml"), config)?;
    let mut start = command("greatseal-relayer", &home)?;
    start.env("SOFTHSM2_CONF", home.join("softhsm2.conf"));
    start.args(["--config", "relayer.toml", "--node", world.node().url(), "--listen", "127.0.0.1:0"]);
    start.arg("--exit-with-parent");
    let relayer = Program::start(start).await?;
    let escalate = ["governance", "escalate", "--scope", "route:1", "--report", "report.txt", "--allow-unknown"];
    let signed = ["--token", "A0", "--pin-file", "pins/A0", "--yes", "--envelope-out", "kept.hex"];
    world.greatseal(&[&escalate[..], &signed].concat()).await?.done()?;
    let envelope = fs::read_to_string(world.file("kept.hex"))?.trim().to_owned();

    fs::rename(home.join("tokens"), home.join("gone"))?;
    let post = reqwest::Client::new().post(format!("{}/v1/envelopes", relayer.url()));
    let posted: Value = post.json(&json!({ "envelope": envelope })).send().await?.json().await?;
    let ill = says(relayer.url(), StatusCode::SERVICE_UNAVAILABLE, Some("account_key")).await?;
    assert!(ill["last_error"]["at"].is_string(), "{ill}");
    fs::rename(home.join("gone"), home.join("tokens"))?;
    let digest = posted["envelope"].as_str().ok_or("no digest")?;
    let state = format!("{}/v1/envelopes/{digest}", relayer.url());
    let applied = async || {
        let state: Value = match reqwest::get(&state).await {
            Ok(answer) => answer.json().await.map_err(|error| error.to_string())?,
            Err(error) => return Err(error.to_string()),
        };
        if state["state"] == "applied" { Ok(()) } else { Err(state.to_string()) }
    };
    eventually("the token signs again", SOON, applied).await?;
    says(relayer.url(), StatusCode::OK, None).await?;
    relayer.kill();
    Ok(())
}

#[tokio::test]
async fn a_running_journal_is_backed_up_whole_and_a_copy_of_its_file_alone_is_not_taken_for_it() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    let envelope = world.approval("E0", &id).await?;
    world.greatseal(&["governance", "submit", "approval-E0.hex"]).await?.done()?;
    let known = world.state(&envelope).await?;
    let mut backup = command("greatseal-relayer", &world.file(""))?;
    backup.args(["journal", "backup", "--journal", "relayer.db", "--out", "backup.db"]);
    let backup = run(backup).await?;
    assert_eq!(backup.code, 0, "{backup:?}");
    fs::copy(world.file("relayer.db"), world.file("torn.db"))?;
    drop(world.take_relayer());
    let torn = world.start_relayer_on("torn.db").await;
    assert!(torn.as_ref().is_err_and(|error| error.to_string().contains("-wal is missing")), "{torn:?}");
    world.start_relayer_on("backup.db").await?;
    assert_eq!(world.state(&envelope).await?, known);
    // The journal itself is whole, killed as its relayer was.
    world.start_relayer().await?;
    assert_eq!(world.state(&envelope).await?, known);
    Ok(())
}

/// Waits until `/ready` answers so, with this reason or with none; answers all that it says.
async fn says(url: &str, status: StatusCode, reason: Option<&str>) -> Outcome<Value> {
    let look = async || {
        let answer = reqwest::get(format!("{url}/ready")).await.map_err(|error| error.to_string())?;
        let found = answer.status();
        let told: Value = answer.json().await.map_err(|error| error.to_string())?;
        let mut reasons = told["reasons"].as_array().into_iter().flatten().map(|reason| &reason["code"]);
        let right = match reason {
            Some(code) => reasons.any(|found| found == code),
            None => reasons.next().is_none() && told["balance"].is_string(),
        };
        if found == status && right { Ok(told) } else { Err(format!("{found}: {told}")) }
    };
    Ok(eventually("the relayer says so", SOON, look).await?)
}
