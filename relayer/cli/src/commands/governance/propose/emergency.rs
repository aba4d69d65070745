//! Pauses, modes, suspensions, and their ends.

use super::{Chosen, Under, refused};
use crate::{cli, commands::seats::sitting, error::CliError, session::Session, text};
use greatseal_protocol::{
    action::Action,
    cells::{CellKey, Cells},
    language::{council, emergency},
    refusal::Refusal,
    row::RowId,
    scope::{Mode, Pause, SetMode},
};

/// A pause that expires by itself.
pub(super) fn pause(scope: &str, minutes: u32, of: &cli::Incident) -> Result<Chosen, CliError> {
    let pause = Pause {
        scope: text::scope(scope)?,
        seconds: minutes.saturating_mul(60),
        incident: text::incident(of.incident.as_deref())?,
        severity: text::severity(of.severity),
        reason: text::words(&of.reason),
    };
    let row = Under::Whoever { sovereign: RowId::SOVEREIGN_PAUSE, others: RowId::EMERGENCY_PAUSE };
    Ok(Chosen { action: Action::Emergency(emergency::Action::Pause(pause)), row })
}

/// Ends the pause that is in force, which the chain names by its incident.
pub(super) async fn lift(session: &Session, scope: &str) -> Result<Chosen, CliError> {
    let scope = text::scope(scope)?;
    let paused = session.cells([CellKey::Pause(scope)]).await?.paused(scope, session.now).map_err(refused)?;
    let incident = paused.ok_or_else(|| refused(Refusal::NotPaused))?.incident;
    Ok(Chosen {
        action: Action::Emergency(emergency::Action::Lift { scope, incident }),
        row: Under::Row(RowId::LIFT_EARLY),
    })
}

/// Sets a seat aside, with the key that it has now.
pub(super) async fn suspend(session: &Session, of: &cli::OfSeat) -> Result<Chosen, CliError> {
    let seat = text::seat(&of.seat)?;
    let key = sitting(session, seat.council).await?.at(seat)?.key;
    let action = Action::Council(council::Action::Suspend { seat, key, reason: text::words(&of.reason) });
    let row = Under::Whoever { sovereign: RowId::SOVEREIGN_SUSPENSION, others: RowId::SEAT_SUSPENSION };
    Ok(Chosen { action, row })
}

/// Ends a suspension of the key that the seat has now.
pub(super) async fn reinstate(session: &Session, of: &cli::OfSeat) -> Result<Chosen, CliError> {
    let seat = text::seat(&of.seat)?;
    let key = sitting(session, seat.council).await?.at(seat)?.key;
    let action = Action::Council(council::Action::Reinstate { seat, key, reason: text::words(&of.reason) });
    Ok(Chosen { action, row: Under::Row(RowId::LIFT_EARLY) })
}

/// A degraded mode that expires by itself.
pub(super) fn mode(mode: cli::Degraded, minutes: u32, of: &cli::Incident) -> Result<Chosen, CliError> {
    let set = SetMode {
        mode: match mode {
            cli::Degraded::Limited => Mode::Limited,
            cli::Degraded::ReadOnly => Mode::ReadOnly,
        },
        seconds: minutes.saturating_mul(60),
        incident: text::incident(of.incident.as_deref())?,
        severity: text::severity(of.severity),
        reason: text::words(&of.reason),
    };
    let row = Under::Whoever { sovereign: RowId::MANUAL_OVERRIDE, others: RowId::DEGRADED_MODE };
    Ok(Chosen { action: Action::Emergency(emergency::Action::SetMode(set)), row })
}

/// Ends the mode that is in force, which the chain names by its incident.
pub(super) async fn leave_mode(session: &Session) -> Result<Chosen, CliError> {
    let mode = session.cells([CellKey::Mode]).await?.mode(session.now).map_err(refused)?;
    let incident = mode.ok_or_else(|| refused(Refusal::NotPaused))?.incident;
    Ok(Chosen {
        action: Action::Emergency(emergency::Action::LeaveMode { incident }),
        row: Under::Row(RowId::DEGRADED_MODE_OFF),
    })
}
