//! Proposals, approvals, execution; one file a command.

pub mod decide;
pub mod document;
pub mod economics;
pub mod escalate;
pub mod escalations;
pub mod execute;
pub mod log;
mod opening;
pub mod propose;
pub mod show;
pub mod together;

use super::order::ended;
use crate::{
    contents::{Bring, Filed, bring_order},
    door::{self, Delivery},
    error::CliError,
    session::Session,
};
use greatseal_protocol::{bytes::parse_hex_bytes, companion::Sent, envelope::Envelope};

/// Submits an envelope that was signed before.
///
/// # Errors
///
/// Those of [`door::submit`].
pub async fn submit(session: &Session, path: &std::path::Path, how: &Bring) -> Result<(), CliError> {
    const HELP: &str = "give a file that --envelope-out wrote";
    let text = crate::file::text(path, HELP)?;
    let bytes = parse_hex_bytes(text.trim()).map_err(|error| CliError::file(path, error, HELP))?;
    let command = Envelope::parse(Sent::parse(&bytes)?.envelope())?.command;
    // It was signed somewhere else: whoever puts it on chain sees that its contents are kept, as whoever signed it has filed them.
    let named = command.order.contents();
    named.iter().for_each(|content| session.at_hand.note_filed(content.address, Filed::Perhaps));
    let contents = bring_order(session, &command.order, &[], None, how).await?;
    let relayed = door::submit(&session.place, &session.services, &bytes).await?;
    let delivery = Delivery::Relayed(Box::new(relayed));
    session.signed(&ended(&door::Signed { command, delivery, contents })?)
}
