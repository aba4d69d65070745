//! Everything that `greatseal` does; the tree of files in `commands/` is the tree of commands.

pub mod account;
pub mod caip;
pub mod cli;
pub mod commands;
pub mod date;
pub mod dead_end;
pub mod door;
pub mod error;
pub mod file;
mod foresee;
pub mod invariant;
pub mod manifest;
pub mod number;
pub mod output;
pub mod place;
pub mod screen;
pub mod services;
pub mod session;
pub mod table;
pub mod text;
