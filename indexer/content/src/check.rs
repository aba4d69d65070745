//! Whether bytes fit an address, in constant memory.

use greatseal_protocol::{
    content::Address,
    conversion::{Account, Carried},
    manifest::Entry,
    scale::Decode,
    settlement::Outcome,
};
use greatseal_trail::tree::{Frontier, leaf_hash};
use sha2::{Digest as _, Sha256};

/// Bytes that do not fit the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// They hash to another address of the scheme.
    #[error("the bytes are those of {found}, not of {wanted}")]
    Other {
        /// What they were to be.
        wanted: Address,
        /// What they are.
        found: Address,
    },
    /// They are no list of the items that the scheme has.
    #[error("the bytes are no list of {scheme}: item {item} cannot be read")]
    NoList {
        /// The scheme of the address.
        scheme: &'static str,
        /// The first item that is none, from 0.
        item: u64,
    },
}

/// A check under way.
#[derive(Clone, Debug)]
pub struct Check {
    wanted: Address,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Bytes(Sha256),
    Items(Items),
    Unfit(Unfit),
}

/// A list whose items are read one by one.
#[derive(Clone, Debug)]
struct Items {
    tree: Frontier,
    /// Reads an item; answers its length.
    read: fn(&[u8]) -> Option<usize>,
    /// Longest item in bytes.
    longest: usize,
    /// What was not read yet: less than an item of the longest kind.
    pending: Vec<u8>,
}

/// Longest entry: its texts are bounded by their types.
const LONGEST_ENTRY: usize = 1024;
/// Longest outcome: some ten thousand references to a rail.
const LONGEST_OUTCOME: usize = 1 << 20;
const LONGEST_CARRIED: usize = 144;
/// First byte of entries and outcomes.
const VERSION: u8 = 1;
/// Bytes that are taken at a time.
const STEP: usize = 64 * 1024;

impl Check {
    /// Begins for an address.
    #[must_use]
    pub fn new(address: &Address) -> Self {
        let items = |read, longest| State::Items(Items { tree: Frontier::new(), read, longest, pending: Vec::new() });
        let state = match address {
            Address::Sha256(_) => State::Bytes(Sha256::new()),
            Address::Entries(_) => items(versioned::<Entry>, LONGEST_ENTRY),
            Address::Outcomes(_) => items(versioned::<Outcome>, LONGEST_OUTCOME),
            Address::Carried(_) => items(plain::<Carried>, LONGEST_CARRIED),
            Address::Accounts(_) => items(plain::<Account>, size_of::<Account>()),
        };
        Self { wanted: *address, state }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Bytes(hash) => hash.update(bytes),
            State::Items(items) => {
                for part in bytes.chunks(STEP) {
                    items.pending.extend_from_slice(part);
                    if let Err(unfit) = items.take(items.longest, &self.wanted) {
                        self.state = State::Unfit(unfit);
                        return;
                    }
                }
            }
            State::Unfit(_) => {}
        }
    }

    /// Whether nothing that follows can mend it.
    pub fn is_unfit(&self) -> bool {
        matches!(self.state, State::Unfit(_))
    }

    /// Ends.
    ///
    /// # Errors
    ///
    /// [`Unfit`].
    pub fn finish(self) -> Result<(), Unfit> {
        let wanted = self.wanted;
        let hash = match self.state {
            State::Bytes(hash) => hash.finalize().into(),
            State::Items(mut items) => {
                items.take(1, &wanted)?;
                *items.tree.root().bytes()
            }
            State::Unfit(unfit) => return Err(unfit),
        };
        let found = with_hash(&wanted, hash);
        if found == wanted { Ok(()) } else { Err(Unfit::Other { wanted, found }) }
    }
}

/// The address that a list or bytes have, by a scheme.
///
/// # Errors
///
/// [`Unfit::NoList`].
pub fn address(like: &Address, bytes: &[u8]) -> Result<Address, Unfit> {
    let mut check = Check::new(like);
    check.push(bytes);
    match check.finish() {
        Ok(()) => Ok(*like),
        Err(Unfit::Other { found, .. }) => Ok(found),
        Err(unfit @ Unfit::NoList { .. }) => Err(unfit),
    }
}

/// An address of the scheme that another one has.
fn with_hash(like: &Address, hash: [u8; 32]) -> Address {
    match like {
        Address::Sha256(_) => Address::Sha256(hash),
        Address::Entries(_) => Address::Entries(hash),
        Address::Outcomes(_) => Address::Outcomes(hash),
        Address::Carried(_) => Address::Carried(hash),
        Address::Accounts(_) => Address::Accounts(hash),
    }
}

impl Items {
    /// Reads items while at least so many bytes are there: with the longest item's, what cannot be read is no item.
    fn take(&mut self, least: usize, wanted: &Address) -> Result<(), Unfit> {
        let mut rest = self.pending.as_slice();
        while rest.len() >= least {
            let bounded = rest.get(..self.longest).unwrap_or(rest);
            let item =
                (self.read)(bounded).filter(|length| *length > 0).and_then(|length| rest.split_at_checked(length));
            let pushed = item.and_then(|(item, behind)| self.tree.push(leaf_hash(item)).ok().map(|()| behind));
            rest = pushed.ok_or(Unfit::NoList { scheme: wanted.scheme(), item: self.tree.size() })?;
        }
        let done = self.pending.len().saturating_sub(rest.len());
        self.pending.drain(..done);
        Ok(())
    }
}

/// Length of an item of SCALE bytes.
fn plain<T: Decode>(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    T::decode(&mut rest).ok()?;
    bytes.len().checked_sub(rest.len())
}

/// Length of an item with a version before its SCALE bytes.
fn versioned<T: Decode>(bytes: &[u8]) -> Option<usize> {
    match bytes.split_first() {
        Some((&VERSION, item)) => plain::<T>(item)?.checked_add(1),
        _ => None,
    }
}
