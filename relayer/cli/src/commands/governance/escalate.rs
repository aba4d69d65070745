//! `greatseal governance escalate`

use super::outcome;
use crate::{
    cli,
    commands::unknown,
    door::{Door, Signed},
    error::CliError,
    output::line,
    session::Session,
    text,
};
use greatseal_protocol::{ask::Wish, command::Order, language::operation, scope::Watched};

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
    let reference = text::report(&command.report)?;
    let about = unknown::of_watched(session, watched).await?.or_refuse(command.signer.yes, command.allow_unknown)?;
    let door = Door::find(session, command.signer.options()?).await?;
    let member = session.member(door.key()).await?;
    let wish = Wish::Order(Box::new(Order::Operation(operation::Order::Escalate {
        watched,
        reference,
        nonce: member.next_nonce(),
    })));
    let Signed { delivery, .. } = door.send(Some(&member), wish, &about.lines()).await?;
    let mut more = vec![line("scope", watched), line("report", format!("sha256:{reference}")), line("seat", member.id)];
    more.extend(about.lines());
    let (lines, mut value) = outcome(&delivery, &more);
    about.tell(&mut value);
    session.output.answer(&lines, &value);
    Ok(())
}
