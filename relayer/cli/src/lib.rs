//! Everything that `greatseal` does, the command of members, operators and auditors.
//!
//! [`cli`] has the switches, and `commands/` one file for each command; the switches go no further. [`place`] is where a command
//! reads, [`door`] how it reaches the contract, [`session`] what one command works with.

pub mod account;
pub mod answers;
pub mod caip;
pub mod cli;
pub mod commands;
pub mod contents;
pub mod date;
pub mod dead_end;
pub mod door;
pub mod error;
pub mod file;
mod foresee;
pub mod invariant;
pub mod manifest;
pub mod money;
pub mod number;
pub mod output;
pub mod place;
pub mod screen;
pub mod services;
pub mod session;
pub mod table;
pub mod text;
pub mod witness;
