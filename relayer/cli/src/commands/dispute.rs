//! `greatseal dispute`: marks on records, and the clocks of those who have to answer.

use super::order::{give, signed};
use crate::{
    answers::dispute::{Dispute, DisputeShown},
    cli,
    commands::unknown,
    error::CliError,
    place::Member,
    session::Session,
    text,
};
use greatseal_protocol::{
    bytes::ReferenceHash, cells::CellKey, command::Order, dispute, language, refusal::Refusal, state::State,
};

/// `greatseal dispute …`
///
/// # Errors
///
/// [`CliError::Input`], [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Disputes) -> Result<(), CliError> {
    let about = |said: &cli::Said| Ok::<_, CliError>((subject(&said.subject)?, text::words(&said.reason)));
    match command {
        cli::Disputes::Open { said, allow_unknown } => {
            let (subject, reason) = about(said)?;
            let known = unknown::of_subject(session, subject).await?.or_refuse(said.signer.yes, *allow_unknown)?;
            let order = |_: &Member| Order::Dispute(language::dispute::Order::Open { subject, reason });
            session.output.answer(&signed(session, &said.signer, order, known).await?)
        }
        cli::Disputes::Acknowledge { subject: text, signer } => {
            let subject = subject(text)?;
            give(session, signer, |_| Order::Dispute(language::dispute::Order::Acknowledge { subject })).await
        }
        cli::Disputes::Triage(said) => {
            let (subject, finding) = about(said)?;
            give(session, &said.signer, |_| Order::Dispute(language::dispute::Order::Triage { subject, finding })).await
        }
        cli::Disputes::Retract(said) => {
            let (subject, reason) = about(said)?;
            give(session, &said.signer, |_| Order::Dispute(language::dispute::Order::Retract { subject, reason })).await
        }
        cli::Disputes::Show { subject: text } => show(session, subject(text)?).await,
    }
}

/// What is disputed, as people copy it.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn subject(text: &str) -> Result<ReferenceHash, CliError> {
    const HELP: &str =
        "a subject is 64 hexadecimal digits: a proposal's digest, the root of a manifest or the hash of a record";
    text.trim_start_matches("sha256:").parse().map_err(|error| CliError::input(text, error, HELP))
}

/// The last dispute about a subject.
///
/// # Errors
///
/// [`CliError::Refused`] with 641 where there was none.
pub async fn stored(session: &Session, subject: ReferenceHash) -> Result<dispute::Dispute, CliError> {
    let dispute = session.cells([CellKey::Dispute(subject)]).await?.dispute(subject)?;
    Ok(dispute.ok_or(Refusal::NotDisputed)?)
}

async fn show(session: &Session, subject: ReferenceHash) -> Result<(), CliError> {
    let dispute = Dispute::of(subject, &stored(session, subject).await?, session.now);
    session.output.answer(&DisputeShown { block: session.at(), dispute })
}
