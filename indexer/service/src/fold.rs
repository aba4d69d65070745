//! What leaves and blocks amount to, one after the other, and its form as bytes.

use crate::{
    contents::names::Names,
    ledger::Ledger,
    register::{Entered, Register},
};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    action::Action,
    cells::CellKey,
    memory::Memory,
    proposal::{Cause, Proposal},
    proposal_id::ProposalId,
    scale::{Decode as _, Encode as _},
};
use greatseal_trail::tree::{Frontier, Hash};
use std::sync::Arc;

/// What leaves and blocks amount to.
#[derive(Clone, Debug)]
pub struct Fold {
    /// State and place.
    pub ledger: Ledger,
    /// All proposals.
    pub register: Register,
    /// What the records name.
    pub names: Names,
    /// Time of the last block in milliseconds; 0 before the first.
    pub time_ms: u64,
}

/// Deployment id; next height, hash of the block before it, its time in milliseconds; size and frontier of the tree.
type Place = ([u8; 32], u64, Option<[u8; 32]>, u64, u64, Vec<[u8; 32]>);
type Cell = (CellKey, Vec<u8>);
type Kept = (ProposalId, Action, Proposal, Option<(u64, u64)>, Option<Cause>);

/// Why bytes are no fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFold {
    /// They have another form.
    #[error("it has another form")]
    Undecodable,
    /// It is of another deployment.
    #[error("it is of another deployment")]
    OtherDeployment,
}

impl Fold {
    /// Before the deployment's block.
    pub fn new(deployment: &Arc<Deployment>) -> Self {
        Self {
            ledger: Ledger::new(Arc::clone(deployment)),
            register: Register::default(),
            names: Names::default(),
            time_ms: 0,
        }
    }

    /// SCALE: the same leaves and blocks always give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let ledger = &self.ledger;
        let frontier = ledger.tree().hashes().iter().map(|hash| *hash.bytes()).collect();
        let place: Place =
            (ledger.deployment().deployment, ledger.next(), ledger.last(), self.time_ms, ledger.count(), frontier);
        let mut bytes = place.encode();
        // As a map is encoded, without a copy of it.
        ledger.cells().encode_to(&mut bytes);
        let count = u32::try_from(self.register.all().len()).unwrap_or(u32::MAX);
        count.encode_to(&mut bytes);
        for Entered { id, action, proposal, execution, cause } in self.register.all() {
            (id, action, proposal, execution, cause).encode_to(&mut bytes);
        }
        self.names.encode_to(&mut bytes);
        bytes
    }

    /// Reads [`Self::to_bytes`]. Nothing but the form is checked.
    ///
    /// # Errors
    ///
    /// [`NoFold`].
    pub fn parse(mut bytes: &[u8], deployment: &Arc<Deployment>) -> Result<Self, NoFold> {
        let input = &mut bytes;
        let wrong = |_| NoFold::Undecodable;
        let (id, next, last, time_ms, size, frontier) = Place::decode(input).map_err(wrong)?;
        if id != deployment.deployment {
            return Err(NoFold::OtherDeployment);
        }
        let frontier = frontier.into_iter().map(Hash::new).collect();
        let tree = Frontier::resume(size, frontier).map_err(|_| NoFold::Undecodable)?;
        let cells: Memory = Vec::<Cell>::decode(input).map_err(wrong)?.into_iter().collect();
        let mut kept = Vec::new();
        for _ in 0..u32::decode(input).map_err(wrong)? {
            let (id, action, proposal, execution, cause) = Kept::decode(input).map_err(wrong)?;
            kept.push(Entered { id, action, proposal, execution, cause });
        }
        let names = Names::decode(input).map_err(wrong)?;
        if !input.is_empty() {
            return Err(NoFold::Undecodable);
        }
        let ledger = Ledger::resume(Arc::clone(deployment), (next, last), tree, cells);
        Ok(Self { ledger, register: Register::resume(kept), names, time_ms })
    }
}
