//! Without any token: seats in sealed files sign, and a payer in one pays. Neither can be used as the other.

use greatseal_tests::{
    Outcome,
    program::{Answer, Program, command, run},
    tokens::{SEATS, write_secret},
    world::{Options, World, artefact},
};
use serde_json::{Value, json};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };
const KEYS: [&str; 4] = ["--sealed", "keys", "--passphrase-file", "passphrase"];

#[tokio::test]
async fn seats_and_payer_without_a_token() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    write_secret(&world.file("passphrase"), "the cat sat on a seal\n")?;
    let mut seats = Vec::new();
    for (seat, organisation) in SEATS {
        let made = keys(&world, &["key", "generate", "--label", &seat.replace(':', "_")]).await?.done()?;
        seats.push(json!({ "seat": seat, "key": made["keys"][0]["key"], "organisation": organisation }));
    }
    std::fs::write(world.file("sealed.json"), serde_json::to_vec(&seats)?)?;
    let payer = keys(&world, &["key", "generate", "--purpose", "payer"]).await?.done()?;
    let account = payer["keys"][0]["account"].as_str().ok_or("no account")?;
    assert_eq!((&payer["keys"][0]["label"], &payer["keys"][0]["purpose"]), (&json!("payer"), &json!("payer")));

    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    let deploy = ["deploy", "--seats", "sealed.json", "--artefact", &artefact, "--yes"];
    let deploy = [&deploy[..], &["--out", "sealed-deployment.json"]].concat();
    assert_eq!(keys(&world, &deploy).await?.code, 1, "nobody pays for an account without money");
    world.greatseal(&["key", "fund", account, "--amount", "1000"]).await?.done()?;
    let deployed = keys(&world, &deploy).await?.done()?;
    assert_eq!(deployed["paid_by"], account);

    // A seat's key signs on that contract; a payer's does not, and a seat's does not pay.
    let on = ["--deployment", "sealed-deployment.json"];
    let escalate =
        ["governance", "escalate", "--scope", "route:1", "--report", "report.txt", "--allow-unknown", "--yes"];
    let escalate = [&on[..], &escalate, &["--envelope-out", "signed.hex"]].concat();
    keys(&world, &[&escalate[..], &["--key", "A0"]].concat()).await?.done()?;
    let refused = keys(&world, &[&escalate[..], &["--key", "payer"]].concat()).await?;
    assert_eq!((refused.code, refused.stderr.contains("is a payer's")), (6, true), "{refused:?}");
    let again = ["deploy", "--seats", "sealed.json", "--artefact", &artefact, "--yes", "--key", "A0"];
    let again = [&again[..], &["--out", "again.json"]].concat();
    let refused = keys(&world, &again).await?;
    assert_eq!((refused.code, refused.stderr.contains("is a seat's")), (6, true), "{refused:?}");

    // The relayer pays with the same key, and a journal beside the other one.
    let relayer = "[deployment]\nfile = \"sealed-deployment.json\"\n[journal]\nfile = \"sealed-relayer.db\"\n[account]\n\
                   kind = \"sealed\"\npath = \"keys\"\nkey = \"payer\"\npassphrase_file = \"passphrase\"\n";
    std::fs::write(world.file("relayer.toml"), relayer)?;
    let mut relayer = command("greatseal-relayer", &world.file(""))?;
    relayer.args(["--config", "relayer.toml", "--node", world.node().url(), "--listen", "127.0.0.1:0"]);
    relayer.arg("--exit-with-parent");
    let mut check = command("greatseal-relayer", &world.file(""))?;
    check.args(["config", "check", "--config", "relayer.toml"]);
    let checked = run(check).await?;
    assert!(checked.code == 0 && checked.stdout.contains("all links hold"), "{checked:?}");
    let relayer = Program::start(relayer).await?;
    let submit = ["governance", "submit", "signed.hex", "--relayer", relayer.url()];
    let submitted = world.greatseal(&[&on[..], &submit].concat()).await?.done()?;
    assert_eq!(submitted["state"], "applied");
    relayer.kill();

    let journal = world.greatseal(&["key", "journal", "--sealed", "keys"]).await?.done()?;
    let orders: Vec<_> = journal["lines"].as_array().ok_or("no lines")?.iter().filter_map(order).collect();
    assert_eq!(
        orders,
        ["pay", "pay", "escalate", "pay"],
        "mapping, the contract, the command, its relay: nothing was signed in vain"
    );
    assert_eq!(journal["unreleased"], json!([]));
    Ok(())
}

#[tokio::test]
async fn what_is_said_of_sealed_keys_must_hang_together() -> Outcome {
    let world = World::start(BARE).await?;
    write_secret(&world.file("passphrase"), "the cat sat on a seal\n")?;
    write_secret(&world.file("wrong"), "the cat sat on a walrus\n")?;
    keys(&world, &["key", "generate"]).await?.done()?;
    for (arguments, code) in [
        (&["key", "list"][..], 2),
        // No terminal to ask at.
        (&["key", "list", "--sealed", "keys"], 6),
        (&["key", "list", "--token", "E0"], 6),
        (&["key", "list", "--passphrase-file", "passphrase"], 2),
        (&["key", "list", "--sealed", "keys", "--passphrase-file", "passphrase", "--token", "E0"], 2),
        (&["key", "list", "--sealed", "keys", "--passphrase-file", "passphrase", "--pin-file", "pins/E0"], 2),
        (&["key", "list", "--sealed", "keys", "--passphrase-file", "passphrase", "--passphrase-fd", "0"], 2),
        (&["key", "list", "--token", "E0", "--pin-file", "pins/E0", "--passphrase-file", "passphrase"], 2),
        (&["key", "journal"], 2),
        (&["key", "list", "--sealed", "keys", "--passphrase-file", "nowhere"], 6),
        (&["key", "list", "--sealed", "nowhere", "--passphrase-file", "passphrase"], 6),
        (&["key", "generate", "--sealed", "keys", "--passphrase-file", "passphrase"], 6),
        (&["key", "generate", "--sealed", "keys", "--passphrase-file", "passphrase", "--label", "a/b"], 6),
        (&["key", "journal", "--sealed", "nowhere"], 6),
        (&["key", "fund", "nobody", "--amount", "1"], 3),
        (&["deploy", "--seats", "seats.json", "--out", "x.json", "--key", "payer"], 2),
        (&["deploy", "--seats", "seats.json", "--out", "x.json", "--account", "dev:bob", "--token", "E0"], 2),
    ] {
        let answer = world.greatseal(arguments).await?;
        assert_eq!(answer.code, code, "{arguments:?}: {answer:?}");
        assert!(answer.stderr.starts_with("error: "), "{arguments:?}: {answer:?}");
    }
    let pay = ["deploy", "--seats", "seats.json", "--out", "x.json", "--key", "seat"];
    let wrong = [&pay[..], &["--sealed", "keys", "--passphrase-file", "wrong"]].concat();
    let answer = world.greatseal(&wrong).await?;
    assert!(answer.code == 6 && answer.stderr.contains("passphrase is wrong"), "{answer:?}");
    assert!(!answer.stderr.contains("walrus"));
    Ok(())
}

async fn keys(world: &World, arguments: &[&str]) -> Outcome<Answer> {
    Ok(world.greatseal(&[arguments, &KEYS].concat()).await?)
}

fn order(line: &Value) -> Option<&str> {
    line["entry"]["intended"]["order"].as_str()
}
