//! Contents that are kept: which there are, how much they take, and who may have them.
//!
//! The vault keeps bytes; here stands what is in it. A content that no record names yet takes a part of a limit, and goes after
//! some days: it is brought before its record, or by a stranger. One that a record names is never removed.

pub mod names;
mod place;
mod upload;

pub(crate) use place::folder;
pub use place::open;
pub use upload::{Arriving, Refused};

use crate::{config::Content as Limits, live::State as Index};
use greatseal_api::wire::{Held, NamedContent};
use greatseal_protocol::content::{Address, Content};
use greatseal_vault::{Kept, Name, Reading, Vault, VaultError};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::sync::Semaphore;

/// Most ciphertexts of one address.
pub const MOST_RESTRICTED: usize = 8;
/// Most uploads at a time: each may hold two parts of 8 MiB in memory.
const UPLOADS: usize = 32;
/// What the shortest content takes: a file has its price in a file system.
const LEAST: u64 = 4096;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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

/// What is in the vault.
#[derive(Debug, Default)]
struct Shelf {
    held: BTreeMap<Address, Copies>,
    /// Those of which nobody has found yet that a record names them.
    unnamed: BTreeSet<Address>,
    /// Found to be damaged, until they are brought again.
    damaged: BTreeSet<Name>,
    /// Bytes of all ciphertexts.
    restricted: u64,
    /// Bytes of uploads under way that no record names, and of restricted ones.
    arriving: [u64; 2],
    /// Bytes of uploads that have ended well, ever, of the two sorts.
    landed: [u64; 2],
}

#[derive(Clone, Debug, Default)]
struct Copies {
    public: Option<Item>,
    restricted: BTreeMap<[u8; 32], Item>,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    size: u64,
    since: SystemTime,
}

/// How contents are, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Addresses of which something is held.
    pub held: u64,
    /// Their bytes, as they are counted.
    pub bytes: u64,
    /// Addresses that records name, and of which nothing is held.
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

    /// How an address is held.
    pub fn held(&self, address: &Address) -> Held {
        match self.shelf().held.get(address) {
            Some(copies) if copies.public.is_some() => Held::Public,
            Some(_) => Held::Restricted,
            None => Held::None,
        }
    }

    /// Names of the ciphertexts of an address.
    pub fn ciphertexts(&self, address: &Address) -> Vec<[u8; 32]> {
        self.shelf().held.get(address).map(|copies| copies.restricted.keys().copied().collect()).unwrap_or_default()
    }

    /// Length of a content; none where it is not held.
    pub fn size(&self, name: &Name) -> Option<u64> {
        self.shelf().item(name).map(|item| item.size)
    }

    /// Whether a content is held and was not found to be damaged.
    pub fn holds_sound(&self, name: &Name) -> bool {
        let shelf = self.shelf();
        shelf.item(name).is_some() && !shelf.damaged.contains(name)
    }

    /// Opens a content; none where it is not held.
    ///
    /// # Errors
    ///
    /// [`VaultError::Damaged`], [`VaultError::Failing`].
    pub async fn open(&self, name: Name) -> Result<Option<Reading>, VaultError> {
        if self.shelf().damaged.contains(&name) {
            return Err(VaultError::Damaged(name));
        }
        let Some(item) = self.shelf().item(&name) else { return Ok(None) };
        match self.0.vault.open(name).await {
            // It was there, or has another length: somebody else has changed the place.
            Ok(None) => Err(self.damage(name)),
            Ok(Some(reading)) if reading.size() != item.size => Err(self.damage(name)),
            Err(VaultError::Damaged(_)) => Err(self.damage(name)),
            other => other,
        }
    }

    /// Remembers that a content is damaged.
    pub fn damage(&self, name: Name) -> VaultError {
        let error = VaultError::Damaged(name);
        tracing::error!(%error, "what is kept was changed");
        self.shelf().damaged.insert(name);
        error
    }

    /// Contents with whether they are held.
    pub fn named(&self, contents: &[Content]) -> Vec<NamedContent> {
        let named = |content: &Content| NamedContent {
            kind: content.kind.to_string(),
            address: content.address.to_string(),
            held: self.held(&content.address),
        };
        contents.iter().map(named).collect()
    }

    /// Numbers for whoever watches.
    pub fn numbers(&self, index: &Index) -> Numbers {
        let shelf = self.shelf();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let missing = index.names.addresses().filter(|address| !shelf.held.contains_key(address)).count();
        let unnamed = shelf.held.keys().filter(|address| !index.names.has(address)).count();
        let public = shelf.held.iter().filter(|(_, copies)| copies.public.is_some());
        let plain = public.filter(|(address, _)| index.names.confidential(address, &index.ledger)).count();
        Numbers {
            held: count(shelf.held.len()),
            bytes: shelf.held.values().map(Copies::bytes).fold(0, u64::saturating_add),
            missing: count(missing),
            unnamed: count(unnamed),
            plain_confidential: count(plain),
            damaged: count(shelf.damaged.len()),
        }
    }

    /// Removes contents that no record has named for days. Only to be called while the index is up to date: else a record that
    /// names one may be ahead.
    ///
    /// # Errors
    ///
    /// [`VaultError::Failing`].
    pub async fn forget(&self, named: impl Fn(&Address) -> bool, now: SystemTime) -> Result<usize, VaultError> {
        let patience = DAY.saturating_mul(u32::from(self.0.limits.unnamed_days));
        let old = |item: &Item| now.duration_since(item.since).is_ok_and(|age| age > patience);
        let gone: Vec<_> = {
            let mut shelf = self.shelf();
            shelf.unnamed.retain(|address| !named(address));
            let unnamed = shelf.unnamed.iter().filter_map(|address| Some((*address, shelf.held.get(address)?)));
            let names = unnamed.flat_map(|(address, copies)| copies.names(address, old));
            let names: Vec<_> = names.collect();
            // Whoever asks from now on is told that it is not here.
            names.iter().for_each(|name| shelf.remove(name));
            names
        };
        for name in &gone {
            self.0.vault.remove(name).await?;
        }
        Ok(gone.len())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn item(&self, name: &Name) -> Option<Item> {
        let copies = self.held.get(&name.address())?;
        match name {
            Name::Public(_) => copies.public,
            Name::Restricted(_, hash) => copies.restricted.get(hash).copied(),
        }
    }

    fn put(&mut self, kept: &Kept, named: bool) {
        let (address, item) = (kept.name.address(), Item { size: kept.size, since: kept.since });
        let copies = self.held.entry(address).or_default();
        match kept.name {
            Name::Public(_) => copies.public = Some(item),
            Name::Restricted(_, hash) => {
                if copies.restricted.insert(hash, item).is_none() {
                    self.restricted = self.restricted.saturating_add(charge(item.size));
                }
            }
        }
        if !named {
            self.unnamed.insert(address);
        }
        self.damaged.remove(&kept.name);
    }

    fn remove(&mut self, name: &Name) {
        let address = name.address();
        let Some(copies) = self.held.get_mut(&address) else { return };
        match name {
            Name::Public(_) => copies.public = None,
            Name::Restricted(_, hash) => {
                if let Some(item) = copies.restricted.remove(hash) {
                    self.restricted = self.restricted.saturating_sub(charge(item.size));
                }
            }
        }
        if copies.public.is_none() && copies.restricted.is_empty() {
            self.held.remove(&address);
            self.unnamed.remove(&address);
        }
        self.damaged.remove(name);
    }

    /// Bytes that unnamed contents take.
    fn unnamed_bytes(&mut self, named: impl Fn(&Address) -> bool) -> u64 {
        self.unnamed.retain(|address| !named(address));
        let copies = self.unnamed.iter().filter_map(|address| self.held.get(address));
        copies.map(Copies::bytes).fold(0, u64::saturating_add)
    }
}

impl Copies {
    fn bytes(&self) -> u64 {
        let items = self.public.iter().chain(self.restricted.values());
        items.map(|item| charge(item.size)).fold(0, u64::saturating_add)
    }

    fn names(&self, address: Address, which: impl Fn(&Item) -> bool) -> Vec<Name> {
        let public = self.public.filter(&which).map(|_| Name::Public(address));
        let restricted = self.restricted.iter().filter(|(_, item)| which(item));
        public.into_iter().chain(restricted.map(|(hash, _)| Name::Restricted(address, *hash))).collect()
    }
}

/// What a content counts for.
fn charge(size: u64) -> u64 {
    size.max(LEAST)
}
