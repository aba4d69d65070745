//! Contents that are kept: which there are, how much they take, and who may have them.
//!
//! The vault keeps bytes; here stands what is in it. A content that no record names yet takes a part of a limit, and goes after
//! some days: it is brought before its record, or by a stranger. One that a record names is never removed.
//!
//! Locks are taken in one order: the index ([`crate::live::Live`]), then the shelf.

mod forget;
pub mod names;
mod place;
mod shelf;
mod upload;

pub(crate) use place::folder;
pub use place::open;
pub use upload::{Arriving, Refused};

use crate::{config::Content as Limits, live::State as Index};
use axum::body::Bytes;
use futures::{StreamExt as _, stream::BoxStream};
use greatseal_api::wire::{Held, MissingPage, NamedContent, RecordContents};
use greatseal_protocol::content::{Address, Content};
use greatseal_vault::{Name, Vault, VaultError};
use shelf::{Item, Shelf};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};
use tokio::sync::Semaphore;

/// Most ciphertexts of one address.
pub const MOST_RESTRICTED: usize = 8;
/// Most uploads at a time: each may hold two parts of 8 MiB in memory.
const UPLOADS: usize = 32;

/// Contents that are kept.
#[derive(Clone, Debug)]
pub struct Contents(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vault: Vault,
    limits: Limits,
    shelf: Mutex<Shelf>,
    places: Arc<Semaphore>,
}

/// A content that is being read.
pub struct Opened {
    /// Its length in bytes.
    pub size: u64,
    /// Its bytes; [`VaultError::Damaged`] comes in the place of the last ones where they do not fit.
    pub parts: BoxStream<'static, Result<Bytes, VaultError>>,
}

/// How contents are, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Addresses of which something is held, and sound.
    pub held: u64,
    /// Bytes of all that is held, as they are counted.
    pub bytes: u64,
    /// Addresses that records name, and of which nothing sound is held.
    pub missing: u64,
    /// Addresses that are held and that no record names.
    pub unnamed: u64,
    /// Contents of confidential programmes that were brought in plain before their records.
    pub plain_confidential: u64,
    /// Found to be damaged.
    pub damaged: u64,
}

impl Contents {
    /// Looks at what a vault holds.
    ///
    /// # Errors
    ///
    /// [`VaultError::Failing`].
    pub async fn new(vault: Vault, limits: Limits) -> Result<Self, VaultError> {
        let mut shelf = Shelf::default();
        for kept in vault.list().await? {
            shelf.put(&kept, false);
        }
        let places = Arc::new(Semaphore::new(UPLOADS));
        Ok(Self(Arc::new(Inner { vault, limits, shelf: Mutex::new(shelf), places })))
    }

    /// How an address is held. What was found to be damaged is not.
    pub fn held(&self, address: &Address) -> Held {
        let shelf = self.shelf();
        if shelf.sound(&Name::Public(*address)).is_some() {
            return Held::Public;
        }
        if shelf.has(address) { Held::Restricted } else { Held::None }
    }

    /// Hashes of the ciphertexts of an address, the first ones first, for somebody who relies on them: days after which unnamed ones
    /// are removed begin anew.
    pub fn ciphertexts(&self, address: &Address, now: SystemTime) -> Vec<[u8; 32]> {
        let mut shelf = self.shelf();
        let hashes = shelf.ciphertexts(address);
        hashes.iter().for_each(|hash| shelf.rely(&Name::Restricted(*address, *hash), now));
        hashes
    }

    /// Length of a content, damaged or not; `None` where it is not held.
    pub fn size(&self, name: &Name) -> Option<u64> {
        self.shelf().item(name).map(|item| item.size)
    }

    /// Length of a content that is held and was not found to be damaged, for somebody who relies on it: the days after which an unnamed
    /// one is removed begin anew.
    pub fn rely(&self, name: &Name, now: SystemTime) -> Option<u64> {
        let mut shelf = self.shelf();
        let size = shelf.sound(name)?.size;
        shelf.rely(name, now);
        Some(size)
    }

    /// Opens a content; `None` where it is not held.
    ///
    /// # Errors
    ///
    /// [`VaultError::Damaged`], [`VaultError::Failing`].
    pub async fn open(&self, name: Name) -> Result<Option<Opened>, VaultError> {
        loop {
            let Some((item, damaged)) = self.look(&name) else { return Ok(None) };
            if damaged {
                return Err(VaultError::Damaged(name));
            }
            let reading = match self.0.vault.open(name).await {
                Ok(Some(reading)) if reading.size() == item.size => reading,
                Err(error) if !matches!(error, VaultError::Damaged(_)) => return Err(error),
                // It does not fit, is not there, or has another length: somebody else has changed the place, or it was removed or
                // brought again meanwhile.
                Ok(_) | Err(_) => {
                    if self.damage(name, item.number) {
                        return Err(VaultError::Damaged(name));
                    }
                    continue;
                }
            };
            let contents = self.clone();
            let parts = reading.into_stream().inspect(move |part| {
                if matches!(part, Err(VaultError::Damaged(_))) {
                    contents.damage(name, item.number);
                }
            });
            return Ok(Some(Opened { size: item.size, parts: parts.boxed() }));
        }
    }

    /// A content that is held, and whether it was found to be damaged.
    fn look(&self, name: &Name) -> Option<(Item, bool)> {
        let shelf = self.shelf();
        shelf.item(name).map(|item| (item, shelf.is_damaged(name)))
    }

    /// Remembers that a content is damaged, unless it was removed or brought again since it had this number.
    fn damage(&self, name: Name, number: u64) -> bool {
        let damaged = self.shelf().damage(name, number);
        if damaged {
            tracing::error!(error = %VaultError::Damaged(name), "what is kept was changed");
        }
        damaged
    }

    /// Contents with whether they are held.
    pub fn named(&self, contents: &[Content]) -> Vec<NamedContent> {
        contents.iter().map(|content| named(content, self.held(&content.address))).collect()
    }

    /// Records that name something nobody has brought, after the number of one where it is given: at most `limit` of them, found among
    /// the next `most` records that name anything.
    pub fn missing(&self, index: &Index, after: Option<u64>, limit: usize, most: usize) -> MissingPage {
        let mut page = MissingPage { records: Vec::new(), next: None, indexed_to: index.indexed_to() };
        let mut last = None;
        for (looked, (seq, contents)) in index.names.after(after).enumerate() {
            if looked == most || page.records.len() == limit {
                page.next = last.map(|seq: u64| seq.to_string());
                break;
            }
            last = Some(seq);
            let missing = contents.iter().filter(|content| self.held(&content.address) == Held::None);
            let contents: Vec<_> = missing.map(|content| named(content, Held::None)).collect();
            if !contents.is_empty() {
                page.records.push(RecordContents { seq, contents });
            }
        }
        page
    }

    /// Numbers for whoever watches.
    pub fn numbers(&self, index: &Index) -> Numbers {
        let shelf = self.shelf();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let plain = |address: &&Address| {
            shelf.item(&Name::Public(**address)).is_some() && index.names.confidential(address, &index.ledger)
        };
        Numbers {
            held: count(shelf.addresses().filter(|address| shelf.has(address)).count()),
            bytes: shelf.bytes(),
            missing: count(index.names.addresses().filter(|address| !shelf.has(address)).count()),
            unnamed: count(shelf.addresses().filter(|address| !index.names.has(address)).count()),
            plain_confidential: count(shelf.addresses().filter(plain).count()),
            damaged: count(shelf.damages()),
        }
    }

    /// Nothing that locks the index may be called while this is locked.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named(content: &Content, held: Held) -> NamedContent {
    NamedContent { kind: content.kind.to_string(), address: content.address.to_string(), held }
}
