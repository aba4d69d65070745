//! `greatseal governance execute`

use super::{outcome, show};
use crate::{
    cli,
    error::CliError,
    output::line,
    session::{Session, open_signer},
};
use greatseal_protocol::{
    bytes::{Label, ReferenceHash},
    command::{Capacity, DeploymentLog, Order},
    row::Executors,
};

/// Applies an approved proposal.
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Execute) -> Result<(), CliError> {
    const LABEL: &str = "1 to 32 of a-z, 0-9 and -";
    let label =
        |name: &'static str, text: &str| Label::new(text).ok_or_else(|| CliError::input(name, "unusable", LABEL));
    let sbom = match &command.sbom {
        Some(text) => text.parse().map_err(|error| CliError::input("--sbom", error, "64 hexadecimal digits"))?,
        None => ReferenceHash([0; 32]),
    };
    let log = DeploymentLog {
        operator: label("--operator", &command.operator)?,
        version: label("--version-of", &command.version_of)?,
        sbom,
    };
    let seen = show::look(session, &command.id).await?;
    let signer = open_signer(&command.signer).await?;
    // Where the row says anyone, no seat is claimed: neither its absence nor its suspension can be in the way.
    let capacity = match seen.row.executors {
        Executors::Anyone => Capacity::Anyone,
        Executors::Operator => session.member(signer.key()).await?.capacity(),
    };
    let context = show::lines(&seen);
    let order = Order::Execute(greatseal_protocol::command::Execute { id: seen.id, action: seen.action, log });
    let state =
        session.sign_and_submit(&signer, &command.signer, capacity, order, seen.row.protective, &context).await?;
    let (lines, value) = outcome(state.as_ref(), &[line("proposal", seen.id)]);
    session.output.answer(&lines, &value);
    Ok(())
}
