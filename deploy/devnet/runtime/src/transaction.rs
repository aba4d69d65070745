//! What a transaction consists of: the same extensions, in the same order, as on the Asset Hubs.

use pallet_revive::evm::runtime::EthExtra;
use sp_runtime::generic::Era;

use crate::{AccountId, Balance, Nonce, Runtime};

/// How a transaction names its sender.
pub type Address = sp_runtime::MultiAddress<AccountId, ()>;
/// Ed25519, Sr25519 or ECDSA.
pub type Signature = sp_runtime::MultiSignature;

/// Checked in this order before a call is dispatched.
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    // Behind everything that relies on a signed origin: it replaces the origin of Ethereum calls.
    pallet_revive::evm::tx_extension::SetOrigin<Runtime>,
    // Last: it gives back the weight which the others did not use.
    frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it arrives, Ethereum ones included.
pub type UncheckedExtrinsic = pallet_revive::evm::runtime::UncheckedExtrinsic<Address, Signature, EthereumExtensions>;

/// Which extensions an Ethereum transaction is given, since it carries none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EthereumExtensions;

impl EthExtra for EthereumExtensions {
    type Config = Runtime;
    type ExtensionV0 = TxExtension;
    type ExtensionOtherVersions = sp_runtime::traits::InvalidVersion;

    fn get_eth_extension(nonce: Nonce, tip: Balance) -> Self::ExtensionV0 {
        (
            frame_system::CheckNonZeroSender::new(),
            frame_system::CheckSpecVersion::new(),
            frame_system::CheckTxVersion::new(),
            frame_system::CheckGenesis::new(),
            frame_system::CheckMortality::from(Era::Immortal),
            frame_system::CheckNonce::from(nonce),
            frame_system::CheckWeight::new(),
            pallet_transaction_payment::ChargeTransactionPayment::from(tip),
            pallet_revive::evm::tx_extension::SetOrigin::new_from_eth_transaction(),
            frame_system::WeightReclaim::new(),
        )
    }
}
