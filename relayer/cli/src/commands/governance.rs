//! Proposals, approvals, execution; one file a command.

pub mod decide;
pub mod document;
pub mod economics;
pub mod escalate;
pub mod escalations;
pub mod execute;
pub mod log;
mod opening;
pub mod propose;
pub mod show;

use crate::{
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_wire::EnvelopeState;
use serde_json::{Value, json};

/// What every submitted command answers.
pub(crate) fn outcome(state: Option<&EnvelopeState>, more: &[Line]) -> (Vec<Line>, Value) {
    let mut lines = more.to_vec();
    match state {
        None => lines.push(line("state", "signed, not submitted")),
        Some(state) => {
            lines.push(line("state", state.state));
            // An act from a member's own account has no envelope: its evidence is the transaction.
            match state.envelope.as_str() {
                "" => lines.push(line("door", "direct")),
                envelope => lines.push(line("envelope", envelope)),
            }
            lines.extend(state.transaction.iter().map(|hash| line("transaction", hash)));
            lines.extend(state.block_number.map(|number| line("block", number)));
            lines.extend(state.seq.iter().map(|seq| line("event", seq)));
        }
    }
    let mut value = crate::output::object(&lines);
    if let Value::Object(map) = &mut value {
        let mut told = json!(state);
        if told["envelope"] == "" {
            told["envelope"] = Value::Null;
        }
        map.insert("outcome".into(), told);
    }
    (lines, value)
}

/// Submits an envelope that was signed before.
///
/// # Errors
///
/// As [`Session::submit`].
pub async fn submit(session: &Session, path: &std::path::Path) -> Result<(), CliError> {
    const HELP: &str = "give a file that --envelope-out wrote";
    let text = crate::file::text(path, HELP)?;
    let bytes =
        greatseal_protocol::bytes::parse_hex_bytes(text.trim()).map_err(|error| CliError::file(path, error, HELP))?;
    let state = session.submit(&bytes).await?;
    let (lines, value) = outcome(Some(&state), &[]);
    session.output.answer(&lines, &value);
    Ok(())
}
