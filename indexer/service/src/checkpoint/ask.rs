//! A witness is asked to cosign: <https://c2sp.org/tlog-witness>, `add-checkpoint`.

use crate::{
    config::Listed,
    error::Error,
    store::{Store, StoreError},
};
use greatseal_api::wire::Reason;
use greatseal_host::client::{Address, Method, StatusCode, Trouble};
use greatseal_trail::{checkpoint::Signed, cosignature::WitnessKey, note::Signature, witness::AddCheckpoint};
use std::{path::Path, time::Duration};
use tokio::time::{Instant, timeout};

/// A witness that has not answered for so long is asked again later.
const PATIENCE: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often a witness may say that it is elsewhere: once because we do not know yet, once because another asked it meanwhile.
const ATTEMPTS: u8 = 3;
/// Longest text of a witness that is repeated.
const LONGEST_TEXT: usize = 200;

/// A witness, and how far it is.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    vkey: WitnessKey,
    address: Address,
    /// Size of the last checkpoint that it has cosigned, as far as is known.
    size: u64,
    /// The size that it has cosigned last, and when.
    cosigned: Option<(u64, Instant)>,
    /// When it is asked again after a failure.
    next: Option<Instant>,
    pause: Duration,
}

/// A cosignature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cosignature {
    /// Its line, which ends with a newline.
    pub(super) line: String,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCosigned {
    /// It does not answer.
    #[error("it does not answer: {0}")]
    Silent(Trouble),
    /// It has not answered in time.
    #[error("it has not answered within {} s", PATIENCE.as_secs())]
    Late,
    /// It has cosigned a larger checkpoint than there is: this log has been rewound, or somebody else signs with its key.
    #[error("it has cosigned a checkpoint of {0} events, which is larger than this one")]
    Ahead(u64),
    /// It says each time that it is elsewhere.
    #[error("it says again and again that it has cosigned another size")]
    Restless,
    /// It refuses.
    #[error("it refuses with {status}: {text}")]
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its words.
        text: String,
    },
    /// What it answers is no cosignature of it.
    #[error("what it answers is no cosignature of its key")]
    NotItsOwn,
    /// The proof cannot be made.
    #[error("the database does not give the proof: {0}")]
    Store(#[from] StoreError),
}

impl NotCosigned {
    /// The word and the sentence for `/health`.
    pub(super) fn reason(&self) -> Reason {
        let code = match self {
            Self::Silent(_) | Self::Late => "witness_unreachable",
            Self::Ahead(_) => "witness_ahead",
            Self::Restless => "witness_restless",
            Self::Refused { .. } => "witness_refuses",
            Self::NotItsOwn => "witness_unproved",
            Self::Store(_) => "database_failing",
        };
        Reason { code: code.into(), text: self.to_string() }
    }
}

impl Witness {
    /// A witness of the configuration.
    pub(super) fn new(listed: &Listed, authority: Option<&Path>) -> Result<Self, Error> {
        let address = Address::parse(&listed.url, authority)
            .map_err(|reason| Error::WitnessAddress { url: listed.url.clone(), reason })?;
        Ok(Self { vkey: listed.vkey.clone(), address, size: 0, cosigned: None, next: None, pause: FIRST_PAUSE })
    }

    pub(super) fn name(&self) -> &str {
        self.vkey.name().as_str()
    }

    /// When it may be asked again; `None` where it may be now.
    pub(super) fn next(&self) -> Option<Instant> {
        self.next.filter(|next| *next > Instant::now())
    }

    /// Whether it is to be asked now: it has not failed just before, and has not cosigned this size within the interval.
    pub(super) fn is_due(&self, size: u64, interval: Duration) -> bool {
        let fresh = self.cosigned.is_some_and(|(cosigned, at)| cosigned == size && at.elapsed() < interval);
        self.next().is_none() && !fresh
    }

    /// Asks it for a cosignature of a checkpoint.
    pub(super) async fn cosign(&mut self, signed: &Signed, store: &Store) -> Result<Cosignature, NotCosigned> {
        let asked = timeout(PATIENCE, self.ask(signed, store)).await.unwrap_or(Err(NotCosigned::Late));
        match &asked {
            Ok(_) => {
                (self.next, self.pause) = (None, FIRST_PAUSE);
                self.cosigned = Some((signed.checkpoint().head().size, Instant::now()));
            }
            Err(_) => {
                self.next = Instant::now().checked_add(self.pause);
                self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
            }
        }
        asked
    }

    async fn ask(&mut self, signed: &Signed, store: &Store) -> Result<Cosignature, NotCosigned> {
        let size = signed.checkpoint().head().size;
        for _ in 0..ATTEMPTS {
            if self.size > size {
                // It may have been mistaken: next time it is asked from the beginning, and says where it is.
                return Err(NotCosigned::Ahead(std::mem::take(&mut self.size)));
            }
            let proof = store.consistency(self.size, size).await?;
            let request = AddCheckpoint { old_size: self.size, proof, checkpoint: signed.clone() };
            let body = Some(("text/plain", request.to_string().into_bytes()));
            let answer = self.address.send(Method::POST, "/add-checkpoint", body).await;
            match answer.map_err(NotCosigned::Silent)? {
                (StatusCode::OK, lines) => {
                    let cosignature = self.own(signed, &lines).ok_or(NotCosigned::NotItsOwn)?;
                    self.size = size;
                    return Ok(cosignature);
                }
                (StatusCode::CONFLICT, body) => {
                    self.size = decimal(&body).ok_or_else(|| refused(StatusCode::CONFLICT, &body))?;
                }
                (status, body) => return Err(refused(status, &body)),
            }
        }
        Err(NotCosigned::Restless)
    }

    /// The witness's own cosignature among the lines that it answers, verified.
    fn own(&self, signed: &Signed, lines: &[u8]) -> Option<Cosignature> {
        let mut cosigned = signed.clone();
        cosigned.note_mut().add_lines(lines).ok()?;
        let known = std::slice::from_ref(&self.vkey);
        if cosigned.cosignatures(known).ok()?.is_empty() {
            return None;
        }
        let own = |signature: &&Signature| signature.names(&self.vkey);
        let line = cosigned.note().signatures().iter().rev().find(own)?;
        Some(Cosignature { line: format!("{line}\n") })
    }
}

/// A size as a witness answers it: a number without leading zeroes, and a newline.
fn decimal(body: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(body).ok()?.strip_suffix('\n')?;
    let size = text.parse().ok()?;
    (u64::to_string(&size) == text).then_some(size)
}

fn refused(status: StatusCode, body: &[u8]) -> NotCosigned {
    let text = String::from_utf8_lossy(body).trim().chars().take(LONGEST_TEXT).collect();
    NotCosigned::Refused { status, text }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn a_size_has_one_spelling() {
        assert_eq!(decimal(b"0\n"), Some(0));
        assert_eq!(decimal(b"18446744073709551615\n"), Some(u64::MAX));
        for wrong in [&b""[..], b"\n", b"7", b"07\n", b"+7\n", b"7\n\n", b"18446744073709551616\n", b"\xff\n"] {
            assert_eq!(decimal(wrong), None, "{wrong:?}");
        }
    }
}
