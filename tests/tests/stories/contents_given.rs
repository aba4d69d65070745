//! No hash goes on chain whose content nobody keeps, and nobody approves what nobody shows.

use crate::lying_indexer::{Lie, lie};
use greatseal_protocol::{bytes::to_hex, hash};
use greatseal_tests::{
    Outcome,
    acts::pause,
    program::Answer,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write as _,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, task::JoinHandle};

const BASELINE: [&str; 3] = ["baseline", "cache-ttl", "300"];
const ADOPT: [&str; 4] = ["adopt", "privacy-notice", "--text", "notice.txt"];
/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";
/// A brake waits ten seconds for all indexers; one request to one of them may take thirty.
const BRAKE: Duration = Duration::from_secs(25);

/// The contents of an answer by kind.
fn kept<'a>(answer: &'a Answer, kind: &str) -> &'a Value {
    let contents = answer.json["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
    contents.iter().find(|content| content["kind"] == kind).unwrap_or(&Value::Null)
}

/// By what a content of an answer is known.
fn address_of(answer: &Answer, kind: &str) -> Outcome<String> {
    Ok(kept(answer, kind)["address"].as_str().ok_or("no such content")?.to_owned())
}

fn address(bytes: &[u8]) -> String {
    format!("sha256:{}", to_hex(&hash::sha256(&[bytes])))
}

#[tokio::test]
async fn without_an_indexer_nobody_proposes_and_everybody_brakes() -> Outcome {
    let world = World::start(Options { indexer: false, ..Options::default() }).await?;
    let refused = world.propose("P0", &BASELINE).await?;
    assert!(refused.code == 5 && refused.stderr.contains("nothing was signed"), "{refused:?}");
    assert_eq!(refused.json["content"]["kind"], "document", "{refused:?}");
    assert_eq!(world.used("P0").await?, Vec::<String>::new(), "nothing was signed");

    let put = world.greatseal(&["content", "put", "why.json"]).await?;
    assert!(put.code == 5 && put.stderr.starts_with("error: no indexer keeps the evidence"), "{put:?}");
    let put = world.greatseal(&["content", "put", "why.json", "--unkept"]).await?;
    assert_eq!(put.code, 2, "nothing is signed that could go on without: {put:?}");

    // Whoever means it can.
    let unkept = world.propose("P0", &[&["--unkept"], &BASELINE[..]].concat()).await?;
    assert_eq!((unkept.code, &unkept.json["state"]), (5, &json!("applied")), "{unkept:?}");
    assert_eq!((&kept(&unkept, "document")["kept_by"], &kept(&unkept, "document")["of"]), (&json!(0), &json!(1)));

    let braked = world.propose("E0", &[&["--approve"], &pause("route:1")[..]].concat()).await?;
    assert_eq!((braked.code, &braked.json["state"]), (5, &json!("applied")), "{braked:?}");
    for kind in ["document", "reason"] {
        let content = kept(&braked, kind);
        assert!(content["kept_by"] == 0 && content["reason"].is_string(), "{content}");
    }
    // A second seat has the document from the first one; nobody has the reason, and it says so.
    let id = braked.json["proposal"].as_str().ok_or("no proposal")?;
    world.sign("E1", &["approve", id, "--document", "why.json"]).await?.done()?;
    // Nobody says that it does not have the bill of materials: that is another matter than bytes that nobody has.
    let unasked = world.sign("O0", &["execute", id, "--sbom", &"b1".repeat(32)]).await?;
    assert!(unasked.code == 5 && unasked.stderr.contains("no indexer keeps the bill-of-materials"), "{unasked:?}");
    world.sign("O0", &["execute", id]).await?.done()?;
    Ok(())
}

/// Somebody who takes every connection and never answers.
async fn silent() -> Outcome<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let silent = tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            taken.push(stream);
        }
    });
    Ok((url, silent))
}

#[tokio::test]
async fn a_brake_does_not_wait_for_indexers() -> Outcome {
    let world = World::start(Options::default()).await?;
    let (url, silent) = silent().await?;
    let open = ["--approve", "--indexer", &url];
    let begun = Instant::now();
    let braked = world.propose("E0", &[&open, &pause("route:1")[..]].concat()).await?;
    assert_eq!((braked.code, &braked.json["state"]), (5, &json!("applied")), "{braked:?}");
    assert!(begun.elapsed() < BRAKE, "{:?}", begun.elapsed());
    let id = braked.json["proposal"].as_str().ok_or("no proposal")?;
    let begun = Instant::now();
    world.sign("E1", &["approve", id, "--document", "why.json", "--indexer", &url]).await?.done()?;
    assert!(begun.elapsed() < BRAKE, "{:?}", begun.elapsed());

    // One that answers keeps it all the same.
    let both = format!("{url},{}", world.indexer_url());
    let begun = Instant::now();
    let braked = world.propose("E1", &[&["--indexer", &both], &pause("route:2")[..]].concat()).await?.done()?;
    let contents = braked["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let one = contents.iter().all(|content| content["kept_by"] == 1 && content["of"] == 2);
    assert!(one && contents.len() == 2 && begun.elapsed() < BRAKE, "{:?}: {braked}", begun.elapsed());
    silent.abort();
    Ok(())
}

#[tokio::test]
async fn two_indexers_of_which_one_is_down() -> Outcome {
    let world = World::start(Options::default()).await?;
    let both = format!("{},{NOBODY}", world.indexer_url());
    let answer = world.propose("P0", &[&["--indexer", &both], &BASELINE[..]].concat()).await?;
    assert_eq!(answer.code, 0, "{answer:?}");
    let document = kept(&answer, "document");
    assert_eq!((&document["kept_by"], &document["of"]), (&json!(1), &json!(2)), "{document}");
    assert!(document["reason"].as_str().is_some_and(|reason| reason.contains(NOBODY)), "{document}");
    let id = answer.json["proposal"].as_str().ok_or("no proposal")?;
    // The one that is down is asked first, and the other one has it.
    let other = ["--indexer", NOBODY, "--indexer", &world.indexer_url()];
    world.sign("P1", &[&["approve", id], &other[..]].concat()).await?.done()?;
    let listed = world.greatseal(&["content", "list", id, "--indexer", &both]).await?.done()?;
    let indexers = &listed["named"][0]["indexers"];
    assert_eq!((&indexers[0]["held"], &indexers[1]["held"]), (&json!("public"), &Value::Null), "{listed}");
    Ok(())
}

#[tokio::test]
async fn rule_30_nobody_approves_what_an_indexer_hides_or_makes_up() -> Outcome {
    let world = World::start(Options::default()).await?;
    fs::write(world.file("notice.txt"), "We keep what we must.\n")?;
    let notice = address(b"We keep what we must.\n");
    let id = world.opened(world.propose("P0", &ADOPT).await?).await?;

    for (bytes, code, told) in [
        (None, 8, "not approvable: nobody shows the text"),
        (Some(&b"We sell all of it.\n"[..]), 8, "gives other bytes than"),
    ] {
        let (url, lying) = lie(&world, Lie::Content(notice.clone(), bytes)).await?;
        let answer = world.sign("P1", &["approve", &id, "--indexer", &url]).await?;
        assert!(answer.code == code && answer.stderr.contains(told), "{answer:?}");
        let got = world.greatseal(&["content", "get", &notice, "--indexer", &url]).await?;
        assert_eq!(got.code, if bytes.is_some() { 8 } else { 5 }, "{got:?}");
        // Another indexer may have it.
        let honest = format!("{url},{}", world.indexer_url());
        world.greatseal(&["content", "get", &notice, "--indexer", &honest]).await?.done()?;
        lying.abort();
    }
    let (url, lying) = lie(&world, Lie::Content(notice.clone(), None)).await?;
    let together = world.sign("P1", &["approve", &id, "--indexer", &url]).await?;
    assert_eq!(together.json["content"], json!({ "kind": "text", "address": notice }), "{together:?}");
    assert_eq!(world.used("P1").await?, Vec::<String>::new(), "nothing was signed");
    let file = ["approve", &id, "--indexer", &url, "--content", "notice.txt"];
    world.sign("P1", &file).await?.done()?;
    lying.abort();
    Ok(())
}

#[tokio::test]
async fn every_attachment_whose_file_is_given_is_put_with_its_document() -> Outcome {
    let world = World::start(Options::default()).await?;
    let attachments = ["one", "another"].map(|text| {
        let sha256 = to_hex(&hash::sha256(&[text.as_bytes()]));
        json!({ "name": text, "sha256": sha256, "size": text.len() })
    });
    let mut why: Value = serde_json::from_slice(&fs::read(world.file("why.json"))?)?;
    why["attachments"] = json!(attachments);
    fs::write(world.file("why.json"), why.to_string())?;
    for text in ["one", "another"] {
        fs::write(world.file(text), text)?;
    }
    let files = ["--content", "one", "--content", "another"];
    let id = world.opened(world.propose("P0", &[&files, &BASELINE[..]].concat()).await?).await?;
    let second = world.another_indexer("second.db").await?;
    let put = ["document", "put", "why.json", "--proposal", &id, "--indexer", second.url()];
    let put = world.greatseal(&[&put[..], &files].concat()).await?.done()?;
    assert_eq!(put["contents"].as_array().map(Vec::len), Some(3), "{put}");
    for text in ["one", "another"] {
        let got = world.greatseal(&["content", "get", &address(text.as_bytes()), "--indexer", second.url()]).await?;
        assert_eq!(got.done()?["text"], text);
    }
    Ok(())
}

#[tokio::test]
async fn a_document_that_an_indexer_makes_up_is_in_the_way_of_approvals_alone() -> Outcome {
    /// Longer than any document.
    const LONG: &[u8] = &[b' '; 100_000];
    let world = World::start(Options::default()).await?;
    let answer = world.propose("P0", &BASELINE).await?;
    let document = address_of(&answer, "document")?;
    let id = world.opened(answer).await?;
    for (bytes, told, last) in
        [(&b"{}"[..], "gives other bytes than", false), (LONG, "gives more than 65536 bytes as", true)]
    {
        let (url, lying) = lie(&world, Lie::Content(document.clone(), Some(bytes))).await?;
        let refused = world.sign("P1", &["approve", &id, "--indexer", &url]).await?;
        assert!(refused.code == 8 && refused.stderr.contains(told), "{refused:?}");
        let shown = world.greatseal(&["governance", "show", &id, "--indexer", &url]).await?.done()?;
        assert!(shown["document"]["error"].as_str().is_some_and(|error| error.contains(told)), "{shown}");
        if last {
            world.sign("P1", &["reject", &id, "--indexer", &url]).await?.done()?;
        }
        lying.abort();
    }
    Ok(())
}

#[tokio::test]
async fn a_reason_that_an_indexer_makes_up_is_told_to_whoever_approves_a_pause() -> Outcome {
    let world = World::start(Options::default()).await?;
    let answer = world.propose("E0", &pause("route:1")).await?;
    let reason = address_of(&answer, "reason")?;
    let id = world.opened(answer).await?;
    let (url, lying) = lie(&world, Lie::Content(reason.clone(), Some(b"a drill"))).await?;
    let args = ["governance", "approve", &id, "--token", "E1", "--pin-file", "pins/E1", "--indexer", &url];
    let asked = world.greatseal(&args).await?;
    assert!(asked.stderr.contains("gives other bytes than") && !asked.stderr.contains("a drill"), "{asked:?}");
    world.sign("E1", &["approve", &id, "--indexer", &url]).await?.done()?;
    lying.abort();
    Ok(())
}

#[tokio::test]
async fn a_hostile_reason_is_shown_as_text() -> Outcome {
    let world = World::start(Options::default()).await?;
    let hostile = "stop\u{1b}[2J\u{1b}[3A\nscope              everything\r\u{202e}";
    let action = ["pause", "--scope", "route:1", "--minutes", "60", "--severity", "1", "--allow-unknown", "--reason"];
    let id = world.opened(world.propose("E0", &[&action[..], &[hostile]].concat()).await?).await?;
    // Without a terminal nothing is signed; what would be asked about is shown all the same.
    let args = ["governance", "approve", &id, "--token", "E1", "--pin-file", "pins/E1"];
    let asked = world.command(&args)?.output()?;
    let text = String::from_utf8(asked.stderr)?;
    assert!(text.contains("reason") && text.contains("stop\\u{1b}[2J"), "{text:?}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains('\r'), "{text:?}");
    assert!(!text.lines().any(|row| row.starts_with("scope              everything")), "{text:?}");
    Ok(())
}

#[tokio::test]
async fn a_large_attachment_comes_before_its_proposal_and_is_read_by_who_approves() -> Outcome {
    const PIECE: usize = 1024 * 1024;
    let world = World::start(Options::default()).await?;
    let mut file = fs::File::create(world.file("evidence.bin"))?;
    for number in 0..50_u8 {
        file.write_all(&vec![number; PIECE])?;
    }
    let bytes = fs::read(world.file("evidence.bin"))?;
    let sha256 = to_hex(&hash::sha256(&[&bytes]));
    let mut why: Value = serde_json::from_slice(&fs::read(world.file("why.json"))?)?;
    why["attachments"] = json!([{ "name": "evidence.bin", "sha256": sha256, "size": bytes.len() }]);
    fs::write(world.file("why.json"), why.to_string())?;

    let forgotten = world.propose("P0", &BASELINE).await?;
    assert!(forgotten.code == 3 && forgotten.stderr.contains("--content FILE"), "{forgotten:?}");
    assert_eq!(forgotten.json["content"]["address"], format!("sha256:{sha256}"), "{forgotten:?}");
    assert_eq!(world.used("P0").await?, Vec::<String>::new(), "nothing was signed");
    let given = world.propose("P0", &[&["--content", "evidence.bin"], &BASELINE[..]].concat()).await?;
    let id = world.opened(given).await?;

    fs::create_dir(world.file("out"))?;
    world.sign("P1", &["approve", &id, "--contents-out", "out"]).await?.done()?;
    let saved = fs::read(world.file(&format!("out/sha256-{sha256}")))?;
    assert!(saved == bytes, "{} bytes were saved", saved.len());
    let got = world.greatseal(&["content", "get", &format!("sha256:{sha256}"), "--out", "again.bin"]).await?.done()?;
    assert_eq!((&got["bytes"], fs::read(world.file("again.bin"))? == bytes), (&json!("52428800"), true));
    Ok(())
}
