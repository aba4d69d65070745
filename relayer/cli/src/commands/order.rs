//! What every order of a seat has in common: its key is found, the rules are asked, the words shown, the outcome awaited.

use crate::{
    answers::{
        Text,
        signed::{Outcome, Signed},
    },
    cli,
    commands::unknown::Unknown,
    door::{Delivery, Door},
    error::CliError,
    place::Member,
    session::Session,
};
use greatseal_protocol::{
    ask::Wish,
    command::{Capacity, Command, Order},
};

/// Signs what `order` makes of the signer's seat, and answers with it and its outcome.
///
/// # Errors
///
/// Those of [`Door::send`].
pub async fn give(session: &Session, how: &cli::Signer, order: impl FnOnce(&Member) -> Order) -> Result<(), CliError> {
    session.output.answer(&signed(session, how, order, Unknown::default()).await?)
}

/// Signs what `order` makes of the signer's seat, and says above the question and in the answer what it names and the chain
/// does not know.
///
/// # Errors
///
/// Those of [`Door::send`].
pub(crate) async fn signed(
    session: &Session,
    how: &cli::Signer,
    order: impl FnOnce(&Member) -> Order,
    unknown: Unknown,
) -> Result<Signed, CliError> {
    let warning = unknown.lines();
    let door = Door::find(session, how.options()?).await?;
    let member = session.member(door.key()).await?;
    let sent = door.send(Some(&member), Wish::Order(Box::new(order(&member))), &warning).await?;
    let signed = ended(&sent.command, &sent.delivery)?;
    Ok(Signed { unknown: unknown.missing(), ..signed })
}

/// Signs what `order` makes of the signer's seat, which may read the chain for it.
///
/// # Errors
///
/// Those of [`Door::send`] and of `order`.
pub(crate) async fn give_as(
    session: &Session,
    how: &cli::Signer,
    order: impl AsyncFnOnce(&Member) -> Result<Order, CliError>,
) -> Result<(), CliError> {
    let door = Door::find(session, how.options()?).await?;
    let member = session.member(door.key()).await?;
    let wish = Wish::Order(Box::new(order(&member).await?));
    let sent = door.send(Some(&member), wish, &[]).await?;
    session.output.answer(&ended(&sent.command, &sent.delivery)?)
}

/// What a command answers that was signed: of one that took effect, with its events.
///
/// # Errors
///
/// [`CliError::NotTold`], which no event of the protocol gives.
pub(crate) fn ended(command: &Command, delivery: &Delivery) -> Result<Signed, CliError> {
    Ok(Signed {
        order: (&command.order).into(),
        seat: match command.capacity {
            Capacity::Seat { seat, .. } => Some(Text(seat)),
            Capacity::Anyone => None,
        },
        unknown: Vec::new(),
        outcome: Outcome::of(delivery).map_err(CliError::not_told)?,
    })
}
