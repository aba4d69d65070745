//! `greatseal governance escalations`: who has looked at what, as long as no change has used that up.

use crate::{commands::listing::Listing, error::CliError, output::line, session::Session, text::about};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    scope::{Escalation, Watched},
};
use serde_json::json;

/// An escalation that no change has used.
pub struct Open {
    watched: Watched,
    escalation: Escalation,
}

impl Open {
    /// Who looked at what, how long ago, and until when a change may use it.
    pub fn words(&self, now: u64) -> String {
        let Self { watched, escalation: Escalation { at, seat, reference, .. } } = self;
        let age = about(now.saturating_sub(*at));
        let until = self.until();
        let state = match now < until {
            true => format!("can be used until {until} ({} left)", about(until.saturating_sub(now))),
            false => "too old to be used".to_owned(),
        };
        format!("{watched} by {seat} {age} ago, {state}, report sha256:{reference}")
    }

    /// First second in which no change may use it any more.
    fn until(&self) -> u64 {
        self.escalation.at.saturating_add(Escalation::LIFE)
    }
}

/// Lists them.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn run(session: &Session) -> Result<(), CliError> {
    let listing = Listing::of(session).await?;
    let open = open(session, &listing).await?;
    let lines = open.iter().map(|open| line("escalation", open.words(session.now))).collect();
    let value = |open: &Open| {
        let Escalation { at, seat, reference, .. } = open.escalation;
        json!({
            "scope": open.watched.to_string(),
            "by": seat.to_string(),
            "at": at.to_string(),
            "age": session.now.saturating_sub(at).to_string(),
            "until": open.until().to_string(),
            "usable": session.now < open.until(),
            "report": reference.to_string(),
        })
    };
    let nothing = line("escalations", "none is open: see `greatseal governance escalate --help`");
    listing.answer(session, lines, nothing, ("escalations", open.iter().map(value).collect()));
    Ok(())
}

/// Those that no change has used, by what was looked at.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn open(session: &Session, listing: &Listing) -> Result<Vec<Open>, CliError> {
    let watched: Vec<Watched> = listing
        .named(|key| match key {
            CellKey::Escalation(watched) => Some(*watched),
            _ => None,
        })
        .collect();
    let cells = session.cells(watched.iter().copied().map(CellKey::Escalation)).await?;
    let mut open = Vec::new();
    for watched in watched {
        let found: Option<Escalation> = cells.cell(&CellKey::Escalation(watched))?;
        open.extend(found.filter(|found| !found.used).map(|escalation| Open { watched, escalation }));
    }
    Ok(open)
}
