//! What a payer's key signs: transactions that are read, call contracts, and move no money.

use greatseal_protocol::{
    bytes::ChainGenesis,
    scale::{Compact, Encode},
};
use greatseal_signing::{Calls, Error, Extension, Payment, Result, Transaction};

const CALLS: Calls = Calls { pallet: 100, call: 1, map_account: 7, instantiate: 2, upload_code: 4 };
const GENESIS: ChainGenesis = ChainGenesis([0x6e; 32]);

fn extension(name: &str, explicit: &[u8], implicit: &[u8]) -> Extension {
    Extension { name: name.into(), explicit: explicit.into(), implicit: implicit.into() }
}

fn extensions(nonce: u8) -> Vec<Extension> {
    vec![
        extension("CheckSpecVersion", &[], &9_u32.to_le_bytes()),
        extension("CheckGenesis", &[], &GENESIS.0),
        extension("CheckMortality", &[0x15, 0x00], &[0xb1; 32]),
        extension("CheckNonce", &[nonce << 2], &[]),
        extension("ChargeTransactionPayment", &[0], &[]),
    ]
}

/// `Revive.call` with this value and data.
fn call(value: u128, data: &[u8]) -> Vec<u8> {
    let limits = (Compact(8_u64), Compact(12_u64), Compact(16_u128));
    ([100_u8, 1], [0xC2_u8; 20], Compact(value), limits, data).encode()
}

fn read(call: &[u8], extensions: Vec<Extension>) -> Result<Payment> {
    Payment::read(CALLS, GENESIS, &Transaction { call: call.to_vec(), extensions })
}

/// A transaction that a payer signs.
pub(super) fn payment(nonce: u8) -> Payment {
    read(&call(0, b"envelopes"), extensions(nonce)).unwrap()
}

fn refused(call: &[u8]) -> &'static str {
    match read(call, extensions(0)) {
        Err(Error::NoAct(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rule_3_a_payer_signs_calls_of_contracts_and_nothing_else() {
    let limits = (Compact(8_u64), Compact(12_u64), Compact(16_u128));
    let new = ([100_u8, 2], Compact(0_u128), limits, [7_u8; 32], vec![1_u8, 2], Some([3_u8; 32])).encode();
    let code = ([100_u8, 4], vec![1_u8; 400], Compact(9_u128)).encode();
    for whole in [call(0, b"envelopes"), call(0, b""), new.clone(), code, vec![100, 7]] {
        let payment = read(&whole, extensions(3)).unwrap();
        assert!(!payment.words().is_empty() && payment.words().contains(&("tip".into(), "none".into())));
        assert!(payment.message().len() == 32 || payment.message().starts_with(&whole));
        // One byte more or less is something else.
        refused(&[whole.as_slice(), &[0]].concat());
        refused(&whole[..whole.len() - 1]);
    }
    assert_eq!(refused(&call(1, b"envelopes")), "it moves money");
    let mut endowed = new;
    endowed[2] = 1 << 2;
    assert_eq!(refused(&endowed), "it moves money");
    for foreign in [vec![], vec![100], vec![100, 9], vec![99, 1], vec![5, 3, 0], b"GREATSEAL-V1:".to_vec()] {
        refused(&foreign);
    }
    // A value that is written longer than it must be.
    let long = [&[100, 1][..], &[0xC2; 20], &[0x02, 0, 0, 0], &limits.encode(), &b"x".as_slice().encode()].concat();
    assert_eq!(refused(&long), "its call cannot be read");
}

#[test]
fn rule_3_a_node_that_gives_a_transfer_the_name_of_a_call_gets_no_signature() {
    // transfer_all(Id(account), keep_alive) and transfer_keep_alive(Id(account), all of it), in the call's place.
    for account in [[0; 32], [0xA7; 32], [4; 32]] {
        refused(&([100_u8, 1, 0], account, false).encode());
        refused(&([100_u8, 1, 0], account, Compact(u128::MAX)).encode());
        refused(&([100_u8, 1, 0], account, Compact(1_000_u128)).encode());
    }
}

#[test]
fn rule_3_a_payer_gives_no_tip_and_signs_for_its_own_chain_and_not_for_ever() {
    let with = |name: &str, explicit: &[u8], implicit: &[u8]| {
        let mut extensions = extensions(0);
        extensions.retain(|it| it.name != name);
        extensions.push(extension(name, explicit, implicit));
        read(&call(0, b"envelopes"), extensions)
    };
    assert!(with("ChargeTransactionPayment", &[0], &[]).is_ok());
    for (name, explicit, implicit) in [
        ("ChargeTransactionPayment", [4].as_slice(), [].as_slice()),
        ("ChargeAssetTxPayment", &[0, 1, 9], &[]),
        ("CheckGenesis", &[], &[0x6f; 32]),
        ("CheckMortality", &[0], &[0x6e; 32]),
        ("Unknown", &[1], &[]),
    ] {
        assert!(matches!(with(name, explicit, implicit), Err(Error::NoAct(_))), "{name}");
    }
}
