//! How long indexers are waited for. A brake does not wait long: a command that protects goes on whatever they do.

use crate::{error::CliError, output::note, services::Service, session::Session};
use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout, timeout_at};

/// How long a command that protects waits for all indexers together.
const BRAKE: Duration = Duration::from_secs(10);
/// After how long somebody who waits is told what for.
const SOON: Duration = Duration::from_secs(1);

/// How long indexers are waited for in all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience(Option<Instant>);

/// Indexers that did not answer once: nobody waits for them twice.
#[derive(Debug, Default)]
pub struct Silent(Mutex<BTreeMap<String, String>>);

impl Patience {
    /// For a command that protects: from now on, and not long.
    pub fn brake() -> Self {
        Self(Some(Instant::now() + BRAKE))
    }

    /// For a command that protects, where nothing is said yet.
    #[must_use]
    pub fn or_brake(self) -> Self {
        Self(self.0.or(Self::brake().0))
    }

    /// What an indexer answers, where it does so in time. Of what is left it gets an equal share with those that come after it, so
    /// that one that is silent leaves time for the others.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`] where it is too late, or the indexer has not answered before; those of `asked`.
    pub async fn ask<T>(
        self,
        session: &Session,
        indexer: &Service,
        after: usize,
        asked: impl Future<Output = Result<T, CliError>>,
    ) -> Result<T, CliError> {
        session.silent.answers(indexer)?;
        let late =
            |_| indexer.unreachable(format!("no answer in time: what protects waits {} s in all", BRAKE.as_secs()));
        let answer = match self.share(after) {
            None => asked.await,
            Some(end) => timeout_at(end, asked).await.map_err(late).flatten(),
        };
        if let Err(CliError::Unreachable { reason, .. }) = &answer {
            session.silent.note(indexer, reason);
        }
        answer
    }

    /// When the next of several has to have answered.
    fn share(self, after: usize) -> Option<Instant> {
        let now = Instant::now();
        let left = self.0?.saturating_duration_since(now);
        Some(now + left / u32::try_from(after.saturating_add(1)).unwrap_or(u32::MAX))
    }
}

impl Silent {
    fn answers(&self, indexer: &Service) -> Result<(), CliError> {
        let silent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        silent.get(indexer.url()).map_or(Ok(()), |reason| Err(indexer.unreachable(reason)))
    }

    fn note(&self, indexer: &Service, reason: &str) {
        let mut silent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        silent.insert(indexer.url().to_owned(), reason.to_owned());
    }
}

/// Tells a person who waits what for.
pub(super) async fn telling<T>(indexer: &Service, asked: impl Future<Output = T>) -> T {
    let mut asked = pin!(asked);
    match timeout(SOON, &mut asked).await {
        Ok(answer) => answer,
        Err(_) => {
            note(&format!("waiting for the indexer at {}", indexer.url()));
            asked.await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_silent_leaves_time_for_the_others() {
        let patience = Patience::brake();
        let (first, last) = (patience.share(1), patience.share(0));
        let left = |end: Option<Instant>| end.map(|end| end.saturating_duration_since(Instant::now()).as_secs());
        assert_eq!((left(first), left(last)), (Some(4), Some(9)));
        assert_eq!(Patience::default().share(0), None, "each request has its own limit");
    }
}
