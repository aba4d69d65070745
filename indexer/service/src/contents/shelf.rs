//! What is in the vault, and what of the limits it takes. Nothing here waits or asks anybody.

use super::{MOST_RESTRICTED, upload::Refused};
use crate::config::Content as Limits;
use greatseal_protocol::content::Address;
use greatseal_vault::{Kept, Name};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

/// What the shortest content takes: a file has its price in a file system.
const LEAST: u64 = 4096;

/// What is in the vault.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    held: BTreeMap<Address, Copies>,
    /// Addresses of which nobody has found yet that a record names them.
    unnamed: BTreeSet<Address>,
    /// Found to be damaged, until they are brought again.
    damaged: BTreeSet<Name>,
    /// Addresses of which the vault is removing something.
    leaving: BTreeSet<Address>,
    /// Uploads under way, by address and whether they are restricted.
    uploads: BTreeMap<(Address, bool), usize>,
    kept: Bytes,
    arriving: Bytes,
    /// How many contents were put here, ever.
    puts: u64,
}

/// Bytes of which there is a limit.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes {
    /// Of contents that no record names.
    unnamed: u64,
    /// Of ciphertexts.
    restricted: u64,
}

/// What is held of an address.
#[derive(Clone, Debug, Default)]
struct Copies {
    public: Option<Item>,
    restricted: BTreeMap<[u8; 32], Item>,
}

/// A content that is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) size: u64,
    /// When it was brought first.
    since: SystemTime,
    /// When somebody was told last that it is held.
    relied: SystemTime,
    /// Which of all that were put here: one that is brought again is another one.
    pub(super) number: u64,
}

/// An upload under way, and what it takes of the limits.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) address: Address,
    pub(super) restricted: bool,
    /// Whether a record named the address when it began.
    pub(super) named: bool,
    pub(super) bytes: u64,
}

impl Shelf {
    /// A content that is held, damaged or not.
    pub(super) fn item(&self, name: &Name) -> Option<Item> {
        let copies = self.held.get(&name.address())?;
        match name {
            Name::Public(_) => copies.public,
            Name::Restricted(_, hash) => copies.restricted.get(hash).copied(),
        }
    }

    /// A content that is held and was not found to be damaged.
    pub(super) fn sound(&self, name: &Name) -> Option<Item> {
        self.item(name).filter(|_| !self.damaged.contains(name))
    }

    /// Hashes of the sound ciphertexts of an address: the first ones first, and no more than an address may have.
    pub(super) fn ciphertexts(&self, address: &Address) -> Vec<[u8; 32]> {
        let copies = self.held.get(address).into_iter().flat_map(|copies| &copies.restricted);
        let sound = copies.filter(|(hash, _)| !self.is_damaged(&Name::Restricted(*address, **hash)));
        let mut sound: Vec<_> = sound.map(|(hash, item)| (item.since, *hash)).collect();
        sound.sort_unstable();
        sound.into_iter().map(|(_, hash)| hash).take(MOST_RESTRICTED).collect()
    }

    /// Whether anything sound is held of an address.
    pub(super) fn has(&self, address: &Address) -> bool {
        self.sound(&Name::Public(*address)).is_some() || !self.ciphertexts(address).is_empty()
    }

    /// Addresses of which something is held, damaged or not.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.held.keys()
    }

    /// Bytes of all that is held, as they are counted.
    pub(super) fn bytes(&self) -> u64 {
        self.held.values().map(Copies::bytes).fold(0, u64::saturating_add)
    }

    pub(super) fn is_damaged(&self, name: &Name) -> bool {
        self.damaged.contains(name)
    }

    pub(super) fn damages(&self) -> usize {
        self.damaged.len()
    }

    /// Takes note that a content is damaged; not where it was brought again or removed since it had this number.
    pub(super) fn damage(&mut self, name: Name, number: u64) -> bool {
        let same = self.item(&name).is_some_and(|item| item.number == number);
        same && {
            self.damaged.insert(name);
            true
        }
    }

    /// Somebody is told that a content is held.
    pub(super) fn rely(&mut self, name: &Name, now: SystemTime) {
        let relied = |item: &mut Item| item.relied = item.relied.max(now);
        let Some(copies) = self.held.get_mut(&name.address()) else { return };
        match name {
            Name::Public(_) => copies.public.as_mut().map(relied),
            Name::Restricted(_, hash) => copies.restricted.get_mut(hash).map(relied),
        };
    }

    /// Takes in what the vault keeps.
    pub(super) fn put(&mut self, kept: &Kept, named: bool) {
        let (name, address) = (kept.name, kept.name.address());
        self.puts = self.puts.saturating_add(1);
        // Whoever brings a ciphertext again does not move it behind the others.
        let since = self.item(&name).map_or(kept.since, |before| before.since);
        let item = Item { size: kept.size, since, relied: kept.since, number: self.puts };
        self.set(&name, Some(item));
        if !named {
            self.unname(address);
        } else if self.unnamed.remove(&address) {
            self.kept.unnamed = self.kept.unnamed.saturating_sub(self.bytes_of(&address));
        }
        self.damaged.remove(&name);
    }

    /// Takes note of what records name by now.
    pub(super) fn name(&mut self, named: impl Fn(&Address) -> bool) {
        let (held, unnamed) = (&self.held, &mut self.kept.unnamed);
        self.unnamed.retain(|address| {
            let is_named = named(address);
            if is_named {
                *unnamed = unnamed.saturating_sub(held.get(address).map_or(0, Copies::bytes));
            }
            !is_named
        });
    }

    /// Unnamed contents on which nobody relies since a moment.
    pub(super) fn forgotten(&self, since: SystemTime) -> Vec<Name> {
        let unnamed = self.unnamed.iter().filter_map(|address| Some((*address, self.held.get(address)?)));
        unnamed.flat_map(|(address, copies)| copies.names(address, |item| item.relied < since)).collect()
    }

    /// Takes one of [`Self::forgotten`] away, before the vault removes it: from now on it is not held. `None` where something has
    /// come between.
    pub(super) fn leave(&mut self, name: &Name, since: SystemTime) -> Option<Item> {
        let address = name.address();
        let arrives = [false, true].iter().any(|restricted| self.uploads.contains_key(&(address, *restricted)));
        if arrives || !self.unnamed.contains(&address) {
            return None;
        }
        let item = self.item(name).filter(|item| item.relied < since)?;
        self.set(name, None);
        self.leaving.insert(address);
        Some(item)
    }

    /// The vault has removed it.
    pub(super) fn left(&mut self, name: &Name) {
        self.leaving.remove(&name.address());
        self.damaged.remove(name);
    }

    /// The vault could not remove it: it is held as before.
    pub(super) fn stays(&mut self, name: &Name, item: Item) {
        let address = name.address();
        self.leaving.remove(&address);
        self.set(name, Some(item));
        self.unname(address);
    }

    /// Begins an upload, which [`Self::release`] ends.
    pub(super) fn begin(&mut self, claim: &Claim) -> Result<(), Refused> {
        let Claim { address, restricted, .. } = *claim;
        if self.leaving.contains(&address) {
            return Err(Refused::Leaving);
        }
        let under_way = self.uploads.get(&(address, restricted)).copied().unwrap_or_default();
        if restricted {
            let held = self.ciphertexts(&address).len();
            if held >= MOST_RESTRICTED {
                return Err(Refused::TooMany);
            }
            if held.saturating_add(under_way) >= MOST_RESTRICTED {
                return Err(Refused::Busy);
            }
        }
        self.uploads.insert((address, restricted), under_way.saturating_add(1));
        Ok(())
    }

    /// Takes so many bytes more for an upload.
    pub(super) fn claim(&mut self, claim: &mut Claim, bytes: u64, limits: &Limits) -> Result<(), Refused> {
        let Bytes { unnamed, restricted } = self.arriving;
        let unnamed = unnamed.saturating_add(if claim.named { 0 } else { bytes });
        let restricted = restricted.saturating_add(if claim.restricted { bytes } else { 0 });
        if claim.restricted && self.kept.restricted.saturating_add(restricted) > limits.restricted_room(claim.named) {
            return Err(Refused::NoRoom("restricted contents"));
        }
        if !claim.named && self.kept.unnamed.saturating_add(unnamed) > limits.unnamed_max.0 {
            return Err(Refused::NoRoom("contents that no record names"));
        }
        claim.bytes = claim.bytes.saturating_add(bytes);
        self.arriving = Bytes { unnamed, restricted };
        Ok(())
    }

    /// Ends an upload: what it has brought is counted as kept, or there is none.
    pub(super) fn release(&mut self, claim: &Claim) {
        let Bytes { unnamed, restricted } = &mut self.arriving;
        if !claim.named {
            *unnamed = unnamed.saturating_sub(claim.bytes);
        }
        if claim.restricted {
            *restricted = restricted.saturating_sub(claim.bytes);
        }
        let key = (claim.address, claim.restricted);
        match self.uploads.get_mut(&key) {
            Some(under_way) if *under_way > 1 => *under_way = under_way.saturating_sub(1),
            _ => {
                self.uploads.remove(&key);
            }
        }
    }

    /// Counts an address among those that no record names.
    fn unname(&mut self, address: Address) {
        if self.unnamed.insert(address) {
            self.kept.unnamed = self.kept.unnamed.saturating_add(self.bytes_of(&address));
        }
    }

    fn bytes_of(&self, address: &Address) -> u64 {
        self.held.get(address).map_or(0, Copies::bytes)
    }

    /// Sets what is held under a name, with the bytes that are counted.
    fn set(&mut self, name: &Name, item: Option<Item>) {
        let address = name.address();
        let copies = self.held.entry(address).or_default();
        let before = (copies.bytes(), copies.restricted_bytes());
        match (name, item) {
            (Name::Public(_), item) => copies.public = item,
            (Name::Restricted(_, hash), Some(item)) => {
                copies.restricted.insert(*hash, item);
            }
            (Name::Restricted(_, hash), None) => {
                copies.restricted.remove(hash);
            }
        }
        let after = (copies.bytes(), copies.restricted_bytes());
        let Bytes { unnamed, restricted } = &mut self.kept;
        *restricted = restricted.saturating_sub(before.1).saturating_add(after.1);
        if self.unnamed.contains(&address) {
            *unnamed = unnamed.saturating_sub(before.0).saturating_add(after.0);
        }
        if copies.public.is_none() && copies.restricted.is_empty() {
            self.held.remove(&address);
            self.unnamed.remove(&address);
        }
    }
}

impl Copies {
    fn bytes(&self) -> u64 {
        self.public.map_or(0, |item| charge(item.size)).saturating_add(self.restricted_bytes())
    }

    fn restricted_bytes(&self) -> u64 {
        self.restricted.values().map(|item| charge(item.size)).fold(0, u64::saturating_add)
    }

    fn names(&self, address: Address, which: impl Fn(&Item) -> bool) -> Vec<Name> {
        let public = self.public.filter(&which).map(|_| Name::Public(address));
        let restricted = self.restricted.iter().filter(|(_, item)| which(item));
        public.into_iter().chain(restricted.map(|(hash, _)| Name::Restricted(address, *hash))).collect()
    }
}

/// What a content counts for.
pub(super) fn charge(size: u64) -> u64 {
    size.max(LEAST)
}
