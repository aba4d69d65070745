//! After a start from a snapshot: every leaf and block before it is judged while questions are answered already. Where
//! anything differs the program ends, as it does at a start that finds it.

use crate::{
    fold::Fold,
    live::Live,
    progress::Progress,
    snapshot::{self, Pending},
    store::{Store, StoreError},
};
use greatseal_deployment::Deployment;
use greatseal_protocol::hash::sha256;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{task::spawn_blocking, time::sleep};

/// Pause before a database that could not be read is read again.
const PAUSE: Duration = Duration::from_secs(2);

/// Verifies what a start has believed.
#[derive(Debug)]
pub struct Verification {
    store: Store,
    live: Live,
    deployment: Arc<Deployment>,
    database: PathBuf,
    pending: Pending,
    progress: Progress,
}

impl Verification {
    /// Of this snapshot; from now on `live` says that nothing is verified.
    pub fn new(store: Store, live: Live, deployment: Arc<Deployment>, database: PathBuf, pending: Pending) -> Self {
        let blocks = pending.next.saturating_sub(deployment.block_number);
        let progress = Progress::new("verifying what is stored", 0, pending.leaves.saturating_add(blocks));
        live.verify(progress.clone());
        Self { store, live, deployment, database, pending, progress }
    }

    /// Judges everything up to the snapshot, and compares what it amounts to.
    ///
    /// # Errors
    ///
    /// The damage: then the snapshot is out of the way, and the next start judges every row before it answers. A database that fails
    /// for good says nothing about the snapshot, which stays.
    pub async fn run(self) -> Result<(), StoreError> {
        loop {
            match self.judge().await {
                Ok(()) => {
                    self.progress.tell();
                    self.live.verified();
                    return Ok(());
                }
                Err(failing) if failing.trouble().is_some() => {
                    tracing::warn!(reason = %failing, "the database cannot be verified at the moment; trying again");
                    sleep(PAUSE).await;
                }
                Err(
                    damaged @ (StoreError::DamagedEvent { .. }
                    | StoreError::DamagedBlock { .. }
                    | StoreError::DamagedState { .. }),
                ) => {
                    return Err(match (snapshot::set_aside(&self.database), damaged) {
                        (Ok(path), StoreError::DamagedState { .. }) => StoreError::DamagedState { path },
                        (Ok(_), damaged) => damaged,
                        (Err(error), damaged) => {
                            tracing::error!(%error, "the snapshot could not be taken out of the way: remove it");
                            damaged
                        }
                    });
                }
                Err(failing) => return Err(failing),
            }
        }
    }

    async fn judge(&self) -> Result<(), StoreError> {
        let Pending { leaves, next, hash } = self.pending;
        let fold = self.store.judge(Fold::new(&self.deployment), Some((leaves, next)), &self.progress).await?;
        let (count, height) = (fold.ledger.count(), fold.ledger.next());
        if count != leaves {
            return Err(StoreError::DamagedEvent { seq: count, reason: "the row is missing".into() });
        }
        if height != next {
            return Err(StoreError::DamagedBlock { number: height, reason: "the block is missing".into() });
        }
        let found = spawn_blocking(move || sha256(&[&fold.to_bytes()])).await;
        match found.map_err(|_| greatseal_store::Error::Crashed)? == hash {
            true => Ok(()),
            false => {
                Err(StoreError::DamagedState { path: greatseal_host::birth::beside(&self.database, snapshot::STATE) })
            }
        }
    }
}
