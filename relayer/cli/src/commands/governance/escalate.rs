//! `greatseal governance escalate`

use crate::{cli, commands::order::signed, commands::unknown, error::CliError, place::Member, session::Session, text};
use greatseal_protocol::{command::Order, language::operation, scope::Watched};

/// Records that monitoring or an auditor has looked.
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Escalate) -> Result<(), CliError> {
    const HELP: &str = "what can be looked at is route:ID or money";
    let watched: Watched = command
        .scope
        .parse()
        .map_err(|_| CliError::input("--scope", format!("`{}` is nothing to look at", command.scope), HELP))?;
    let reference = text::report(&session.at_hand, &command.report)?;
    let about = unknown::of_watched(session, watched).await?.or_refuse(command.signer.yes, command.allow_unknown)?;
    let order = |member: &Member| {
        Order::Operation(operation::Order::Escalate { watched, reference, nonce: member.next_nonce() })
    };
    session.signed(&signed(session, &command.signer, &[], order, about).await?)
}
