//! HTTP/1 within limits: so many connections at a time, so many of one peer, and so long for the head of a request. With TLS where a
//! service is told its certificate.

mod listener;
mod moving;
mod peers;
mod tls;

pub use listener::{CannotListen, Listener, Opening, listen};
pub use tls::{Certificate, TlsFault};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use moving::{Counted, LIFETIME, while_it_moves};
use peers::{Peers, Place};
use std::{
    io,
    num::NonZeroU16,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};
use tokio_rustls::TlsAcceptor;

/// Pause after the operating system has refused a connection, for want of descriptors for instance.
const BREATH: Duration = Duration::from_millis(100);
/// How long running answers may take to end once the service is told to.
const GRACE: Duration = Duration::from_secs(2);

/// How much a service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most connections at a time; more wait in the operating system's queue.
    pub connections: NonZeroU16,
    /// Most connections of one peer at a time; more are closed. A peer on this machine may be a proxy, and has no such limit.
    pub connections_per_peer: NonZeroU16,
    /// Longest time for a handshake, and for the head of a request, the pause before it included; then the connection is closed.
    pub header_timeout: Duration,
}

/// Serves until `end` resolves, then lets running answers finish, but not for long.
///
/// # Errors
///
/// What the operating system refuses at the start.
pub async fn serve(
    listener: impl Into<Listener>,
    router: Router,
    limits: Limits,
    end: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let listener = listener.into();
    // The address is asked for because a listener that has none can serve nothing.
    listener.tcp.local_addr()?;
    let places = Arc::new(Semaphore::new(limits.connections.get().into()));
    let peers = Peers::new(limits.connections_per_peer);
    let running = GracefulShutdown::new();
    tokio::pin!(end);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, peer) = listener.tcp.accept().await?;
            Ok::<_, io::Error>((place, stream, peer))
        };
        let (place, stream, peer) = tokio::select! {
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
        let Some(of_peer) = peers.take(peer.ip()) else {
            tracing::debug!(peer = %peer.ip(), "one peer has too many connections");
            continue;
        };
        let (tls, watcher, router) = (listener.acceptor(), running.watcher(), router.clone());
        let serving = Serving { limits, watcher, router, places: (place, of_peer) };
        tokio::spawn(serving.run(stream, tls));
    }
    drop(listener);
    let _in_time = time::timeout(GRACE, running.shutdown()).await;
    Ok(())
}

/// A connection that was taken.
struct Serving {
    limits: Limits,
    watcher: Watcher,
    router: Router,
    /// Given back when it ends.
    places: (OwnedSemaphorePermit, Place),
}

impl Serving {
    async fn run(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let moved = Arc::new(AtomicU64::new(0));
        let stream = Counted { stream, moved: Arc::clone(&moved) };
        let Some(tls) = tls else { return self.answer(stream, &moved).await };
        match time::timeout(self.limits.header_timeout, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.answer(stream, &moved).await,
            Ok(Err(error)) => tracing::debug!(%error, "a peer does not speak TLS with us"),
            Err(_) => tracing::debug!("a handshake was not done in time"),
        }
    }

    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static, moved: &AtomicU64) {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.header_timeout);
        let service = TowerToHyperService::new(self.router);
        let connection = self.watcher.watch(http.serve_connection(TokioIo::new(stream), service));
        match while_it_moves(connection, moved, LIFETIME).await {
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
            None => tracing::debug!("a connection was closed at the end of its time"),
        }
        drop(self.places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::net::SocketAddr;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
        sync::oneshot,
    };

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

    async fn start(connections: u16, header_timeout: Duration) -> io::Result<(SocketAddr, oneshot::Sender<()>)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (end, told) = oneshot::channel::<()>();
        let connections = NonZeroU16::new(connections).unwrap_or(NonZeroU16::MIN);
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(serve(
            listener,
            router,
            Limits { connections, connections_per_peer: NonZeroU16::MIN, header_timeout },
            async {
                let _ = told.await;
            },
        ));
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
