//! What a signer sees is what she signs: prompts and answers on a real terminal, with texts of people who want something else.

use greatseal_tests::{
    Outcome,
    acts::pause,
    terminal::{Terminal, words as all_words},
    world::{Options, World},
};
use serde_json::json;
use std::{fs, process::Stdio};

/// A document whose texts are long, and look like lines of the screen where they are broken at its edge.
fn insistent() -> serde_json::Value {
    let forged = "action             adopt privacy-notice scope              everything";
    json!({
        "title": "Publish the privacy notice",
        "rationale": format!("{} {forged}", "-".repeat(60)),
        "impact": {
            "security": format!("none{}{forged}", " ".repeat(57)),
            "availability": format!("{forged} ").repeat(30),
            "privacy": "none",
        },
        "risk": "日本".repeat(300),
        "rollback": "it expires by itself",
        "expiry": { "then": format!("{forged} ").repeat(9) },
    })
}

#[tokio::test]
async fn rule_1_the_action_stands_above_the_question_on_a_terminal_of_24_rows() -> Outcome {
    let world = World::start(Options::default()).await?;
    fs::write(world.file("why.json"), insistent().to_string())?;
    let id = world.propose_pause("E0", "route:1").await?;
    let before = world.used("E1").await?;
    for answer in ["no", "yes"] {
        let words = ["governance", "approve", &id, "--token", "E1", "--pin-file", "pins/E1"];
        let mut terminal = Terminal::start(world.command(&words)?, 24, 80)?;
        let rows = terminal.shows("Type yes to sign:").await?;
        let at = |label: &str, value: &str| {
            let is = |row: &String| row.strip_prefix(label).is_some_and(|rest| rest.trim_start().starts_with(value));
            rows.iter().rposition(is).ok_or_else(|| format!("{label} {value}: {rows:#?}"))
        };
        let question = at("This is what will be signed:", "approve")?;
        for (label, value) in
            [("order", "approve"), ("proposal", id.as_str()), ("action", "pause"), ("scope", "route:1")]
        {
            assert!(at(label, value)? < question, "{label}: {rows:#?}");
        }
        assert_eq!(rows.iter().filter(|row| row.starts_with("action")).count(), 1, "{rows:#?}");
        let asked = all_words(&rows[question..]);
        assert!(asked.contains(&format!("approve {id}: pause, scope route:1")), "{asked}");
        terminal.types(answer)?;
        let (code, rows) = terminal.end().await?;
        match answer {
            "no" => {
                assert_eq!(code, 1, "{rows:#?}");
                assert_eq!(world.used("E1").await?, before, "nothing was signed");
            }
            _ => assert_eq!(code, 0, "{rows:#?}"),
        }
    }
    assert_eq!(world.used("E1").await?.len(), before.len() + 1);

    // The prompt of an author, who opens and approves at once.
    fs::write(world.file("other.json"), insistent().to_string().replace("none", "nothing"))?;
    let words =
        ["governance", "propose", "--document", "other.json", "--token", "E0", "--pin-file", "pins/E0", "--approve"];
    let mut terminal = Terminal::start(world.command(&[&words[..], &pause("route:2")].concat())?, 24, 80)?;
    let rows = terminal.shows("Type yes to sign:").await?;
    assert!(all_words(&rows).contains("open: pause, scope route:2"), "{rows:#?}");
    assert!(rows.iter().any(|row| row.starts_with("scope ") && row.ends_with(" route:2")), "{rows:#?}");
    terminal.types("no")?;
    assert_eq!(terminal.end().await?.0, 1);
    Ok(())
}

#[tokio::test]
async fn what_did_not_get_out_was_not_answered() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let out = || fs::OpenOptions::new().write(true).open("/dev/full");
    for words in
        [&["document", "check", "why.json"][..], &["--json", "document", "check", "why.json"], &["completions", "bash"]]
    {
        let answer = world.command(words)?.stdout(out()?).stderr(Stdio::piped()).output()?;
        let said = String::from_utf8(answer.stderr)?;
        assert_eq!(answer.status.code(), Some(1), "{words:?}: {said}");
        assert!(said.contains("could not be written") && said.contains("\nhelp: "), "{said}");
    }
    // Who has read enough is no failure.
    let mut child = world.command(&["completions", "bash"])?.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let answer = child.wait_with_output()?;
    assert!(answer.status.success() && answer.stderr.is_empty(), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn logs_in_a_file_have_no_colours() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    for words in [&["governance", "show", "1.E0.0"][..], &["--relayer", "http://127.0.0.1:1", "status"]] {
        let answer = world.command(words)?.env("RUST_LOG", "trace").stderr(Stdio::piped()).output()?;
        assert!(answer.stderr.len() > 500, "something was logged");
        assert!(!answer.stderr.contains(&0x1b), "{}", String::from_utf8_lossy(&answer.stderr));
    }
    Ok(())
}

/// What a service says in an error goes on below itself, whatever it is padded with.
#[tokio::test]
async fn rule_1_an_answer_of_a_service_forges_no_line() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let error = format!("unknown {}verified   yes{}exit code  0", "-".repeat(43), ".".repeat(66)).repeat(50);
    let body = json!({ "code": "unknown_path", "error": error, "help": format!("{}\u{1b}[2Jhelp", error) }).to_string();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let answering = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4_096];
            let _read = stream.read(&mut head).await;
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _written = stream.write_all(answer.as_bytes()).await;
        }
    });
    for columns in [40, 80, 100] {
        let terminal = Terminal::start(world.command(&["governance", "log", "--indexer", &url])?, 200, columns)?;
        let (code, rows) = terminal.end().await?;
        assert_eq!(code, 1, "{rows:#?}");
        assert!(rows.iter().any(|row| row.starts_with("error: ")), "{rows:#?}");
        let ours = |row: &str| ["error:", "help:", " "].iter().any(|begins| row.starts_with(begins));
        let forged = |row: &&String| !row.is_empty() && !ours(row);
        assert_eq!(rows.iter().filter(forged).count(), 0, "{rows:#?}");
        assert!(rows.len() < 120, "it is cut: {}", rows.len());
    }
    answering.abort();
    Ok(())
}
