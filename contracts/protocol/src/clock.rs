//! How long a command can be used.

/// Most seconds between now and an envelope's expiry.
pub const LIFE: u64 = 60 * 60;
/// Most seconds between now and the expiry of an envelope about a protective row.
pub const PROTECTIVE_LIFE: u64 = 15 * 60;
