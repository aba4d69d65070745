//! How the pallets are configured.

use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{ConstBool, ConstU32, ConstU64, ConstU128, VariantCountOf},
    weights::{
        Weight,
        constants::{BlockExecutionWeight, ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
    },
};
use frame_system::{
    EnsureSigned,
    limits::{BlockLength, BlockWeights},
};
use pallet_revive::evm::fees::BlockRatioFee;
use pallet_transaction_payment::{ConstFeeMultiplier, Multiplier};
use sp_runtime::{Perbill, traits::One};
use sp_version::RuntimeVersion;
use sp_weights::ConstantMultiplier;

use crate::{
    AccountId, Balance, Balances, Block, BlockNumber, ETHEREUM_CHAIN_ID, Hash, Moment, Nonce, PalletInfo, Runtime,
    RuntimeCall, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, RuntimeOrigin, RuntimeTask, SS58_PREFIX, System,
    Timestamp, VERSION, currency,
    transaction::{Address, EthereumExtensions, Signature},
};

/// Part of a block that `on_initialize` is assumed to use, as on the Asset Hubs.
const AVERAGE_ON_INITIALIZE: Perbill = Perbill::from_percent(5);
/// Part of a block that is open to normal transactions; the rest is for operational ones.
const NORMAL_SHARE: Perbill = Perbill::from_percent(75);
/// Two seconds of compute and 5 MiB of proof.
const MAXIMUM_BLOCK_WEIGHT: Weight =
    Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), MAXIMUM_BLOCK_BYTES as u64);
const MAXIMUM_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// How many block hashes the runtime remembers: the longest life of a mortal transaction.
pub(crate) const BLOCK_HASH_COUNT: BlockNumber = 4096;

parameter_types! {
    pub const Version: RuntimeVersion = VERSION;
    pub Weights: BlockWeights = BlockWeights::builder()
        .base_block(BlockExecutionWeight::get())
        .for_class(DispatchClass::all(), |weights| {
            weights.base_extrinsic = ExtrinsicBaseWeight::get();
        })
        .for_class(DispatchClass::Normal, |weights| {
            weights.max_total = Some(NORMAL_SHARE * MAXIMUM_BLOCK_WEIGHT);
        })
        .for_class(DispatchClass::Operational, |weights| {
            weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
            weights.reserved = Some(MAXIMUM_BLOCK_WEIGHT - NORMAL_SHARE * MAXIMUM_BLOCK_WEIGHT);
        })
        .avg_block_initialization(AVERAGE_ON_INITIALIZE)
        .build_or_panic();
    pub Length: BlockLength = BlockLength::builder()
        .max_length(MAXIMUM_BLOCK_BYTES)
        .modify_max_length_for_class(DispatchClass::Normal, |bytes| {
            *bytes = NORMAL_SHARE * MAXIMUM_BLOCK_BYTES;
        })
        .build();
    pub const Ss58Prefix: u16 = SS58_PREFIX;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type AccountData = pallet_balances::AccountData<Balance>;
    type AccountId = AccountId;
    type Block = Block;
    type BlockHashCount = ConstU32<BLOCK_HASH_COUNT>;
    type BlockLength = Length;
    type BlockWeights = Weights;
    type DbWeight = frame_support::weights::constants::RocksDbWeight;
    type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Self>;
    type Hash = Hash;
    type Nonce = Nonce;
    type SS58Prefix = Ss58Prefix;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Self>;
    type Version = Version;
}

impl pallet_timestamp::Config for Runtime {
    // One millisecond: instant blocks only have to move forward.
    type MinimumPeriod = ConstU64<1>;
    type Moment = Moment;
    type OnTimestampSet = ();
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Self>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type AccountStore = System;
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<{ currency::EXISTENTIAL_DEPOSIT }>;
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Self>;
}

parameter_types! {
    pub FeeMultiplier: Multiplier = Multiplier::one();
}

impl pallet_transaction_payment::Config for Runtime {
    // Fees do not follow the load: a development chain answers the same today and tomorrow.
    type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<{ currency::TRANSACTION_BYTE_FEE }>>;
    type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
    type OperationalFeeMultiplier = frame_support::traits::ConstU8<5>;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Self>;
    type WeightToFee = BlockRatioFee<1, 1, Self, Balance>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Self>;
}

parameter_types! {
    pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
}

#[derive_impl(pallet_revive::config_preludes::TestDefaultConfig)]
impl pallet_revive::Config for Runtime {
    type AddressMapper = pallet_revive::AccountId32Mapper<Self>;
    // Accounts map themselves with `map_account`, as on a public chain.
    type AutoMap = ConstBool<false>;
    type Balance = Balance;
    type ChainId = ConstU64<ETHEREUM_CHAIN_ID>;
    type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
    type Currency = Balances;
    type DepositPerByte = ConstU128<{ currency::deposit(0, 1) }>;
    type DepositPerChildTrieItem = ConstU128<{ currency::deposit(1, 0) / 100 }>;
    type DepositPerItem = ConstU128<{ currency::deposit(1, 0) }>;
    type FeeInfo = pallet_revive::evm::fees::Info<Address, Signature, EthereumExtensions>;
    type InstantiateOrigin = EnsureSigned<Self::AccountId>;
    // 12 decimals here, 18 in an Ethereum wallet.
    type NativeToEthRatio = ConstU32<1_000_000>;
    type Time = Timestamp;
    type UploadOrigin = EnsureSigned<Self::AccountId>;
    type WeightInfo = pallet_revive::weights::SubstrateWeight<Self>;
}
