//! Contents that only some may read: encrypted to the readers of a confidential programme, opened by their identities alone.

use crate::{
    manifests::entries,
    programmes::{self, PAYER, batch, make, outcomes},
};
use age::{secrecy::ExposeSecret as _, x25519};
use greatseal_protocol::{bytes::to_hex, hash};
use greatseal_tests::{
    Outcome, tokens,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::{fmt::Write as _, fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const BASELINE: [&str; 3] = ["baseline", "cache-ttl", "300"];
const PROGRAM: &str = "program = 2\nauthority = 2\nprivacy = \"confidential\"\nschedule = \"report.txt\"\n\
    [[rules]]\nset = \"why.json\"\n[[lines]]\nline = 1\nasset = \"eip155:1/slip44:60\"\nfrom = \"+0 d\"\n\
    until = \"+3650 d\"\nlimit = \"1000\"\nsmall_one = \"100\"\nsmall_all = \"100\"\n";

/// A reader's key in a file of its own; answers its recipient.
fn reader(world: &World, name: &str) -> Outcome<String> {
    let identity = x25519::Identity::generate();
    fs::write(world.file(name), format!("# {name}\n{}\n", identity.to_string().expose_secret()))?;
    Ok(identity.to_public().to_string())
}

/// A reader's key, and a recipients file with nobody else.
fn readers(world: &World) -> Outcome {
    let ours = reader(world, "ours.age")?;
    Ok(fs::write(world.file("readers.txt"), format!("{ours}\n"))?)
}

/// What everybody is answered who asks for a content.
async fn plain(world: &World, address: &str) -> Outcome<u16> {
    Ok(reqwest::get(format!("{}/v1/contents/{address}", world.indexer_url())).await?.status().as_u16())
}

/// A file that only its owner may read.
fn secret(path: &Path, text: &str) -> Outcome {
    fs::write(path, text)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o600))?)
}

#[tokio::test]
async fn a_restricted_document_is_read_by_its_readers_alone() -> Outcome {
    let world = World::start(Options::default()).await?;
    let theirs = reader(&world, "theirs.age")?;
    let open = ["--identity", "ours.age", "--identity-passphrase-file", "reader.passphrase"];
    secret(&world.file("reader.passphrase"), "correct horse battery staple")?;
    let make = ["key", "reader", "--out", "ours.age", "--passphrase-file", "reader.passphrase"];
    let made = world.greatseal(&make).await?.done()?;
    let ours = made["recipient"].as_str().unwrap_or_default();
    let sealed = fs::read(world.file("ours.age"))?;
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt ") && ours.starts_with("age1"), "{made}");
    let again = world.greatseal(&make).await?;
    assert!(again.code == 3 && again.stderr.contains("exists already"), "{again:?}");
    assert_eq!(fs::read(world.file("ours.age"))?, sealed);
    fs::write(world.file("readers.txt"), format!("# those who audit\n{ours}\n"))?;
    fs::write(world.file("others.txt"), format!("{theirs}\n"))?;
    fs::write(world.file("nobody.txt"), "# nobody\n")?;

    let restricted = ["--restricted"];
    let without = world.propose("P0", &[&restricted, &BASELINE[..]].concat()).await?;
    assert!(without.code == 3 && without.stderr.contains("--readers"), "{without:?}");
    let nobody = world.propose("P0", &[&["--restricted", "--readers", "nobody.txt"], &BASELINE[..]].concat()).await?;
    assert!(nobody.code == 3 && nobody.stderr.contains("there are 0 readers"), "{nobody:?}");
    assert_eq!(world.used("P0").await?, Vec::<String>::new(), "nothing was signed");
    let answer = world.propose("P0", &[&["--restricted", "--readers", "readers.txt"], &BASELINE[..]].concat()).await?;
    assert_eq!(answer.json["contents"][0]["restricted"], true, "{answer:?}");
    let id = world.opened(answer.clone()).await?;
    let address = format!("sha256:{}", answer.json["document"].as_str().unwrap_or_default());

    assert_eq!(plain(&world, &address).await?, 404);
    for (identity, told) in
        [(&[][..], "give --identity FILE"), (&["--identity", "theirs.age"], "not for this identity")]
    {
        let answer = world.sign("P1", &[&["approve", &id], identity].concat()).await?;
        assert!(answer.code == 8 && answer.stderr.contains(told), "{answer:?}");
        let got = world.greatseal(&[&["content", "get", &address], identity].concat()).await?;
        assert!(got.code == 5 && got.stderr.contains(told), "{got:?}");
    }
    let got = world.greatseal(&[&["content", "get", &address], &open[..]].concat()).await?.done()?;
    assert!(got["text"].as_str().is_some_and(|text| text.contains("the rate feed was compromised")), "{got}");
    world.sign("P1", &[&["approve", &id], &open[..]].concat()).await?.done()?;
    let listed = world.greatseal(&["content", "list", &id]).await?.done()?;
    assert_eq!(listed["named"][0]["indexers"][0]["held"], "restricted", "{listed}");
    Ok(())
}

#[tokio::test]
async fn contents_of_a_confidential_programme_are_never_brought_in_plain() -> Outcome {
    let world = World::start(Options::default()).await?;
    readers(&world)?;
    let mut authority = "authority = 2\n".to_owned();
    for (seat, organisation) in
        [("Pr:2-0", "pension-office"), ("Pr:2-1", "labour-ministry"), ("Pr:2-2", "inspectorate")]
    {
        let key = tokens::add(&world.file(""), seat)?;
        let key = key.as_str().ok_or("no key")?;
        write!(authority, "[[seats]]\nkey = \"{key}\"\norganisation = \"{organisation}\"\n")?;
    }
    fs::write(world.file("authority.toml"), authority)?;
    fs::write(world.file("program.toml"), PROGRAM)?;
    world.decide("S0", &["authority-create", "--file", "authority.toml"], &["S0", "S1", "P0"], DAY).await?;
    for seat in ["Pr:2-0", "Pr:2-1", "Pr:2-2"] {
        world.order(seat, &["seat", "accept"]).await?.done()?;
    }

    let create = ["program-create", "--file", "program.toml"];
    let refused = world.propose("S0", &create).await?;
    assert!(refused.code == 3 && refused.stderr.contains("programme 2 is confidential"), "{refused:?}");
    let answer = world.propose("S0", &[&["--readers", "readers.txt"], &create[..]].concat()).await?;
    let id = world.opened(answer.clone()).await?;
    let contents = answer.json["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(contents.len() > 3 && contents.iter().all(|content| content["restricted"] == true), "{answer:?}");
    for content in contents {
        let address = content["address"].as_str().unwrap_or_default();
        assert_ne!(plain(&world, address).await?, 200, "{content}");
    }
    let blind = world.approve("S1", &id).await?;
    assert_eq!(blind.code, 8, "{blind:?}");
    for seat in ["S0", "S1", "P0"] {
        world.sign(seat, &["approve", &id, "--identity", "ours.age"]).await?.done()?;
    }
    world.node().pass(DAY).await?;
    world.sign("O0", &["execute", &id]).await?.done()?;

    doubted_before_it_is_paid(&world).await?;
    // A pause of it is a brake: it goes on without readers, and says that nobody keeps its reason.
    let pause = ["pause", "--scope", "program:2", "--minutes", "60", "--severity", "1", "--reason", "a leak"];
    let braked = world.propose("E0", &pause).await?;
    assert_eq!((braked.code, &braked.json["state"]), (5, &json!("applied")), "{braked:?}");
    let kept = braked.json["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let none = kept.iter().all(|content| content["kept_by"] == 0 && content["reason"] != Value::Null);
    assert!(none && !kept.is_empty(), "{braked:?}");
    Ok(())
}

/// A batch that is proposed, and disputed before it is executed: no cell of the chain says yet whose it is.
async fn doubted_before_it_is_paid(world: &World) -> Outcome {
    let payer = format!("payer:{PAYER}:2");
    // A line of the programme names the asset: no indexer takes its name in plain.
    fs::write(world.file("money.txt"), "The auditor has looked at money.\n")?;
    for register in [&["register", "asset:eip155:1/slip44:60"][..], &["register", &payer]] {
        let escalate = ["escalate", "--scope", "money", "--report", "money.txt", "--allow-unknown"];
        world.sign("A0", &escalate).await?.done()?;
        let answer = world.propose("M0", &[&["--restricted", "--readers", "readers.txt"], register].concat()).await?;
        let id = world.opened(answer).await?;
        for seat in ["M0", "S0", "S1"] {
            world.sign(seat, &["approve", &id, "--identity", "ours.age"]).await?.done()?;
        }
        world.node().pass(HOUR).await?;
        world.sign("O0", &["execute", &id]).await?.done()?;
    }
    make(world, "large.jsonl", &entries(0, &[50; 10]), &[]).await?;
    let read = ["--readers", "readers.txt"];
    let open = [&read[..], &["--document-out", "whole.json"], &batch("large.jsonl")].concat();
    let id = world.opened(world.propose("Pr:2-0", &open).await?).await?;
    let named = format!("proposal:{id}");
    // What is put says itself whose it is.
    let second = world.another_indexer("second.db").await?;
    for put in [&["content", "put", "large.jsonl", "--as", "entries"][..], &["document", "put", "whole.json"]] {
        let put = [put, &["--indexer", second.url()]].concat();
        let refused = world.greatseal(&put).await?;
        assert!(refused.code == 3 && refused.stderr.contains("programme 2 is confidential"), "{refused:?}");
        let encrypted = world.greatseal(&[&put, &read[..]].concat()).await?.done()?;
        let text = encrypted.to_string();
        assert!(text.contains("\"restricted\":true") && !text.contains("\"restricted\":false"), "{encrypted}");
    }

    let words =
        |word: &'static str, reason: &'static str| ["dispute", word, &named, "--reason", reason].map(str::to_owned);
    let order = async |seat: &str, words: [String; 5], more: &[&str]| {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        world.order(seat, &[&words, more].concat()).await
    };
    let reason = |text: &str| format!("sha256:{}", to_hex(&hash::sha256(&[text.as_bytes()])));
    // It holds, whoever can read why.
    let held = order("A0", words("open", "a person was paid twice"), &[]).await?;
    let kept = &held.json["contents"][0];
    assert_eq!((held.code, &held.json["state"], &kept["kept_by"]), (5, &json!("applied"), &json!(0)), "{held:?}");
    assert!(kept["reason"].as_str().is_some_and(|why| why.contains("programme 2 is confidential")), "{held:?}");
    assert_eq!(plain(world, &reason("a person was paid twice")).await?, 404);
    let held = order("A1", words("open", "a person has died"), &read).await?.done()?;
    assert_eq!(held["contents"][0]["restricted"], true, "{held}");
    assert_eq!(plain(world, &reason("a person has died")).await?, 404);
    let refused = order("A1", words("retract", "she lives"), &[]).await?;
    assert!(refused.code == 3 && refused.stderr.contains("programme 2 is confidential"), "{refused:?}");
    let taken = order("A1", words("retract", "she lives"), &read).await?.done()?;
    assert_eq!(taken["contents"][0]["restricted"], true, "{taken}");
    // By the hash of the batch alone nobody knows whose it is.
    let unknown =
        format!("batch:{}", held["subject"].as_str().and_then(|text| text.strip_prefix("batch:")).unwrap_or_default());
    let alone = ["dispute", "retract", &unknown, "--reason", "she lives on"];
    let refused = world.order("A0", &alone).await?;
    assert!(refused.code == 3 && refused.stderr.contains("the chain does not say yet"), "{refused:?}");
    assert_eq!(plain(world, &reason("she lives on")).await?, 404);
    Ok(())
}

#[tokio::test]
async fn whoever_attests_a_report_does_not_publish_it() -> Outcome {
    let world = World::start(Options::default()).await?;
    readers(&world)?;
    let report = b"the rate feed was bought\n";
    fs::write(world.file("secret.txt"), report)?;
    let address = format!("sha256:{}", to_hex(&hash::sha256(&[report])));
    world.pause("route:1").await?;
    world.node().pass(HOUR).await?;
    let about = ["--scope", "route:1", "--report", "secret.txt"];
    let file =
        [&["review", "file", "--severity", "2", "--restricted", "--readers", "readers.txt"], &about[..]].concat();
    world.order("S0", &file).await?.done()?;
    assert_eq!(plain(&world, &address).await?, 404);
    let attested = world.order("A0", &[&["review", "attest"], &about[..]].concat()).await?.done()?;
    let kept = &attested["contents"][0];
    assert_eq!((&kept["kept_by"], &kept["restricted"]), (&json!(1), &json!(true)), "{attested}");
    assert_eq!(plain(&world, &address).await?, 404, "it was filed for readers");
    opened_by_whoever_audits(&world, &address).await
}

/// A bundle has the ciphertext alone; a reader's identity shows what is in it.
async fn opened_by_whoever_audits(world: &World, address: &str) -> Outcome {
    world.greatseal(&["audit", "verify"]).await?.done()?;
    let exported = world.greatseal(&["audit", "export", "--tar", "evidence.tar"]).await?.done()?;
    assert_eq!((&exported["contents"]["encrypted"], &exported["contents"]["missing"]), (&json!("1"), &json!("0")));
    let tar = fs::read(world.file("evidence.tar"))?;
    assert!(!tar.windows(12).any(|piece| piece == b"was bought\n\0"), "no second copy in plain");
    reader(world, "theirs.age")?;
    let verify = ["audit", "verify", "--offline", "--bundle", "evidence.tar"];
    for (identity, opened) in [(&[][..], "0"), (&["--identity", "theirs.age"], "0"), (&["--identity", "ours.age"], "1")]
    {
        let verified = world.greatseal(&[&verify[..], identity].concat()).await?;
        assert_eq!(verified.json["contents"]["opened"], opened, "{verified:?}");
        let mut alone = greatseal_tests::program::command("greatseal-audit", &world.file(""))?;
        alone.args(["--json", "--deployment", "deployment.json", "evidence.tar"]).args(identity);
        let alone = greatseal_tests::program::run(alone).await?.done()?;
        assert_eq!(alone["contents"]["opened"], opened, "{alone}");
        let open = verified.json["not_checked"].as_array().ok_or("nothing is open")?;
        assert_eq!(open.iter().any(|open| open["what"] == "contents"), opened == "0", "{verified:?}");
    }
    let hexadecimal = address.strip_prefix("sha256:").ok_or("no address")?;
    let folder = world.greatseal(&["audit", "export", "--out", "evidence"]).await?.done()?;
    assert_eq!(folder["contents"], exported["contents"]);
    assert!(world.file("evidence").join("contents/restricted/sha256").join(hexadecimal).is_dir());
    let refused = world.greatseal(&["audit", "verify", "--identity", "ours.age"]).await?;
    assert!(refused.code == 3 && refused.stderr.contains("give the bundle with --bundle"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn whoever_votes_on_outcomes_does_not_publish_them() -> Outcome {
    let world = programmes::world().await?;
    readers(&world)?;
    make(&world, "large.jsonl", &entries(0, &[50; 10]), &[]).await?;
    let id = world.opened(world.propose("Pr:2-0", &batch("large.jsonl")).await?).await?;
    world.all_approve_batch(&["Pr:2-0", "Pr:2-1"], &id, "large.jsonl").await?;
    world.execute(&id).await?.done()?;
    fs::write(world.file("outcomes.jsonl"), outcomes(&[4, 5]))?;
    let state =
        ["batch", "state", "large.jsonl", "--outcome", "outcomes.jsonl", "--restricted", "--readers", "readers.txt"];
    let stated = world.order("O0", &state).await?.done()?;
    let address = stated["contents"][0]["address"].as_str().ok_or("no outcomes")?;
    assert_eq!(plain(&world, address).await?, 404);
    let vote =
        ["batch", "vote", "large.jsonl", "--recorder", "O0", "--verdict", "confirmed", "--outcome", "outcomes.jsonl"];
    let evidence = b"the bank's own statement\n";
    fs::write(world.file("statement.txt"), evidence)?;
    let put = ["content", "put", "statement.txt", "--restricted", "--readers", "readers.txt"];
    world.greatseal(&put).await?.done()?;
    let evidence = format!("sha256:{}", to_hex(&hash::sha256(&[evidence])));
    for (seat, how) in
        [("A0", &["--evidence", "report.txt"][..]), ("A1", &["--evidence", &evidence, "--identity", "ours.age"])]
    {
        let voted = world.order(seat, &[&vote[..], how].concat()).await?.done()?;
        let all = voted["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
        let kept = all.iter().find(|content| content["address"] == address).ok_or("no outcomes")?;
        assert_eq!((&kept["kept_by"], &kept["restricted"]), (&json!(1), &json!(true)), "{voted}");
        assert_eq!(plain(&world, address).await?, 404, "{seat}: they were filed for readers");
        assert_eq!(plain(&world, &evidence).await?, 404, "{seat}: an identity has opened it");
    }
    Ok(())
}
