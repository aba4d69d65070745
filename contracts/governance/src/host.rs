//! What the chain does for the contract besides storing: hashing, P-256, and reading another contract's cells. The first
//! two are precompiles at fixed addresses. Every call is read-only, without value, and without a way back in.

use greatseal_protocol::{
    bytes::{ContractAddress, ContractCode},
    cells::CellKey,
    key::Crypto,
};
use ink::prelude::vec::Vec;

/// The chain's precompiles.
pub struct Host;

/// P-256 verification (RIP-7212).
#[cfg(target_arch = "riscv64")]
const P256_VERIFY: u16 = 0x100;
/// SHA-256, a tenth of what it costs in the contract's own instructions.
#[cfg(target_arch = "riscv64")]
const SHA256: u16 = 0x02;

#[cfg(target_arch = "riscv64")]
impl Crypto for Host {
    /// Digest, r, s, x, y go in; a one in 32 bytes comes out, and nothing where the signature or the point is wrong.
    fn p256(&self, digest: &[u8; 32], r_s: &[u8; 64], x: &[u8; 32], y: &[u8; 32]) -> bool {
        let mut one = [0; 32];
        one[31] = 1;
        precompile(P256_VERIFY, &[digest, r_s, x, y]) == Some(one)
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        sha256(parts)
    }
}

/// SHA-256 over the parts; in software where the chain does not answer.
#[cfg(target_arch = "riscv64")]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    precompile(SHA256, parts).unwrap_or_else(|| greatseal_protocol::digest::sha256(parts))
}

/// The 32 bytes that a precompile answers with, if it does.
#[cfg(target_arch = "riscv64")]
fn precompile(address: u16, parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut callee = [0; 20];
    callee[18..].copy_from_slice(&address.to_be_bytes());
    let mut answer = [0; 32];
    (call(&callee, &parts.concat(), &mut answer)?.len() == 32).then_some(answer)
}

#[cfg(target_arch = "riscv64")]
fn call<'a>(callee: &[u8; 20], input: &[u8], output: &'a mut [u8]) -> Option<&'a [u8]> {
    use pallet_revive_uapi::{CallFlags, HostFn, HostFnImpl};
    let mut output = output;
    let (none, all) = ([0; 32], u64::MAX);
    let called = HostFnImpl::call(CallFlags::READ_ONLY, callee, all, all, &none, &none, input, Some(&mut output));
    called.is_ok().then_some(&*output)
}

/// What a contract of ours stores under these keys, asked by its own message.
#[cfg(target_arch = "riscv64")]
pub fn cells(contract: &ContractAddress, keys: &[CellKey]) -> Option<Vec<Option<Vec<u8>>>> {
    use greatseal_protocol::bytes::Written;
    use ink::scale::DecodeAll;
    /// The longest answer that ink! gives.
    const LONGEST: usize = 16 * 1024;
    let input = Written::once(&(ink::selector_bytes!("cells"), keys));
    let mut output = ink::prelude::vec![0; LONGEST];
    match call(&contract.0, &input, &mut output)?.split_first() {
        // ink!'s own result around it: the call was understood.
        Some((0, answer)) => DecodeAll::decode_all(&mut &*answer).ok(),
        _ => None,
    }
}

/// Whether a contract of this code awaits this one's state, and has nothing of it yet. Other code is not even asked.
#[cfg(target_arch = "riscv64")]
pub fn awaits(contract: &ContractAddress, code: &ContractCode) -> bool {
    use greatseal_protocol::{bytes::Written, succession::Import};
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    let (mut found, mut own) = ([0; 32], [0; 20]);
    HostFnImpl::code_hash(&contract.0, &mut found);
    HostFnImpl::address(&mut own);
    let import = Written::once(&Import::of(ContractAddress(own)));
    // The chain ends the whole transaction of a contract that calls itself.
    found == code.0
        && contract.0 != own
        && cells(contract, &[CellKey::Import, CellKey::Head]).is_some_and(|found| found == [Some(import), None])
}

/// Off the chain there is no other contract.
#[cfg(not(target_arch = "riscv64"))]
pub fn cells(_: &ContractAddress, _: &[CellKey]) -> Option<Vec<Option<Vec<u8>>>> {
    None
}

#[cfg(not(target_arch = "riscv64"))]
pub fn awaits(_: &ContractAddress, _: &ContractCode) -> bool {
    false
}

#[cfg(not(target_arch = "riscv64"))]
impl Crypto for Host {
    fn p256(&self, digest: &[u8; 32], r_s: &[u8; 64], x: &[u8; 32], y: &[u8; 32]) -> bool {
        greatseal_protocol::key::Software.p256(digest, r_s, x, y)
    }
}

/// Off the chain there is nothing that does it for less.
#[cfg(not(target_arch = "riscv64"))]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    greatseal_protocol::digest::sha256(parts)
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
