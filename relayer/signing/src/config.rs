//! Which token, behind which module, opened with whose PIN.

use crate::PinSource;
use std::{path::PathBuf, time::Duration};

/// Where the keys are.
#[derive(Clone, Debug)]
pub struct Config {
    /// The vendor's PKCS#11 library.
    pub module: PathBuf,
    /// `CK_TOKEN_INFO.label`; slots have no stable number, labels do.
    pub token: String,
    /// Where the user PIN is read from.
    pub pin: PinSource,
    /// Longest wait for one call, queue included.
    pub timeout: Duration,
    /// Whether `CKA_LOCAL` must be true. Switch it off for devices that never report it (NetHSM): an imported key is
    /// then still told by `CKA_ALWAYS_SENSITIVE` and `CKA_NEVER_EXTRACTABLE` (PKCS#11 v3.1, 4.9).
    pub demand_local: bool,
}

impl Config {
    /// Ten seconds for a call, `CKA_LOCAL` demanded.
    pub fn new(module: impl Into<PathBuf>, token: impl Into<String>, pin: PinSource) -> Self {
        Self { module: module.into(), token: token.into(), pin, timeout: Duration::from_secs(10), demand_local: true }
    }
}
