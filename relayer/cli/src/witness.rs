//! A witness: a service of the auditor's that cosigns checkpoints of logs which only grow, and sounds an alarm where one shows
//! different histories. <https://c2sp.org/tlog-witness>
//!
//! The last checkpoint of each log is on disk before its cosignature leaves. Where a log's key has signed two trees of one
//! size, both notes are kept in a file, and the log is not cosigned again until a person has removed that file.

mod alarm;
mod routes;

pub use alarm::{Alarms, Evidence};
pub use routes::router;

use alarm::Refused;
use greatseal_signing::{Cosigning, WitnessKey};
use greatseal_trail::{
    checkpoint::{Log, Origin},
    witness::{AddCheckpoint, Judgement, Kept, Malformed, Reason, SIZE_TYPE, Status},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Mutex, watch};

/// The witness's logs, key and alarms. Clones share them.
#[derive(Clone)]
pub struct Witness(Arc<Inner>);

struct Inner {
    key: WitnessKey,
    logs: Vec<Log>,
    alarms: Alarms,
    clock: fn() -> u64,
    /// One request at a time is judged and cosigned: the second is judged by what the first has left.
    turn: Mutex<()>,
    tallies: RwLock<BTreeMap<Origin, Arc<Tally>>>,
    alarmed: watch::Sender<Option<Origin>>,
}

/// What has been answered about a log since the start.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    cosigned: AtomicU64,
    conflicts: AtomicU64,
    refused: AtomicU64,
    unproved: AtomicU64,
}

/// How a log is.
#[derive(Clone, Debug)]
pub(crate) struct LogState {
    pub(crate) origin: Origin,
    pub(crate) size: u64,
    pub(crate) alarm: Option<String>,
    pub(crate) tally: Arc<Tally>,
}

/// What is answered to a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) body: String,
}

const TEXT: &str = "text/plain; charset=utf-8";

impl Witness {
    /// A witness of these logs.
    pub fn new(key: WitnessKey, logs: Vec<Log>, alarms: Alarms, clock: fn() -> u64) -> Self {
        let tallies = logs.iter().map(|log| (log.origin.clone(), Arc::default())).collect();
        let (alarmed, _) = watch::channel(None);
        Self(Arc::new(Inner { key, logs, alarms, clock, turn: Mutex::default(), tallies: RwLock::new(tallies), alarmed }))
    }

    /// The witness's key, as those know it who verify.
    pub fn vkey(&self) -> String {
        self.0.key.vkey().to_string()
    }

    /// A log that an alarm has been sounded about, in this run or before.
    pub fn alarm(&self) -> Option<(Origin, String)> {
        self.states().into_iter().find_map(|state| Some((state.origin, state.alarm?)))
    }

    /// Resolves when an alarm is sounded.
    pub async fn alarmed(&self) {
        let mut alarmed = self.0.alarmed.subscribe();
        // The sender lives as long as this.
        let _ = alarmed.wait_for(Option::is_some).await;
    }

    /// Every log, as it is.
    pub(crate) fn states(&self) -> Vec<LogState> {
        let state = |log: &Log| LogState {
            origin: log.origin.clone(),
            size: self.kept(log).ok().flatten().map_or(0, |kept| kept.head().size),
            alarm: self.0.alarms.of(&log.origin).map(|path| path.display().to_string()),
            tally: self.tally(&log.origin),
        };
        self.0.logs.iter().map(state).collect()
    }

    /// Answers `add-checkpoint`.
    pub(crate) async fn add_checkpoint(&self, body: &[u8]) -> Answer {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(malformed) => return Answer::malformed(&malformed),
        };
        let origin = request.checkpoint.checkpoint().origin();
        let Some(log) = self.0.logs.iter().find(|log| log.origin == *origin) else {
            return Answer::refused(&Reason::UnknownOrigin);
        };
        let _turn = self.0.turn.lock().await;
        let tally = self.tally(&log.origin);
        if self.0.alarms.of(&log.origin).is_some() {
            tally.refused.fetch_add(1, Ordering::Relaxed);
            // 403, as for a key that is not trusted: it is not any more.
            return Answer::text(Status::Forbidden, "an alarm about this log has not been dealt with: it is not cosigned");
        }
        let kept = match self.kept(log) {
            Ok(kept) => kept,
            Err(error) => return Answer::failed(&error),
        };
        match Cosigning::judge(kept.as_ref(), &request, log) {
            Ok(cosigning) => self.cosign(&cosigning, &tally).await,
            Err(judgement) => self.refuse(log, kept.as_ref(), &request, &judgement, &tally),
        }
    }

    async fn cosign(&self, cosigning: &Cosigning, tally: &Tally) -> Answer {
        let checkpoint = cosigning.checkpoint();
        match self.0.key.cosign(cosigning, (self.0.clock)()).await {
            Ok(line) => {
                tally.cosigned.fetch_add(1, Ordering::Relaxed);
                tracing::info!(origin = %checkpoint.origin(), size = checkpoint.head().size, "cosigned");
                Answer { status: Status::Success.code(), kind: TEXT, body: line }
            }
            Err(error) => Answer::failed(&error),
        }
    }

    /// What is no growth; evidence of a split view is on disk before the answer.
    fn refuse(
        &self,
        log: &Log,
        kept: Option<&Kept>,
        request: &AddCheckpoint,
        judgement: &Judgement,
        tally: &Tally,
    ) -> Answer {
        let origin = &log.origin;
        match judgement {
            Judgement::SplitView { evidence, .. } => {
                let size = evidence.kept.checkpoint().head().size;
                let written = self.0.alarms.sound(origin, &Evidence::of(evidence, (self.0.clock)()));
                match &written {
                    Ok(path) => {
                        tracing::error!(%origin, size, evidence = %path.display(), "ALARM: the log shows different histories");
                    }
                    Err(error) => {
                        tracing::error!(
                            %origin, size, %error, kept = %evidence.kept.note(), submitted = %evidence.submitted.note(),
                            "ALARM: the log shows different histories, and the evidence cannot be written"
                        );
                    }
                }
                tally.refused.fetch_add(1, Ordering::Relaxed);
                self.0.alarmed.send_replace(Some(origin.clone()));
            }
            Judgement::Refused(Reason::Proof(error)) => {
                // Anybody can send a wrong proof with a true checkpoint: it proves nothing against the log.
                let refused = Refused::of(kept.map(Kept::signed), &request.checkpoint, &error.to_string(), (self.0.clock)());
                let kept = self.0.alarms.keep_refused(origin, &refused);
                let kept = kept.map_or_else(|error| error.to_string(), |path| path.display().to_string());
                tracing::warn!(%origin, reason = %error, kept, "a checkpoint that the log has signed is not proved to be its growth");
                tally.unproved.fetch_add(1, Ordering::Relaxed);
            }
            Judgement::Refused(reason) => {
                tracing::warn!(%origin, %reason, "refused");
                tally.refused.fetch_add(1, Ordering::Relaxed);
            }
            Judgement::Conflict { kept } => {
                tracing::debug!(%origin, kept, "the log does not know how far it is cosigned");
                tally.conflicts.fetch_add(1, Ordering::Relaxed);
            }
            Judgement::Cosign(_) => {}
        }
        Answer::of(judgement)
    }

    fn kept(&self, log: &Log) -> Result<Option<Kept>, greatseal_trail::checkpoint::SignedError> {
        let note = self.0.key.last(&log.origin);
        note.map(|note| Kept::open(note.as_bytes(), log)).transpose()
    }

    fn tally(&self, origin: &Origin) -> Arc<Tally> {
        let tallies = self.0.tallies.read().unwrap_or_else(PoisonError::into_inner);
        tallies.get(origin).cloned().unwrap_or_default()
    }
}

impl Tally {
    pub(crate) fn numbers(&self) -> [(&'static str, u64); 4] {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        [
            ("cosigned", read(&self.cosigned)),
            ("conflict", read(&self.conflicts)),
            ("refused", read(&self.refused)),
            ("unproved", read(&self.unproved)),
        ]
    }
}

impl Answer {
    fn text(status: Status, text: &str) -> Self {
        Self { status: status.code(), kind: TEXT, body: format!("{text}\n") }
    }

    fn malformed(malformed: &Malformed) -> Self {
        Self::text(malformed.status(), &malformed.to_string())
    }

    fn refused(reason: &Reason) -> Self {
        Self::text(reason.status(), &reason.to_string())
    }

    fn failed(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a checkpoint could not be cosigned");
        Self { status: 500, kind: TEXT, body: "the witness cannot cosign at the moment\n".into() }
    }

    fn of(judgement: &Judgement) -> Self {
        match (judgement, judgement.body()) {
            (_, Some(size)) => Self { status: judgement.status().code(), kind: SIZE_TYPE, body: size },
            (Judgement::Refused(reason), None) => Self::refused(reason),
            (Judgement::SplitView { .. }, None) => {
                Self::text(judgement.status(), "the log has signed two trees of this size: both are kept as evidence")
            }
            (Judgement::Cosign(_) | Judgement::Conflict { .. }, None) => Self::text(judgement.status(), ""),
        }
    }
}
