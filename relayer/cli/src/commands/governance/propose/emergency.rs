//! Pauses, modes, suspensions, and their ends.

use crate::{cli, commands::seats::sitting, error::CliError, session::Session, text};
use greatseal_protocol::{
    action::Action,
    cells::CellKey,
    language::{council, emergency},
    refusal::Refusal,
    scope::{Mode, Pause, SetMode},
    state::State,
};

/// A pause that expires by itself.
pub(super) fn pause(session: &Session, scope: &str, minutes: u32, of: &cli::Incident) -> Result<Action, CliError> {
    let pause = Pause {
        scope: text::scope(scope)?,
        seconds: minutes.saturating_mul(60),
        incident: text::incident(of.incident.as_deref())?,
        severity: text::severity(of.severity),
        reason: text::words(&session.at_hand, &of.reason),
    };
    Ok(Action::Emergency(emergency::Action::Pause(pause)))
}

/// Ends the pause that is in force, which the chain names, or the one that is meant.
pub(super) async fn lift(session: &Session, scope: &str, set_by: Option<&str>) -> Result<Action, CliError> {
    let scope = text::scope(scope)?;
    let paused = session.cells([CellKey::Pause(scope)]).await?.paused(scope, session.now)?;
    let paused = paused.ok_or(Refusal::NotPaused)?;
    let (set_by, incident) = (text::set_by(set_by)?.unwrap_or(paused.set_by), paused.incident);
    Ok(Action::Emergency(emergency::Action::Lift { scope, set_by, incident }))
}

/// Sets a seat aside, with the key that it has now.
pub(super) async fn suspend(session: &Session, of: &cli::OfSeat, recovery: Option<&str>) -> Result<Action, CliError> {
    let recovery = text::proposal("--recovery", recovery)?;
    let seat = text::seat(&of.seat)?;
    let key = sitting(session, seat.council).await?.at(seat)?.key;
    let action = Action::Council(council::Action::Suspend {
        seat,
        key,
        reason: text::words(&session.at_hand, &of.reason),
        recovery,
    });
    Ok(action)
}

/// Ends a suspension of the key that the seat has now.
pub(super) async fn reinstate(session: &Session, of: &cli::OfSeat) -> Result<Action, CliError> {
    let seat = text::seat(&of.seat)?;
    let key = sitting(session, seat.council).await?.at(seat)?.key;
    let action =
        Action::Council(council::Action::Reinstate { seat, key, reason: text::words(&session.at_hand, &of.reason) });
    Ok(action)
}

/// A degraded mode that expires by itself.
pub(super) fn mode(
    session: &Session,
    mode: cli::Degraded,
    minutes: u32,
    of: &cli::Incident,
) -> Result<Action, CliError> {
    let set = SetMode {
        mode: match mode {
            cli::Degraded::Limited => Mode::Limited,
            cli::Degraded::ReadOnly => Mode::ReadOnly,
        },
        seconds: minutes.saturating_mul(60),
        incident: text::incident(of.incident.as_deref())?,
        severity: text::severity(of.severity),
        reason: text::words(&session.at_hand, &of.reason),
    };
    Ok(Action::Emergency(emergency::Action::SetMode(set)))
}

/// Ends the mode that is in force, which the chain names, or the one that is meant.
pub(super) async fn leave_mode(session: &Session, set_by: Option<&str>) -> Result<Action, CliError> {
    let mode = session.cells([CellKey::Mode]).await?.mode(session.now)?;
    let mode = mode.ok_or(Refusal::NotPaused)?;
    let (set_by, incident) = (text::set_by(set_by)?.unwrap_or(mode.set_by), mode.incident);
    Ok(Action::Emergency(emergency::Action::LeaveMode { set_by, incident }))
}
