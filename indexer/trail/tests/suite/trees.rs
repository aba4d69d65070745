//! Roots and frontiers.

use crate::{
    Outcome,
    keys::{leaf, tree},
};
use greatseal_trail::tree::{Frontier, FrontierError, Full, Hash, empty_root, leaf_hash, node_hash, root};

/// The leaves of the test tree of Certificate Transparency.
pub(crate) const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
/// Its roots at 1 to 8 leaves.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// RFC 9162, section 2.1.1, word for word: a second, plain way to a root.
pub(crate) fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&mth(left), &mth(right))
        }
    }
}

#[test]
fn roots_are_those_of_certificate_transparency() -> Outcome {
    assert_eq!(empty_root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), empty_root());
    for (leaf, root) in LEAVES.into_iter().zip(ROOTS) {
        frontier.push(leaf_hash(leaf))?;
        assert_eq!(frontier.root().to_string(), root);
    }
    Ok(())
}

#[test]
fn every_way_to_a_root_gives_the_same_and_a_frontier_goes_on_from_what_was_stored() -> Outcome {
    let (mut frontier, mut nodes) = (Frontier::new(), tree(600)?);
    let leaves: Vec<_> = (0..600).map(leaf).collect();
    for size in 0..600 {
        let plain = mth(&leaves[..usize::try_from(size)?]);
        assert_eq!((frontier.size(), frontier.root()), (size, plain));
        assert_eq!(root(&mut nodes, size)?, plain);
        assert!(frontier.hashes().len() <= 10, "memory does not grow with the tree");
        frontier = Frontier::resume(size, frontier.hashes().to_vec())?;
        frontier.push(leaf(size))?;
    }
    Ok(())
}

#[test]
fn a_frontier_of_the_wrong_shape_is_refused_and_a_full_tree_takes_no_leaf() -> Outcome {
    let hash = leaf(0);
    assert_eq!(Frontier::resume(3, vec![hash]), Err(FrontierError { size: 3, found: 1 }));
    assert_eq!(Frontier::resume(0, vec![hash]), Err(FrontierError { size: 0, found: 1 }));
    let mut full = Frontier::resume(u64::MAX, vec![hash; 64])?;
    let before = full.clone();
    assert_eq!(full.push(hash), Err(Full));
    assert_eq!(full, before);
    let mut last = Frontier::resume(u64::MAX - 1, vec![hash; 63])?;
    last.push(hash)?;
    assert_eq!(last.size(), u64::MAX);
    Ok(())
}

#[test]
fn a_hash_has_one_spelling_in_base_64() {
    let hash = leaf(1);
    assert_eq!(Hash::from_base64(&hash.to_base64()), Some(hash));
    let text = hash.to_base64();
    for wrong in [&text[..43], &format!("{text}\n"), &format!("{text}="), "", "AAAA"] {
        assert_eq!(Hash::from_base64(wrong), None, "{wrong}");
    }
    // 32 bytes leave two bits that mean nothing: they are zero.
    let mut loose = Hash::new([0; 32]).to_base64();
    loose.replace_range(42..43, "B");
    assert_eq!(Hash::from_base64(&loose), None);
}
