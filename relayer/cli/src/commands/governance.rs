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
    door::{self, Delivery},
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::bytes::{parse_hex_bytes, to_hex};
use greatseal_wire::State;
use serde_json::{Value, json};

/// What every submitted command answers.
pub(crate) fn outcome(delivery: &Delivery, more: &[Line]) -> (Vec<Line>, Value) {
    let mut lines = more.to_vec();
    let told = match delivery {
        Delivery::NotSubmitted => {
            lines.push(line("state", "signed, not submitted"));
            Value::Null
        }
        Delivery::Relayed(relayed) => {
            let state = &relayed.state;
            lines.extend([line("state", state.state), line("envelope", &state.envelope)]);
            lines.extend(state.transaction.iter().map(|hash| line("transaction", hash)));
            lines.extend(state.block_number.map(|number| line("block", number)));
            lines.extend(state.seq.iter().map(|seq| line("event", seq)));
            json!(state)
        }
        // It has no envelope: its evidence is the transaction.
        Delivery::Direct(direct) => {
            let transaction = to_hex(&direct.transaction);
            lines.extend([
                line("state", State::Applied),
                line("door", "direct"),
                line("transaction", &transaction),
                line("block", direct.block),
                line("event", direct.seq),
            ]);
            json!({
                "envelope": null,
                "state": State::Applied,
                "refusal": null,
                "reason": null,
                "fee_paid": direct.fee_paid,
                "transaction": transaction,
                "block_number": direct.block.to_string(),
                "seq": direct.seq.to_string(),
                "companioned": null,
            })
        }
    };
    let mut value = crate::output::object(&lines);
    if let Value::Object(map) = &mut value {
        map.insert("outcome".into(), told);
    }
    (lines, value)
}

/// Submits an envelope that was signed before.
///
/// # Errors
///
/// Those of [`door::submit`].
pub async fn submit(session: &Session, path: &std::path::Path) -> Result<(), CliError> {
    const HELP: &str = "give a file that --envelope-out wrote";
    let text = crate::file::text(path, HELP)?;
    let bytes = parse_hex_bytes(text.trim()).map_err(|error| CliError::file(path, error, HELP))?;
    let relayed = door::submit(&session.place, &session.services, &bytes).await?;
    let (lines, value) = outcome(&Delivery::Relayed(Box::new(relayed)), &[]);
    session.output.answer(&lines, &value);
    Ok(())
}
