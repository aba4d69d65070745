//! Tells a token that is slow from one that is stuck.
//!
//! A C call cannot be taken back: a thread that hangs in one hangs for ever, keeps its session and its login, and keeps
//! the module from being initialised anew (C_Finalize while a call runs is undefined, PKCS#11 v3.1, 5.4.2). What can be
//! done is to know it, to send nothing more into the same module, and to let the process be ended and started again.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Since when the owner has been at one job.
#[derive(Debug, Default)]
pub(crate) struct Watch(Mutex<Option<Instant>>);

impl Watch {
    /// Does a job under watch.
    pub(crate) fn during<T>(&self, job: impl FnOnce() -> T) -> T {
        /// Ends the watch also when the job panics.
        struct End<'a>(&'a Watch);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.set(None);
            }
        }
        self.set(Some(Instant::now()));
        let _end = End(self);
        job()
    }

    /// For how long the owner has been at its job, if that is longer than any job may take.
    pub(crate) fn stuck(&self, limit: Duration) -> Option<Duration> {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| since.elapsed()).filter(|elapsed| *elapsed >= limit)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;
    use std::{sync::Arc, sync::mpsc, thread, time::Duration};

    const LIMIT: Duration = Duration::from_millis(50);

    #[test]
    fn rule_21_a_job_over_its_time_is_stuck_until_it_returns() {
        let watch = Arc::new(Watch::default());
        assert_eq!(watch.stuck(Duration::ZERO), None);
        let (began, begun) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let job = {
            let watch = Arc::clone(&watch);
            thread::spawn(move || watch.during(|| (began.send(()), ended.recv().is_ok())))
        };
        assert!(begun.recv().is_ok());
        thread::sleep(LIMIT);
        assert!(watch.stuck(LIMIT).is_some_and(|elapsed| elapsed >= LIMIT));
        assert_eq!(watch.stuck(Duration::from_secs(3600)), None);
        assert!(end.send(()).is_ok());
        assert!(job.join().is_ok_and(|(sent, returned)| sent.is_ok() && returned));
        assert_eq!(watch.stuck(Duration::ZERO), None);
    }

    #[test]
    fn a_job_that_panics_is_over() {
        let watch = Arc::new(Watch::default());
        let job = {
            let watch = Arc::clone(&watch);
            thread::spawn(move || watch.during(|| assert!(std::hint::black_box(false), "told to")))
        };
        assert!(job.join().is_err());
        assert_eq!(watch.stuck(Duration::ZERO), None);
    }
}
