//! HTTP/1 within limits: so many connections at a time, and so long for the head of a request.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{
    io,
    net::SocketAddr,
    num::NonZeroU16,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time,
};

/// Pause after the operating system has refused a connection, for want of descriptors for instance.
const BREATH: Duration = Duration::from_millis(100);
/// Time in which a connection has to move [`LEAST`]: a client that does not read cannot keep its place for ever, and one that
/// moves gibibytes may.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Least that a connection moves in that time, in bytes, either way; below it, it is closed.
const LEAST: u64 = 1 << 20;
/// How long running answers may take to end once the service is told to.
const GRACE: Duration = Duration::from_secs(2);

/// How much a service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most connections at a time; more wait in the operating system's queue.
    pub connections: NonZeroU16,
    /// Longest time for the head of a request, the pause before it included; then the connection is closed.
    pub header_timeout: Duration,
}

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct CannotListen {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    pub source: io::Error,
}

impl CannotListen {
    /// Whether another program listens there.
    pub fn in_use(&self) -> bool {
        self.source.kind() == io::ErrorKind::AddrInUse
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self.in_use() {
            true => "stop the other program, or choose another port with --listen 127.0.0.1:0",
            false => "choose an address of this machine with --listen",
        }
    }
}

/// Listens on an address; answers the URL, with the port that was taken.
///
/// # Errors
///
/// [`CannotListen`].
pub async fn listen(address: SocketAddr) -> Result<(TcpListener, String), CannotListen> {
    let cannot = |source| CannotListen { address, source };
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let url = format!("http://{}", listener.local_addr().map_err(cannot)?);
    Ok((listener, url))
}

/// Serves until `end` resolves, then lets running answers finish, but not for long.
///
/// # Errors
///
/// What the operating system refuses at the start.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    end: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    // The address is asked for because a listener that has none can serve nothing.
    listener.local_addr()?;
    let places = Arc::new(Semaphore::new(limits.connections.get().into()));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
    let running = GracefulShutdown::new();
    tokio::pin!(end);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((place, listener.accept().await?.0))
        };
        let (place, stream) = tokio::select! {
            () = &mut end => break,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "no connection could be taken");
                    time::sleep(BREATH).await;
                    continue;
                }
            },
        };
        let service = TowerToHyperService::new(router.clone());
        let moved = Arc::new(AtomicU64::new(0));
        let stream = Counted { stream, moved: Arc::clone(&moved) };
        let connection = running.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            match while_it_moves(connection, &moved, LIFETIME).await {
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
                None => tracing::debug!("a connection was closed at the end of its time"),
            }
            drop(place);
        });
    }
    drop(listener);
    let _in_time = time::timeout(GRACE, running.shutdown()).await;
    Ok(())
}

/// Runs a connection to its end; `None` where it moved too little in a time.
async fn while_it_moves<T>(connection: impl Future<Output = T>, moved: &AtomicU64, lifetime: Duration) -> Option<T> {
    tokio::pin!(connection);
    let mut before = 0;
    loop {
        if let Ok(ended) = time::timeout(lifetime, &mut connection).await {
            return Some(ended);
        }
        let now = moved.load(Ordering::Relaxed);
        if now.saturating_sub(before) < LEAST {
            return None;
        }
        before = now;
    }
}

/// A connection that counts the bytes that it moves.
struct Counted {
    stream: TcpStream,
    moved: Arc<AtomicU64>,
}

impl Counted {
    fn count(&self, bytes: usize) {
        self.moved.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.count(buffer.filled().len().saturating_sub(before));
        read
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(length)) = written {
            self.count(length);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        if let Poll::Ready(Ok(length)) = written {
            self.count(length);
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::oneshot,
    };

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

    async fn start(connections: u16, header_timeout: Duration) -> io::Result<(SocketAddr, oneshot::Sender<()>)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (end, told) = oneshot::channel::<()>();
        let connections = NonZeroU16::new(connections).unwrap_or(NonZeroU16::MIN);
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(serve(listener, router, Limits { connections, header_timeout }, async {
            let _ = told.await;
        }));
        Ok((address, end))
    }

    async fn ask(stream: &mut TcpStream) -> io::Result<String> {
        stream.write_all(REQUEST).await?;
        let mut answer = [0; 512];
        let length = stream.read(&mut answer).await?;
        Ok(String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned())
    }

    #[tokio::test]
    async fn who_says_nothing_or_half_a_head_is_not_waited_for() -> io::Result<()> {
        let (address, _end) = start(8, Duration::from_millis(50)).await?;
        for beginning in [&b""[..], b"GET / HTTP/1.1\r\nhost: he"] {
            let mut slow = TcpStream::connect(address).await?;
            slow.write_all(beginning).await?;
            // Ends because the other side closes; without the limit it never would.
            slow.read_to_end(&mut Vec::new()).await?;
        }
        assert!(ask(&mut TcpStream::connect(address).await?).await?.ends_with("here"));
        Ok(())
    }

    #[tokio::test]
    async fn one_connection_too_many_waits_until_another_ends() -> io::Result<()> {
        let (address, _end) = start(1, Duration::from_secs(3600)).await?;
        let mut first = TcpStream::connect(address).await?;
        assert!(ask(&mut first).await?.ends_with("here"));
        let mut second = TcpStream::connect(address).await?;
        second.write_all(REQUEST).await?;
        let mut byte = [0];
        tokio::select! {
            biased;
            _ = second.read(&mut byte) => panic!("two connections at a time"),
            answered = ask(&mut first) => assert!(answered?.ends_with("here")),
        }
        drop(first);
        assert_eq!(second.read(&mut byte).await?, 1);
        Ok(())
    }

    #[tokio::test]
    async fn a_connection_lives_while_it_moves() {
        let (moved, short) = (AtomicU64::new(0), Duration::from_millis(20));
        assert_eq!(while_it_moves(std::future::pending::<()>(), &moved, short).await, None);
        let long = async {
            for _ in 0..30 {
                moved.fetch_add(LEAST, Ordering::Relaxed);
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert_eq!(while_it_moves(long, &moved, short).await, Some(()));
        // What was moved before is no credit.
        assert_eq!(while_it_moves(std::future::pending::<()>(), &AtomicU64::new(LEAST), short).await, None);
    }

    #[tokio::test]
    async fn told_to_end_it_takes_no_more() -> io::Result<()> {
        let (address, end) = start(8, Duration::from_secs(3600)).await?;
        let mut open = TcpStream::connect(address).await?;
        assert!(ask(&mut open).await?.ends_with("here"));
        let _ = end.send(());
        open.read_to_end(&mut Vec::new()).await?;
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}
