//! What is stopped or narrowed, which reviews are owed for it, and what holds on the bridge.

use crate::{
    answers::{
        Text,
        status::{Mode, Pause, Report, Review, Route},
    },
    commands::{listing::Listing, review::reports},
    error::CliError,
    session::Session,
};
use greatseal_protocol::{cells::CellKey, scope::Scope, state::State};
use std::collections::BTreeSet;

/// The mode, the pauses and the reviews that are owed.
type Flags = (Option<Mode>, Vec<Pause>, Vec<Review>);

/// The mode, the pauses and the reviews that are owed.
///
/// # Errors
///
/// [`CliError::Chain`], here and below.
pub(super) async fn read(session: &Session, listing: &Listing) -> Result<Flags, CliError> {
    let now = session.now;
    let duties = session.cells([CellKey::Duties]).await?.duties()?;
    let of_scopes = listing.named(|key| match key {
        CellKey::Pause(scope) | CellKey::Duty(scope) => Some(*scope),
        _ => None,
    });
    let scopes: BTreeSet<Scope> = of_scopes.chain(duties.iter().map(|(scope, _)| *scope)).collect();
    let keys = scopes.iter().flat_map(|scope| [CellKey::Pause(*scope), CellKey::Duty(*scope)]);
    let cells = session.cells(keys.filter(|key| listing.may_have(key)).chain([CellKey::Mode])).await?;

    let mode = cells.mode(now)?.map(|mode| Mode {
        mode: Text(mode.mode),
        until: Text(mode.until),
        incident: Text(mode.incident),
        set_by: Text(mode.set_by),
    });
    let (mut pauses, mut reviews) = (Vec::new(), Vec::new());
    for scope in scopes {
        let paused = cells.paused(scope, now)?;
        pauses.extend(paused.map(|pause| Pause {
            scope: Text(scope),
            until: Text(pause.until),
            severity: pause.severity.into(),
            incident: Text(pause.incident),
            set_by: Text(pause.set_by),
        }));
        let Some(duty) = cells.duty(scope)? else { continue };
        let filed = if duty.reports > 0 { reports(session, scope, duty.set_by).await? } else { Vec::new() };
        let filed = filed.into_iter().map(|(seat, filed)| Report {
            seat: Text(seat),
            version: filed.version,
            severity: filed.severity.into(),
            report: Text(filed.report),
        });
        reviews.push(Review {
            scope: Text(scope),
            set_by: Text(duty.set_by),
            incident: Text(duty.incident),
            pauses: duty.pauses,
            paused_until: Text(duty.until),
            reports: filed.collect(),
            consent: duty.consent,
        });
    }
    Ok((mode, pauses, reviews))
}

/// The bridge routes.
pub(super) async fn routes(session: &Session, listing: &Listing) -> Result<Vec<Route>, CliError> {
    let ids = listing.named(|key| match key {
        CellKey::Route(id) => Some(*id),
        _ => None,
    });
    let mut routes = Vec::new();
    for id in ids {
        let cells = session.cells([CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id)]).await?;
        let Some(route) = cells.route(id)? else { continue };
        let economics = &route.economics;
        let traffic = cells.traffic(id)?;
        routes.push(Route {
            route: id,
            version: route.version,
            enabled: cells.served(id)?.is_some_and(|served| served.compliance.enabled),
            tx_max: Text(economics.tx_max),
            account_max: Text(economics.account_max),
            aggregate_max: Text(economics.aggregate_max),
            period: economics.period,
            authorised: Text(traffic.authorised),
            refused: Text(traffic.refused),
            without_end: Text(traffic.authorised.saturating_sub(traffic.ended)),
        });
    }
    Ok(routes)
}
