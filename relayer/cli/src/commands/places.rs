//! Where seats are: those that sit in a council now, and every place that a seat can have had.

use super::listing::Listing;
use crate::{error::CliError, session::Session};
use greatseal_protocol::{
    cells::CellKey,
    council::{Council, SeatId},
    state::State,
};

/// Councils that every deployment may have, and whose seats propose or decide. Authorities have numbers.
pub(crate) fn standing() -> impl Iterator<Item = Council> {
    Council::IN_ROWS.into_iter().filter(|council| *council != Council::PROGRAM)
}

/// The first `size` seats of a council.
pub(crate) fn first(council: Council, size: u8) -> impl Iterator<Item = SeatId> {
    (0..size).map(move |index| SeatId { council, index })
}

/// Every place of a council: what a seat has said stays where the council has become smaller since.
pub(crate) fn every(council: Council) -> impl Iterator<Item = SeatId> {
    first(council, u8::try_from(Council::MAX_SEATS).unwrap_or(u8::MAX))
}

/// Seats that sit in these councils.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(crate) async fn sitting(session: &Session, councils: &[Council]) -> Result<Vec<SeatId>, CliError> {
    let heads = session.cells(councils.iter().map(|council| CellKey::Council(*council))).await?;
    let mut seats = Vec::new();
    for &council in councils {
        seats.extend(first(council, heads.council(council)?.size));
    }
    Ok(seats)
}

/// The authorities' councils that are listed.
pub(crate) fn authorities(listing: &Listing) -> impl Iterator<Item = Council> {
    // The cell of all authorities together only says how large their councils are.
    listing.named(|key| match key {
        CellKey::Council(council @ Council::Program(_)) if *council != Council::PROGRAM => Some(*council),
        _ => None,
    })
}
