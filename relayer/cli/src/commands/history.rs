//! What the indexer says happened. It only helps to find what to ask the chain for, and names who did it.

use super::{audit::caught_up, governance::log::of_kind};
use crate::{error::CliError, session::Session};
use greatseal_protocol::{bytes::parse_hex_bytes, event::Record, scale::DecodeAll};
use std::time::Duration;

/// How long the indexer may need to have the session's block.
const PATIENCE: Duration = Duration::from_secs(5);

/// Records of these kinds up to the session's block, oldest first, once the indexer has that.
///
/// # Errors
///
/// [`CliError::Unreachable`], [`CliError::Failed`] where the indexer is behind, [`CliError::Contradiction`] where what it
/// has are no records.
pub async fn records(session: &Session, kinds: &[&str]) -> Result<Vec<Record>, CliError> {
    let (indexer, block) = (session.indexer()?, session.block.number);
    let behind = |_| CliError::Failed(format!("the indexer does not have block {block} yet"));
    tokio::time::timeout(PATIENCE, caught_up(&indexer, block)).await.map_err(behind)??;
    let mut records = Vec::new();
    for kind in kinds {
        for row in of_kind(&indexer, kind).await?.iter().filter(|row| row.block_number <= block) {
            let bytes = parse_hex_bytes(&row.record).ok();
            let record = bytes.and_then(|bytes| Record::decode_all(&mut &*bytes).ok());
            let unreadable = || CliError::Contradiction(format!("the indexer's record {} cannot be decoded", row.seq));
            records.push(record.ok_or_else(unreadable)?);
        }
    }
    records.sort_by_key(|record| record.seq);
    Ok(records)
}
