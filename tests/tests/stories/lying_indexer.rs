//! An indexer that answers with another proposal than the one that was asked for, or leaves events out, is found out before
//! anything is signed.

use greatseal_log::files::LogHead;
use greatseal_protocol::hash::sha256;
use greatseal_tests::{
    Outcome,
    proxy::Proxy,
    world::{Options, World},
};
use greatseal_trail::tree::{Frontier, leaf_hash};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

#[tokio::test]
async fn rule_31_nobody_signs_for_a_proposal_that_was_not_asked_for() -> Outcome {
    let world = World::start(Options::default()).await?;
    let asked = world.propose_pause("E0", "route:1").await?;
    let other = world.propose_pause("E1", "route:2").await?;
    let serial = asked.split('.').next().ok_or("an id without a serial")?.to_owned();
    let (url, lying) = lie(&world, Lie::Other(other.clone())).await?;

    let before = world.events().await?;
    for words in [["show", &asked], ["approve", &asked], ["reject", &asked], ["approve", &serial]] {
        let answer = world.sign("E2", &[&words[..], &["--indexer", &url]].concat()).await;
        let answer = if words[0] == "show" {
            world.greatseal(&["governance", "show", words[1], "--indexer", &url]).await?
        } else {
            answer?
        };
        let found_out = answer.code == 8 && answer.stderr.contains(&other);
        assert!(found_out, "{words:?}: {answer:?}");
    }
    assert_eq!(world.events().await?, before);
    // The truth is still to be had.
    world.approve("E2", &asked).await?.done()?;
    lying.abort();
    Ok(())
}

/// Where the node does not list the contract's cells, the indexer's history has to: one that names another account in the place
/// of the frozen one, in every leaf and with the tree made anew, is not believed.
#[tokio::test]
async fn rule_31_a_history_that_was_made_up_does_not_pass_for_the_whole() -> Outcome {
    let world = World::start(Options::default()).await?;
    let (frozen, other) = ([0xab; 32], [0xcd; 32]);
    world.pause(&format!("account:{}", hex::encode(frozen))).await?;
    let deaf = Proxy::without(world.node(), |method| method.starts_with("childstate_")).await?;
    let (url, lying) = lie(&world, Lie::Renames(frozen, other)).await?;
    let status = world.greatseal(&["status", "--node", deaf.url(), "--indexer", &url]).await?.done()?;
    let told = status["listing"]["guessed"]["indexer_error"].to_string();
    let found = told.contains("are not proved");
    assert!(status["listing"]["complete"] == false && found, "{status}");
    assert!(!status["pauses"].to_string().contains(&hex::encode(other)), "{status}");
    // Who reads rows alone cannot tell.
    let log = world.greatseal(&["governance", "log", "--indexer", &url]).await?;
    assert!(log.code == 0 && log.stdout.contains(&hex::encode(other)), "{log:?}");
    // Verified, the judgement is the block's.
    let verified = world.greatseal(&["audit", "verify", "--indexer", &url]).await?;
    assert!(verified.code == 8 && verified.stderr.contains("are not proved"), "{verified:?}");
    lying.abort();
    Ok(())
}

/// What is not as it is.
pub(crate) enum Lie {
    /// This proposal in the place of any.
    Other(String),
    /// Events of this kind are left out.
    Forgets(&'static str),
    /// The second account in the place of the first, wherever that stands.
    Renames([u8; 32], [u8; 32]),
    /// This content is not there, or is these bytes.
    Content(String, Option<&'static [u8]>),
    /// This content is nobody's but its readers'; there is no ciphertext.
    Confidential(String),
    /// These bytes are the ciphertext of this content, of which there is nothing else.
    Sealed(String, &'static [u8]),
}

/// An indexer that lies, for as long as nobody aborts it.
pub(crate) async fn lie(world: &World, lie: Lie) -> Outcome<(String, JoinHandle<()>)> {
    let indexer = world.indexer_url();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let lying = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that goes away early is none of its business.
            let _ = lie.answer(&indexer, stream).await;
        }
    });
    Ok((url, lying))
}

impl Lie {
    /// Passes one request on to the real indexer, and alters question or answer.
    async fn answer(&self, indexer: &str, mut stream: TcpStream) -> Outcome {
        let mut head = vec![0; 4096];
        let length = stream.read(&mut head).await?;
        let head = String::from_utf8_lossy(head.get(..length).unwrap_or_default()).into_owned();
        let mut path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
        if let Self::Other(other) = self
            && path.starts_with("/v1/proposals/")
        {
            path = format!("/v1/proposals/{other}");
        }
        let answer = reqwest::get(format!("{indexer}{path}")).await?;
        let (mut status, mut body) = (answer.status(), answer.bytes().await?.to_vec());
        match self {
            // A log from which a leaf is missing is none.
            Self::Forgets(_) if path.starts_with("/log/") => body = b"{}".to_vec(),
            Self::Forgets(kind) => {
                if let Ok(mut page) = serde_json::from_slice::<Value>(&body)
                    && let Some(events) = page.get_mut("events").and_then(Value::as_array_mut)
                {
                    events.retain(|event| event["event"]["kind"] != *kind);
                    body = serde_json::to_vec(&page)?;
                }
            }
            Self::Renames(account, other) if path == "/log/head" => {
                body = serde_json::to_vec(&renamed(indexer, &serde_json::from_slice(&body)?, account, other).await?)?;
            }
            Self::Renames(account, other) => {
                replace(&mut body, account, other);
                replace(&mut body, hex::encode(account).as_bytes(), hex::encode(other).as_bytes());
            }
            Self::Content(address, None) if path.starts_with(&format!("/v1/contents/{address}")) => {
                status = reqwest::StatusCode::NOT_FOUND;
                body = serde_json::to_vec(&json!({ "code": "unknown_content", "error": "gone", "help": "none" }))?;
            }
            Self::Content(address, Some(bytes)) if path == format!("/v1/contents/{address}") => {
                status = reqwest::StatusCode::OK;
                body = bytes.to_vec();
            }
            Self::Confidential(address) if path == format!("/v1/contents/{address}") => {
                status = reqwest::StatusCode::FORBIDDEN;
                body = serde_json::to_vec(&json!({ "code": "confidential", "error": "no", "help": "none" }))?;
            }
            Self::Sealed(address, bytes) if path.starts_with(&format!("/v1/contents/{address}")) => {
                let (hash, found) = (hex::encode(sha256(&[bytes])), path.split_once('?').map(|(_, found)| found));
                status = if found.is_some() { reqwest::StatusCode::OK } else { reqwest::StatusCode::NOT_FOUND };
                body = match found {
                    None => serde_json::to_vec(&json!({ "code": "unknown_content", "error": "gone", "help": "none" }))?,
                    Some("restricted") => serde_json::to_vec(&json!({ "restricted": [hash] }))?,
                    Some(_) => bytes.to_vec(),
                };
            }
            Self::Other(_) | Self::Content(..) | Self::Confidential(_) | Self::Sealed(..) => {}
        }
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
        Ok(stream.shutdown().await?)
    }
}

/// The head of a log in which every leaf names the other account: its tree is made anew.
async fn renamed(indexer: &str, honest: &LogHead, account: &[u8], other: &[u8]) -> Outcome<LogHead> {
    let entries = reqwest::get(format!("{indexer}/log/tile/entries/000.p/{}", honest.size)).await?.bytes().await?;
    let mut tree = Frontier::new();
    let mut rest = &*entries;
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let (leaf, behind) = behind.split_at(u16::from_be_bytes(*length).into());
        let mut leaf = leaf.to_vec();
        replace(&mut leaf, account, other);
        tree.push(leaf_hash(&leaf))?;
        rest = behind;
    }
    Ok(LogHead { root: tree.root().to_string(), ..honest.clone() })
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    for start in 0..bytes.len().saturating_sub(from.len().saturating_sub(1)) {
        if bytes[start..].starts_with(from) {
            bytes[start..start + to.len()].copy_from_slice(to);
        }
    }
}
