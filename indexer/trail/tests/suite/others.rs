//! Against another implementation: the crate `tlog_tiles`.

use crate::{
    Outcome,
    keys::{head, leaf, tree},
    tiles::shelf,
};
use greatseal_trail::{
    checkpoint::Checkpoint,
    tile::{Tile, WIDTH},
    tree::{Hash, Memory, Nodes, consistency, inclusion, node_hash, verify_consistency, verify_inclusion},
};
use proptest::prelude::*;
use tlog_tiles::{
    Checkpoint as TheirCheckpoint, Error, Hash as TheirHash, HashReader, Tile as TheirTile, check_record, check_tree,
    prove_record, prove_tree, record_hash, split_stored_hash_index, tree_hash,
};

/// Our tree, read by them.
struct Ours(std::cell::RefCell<Memory>);

impl HashReader for Ours {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<TheirHash>, Error> {
        let read = |index: &u64| {
            let (level, index) = split_stored_hash_index(*index);
            self.0.borrow_mut().node(level, index).map(theirs).map_err(|error| Error::InvalidInput(error.to_string()))
        };
        indexes.iter().map(read).collect()
    }
}

fn theirs(hash: Hash) -> TheirHash {
    TheirHash(*hash.bytes())
}

fn ours(path: &[TheirHash]) -> Vec<Hash> {
    path.iter().map(|hash| Hash::new(hash.0)).collect()
}

#[test]
fn roots_and_proofs_are_theirs_and_each_verifies_the_others() -> Outcome {
    let (mut nodes, reader) = (tree(300)?, Ours(tree(300)?.into()));
    for size in (1..=64).chain([127, 128, 129, 255, 256, 257, 300]) {
        let new = head(&mut nodes, size)?;
        assert_eq!(tree_hash(size, &reader)?.0, *new.root.bytes());
        for index in (0..size).step_by(1 + usize::try_from(size / 40)?) {
            let path = inclusion(&mut nodes, index, size)?;
            let their = prove_record(size, index, &reader)?;
            assert_eq!(path, ours(&their), "leaf {index} of {size}");
            check_record(
                &path.iter().copied().map(theirs).collect(),
                size,
                theirs(new.root),
                index,
                theirs(leaf(index)),
            )?;
            verify_inclusion(leaf(index), index, &new, &ours(&their))?;
            let old = head(&mut nodes, index + 1)?;
            let path = consistency(&mut nodes, old.size, size)?;
            let their = prove_tree(size, old.size, &reader)?;
            assert_eq!(path, ours(&their), "{} and {size}", old.size);
            check_tree(&path.into_iter().map(theirs).collect(), size, theirs(new.root), old.size, theirs(old.root))?;
            verify_consistency(&old, &new, &ours(&their))?;
        }
    }
    assert_eq!(record_hash(b"entry 7").0, *leaf(7).bytes());
    Ok(())
}

#[test]
fn tiles_and_their_names_are_theirs() -> Outcome {
    let reader = Ours(tree(1_000)?.into());
    for size in [1, 255, 256, 257, 512, 1_000] {
        let (shelf, _) = shelf(size)?;
        let their: std::collections::BTreeMap<_, _> = TheirTile::new_tiles(8, 0, size)
            .into_iter()
            .map(|tile| Ok((tile.path(), tile.read_data(&reader)?)))
            .collect::<Result<_, Error>>()?;
        // They name a full tile by its width of 0, and put the height in front.
        let our: std::collections::BTreeMap<_, _> =
            shelf.tiles.iter().map(|(tile, bytes)| (tile.to_string(), bytes.clone())).collect();
        let stripped = their.into_iter().map(|(path, bytes)| (path.replacen("tile/8/", "tile/", 1), bytes)).collect();
        assert_eq!(our, stripped, "{size}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_they_call_a_tile_we_call_the_same(level in 0..8_u8, index in any::<u64>(), shift in 0..64_u32, width in 1..=256_u16) {
        if let Some(tile) = Tile::new(level, index >> shift, width) {
            let full = if width == WIDTH { 256 } else { width };
            let their = TheirTile::new(8, level, tile.index(), full.into(), false);
            prop_assert_eq!(their.path().replacen("tile/8/", "tile/", 1), tile.to_string());
        }
    }

    #[test]
    fn checkpoints_are_read_alike(origin in "[a-z/. é]{0,9}", size in "0?[0-9]{1,20}", root in any::<[u8; 32]>(), extra in "([a-z]{0,3}\n){0,2}") {
        let text = format!("{origin}\n{size}\n{}\n{extra}", Hash::new(root).to_base64());
        let (our, their) = (text.parse::<Checkpoint>(), TheirCheckpoint::from_bytes(text.as_bytes()));
        prop_assert_eq!(our.is_ok(), their.is_ok(), "{:?}: {:?}", text, our);
        if let (Ok(our), Ok(their)) = (our, their) {
            prop_assert_eq!(our.to_string().into_bytes(), their.to_bytes());
            prop_assert_eq!(our.head().size, their.size());
        }
    }

    #[test]
    fn nodes_are_hashed_alike(left in any::<[u8; 32]>(), right in any::<[u8; 32]>()) {
        let their = tlog_tiles::node_hash(TheirHash(left), TheirHash(right));
        prop_assert_eq!(*node_hash(&Hash::new(left), &Hash::new(right)).bytes(), their.0);
    }
}
