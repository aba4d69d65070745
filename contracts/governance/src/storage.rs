//! Cells in the contract's storage, under their own SCALE keys and without ink!'s collections: the bytes are the
//! protocol's, and no host function is called but reading and writing.

use core::cell::RefCell;
use greatseal_protocol::{
    bytes::{ContractAddress, ContractCode, Written},
    cells::{CellKey, Cells, CellsMut, MAX_CELL},
    refusal::Refusal,
};
use ink::{
    prelude::vec::Vec,
    scale::{Decode, DecodeAll, Encode},
};

/// The contract's storage.
pub struct Storage {
    /// The bytes of the key at hand.
    key: RefCell<Written>,
    /// The bytes of the cell at hand: it is read and written there, and not copied to the heap first.
    cell: RefCell<Written>,
    /// Cells that were not there before they were written.
    created: u32,
}

impl Storage {
    /// The one of this contract.
    pub fn new() -> Self {
        Self {
            key: RefCell::new(Written::with_room(MAX_CELL)),
            cell: RefCell::new(Written::with_room(MAX_CELL)),
            created: 0,
        }
    }

    fn read<T>(&self, key: &CellKey, then: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let (mut at, mut cell) = (self.key.borrow_mut(), self.cell.borrow_mut());
        get(at.of(key), cell.room()).map(then)
    }
}

impl Cells for Storage {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.read(key, <[u8]>::to_vec)
    }

    fn cell<T: Decode>(&self, key: &CellKey) -> Result<Option<T>, Refusal> {
        match self.read(key, |mut bytes| T::decode_all(&mut bytes)) {
            None => Ok(None),
            Some(Ok(cell)) => Ok(Some(cell)),
            Some(Err(_)) => Err(Refusal::Unreadable),
        }
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        crate::host::sha256(parts)
    }

    fn awaits(&self, successor: &ContractAddress, code: &ContractCode) -> Option<bool> {
        Some(crate::host::awaits(successor, code))
    }
}

impl CellsMut for Storage {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.created += u32::from(set(self.key.get_mut().of(key), &bytes));
    }

    fn put<T: Encode>(&mut self, key: &CellKey, cell: &T) {
        self.created += u32::from(set(self.key.get_mut().of(key), self.cell.get_mut().of(cell)));
    }

    fn count(&mut self, before: u32) -> u32 {
        before + core::mem::take(&mut self.created)
    }
}

#[cfg(target_arch = "riscv64")]
fn get<'a>(key: &[u8], buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    use pallet_revive_uapi::{HostFn, HostFnImpl, StorageFlags};
    let mut cell = buffer;
    HostFnImpl::get_storage(StorageFlags::empty(), key, &mut cell).ok().map(|()| &*cell)
}

/// Whether the cell is new.
#[cfg(target_arch = "riscv64")]
fn set(key: &[u8], cell: &[u8]) -> bool {
    use pallet_revive_uapi::{HostFn, HostFnImpl, StorageFlags};
    HostFnImpl::set_storage(StorageFlags::empty(), key, cell).is_none()
}

/// Off the chain there is no storage.
#[cfg(not(target_arch = "riscv64"))]
fn get<'a>(_: &[u8], _: &'a mut [u8]) -> Option<&'a [u8]> {
    None
}

#[cfg(not(target_arch = "riscv64"))]
fn set(_: &[u8], _: &[u8]) -> bool {
    false
}
