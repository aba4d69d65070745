//! Cells in the contract's storage, under their own SCALE keys and without ink!'s collections: the bytes are the
//! protocol's, and no host function is called but reading and writing.
//!
//! The head lies where ink! keeps a contract's own value, which it reads at the beginning of every message: it is there
//! already when a rule asks for it, and one cell less is read.

use core::cell::RefCell;
use greatseal_protocol::{
    bytes::{ContractAddress, ContractCode, MAX_CELL, Written},
    cells::{CellKey, Cells, CellsMut, ROOT, Succession},
    refusal::Refusal,
};
use ink::{
    prelude::{borrow::Cow, vec::Vec},
    scale::{Decode, Encode, Error, Input, Output},
};

/// What ink! reads and calls the contract: the bytes of the head, or none where there is no state yet.
#[derive(Default)]
#[cfg_attr(feature = "std", derive(Debug, ink::storage::traits::StorageLayout))]
pub struct Root(Vec<u8>);

/// Whoever reads the contract's metadata learns what the bytes are.
#[cfg(feature = "std")]
impl ink::scale_info::TypeInfo for Root {
    type Identity = greatseal_protocol::cells::Head;

    fn type_info() -> ink::scale_info::Type {
        Self::Identity::type_info()
    }
}

impl Encode for Root {
    fn encode_to<T: Output + ?Sized>(&self, out: &mut T) {
        out.write(&self.0);
    }
}

impl Decode for Root {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let mut bytes = ink::prelude::vec![0; input.remaining_len()?.ok_or("bytes without an end")?];
        input.read(&mut bytes)?;
        Ok(Self(bytes))
    }
}

/// The contract's storage.
pub struct Storage<'a> {
    /// The head as it is now.
    head: Cow<'a, [u8]>,
    /// The bytes of the key at hand.
    key: RefCell<Written>,
    /// The bytes of the cell at hand: it is read and written there, and not copied to the heap first.
    cell: RefCell<Written>,
    /// Cells that were not there before they were written.
    created: u32,
}

impl<'a> Storage<'a> {
    /// The one of this contract, of which ink! has read the head.
    pub fn of(root: &'a Root) -> Self {
        Self {
            head: Cow::Borrowed(&root.0),
            key: RefCell::new(Written::with_room(MAX_CELL)),
            cell: RefCell::new(Written::with_room(MAX_CELL)),
            created: 0,
        }
    }

    /// What ink! writes at the end of a constructor.
    pub fn into_root(self) -> Root {
        Root(self.head.into_owned())
    }

    /// The bytes of a cell, in this room.
    #[inline(never)]
    fn fetch<'b>(&self, key: &CellKey, room: &'b mut [u8]) -> Option<&'b [u8]> {
        if !matches!(key, CellKey::Head) {
            return get(self.key.borrow_mut().of(key), room);
        }
        let room = room.get_mut(..self.head.len()).filter(|room| !room.is_empty())?;
        room.copy_from_slice(&self.head);
        Some(room)
    }
}

impl Succession for Storage<'_> {
    fn awaits(&self, successor: &ContractAddress, code: &ContractCode) -> Option<bool> {
        Some(crate::host::awaits(successor, code))
    }
}

impl Cells for Storage<'_> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.fetch(key, self.cell.borrow_mut().room()).map(<[u8]>::to_vec)
    }

    fn cell<T: Decode>(&self, key: &CellKey) -> Result<Option<T>, Refusal> {
        let mut room = self.cell.borrow_mut();
        let Some(mut bytes) = self.fetch(key, room.room()).map(|bytes| &*bytes) else { return Ok(None) };
        match T::decode(&mut bytes) {
            Ok(cell) if bytes.is_empty() => Ok(Some(cell)),
            _ => Err(Refusal::Unreadable),
        }
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        crate::host::sha256(parts)
    }
}

impl CellsMut for Storage<'_> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        let Self { head, key: at, created, .. } = self;
        keep(head, at.get_mut(), created, key, &bytes);
    }

    fn put<T: Encode>(&mut self, key: &CellKey, cell: &T) {
        let Self { head, key: at, cell: room, created } = self;
        keep(head, at.get_mut(), created, key, room.get_mut().of(cell));
    }

    fn count(&mut self, before: u32) -> u32 {
        before + core::mem::take(&mut self.created)
    }
}

/// Writes a cell. One piece of code for cells of all types.
#[inline(never)]
fn keep(head: &mut Cow<'_, [u8]>, at: &mut Written, created: &mut u32, key: &CellKey, bytes: &[u8]) {
    match key {
        CellKey::Head => {
            set(&ROOT, bytes);
            *head = Cow::Owned(bytes.to_vec());
        }
        key => *created += u32::from(set(at.of(key), bytes)),
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
