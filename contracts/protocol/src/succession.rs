//! A contract on this platform cannot be upgraded. Another one goes on instead: with the same cells, byte for byte, and
//! with the next number of the same history.
//!
//! The successor lies on the chain before anything is decided, and knows whose state it awaits. The decision names its
//! address and its code, and ends the old contract. From then on anybody can bring the cells over, a few at a time and in
//! any order: the successor reads each of them from the old contract itself, so that nobody can bring a wrong one; what is
//! there already is passed over, so that nobody can be in another's way; and the old contract's head says how many there
//! are, so that nobody can leave one out.

use crate::{
    bytes::ContractAddress,
    cells::{CellKey, CellsMut, Head},
    event::{Door, Event, Record},
    language::contract,
    refusal::Refusal,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeAll, Encode};
use scale_info::TypeInfo;

/// Most cells that one call brings: more would not fit the answer of the contract that they are read from.
pub const MOST_CELLS: usize = 32;

/// How far a contract is that succeeds another. Not a cell of the state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Import {
    /// Whose state it takes over.
    pub predecessor: ContractAddress,
    /// The old contract's head, byte for byte: read by the first call, and written when all others are in. Empty before.
    pub head: Vec<u8>,
    /// Number of cells that are in; the head counts last.
    pub cells: u32,
}

impl Import {
    /// Before the first call.
    pub fn of(predecessor: ContractAddress) -> Self {
        Self { predecessor, head: Vec::new(), cells: 0 }
    }
}

/// Some of the cells: `read` answers what the contract at an address stores under these keys. The head, cells that are no
/// part of the state and those that are there already are passed over.
///
/// Answers how many are missing after them, the head apart; with the last one, the record that goes on with the history: it
/// is for [`crate::evolve::evolve`] to apply.
///
/// # Errors
///
/// 925 where nothing is awaited, 923 where the old contract has not retired in favour of this one, 924 where it does not have
/// such a cell; nothing may then be kept.
pub fn import(
    cells: &mut impl CellsMut,
    contract: ContractAddress,
    keys: &[CellKey],
    now: u64,
    read: impl FnOnce(&ContractAddress, &[CellKey]) -> Option<Vec<Option<Vec<u8>>>>,
) -> Result<(u32, Option<Record>), Refusal> {
    let import: Option<Import> = cells.cell(&CellKey::Import)?;
    let mut import = import.filter(|_| cells.load(&CellKey::Head).is_none()).ok_or(Refusal::NothingAwaited)?;
    let mut asked = Vec::new();
    if import.head.is_empty() {
        asked.push(CellKey::Head);
    }
    let brought = |key: &&CellKey| !key.apart() && **key != CellKey::Head && cells.load(key).is_none();
    asked.extend(keys.iter().filter(brought));
    let found = read(&import.predecessor, &asked).filter(|found| found.len() == asked.len());
    for (key, bytes) in asked.iter().zip(found.ok_or(Refusal::NoSuchCell)?) {
        let bytes = bytes.ok_or(Refusal::NoSuchCell)?;
        if *key == CellKey::Head {
            import.head = bytes;
        } else if cells.load(key).is_none() {
            // One call can name a key twice.
            cells.store(key, bytes);
            import.cells = import.cells.saturating_add(1);
        }
    }
    let head = Head::decode_all(&mut &*import.head).map_err(|_| Refusal::NotRetired)?;
    if head.successor != Some(contract) {
        return Err(Refusal::NotRetired);
    }
    let left = head.cells.saturating_sub(import.cells);
    let record = (left == 0).then(|| {
        // Now the state is whole, the same as the old contract's.
        cells.store(&CellKey::Head, import.head.clone());
        import.cells = import.cells.saturating_add(1);
        let last = head.seq.saturating_sub(1);
        let (predecessor, cells) = (import.predecessor, import.cells);
        let event = Event::Contract(contract::Event::Succeeded { predecessor, contract, last, cells });
        Record { seq: head.seq, at: now, door: Door::Constructor, actor: None, event }
    });
    cells.put(&CellKey::Import, &import);
    Ok((left, record))
}
