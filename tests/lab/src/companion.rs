//! What a verification of ML-DSA-65 would cost in a contract: a throwaway one (`docs/adr/0031-post-quantum-phases`).

use crate::chain::{give, limits};
use ed25519_dalek::{Signer, SigningKey};
use greatseal_devnet_runtime::{Revive, RuntimeOrigin, System, genesis::Genesis as ChainGenesis};
use greatseal_protocol::{
    bytes::{ContractAddress, DeploymentId},
    command::{Capacity, Command, Order},
    companion::CompanionKey,
    digest::{Domain, signed_message},
    envelope::Envelope,
    key::{Key, Signature},
    language::council,
};
use pallet_revive::{Code, ExecConfig};
use sp_core::U256;
use sp_runtime::AccountId32;

/// `ref_time` of a call that verifies, less that of one that does not.
///
/// # Panics
///
/// Where the pallets do not take the code, or it answers wrongly.
#[must_use]
pub fn verification(blob: Vec<u8>) -> u64 {
    let (key, signature, message) = signed();
    let storage = ChainGenesis { time: 1_000, seed: [7; 32] }.storage().expect("a genesis");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        let payer = AccountId32::new([1; 32]);
        give(&payer);
        let (origin, config) = (RuntimeOrigin::signed(payer), ExecConfig::new_substrate_tx());
        let code = Code::Upload(blob);
        let made = Revive::bare_instantiate(origin.clone(), U256::zero(), limits(), code, Vec::new(), None, &config);
        let contract = made.result.expect("the pallets take the code").addr;
        let call = |parts: &[&[u8]]| {
            let answer = Revive::bare_call(origin.clone(), contract, U256::zero(), limits(), parts.concat(), &config);
            (answer.result.expect("the contract does not trap").data, answer.weight_consumed.ref_time())
        };
        let (nothing, base) = call(&[&key, &signature]);
        let (holds, whole) = call(&[&key, &signature, &message]);
        let (other, _) = call(&[&key, &signature, &message[1..]]);
        assert_eq!((nothing, holds, other), (vec![0], vec![1], vec![0]), "it verifies");
        whole.saturating_sub(base)
    })
}

/// A companion's key and signature, and what it signed.
fn signed() -> (Vec<u8>, Vec<u8>, [u8; 45]) {
    let domain = Domain { deployment: DeploymentId([1; 32]), contract: ContractAddress([2; 20]), chain_id: 3 };
    let command = Command {
        capacity: Capacity::Anyone,
        expiry: 4,
        order: Order::Council(council::Order::Heartbeat { nonce: 5 }),
    };
    let signer = SigningKey::from_bytes(&[6; 32]);
    let key = Key::Ed25519(signer.verifying_key().to_bytes());
    let message = signed_message(&domain, &key, &command);
    let signature = Signature::Ed25519(signer.sign(&message).to_bytes());
    let envelope = Envelope::seal(&domain, command, key, signature);
    let both = CompanionKey::from_seed(&[7; 32]).accompany(&domain, &envelope).expect("an envelope that verifies");
    (both.key.to_vec(), both.signature.to_vec(), message)
}
