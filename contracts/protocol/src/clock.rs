//! How long a command can be used.

use crate::row::RowId;

/// Most seconds between now and an envelope's expiry.
pub const LIFE: u64 = 60 * 60;
/// Most seconds between now and the expiry of an envelope about a protective row.
pub const PROTECTIVE_LIFE: u64 = 15 * 60;

impl RowId {
    /// Most seconds between now and the expiry of a command about this row: protective rows take only fresh ones.
    pub fn life(self) -> u64 {
        if self.protective() { PROTECTIVE_LIFE } else { LIFE }
    }
}
