//! `greatseal governance execute`

use super::{outcome, show};
use crate::{
    cli,
    error::CliError,
    output::line,
    session::{Session, open_signer},
    text::label,
};
use greatseal_protocol::{
    action::Action,
    bytes::ReferenceHash,
    command::{Capacity, Order},
    language::{
        proposal::{self, DeploymentLog},
        registry,
    },
    row::Executors,
};

/// Applies an approved proposal.
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Execute) -> Result<(), CliError> {
    let operator = label("--operator", &command.operator)?;
    let version = command.version_of.as_deref().map(|text| label("--version-of", text)).transpose()?;
    let sbom = command.sbom.as_deref().map(str::parse).transpose();
    let sbom = sbom.map_err(|error| CliError::input("--sbom", error, "64 hexadecimal digits"))?;
    let seen = show::look(session, &command.id, command.document.as_deref()).await?;
    // The log of a release names its version and its bill of materials.
    let (known, bill) = match &seen.action {
        Action::Registry(registry::Action::Release(release)) => (release.version, release.sbom),
        _ => (label("--version-of", "1")?, ReferenceHash([0; 32])),
    };
    let log = DeploymentLog { operator, version: version.unwrap_or(known), sbom: sbom.unwrap_or(bill) };
    let signer = open_signer(&command.signer).await?;
    // Where the row says anyone, no seat is claimed: neither its absence nor its suspension can be in the way.
    let capacity = match seen.row.executors {
        Executors::Anyone => Capacity::Anyone,
        Executors::Operator | Executors::Members => session.member(signer.key()).await?.capacity(),
    };
    let about = show::about(&seen);
    let order = Order::Proposal(proposal::Order::Execute(Box::new(greatseal_protocol::language::proposal::Execute {
        id: seen.id,
        action: seen.action,
        log,
    })));
    let state =
        session.sign_and_submit(&signer, &command.signer, capacity, order, seen.row.id.protective(), about).await?;
    let (lines, value) = outcome(state.as_ref(), &[line("proposal", seen.id)]);
    session.output.answer(&lines, &value);
    Ok(())
}
