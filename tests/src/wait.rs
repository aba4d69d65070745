//! Waiting with an end: what does not come in time fails with its name.

use std::time::{Duration, Instant};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// It did not come.
#[derive(Debug)]
pub struct TooLate {
    what: String,
    waited: Duration,
    last: String,
}

/// Looks again and again until there is something; says what it waited for, and what it saw last, if there never is.
///
/// # Errors
/// [`TooLate`].
pub async fn eventually<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Result<T, String>,
) -> Result<T, TooLate> {
    let since = Instant::now();
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(last) if since.elapsed() > within => {
                return Err(TooLate { what: what.to_owned(), waited: since.elapsed(), last });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

impl std::fmt::Display for TooLate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "waited {:?} in vain: {} (seen last: {})", self.waited, self.what, self.last)
    }
}

impl std::error::Error for TooLate {}
