use crate::recorded;
use greatseal_block::{
    Malformed, blake2_256,
    call::{Call, CallError, decode},
    era::Era,
    transaction::{PayloadError, Signature, SignatureError, Transaction, TransactionError},
};
use sp_core::{Pair, ed25519};

#[test]
fn the_recorded_signature_verifies_over_its_payload_only() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(16);
        let (index, transaction) = recorded.transaction(&metadata);
        let bytes = &recorded.body[usize::try_from(index).unwrap()];
        assert_eq!(transaction.hash(), blake2_256(bytes));
        assert!(matches!(transaction.era(), Some(Era::Mortal { period: 64, .. })));
        assert_eq!(transaction.tip(), Some(0));
        assert!(transaction.nonce().is_some());

        let implied = recorded.implied(&transaction);
        assert_eq!(transaction.verify_ed25519(&implied), Ok(()), "{}", recorded.folder);
        // The chain's own library says so too.
        let Signature::Ed25519(signature) = transaction.signature() else { panic!("another kind") };
        let (key, payload) = (ed25519::Public::from(transaction.signer()), transaction.payload(&implied).unwrap());
        assert!(ed25519::Pair::verify(&signature.into(), &payload, &key));
        assert_eq!(payload.len(), 32, "the call alone has more than 256 bytes");

        let mut others = [implied; 4];
        others[0].spec_version += 1;
        others[1].transaction_version += 1;
        others[2].genesis[0] ^= 1;
        others[3].birth_hash[31] ^= 1;
        for other in others {
            assert_eq!(transaction.verify_ed25519(&other), Err(SignatureError::Wrong));
        }
        // The hash of the metadata is not signed here, whether it is known or not.
        let more = greatseal_block::transaction::Implied { metadata_hash: Some([1; 32]), ..implied };
        assert_eq!(transaction.verify_ed25519(&more), Ok(()));
    }
}

#[test]
fn no_changed_transaction_verifies() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(14);
        let (index, honest) = recorded.transaction(&metadata);
        let bytes = &recorded.body[usize::try_from(index).unwrap()];
        let implied = recorded.implied(&honest);
        let mut read = 0;
        for byte in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[byte] ^= 1 << (byte % 8);
            if let Ok(transaction) = Transaction::decode(&metadata, &changed) {
                read += 1;
                assert!(transaction.verify_ed25519(&implied).is_err(), "byte {byte}");
            }
        }
        assert!(read > honest.call().len(), "changes of the call are read as another call");
    }
}

#[test]
fn a_part_of_a_transaction_is_refused_and_so_is_more() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(15);
        let (index, _) = recorded.transaction(&metadata);
        let bytes = &recorded.body[usize::try_from(index).unwrap()];
        for end in 0..bytes.len() {
            assert_eq!(
                Transaction::decode(&metadata, &bytes[..end]),
                Err(TransactionError::Malformed(Malformed::Short))
            );
        }
        let more = [&bytes[..], &[0]].concat();
        assert_eq!(Transaction::decode(&metadata, &more), Err(TransactionError::Malformed(Malformed::Left(1))));
    }
}

#[test]
fn other_extrinsics_are_told_apart() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(16);
        // Inherents, as the chain has them.
        let read: Vec<_> = recorded.body.iter().map(|bytes| Transaction::decode(&metadata, bytes)).collect();
        assert!(read.contains(&Err(TransactionError::Unsigned)));
        assert!(read.iter().all(|read| matches!(read, Ok(_) | Err(TransactionError::Unsigned))), "{read:?}");
        // General, signed of version 5 (which there is not), of version 6.
        for first in [0x45, 0x85, 0x06, 0xff] {
            let read = Transaction::decode(&metadata, &[4, first]);
            assert!(matches!(read, Err(TransactionError::Unsupported(_))), "{first:x}: {read:?}");
        }
        assert_eq!(Transaction::decode(&metadata, &[0]), Err(TransactionError::Malformed(Malformed::Short)));
    }
}

#[test]
fn only_a_call_of_a_contract_is_one() {
    for recorded in recorded::all() {
        let metadata = recorded.metadata(16);
        let (_, transaction) = recorded.transaction(&metadata);
        let Ok(Call::Contract(call)) = decode(&metadata, transaction.call()) else { panic!("{}", recorded.folder) };
        assert_eq!(call.value, 0);
        assert!(transaction.call().ends_with(call.data) && call.data.len() > 100);
        for end in 0..transaction.call().len() {
            assert_eq!(
                decode(&metadata, &transaction.call()[..end]),
                Err(CallError::Malformed(Malformed::Short)),
                "{end}"
            );
        }
        let more = [transaction.call(), &[0]].concat();
        assert_eq!(decode(&metadata, &more), Err(CallError::Malformed(Malformed::Left(1))));
        // Another pallet's call with the same bytes, and another call of the same pallet.
        let mut other = transaction.call().to_vec();
        other[0] ^= 1;
        assert_eq!(decode(&metadata, &other), Ok(Call::Other));
        let mut other = transaction.call().to_vec();
        other[1] = 0;
        assert_eq!(decode(&metadata, &other), Ok(Call::Other));
        other[1] = 255;
        assert!(matches!(decode(&metadata, &other), Err(CallError::Malformed(_))));
    }
}

#[test]
fn a_compared_metadata_hash_has_to_be_given() {
    let recorded = recorded::hub();
    let metadata = recorded.metadata(16);
    let (index, honest) = recorded.transaction(&metadata);
    let bytes = &recorded.body[usize::try_from(index).unwrap()];
    // Its byte, counted from the end: the mode 0 becomes the mode 1.
    let behind = honest.extensions().iter().rev().take_while(|extension| extension.identifier != "CheckMetadataHash");
    let behind: usize = behind.map(|extension| extension.explicit.len()).sum();
    let place = bytes.len() - honest.call().len() - behind - 1;
    let mut changed = bytes.clone();
    assert_eq!(changed[place], 0);
    changed[place] = 1;
    let transaction = Transaction::decode(&metadata, &changed).unwrap();
    let implied = recorded.implied(&transaction);
    assert_eq!(transaction.payload(&implied), Err(PayloadError::NoMetadataHash));
    let given = greatseal_block::transaction::Implied { metadata_hash: Some([9; 32]), ..implied };
    assert_eq!(transaction.payload(&given).unwrap().len(), 32);
    assert_eq!(transaction.verify_ed25519(&given), Err(SignatureError::Wrong));
}

/// Transactions of a chain with other extensions, signed by the Polkadot SDK's library over a payload that is put
/// together here.
mod other_extensions {
    use super::*;
    use crate::made::{Definition, Types, choice, of_transactions, structure};
    use greatseal_block::transaction::Implied;
    use parity_scale_codec::Encode;
    use scale_info::{TypeDefArray, TypeDefCompact, TypeDefPrimitive as Primitive};

    const IMPLIED: Implied =
        Implied { spec_version: 5, transaction_version: 6, genesis: [7; 32], birth_hash: [8; 32], metadata_hash: None };

    /// Of every extension its name, its bytes in the transaction, what is signed beside it, and its two types.
    type Row<'a> = (&'a str, &'a [u8], &'a [u8], u32, u32);

    fn signed(types: Types, rows: &[Row<'_>], call: &[u8]) -> Transaction {
        let extensions: Vec<_> =
            rows.iter().map(|(name, .., explicit, implicit)| (*name, *explicit, *implicit)).collect();
        let metadata = of_transactions(types, &extensions);
        let explicit: Vec<u8> = rows.iter().flat_map(|row| row.1).copied().collect();
        let implicit: Vec<u8> = rows.iter().flat_map(|row| row.2).copied().collect();
        let payload = [call, &explicit, &implicit].concat();
        let message = if payload.len() > 256 { blake2_256(&payload).to_vec() } else { payload };
        let pair = ed25519::Pair::from_seed(&[1; 32]);
        let signature = pair.sign(&message);
        let inside = [&[0x84, 0][..], &pair.public().0, &[0], &signature.0, &explicit, call].concat();
        let transaction = Transaction::decode(&metadata, &inside.encode()).unwrap();
        assert_eq!((transaction.signer(), transaction.call()), (pair.public().0, call));
        transaction
    }

    struct Known {
        types: Types,
        unit: u32,
        number: u32,
        compact: u32,
        hash: u32,
        era: u32,
        switch: u32,
    }

    fn known() -> Known {
        let mut types = Types::default();
        let unit = types.unit();
        let byte = types.add(Definition::Primitive(Primitive::U8));
        let number = types.add(Definition::Primitive(Primitive::U32));
        let wide = types.add(Definition::Primitive(Primitive::U128));
        let compact = types.add(TypeDefCompact::new(wide.into()));
        let hash = types.add(TypeDefArray::new(32, byte.into()));
        let era = types.add(choice(&[("Immortal", 0, None), ("Mortal21", 21, Some(byte))]));
        let switch = types.add(choice(&[("Disabled", 0, None), ("Enabled", 1, None)]));
        Known { types, unit, number, compact, hash, era, switch }
    }

    #[test]
    fn switched_off_extensions_add_their_tag_only() {
        for call in [vec![1, 2, 3], vec![9; 300]] {
            let mut known = known();
            // As extensions of individuality chains have them: an option, an enum with a disabled form, a nested one.
            let personal =
                known.types.add(choice(&[("AsAccount", 0, Some(known.compact)), ("AsAlias", 1, Some(known.hash))]));
            let optional = known.types.add(choice(&[("None", 0, None), ("Some", 1, Some(personal))]));
            let as_person = known.types.add(structure(&[("", optional)]));
            let Known { types, unit, number, compact, hash, era, switch } = known;
            let rows: [Row<'_>; 9] = [
                ("AsPerson", &[0], &[], as_person, unit),
                ("AsPgas", &[0], &[], switch, unit),
                ("CheckNonZeroSender", &[], &[], unit, unit),
                ("CheckSpecVersion", &[], &[5, 0, 0, 0], unit, number),
                ("CheckTxVersion", &[], &[6, 0, 0, 0], unit, number),
                ("CheckGenesis", &[], &[7; 32], unit, hash),
                ("CheckMortality", &[21, 3], &[8; 32], era, hash),
                ("CheckNonce", &[0xfd, 0x03], &[], compact, unit),
                ("ChargeTransactionPayment", &[0x08], &[], compact, unit),
            ];
            let transaction = signed(types, &rows, &call);
            assert_eq!(transaction.verify_ed25519(&IMPLIED), Ok(()));
            assert_eq!((transaction.nonce(), transaction.tip()), (Some(255), Some(2)));
            let read: Vec<_> = transaction
                .extensions()
                .iter()
                .map(|extension| (&*extension.identifier, &*extension.explicit))
                .collect();
            let written: Vec<_> = rows.iter().map(|row| (row.0, row.1)).collect();
            assert_eq!(read, written);
        }
    }

    #[test]
    fn an_immortal_transaction_names_the_genesis() {
        let Known { types, unit, hash, era, .. } = known();
        let rows: [Row<'_>; 2] =
            [("CheckGenesis", &[], &[7; 32], unit, hash), ("CheckMortality", &[0], &[7; 32], era, hash)];
        let transaction = signed(types, &rows, &[1; 20]);
        assert_eq!(transaction.era(), Some(Era::Immortal));
        assert_eq!(transaction.verify_ed25519(&IMPLIED), Ok(()));
        assert_eq!(transaction.payload(&IMPLIED).unwrap(), [&[1; 20][..], &[0], &[7; 32], &[7; 32]].concat());
    }

    #[test]
    fn a_metadata_hash_is_signed_where_it_is_compared() {
        for (mode, implicit, given) in [(0, vec![0], None), (1, [vec![1], vec![9; 32]].concat(), Some([9; 32]))] {
            let Known { mut types, hash, switch, .. } = known();
            let optional = types.add(choice(&[("None", 0, None), ("Some", 1, Some(hash))]));
            let rows: [Row<'_>; 1] = [("CheckMetadataHash", &[mode], &implicit, switch, optional)];
            let transaction = signed(types, &rows, &[1; 20]);
            assert_eq!(transaction.verify_ed25519(&Implied { metadata_hash: given, ..IMPLIED }), Ok(()));
        }
    }

    #[test]
    fn an_extension_that_is_not_known_makes_the_payload_unknown() {
        let Known { types, unit, number, .. } = known();
        let rows: [Row<'_>; 1] = [("CheckWeather", &[], &[5, 0, 0, 0], unit, number)];
        let transaction = signed(types, &rows, &[1; 20]);
        let unknown = PayloadError::UnknownExtension("CheckWeather".to_owned());
        assert_eq!(transaction.payload(&IMPLIED), Err(unknown.clone()));
        assert_eq!(transaction.verify_ed25519(&IMPLIED), Err(SignatureError::Payload(unknown)));
    }

    #[test]
    fn a_key_with_which_anybody_can_sign_is_refused() {
        // The neutral point as key and as R, and s = 0: the equation holds for every message.
        let Known { types, unit, .. } = known();
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        let metadata = of_transactions(types, &[("CheckWeight", unit, unit)]);
        let inside = [&[0x84, 0][..], &neutral, &[0], &signature, &[1; 20]].concat();
        let transaction = Transaction::decode(&metadata, &inside.encode()).unwrap();
        let payload = transaction.payload(&IMPLIED).unwrap();
        assert!(ed25519::Pair::verify(&signature.into(), &payload, &neutral.into()), "the chain accepts it");
        assert_eq!(transaction.verify_ed25519(&IMPLIED), Err(SignatureError::Wrong));
    }
}
