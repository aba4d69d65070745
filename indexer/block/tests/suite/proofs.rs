//! Proofs as a node makes them, of states that the Polkadot SDK has built.

use crate::recorded;
use greatseal_block::{
    Hash, Malformed, blake2_256,
    read_proof::{MAX_NODES, MAX_PROOF, ProofError, ReadProof},
};
use proptest::prelude::*;
use sp_core::{
    Blake2Hasher,
    storage::{StateVersion, Storage},
};
use sp_state_machine::{InMemoryBackend, prove_read};
use std::collections::{BTreeMap, BTreeSet};

type State = BTreeMap<Vec<u8>, Vec<u8>>;

#[test]
fn a_recorded_proof_shows_what_the_node_says() {
    for recorded in recorded::all() {
        let (root, proof) = (recorded.header.state_root, recorded.proof());
        assert_eq!(proof.read(root, &recorded.events.0), Ok(Some(&*recorded.events.1)), "{}", recorded.folder);
        assert_eq!(proof.read(root, &recorded.now.0), Ok(Some(&*recorded.now.1)));
        assert_eq!(proof.read(root, &recorded.absent), Ok(None));
        // Of another state, and of another key, it says nothing.
        assert_eq!(proof.read([7; 32], &recorded.now.0), Err(ProofError::NotProved([7; 32])));
        assert!(matches!(proof.read(root, b":code"), Err(ProofError::NotProved(_))));
    }
}

#[test]
fn a_changed_proof_never_shows_another_value() {
    for recorded in recorded::all() {
        let (nodes, root) = (&recorded.nodes, recorded.header.state_root);
        let keys = [&recorded.events.0, &recorded.now.0, &recorded.absent];
        let honest = recorded.proof();
        let truth = keys.map(|key| honest.read(root, key));
        let mut refused = BTreeSet::new();
        let mut judge = |changed: Vec<Vec<u8>>, at: usize| {
            let proof = ReadProof::new(changed).unwrap();
            for (key, truth) in keys.iter().zip(&truth) {
                match proof.read(root, key) {
                    Err(ProofError::NotProved(_)) => drop(refused.insert(at)),
                    found => assert_eq!(found, *truth),
                }
            }
        };
        for node in 0..nodes.len() {
            let mut fewer = nodes.clone();
            fewer.remove(node);
            judge(fewer, node);
            for byte in 0..nodes[node].len() {
                let mut changed = nodes.clone();
                changed[node][byte] ^= 1 << (byte % 8);
                judge(changed, node);
            }
        }
        assert_eq!(refused.len(), nodes.len(), "every node of {} is needed by a key", recorded.folder);
    }
}

#[test]
fn a_proof_has_its_limits() {
    assert_eq!(ReadProof::new([vec![0; MAX_PROOF], vec![1]]), Err(Malformed::TooLong(MAX_PROOF)));
    let many = (0..=u32::try_from(MAX_NODES).unwrap()).map(|number| number.to_le_bytes().to_vec());
    assert_eq!(ReadProof::new(many), Err(Malformed::TooMany));
    let twice = ReadProof::new(vec![vec![1]; MAX_NODES + 1]).unwrap();
    assert_eq!(twice, ReadProof::new([vec![1]]).unwrap());
}

#[test]
fn the_state_without_keys_has_none() {
    assert_eq!(ReadProof::default().read(blake2_256(&[0]), b"key"), Ok(None));
}

#[test]
fn a_root_of_something_else_is_no_states() {
    for (node, why) in [
        (&[0x01][..], Malformed::Form("no node of a trie begins like this")),
        (&[0x40], Malformed::Short),
        (&[0x40, 4, 9, 9], Malformed::Left(1)),
        (&[0x41, 0x12, 4, 9], Malformed::Form("the unused half of a partial key is not zero")),
        (&[0x80, 0, 0], Malformed::Form("a branch has no child")),
        (&[0x40, 0b01, 0], Malformed::Form("a compact number is too large, or longer than it must be")),
        (&[0x7f, 255, 255], Malformed::Short),
        (&[0x80, 1, 0, 4 * 33], Malformed::Short),
        // A value of 2^30 - 1 bytes, of which there is none.
        (&[0x40, 0xfe, 0xff, 0xff, 0xff], Malformed::Short),
    ] {
        let proof = ReadProof::new([node.to_vec()]).unwrap();
        assert_eq!(proof.read(blake2_256(node), b"key"), Err(ProofError::NoTrie(why)), "{node:x?}");
    }
    // A child of 33 bytes, and an empty one.
    let long = [&[0x80, 1, 0, 4 * 33][..], &[0; 33]].concat();
    let proof = ReadProof::new([long.clone(), vec![0x80, 1, 0, 4, 0]]).unwrap();
    assert!(matches!(proof.read(blake2_256(&long), &[0]), Err(ProofError::NoTrie(_))));
    assert!(matches!(proof.read(blake2_256(&[0x80, 1, 0, 4, 0]), &[0]), Err(ProofError::NoTrie(_))));
}

fn backend(state: &State, version: StateVersion) -> InMemoryBackend<Blake2Hasher> {
    let storage = Storage { top: state.clone(), children_default: Default::default() };
    InMemoryBackend::from((storage, version))
}

fn proved(state: &State, version: StateVersion, keys: &[Vec<u8>]) -> (Hash, Vec<Vec<u8>>) {
    let backend = backend(state, version);
    let root = backend.root().0;
    let proof = prove_read(backend, keys).unwrap();
    (root, proof.into_iter_nodes().collect())
}

/// Keys that share long beginnings, values around the lengths where another form begins.
fn states() -> impl Strategy<Value = State> {
    let key = prop_oneof![
        prop::collection::vec(0..3_u8, 0..5),
        prop::collection::vec(any::<u8>(), 1..4),
        (0..200_usize, any::<u8>()).prop_map(|(length, last)| [vec![0x55; length], vec![last]].concat()),
    ];
    let length = prop_oneof![0..4_usize, 25..36_usize, Just(80)];
    let value = length.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
    prop::collection::btree_map(key, value, 0..40)
}

fn versions() -> impl Strategy<Value = StateVersion> {
    prop_oneof![Just(StateVersion::V0), Just(StateVersion::V1)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn a_proof_shows_what_the_state_has(
        state in states(),
        version in versions(),
        strangers in prop::collection::vec(prop::collection::vec(0..4_u8, 0..6), 0..5),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..=255_u8), 1..40),
    ) {
        let keys: Vec<_> = state.keys().cloned().chain(strangers).collect();
        let (root, nodes) = proved(&state, version, &keys);
        let proof = ReadProof::new(nodes.clone()).unwrap();
        for key in &keys {
            prop_assert_eq!(proof.read(root, key), Ok(state.get(key).map(Vec::as_slice)));
        }
        let consistent = |changed: Vec<Vec<u8>>| {
            let proof = ReadProof::new(changed).unwrap();
            keys.iter().all(|key| match proof.read(root, key) {
                Err(ProofError::NotProved(_)) => true,
                found => found == Ok(state.get(key).map(Vec::as_slice)),
            })
        };
        for node in 0..nodes.len() {
            let mut fewer = nodes.clone();
            fewer.remove(node);
            prop_assert!(consistent(fewer));
        }
        for (node, byte, change) in changes {
            let mut changed = nodes.clone();
            if let Some(node) = (!nodes.is_empty()).then(|| node.get(&nodes).clone()) {
                let place = nodes.iter().position(|other| *other == node).unwrap();
                let byte = byte.index(node.len());
                changed[place][byte] ^= change;
                prop_assert!(consistent(changed));
            }
        }
        // What one key needs is enough for it alone.
        if let Some((key, value)) = state.iter().next() {
            let (_, few) = proved(&state, version, std::slice::from_ref(key));
            let proof = ReadProof::new(few).unwrap();
            prop_assert_eq!(proof.read(root, key), Ok(Some(value.as_slice())));
        }
    }

    #[test]
    fn no_node_panics(nodes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..4), key in any::<[u8; 6]>()) {
        let proof = ReadProof::new(nodes.clone()).unwrap();
        for node in &nodes {
            let _ = proof.read(blake2_256(node), &key);
        }
    }
}

#[test]
fn a_state_may_be_half_moved_to_version_1() {
    let long = |byte: u8| vec![byte; 100];
    let state: State = [(b"one".to_vec(), long(1)), (b"other".to_vec(), long(2))].into();
    let mut moving = backend(&state, StateVersion::V0);
    moving.insert([(None, vec![(b"third".to_vec(), Some(long(3)))])], StateVersion::V1);
    let root = moving.root().0;
    let proof = prove_read(moving, [b"one".to_vec(), b"third".to_vec()]).unwrap();
    let proof = ReadProof::new(proof.into_iter_nodes()).unwrap();
    assert_eq!(proof.read(root, b"one"), Ok(Some(&*long(1))));
    assert_eq!(proof.read(root, b"third"), Ok(Some(&*long(3))));
    assert_eq!(proof.read(root, b"on"), Ok(None));
}
