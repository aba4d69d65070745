//! Bodies of any length, sent and received piece by piece. Nobody knows how long they take: what stands still is ended.

use super::{Address, Begun, Trouble, broken, whole};
use http_body_util::BodyExt as _;
use hyper::{
    Method, StatusCode,
    body::{Body, Bytes, Frame, SizeHint},
    header,
};
use std::{
    io::{self, Read},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{sync::mpsc, time::Instant};

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;
/// Pieces that are read ahead.
const AHEAD: usize = 4;
/// Longest time without progress.
const STANDSTILL: Duration = Duration::from_secs(30);
/// Longest time for the answer after the last byte of a long body was sent: the service checks it and makes it last.
const SETTLING: Duration = Duration::from_secs(5 * 60);
/// Bytes of a body for which a service may take a second of that.
const SETTLED: u64 = 1024 * 1024;
/// How often progress is looked at.
const TICK: Duration = Duration::from_millis(200);
/// Fewest bytes that an answer brings in each [`STANDSTILL`], but for the last.
const SLOWEST: u64 = 64 * 1024;
/// Most bytes of an answer that says why there is none.
const PROBLEM: u64 = 64 * 1024;

/// What is sent.
pub struct Upload {
    /// Its length in bytes.
    pub length: u64,
    /// Its bytes: at least so many; what follows is not sent.
    pub source: Box<dyn Read + Send>,
}

/// What came back for a question about a long body.
#[derive(Debug)]
pub enum Received {
    /// All of it was taken.
    Whole,
    /// The service refuses, and says why.
    Refused(StatusCode, Vec<u8>),
    /// Whoever took it wanted no more.
    Stopped(io::Error),
}

impl Address {
    /// Puts a body, and tells how many bytes of it are sent.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where the service does not answer, stands still, or the source ends early.
    pub async fn upload(
        &self,
        path: &str,
        upload: Upload,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(StatusCode, Vec<u8>), Trouble> {
        let Upload { length, source } = upload;
        let sent = Arc::new(AtomicU64::new(0));
        let body = Pieces { pieces: pieces(source, length), left: length, sent: Arc::clone(&sent) };
        let request = self.request(Method::PUT, path).header(header::CONTENT_TYPE, "application/octet-stream");
        let request = request.body(body).map_err(|error| broken(&error))?;
        let mut exchange = pin!(async { whole(self.begin(request).await?).await });
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            tokio::select! {
                answer = &mut exchange => {
                    progress(sent.load(Ordering::Relaxed));
                    return answer;
                }
                () = tokio::time::sleep(TICK) => {
                    let now = sent.load(Ordering::Relaxed);
                    progress(now);
                    if now != seen {
                        (seen, since) = (now, Instant::now());
                    }
                    let patience = if now == length { settling(length) } else { STANDSTILL };
                    if since.elapsed() > patience {
                        return Err(stands_still(patience));
                    }
                }
            }
        }
    }

    /// Gets a body, piece by piece; what is longer than `most` bytes is no answer.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where there is no whole answer of whoever proves to be the service.
    pub async fn download(
        &self,
        path: &str,
        most: u64,
        take: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
    ) -> Result<Received, Trouble> {
        let request = self.request(Method::GET, path).body(String::new()).map_err(|error| broken(&error))?;
        let begun = tokio::time::timeout(STANDSTILL, self.begin(request)).await;
        let mut begun = begun.map_err(|_| stands_still(STANDSTILL))??;
        let status = begun.answer.status();
        if !status.is_success() {
            let mut bytes = Vec::new();
            let mut problem = |piece: &[u8]| {
                bytes.extend_from_slice(piece);
                Ok(())
            };
            if let Err(error) = each(&mut begun, PROBLEM, &mut problem).await? {
                return Ok(Received::Stopped(error));
            }
            return Ok(Received::Refused(status, bytes));
        }
        Ok(match each(&mut begun, most, take).await? {
            Ok(()) => Received::Whole,
            Err(error) => Received::Stopped(error),
        })
    }
}

async fn each(
    begun: &mut Begun,
    most: u64,
    take: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send),
) -> Result<io::Result<()>, Trouble> {
    let (mut all, mut window, mut since) = (0_u64, 0_u64, Instant::now());
    let body = begun.answer.body_mut();
    loop {
        let frame = tokio::time::timeout(STANDSTILL, body.frame()).await.map_err(|_| stands_still(STANDSTILL))?;
        let Some(frame) = frame else { return Ok(Ok(())) };
        let Ok(piece) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        (all, window) = (all.saturating_add(length), window.saturating_add(length));
        if all > most {
            return Err(Trouble::Unreachable("the answer is too large".to_owned()));
        }
        if let Err(error) = take(&piece) {
            return Ok(Err(error));
        }
        if since.elapsed() > STANDSTILL {
            if window < SLOWEST {
                return Err(Trouble::Unreachable("the answer comes too slowly".to_owned()));
            }
            (window, since) = (0, Instant::now());
        }
    }
}

/// Longest time for the answer after the last byte was sent.
fn settling(length: u64) -> Duration {
    Duration::from_secs(length / SETTLED).clamp(STANDSTILL, SETTLING)
}

fn stands_still(patience: Duration) -> Trouble {
    Trouble::Unreachable(format!("nothing moved for {} s", patience.as_secs()))
}

/// Reads ahead, away from the threads that serve connections.
fn pieces(mut source: Box<dyn Read + Send>, length: u64) -> mpsc::Receiver<io::Result<Bytes>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut left = length;
        while left > 0 {
            let room = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
            let mut piece = vec![0; room];
            let read = source.read_exact(&mut piece).map(|()| Bytes::from(piece));
            let failed = read.is_err();
            // Whoever sends has given up.
            if sender.blocking_send(read).is_err() || failed {
                return;
            }
            left = left.saturating_sub(u64::try_from(room).unwrap_or(u64::MAX));
        }
    });
    receiver
}

/// A body of a length that is known.
struct Pieces {
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    left: u64,
    sent: Arc<AtomicU64>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.pieces.poll_recv(context);
        next.map(|piece| {
            let piece = match piece {
                Some(Ok(piece)) => piece,
                Some(Err(error)) => return Some(Err(error)),
                None if self.left == 0 => return None,
                None => return Some(Err(io::ErrorKind::UnexpectedEof.into())),
            };
            let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            self.left = self.left.saturating_sub(length);
            self.sent.fetch_add(length, Ordering::Relaxed);
            Some(Ok(Frame::data(piece)))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_body_is_not_waited_for_as_a_long_one() {
        let seconds = |length| settling(length).as_secs();
        assert_eq!([0, 40, 30 << 20, 31 << 20, 200 << 20].map(seconds), [30, 30, 30, 31, 200]);
        assert_eq!([300 << 20, 2 << 30, u64::MAX].map(seconds), [300, 300, 300]);
    }
}
