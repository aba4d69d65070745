//! How the client of S3 speaks to its store: over the house's own connections, with TLS by ring, through no proxy.

use greatseal_host::client::Address;
use hyper::{
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    client::conn::http1,
    header,
};
use hyper_util::rt::TokioIo;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::Sleep;

/// Longest time from a request to the head of its answer: a part of 8 MiB, and the making of an object of many.
const PATIENCE: Duration = Duration::from_secs(120);

/// Makes connections to one store.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    address: Address,
    /// Longest pause of an answer.
    pause: Duration,
}

impl Connector {
    pub(crate) fn new(address: Address, pause: Duration) -> Self {
        Self { address, pause }
    }

    async fn exchange(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let stream = self.address.connect().await.map_err(|trouble| HttpError::new(HttpErrorKind::Connect, trouble))?;
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
        let answer = answer.map_err(|_| late("no answer in time"))?;
        let answer = answer.map_err(|error| HttpError::new(HttpErrorKind::Request, error))?;
        let pause = self.pause;
        Ok(answer.map(|body| HttpResponseBody::new(Arriving { body, pause, until: None, _open: sender })))
    }
}

fn late(what: &'static str) -> HttpError {
    HttpError::new(HttpErrorKind::Timeout, io::Error::new(io::ErrorKind::TimedOut, what))
}

/// The body of an answer. It ends where the store says nothing for too long while somebody waits for it.
struct Arriving<Sender> {
    body: Incoming,
    pause: Duration,
    /// When the wait that is under way is over: what is not asked for does not come either.
    until: Option<Pin<Box<Sleep>>>,
    /// The connection stays open while its sender is there.
    _open: Sender,
}

impl<Sender: Unpin> Body for Arriving<Sender> {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.until = None;
            return Poll::Ready(
                frame.map(|frame| frame.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error))),
            );
        }
        let pause = self.pause;
        let until = self.until.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
        until.as_mut().poll(context).map(|()| Some(Err(late("the answer stopped arriving"))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
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
