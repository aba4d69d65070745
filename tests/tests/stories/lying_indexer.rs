//! An indexer that answers with another proposal than the one that was asked for is found out before anything is signed.

use greatseal_tests::{
    Outcome,
    world::{Options, World},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn nobody_signs_for_a_proposal_that_was_not_asked_for() -> Outcome {
    let world = World::start(Options::default()).await?;
    let asked = world.propose_pause("E0", "route:1").await?;
    let other = world.propose_pause("E1", "route:2").await?;
    let serial = asked.split('.').next().ok_or("an id without a serial")?.to_owned();
    let lie = Lie { indexer: world.indexer_url(), other: other.clone() };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let lying = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that goes away early is none of its business.
            let _ = lie.answer(stream).await;
        }
    });

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

struct Lie {
    indexer: String,
    other: String,
}

impl Lie {
    /// Passes one request on to the real indexer, for another proposal.
    async fn answer(&self, mut stream: TcpStream) -> Outcome {
        let mut head = vec![0; 4096];
        let length = stream.read(&mut head).await?;
        let head = String::from_utf8_lossy(head.get(..length).unwrap_or_default()).into_owned();
        let path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
        let path = if path.starts_with("/v1/proposals/") { format!("/v1/proposals/{}", self.other) } else { path };
        let answer = reqwest::get(format!("{}{path}", self.indexer)).await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
        Ok(stream.shutdown().await?)
    }
}
