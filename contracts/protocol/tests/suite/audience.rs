//! Who else hears what a world is told: a client that asks before it signs. `tests/lab` has a file of this name, and there the
//! contract listens.

use crate::{
    asked,
    world::{START, Submission},
};
use greatseal_protocol::{
    bytes::ContractAddress, event::Record, genesis::Genesis, memory::Memory, policy::Broken, submit,
};

/// Where the worlds' contract is.
pub(crate) const CONTRACT: ContractAddress = ContractAddress([0xC0; 20]);

/// Where the protocol's files are.
pub(crate) const PROTOCOL: &str = env!("CARGO_MANIFEST_DIR");

/// Whether anybody listens: what costs much and is proved elsewhere is told to listeners only.
pub(crate) const LISTENS: bool = false;

/// Whether a deployment can begin so.
pub(crate) fn deploys(genesis: Genesis) -> Result<(), Broken> {
    submit::deploy(genesis, CONTRACT, START).map(|_| ())
}

/// The listeners of a world.
#[derive(Clone, Debug)]
pub(crate) struct Audience;

impl Audience {
    /// From the deployment on.
    pub(crate) fn new(_: &Genesis, _: &Memory) -> Self {
        Self
    }

    /// Something was sent where the cells were as `before`, and became as `after`.
    pub(crate) fn hears(&mut self, before: &Memory, sent: &Submission, records: &[Record], after: &Memory) {
        asked::foretells(before, sent, records, after);
    }

    /// Nobody hears what follows.
    pub(crate) fn leaves(&mut self) {}
}
