//! A contract on this platform cannot be upgraded. Another one goes on instead: with the same cells, byte for byte, and
//! with the next number of the same history.
//!
//! The successor lies on the chain before anything is decided, and knows whose state it awaits. The decision names its
//! address and its code, and ends the old contract. From then on anybody can bring the cells over, a few at a time: the
//! successor reads each of them from the old contract itself, so that nobody can bring a wrong one, and the old
//! contract's head says how many there are, so that nobody can leave one out.

use crate::{
    bytes::{ContractAddress, Written},
    cells::{CellKey, Cells, CellsMut, Head},
    event::{Door, Event, Record},
    language::contract,
    merkle::{self, Frontier},
    refusal::Refusal,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeAll, Encode};
use scale_info::TypeInfo;

/// Most cells that one call brings: more would not fit the answer of the contract that they are read from.
pub const MOST_CELLS: usize = 32;

/// Hashes in a cell of the frontier.
const PAGE: usize = 12;
/// Its cells: a tree has at most 2^32 leaves.
const PAGES: u8 = 3;

/// How far a contract is that succeeds another. Not a cell of the state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Import {
    /// Whose state it takes over.
    pub predecessor: ContractAddress,
    /// The old contract's head, byte for byte: the first cell, which is written last. Empty before the first.
    pub head: Vec<u8>,
    /// Number of cells that are in.
    pub cells: u32,
    /// SCALE bytes of the key of the last one.
    pub last: Vec<u8>,
}

impl Import {
    /// Before the first cell.
    pub fn of(predecessor: ContractAddress) -> Self {
        Self { predecessor, head: Vec::new(), cells: 0, last: Vec::new() }
    }
}

/// The next cells: `read` answers what the contract at an address stores under these keys.
///
/// Answers how many are missing after them; with the last one, the record that goes on with the history: it is for
/// [`crate::evolve::evolve`] to apply.
///
/// # Errors
///
/// 925 where nothing is awaited, 923 where the old contract has not retired in favour of this one, 924 where a cell is not
/// there or not the next; nothing may then be kept.
pub fn import(
    cells: &mut impl CellsMut,
    contract: ContractAddress,
    keys: &[CellKey],
    now: u64,
    read: impl FnOnce(&ContractAddress, &[CellKey]) -> Option<Vec<Option<Vec<u8>>>>,
) -> Result<(u32, Option<Record>), Refusal> {
    let import: Option<Import> = cells.cell(&CellKey::Import)?;
    let mut import = import.filter(|_| cells.load(&CellKey::Head).is_none()).ok_or(Refusal::NothingAwaited)?;
    let found = read(&import.predecessor, keys).filter(|found| found.len() == keys.len()).ok_or(Refusal::NotNext)?;
    let mut tree = frontier(cells, import.cells)?;
    for (key, bytes) in keys.iter().zip(found) {
        let (name, bytes) = (Written::once(key), bytes.ok_or(Refusal::NotNext)?);
        if name <= import.last || key.apart() || (import.head.is_empty() && *key != CellKey::Head) {
            return Err(Refusal::NotNext);
        }
        let leaf = cells.sha256(&[&[merkle::LEAF], &name, &bytes]);
        tree.push(leaf, &|parts| cells.sha256(parts));
        match key {
            CellKey::Head => import.head = bytes,
            _ => cells.store(key, bytes),
        }
        import.last = name;
    }
    let head = Head::decode_all(&mut &*import.head).map_err(|_| Refusal::NotRetired)?;
    if head.successor != Some(contract) {
        return Err(Refusal::NotRetired);
    }
    import.cells = tree.size;
    let left = head.cells.saturating_add(1).checked_sub(tree.size).ok_or(Refusal::NotNext)?;
    let state = tree.head(&|parts| cells.sha256(parts));
    keep(cells, &tree);
    let record = (left == 0).then(|| {
        // Now the state is whole, the same as the old contract's.
        cells.store(&CellKey::Head, import.head.clone());
        let event = Event::Contract(contract::Event::Succeeded { predecessor: import.predecessor, contract, state });
        Record { seq: head.seq, at: now, door: Door::Constructor, actor: None, event }
    });
    cells.store(&CellKey::Import, Written::once(&import));
    Ok((left, record))
}

fn frontier(cells: &impl Cells, size: u32) -> Result<Frontier, Refusal> {
    let mut levels = Vec::new();
    for page in 0..PAGES {
        let hashes: Option<Vec<[u8; 32]>> = cells.cell(&CellKey::Frontier(page))?;
        levels.extend(hashes.unwrap_or_default());
    }
    Ok(Frontier { size, levels })
}

fn keep(cells: &mut impl CellsMut, tree: &Frontier) {
    for (page, hashes) in (0..PAGES).zip(tree.levels.chunks(PAGE)) {
        cells.store(&CellKey::Frontier(page), Written::once(&hashes));
    }
}
