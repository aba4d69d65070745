//! One request over HTTP/1.1 to the address that the URL names: through no proxy, without following a redirect, with TLS
//! where the URL says `https`.
//!
//! A proxy of the environment (`http_proxy`) is meant for browsers: it would get envelopes for a relayer on this very
//! machine, and its answers would pass for the relayer's.

mod stream;
mod tls;

pub use stream::{Received, Upload};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Body, Bytes, Incoming},
    client::conn::http1,
    header,
    http::request::Builder,
};
use hyper_util::rt::TokioIo;
use std::{any::Any, error::Error, fmt, path::Path, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinHandle,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

pub use hyper::{Method, StatusCode};

/// Most bytes of one answer: a file of a log may have as many.
const MAX_ANSWER: usize = 128 * 1024 * 1024;
/// Longest time for one request, from the connection to the answer's last byte.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest time for a connection alone.
const CONNECTING: Duration = Duration::from_secs(10);

/// A connection over which bytes go both ways.
pub trait Connection: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static> Connection for Stream {}

/// A service's address.
#[derive(Clone)]
pub struct Address {
    host: String,
    port: u16,
    /// What stands before every path; without a slash at its end.
    base: String,
    tls: Option<TlsConnector>,
    loopback: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nobody answers, or not as it should be.
    #[error("{0}")]
    Unreachable(String),
    /// Somebody answers who does not prove who it is.
    #[error("{0}")]
    Untrusted(String),
}

impl Address {
    /// Reads a URL; with TLS by the authorities of this machine, or by the one in the file `authority` alone.
    ///
    /// # Errors
    ///
    /// [`Trouble::Unreachable`] for what is no URL of a service, [`Trouble::Untrusted`] without an authority.
    pub fn parse(text: &str, authority: Option<&Path>) -> Result<Self, Trouble> {
        let no = |reason: &str| Trouble::Unreachable(reason.to_owned());
        let url = Url::parse(text).map_err(|error| Trouble::Unreachable(format!("it is no URL: {error}")))?;
        let tls = match url.scheme() {
            "http" => None,
            "https" => Some(tls::connector(authority)?),
            _ => return Err(no("the URL begins neither with http:// nor with https://")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(no("no name and no password belongs into the URL"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(no("the URL goes on after its path"));
        }
        let (host, loopback) = match url.host() {
            Some(Host::Domain(name)) => (name.to_owned(), name == "localhost"),
            Some(Host::Ipv4(address)) => (address.to_string(), address.is_loopback()),
            Some(Host::Ipv6(address)) => (address.to_string(), address.is_loopback()),
            None => return Err(no("the URL names no host")),
        };
        let port = url.port_or_known_default().ok_or_else(|| no("the URL names no port"))?;
        Ok(Self { host, port, base: url.path().trim_end_matches('/').to_owned(), tls, loopback })
    }

    /// Whether somebody on the way could forge the answers.
    pub fn open_to_others(&self) -> bool {
        self.tls.is_none() && !self.loopback
    }

    /// Sends one request, with a body of a type, and reads the whole answer.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where there is no whole answer of whoever proves to be the service.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<(StatusCode, Vec<u8>), Trouble> {
        let late = || Trouble::Unreachable(format!("no answer within {} s", PATIENCE.as_secs()));
        tokio::time::timeout(PATIENCE, self.exchange(method, path, body)).await.map_err(|_| late())?
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Result<(StatusCode, Vec<u8>), Trouble> {
        let mut request = self.request(method, path);
        if let Some((kind, _)) = body {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let body = body.map(|(_, bytes)| bytes).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| broken(&error))?;
        whole(self.begin(request).await?).await
    }

    fn request(&self, method: Method, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::HOST, self.authority())
            .header(header::USER_AGENT, concat!("greatseal/", env!("CARGO_PKG_VERSION")))
    }

    /// Sends a request over a connection of its own, up to the head of its answer.
    async fn begin<B>(&self, request: Request<B>) -> Result<Begun, Trouble>
    where
        B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|error| broken(&error))?;
        match &self.tls {
            None => answer(stream, request).await,
            Some(connector) => answer(tls::handshake(connector, &self.host, stream).await?, request).await,
        }
    }

    /// A connection to it, proved by TLS where the URL says so: for whoever speaks HTTP over it himself.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where nobody answers who proves to be the service.
    pub async fn connect(&self) -> Result<Box<dyn Connection>, Trouble> {
        let connecting = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|error| broken(&error))?;
            let connection: Box<dyn Connection> = match &self.tls {
                None => Box::new(stream),
                Some(connector) => Box::new(tls::handshake(connector, &self.host, stream).await?),
            };
            Ok(connection)
        };
        let late = || Trouble::Unreachable("no connection in time".to_owned());
        tokio::time::timeout(CONNECTING, connecting).await.map_err(|_| late())?
    }

    /// Host and port as HTTP writes them.
    fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.authority(), self.base)
    }
}

/// An answer that has begun. Its connection ends with it.
struct Begun {
    answer: Response<Incoming>,
    driver: JoinHandle<()>,
    /// While it is there, the connection stays open.
    _sender: Box<dyn Any + Send>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

async fn answer<Stream, B>(stream: Stream, request: Request<B>) -> Result<Begun, Trouble>
where
    Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    let driver = tokio::spawn(async move { drop(connection.await) });
    match sender.send_request(request).await {
        Ok(answer) => Ok(Begun { answer, driver, _sender: Box::new(sender) }),
        Err(error) => {
            driver.abort();
            Err(broken(&error))
        }
    }
}

async fn whole(mut begun: Begun) -> Result<(StatusCode, Vec<u8>), Trouble> {
    let status = begun.answer.status();
    let body = begun.answer.body_mut();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
        if bytes.len().saturating_add(data.len()) > MAX_ANSWER {
            return Err(Trouble::Unreachable("the answer is too large".to_owned()));
        }
        bytes.extend_from_slice(&data);
    }
    Ok((status, bytes))
}

/// An error by its innermost cause: the outer ones only say that something went wrong.
fn broken(error: &(dyn Error + 'static)) -> Trouble {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Trouble::Unreachable(innermost.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Address, Trouble};

    #[test]
    fn a_url_is_taken_apart_or_refused() {
        let address =
            |text| Address::parse(text, None).map(|it| (it.authority(), it.base.clone(), it.open_to_others()));
        let taken = |authority: &str, base: &str, open| Ok((authority.to_owned(), base.to_owned(), open));
        assert_eq!(address("http://127.0.0.1:7700"), taken("127.0.0.1:7700", "", false));
        assert_eq!(address("http://127.9.9.9:7700/"), taken("127.9.9.9:7700", "", false));
        assert_eq!(address("http://[::1]:7700"), taken("[::1]:7700", "", false));
        assert_eq!(address("http://localhost"), taken("localhost:80", "", false));
        assert_eq!(address("http://localhost.example.org/seal/"), taken("localhost.example.org:80", "/seal", true));
        assert_eq!(address("http://10.0.0.1:1"), taken("10.0.0.1:1", "", true));
        for text in [
            "",
            "relayer",
            "127.0.0.1:7700",
            "ftp://127.0.0.1",
            "http://name:word@127.0.0.1",
            "http://127.0.0.1/?a=b",
            "http://",
        ] {
            assert!(matches!(address(text), Err(Trouble::Unreachable(_))), "{text}");
        }
    }
}
