//! Mirrors finalised contract events into a tamper-evident audit database, and answers questions about it.
//!
//! [`follow`] fetches finalised blocks by height, [`prove`] takes from them what their bytes prove, [`ledger`] judges that
//! without any input or output, [`store`] keeps leaves, evidence and cursor in one transaction, [`live`] holds what the
//! leaves amount to, [`serve`] answers over HTTP and hands out the log's files. [`checkpoint`] signs heads of the tree, and
//! publishes them once witnesses have cosigned. What was stored is judged again by the
//! same ledger at every start: whole before anything is served, or, from a [`snapshot`] on, by [`verification`] meanwhile.
//!
//! Tamper-evident, not tamper-proof: whoever rewrites every leaf and the tree over them is found by comparing with a
//! head that left this database before, or with the chain.

pub mod args;
pub mod block;
pub mod checkpoint;
pub mod config;
pub mod contents;
pub mod error;
pub mod fold;
pub mod follow;
pub mod interruption;
pub mod keeping;
pub mod ledger;
pub mod live;
pub mod metrics;
mod node;
mod problem;
pub mod progress;
pub mod prove;
pub mod register;
mod routes;
pub mod run;
pub mod serve;
pub mod snapshot;
pub mod store;
pub mod verification;
