//! Bytes of strangers: none of them makes a decoder panic.

use crate::{made, recorded};
use greatseal_block::{
    call,
    era::Era,
    events, extrinsics,
    header::{DigestItem, Header},
    metadata::{Metadata, decode_now},
    transaction::{Implied, Transaction},
};
use proptest::prelude::*;
use std::sync::LazyLock;

static HUB: LazyLock<(recorded::Recorded, Metadata)> = LazyLock::new(|| {
    let recorded = recorded::hub();
    let metadata = recorded.metadata(16);
    (recorded, metadata)
});
/// The smallest recorded metadata, as `Metadata_metadata_at_version` gives them.
static ANSWER: LazyLock<Vec<u8>> = LazyLock::new(|| recorded::all().pop().unwrap().answer(14));

const IMPLIED: Implied =
    Implied { spec_version: 1, transaction_version: 2, genesis: [3; 32], birth_hash: [4; 32], metadata_hash: None };

/// A few bytes set to something else, some cut off.
fn damage() -> impl Strategy<Value = (Vec<(prop::sample::Index, u8)>, prop::sample::Index, bool)> {
    (prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..12), any::<prop::sample::Index>(), any::<bool>())
}

fn damaged(
    honest: &[u8],
    (changes, cut, whole): &(Vec<(prop::sample::Index, u8)>, prop::sample::Index, bool),
) -> Vec<u8> {
    let mut bytes = honest.to_vec();
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    if !whole {
        bytes.truncate(cut.index(honest.len()));
    }
    bytes
}

fn read_all(metadata: &Metadata, bytes: &[u8]) {
    if let Ok(events) = events::decode(metadata, bytes) {
        events.iter().for_each(|event| drop(event.known()));
    }
    if let Ok(transaction) = Transaction::decode(metadata, bytes) {
        drop(transaction.payload(&IMPLIED));
        drop(transaction.verify_ed25519(&IMPLIED));
        drop(call::decode(metadata, transaction.call()));
    }
    drop(call::decode(metadata, bytes));
}

proptest! {
    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(header) = Header::decode(&bytes) {
            prop_assert_eq!(header.encode(), bytes.clone());
        }
        if let Ok(item) = DigestItem::decode(&bytes) {
            prop_assert_eq!(item.encode(), bytes.clone());
        }
        drop((Era::decode(&bytes), decode_now(&bytes), Metadata::decode_at_version(&bytes)));
        for version in 13..18 {
            drop(Metadata::decode(&[b"meta", &[version][..], &bytes].concat()));
        }
        prop_assert!(extrinsics::verify([0; 32], &[&bytes]).is_err());
        read_all(&HUB.1, &bytes);
        // With a head that leads further in.
        read_all(&HUB.1, &[&[4, 2][..], &bytes].concat());
        let signed = [&[0x84, 0][..], &[7; 32], &[0], &[8; 64], &bytes].concat();
        read_all(&HUB.1, &parity_scale_codec::Encode::encode(&signed));
        let (recorded, metadata) = &*HUB;
        let (_, transaction) = recorded.transaction(metadata);
        read_all(metadata, &[&transaction.call()[..2], &bytes].concat());
    }

    #[test]
    fn damaged_blocks(damage in damage()) {
        let (recorded, metadata) = &*HUB;
        read_all(metadata, &damaged(&recorded.events.1, &damage));
        recorded.body.iter().for_each(|bytes| read_all(metadata, &damaged(bytes, &damage)));
        let header = damaged(&recorded.header.encode(), &damage);
        if let Ok(header) = Header::decode(&header) {
            prop_assert!(header == recorded.header || header.hash() != recorded.hash);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn damaged_metadata(damage in damage()) {
        let recorded = recorded::all().pop().unwrap();
        let bytes = damaged(&ANSWER, &(damage.0, damage.1, true));
        if let Ok(metadata) = Metadata::decode_at_version(&bytes) {
            drop((metadata.events_key(), metadata.now_key(), metadata.block_hash_key(1)));
            read_all(&metadata, &recorded.events.1);
            recorded.body.iter().for_each(|bytes| read_all(&metadata, bytes));
        }
    }

    #[test]
    fn damaged_types(damage in damage(), value in prop::collection::vec(any::<u8>(), 0..60)) {
        let (types, ty) = made::Types::of::<(Vec<Option<(u8, String)>>, [u16; 3])>();
        let bytes = damaged(&made::of_events(types, ty), &(damage.0, damage.1, true));
        if let Ok(metadata) = Metadata::decode(&bytes) {
            read_all(&metadata, &made::one_event(&value));
        }
    }
}
