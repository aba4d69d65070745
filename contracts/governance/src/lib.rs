//! The ink! shell of Great Seal: loads cells, asks the protocol, saves cells, emits events. No rule lives here.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![forbid(unsafe_code)]

mod events;
mod host;
mod storage;
#[cfg(test)]
mod tests;

#[ink::contract]
mod governance {
    use crate::{
        events::{emit, tell},
        host::{self, Host, is_account_of, sha256},
        storage::{Root, Storage},
    };
    use greatseal_protocol::{
        bytes::ContractAddress,
        cells::{CellKey, Cells, CellsMut},
        evolve::evolve,
        genesis::Genesis,
        outcome::{NotDeployed, Outcome, Undone},
        refusal::Refusal,
        submit::{self, MAX_ENVELOPES},
        succession::{self, Import, MOST_CELLS},
    };
    use ink::{prelude::vec::Vec, scale::DecodeAll};

    /// All state lies in the protocol's cells, of which ink! reads the first. Messages take `&self`: it is written where
    /// the rules write it, and not a second time by ink!.
    #[ink(storage)]
    pub struct Governance {
        head: Root,
    }

    impl Governance {
        /// Deploys a new history from the SCALE bytes of a [`Genesis`].
        #[ink(constructor)]
        pub fn new(genesis: Vec<u8>) -> Result<Self, NotDeployed> {
            let genesis = Genesis::decode_all(&mut &*genesis).map_err(|_| NotDeployed::Malformed)?;
            let contract = ContractAddress(Self::env().address().to_fixed_bytes());
            let record = submit::deploy_by(sha256, genesis, contract, Self::env().block_timestamp())
                .map_err(NotDeployed::Broken)?;
            let root = Root::default();
            let mut storage = Storage::of(&root);
            evolve(&mut storage, &record)?;
            emit(record.seq, record.at, record.door, record.actor, &record.event);
            Ok(Self { head: storage.into_root() })
        }

        /// Creates a contract that awaits the state of a predecessor, to go on with its history.
        #[ink(constructor)]
        pub fn succeed(predecessor: ContractAddress) -> Result<Self, NotDeployed> {
            let root = Root::default();
            let mut storage = Storage::of(&root);
            storage.put(&CellKey::Import, &Import::of(predecessor));
            Ok(Self { head: storage.into_root() })
        }

        /// Imports cells, by their keys and in any order, from the retired predecessor; those that are there already are passed
        /// over. Returns how many are missing. The caller pays and has no authority.
        #[ink(message)]
        pub fn import(&self, keys: Vec<CellKey>) -> Result<u32, Refusal> {
            if keys.len() > MOST_CELLS {
                return Err(Refusal::TooLarge);
            }
            let contract = ContractAddress(self.env().address().to_fixed_bytes());
            let now = self.env().block_timestamp();
            let mut storage = Storage::of(&self.head);
            let (left, record) = succession::import(&mut storage, contract, &keys, now, host::cells)?;
            if let Some(record) = record {
                // The head says already how many cells came over: none of them is new to it.
                let root = storage.into_root();
                evolve(&mut Storage::of(&root), &record).map_err(|_| Refusal::Unreadable)?;
                emit(record.seq, record.at, record.door, record.actor, &record.event);
            }
            Ok(left)
        }

        /// Carries out signed envelopes. Returns one outcome for each. The caller pays and has no authority.
        ///
        /// The whole call is undone only if no envelope was authentic: a member's refused command stays on record.
        #[ink(message)]
        pub fn submit(&self, envelopes: Vec<Vec<u8>>) -> Result<Vec<Outcome>, Undone> {
            if !(1..=MAX_ENVELOPES).contains(&envelopes.len()) {
                return Err(Undone::Bounds(Refusal::TooLarge));
            }
            let now = self.env().block_timestamp();
            let mut storage = Storage::of(&self.head);
            let mut outcomes = Vec::with_capacity(envelopes.len());
            for envelope in &envelopes {
                let (outcome, records) = submit::submit(&mut storage, envelope, now, &Host)?;
                tell(records);
                outcomes.push(outcome);
            }
            match outcomes.iter().all(|outcome| matches!(outcome, Outcome::Ignored { .. })) {
                true => Err(Undone::NothingAuthentic(outcomes)),
                false => Ok(outcomes),
            }
        }

        /// Carries out a member's bare command, `SCALE(key) ‖ SCALE(command)`, sent from the account of that very key.
        ///
        /// The call is undone if the account is another one, or if the key never had a seat: a member's refused command stays on
        /// record.
        #[ink(message)]
        pub fn act(&self, command: Vec<u8>) -> Result<Outcome, Undone> {
            let caller = self.env().caller().to_fixed_bytes();
            let now = self.env().block_timestamp();
            let (outcome, records) =
                submit::act(&mut Storage::of(&self.head), &command, now, |key| is_account_of(&caller, key))?;
            tell(records);
            match outcome {
                Outcome::Ignored { .. } => Err(Undone::NothingAuthentic(ink::prelude::vec![outcome])),
                _ => Ok(outcome),
            }
        }

        /// Returns the bytes of a cell.
        #[ink(message)]
        pub fn cell(&self, key: CellKey) -> Option<Vec<u8>> {
            Storage::of(&self.head).load(&key)
        }

        /// Returns the bytes of several cells, for the contract that succeeds this one.
        #[ink(message)]
        pub fn cells(&self, keys: Vec<CellKey>) -> Vec<Option<Vec<u8>>> {
            let storage = Storage::of(&self.head);
            keys.iter().map(|key| storage.load(key)).collect()
        }
    }
}
