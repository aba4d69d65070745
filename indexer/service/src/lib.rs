//! Mirrors finalised contract events into a tamper-evident audit database, and answers questions about it.
//!
//! [`follow`] fetches finalised blocks by height, [`ledger`] judges them without any input or output, [`store`] keeps
//! rows and cursor in one transaction, [`live`] holds what the rows amount to, [`serve`] answers over HTTP. What was
//! stored is judged again by the same ledger at every start.
//!
//! Tamper-evident, not tamper-proof: whoever rewrites every row and every hash after it is found only by comparing
//! the head with one that left this database before.

pub mod args;
pub mod config;
mod document;
pub mod error;
pub mod follow;
pub mod ledger;
pub mod live;
pub mod metrics;
mod problem;
pub mod register;
mod routes;
pub mod run;
pub mod serve;
pub mod store;
