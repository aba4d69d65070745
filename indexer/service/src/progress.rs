//! How far long work is: shared by whoever does it and whoever is asked.

use greatseal_api::wire::Work;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Time between two lines in the log.
const TOLD: Duration = Duration::from_secs(5);

/// How far long work is. Clones share it.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    what: &'static str,
    since: Instant,
    first: u64,
    done: AtomicU64,
    total: AtomicU64,
    /// Milliseconds after the beginning at which the log was told last.
    told: AtomicU64,
}

impl Progress {
    /// Work that begins now, with `first` of `total` done already. `what` names it in the log.
    pub fn new(what: &'static str, first: u64, total: u64) -> Self {
        let (done, total) = (AtomicU64::new(first), AtomicU64::new(total));
        Self(Arc::new(Inner { what, since: Instant::now(), first, done, total, told: AtomicU64::new(0) }))
    }

    /// So many are done. From time to time the log says so.
    pub fn reach(&self, done: u64) {
        self.0.done.store(done, Ordering::Relaxed);
        let now = millis(self.0.since.elapsed());
        if now.saturating_sub(self.0.told.load(Ordering::Relaxed)) >= millis(TOLD) {
            self.0.told.store(now, Ordering::Relaxed);
            self.tell();
        }
    }

    /// There is more, or less, to do than was thought.
    pub fn expect(&self, total: u64) {
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// What it says to those who ask.
    pub fn work(&self) -> Work {
        let (done, total) = (self.0.done.load(Ordering::Relaxed), self.0.total.load(Ordering::Relaxed));
        let milliseconds = millis(self.0.since.elapsed());
        let here = done.saturating_sub(self.0.first);
        let per_second = here.saturating_mul(1000).checked_div(milliseconds).unwrap_or(0);
        let left = total.saturating_sub(done).saturating_mul(milliseconds).checked_div(here);
        let seconds_left = left.map(|milliseconds| milliseconds.div_ceil(1000));
        Work { done, total: total.max(done), per_second, seconds_left }
    }

    /// A line in the log.
    pub fn tell(&self) {
        let Work { done, total, per_second, seconds_left } = self.work();
        let left = seconds_left.map_or_else(|| "unknown".to_owned(), |seconds| format!("{seconds} s"));
        tracing::info!(done, total, per_second, left, "{}", self.0.what);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_known_of_the_time_left_before_something_is_done() {
        let progress = Progress::new("work", 10, 100);
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!((progress.work().done, progress.work().seconds_left), (10, None));
        progress.reach(55);
        let work = progress.work();
        assert!(work.per_second > 0 && work.seconds_left.is_some_and(|seconds| seconds <= 1), "{work:?}");
        progress.reach(120);
        assert_eq!((progress.work().total, progress.work().seconds_left), (120, Some(0)), "no more than all of it");
    }
}
