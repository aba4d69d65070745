//! What is stopped or narrowed, which reviews are owed for it, and what holds on the bridge.

use crate::{
    answers::{
        Text,
        status::{Mode, Pause, Review, Route},
    },
    commands::listing::Listing,
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
        proposal: Text(mode.proposal),
    });
    let (mut pauses, mut reviews) = (Vec::new(), Vec::new());
    for scope in scopes {
        let paused = cells.paused(scope, now)?;
        pauses.extend(paused.map(|pause| Pause {
            scope: Text(scope),
            until: Text(pause.until),
            severity: pause.severity.into(),
            incident: Text(pause.incident),
            proposal: Text(pause.proposal),
        }));
        let duty = cells.duty(scope)?;
        reviews.extend(duty.map(|duty| Review {
            scope: Text(scope),
            incident: Text(duty.incident),
            pauses: duty.pauses,
            paused_until: Text(duty.until),
            filed: duty.filed.map(Text),
            consent: duty.consent,
        }));
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
