//! A verified log against the chain: its last block is the chain's, and so are all before it, whose hashes it names; and every
//! cell is what the contract stores.

use crate::{error::CliError, output::note, session::Session};
use greatseal_audit::Verified;
use greatseal_client::BlockRef;
use greatseal_protocol::{
    bytes::to_hex,
    cells::{CellKey, Cells},
    refusal::Refusal,
    state::State,
};

/// The last header of the log is the chain's, and final.
///
/// # Errors
///
/// [`CliError::NotVerified`].
pub(super) async fn anchor(session: &Session, verified: &Verified) -> Result<(), CliError> {
    let (number, hash) = verified.end;
    let finalized = session.chain.finalized().await?;
    if finalized.number < number {
        let reason = format!("the log goes to block {number}, and the node's last final block is {}", finalized.number);
        return Err(CliError::NotVerified(reason));
    }
    match session.chain.block_hash(number).await? {
        Some(found) if found == hash => Ok(()),
        Some(found) => {
            let (ours, theirs) = (to_hex(&hash), to_hex(&found));
            let reason = format!("block {number} of the log has the hash {ours}, and the chain's {theirs}");
            Err(CliError::NotVerified(reason))
        }
        None => Err(CliError::NotVerified(format!("the node has no block {number}"))),
    }
}

/// Compares the contract's storage with the replay, and says how many events came later.
///
/// # Errors
///
/// [`CliError::NotVerified`].
pub(super) async fn state(session: &Session, verified: &Verified) -> Result<u64, CliError> {
    let unreadable = |refusal: Refusal| CliError::NotVerified(refusal.to_string());
    let head = session.cells([CellKey::Head]).await?.head().map_err(unreadable)?;
    let keys: Vec<_> = verified.state.keys().copied().collect();
    // The contract that held the state after the last event: where that one was retired, it still does.
    let contract = verified.state.head().map_err(unreadable)?.domain.contract;
    let last = BlockRef { number: verified.last.0, hash: verified.last.1 };
    note(&format!("comparing {} cells with the contract's storage", keys.len()));
    let stored = session.chain.cells(contract, keys, &last).await?;
    let differ = verified.state.iter().find(|(key, bytes)| stored.load(key).as_ref() != Some(bytes));
    if let Some((key, _)) = differ {
        let name = to_hex(&key.place());
        return Err(CliError::NotVerified(format!("the cell {name} of the replay is not what the contract stores")));
    }
    // Events after the command began may be there already.
    Ok(head.seq.saturating_sub(verified.head.size))
}
