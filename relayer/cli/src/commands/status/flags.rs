//! What is stopped or narrowed, which reviews are owed for it, who has looked, and what holds on the bridge.

use super::clock;
use crate::{
    commands::{governance::escalations, listing::Listing, parameter},
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{bytes::to_hex, cells::CellKey, emergency::Duty, scope::Scope, state::State};
use std::collections::BTreeSet;

/// Pauses, the mode, reviews that are owed, escalations, routes and tuned parameters.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(super) async fn tell(session: &Session, listing: &Listing, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let now = session.now;
    let duties = session.cells([CellKey::Duties]).await?.duties()?;
    let of_scopes = listing.named(|key| match key {
        CellKey::Pause(scope) | CellKey::Duty(scope) => Some(*scope),
        _ => None,
    });
    let scopes: BTreeSet<Scope> = of_scopes.chain(duties.iter().map(|(scope, _)| *scope)).collect();
    let keys = scopes.iter().flat_map(|scope| [CellKey::Pause(*scope), CellKey::Duty(*scope)]);
    let cells = session.cells(keys.filter(|key| listing.may_have(key)).chain([CellKey::Mode])).await?;

    if let Some(mode) = cells.mode(now)? {
        lines.push(line("mode", format!("{} until {}, by {}", mode.mode, clock(mode.until, now), mode.proposal)));
    }
    for scope in &scopes {
        if let Some(pause) = cells.paused(*scope, now)? {
            let until = clock(pause.until, now);
            lines.push(line("paused", format!("{scope} until {until}, {}, by {}", pause.severity, pause.proposal)));
        }
    }
    for scope in &scopes {
        if let Some(duty) = cells.duty(*scope)? {
            lines.push(line("review due", review(*scope, &duty, now)));
        }
    }
    for open in escalations::open(session, listing).await? {
        lines.push(line("escalation", open.words(now)));
    }
    routes(session, listing, lines).await?;
    for tuned in parameter::tuned(session).await? {
        lines.push(line("parameter", tuned.words()));
    }
    Ok(())
}

async fn routes(session: &Session, listing: &Listing, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let ids = listing.named(|key| match key {
        CellKey::Route(id) => Some(*id),
        _ => None,
    });
    for id in ids {
        let cells = session.cells([CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id)]).await?;
        let Some(route) = cells.route(id)? else { continue };
        let economics = &route.economics;
        let limits =
            format!("one {}, account {}, all {}", economics.tx_max, economics.account_max, economics.aggregate_max);
        let open = cells.served(id)?.is_some_and(|served| served.compliance.enabled);
        let traffic = cells.traffic(id)?;
        let without_end = traffic.authorised.saturating_sub(traffic.completed).saturating_sub(traffic.released);
        let state = match open {
            true => {
                format!("{} authorised, {} refused, {without_end} without an end", traffic.authorised, traffic.refused)
            }
            false => "not enabled".to_owned(),
        };
        let version = route.version;
        lines.push(line(
            "route",
            format!("{id} version {version}: at most {limits} in {} s; {state}", economics.period),
        ));
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
