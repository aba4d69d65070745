use crate::recorded;
use greatseal_block::extrinsics::{StateVersion, WrongBody, root, verify};
use proptest::prelude::*;
use sp_core::Blake2Hasher;
use sp_trie::{LayoutV0, LayoutV1, TrieConfiguration};

#[test]
fn a_recorded_body_has_the_headers_root() {
    for recorded in recorded::all() {
        let root = recorded.header.extrinsics_root;
        assert_eq!(verify(root, &recorded.body), Ok(()), "{}", recorded.folder);
        // One left out, one twice, two in another order, one bit changed.
        let mut fewer = recorded.body.clone();
        fewer.pop();
        let mut more = recorded.body.clone();
        more.push(more[0].clone());
        let mut turned = recorded.body.clone();
        turned.reverse();
        for wrong in [fewer, more, turned] {
            assert_eq!(verify(root, &wrong), Err(WrongBody));
        }
        for index in 0..recorded.body.len() {
            for byte in 0..recorded.body[index].len() {
                let mut changed = recorded.body.clone();
                changed[index][byte] ^= 1;
                assert_eq!(verify(root, &changed), Err(WrongBody));
            }
        }
    }
}

#[test]
fn a_body_without_extrinsics_has_a_root() {
    let empty: [Vec<u8>; 0] = [];
    assert_eq!(root(&empty, StateVersion::Hashed), LayoutV1::<Blake2Hasher>::ordered_trie_root::<_, Vec<u8>>([]).0);
}

/// Lengths around those where another form begins, and numbers of extrinsics whose compact indexes have 1 and 2 bytes.
fn bodies() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let length = prop_oneof![0..3_usize, 25..40_usize, 60..70_usize, Just(300)];
    prop::collection::vec(length.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length)), 0..150)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn a_root_is_the_sdks(body in bodies()) {
        let theirs = LayoutV0::<Blake2Hasher>::ordered_trie_root(body.clone());
        prop_assert_eq!(root(&body, StateVersion::Inline), theirs.0);
        prop_assert_eq!(verify(theirs.0, &body), Ok(()));
        let theirs = LayoutV1::<Blake2Hasher>::ordered_trie_root(body.clone());
        prop_assert_eq!(root(&body, StateVersion::Hashed), theirs.0);
        prop_assert_eq!(verify(theirs.0, &body), Ok(()));
    }
}

#[test]
fn a_large_body_has_the_sdks_root() {
    // More than 2^14: compact indexes of 4 bytes.
    let body: Vec<_> = (0..17_000_u32).map(|number| number.to_le_bytes().repeat(9)).collect();
    let theirs = LayoutV1::<Blake2Hasher>::ordered_trie_root(body.clone());
    assert_eq!(root(&body, StateVersion::Hashed), theirs.0);
}
