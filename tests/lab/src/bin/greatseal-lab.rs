//! Weights of the contract, read without a chain around it.

fn main() {}
