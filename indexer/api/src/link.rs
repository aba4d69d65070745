//! The hash link of the audit database: each row names the one before it.

use greatseal_protocol::{
    bytes::{DeploymentId, to_hex},
    hash,
    scale::{Decode, Encode},
};
use scale_info::TypeInfo;

const ROW: u8 = 0x10;
const GENESIS: u8 = 0x11;

/// Where a contract's event stands in the chain, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Row {
    /// Height of the block.
    pub block_number: u64,
    /// Hash of the block.
    pub block_hash: [u8; 32],
    /// Index of the transaction in its block.
    pub extrinsic: u32,
    /// Index of the event in its block.
    pub index: u32,
    /// SCALE bytes of the protocol record.
    pub record: Vec<u8>,
}

/// Hash of a row: SHA-256(`0x10` ‖ hash of the row before ‖ SCALE(row)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowHash(pub [u8; 32]);

impl RowHash {
    /// What the first row links to: SHA-256(`0x11` ‖ deployment id).
    pub fn before_first(deployment: &DeploymentId) -> Self {
        Self(hash::sha256(&[&[GENESIS], &deployment.0]))
    }

    /// The hash of `row` when it follows `self`.
    pub fn then(&self, row: &Row) -> Self {
        Self(hash::sha256(&[&[ROW], &self.0, &row.encode()]))
    }

    /// Lower-case hexadecimal.
    pub fn to_hex(self) -> String {
        to_hex(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(record: Vec<u8>) -> Row {
        Row { block_number: 7, block_hash: [9; 32], extrinsic: 1, index: 4, record }
    }

    #[test]
    fn every_field_and_every_predecessor_changes_the_hash() {
        let first = RowHash::before_first(&DeploymentId([1; 32]));
        let base = first.then(&row(vec![1, 2]));
        let others = [
            RowHash::before_first(&DeploymentId([2; 32])).then(&row(vec![1, 2])),
            first.then(&row(vec![1, 2, 0])),
            first.then(&Row { block_number: 8, ..row(vec![1, 2]) }),
            first.then(&Row { block_hash: [8; 32], ..row(vec![1, 2]) }),
            first.then(&Row { extrinsic: 2, ..row(vec![1, 2]) }),
            first.then(&Row { index: 5, ..row(vec![1, 2]) }),
            base.then(&row(vec![1, 2])),
        ];
        assert!(others.iter().all(|other| *other != base));
    }
}
