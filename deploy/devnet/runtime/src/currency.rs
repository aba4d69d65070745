//! Amounts, modelled on the Asset Hubs.

use crate::Balance;

/// One token.
pub const UNIT: Balance = 1_000_000_000_000;
/// A hundredth of a token.
pub const CENTS: Balance = UNIT / 100;
/// A thousandth of a cent.
pub const MILLICENTS: Balance = CENTS / 1_000;

/// Accounts below this are removed.
pub const EXISTENTIAL_DEPOSIT: Balance = CENTS;
/// Fee for each byte of a transaction.
pub const TRANSACTION_BYTE_FEE: Balance = MILLICENTS;

/// Deposit for state: Asset Hub asks a hundredth of what its relay chain asks.
pub const fn deposit(items: Balance, bytes: Balance) -> Balance {
    (items * 100 * CENTS + bytes * MILLICENTS) / 100
}
