//! A relayer has no authority, and no word either: what it calls applied is looked up in the chain's own block.

use greatseal_tests::{
    Outcome,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::fs;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

#[tokio::test]
async fn rule_44_what_a_relayer_claims_is_looked_up_on_the_chain() -> Outcome {
    let world = World::start(Options::default()).await?;
    // An honest command, whose outcome is claimed again for another one.
    let escalate = ["governance", "escalate", "--scope", "money", "--report", "report.txt"];
    let honest = world.order("A0", &escalate).await?.done()?;
    let before = world.events().await?;
    let claims = [
        json!({ "envelope": "00".repeat(32), "transaction": "11".repeat(32), "block_number": "1" }),
        json!({ "transaction": honest["transaction"], "block_number": honest["block_number"] }),
        json!({ "transaction": "11".repeat(32), "block_number": "1" }),
        json!({ "transaction": null, "block_number": null }),
    ];
    for claim in claims {
        let (url, lying) = claims_applied(claim.clone()).await?;
        let answer = world.order("A1", &[&escalate[..], &["--relayer", &url]].concat()).await?;
        assert!(answer.code == 8 && answer.stderr.contains("the relayer's word"), "{claim}: {answer:?}");
        lying.abort();
    }
    assert_eq!(world.events().await?, before, "nothing of it took effect");
    Ok(())
}

#[tokio::test]
async fn an_envelope_takes_the_place_of_no_other_file() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let deployment = fs::read(world.file("deployment.json"))?;
    let keep =
        ["governance", "escalate", "--scope", "money", "--report", "report.txt", "--envelope-out", "deployment.json"];
    let answer = world.order("A0", &keep).await?;
    assert!(answer.code == 3 && answer.stderr.contains("something else than an envelope"), "{answer:?}");
    assert_eq!(fs::read(world.file("deployment.json"))?, deployment);
    assert_eq!(world.used("A0").await?, Vec::<String>::new(), "nothing was signed");
    Ok(())
}

/// A relayer that calls everything applied, with these words about where; the envelope's digest is its own unless it is given.
async fn claims_applied(claim: Value) -> Outcome<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let lying = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 65_536];
            let mut length = 0;
            // Head and body of a small request come in one or two pieces.
            while let Ok(count) = stream.read(&mut request[length..]).await {
                length += count;
                let text = String::from_utf8_lossy(&request[..length]).into_owned();
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
                let Ok(submission) = serde_json::from_str::<Value>(&body) else {
                    if count == 0 {
                        break;
                    }
                    continue;
                };
                let mut told = json!({
                    "envelope": digest(&submission), "state": "applied", "refusal": null, "reason": null,
                    "fee_paid": true, "seq": "99",
                });
                for (name, value) in claim.as_object().into_iter().flatten() {
                    told[name] = value.clone();
                }
                let told = told.to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    told.len()
                );
                let _written = stream.write_all(format!("{head}{told}").as_bytes()).await;
                break;
            }
        }
    });
    Ok((url, lying))
}

fn digest(submission: &Value) -> String {
    let bytes = hex::decode(submission["envelope"].as_str().unwrap_or_default()).unwrap_or_default();
    greatseal_protocol::envelope::Envelope::digest(&bytes).to_string()
}
