//! What every order of a seat has in common: its key is found, the rules are asked, the words shown, the outcome awaited.

use crate::{
    answers::{
        self, Text,
        content::ContentKept,
        signed::{Outcome, Signed},
    },
    cli,
    commands::unknown::Unknown,
    door::{self, Door},
    error::CliError,
    place::Member,
    screen::About,
    session::Session,
};
use greatseal_protocol::{
    ask::Wish,
    command::{Capacity, Order},
};

/// Signs what `order` makes of the signer's seat, and answers with it and its outcome.
///
/// # Errors
///
/// Those of [`Door::send`].
pub async fn give(session: &Session, how: &cli::Signer, order: impl FnOnce(&Member) -> Order) -> Result<(), CliError> {
    give_as(session, how, &[], async |member: &Member| Ok(order(member))).await
}

/// Signs what `order` makes of the signer's seat, which may read the chain for it; `about` stands above the question.
///
/// # Errors
///
/// Those of [`Door::send`] and of `order`.
pub(crate) async fn give_as(
    session: &Session,
    how: &cli::Signer,
    about: impl Into<About>,
    order: impl AsyncFnOnce(&Member) -> Result<Order, CliError>,
) -> Result<(), CliError> {
    session.signed(&sent(session, how, about, order).await?)
}

/// Signs what `order` makes of the signer's seat; `about` stands above the question, and so does, in the answer too, what it names
/// and the chain does not know.
///
/// # Errors
///
/// Those of [`Door::send`].
pub(crate) async fn signed(
    session: &Session,
    how: &cli::Signer,
    about: impl Into<About>,
    order: impl FnOnce(&Member) -> Order,
    unknown: Unknown,
) -> Result<Signed, CliError> {
    let mut about: About = about.into();
    about.lines.extend(unknown.lines());
    let signed = sent(session, how, about, async |member: &Member| Ok(order(member))).await?;
    Ok(Signed { unknown: unknown.missing(), ..signed })
}

async fn sent(
    session: &Session,
    how: &cli::Signer,
    about: impl Into<About>,
    order: impl AsyncFnOnce(&Member) -> Result<Order, CliError>,
) -> Result<Signed, CliError> {
    let door = Door::find(session, how.options()?).await?;
    let member = session.member(door.key()).await?;
    let wish = Wish::Order(Box::new(order(&member).await?));
    let sent = door.send(Some(&member), wish, about).await?;
    ended(&sent)
}

/// Signs an order that anybody may give: as the key's seat, so that the log says whose word it was, or as anybody where it has
/// none that can act.
///
/// # Errors
///
/// Those of [`Door::send`].
pub(crate) async fn anybody(session: &Session, how: &cli::Signer, order: Order) -> Result<(), CliError> {
    let door = Door::find(session, how.options()?).await?;
    let wish = Wish::Order(Box::new(order));
    let member = match session.seated(door.key()).await? {
        Some(member) if door.allowed(&member, &wish).await.is_ok() => Some(member),
        _ => None,
    };
    let sent = door.send(member.as_ref(), wish, &[]).await?;
    session.signed(&ended(&sent)?)
}

/// What a command answers that was signed: of one that took effect, with its events.
///
/// # Errors
///
/// [`CliError::NotTold`], which no event of the protocol gives.
pub(crate) fn ended(sent: &door::Signed) -> Result<Signed, CliError> {
    let door::Signed { command, delivery, contents } = sent;
    Ok(Signed {
        order: answers::signed::Order::of(&command.order).map_err(CliError::not_told)?,
        seat: match command.capacity {
            Capacity::Seat { seat, .. } => Some(Text(seat)),
            Capacity::Anyone => None,
        },
        unknown: Vec::new(),
        contents: contents.iter().cloned().map(ContentKept::from).collect(),
        outcome: Outcome::of(delivery).map_err(CliError::not_told)?,
    })
}
