//! Roots and proofs of the log's tree at any size, from the hashes that the database has: those of leaves, and of complete
//! subtrees of 256, 65,536, … leaves. What lies between is computed.

use super::{Store, StoreError, column};
use greatseal_store::{Session, query};
use greatseal_trail::tree::{Frontier, Hash, Nodes, Unprovable, consistency, root};
use std::{collections::BTreeMap, convert::Infallible};

/// Levels of the tree above one level of the database: 256 is 2^8.
const HEIGHT: u8 = 8;

/// Which hashes a proof is made of does not depend on the hashes: they are named first, then fetched, then used.
#[derive(Default)]
struct Wanted(Vec<(u8, u64)>);

/// Hashes that were fetched.
struct Fetched(BTreeMap<(u8, u64), Hash>);

impl Store {
    /// The root of the tree of the first `size` leaves.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] where a hash is missing: there are not so many leaves.
    pub async fn root(&self, size: u64) -> Result<Hash, StoreError> {
        let mut wanted = Wanted::default();
        let Ok(_) = root(&mut wanted, size);
        root(&mut self.fetch(wanted).await?, size)
    }

    /// The path that proves that the tree of the first `old` leaves is the beginning of that of the first `size`.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] where a hash is missing, or `old` exceeds `size`.
    pub async fn consistency(&self, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let mut wanted = Wanted::default();
        let outside = |wanted, size| missing(size, &format!("{wanted} leaves are no beginning of {size}"));
        match consistency(&mut wanted, old, size) {
            Ok(_) => {}
            Err(Unprovable::Outside { wanted, size }) => return Err(outside(wanted, size)),
        }
        consistency(&mut self.fetch(wanted).await?, old, size).map_err(|error| match error {
            Unprovable::Outside { wanted, size } => outside(wanted, size),
            Unprovable::Nodes(error) => error,
        })
    }

    async fn fetch(&self, wanted: Wanted) -> Result<Fetched, StoreError> {
        // One moment, although what is there never changes: a leaf and the subtrees over it come together.
        let mut moment = self.database.read().await?;
        let mut session = moment.session();
        let mut fetched = BTreeMap::new();
        for (level, index) in wanted.0 {
            let hash = node(&mut session, level, index).await?;
            fetched.insert((level, index), hash);
        }
        Ok(Fetched(fetched))
    }
}

impl Nodes for Wanted {
    type Error = Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Infallible> {
        self.0.push((level, index));
        Ok(Hash::new([0; 32]))
    }
}

impl Nodes for Fetched {
    type Error = StoreError;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, StoreError> {
        self.0.get(&(level, index)).copied().ok_or_else(|| missing(index, "a hash of the tree is missing"))
    }
}

/// The hash of a complete subtree: over the hashes of the next level below that the database has.
async fn node(session: &mut Session<'_>, level: u8, index: u64) -> Result<Hash, StoreError> {
    let (stored, width) = (level / HEIGHT, 1_u64.wrapping_shl(u32::from(level % HEIGHT)));
    let first = index.saturating_mul(width);
    let (begin, end) = (column(first)?, column(first.saturating_add(width))?);
    let hashes = match stored {
        0 => query("SELECT leaf FROM events WHERE seq >= $1 AND seq < $2 ORDER BY seq").bind(begin).bind(end),
        _ => query("SELECT hash FROM nodes WHERE number >= $1 AND number < $2 AND level = $3 ORDER BY number")
            .bind(begin)
            .bind(end)
            .bind(i64::from(stored)),
    };
    let hashes: Vec<Vec<u8>> = session.all(hashes).await?;
    let mut tree = Frontier::new();
    for hash in &hashes {
        let hash = <[u8; 32]>::try_from(hash.as_slice()).ok().map(Hash::new);
        let hash = hash.ok_or_else(|| missing(first, "a hash of the tree is not 32 bytes long"))?;
        tree.push(hash).map_err(|_| missing(first, "the tree is full"))?;
    }
    if tree.size() == width { Ok(tree.root()) } else { Err(missing(first, "a hash of the tree is missing")) }
}

fn missing(seq: u64, reason: &str) -> StoreError {
    StoreError::DamagedEvent { seq, reason: reason.into() }
}
