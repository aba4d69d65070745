//! The relayer: takes signed envelopes in, writes them down, submits them with its own account, and reads from finalised
//! blocks what became of them. It has no authority: it pays.
//!
//! Order of effects: an envelope is in the journal before it is acknowledged; a transaction is in the journal, signed
//! and whole, before it is sent; an outcome is in the journal only once a finalised block shows it, or the bytes prove it.
//! What a pool, a dry run or a node says is a reason to wait and to try again, never an outcome. After a crash the same
//! steps run again: sending a transaction twice is harmless, because its nonce works once.

pub mod account;
pub mod args;
pub mod config;
mod door;
pub mod error;
mod flight;
pub mod health;
pub mod inbox;
pub mod journal;
mod judge;
mod phase;
pub mod plan;
pub mod start;
mod submit;
pub mod succession;
pub mod work;
