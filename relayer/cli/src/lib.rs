//! Everything that `greatseal` does; the tree of files in `commands/` is the tree of commands.

pub mod account;
pub mod caip;
pub mod cli;
pub mod commands;
pub mod date;
pub mod dead_end;
mod direct;
pub mod error;
pub mod file;
mod foresee;
pub mod invariant;
pub mod keys;
pub mod manifest;
pub mod number;
pub mod output;
pub mod screen;
pub mod services;
pub mod session;
pub mod table;
pub mod text;
mod unknown;
