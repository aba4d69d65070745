//! Proofs: every size, every leaf, every pair; and everything that is no proof.

use crate::{
    Outcome,
    keys::{head, leaf, tree},
    trees::LEAVES,
};
use greatseal_trail::tree::{
    Hash, Head, LONGEST_PATH, Memory, Missing, Nodes, ProofError, Unprovable, consistency, empty_root, inclusion,
    leaf_hash, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

const MOST: u64 = 130;

#[test]
fn paths_are_those_of_certificate_transparency() -> Outcome {
    let mut nodes = Memory::new();
    LEAVES.into_iter().try_for_each(|leaf| nodes.push(leaf_hash(leaf)))?;
    let paths: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            1,
            5,
            &[
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (index, size, path) in paths {
        assert_eq!(words(&inclusion(&mut nodes, index, size)?), path, "leaf {index} of {size}");
    }
    let paths: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (old, size, path) in paths {
        assert_eq!(words(&consistency(&mut nodes, old, size)?), path, "{old} and {size}");
    }
    Ok(())
}

#[test]
fn every_leaf_of_every_size_is_proved_and_nothing_else_is() -> Outcome {
    let mut nodes = tree(MOST)?;
    for size in 1..=MOST {
        let head = head(&mut nodes, size)?;
        for index in 0..size {
            let path = inclusion(&mut nodes, index, size)?;
            assert_eq!(verify_inclusion(leaf(index), index, &head, &path), Ok(()), "leaf {index} of {size}");
            // All others of small trees, the neighbours in large ones.
            for other in (0..size).filter(|other| *other != index && (size < 40 || other.abs_diff(index) < 3)) {
                assert!(
                    verify_inclusion(leaf(index), other, &head, &path).is_err(),
                    "{index} is not {other} of {size}"
                );
            }
            assert_eq!(
                verify_inclusion(leaf(index), size, &head, &path),
                Err(ProofError::Outside { index: size, size })
            );
            for wrong in spoilt(&path) {
                assert!(verify_inclusion(leaf(index), index, &head, &wrong).is_err(), "{index} of {size}: {wrong:?}");
            }
        }
        assert_eq!(inclusion(&mut nodes, size, size), Err(Unprovable::Outside { wanted: size, size }));
    }
    Ok(())
}

#[test]
fn every_size_is_proved_to_be_the_beginning_of_every_other_and_of_nothing_else() -> Outcome {
    let mut nodes = tree(MOST)?;
    let heads = (0..=MOST).map(|size| head(&mut nodes, size)).collect::<Outcome<Vec<_>>>()?;
    for new in &heads {
        for old in &heads[..=usize::try_from(new.size)?] {
            let path = consistency(&mut nodes, old.size, new.size)?;
            assert_eq!(verify_consistency(old, new, &path), Ok(()), "{old:?} {new:?}");
            for wrong in spoilt(&path) {
                assert!(verify_consistency(old, new, &wrong).is_err(), "{old:?} {new:?}: {wrong:?}");
            }
            let forged = Head { root: leaf(MOST), ..*old };
            assert!(verify_consistency(&forged, new, &path).is_err(), "{forged:?} {new:?}");
            if old.size > 0 {
                let forged = Head { root: leaf(MOST), ..*new };
                assert!(verify_consistency(old, &forged, &path).is_err(), "{old:?} {forged:?}");
            }
            if old.size < new.size {
                let shrunk = ProofError::Shrunk { old: new.size, new: old.size };
                assert_eq!(verify_consistency(new, old, &path), Err(shrunk));
                let outside = Unprovable::Outside { wanted: new.size, size: old.size };
                assert_eq!(consistency(&mut nodes, new.size, old.size), Err(outside));
            }
        }
    }
    Ok(())
}

#[test]
fn empty_trees_prove_nothing_of_a_leaf_and_have_one_root() -> Outcome {
    let empty = Head { size: 0, root: empty_root() };
    let forged = Head { size: 0, root: leaf(0) };
    assert_eq!(verify_inclusion(leaf(0), 0, &empty, &[]), Err(ProofError::Outside { index: 0, size: 0 }));
    assert_eq!(verify_consistency(&empty, &empty, &[]), Ok(()));
    assert_eq!(verify_consistency(&forged, &forged, &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(&empty, &forged, &[]), Err(ProofError::Root));
    let one = Head { size: 1, root: leaf(0) };
    assert_eq!(verify_consistency(&empty, &one, &[]), Ok(()));
    assert_eq!(verify_consistency(&empty, &one, &[leaf(0)]), Err(ProofError::Length { length: 1 }));
    Ok(())
}

#[test]
fn hashes_that_are_not_there_are_said() -> Outcome {
    let mut nodes = tree(3)?;
    assert_eq!(inclusion(&mut nodes, 1, 5), Err(Unprovable::Nodes(Missing { level: 1, index: 1 })));
    Ok(())
}

/// A tree of any size whose leaves are all the same: every level has one hash.
struct Uniform(Vec<Hash>);

impl Uniform {
    fn new() -> Self {
        let mut levels = vec![leaf(0)];
        for level in 0..63 {
            levels.push(greatseal_trail::tree::node_hash(&levels[level], &levels[level]));
        }
        Self(levels)
    }
}

impl Nodes for Uniform {
    type Error = std::convert::Infallible;

    fn node(&mut self, level: u8, _: u64) -> Result<Hash, Self::Error> {
        Ok(self.0[usize::from(level)])
    }
}

proptest! {
    /// Sizes up to 2^64 − 1.
    #[test]
    fn the_largest_trees_are_proved(size in 1..=u64::MAX, one in any::<u64>(), other in any::<u64>()) {
        let mut nodes = Uniform::new();
        let (index, old) = (one % size, other % size);
        let new = Head { size, root: greatseal_trail::tree::root(&mut nodes, size)? };
        let path = inclusion(&mut nodes, index, size)?;
        prop_assert!(path.len() <= LONGEST_PATH);
        prop_assert_eq!(verify_inclusion(leaf(0), index, &new, &path), Ok(()));
        let old = Head { size: old, root: greatseal_trail::tree::root(&mut nodes, old)? };
        let path = consistency(&mut nodes, old.size, size)?;
        prop_assert!(path.len() <= LONGEST_PATH);
        prop_assert_eq!(verify_consistency(&old, &new, &path), Ok(()));
    }

    /// Whatever is sent, judging it ends.
    #[test]
    fn no_path_is_too_strange_to_be_judged(
        one in any::<u64>(),
        other in any::<u64>(),
        path in proptest::collection::vec(any::<[u8; 32]>().prop_map(Hash::new), 0..70),
    ) {
        let (old, new) = (Head { size: one, root: leaf(1) }, Head { size: other, root: leaf(2) });
        prop_assert!(verify_inclusion(leaf(0), one, &new, &path).is_err());
        prop_assert!(verify_consistency(&old, &new, &path).is_err());
    }
}

#[test]
fn the_largest_size_of_all() -> Outcome {
    let mut nodes = Uniform::new();
    let head = Head { size: u64::MAX, root: greatseal_trail::tree::root(&mut nodes, u64::MAX)? };
    for index in [0, u64::MAX / 2, u64::MAX - 1] {
        let path = inclusion(&mut nodes, index, u64::MAX)?;
        assert_eq!(verify_inclusion(leaf(0), index, &head, &path), Ok(()));
    }
    Ok(())
}

/// A path with a hash too many in front or behind, one too few, a changed one, two in the wrong order.
fn spoilt(path: &[Hash]) -> Vec<Vec<Hash>> {
    let strange = leaf(u64::MAX);
    let mut wrong = vec![[&[strange], path].concat(), [path, &[strange]].concat()];
    for place in 0..path.len() {
        let (mut without, mut changed, mut swapped) = (path.to_vec(), path.to_vec(), path.to_vec());
        without.remove(place);
        changed[place] = strange;
        wrong.extend([without, changed]);
        if place > 0 {
            swapped.swap(place - 1, place);
            wrong.push(swapped);
        }
    }
    wrong
}

fn words(path: &[Hash]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}
