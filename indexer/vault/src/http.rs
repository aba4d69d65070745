//! How the client of S3 speaks to its store: over the house's own connections, with TLS by ring, through no proxy.

use greatseal_host::client::Address;
use http_body_util::BodyExt as _;
use hyper::{client::conn::http1, header};
use hyper_util::rt::TokioIo;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use std::{io, pin::Pin, time::Duration};

/// Longest time from a request to the head of its answer: a part of 8 MiB, and the making of an object of many.
const PATIENCE: Duration = Duration::from_secs(120);

/// Makes connections to one store.
#[derive(Clone, Debug)]
pub(crate) struct Connector(Address);

impl Connector {
    pub(crate) fn new(address: Address) -> Self {
        Self(address)
    }

    async fn exchange(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let stream = self.0.connect().await.map_err(|trouble| HttpError::new(HttpErrorKind::Connect, trouble))?;
        let begun = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = begun.map_err(|error| HttpError::new(HttpErrorKind::Connect, error))?;
        // Ends with the answer's body, or with the sender.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the store of contents ended early");
            }
        });
        let uri = request.uri().clone();
        if !request.headers().contains_key(header::HOST)
            && let Some(host) = uri.authority().and_then(|authority| authority.as_str().parse().ok())
        {
            request.headers_mut().insert(header::HOST, host);
        }
        // A store is asked for a path, a proxy for a URL.
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse().map_err(|error| HttpError::new(HttpErrorKind::Request, Wrapped(error)))?;
        let answer = tokio::time::timeout(PATIENCE, sender.send_request(request)).await;
        let answer = answer.map_err(|_| {
            HttpError::new(HttpErrorKind::Timeout, io::Error::new(io::ErrorKind::TimedOut, "no answer in time"))
        })?;
        let answer = answer.map_err(|error| HttpError::new(HttpErrorKind::Request, error))?;
        Ok(answer.map(|body| {
            // The connection stays open while its sender is there.
            let body = body.map_err(move |error| {
                let _open = &sender;
                HttpError::new(HttpErrorKind::Interrupted, error)
            });
            HttpResponseBody::new(body)
        }))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Wrapped(hyper::http::uri::InvalidUri);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Connector {
    fn call<'service, 'answer>(
        &'service self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'answer>>
    where
        'service: 'answer,
        Self: 'answer,
    {
        Box::pin(self.exchange(request))
    }
}
