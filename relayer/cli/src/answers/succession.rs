//! `greatseal succeed …`: the contract that goes on where this one ends.

use super::{
    Answer, Hex, Text,
    chain::{Unit, Work},
};
use crate::output::{Line, line};
use greatseal_protocol::bytes::ContractAddress;
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal succeed deploy`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SuccessorDeployed {
    /// The contract that awaits the state.
    pub successor: Text<ContractAddress>,
    /// Hash of the code that it runs (Keccak-256).
    pub code_hash: Hex<32>,
    /// The contract whose state it awaits.
    pub predecessor: Text<ContractAddress>,
    /// The block that holds its creation.
    pub block_number: Text<u64>,
    /// Fees that were paid, in base units; none where the chain does not tell.
    pub fee: Option<Text<u128>>,
    /// How amounts are shown.
    pub unit: Unit,
    /// What its transaction took.
    pub weight: Work,
    /// The account that paid.
    pub paid_by: String,
}

/// `greatseal succeed import`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StateImported {
    /// The contract that got the state.
    pub successor: Text<ContractAddress>,
    /// Cells of the state.
    pub cells: u32,
    /// Cells that this command has brought.
    pub brought: u32,
    /// Transactions that it took.
    pub calls: u32,
    /// Fees that were paid, in base units; none where the chain does not tell one of them.
    pub fee: Option<Text<u128>>,
    /// How amounts are shown.
    pub unit: Unit,
    /// Events of the contract.
    pub events: Text<u64>,
}

impl Answer for SuccessorDeployed {
    fn lines(&self) -> Vec<Line> {
        vec![
            line("successor", self.successor),
            line("code", self.code_hash),
            line("predecessor", self.predecessor),
            line("block", self.block_number),
            line("fee", self.unit.paid(self.fee)),
            line("weight", self.weight),
            line("paid by", &self.paid_by),
        ]
    }
}

impl Answer for StateImported {
    fn lines(&self) -> Vec<Line> {
        vec![
            line("successor", self.successor),
            line("cells", self.cells),
            line("brought", self.brought),
            line("calls", self.calls),
            line("fee", self.unit.paid(self.fee)),
            line("events", self.events),
        ]
    }
}
