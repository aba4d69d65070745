//! What every order of a seat has in common: the key is opened, its seat found, the words shown, the outcome awaited.

use super::governance::outcome;
use crate::{
    cli,
    error::CliError,
    output::{Line, line},
    session::{Member, Session, open_signer},
};
use greatseal_protocol::command::Order;

/// Signs what `order` makes of the signer's seat, and answers with `more` and the outcome.
///
/// # Errors
///
/// As [`Session::sign_and_submit`].
pub async fn give(
    session: &Session,
    how: &cli::Signer,
    order: impl FnOnce(&Member) -> Order,
    more: &[Line],
) -> Result<(), CliError> {
    let signer = open_signer(how).await?;
    let member = session.member(signer.key()).await?;
    let state = session.sign_and_submit(&signer, how, member.capacity(), order(&member), false, &[]).await?;
    let mut lines = more.to_vec();
    lines.push(line("seat", member.id));
    let (lines, value) = outcome(state.as_ref(), &lines);
    session.output.answer(&lines, &value);
    Ok(())
}
