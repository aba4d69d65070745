//! The chain's time: real time, shifted.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
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

    /// How far it is ahead of this machine's clock, in milliseconds; negative where it is behind.
    pub fn offset(&self) -> i64 {
        signed(self.now()).saturating_sub(signed(wall()))
    }

    /// A clock that was `offset` ahead of this machine's when it stopped, and has stood at `last` already.
    pub fn resuming(offset: i64, last: Moment) -> Self {
        let now = signed(wall()).saturating_add(offset);
        Self::starting_at(u64::try_from(now).unwrap_or_default().max(last))
    }

    /// Moves the clock forward for good.
    pub fn advance(&self, by: Duration) {
        let by = millis(by);
        let _ = self
            .advanced
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |advanced| Some(advanced.saturating_add(by)));
    }
}

/// This machine's clock, in milliseconds since 1970.
pub fn wall() -> Moment {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn signed(moment: Moment) -> i64 {
    i64::try_from(moment).unwrap_or(i64::MAX)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
