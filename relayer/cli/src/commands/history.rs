//! What the indexer says happened to money. It only helps to find what to ask the chain for, and names who did it.

use super::{audit::caught_up, governance::log::all};
use crate::{error::CliError, session::Session};
use greatseal_protocol::{bytes::parse_hex_bytes, event::Record, scale::DecodeAll};

/// Kinds of events about programmes, batches and disputes.
const KINDS: [&str; 7] = [
    "ProgramChanged",
    "BatchExecuted",
    "SettlementRecorded",
    "EntryExcepted",
    "SettlementAttested",
    "BatchReconciled",
    "DisputeOpened",
];

/// Records about programmes, batches and disputes up to the session's block, oldest first.
///
/// # Errors
///
/// [`CliError::Unreachable`], [`CliError::Contradiction`] where what it has are no records.
pub async fn about_money(session: &Session) -> Result<Vec<Record>, CliError> {
    let indexer = session.indexer()?;
    caught_up(&indexer, session.block.number).await?;
    let rows = all(&indexer).await?.into_iter();
    let rows = rows.filter(|row| KINDS.contains(&row.kind.as_str()) && row.block_number <= session.block.number);
    let record = |row: greatseal_api::wire::EventRow| {
        let bytes = parse_hex_bytes(&row.record).ok();
        bytes
            .and_then(|bytes| Record::decode_all(&mut &*bytes).ok())
            .ok_or_else(|| CliError::Contradiction(format!("the indexer's record {} cannot be decoded", row.seq)))
    };
    rows.map(record).collect()
}
