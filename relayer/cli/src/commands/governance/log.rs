//! `greatseal governance log`

use crate::{answers::log::Log, error::CliError, output::Output, place::system_time, services::Service};
use greatseal_api::wire::{EventPage, EventRow};

/// The first page of all events.
const ALL: &str = "/v1/events?limit=500";

/// Lists events, oldest first.
///
/// # Errors
///
/// [`CliError::Unreachable`].
pub async fn run(
    indexer: &Service,
    output: Output,
    since: Option<&str>,
    proposal: Option<&str>,
) -> Result<(), CliError> {
    let from = since.map(age).transpose()?.map_or(0, |age| system_time().saturating_sub(age));
    let mut rows = all(indexer).await?;
    rows.retain(|row| row.at.parse::<u64>().is_ok_and(|at| at >= from));
    if let Some(id) = proposal {
        let serial = format!("{id}.");
        rows.retain(|row| row.proposal.as_deref().is_some_and(|found| found == id || found.starts_with(&serial)));
    }
    output.answer(&Log { events: rows })
}

/// Every event that the indexer has.
async fn all(indexer: &Service) -> Result<Vec<EventRow>, CliError> {
    pages(indexer, ALL).await
}

/// Every event of a kind that the indexer has.
///
/// # Errors
///
/// [`CliError::Unreachable`].
pub async fn of_kind(indexer: &Service, kind: &str) -> Result<Vec<EventRow>, CliError> {
    pages(indexer, &format!("/v1/events?limit=500&kind={kind}")).await
}

async fn pages(indexer: &Service, first: &str) -> Result<Vec<EventRow>, CliError> {
    let mut pages = Pages::new(indexer, first.to_owned());
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await? {
        rows.extend(page);
    }
    Ok(rows)
}

/// Pages of events, one after the other.
pub(crate) struct Pages {
    indexer: Service,
    first: String,
    /// None after the last page.
    path: Option<String>,
    last: Option<u64>,
}

impl Pages {
    fn new(indexer: &Service, first: String) -> Self {
        Self { indexer: indexer.clone(), path: Some(first.clone()), first, last: None }
    }

    /// The next page; none after the last, and never an empty one.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`], [`CliError::Contradiction`] where pages do not go on.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<EventRow>>, CliError> {
        let Some(path) = self.path.take() else { return Ok(None) };
        let page: EventPage = self.indexer.get(&path).await?;
        let Some(next) = page.next else { return Ok(Some(page.events).filter(|rows| !rows.is_empty())) };
        // Pages that do not go on would never end, nor would empty ones.
        let after: Option<u64> = next.parse().ok().filter(|after| self.last.is_none_or(|last| *after > last));
        let Some(after) = after.filter(|_| !page.events.is_empty()) else {
            return Err(CliError::Contradiction(format!(
                "the indexer's next page begins after {next}, where it was before"
            )));
        };
        self.path = Some(format!("{}&after={after}", self.first));
        self.last = Some(after);
        Ok(Some(page.events))
    }
}

fn age(text: &str) -> Result<u64, CliError> {
    let unit = match text.chars().last() {
        Some('m') => 60,
        Some('h') => 60 * 60,
        Some('d') => 24 * 60 * 60,
        _ => 0_u64,
    };
    let number = text.get(..text.len().saturating_sub(1)).and_then(|digits| digits.parse::<u64>().ok());
    number
        .filter(|_| unit > 0)
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| CliError::input("--since", format!("`{text}` is not an age"), "write 30m, 12h or 7d"))
}
