//! Signs, asks the witnesses, and publishes: when the log has grown, and at least each interval.

use super::{
    FIRST_PAUSE,
    ask::{NotCosigned, Witness},
    published,
};
use crate::{
    live::{Live, clock},
    store::{Store, StoreError},
};
use futures::{StreamExt as _, stream::FuturesUnordered};
use greatseal_api::wire::Reason;
use greatseal_signing::{AuditKey, Growth, NoGrowth};
use greatseal_trail::{
    checkpoint::{Checkpoint, Signed},
    cosignature::Policy,
};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Signs the log's checkpoints and publishes them.
#[derive(Debug)]
pub struct Publisher {
    key: AuditKey,
    store: Store,
    live: Live,
    interval: Duration,
    policy: Option<Arc<Policy>>,
    witnesses: Vec<Witness>,
    pause: Duration,
}

/// Why no checkpoint was signed. It is tried again.
#[derive(Debug, thiserror::Error)]
enum Unsigned {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key, or its file of heads.
    #[error(transparent)]
    Key(#[from] greatseal_signing::Error),
    /// The tree does not begin with the last checkpoint.
    #[error(transparent)]
    Growth(#[from] NoGrowth),
}

impl Unsigned {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "database_failing",
            Self::Key(_) => "checkpoint_key",
            Self::Growth(_) => "checkpoint_refused",
        }
    }
}

impl Publisher {
    pub(super) fn new(
        key: AuditKey,
        store: Store,
        live: Live,
        interval: Duration,
        policy: Option<Arc<Policy>>,
        witnesses: Vec<Witness>,
    ) -> Self {
        Self { key, store, live, interval, policy, witnesses, pause: FIRST_PAUSE }
    }

    /// Publishes until it is dropped, which it may be at any moment: what was promised is on disk before it is signed. It
    /// begins once everything that is stored has been judged.
    pub async fn run(mut self) -> Infallible {
        self.live.until_verified().await;
        loop {
            let next = self.round().await;
            tokio::select! {
                () = self.live.grown() => {}
                () = sleep_until(next) => {}
            }
        }
    }

    /// One checkpoint. Says when to go on although nothing has grown.
    pub async fn round(&mut self) -> Instant {
        let later = |pause: Duration| Instant::now().checked_add(pause).unwrap_or_else(Instant::now);
        match self.sign().await {
            Ok(None) => later(self.interval),
            Ok(Some(signed)) => {
                self.pause = FIRST_PAUSE;
                self.collect(&signed).await;
                let again = self.witnesses.iter().filter_map(Witness::next).min();
                again.map_or_else(|| later(self.interval), |again| again.min(later(self.interval)))
            }
            Err(unsigned) => {
                tracing::warn!(reason = %unsigned, "no checkpoint could be signed; trying again");
                let reason = Reason { code: unsigned.code().into(), text: unsigned.to_string() };
                self.live.checkpoints(|checkpoints| {
                    if let Some(checkpoints) = checkpoints {
                        checkpoints.reason = Some(reason);
                    }
                });
                let pause = self.pause;
                self.pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
                later(pause)
            }
        }
    }

    /// Persists the head, then signs it. `None` where the log is empty.
    async fn sign(&self) -> Result<Option<Signed>, Unsigned> {
        let head = self.live.read().ledger.head();
        if head.size == 0 {
            return Ok(None);
        }
        let last = self.key.last();
        let proof = self.store.consistency(last.as_ref().map_or(0, |last| last.head().size), head.size).await?;
        let checkpoint = Checkpoint::new(self.key.origin().clone(), head);
        let growth = Growth::judge(self.key.origin(), last, checkpoint, &proof)?;
        self.store.keep_head(&head, clock()).await?;
        // The file of heads is written in here, before the signature.
        let signed = self.key.sign(&growth).await?;
        self.store.keep_checkpoint(head.size, &signed.note().to_string()).await?;
        self.live.checkpoints(|checkpoints| {
            if let Some(checkpoints) = checkpoints {
                (checkpoints.signed, checkpoints.reason) = (Some(head.size), None);
            }
        });
        Ok(Some(signed))
    }

    /// Asks all witnesses that are not to be left alone for a while, and publishes as soon as enough have cosigned.
    async fn collect(&mut self, signed: &Signed) {
        let size = signed.checkpoint().head().size;
        if self.witnesses.is_empty() {
            self.publish(size).await;
            return;
        }
        let store = self.store.clone();
        let mut witnesses = std::mem::take(&mut self.witnesses);
        let due = witnesses.iter_mut().enumerate().filter(|(_, witness)| witness.is_due(size, self.interval));
        let asked = due.map(|(place, witness)| {
            let store = &store;
            async move { (place, witness.name().to_owned(), witness.cosign(signed, store).await) }
        });
        let mut asked: FuturesUnordered<_> = asked.collect();
        while let Some((place, name, answer)) = asked.next().await {
            let kept = match answer {
                Ok(cosignature) => {
                    self.store.keep_cosignature(size, &name, &cosignature.line).await.map_err(NotCosigned::from)
                }
                Err(error) => Err(error),
            };
            if let Err(reason @ NotCosigned::Ahead(_)) = &kept {
                tracing::error!(witness = name, %reason, "has this log been rewound, or does somebody else sign for it?");
            } else if let Err(reason) = &kept {
                tracing::warn!(witness = name, %reason, "a witness has not cosigned; trying again");
            }
            self.live.checkpoints(|checkpoints| {
                if let Some(witness) = checkpoints.as_mut().and_then(|all| all.witnesses.get_mut(place)) {
                    witness.reason = kept.as_ref().err().map(NotCosigned::reason);
                    if kept.is_ok() {
                        witness.cosigned = Some(size);
                    }
                }
            });
            if kept.is_ok() {
                self.publish(size).await;
            }
        }
        drop(asked);
        self.witnesses = witnesses;
    }

    /// Shows the checkpoint of this size, if it has what it needs.
    async fn publish(&self, size: u64) {
        let kept = match self.store.checkpoint(size).await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!(%error, "a checkpoint could not be read; trying again");
                return;
            }
        };
        let Some(published) = kept.and_then(|kept| published(&kept, self.policy.as_deref())) else { return };
        tracing::debug!(size, "published a checkpoint");
        self.live.checkpoints(|checkpoints| {
            if let Some(checkpoints) = checkpoints {
                checkpoints.published = Some(published);
            }
        });
    }
}
