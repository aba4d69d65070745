//! `greatseal governance escalations`: who has looked at what, as long as no change has used that up.

use crate::{
    answers::{
        Text,
        escalation::{Escalation, Escalations},
    },
    commands::listing::Listing,
    error::CliError,
    session::Session,
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    scope::{self, Watched},
};

/// Lists them.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn run(session: &Session) -> Result<(), CliError> {
    let listing = Listing::of(session).await?;
    let open = open(session, &listing).await?;
    session.output.answer(&Escalations { block: session.at(), escalations: open, listing: listing.told() })
}

/// Those that no change has used, by what was looked at.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn open(session: &Session, listing: &Listing) -> Result<Vec<Escalation>, CliError> {
    let watched: Vec<Watched> = listing
        .named(|key| match key {
            CellKey::Escalation(watched) => Some(*watched),
            _ => None,
        })
        .collect();
    let cells = session.cells(watched.iter().copied().map(CellKey::Escalation)).await?;
    let mut open = Vec::new();
    for watched in watched {
        let found: Option<scope::Escalation> = cells.cell(&CellKey::Escalation(watched))?;
        open.extend(found.filter(|found| !found.used).map(|found| {
            let until = found.at.saturating_add(scope::Escalation::LIFE);
            Escalation {
                scope: Text(watched),
                seat: Text(found.seat),
                at: Text(found.at),
                until: Text(until),
                usable: session.now < until,
                report: Text(found.reference),
            }
        }));
    }
    Ok(open)
}
