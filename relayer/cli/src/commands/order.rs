//! What every order of a seat has in common: its key is found, the rules are asked, the words shown, the outcome awaited.

use super::{governance::outcome, unknown::Unknown};
use crate::{
    cli,
    door::{Door, Signed},
    error::CliError,
    output::{Line, line},
    place::Member,
    session::Session,
};
use greatseal_protocol::{ask::Wish, command::Order};

/// Signs what `order` makes of the signer's seat, and answers with `more` and the outcome.
///
/// # Errors
///
/// Those of [`Door::send`].
pub async fn give(
    session: &Session,
    how: &cli::Signer,
    order: impl FnOnce(&Member) -> Order,
    more: &[Line],
) -> Result<(), CliError> {
    give_about(session, how, order, more, None).await
}

/// Signs what `order` makes of the signer's seat, and says above the question and in the answer what it names and the chain
/// does not know.
///
/// # Errors
///
/// Those of [`Door::send`].
pub(crate) async fn give_about(
    session: &Session,
    how: &cli::Signer,
    order: impl FnOnce(&Member) -> Order,
    more: &[Line],
    about: Option<&Unknown>,
) -> Result<(), CliError> {
    let warning = about.map(Unknown::lines).unwrap_or_default();
    let door = Door::find(session, how.options()?).await?;
    let member = session.member(door.key()).await?;
    let Signed { delivery, .. } = door.send(Some(&member), Wish::Order(Box::new(order(&member))), &warning).await?;
    let mut lines = more.to_vec();
    lines.push(line("seat", member.id));
    lines.extend(warning);
    let (lines, mut value) = outcome(&delivery, &lines);
    if let Some(about) = about {
        about.tell(&mut value);
    }
    session.output.answer(&lines, &value);
    Ok(())
}
