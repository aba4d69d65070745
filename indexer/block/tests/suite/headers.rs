use crate::recorded;
use greatseal_block::{
    Malformed,
    header::{DigestItem, Header, MAX_HEADER},
};
use proptest::prelude::*;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Header as _},
};

#[test]
fn a_recorded_header_has_the_blocks_hash() {
    for recorded in recorded::all() {
        let bytes = recorded.header.encode();
        assert_eq!(Header::decode(&bytes), Ok(recorded.header.clone()));
        assert_eq!(recorded.header.hash(), recorded.hash, "{}", recorded.folder);
        assert_eq!(recorded.before[&(recorded.header.number - 1)], recorded.header.parent);
        assert!(!recorded.header.changes_runtime());
    }
}

#[test]
fn a_part_of_a_header_is_refused_and_so_is_more() {
    for recorded in recorded::all() {
        let mut bytes = recorded.header.encode();
        for end in 0..bytes.len() {
            assert_eq!(Header::decode(&bytes[..end]), Err(Malformed::Short));
        }
        bytes.push(0);
        assert_eq!(Header::decode(&bytes), Err(Malformed::Left(1)));
    }
}

#[test]
fn sizes_that_are_only_claimed_cost_nothing() {
    let mut bytes = vec![0; 32];
    bytes.extend([0; 1 + 64]);
    // A digest of 2^30 - 1 items, of which there is none.
    bytes.extend([0xfe, 0xff, 0xff, 0xff]);
    assert_eq!(Header::decode(&bytes), Err(Malformed::Short));
    assert_eq!(Header::decode(&vec![0; MAX_HEADER + 1]), Err(Malformed::TooLong(MAX_HEADER)));
    // A number in more bytes than it needs.
    let mut bytes = vec![0; 32];
    bytes.extend([0b01, 0]);
    bytes.extend([0; 64 + 1]);
    assert!(matches!(Header::decode(&bytes), Err(Malformed::Form(_))));
}

fn items() -> impl Strategy<Value = Vec<DigestItem>> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..80);
    let item = prop_oneof![
        bytes().prop_map(DigestItem::Other),
        (any::<[u8; 4]>(), bytes()).prop_map(|(engine, bytes)| DigestItem::Consensus(engine, bytes)),
        (any::<[u8; 4]>(), bytes()).prop_map(|(engine, bytes)| DigestItem::Seal(engine, bytes)),
        (any::<[u8; 4]>(), bytes()).prop_map(|(engine, bytes)| DigestItem::PreRuntime(engine, bytes)),
        Just(DigestItem::RuntimeEnvironmentUpdated),
    ];
    prop::collection::vec(item, 0..6)
}

proptest! {
    #[test]
    fn a_header_is_the_sdks(
        (parent, state_root, extrinsics_root) in any::<([u8; 32], [u8; 32], [u8; 32])>(),
        number in any::<u32>(),
        digest in items(),
    ) {
        let logs = digest.iter().map(|item| match item.clone() {
            DigestItem::Other(bytes) => generic::DigestItem::Other(bytes),
            DigestItem::Consensus(engine, bytes) => generic::DigestItem::Consensus(engine, bytes),
            DigestItem::Seal(engine, bytes) => generic::DigestItem::Seal(engine, bytes),
            DigestItem::PreRuntime(engine, bytes) => generic::DigestItem::PreRuntime(engine, bytes),
            DigestItem::RuntimeEnvironmentUpdated => generic::DigestItem::RuntimeEnvironmentUpdated,
        });
        let theirs = generic::Header::<u32, BlakeTwo256>::new(
            number,
            extrinsics_root.into(),
            state_root.into(),
            parent.into(),
            generic::Digest { logs: logs.collect() },
        );
        let updated = digest.contains(&DigestItem::RuntimeEnvironmentUpdated);
        let ours = Header { parent, number, state_root, extrinsics_root, digest };
        prop_assert_eq!(ours.hash(), theirs.hash().0);
        prop_assert_eq!(Header::decode(&ours.encode()), Ok(ours.clone()));
        prop_assert_eq!(ours.changes_runtime(), updated);
        for item in &ours.digest {
            prop_assert_eq!(DigestItem::decode(&item.encode()), Ok(item.clone()));
        }
    }
}
