//! `greatseal governance propose`

use super::{document, economics, outcome};
use crate::{
    cli,
    error::CliError,
    output::{line, note},
    session::{Session, open_signer},
};
use greatseal_protocol::{
    action::{Action, Economics, Pause, Scope, SetRoute, Severity},
    bytes::{IncidentId, ReferenceHash, parse_hex},
    cells::{CellKey, Cells, Paused},
    command::{Open, Order},
    digest,
    event::Event,
    refusal::Refusal,
};
use std::time::Duration;

const SCOPE_HELP: &str = "a scope is everything, upgrades, route:ID, program:ID or account:HEX";

/// Opens a proposal and gives its document to the indexer.
///
/// # Errors
///
/// [`CliError::Input`] before anything is signed, [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Propose) -> Result<(), CliError> {
    let (bytes, document) = document::load(&command.document)?;
    let (action, current) = action(session, &command.action).await?;
    let row_id = action.row(current.as_ref());
    let refused = |refusal| CliError::Refused { refusal, fee_paid: false };
    let row = session.cells([CellKey::Row(row_id)]).await?.row(row_id).map_err(refused)?;

    let signer = open_signer(&command.signer).await?;
    let member = session.member(signer.key()).await?;
    let order = Order::Open(Open {
        row: row_id,
        action,
        document,
        approve_within: command.approve_within.unwrap_or(row.approve_by),
        execute_within: command.execute_within.unwrap_or(row.window),
        nonce: member.seat.nonce.saturating_add(1),
    });
    let context = document::lines(&bytes, document)?;
    let state =
        session.sign_and_submit(&signer, &command.signer, member.capacity(), order, row.protective, &context).await?;

    let mut more = vec![line("row", row_id), line("document", format!("sha256:{document}"))];
    if let Some(state) = &state {
        let records = session.record(state).await?;
        let opened = records.iter().find_map(|record| match &record.event {
            Event::Opened(opened) => Some(opened),
            _ => None,
        });
        let opened = opened.ok_or_else(|| CliError::Contradiction("no opening event in the block".into()))?;
        more.insert(0, line("proposal", opened.id));
        more.push(line("proposal digest", opened.digest));
        more.push(line("approve by", opened.approve_by));
        more.push(line("document held", give_document(session, bytes).await));
    }
    let (lines, value) = outcome(state.as_ref(), &more);
    session.output.answer(&lines, &value);
    Ok(())
}

/// The indexer takes a document once it has seen the proposal. Without it nobody should approve.
async fn give_document(session: &Session, bytes: Vec<u8>) -> String {
    let Ok(indexer) = session.indexer() else { return "no: the indexer cannot be reached".into() };
    let mut last = String::new();
    for _ in 0..100 {
        match indexer.post_bytes("/v1/documents", bytes.clone()).await {
            Ok(()) => return "yes".into(),
            Err(CliError::Service { problem, .. }) if problem.code == "unknown_document" => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                last = problem.error;
            }
            Err(error) => {
                note(&error.to_string());
                return format!("no: {error}");
            }
        }
    }
    format!("no: {last}")
}

async fn action(session: &Session, proposed: &cli::Proposed) -> Result<(Action, Option<Economics>), CliError> {
    Ok(match proposed {
        cli::Proposed::Pause { scope, minutes, severity, reason, incident } => {
            let incident = match incident {
                Some(text) => parse_hex(text)
                    .map_err(|error| CliError::input("--incident", error, "an incident id is 32 hexadecimal digits"))?,
                None => random()?,
            };
            let pause = Pause {
                scope: parse_scope(scope)?,
                seconds: minutes.saturating_mul(60),
                incident: IncidentId(incident),
                severity: match severity {
                    1 => Severity::Sev1,
                    2 => Severity::Sev2,
                    3 => Severity::Sev3,
                    _ => Severity::Sev4,
                },
                reason: ReferenceHash(digest::sha256(&[reason.as_bytes()])),
            };
            (Action::Pause(pause), None)
        }
        cli::Proposed::Lift { scope } => {
            let scope = parse_scope(scope)?;
            let refused = |refusal| CliError::Refused { refusal, fee_paid: false };
            let cells = session.cells([CellKey::Pause(scope)]).await?;
            let paused: Option<Paused> = cells.cell(&CellKey::Pause(scope)).map_err(refused)?;
            let paused = paused.filter(|paused| session.now < paused.until);
            let paused = paused.ok_or_else(|| refused(Refusal::NotPaused))?;
            (Action::Lift { scope, incident: paused.incident }, None)
        }
        cli::Proposed::Route { route, economics } => {
            let economics = economics::load(economics)?;
            let refused = |refusal| CliError::Refused { refusal, fee_paid: false };
            let cells = session.cells([CellKey::Route(*route)]).await?;
            let current = cells.route(*route).map_err(refused)?;
            let previous = current.as_ref().map(digest::route_hash);
            (Action::SetRoute(SetRoute { route: *route, previous, economics }), current.map(|route| route.economics))
        }
    })
}

/// A scope as typed.
pub(super) fn parse_scope(text: &str) -> Result<Scope, CliError> {
    text.parse().map_err(|_| CliError::input("--scope", format!("`{text}` is not a scope"), SCOPE_HELP))
}

fn random() -> Result<[u8; 16], CliError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| CliError::input("random numbers", error, "check this machine"))?;
    Ok(bytes)
}
