//! The FRAME runtime of the embedded chain: balances, fees, sudo and pallet-revive.
//!
//! It knows nothing of the node that runs it. The node executes it natively through
//! [`api::dispatch`]; the same source could be compiled to Wasm with `--no-default-features`.

#![cfg_attr(not(feature = "std"), no_std)]
// The FRAME macros generate public items that nobody can document.
#![allow(missing_docs, reason = "FRAME's macros generate undocumented public items")]

extern crate alloc;

mod apis;
pub mod currency;
#[cfg(feature = "std")]
pub mod genesis;
mod pallets;
pub mod transaction;

use alloc::borrow::Cow;

use sp_runtime::traits::BlakeTwo256;
use sp_version::{RuntimeVersion, runtime_version};

#[cfg(feature = "std")]
pub use apis::api;

pub use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};

/// Who signs: an account of 32 bytes.
pub type AccountId = sp_runtime::AccountId32;
/// Amounts in the smallest part of a UNIT (12 decimals).
pub type Balance = u128;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// Height of a block.
pub type BlockNumber = u32;
/// BLAKE2-256 everywhere: blocks, state, extrinsics.
pub type Hash = sp_core::H256;
/// Block header.
pub type Header = sp_runtime::generic::Header<BlockNumber, BlakeTwo256>;
/// Block whose extrinsics the runtime understands.
pub type Block = sp_runtime::generic::Block<Header, transaction::UncheckedExtrinsic>;
/// Block as a node sees it: extrinsics are bytes.
pub type OpaqueBlock = sp_runtime::generic::Block<Header, sp_runtime::OpaqueExtrinsic>;

/// Milliseconds since 1970, as in pallet-timestamp.
pub type Moment = u64;

/// The prefix of addresses in text (Substrate's generic one).
pub const SS58_PREFIX: u16 = 42;

/// What Ethereum wallets call this chain. Deliberately no number of a public network.
pub const ETHEREUM_CHAIN_ID: u64 = 420_420_420;

/// Name and versions; `spec_version` grows with every change that clients can notice.
#[runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("greatseal-devnet"),
    impl_name: Cow::Borrowed("greatseal-devnet"),
    authoring_version: 1,
    spec_version: 1,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

#[allow(unused_qualifications, reason = "written by FRAME's macros")]
#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Runtime>;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp::Pallet<Runtime>;
    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances::Pallet<Runtime>;
    #[runtime::pallet_index(3)]
    pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;
    #[runtime::pallet_index(4)]
    pub type Sudo = pallet_sudo::Pallet<Runtime>;
    #[runtime::pallet_index(5)]
    pub type Revive = pallet_revive::Pallet<Runtime>;
}
