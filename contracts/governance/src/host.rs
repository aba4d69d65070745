//! What the chain does for the contract besides storing: hashing a caller's key, and P-256.

use greatseal_protocol::key::Crypto;

/// The chain's precompiles.
pub struct Host;

/// RIP-7212: P-256 verification. The only address that this contract ever calls.
#[cfg(target_arch = "riscv64")]
const P256_VERIFY: [u8; 20] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];

#[cfg(target_arch = "riscv64")]
impl Crypto for Host {
    /// Digest, r, s, x, y go in; a one in 32 bytes comes out, and nothing where the signature or the point is wrong.
    fn p256(&self, digest: &[u8; 32], r_s: &[u8; 64], x: &[u8; 32], y: &[u8; 32]) -> bool {
        use pallet_revive_uapi::{CallFlags, HostFn, HostFnImpl};
        let mut input = ink::prelude::vec::Vec::with_capacity(160);
        [&digest[..], r_s, x, y].iter().for_each(|part| input.extend_from_slice(part));
        let mut answer = [0; 32];
        let mut output = &mut answer[..];
        let (none, all) = ([0; 32], u64::MAX);
        // Read-only, without value and without a way back in.
        let called =
            HostFnImpl::call(CallFlags::READ_ONLY, &P256_VERIFY, all, all, &none, &none, &input, Some(&mut output));
        let mut one = [0; 32];
        one[31] = 1;
        called.is_ok() && output.len() == 32 && *output == one
    }
}

#[cfg(not(target_arch = "riscv64"))]
impl Crypto for Host {
    fn p256(&self, digest: &[u8; 32], r_s: &[u8; 64], x: &[u8; 32], y: &[u8; 32]) -> bool {
        greatseal_protocol::key::Software.p256(digest, r_s, x, y)
    }
}

/// Whether the caller's account is this key's: the address of an `AccountId32` on pallet-revive is the end of its
/// Keccak hash. A key whose shape belongs to Ethereum accounts is never admitted to a seat.
pub fn is_account_of(caller: &[u8; 20], key: &[u8; 32]) -> bool {
    let hash = keccak(key);
    hash.last_chunk::<20>() == Some(caller)
}

#[cfg(target_arch = "riscv64")]
fn keccak(bytes: &[u8]) -> [u8; 32] {
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    let mut hash = [0; 32];
    HostFnImpl::hash_keccak_256(bytes, &mut hash);
    hash
}

/// Off the chain nobody calls.
#[cfg(not(target_arch = "riscv64"))]
fn keccak(_: &[u8]) -> [u8; 32] {
    [0; 32]
}
