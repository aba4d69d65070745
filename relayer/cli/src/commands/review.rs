//! `greatseal review`: the report on an incident, and the auditor's word that it was read.

use super::order::give;
use crate::{cli, error::CliError, session::Session, text};
use greatseal_protocol::{
    cells::CellKey, command::Order, emergency::Duty, language::emergency, refusal::Refusal, scope::Scope, state::State,
};

/// `greatseal review …`
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Review) -> Result<(), CliError> {
    match command {
        cli::Review::File { scope, severity, report, signer } => {
            let (scope, severity, report) = (text::scope(scope)?, text::severity(*severity), text::report(report)?);
            let incident = due(session, scope).await?.incident;
            give(session, signer, |_| {
                Order::Emergency(emergency::Order::FileReview { scope, incident, severity, report })
            })
            .await
        }
        cli::Review::Attest { scope, report, signer } => {
            let (scope, report) = (text::scope(scope)?, text::report(report)?);
            let incident = due(session, scope).await?.incident;
            give(session, signer, |_| Order::Emergency(emergency::Order::AttestReview { scope, incident, report }))
                .await
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
