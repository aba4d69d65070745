//! What is stopped or narrowed, which reviews are owed for it, and what holds on the bridge.

use super::{clock, unreadable};
use crate::{
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{
    action::Parameter,
    bytes::to_hex,
    cells::{CellKey, Cells, Tuning},
    emergency::Duty,
    scope::Scope,
};

/// Routes and programmes whose flags are looked up.
const ROUTES: u32 = 16;
const PROGRAMS: u32 = 8;

/// Pauses, the mode, reviews that are owed, routes and tuned parameters.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(super) async fn tell(session: &Session, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let now = session.now;
    let duties = session.cells([CellKey::Duties]).await?.duties().map_err(unreadable)?;
    let mut scopes = vec![Scope::Everything, Scope::Upgrades];
    scopes.extend((0..ROUTES).map(Scope::Route).chain((1..=PROGRAMS).map(Scope::Program)));
    // Whatever else was paused, single accounts among it, stands among the duties.
    for (scope, _) in &duties {
        if !scopes.contains(scope) {
            scopes.push(*scope);
        }
    }
    let pauses = scopes.iter().copied().map(CellKey::Pause);
    let owed = duties.iter().map(|(scope, _)| CellKey::Duty(*scope));
    let parameters = Parameter::NAMED.map(|(name, _)| CellKey::Parameter(name));
    let bridge = (0..ROUTES).flat_map(|id| [CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id)]);
    let keys = pauses.chain(owed).chain(bridge).chain(parameters).chain([CellKey::Mode]);
    let cells = session.cells(keys).await?;

    if let Some(mode) = cells.mode(now).map_err(unreadable)? {
        lines.push(line("mode", format!("{} until {}, by {}", mode.mode, clock(mode.until, now), mode.proposal)));
    }
    for scope in scopes {
        if let Some(pause) = cells.paused(scope, now).map_err(unreadable)? {
            let until = clock(pause.until, now);
            lines.push(line("paused", format!("{scope} until {until}, {:?}, by {}", pause.severity, pause.proposal)));
        }
    }
    for (scope, _) in duties {
        if let Some(duty) = cells.duty(scope).map_err(unreadable)? {
            lines.push(line("review due", review(scope, &duty, now)));
        }
    }
    for id in 0..ROUTES {
        if let Some(route) = cells.route(id).map_err(unreadable)? {
            let economics = &route.economics;
            let limits =
                format!("one {}, account {}, all {}", economics.tx_max, economics.account_max, economics.aggregate_max);
            let open = cells.served(id).map_err(unreadable)?.is_some_and(|served| served.compliance.enabled);
            let traffic = cells.traffic(id).map_err(unreadable)?;
            let without_end = traffic.authorised.saturating_sub(traffic.completed).saturating_sub(traffic.released);
            let state = match open {
                true => format!(
                    "{} authorised, {} refused, {without_end} without an end",
                    traffic.authorised, traffic.refused
                ),
                false => "not enabled".to_owned(),
            };
            let version = route.version;
            lines.push(line(
                "route",
                format!("{id} version {version}: at most {limits} in {} s; {state}", economics.period),
            ));
        }
    }
    for (name, _) in Parameter::NAMED {
        let tuning: Option<Tuning> = cells.cell(&CellKey::Parameter(name)).map_err(unreadable)?;
        if let Some(Tuning { value, baseline, .. }) = tuning {
            lines.push(line("parameter", format!("{name} {value}, baseline {baseline}")));
        }
    }
    Ok(())
}

/// What is missing until the scope may be paused again.
fn review(scope: Scope, duty: &Duty, now: u64) -> String {
    let state = match duty.filed {
        _ if now < duty.until => format!("the pause runs until {}", clock(duty.until, now)),
        Some(report) => format!("filed as sha256:{report}, an auditor has to attest it"),
        None => "not filed".to_owned(),
    };
    let consent = if duty.consent { ", the Sovereign consents to another pause" } else { "" };
    let several = if duty.pauses > 1 { format!(" of {} pauses", duty.pauses) } else { String::new() };
    format!("{scope} incident {}{several}: {state}{consent}", to_hex(&duty.incident.0))
}
