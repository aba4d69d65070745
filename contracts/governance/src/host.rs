//! What the chain does for the contract besides storing: hashing, P-256, reading another contract's cells. The first two
//! are precompiles at fixed addresses. Every call is read-only, without value, and without a way back in.

#[cfg(target_arch = "riscv64")]
use greatseal_protocol::bytes::Written;
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
    precompile(SHA256, parts).unwrap_or_else(|| greatseal_protocol::hash::sha256(parts))
}

/// The 32 bytes that a precompile answers with, if it does.
#[cfg(target_arch = "riscv64")]
fn precompile(address: u16, parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut callee = [0; 20];
    callee[18..].copy_from_slice(&address.to_be_bytes());
    let (mut answer, input) = ([0; 32], parts.concat());
    let mut output = &mut answer[..];
    call(&callee, &input, Some(&mut output))?;
    (output.len() == 32).then_some(answer)
}

#[cfg(target_arch = "riscv64")]
fn call(callee: &[u8; 20], input: &[u8], output: Option<&mut &mut [u8]>) -> Option<()> {
    use pallet_revive_uapi::{CallFlags, HostFn, HostFnImpl};
    let (none, all) = ([0; 32], u64::MAX);
    HostFnImpl::call(CallFlags::READ_ONLY, callee, all, all, &none, &none, input, output).ok()
}

/// What a contract of ours answers to a message, understood by ink! and read whole.
#[cfg(target_arch = "riscv64")]
fn ask<T: ink::scale::Decode>(contract: &ContractAddress, input: &[u8]) -> Option<T> {
    use ink::scale::DecodeAll;
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    call(&contract.0, input, None)?;
    // As much as there is: memory is not given back before the call ends.
    let mut output = ink::prelude::vec![0; usize::try_from(HostFnImpl::return_data_size()).ok()?];
    HostFnImpl::return_data_copy(&mut &mut *output, 0);
    match output.split_first()? {
        // ink!'s own result around it: the call was understood.
        (0, answer) => T::decode_all(&mut &*answer).ok(),
        _ => None,
    }
}

/// What a contract of ours stores under these keys, asked by its own message.
#[cfg(target_arch = "riscv64")]
pub fn cells(contract: &ContractAddress, keys: &[CellKey]) -> Option<Vec<Option<Vec<u8>>>> {
    ask(contract, &Written::once(&(ink::selector_bytes!("cells"), keys)))
}

/// Whether the contract at an address runs this code.
#[cfg(target_arch = "riscv64")]
fn runs(contract: &ContractAddress, code: &ContractCode) -> bool {
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    let mut found = [0; 32];
    HostFnImpl::code_hash(&contract.0, &mut found);
    found == code.0
}

/// Whether a contract of this code awaits this one's state, and has nothing of it yet. Other code is not even asked.
#[cfg(target_arch = "riscv64")]
pub fn awaits(contract: &ContractAddress, code: &ContractCode) -> bool {
    use greatseal_protocol::succession::Import;
    use pallet_revive_uapi::{HostFn, HostFnImpl};
    let mut own = [0; 20];
    HostFnImpl::address(&mut own);
    let import = Written::once(&Import::of(ContractAddress(own)));
    // The chain ends the whole transaction of a contract that calls itself.
    runs(contract, code)
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
    greatseal_protocol::hash::sha256(parts)
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
