//! `greatseal tune`, `drill`, `release` and `phase`: what operators and auditors do by themselves.

use super::{order::give, registry};
use crate::{cli, error::CliError, session::Session, text};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    command::Order,
    language::{self, operation, phase},
    parameter::Tuning,
    phase::WayBack,
    refusal::Refusal,
    registry::Deployment,
    state::State,
};

/// `greatseal tune`
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules, here and below.
pub async fn tune(session: &Session, command: &cli::Tune) -> Result<(), CliError> {
    let (name, value) = (text::parameter(&command.name)?, command.value);
    let key = CellKey::Parameter(name);
    let present: Option<Tuning> = session.cells([key]).await?.cell(&key)?;
    let previous = present.ok_or(Refusal::UnknownParameter)?.value;
    let order = |member: &crate::place::Member| {
        Order::Operation(operation::Order::Tune { name, previous, value, nonce: member.next_nonce() })
    };
    give(session, &command.signer, order).await
}

/// `greatseal drill`
///
/// # Errors
///
/// Those of [`tune`].
pub async fn drill(session: &Session, command: &cli::Drill) -> Result<(), CliError> {
    let (kind, report) = (text::label("drill", &command.kind)?, text::report(&session.at_hand, &command.report)?);
    let order = |member: &crate::place::Member| {
        Order::Operation(operation::Order::FileDrill { kind, report, nonce: member.next_nonce() })
    };
    give(session, &command.signer, order).await
}

/// `greatseal release …`
///
/// # Errors
///
/// Those of [`tune`].
pub async fn release(session: &Session, command: &cli::Releases) -> Result<(), CliError> {
    let (component, signer) = match command {
        cli::Releases::Show { component } => return registry::running(session, component.as_deref()).await,
        cli::Releases::RollBack { component, signer } => (component, signer),
    };
    let component = text::label("component", component)?;
    let key = CellKey::Running(component);
    let running: Option<Deployment> = session.cells([key]).await?.cell(&key)?;
    let running = running.ok_or(Refusal::UnknownEntry)?;
    let before = running.before.ok_or(Refusal::NoRollback)?;
    let (from, to) = (running.current.version, before.version);
    give(session, signer, |member| {
        let nonce = member.next_nonce();
        Order::Registry(language::registry::Order::RollBack { component, from, to, nonce })
    })
    .await
}

/// `greatseal phase …`
///
/// # Errors
///
/// Those of [`tune`].
pub async fn phase(session: &Session, command: &cli::Phases) -> Result<(), CliError> {
    let cli::Phases::RollBack { council, signer } = command;
    let council = text::council(council)?;
    let keys = [CellKey::Council(council), CellKey::WayBack(council)];
    let cells = session.cells(keys).await?;
    let way: Option<WayBack> = cells.cell::<Option<WayBack>>(&CellKey::WayBack(council))?.flatten();
    let to = way.ok_or(Refusal::NoWayBack)?.to;
    let from = cells.council(council)?.phase;
    give(session, signer, |member| {
        Order::Phase(phase::Order::RollBack { council, from, to, nonce: member.next_nonce() })
    })
    .await
}
