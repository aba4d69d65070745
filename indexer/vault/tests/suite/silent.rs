//! A store that begins an answer and says no more.

use crate::Outcome;
use futures::StreamExt as _;
use greatseal_content::check::address;
use greatseal_protocol::content::Address;
use greatseal_vault::{Limits, Name, Place, S3, Vault, VaultError};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const NOTHING: &str = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
const LIMITS: Limits = Limits { longest: 1 << 30, pause: Duration::from_secs(2) };

/// How the object that the store has is given.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// In pieces, one each tenth of a second.
    Slowly,
    /// But for its last byte, for which the connection stays open.
    NotToTheEnd,
}

async fn store(object: Vec<u8>, manner: Manner) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let object = Arc::new(object);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection, object.clone(), manner));
        }
    });
    Ok(at)
}

async fn answer(mut connection: TcpStream, object: Arc<Vec<u8>>, manner: Manner) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        asked.push(connection.read_u8().await?);
    }
    let is_list = asked.windows(9).any(|part| part == b"list-type");
    let body = if is_list { NOTHING.as_bytes() } else { &object };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nETag: \"1\"\r\nLast-Modified: Mon, 05 Jan 2026 10:00:00 GMT\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await?;
    match manner {
        _ if is_list => connection.write_all(body).await?,
        Manner::Slowly => {
            for piece in body.chunks(body.len().div_ceil(30)) {
                connection.write_all(piece).await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Manner::NotToTheEnd => {
            connection.write_all(body.get(..body.len().saturating_sub(1)).unwrap_or_default()).await?;
            // Until the other side goes.
            while connection.read(&mut [0; 16]).await? > 0 {}
        }
    }
    Ok(())
}

/// Reads the object of a store in that manner: how many bytes came.
async fn read(length: usize, manner: Manner) -> Result<Result<usize, VaultError>, Box<dyn std::error::Error>> {
    let bytes = vec![9; length];
    let name = Name::Public(address(&Address::Sha256([0; 32]), &bytes)?);
    let place = Place::S3(S3 {
        url: format!("http://{}", store(bytes, manner).await?),
        bucket: "greatseal".into(),
        region: "us-east-1".into(),
        prefix: String::new(),
        access_key: "id".into(),
        secret_key: "key".into(),
    });
    let vault = Vault::within(&place, &LIMITS).await?;
    let reading = async {
        let mut parts = match vault.open(name).await {
            Ok(Some(reading)) => reading.into_stream(),
            Ok(None) => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut came = 0;
        while let Some(part) = parts.next().await {
            came += part?.len();
        }
        Ok(came)
    };
    Ok(tokio::time::timeout(Duration::from_secs(60), reading).await?)
}

/// Short contents are read before anything is given out, long ones meanwhile.
const LENGTHS: [usize; 2] = [1000, 3 << 20];

#[tokio::test]
async fn an_answer_that_stops_arriving_ends() -> Outcome {
    for length in LENGTHS {
        let came = read(length, Manner::NotToTheEnd).await?;
        assert!(matches!(came, Err(VaultError::Failing(_))), "{length} bytes: {came:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_slow_answer_that_goes_on_arrives() -> Outcome {
    for length in LENGTHS {
        assert_eq!(read(length, Manner::Slowly).await??, length);
    }
    Ok(())
}
