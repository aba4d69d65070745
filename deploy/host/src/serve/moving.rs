//! Connections that are ended where they stand still: their bytes are counted.

use std::{
    io,
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
    net::TcpStream,
    time,
};

/// Time in which a connection has to move [`LEAST`]: a client that does not read cannot keep its place for ever, and one that
/// moves gibibytes may.
pub(super) const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Least that a connection moves in that time, in bytes, either way; below it, it is closed.
const LEAST: u64 = 1 << 20;

/// Runs a connection to its end; `None` where it moved too little in a time.
pub(super) async fn while_it_moves<T>(
    connection: impl Future<Output = T>,
    moved: &AtomicU64,
    lifetime: Duration,
) -> Option<T> {
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
pub(super) struct Counted {
    pub(super) stream: TcpStream,
    pub(super) moved: Arc<AtomicU64>,
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
}
