//! The ink! shell of the annex: half of the rules, asked by the governance contract (ADR 35). No rule lives here, and
//! nothing is stored: what it answers depends on what it is asked, and on nothing else.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![forbid(unsafe_code)]

#[ink::contract]
mod annex {
    use greatseal_onchain::sha256;
    use greatseal_protocol::annex::{self, Answer, Question};
    use ink::prelude::vec::Vec;

    /// No state.
    #[ink(storage)]
    #[derive(Default)]
    pub struct Annex {}

    impl Annex {
        /// The only one: there is nothing to choose.
        #[ink(constructor)]
        pub fn new() -> Self {
            Self::default()
        }

        /// Bytes of the command at the beginning, if it is one of the annex's.
        #[ink(message)]
        pub fn length(&self, bytes: Vec<u8>) -> Option<u32> {
            annex::length(&bytes)
        }

        /// What a command of the annex causes, on the cells that are handed over; or which cells are missing.
        #[ink(message)]
        pub fn answer(&self, question: Question) -> Answer {
            annex::answer(&question, sha256)
        }
    }
}
