//! `greatseal review`: reports on what was paused, and the auditor's word that one was read.

use super::{
    order::{give, give_as},
    places,
};
use crate::{
    cli,
    contents::{self, Looked},
    error::CliError,
    place::Member,
    session::Session,
    text,
};
use greatseal_protocol::{
    cells::CellKey,
    command::Order,
    council::{Council, SeatId},
    emergency::{Duty, Report},
    language::emergency,
    proposal_id::ProposalId,
    refusal::Refusal,
    scope::Scope,
    state::State,
};

/// `greatseal review …`
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Review) -> Result<(), CliError> {
    match command {
        cli::Review::File { scope, severity, report, set_by, signer } => {
            let (scope, severity, report) =
                (text::scope(scope)?, text::severity(*severity), text::report(&session.at_hand, report)?);
            let (set_by, incident) = named(due(session, scope).await?, set_by.as_deref())?;
            let filed = reports(session, scope, set_by).await?;
            give(session, signer, |member| {
                let own = filed.iter().find(|(seat, _)| *seat == member.id);
                let version = own.map_or(1, |(_, filed)| filed.version.saturating_add(1));
                Order::Emergency(emergency::Order::FileReview { scope, set_by, incident, version, severity, report })
            })
            .await
        }
        cli::Review::Attest { scope, report, set_by, of, look, signer } => {
            let (scope, report) = (text::scope(scope)?, text::report(&session.at_hand, report)?);
            let (set_by, incident) = named(due(session, scope).await?, set_by.as_deref())?;
            let of = of.as_deref().map(text::seat).transpose()?;
            let filed = reports(session, scope, set_by).await?;
            // The one that was read; where it is none of them, any, so that the answer says what was filed.
            let theirs = filed.iter().filter(|(seat, _)| of.is_none_or(|of| of == *seat));
            let read = theirs.clone().find(|(_, filed)| filed.report == report);
            let (of, filed) = *read.or_else(|| theirs.clone().next()).ok_or(Refusal::ReviewNotFiled)?;
            let version = filed.version;
            let order = emergency::Order::AttestReview { scope, set_by, incident, of, version, report };
            let looked = contents::look(session, order.contents(), &look.reading(signer)).await?;
            looked.iter().try_for_each(Looked::shown)?;
            let about: Vec<_> = looked.iter().flat_map(Looked::lines).collect();
            give_as(session, signer, &about, async |_: &Member| Ok(Order::Emergency(order))).await
        }
    }
}

/// The duty to review what was paused in a scope.
///
/// # Errors
///
/// [`CliError::Refused`] with 504 where there is none.
pub async fn due(session: &Session, scope: Scope) -> Result<Duty, CliError> {
    let duty = session.cells([CellKey::Duty(scope)]).await?.duty(scope)?;
    Ok(duty.ok_or(Refusal::NoReviewDue)?)
}

/// The proposal that is meant, or the chain's where none is, and the incident.
///
/// # Errors
///
/// [`CliError::Input`] where the text is no id.
pub fn named(
    duty: Duty,
    set_by: Option<&str>,
) -> Result<(ProposalId, greatseal_protocol::bytes::IncidentId), CliError> {
    Ok((text::set_by(set_by)?.unwrap_or(duty.set_by), duty.incident))
}

/// What seats have reported on the duty of this name.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn reports(session: &Session, scope: Scope, set_by: ProposalId) -> Result<Vec<(SeatId, Report)>, CliError> {
    let councils = [Council::Emergency, Council::Sovereign];
    let seats = places::sitting(session, &councils).await?;
    let cells = session.cells(seats.iter().map(|seat| CellKey::Report(scope, *seat))).await?;
    let mut filed = Vec::new();
    for seat in seats {
        filed.extend(cells.report(scope, seat, set_by)?.map(|report| (seat, report)));
    }
    Ok(filed)
}
