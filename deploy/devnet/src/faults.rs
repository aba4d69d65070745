//! What can go wrong with a node, on demand: silence, late answers, notifications that come twice.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

/// How late the second copy of a notification is: newer ones have overtaken it.
pub const SECOND_COPY_AFTER: Duration = Duration::from_millis(150);
/// Whoever asks for an outage hears that it begins.
pub const BEFORE_OUTAGE: Duration = Duration::from_millis(50);

/// The faults that are switched on.
#[derive(Debug)]
pub struct Faults {
    /// The end of the last outage that has begun.
    outage: watch::Sender<Instant>,
    delay: AtomicU64,
    twice: AtomicBool,
}

impl Default for Faults {
    fn default() -> Self {
        Self { outage: watch::Sender::new(Instant::now()), delay: AtomicU64::new(0), twice: AtomicBool::new(false) }
    }
}

impl Faults {
    /// Cuts every connection, and every new one for that long.
    pub fn begin_outage(&self, lasting: Duration) {
        let Some(end) = Instant::now().checked_add(lasting) else { return };
        self.outage.send_modify(|last| *last = end.max(*last));
    }

    /// Whether nobody is answered now.
    pub fn is_out(&self) -> bool {
        *self.outage.borrow() > Instant::now()
    }

    /// Resolves when an outage begins.
    pub fn outage(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut outage = self.outage.subscribe();
        async move {
            // The sender lives as long as the node; without it nothing goes out any more.
            if outage.changed().await.is_err() {
                std::future::pending().await
            }
        }
    }

    /// From now on answers are so late.
    pub fn set_delay(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How late answers are.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(self.delay.load(Ordering::Relaxed))
    }

    /// From now on notifications come twice, or once.
    pub fn set_twice(&self, twice: bool) {
        self.twice.store(twice, Ordering::Relaxed);
    }

    /// Whether notifications come twice.
    pub fn twice(&self) -> bool {
        self.twice.load(Ordering::Relaxed)
    }
}
