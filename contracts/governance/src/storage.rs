//! Cells in the contract's storage, under their own SCALE keys and without ink!'s collections: the bytes are the
//! protocol's, and no host function is called but reading and writing.

use greatseal_protocol::cells::{CellKey, Cells, CellsMut};
use ink::{
    prelude::vec::Vec,
    scale::{Error, Input, Output},
    storage::traits::Storable,
};

/// The contract's storage.
pub struct Storage;

/// A cell's bytes as they are, without a length in front.
struct Raw(Vec<u8>);

impl Storable for Raw {
    fn encode<T: Output + ?Sized>(&self, dest: &mut T) {
        dest.write(&self.0);
    }

    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let length = input.remaining_len()?.ok_or("cell")?;
        let mut bytes = ink::prelude::vec![0; length];
        input.read(&mut bytes)?;
        Ok(Self(bytes))
    }

    fn encoded_size(&self) -> usize {
        self.0.len()
    }
}

impl Cells for Storage {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        // Reading raw bytes cannot fail to decode; what they mean is for `Cells::cell` to refuse.
        ink::env::get_contract_storage::<CellKey, Raw>(key).ok().flatten().map(|raw| raw.0)
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        crate::host::sha256(parts)
    }
}

impl CellsMut for Storage {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        ink::env::set_contract_storage(key, &Raw(bytes));
    }
}
