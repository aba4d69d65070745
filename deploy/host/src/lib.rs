//! What services need of the machine they run on. Knows neither the rules nor a chain.

pub mod args;
pub mod birth;
pub mod check;
pub mod client;
pub mod config;
pub mod end;
pub mod log;
pub mod out;
mod pem;
pub mod problem;
pub mod serve;
pub mod service;

pub use greatseal_printable as printable;
