//! Which cells a contract has: the keys of its storage, as the node lists them.

use crate::{BlockRef, Chain, ChainError};
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, ROOT},
};
use parity_scale_codec::DecodeAll;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Before the id of a trie in which a contract keeps its storage.
const CHILD: &[u8] = b":child_storage:default:";
/// Bytes of the hash before a key of a contract's choice.
const HASH: usize = 16;
/// Keys in the first answer: so few that even a young contract takes a second one, and that nodes which page badly show early.
const FIRST: usize = 128;
/// Keys in every other answer: as many as nodes give at most.
const PAGE: usize = 1000;
/// The contract's own book-keeping, at most: how far a state has been brought.
const BOOKS: usize = 64;

impl Chain {
    /// Keys of all cells that a contract has at a block, its own book-keeping among them, where its head counts so many
    /// `others` than itself. A node may leave some out: that is for the caller to see.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the node does not list the storage of contracts, [`ChainError::NoContract`],
    /// [`ChainError::Undecodable`] where what it lists are no cells, or more than there can be.
    pub async fn cell_keys(
        &self,
        contract: ContractAddress,
        block: &BlockRef,
        others: u32,
    ) -> Result<BTreeSet<CellKey>, ChainError> {
        let most = usize::try_from(others).unwrap_or(usize::MAX).saturating_add(BOOKS);
        let trie = [CHILD, &self.contract_info(contract, block).await?.trie_id].concat();
        let (trie, at) = (hexadecimal(&trie), hexadecimal(&block.hash));
        let mut keys = BTreeSet::new();
        let mut last: Option<String> = None;
        loop {
            let size = if last.is_none() { FIRST } else { PAGE };
            let asked = [json!(trie), json!("0x"), json!(size), json!(last), json!(at)];
            let page = self.request("childstate_getKeysPaged", &asked).await?;
            let texts = page.as_array().filter(|texts| texts.len() <= size).ok_or_else(|| undecodable(&page))?;
            for text in texts {
                let key = text.as_str().and_then(key_of).ok_or_else(|| undecodable(text))?;
                // A page that begins again where one began before would never end, and neither would keys that nobody counts.
                if !keys.insert(key) || keys.len() > most {
                    return Err(undecodable(text));
                }
            }
            match texts.last().and_then(Value::as_str) {
                Some(text) if texts.len() >= size => last = Some(text.to_owned()),
                _ => return Ok(keys),
            }
        }
    }
}

/// The cell under a key of the trie: BLAKE2-128 of the contract's own key, and that one.
fn key_of(text: &str) -> Option<CellKey> {
    let bytes = hex::decode(text.strip_prefix("0x")?).ok()?;
    let (hash, place) = bytes.split_at_checked(HASH)?;
    if hash != sp_crypto_hashing::blake2_128(place) {
        return None;
    }
    match place {
        place if place == ROOT => Some(CellKey::Head),
        // Nothing but the head lies elsewhere than under its own bytes.
        mut place => CellKey::decode_all(&mut place).ok().filter(|key| *key != CellKey::Head),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn undecodable(found: &Value) -> ChainError {
    ChainError::Undecodable(format!("{found} is no key of a cell"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::scope::Scope;

    #[test]
    fn a_key_is_read_as_the_contract_placed_it() {
        let stored = |place: &[u8]| hexadecimal(&[&sp_crypto_hashing::blake2_128(place)[..], place].concat());
        for key in [CellKey::Head, CellKey::Duties, CellKey::Pause(Scope::Account([7; 32])), CellKey::Program(9)] {
            assert_eq!(key_of(&stored(&key.place())), Some(key));
        }
        let mut other = stored(&CellKey::Duties.place());
        other.replace_range(2..4, if other.starts_with("0x00") { "01" } else { "00" });
        for text in [&*other, "0x", "no hexadecimal", &stored(&[0]), &stored(&[12, 0]), &stored(&[200])] {
            assert_eq!(key_of(text), None, "{text}");
        }
    }
}
