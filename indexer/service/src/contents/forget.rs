//! Removal of contents that no record has named for days.

use super::Contents;
use crate::live::Live;
use greatseal_vault::VaultError;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Contents {
    /// Removes contents that no record has named for days, and on which nobody has relied meanwhile, one after the other; answers how
    /// many. Removes none while the index is not current: a record that names one may be ahead.
    ///
    /// # Errors
    ///
    /// [`VaultError::Failing`]; the one that could not be removed is held as before.
    pub async fn forget(&self, live: &Live, now: SystemTime) -> Result<usize, VaultError> {
        let days = DAY.saturating_mul(u32::from(self.0.limits.unnamed_days));
        let Some(since) = now.checked_sub(days) else { return Ok(0) };
        let forgotten = self.shelf().forgotten(since);
        let mut gone: usize = 0;
        for name in forgotten {
            let left = {
                // The index before the shelf, as everywhere. What it knows by now is asked for each.
                let index = live.read();
                if !index.is_current(now) {
                    break;
                }
                let mut shelf = self.shelf();
                match index.names.has(&name.address()) {
                    true => None,
                    false => shelf.leave(&name, since),
                }
            };
            let Some(item) = left else { continue };
            let removed = self.0.vault.remove(&name).await;
            let mut shelf = self.shelf();
            match removed {
                Ok(()) => shelf.left(&name),
                Err(error) => {
                    shelf.stays(&name, item);
                    return Err(error);
                }
            }
            gone = gone.saturating_add(1);
        }
        Ok(gone)
    }
}
