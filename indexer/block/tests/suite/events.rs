use crate::recorded;
use greatseal_block::{
    Malformed,
    events::{EventsError, Known, MAX_EVENTS, Phase, decode},
    metadata::{self, Metadata, MetadataError},
};

#[test]
fn three_versions_of_metadata_tell_the_same() {
    for recorded in recorded::all() {
        let first = recorded.metadata(14);
        for version in [14, 15, 16] {
            let metadata = recorded.metadata(version);
            assert_eq!(metadata.version(), version);
            let runtime = metadata.runtime().unwrap();
            assert_eq!(
                (&runtime.spec_name, runtime.spec_version, runtime.transaction_version),
                (&recorded.spec_name, recorded.spec_version, recorded.transaction_version)
            );
            assert_eq!(metadata.events_key().unwrap(), recorded.events.0);
            assert_eq!(metadata.now_key().unwrap(), recorded.now.0);
            assert_eq!(
                decode(&metadata, &recorded.events.1).unwrap(),
                decode(&first, &recorded.events.1).unwrap(),
                "{} {version}",
                recorded.folder
            );
            assert_eq!(recorded.transaction(&metadata), recorded.transaction(&first));
        }
    }
}

#[test]
fn keys_are_those_of_the_sdk() {
    let metadata = recorded::hub().metadata(14);
    let twox = |bytes: &[u8]| sp_crypto_hashing::twox_128(bytes).to_vec();
    let number = 271_u32.to_le_bytes();
    let key = [&twox(b"System")[..], &twox(b"BlockHash"), &sp_crypto_hashing::twox_64(&number), &number].concat();
    assert_eq!(metadata.block_hash_key(271).unwrap(), key);
    // The document writes them in halves.
    let document = include_str!("../../../../docs/protocol/blocks.md");
    for key in [metadata.events_key().unwrap(), metadata.now_key().unwrap(), key[..32].to_vec()] {
        let (pallet, entry) = key.split_at(16);
        let halves = format!("`{}` ‖ `{}`", hex::encode(pallet), hex::encode(entry));
        assert!(document.contains(&halves), "{halves}");
    }
}

#[test]
fn the_time_is_in_milliseconds() {
    for recorded in recorded::all() {
        let now = metadata::decode_now(&recorded.now.1).unwrap();
        // 2026 to 2100.
        assert!((1_767_225_600_000..4_102_444_800_000).contains(&now), "{now}");
        assert_eq!(metadata::decode_now(&recorded.now.1[1..]), Err(Malformed::Short));
    }
}

#[test]
fn recorded_events_are_understood() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(16);
        let events = decode(&metadata, &recorded.events.1).unwrap();
        let (index, transaction) = recorded.transaction(&metadata);
        let of_it: Vec<_> = events.iter().filter(|event| event.phase == Phase::ApplyExtrinsic(index)).collect();
        let known: Vec<_> = of_it.iter().map(|event| event.known().unwrap()).collect();
        let Some(Known::ContractEmitted(emitted)) =
            known.iter().find(|event| matches!(event, Known::ContractEmitted(_)))
        else {
            panic!("no event of a contract in {}", recorded.folder)
        };
        // The governance contract's events have the kind as their first topic, and begin with it.
        assert!(!emitted.topics.is_empty() && !emitted.data.is_empty());
        assert!(known.contains(&Known::ExtrinsicSuccess) && !known.contains(&Known::ExtrinsicFailed));
        let paid = known.iter().find_map(|event| match event {
            Known::FeePaid { who, fee, tip } => Some((*who, *fee > 0, *tip)),
            _ => None,
        });
        assert_eq!(paid, Some((transaction.signer(), true, 0)));
        // Inherents have no fee.
        assert!(events.iter().any(|event| event.phase == Phase::ApplyExtrinsic(0)));
        // Nothing is skipped: the fields of all events and what surrounds them are the value.
        let fields: usize = events.iter().flat_map(|event| &event.fields).map(|field| field.bytes.len()).sum();
        assert!(fields < recorded.events.1.len());
    }
}

#[test]
fn a_part_of_the_events_is_refused_and_so_is_more() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(14);
        let mut value = recorded.events.1.clone();
        for end in 0..value.len() {
            assert!(matches!(decode(&metadata, &value[..end]), Err(EventsError::Malformed(_))), "{end}");
        }
        value.push(0);
        assert_eq!(decode(&metadata, &value), Err(EventsError::Malformed(Malformed::Left(1))));
        assert_eq!(
            decode(&metadata, &vec![0; MAX_EVENTS + 1]),
            Err(EventsError::Malformed(Malformed::TooLong(MAX_EVENTS)))
        );
        assert_eq!(decode(&metadata, &[0]), Ok(Vec::new()));
    }
}

#[test]
fn other_metadata_are_refused() {
    assert_eq!(Metadata::decode(b"meta\x0d"), Err(MetadataError::Version(13)));
    assert_eq!(Metadata::decode(b"meta\x11"), Err(MetadataError::Version(17)));
    assert_eq!(Metadata::decode(b"met"), Err(MetadataError::Malformed(Malformed::Short)));
    assert!(matches!(Metadata::decode(b"atem\x0e"), Err(MetadataError::Malformed(Malformed::Form(_)))));
    assert_eq!(Metadata::decode_at_version(&[0]), Err(MetadataError::None));
    assert!(matches!(Metadata::decode_at_version(&[2]), Err(MetadataError::Malformed(_))));
    // A registry that claims 2^30 - 1 types.
    assert!(matches!(Metadata::decode(b"meta\x0e\xfe\xff\xff\xff"), Err(MetadataError::Malformed(_))));
    for recorded in recorded::all() {
        let answer = recorded.answer(14);
        for part in 0..40 {
            let cut = &answer[..answer.len() * part / 40];
            assert!(matches!(Metadata::decode_at_version(cut), Err(MetadataError::Malformed(_))), "{part}");
        }
        // The bytes inside of the answer, as `state_getMetadata` gives them, whole and cut off.
        let inside = &answer[answer.windows(4).position(|four| four == b"meta").unwrap()..];
        assert_eq!(Metadata::decode(inside).as_ref(), Ok(&recorded.metadata(14)));
        for cut in [1, 2, 3, 100, inside.len() / 2] {
            assert!(matches!(Metadata::decode(&inside[..inside.len() - cut]), Err(MetadataError::Malformed(_))));
        }
        let more = [inside, &[0]].concat();
        assert_eq!(Metadata::decode(&more), Err(MetadataError::Malformed(Malformed::Left(1))));
    }
}
