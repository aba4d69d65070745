//! What a verification of ML-DSA-65 costs in a contract: `companion-probe BLOB`, one JSON object a line.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a laboratory")]

use frame_support::traits::fungible::Mutate as _;
use greatseal_devnet_runtime::{Balances, Revive, Runtime, RuntimeOrigin, System, currency::UNIT, genesis::Genesis};
use ml_dsa::{KeyInit as _, Keypair as _, MlDsa65, SigningKey};
use pallet_revive::{Code, ExecConfig, TransactionLimits};
use sp_core::U256;
use sp_runtime::{AccountId32, Weight};

fn main() {
    let path = std::env::args().nth(1).expect("a blob");
    let blob = std::fs::read(path).expect("a blob");
    let key = SigningKey::<MlDsa65>::from_seed(&[7; 32].into());
    let message = [9; 45];
    let signature =
        key.expanded_key().sign_deterministic(&message, b"GREATSEAL-V1:companion").expect("signed").encode();
    let public = key.verifying_key().encode();
    let storage = Genesis { time: 1_000, seed: [7; 32] }.storage().expect("a genesis");
    let size = blob.len();
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        let payer = AccountId32::new([1; 32]);
        Balances::mint_into(&payer, 1_000_000 * UNIT).expect("money");
        Revive::map_account(RuntimeOrigin::signed(payer.clone())).expect("mapped");
        let origin = RuntimeOrigin::signed(payer);
        let config = ExecConfig::new_substrate_tx();
        let limits =
            || TransactionLimits::<Runtime>::WeightAndDeposit { weight_limit: Weight::MAX, deposit_limit: u128::MAX };
        let made = Revive::bare_instantiate(
            origin.clone(),
            U256::zero(),
            limits(),
            Code::Upload(blob),
            Vec::new(),
            None,
            &config,
        );
        let contract = made.result.expect("the pallets take the code").addr;
        let call = |data: Vec<u8>| {
            let answer = Revive::bare_call(origin.clone(), contract, U256::zero(), limits(), data, &config);
            (answer.result.expect("no trap").data, answer.weight_consumed.ref_time() as f64 / 1e9)
        };
        let all = [&public[..], &signature[..], &message].concat();
        let (answer, base) = call(all[..all.len() - 45].to_vec());
        assert_eq!(answer, [0]);
        let (answer, whole) = call(all.clone());
        assert_eq!(answer, [1]);
        let mut other = all.clone();
        other[5_000] ^= 1;
        assert_eq!(call(other).0, [0]);
        println!("{{\"blob\":{size},\"base\":{base:.3},\"whole\":{whole:.3},\"gps\":{:.3}}}", whole - base);
    });
}
