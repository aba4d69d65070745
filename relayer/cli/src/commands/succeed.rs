//! `greatseal succeed`: the contract that goes on where this one ends.

use super::{audit, deploy::artefact};
use crate::{
    account,
    answers::{
        Hex, Text,
        succession::{StateImported, SuccessorDeployed},
    },
    cli::{Payer, Succeed, SucceedDeploy},
    error::CliError,
    output::note,
    session::Session,
};
use greatseal_client::{Account as _, BlockRef, Chain, ChainError, Paying, address};
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, Cells as _},
    memory::keys,
    succession::{Import, MOST_CELLS},
};
use std::time::Duration;

/// How long another transaction may take that brings the same cells: two blocks of a slow chain.
const PATIENCE: Duration = Duration::from_secs(15);

/// Deploys it, or brings it its state.
///
/// # Errors
///
/// [`CliError::Chain`], [`CliError::Input`] before anything is paid.
pub async fn run(session: &Session, command: &Succeed) -> Result<(), CliError> {
    match command {
        Succeed::Deploy(command) => deploy(session, command).await,
        Succeed::Import(payer) => import(session, payer).await,
    }
}

async fn paying(session: &Session, payer: &Payer) -> Result<Paying, CliError> {
    let account = account::open(payer.keys.source_if_named()?, &payer.key, &payer.account).await?;
    if session.chain.funds(account.id()).await?.free == 0 {
        let has = session.chain.units().await?.amount(0);
        return Err(CliError::NoMoney { account: address(account.id()), has, needs: "fees and deposits".into() });
    }
    session.chain.map_account(&account).await?;
    Ok(account)
}

async fn deploy(session: &Session, command: &SucceedDeploy) -> Result<(), CliError> {
    let (blob, code_hash) = artefact(&command.artefact)?;
    let account = paying(session, &command.payer).await?;
    note("deploying");
    let chain = &session.chain;
    let deployed = chain.await_state(&account, &blob, session.deployment.contract()).await?;
    if chain.code_hash(deployed.contract, &deployed.block).await? != code_hash {
        let reason = format!("the chain runs other code at {} than was uploaded", deployed.contract);
        return Err(CliError::WrongDeployment(reason));
    }
    let units = chain.units().await?;
    session.output.answer(&SuccessorDeployed {
        successor: Text(deployed.contract),
        code_hash: Hex(code_hash),
        predecessor: Text(session.deployment.contract()),
        block_number: Text(deployed.block.number),
        fee: deployed.fee.map(Text),
        unit: (&units).into(),
        weight: deployed.weight.into(),
        paid_by: address(account.id()),
    })
}

/// The keys of the cells are those of the replayed history. Whoever leads this command astray brings nothing wrong: the
/// contract reads each cell itself, and counts them.
async fn import(session: &Session, payer: &Payer) -> Result<(), CliError> {
    const HELP: &str = "propose it first: `… retire --successor ADDRESS`";
    let (chain, present) = (&session.chain, session.deployment.contract());
    let successor = match chain.head(present, &session.block).await?.successor {
        Some(successor) => successor,
        // All is in, and whoever brought it was cut off before it could say so.
        None if present != session.origin.contract() => present,
        None => return Err(CliError::input("the contract", "is not retired", HELP)),
    };
    let indexer = session.indexer()?;
    audit::caught_up(&indexer, session.block.number).await?;
    let state = audit::history(&indexer, session.origin.clone(), u64::MAX).await?;
    let account = paying(session, payer).await?;
    let brought = bring(chain, &account, successor, &keys(&state).collect::<Vec<_>>()).await?;
    let block = chain.finalized().await?;
    let count = |cells: usize| u32::try_from(cells).unwrap_or(u32::MAX);
    session.output.answer(&StateImported {
        successor: Text(successor),
        cells: count(state.len()),
        brought: count(brought.cells),
        calls: brought.calls,
        fee: brought.fee.map(Text),
        unit: (&chain.units().await?).into(),
        events: Text(chain.head(successor, &block).await?.seq),
    })
}

/// What one command has brought.
struct Brought {
    /// One that somebody else brought in the same block counts too.
    cells: usize,
    calls: u32,
    /// Nothing where the chain does not tell one of them.
    fee: Option<u128>,
}

/// Brings the cells that the successor does not have, until it misses none: others may do so too, or have begun, and nobody
/// is in another's way.
async fn bring(
    chain: &Chain,
    account: &Paying,
    successor: ContractAddress,
    keys: &[CellKey],
) -> Result<Brought, CliError> {
    let mut brought = Brought { cells: 0, calls: 0, fee: Some(0) };
    let (mut at, mut keys) = (chain.finalized().await?, keys);
    while let Some(import) = chain.awaiting(successor, &at).await? {
        let (missing, rest) = next_missing(chain, successor, keys, &at).await?;
        if missing.is_empty() {
            return Err(CliError::Failed("the successor misses cells that the history does not have".into()));
        }
        match chain.import(account, successor, &missing).await {
            Ok(imported) => {
                note(&format!("{} cells are missing", imported.left));
                // With the last of them the contract has read the head.
                let head = usize::from(imported.left == 0);
                brought.cells = brought.cells.saturating_add(missing.len()).saturating_add(head);
                brought.calls = brought.calls.saturating_add(1);
                brought.fee = brought.fee.zip(imported.fee).map(|(fee, more)| fee.saturating_add(more));
                (at, keys) = (imported.block, rest);
            }
            // Somebody else has brought the last one meanwhile.
            Err(error @ (ChainError::Refused(_) | ChainError::WouldFail(_))) => {
                at = gone_on(chain, successor, &import, error).await?;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(brought)
}

/// The first keys whose cells the successor does not have, as many as one call takes, and those that were not looked at.
async fn next_missing<'a>(
    chain: &Chain,
    successor: ContractAddress,
    keys: &'a [CellKey],
    at: &BlockRef,
) -> Result<(Vec<CellKey>, &'a [CellKey]), CliError> {
    let (mut missing, mut rest) = (Vec::new(), keys);
    while missing.len() < MOST_CELLS && !rest.is_empty() {
        let room = MOST_CELLS.saturating_sub(missing.len()).min(rest.len());
        let (looked_at, others) = rest.split_at(room);
        let there = chain.cells(successor, looked_at.iter().copied(), at).await?;
        missing.extend(looked_at.iter().copied().filter(|key| there.load(key).is_none()));
        rest = others;
    }
    Ok((missing, rest))
}

/// The block at which the successor has gone on without us.
///
/// # Errors
///
/// Why we could not, where it does not.
async fn gone_on(
    chain: &Chain,
    successor: ContractAddress,
    before: &Import,
    why: ChainError,
) -> Result<BlockRef, CliError> {
    let since = tokio::time::Instant::now();
    loop {
        let at = chain.finalized().await?;
        if chain.awaiting(successor, &at).await?.as_ref() != Some(before) {
            return Ok(at);
        }
        if since.elapsed() > PATIENCE {
            return Err(why.into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
