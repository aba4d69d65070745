//! `greatseal dispute`: marks on records, and the clocks of those who have to answer.

use super::{
    order::{give, give_about},
    unknown,
};
use crate::{
    cli,
    error::CliError,
    output::{line, object},
    place::Member,
    session::Session,
    text::{self, about},
};
use greatseal_protocol::{
    bytes::ReferenceHash, cells::CellKey, command::Order, dispute::Dispute, language::dispute, refusal::Refusal,
    state::State,
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
            let order = |_: &Member| Order::Dispute(dispute::Order::Open { subject, reason });
            give_about(session, &said.signer, order, &[line("subject", subject)], Some(&known)).await
        }
        cli::Disputes::Acknowledge { subject: text, signer } => {
            let subject = subject(text)?;
            give(
                session,
                signer,
                |_| Order::Dispute(dispute::Order::Acknowledge { subject }),
                &[line("subject", subject)],
            )
            .await
        }
        cli::Disputes::Triage(said) => {
            let (subject, finding) = about(said)?;
            give(
                session,
                &said.signer,
                |_| Order::Dispute(dispute::Order::Triage { subject, finding }),
                &[line("subject", subject)],
            )
            .await
        }
        cli::Disputes::Retract(said) => {
            let (subject, reason) = about(said)?;
            give(
                session,
                &said.signer,
                |_| Order::Dispute(dispute::Order::Retract { subject, reason }),
                &[line("subject", subject)],
            )
            .await
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
pub async fn stored(session: &Session, subject: ReferenceHash) -> Result<Dispute, CliError> {
    let dispute = session.cells([CellKey::Dispute(subject)]).await?.dispute(subject)?;
    Ok(dispute.ok_or(Refusal::NotDisputed)?)
}

/// Where a dispute stands, with the clock that runs for it, and whether somebody was or is late.
pub fn standing(dispute: &Dispute, now: u64) -> String {
    let step = match (dispute.resolved, dispute.retracted) {
        (Some((answer, at)), _) => format!("{answer} at {at}"),
        (None, Some(at)) => format!("retracted at {at}"),
        (None, None) => match (dispute.acknowledged, dispute.triaged) {
            (None, _) => format!("to be acknowledged {}", clock(dispute.acknowledge_by(), now)),
            (Some(_), None) => format!("to be triaged {}", clock(dispute.triage_by(), now)),
            (Some(_), Some(_)) => format!("to be decided {}", clock(dispute.decide_by(), now)),
        },
    };
    let late = if dispute.late(now) { ", late" } else { "" };
    format!("by {} since {}: {step}{late}", dispute.seat, dispute.at)
}

async fn show(session: &Session, subject: ReferenceHash) -> Result<(), CliError> {
    let (dispute, now) = (stored(session, subject).await?, session.now);
    let due = |done: Option<u64>, by: u64| done.map_or_else(|| clock(by, now), |at| format!("at {at}, due by {by}"));
    let mut lines = vec![
        line("subject", subject),
        line("open", if dispute.open() { "yes" } else { "no" }),
        line("opened by", dispute.seat),
        line("opened at", dispute.at),
        line("reason", format!("sha256:{}", dispute.reason)),
    ];
    // Steps that a closed dispute never saw are not due any more.
    if dispute.open() || dispute.acknowledged.is_some() {
        lines.push(line("acknowledged", due(dispute.acknowledged, dispute.acknowledge_by())));
    }
    if dispute.open() || dispute.triaged.is_some() {
        lines.push(line("triaged", due(dispute.triaged.map(|triage| triage.at), dispute.triage_by())));
    }
    lines.extend(dispute.triaged.map(|triage| line("finding", format!("sha256:{}", triage.finding))));
    match dispute.resolved {
        Some((answer, at)) => {
            lines.push(line("answer", answer));
            lines.push(line("decided", due(Some(at), dispute.decide_by())));
        }
        None if dispute.open() => lines.push(line("decided", due(None, dispute.decide_by()))),
        None => {}
    }
    lines.extend(dispute.retracted.map(|at| line("retracted", format!("at {at}"))));
    lines.push(line("late", if dispute.late(now) { "yes" } else { "no" }));
    session.output.answer(&lines, &object(&lines));
    Ok(())
}

/// A second by which something is due: still to come, or passed.
fn clock(by: u64, now: u64) -> String {
    match by.checked_sub(now) {
        Some(left) if left > 0 => format!("by {by} ({} left)", about(left)),
        _ => format!("by {by} (late for {})", about(now.saturating_sub(by))),
    }
}
