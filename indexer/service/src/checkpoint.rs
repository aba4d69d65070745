//! Checkpoints of the log: heads of its tree, signed, and published once enough witnesses have cosigned.
//!
//! A head is written down before it is signed: in the database, and in the file [`HEADS`] beside it, which survives when an
//! older database is brought back. A database that ends before a head that was promised, or that contradicts it, is refused
//! at the start. The follower never waits for any of this.

mod ask;
mod publish;

pub use publish::Publisher;

use crate::{
    config::{self, Config, Witnesses},
    error::Error,
    live::{Live, clock},
    store::{KeptCheckpoint, Store, StoreError},
};
use ask::Witness;
use greatseal_api::wire::{CheckpointHealth, Reason, WitnessHealth};
use greatseal_host::birth;
use greatseal_signing::{AuditKey, Growth, HeadFile, Keyring, Sealed, SecretSource, Store as Keys};
use greatseal_trail::{
    checkpoint::{Checkpoint, Origin, Signed},
    cosignature::Policy,
};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// What the name of the file of heads ends with; the database's name stands before.
pub const HEADS: &str = ".head";

/// What is known of the checkpoints, for those who ask.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    key: String,
    policy: Option<Arc<Policy>>,
    signed: Option<u64>,
    published: Option<Published>,
    witnesses: Vec<WitnessHealth>,
    reason: Option<Reason>,
}

/// A checkpoint that is published.
#[derive(Clone, Debug)]
struct Published {
    size: u64,
    note: Arc<str>,
    /// Since when it is known to be the newest, in seconds: by this machine's clock, or the witnesses'.
    at: u64,
}

impl Checkpoints {
    /// The note of the last checkpoint that is published.
    pub fn note(&self) -> Option<Arc<str>> {
        self.published.as_ref().map(|published| Arc::clone(&published.note))
    }

    /// The note of an earlier one; `None` where too few witnesses have cosigned it.
    pub fn note_of(&self, kept: &KeptCheckpoint) -> Option<String> {
        published(kept, self.policy.as_deref()).map(|published| published.note.to_string())
    }

    /// How they are, at this time in seconds.
    pub fn health(&self, now: u64) -> CheckpointHealth {
        CheckpointHealth {
            key: self.key.clone(),
            size: self.published.as_ref().map(|published| published.size),
            age_seconds: self.published.as_ref().map(|published| now.saturating_sub(published.at)),
            signed: self.signed,
            quorum: self.policy.as_ref().map_or(0, |policy| u64::try_from(policy.threshold()).unwrap_or(u64::MAX)),
            witnesses: self.witnesses.clone(),
            reason: self.reason.clone(),
        }
    }
}

/// A checkpoint as it is published: with the cosignatures of known witnesses. `None` where it is not yet.
fn published(kept: &KeptCheckpoint, policy: Option<&Policy>) -> Option<Published> {
    let mut signed = Signed::parse(kept.note.as_bytes()).ok()?;
    let at = match policy {
        None => clock(),
        Some(policy) => {
            for line in &kept.lines {
                signed.note_mut().add_lines(line.as_bytes()).ok()?;
            }
            // A line of somebody who is no witness any more counts for nothing, and does no harm.
            policy.judge(&signed).ok()?.agreed
        }
    };
    Some(Published { size: kept.size, note: signed.note().to_string().into(), at })
}

/// How many of which witnesses have to cosign; `None` where there are none.
///
/// # Errors
///
/// [`Error::Witnesses`].
pub fn policy(witnesses: &Witnesses) -> Result<Option<Policy>, Error> {
    let keys: Vec<_> = witnesses.list.0.iter().map(|one| one.vkey.clone()).collect();
    match (keys.is_empty(), witnesses.quorum) {
        (true, 0) => Ok(None),
        (_, quorum) => Ok(Some(Policy::new(quorum.into(), keys)?)),
    }
}

/// Opens the key, compares the database with what was signed, and shows the last checkpoint. `None` where the configuration
/// names no key.
///
/// # Errors
///
/// [`StoreError::Rewound`], [`StoreError::OtherHistory`]; what the key or the witnesses fail with.
pub async fn open(config: &Config, store: &Store, live: &Live) -> Result<Option<Publisher>, Error> {
    let Some((keys, label, interval)) = means(&config.checkpoint) else { return Ok(None) };
    let policy = policy(&config.witnesses)?.map(Arc::new);
    let authority = config.witnesses.authority.as_deref();
    let witnesses = config.witnesses.list.0.iter().map(|listed| Witness::new(listed, authority));
    let witnesses = witnesses.collect::<Result<Vec<_>, _>>()?;
    let path = birth::beside(&config.database.file, HEADS);
    let heads = HeadFile::open(&path)?;
    let key = Keyring::open_without_journal(keys).await?.audit_key(label, origin(live)?, heads).await?;
    compare(&key, path, store, live).await?;
    live.checkpoints(|checkpoints| {
        let name = |witness: &Witness| WitnessHealth { name: witness.name().to_owned(), ..WitnessHealth::default() };
        *checkpoints = Some(Checkpoints {
            key: key.vkey().to_string(),
            policy: policy.clone(),
            signed: None,
            published: None,
            witnesses: witnesses.iter().map(name).collect(),
            reason: None,
        });
    });
    show_last(store, live, policy.as_deref()).await?;
    tracing::info!(key = %key.vkey(), witnesses = witnesses.len(), "checkpoints are signed");
    Ok(Some(Publisher::new(key, store.clone(), live.clone(), interval.0, policy, witnesses)))
}

/// Where the key is, its label, and how often it signs.
fn means(checkpoint: &config::Checkpoint) -> Option<(Keys, &str, greatseal_host::config::Seconds)> {
    match checkpoint {
        config::Checkpoint::None => None,
        config::Checkpoint::Token { module, token, key, pin_file, interval } => {
            let pin = SecretSource::File(pin_file.clone());
            Some((Keys::Token(greatseal_signing::Config::new(module, token, pin)), key, *interval))
        }
        config::Checkpoint::Sealed { path, key, passphrase_file, interval } => {
            let passphrase = SecretSource::File(passphrase_file.clone());
            Some((Keys::Sealed(Sealed::new(path, passphrase)), key, *interval))
        }
    }
}

/// The first line of this log's checkpoints.
fn origin(live: &Live) -> Result<Origin, Error> {
    let origin = greatseal_log::origin(&live.read().ledger.deployment().domain().deployment);
    // Hexadecimal digits make a line.
    origin.map_err(|error| Error::Serving(std::io::Error::other(error)))
}

/// The database has what was promised, and knows of every promise.
async fn compare(key: &AuditKey, heads: PathBuf, store: &Store, live: &Live) -> Result<(), Error> {
    let found = live.read().ledger.count();
    let last = key.last();
    if let Some(head) = last.as_ref().map(|last| *last.head()) {
        if head.size > found {
            return Err(StoreError::Rewound { signed: head.size, found, heads }.into());
        }
        if store.root(head.size).await? != head.root {
            return Err(StoreError::OtherHistory { signed: head.size, heads }.into());
        }
    }
    let size = last.as_ref().map_or(0, |last| last.head().size);
    // What rests on a snapshot is no reason to promise anything: the first checkpoint renews the file.
    if !live.is_verified() {
        return Ok(());
    }
    // The replay has compared what the database itself has promised. Where the file is lost it is made anew.
    if let Some(kept) = store.last_head().await?.filter(|kept| kept.size > size) {
        tracing::warn!(file = %heads.display(), size = kept.size, "the file of heads is older than the database: it is renewed");
        let proof = store.consistency(size, kept.size).await?;
        let growth = Growth::judge(key.origin(), last, Checkpoint::new(key.origin().clone(), kept), &proof);
        key.keep(&growth.map_err(greatseal_signing::Error::from)?).await?;
    }
    Ok(())
}

/// Shows what was published before the last run ended.
async fn show_last(store: &Store, live: &Live, policy: Option<&Policy>) -> Result<(), Error> {
    let sizes = match policy {
        Some(policy) => store.cosigned_sizes(policy.threshold()).await?,
        None => store.last_head().await?.map(|head| head.size).into_iter().collect(),
    };
    for size in sizes {
        let Some(kept) = store.checkpoint(size).await? else { continue };
        if let Some(published) = published(&kept, policy) {
            live.checkpoints(|checkpoints| {
                if let Some(checkpoints) = checkpoints {
                    checkpoints.published = Some(published);
                }
            });
            break;
        }
    }
    Ok(())
}

/// Pause after the first failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
