//! `greatseal governance escalate`

use super::{outcome, propose::parse_scope};
use crate::{
    cli,
    error::CliError,
    output::line,
    session::{Session, open_signer, read},
};
use greatseal_protocol::{bytes::ReferenceHash, command::Order, digest};

/// Records that monitoring or an auditor has looked.
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Escalate) -> Result<(), CliError> {
    let scope = parse_scope(&command.scope)?;
    let report = read(&command.report, "give the report whose hash shall stand on chain")?;
    let reference = ReferenceHash(digest::sha256(&[&report]));
    let signer = open_signer(&command.signer).await?;
    let member = session.member(signer.key()).await?;
    let order = Order::Escalate { scope, reference, nonce: member.seat.nonce.saturating_add(1) };
    let state = session.sign_and_submit(&signer, &command.signer, member.capacity(), order, false, &[]).await?;
    let more = [line("scope", scope), line("report", format!("sha256:{reference}")), line("seat", member.id)];
    let (lines, value) = outcome(state.as_ref(), &more);
    session.output.answer(&lines, &value);
    Ok(())
}
