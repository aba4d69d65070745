//! An indexer that answers with another proposal than the one that was asked for, or leaves events out, is found out before
//! anything is signed.

use greatseal_api::{link::{Row, RowHash}, render::event_row, wire::EventRow};
use greatseal_protocol::{
    bytes::{ActionHash, DeploymentId, parse_hex},
    digest::{action_hash, proposal_digest},
    event::{Event, Record},
    language::{contract, proposal},
    proposal::ProposalTerms,
};
use greatseal_tests::{
    Outcome,
    proxy::Proxy,
    world::{Options, World},
};
use parity_scale_codec::{DecodeAll, Encode as _};
use serde_json::Value;
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
/// of the frozen one, in every record and with every link made anew, is consistent, and is not believed.
#[tokio::test]
async fn rule_31_a_history_that_was_made_up_does_not_pass_for_the_whole() -> Outcome {
    let world = World::start(Options::default()).await?;
    let (frozen, other) = ([0xab; 32], [0xcd; 32]);
    world.pause(&format!("account:{}", hex::encode(frozen))).await?;
    let deaf = Proxy::without(world.node(), |method| method.starts_with("childstate_")).await?;
    let (url, lying) = lie(&world, Lie::Renames(frozen, other)).await?;
    let status = world.greatseal(&["status", "--node", deaf.url(), "--indexer", &url]).await?.done()?;
    let told = status["listing"]["guessed"]["indexer_error"].to_string();
    assert!(status["listing"]["complete"] == false && told.contains("the indexer's history has"), "{status}");
    assert!(!status["pauses"].to_string().contains(&hex::encode(other)), "{status}");
    // The history is consistent by itself: who reads it alone cannot tell.
    let log = world.greatseal(&["governance", "log", "--indexer", &url]).await?;
    assert!(log.code == 0 && log.stdout.contains(&hex::encode(other)), "{log:?}");
    // Verified, the judgement is the rules' and the chain's.
    let verified = world.greatseal(&["audit", "verify", "--indexer", &url]).await?;
    assert!(
        verified.code == 8 && verified.stderr.contains("the chain has another record there: Opened"),
        "{verified:?}"
    );
    lying.abort();
    let (url, lying) = lie(&world, Lie::Forgets("Decided")).await?;
    let verified = world.greatseal(&["audit", "verify", "--indexer", &url]).await?;
    assert!(verified.code == 8 && verified.stderr.contains("one is missing, or comes twice"), "{verified:?}");
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
        let status = answer.status();
        let mut body: Value = answer.json().await?;
        if let (Self::Forgets(kind), Some(events)) = (self, body.get_mut("events").and_then(Value::as_array_mut)) {
            events.retain(|event| event["event"]["kind"] != *kind);
        }
        if let (Self::Renames(account, other), Some(events)) =
            (self, body.get_mut("events").and_then(Value::as_array_mut))
        {
            renamed(events, account, other)?;
        }
        let body = serde_json::to_vec(&body)?;
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
        Ok(stream.shutdown().await?)
    }
}

/// A page from the first event on, told as if it had happened to the other account.
fn renamed(events: &mut [Value], account: &[u8], other: &[u8]) -> Outcome {
    let mut last: Option<RowHash> = None;
    let (mut domain, mut action) = (None, None);
    for event in events {
        let told: EventRow = serde_json::from_value(event.clone())?;
        let mut bytes = hex::decode(told.record.trim_start_matches("0x"))?;
        for start in 0..bytes.len().saturating_sub(account.len()) {
            if bytes[start..].starts_with(account) {
                bytes[start..start + other.len()].copy_from_slice(other);
            }
        }
        let mut record = Record::decode_all(&mut &*bytes)?;
        named_anew(&mut record, &mut domain, &mut action);
        let row = Row {
            block_number: told.block_number,
            block_hash: parse_hex(&told.block_hash)?,
            extrinsic: told.extrinsic_index,
            index: told.event_index,
            record: record.encode(),
        };
        let previous = match last {
            Some(last) => last,
            None => RowHash(parse_hex(&told.previous)?),
        };
        let next = previous.then(&row);
        *event = serde_json::to_value(event_row(&record, &row, previous, next)?)?;
        last = Some(next);
    }
    Ok(())
}

/// What names an action is made anew with it: by itself the history has to be one that the rules allow.
fn named_anew(record: &mut Record, domain: &mut Option<DeploymentId>, last: &mut Option<ActionHash>) {
    match (&mut record.event, record.actor, *domain) {
        (Event::Contract(contract::Event::Deployed { deployment, .. }), ..) => *domain = Some(*deployment),
        (Event::Proposal(proposal::Event::Opened(opened)), Some(author), Some(deployment)) => {
            let action = action_hash(&opened.action);
            *last = Some(action);
            opened.digest = proposal_digest(&ProposalTerms {
                deployment,
                id: opened.id,
                opened_at: record.at,
                author,
                nonce: opened.nonce,
                row: opened.row,
                row_version: opened.row_version,
                epochs: opened.epochs.clone(),
                action,
                document: opened.document,
                approve_by: opened.approve_by,
                delay: opened.delay,
                window: opened.window,
            });
        }
        (Event::Proposal(proposal::Event::Executed { action, .. }), ..) => *action = last.unwrap_or(*action),
        _ => {}
    }
}
