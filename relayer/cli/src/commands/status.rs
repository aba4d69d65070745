//! `greatseal status`: everything from the chain, at one finalised block. What there is to look at, the listing says.

mod councils;
mod flags;
pub(crate) mod money;

use crate::{
    answers::{Text, chain::Profile, status::StatusShown},
    commands::{governance::escalations, listing::Listing, parameter},
    error::CliError,
    session::Session,
};
use greatseal_protocol::{cells::CellKey, state::State};

/// Flags with their clocks, decisions and reviews that are due, councils and seats that need somebody's attention.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn run(session: &Session) -> Result<(), CliError> {
    let head = session.cells([CellKey::Head]).await?.head()?;
    let listing = Listing::of(session).await?;
    let (mode, pauses, reviews) = flags::read(session, &listing).await?;
    let (councils, proposals) = councils::read(session, &listing).await?;
    let (programs, batches) = money::read(session, &listing).await?;
    let (disputes, disputes_not_listed) = money::disputes(session, &listing).await?;
    session.output.answer(&StatusShown {
        deployment: Text(session.deployment.domain().deployment),
        contract: Text(session.deployment.contract()),
        profile: Profile::deployed(head.profile),
        block: session.at(),
        events: Text(head.seq),
        successor: head.successor.map(Text),
        listing: listing.told(),
        mode,
        pauses,
        reviews,
        escalations: escalations::open(session, &listing).await?,
        routes: flags::routes(session, &listing).await?,
        parameters: parameter::tuned(session).await?,
        councils,
        proposals,
        programs,
        batches,
        disputes,
        disputes_not_listed,
    })
}
