//! The chain's time: real time, shifted.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use crate::runtime::Moment;

/// Counts on from the genesis time. It only ever moves forward.
#[derive(Debug)]
pub struct Clock {
    genesis: Moment,
    started: Instant,
    advanced: AtomicU64,
}

impl Clock {
    /// A clock that shows `genesis` (milliseconds since 1970) now.
    pub fn starting_at(genesis: Moment) -> Self {
        Self { genesis, started: Instant::now(), advanced: AtomicU64::new(0) }
    }

    /// Milliseconds since 1970, as the chain sees it.
    pub fn now(&self) -> Moment {
        self.genesis
            .saturating_add(millis(self.started.elapsed()))
            .saturating_add(self.advanced.load(Ordering::Relaxed))
    }

    /// Moves the clock forward for good.
    pub fn advance(&self, by: Duration) {
        let by = millis(by);
        let _ = self
            .advanced
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |advanced| Some(advanced.saturating_add(by)));
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
