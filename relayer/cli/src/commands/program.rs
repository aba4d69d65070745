//! `greatseal program`: a programme with its rule sets and budget lines.

use super::{listing::Listing, status::money::of_program};
use crate::{answers::program::ProgramShown, cli, error::CliError, session::Session};
use greatseal_protocol::{cells::CellKey, state::State};

/// `greatseal program …`
///
/// # Errors
///
/// [`CliError::Refused`] with 800 where there is none.
pub async fn run(session: &Session, command: &cli::Programs) -> Result<(), CliError> {
    let cli::Programs::Show { program } = command;
    let present = session.cells([CellKey::Program(*program)]).await?.program(*program)?;
    let listing = Listing::of(session).await?;
    let program = of_program(session, &listing, (*program, &present), present.batches).await?;
    session.output.answer(&ProgramShown { block: session.at(), program })
}
