//! `greatseal governance execute`

use super::show;
use crate::{cli, commands::order::ended, door::Door, error::CliError, session::Session, text::label};
use greatseal_protocol::{
    action::Action,
    ask::Wish,
    bytes::ReferenceHash,
    language::{proposal, registry},
};

/// Applies an approved proposal.
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Execute) -> Result<(), CliError> {
    let version = command.version_of.as_deref().map(|text| label("--version-of", text)).transpose()?;
    let sbom = command.sbom.as_deref().map(str::parse).transpose();
    let sbom = sbom.map_err(|error| CliError::input("--sbom", error, "64 hexadecimal digits"))?;
    let seen = show::look(session, &command.id, command.document.as_deref(), &command.read.reading()).await?;
    // The log of a release names its version and its bill of materials.
    let (known, bill) = match &seen.action {
        Action::Registry(registry::Action::Release(release)) => (release.version, release.sbom),
        _ => (label("--version-of", "1")?, ReferenceHash([0; 32])),
    };
    let (version, sbom) = (version.unwrap_or(known), sbom.unwrap_or(bill));
    let door = Door::find(session, command.signer.options()?).await?;
    // Whoever has no seat may execute where the row says anyone.
    let member = session.seated(door.key()).await?;
    let about = show::about(session, &seen)?;
    let execute = proposal::Execute { id: seen.id, action: seen.action, version, sbom };
    let sent = door.send(member.as_ref(), Wish::Execute(Box::new(execute)), about).await?;
    session.signed(&ended(&sent)?)
}
