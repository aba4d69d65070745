//! `greatseal succeed`: the contract that goes on where this one ends.

use super::{audit, deploy::artefact};
use crate::{
    account,
    cli::{Globals, Payer, Succeed, SucceedDeploy},
    error::CliError,
    output::{line, note, object},
    services::Service,
    session::Session,
};
use greatseal_chain::Account as _;
use greatseal_chain::{Paying, address};
use greatseal_protocol::{
    bytes::to_hex,
    cells::Cells,
    succession::{self, MOST_CELLS},
};

/// Deploys it, or brings it its state.
///
/// # Errors
///
/// [`CliError::Chain`], [`CliError::Input`] before anything is paid.
pub async fn run(session: &Session, command: &Succeed, globals: &Globals) -> Result<(), CliError> {
    match command {
        Succeed::Deploy(command) => deploy(session, command).await,
        Succeed::Import(payer) => import(session, payer, globals).await,
    }
}

async fn paying(session: &Session, payer: &Payer) -> Result<Paying, CliError> {
    let account = account::open(&payer.keys, &payer.key, &payer.account).await?;
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
        return Err(CliError::WrongDeployment("the chain runs other code than was uploaded".into()));
    }
    let units = chain.units().await?;
    let lines = [
        line("successor", format!("0x{}", deployed.contract)),
        line("code", format!("0x{}", to_hex(&code_hash))),
        line("predecessor", format!("0x{}", session.deployment.contract())),
        line("block", deployed.block.number),
        line("fee", units.amount(deployed.fee)),
        line("weight", deployed.weight),
        line("paid by", address(account.id())),
    ];
    session.output.answer(&lines, &object(&lines));
    Ok(())
}

/// The keys of the cells are those of the replayed history. Whoever leads this command astray brings nothing wrong: the
/// contract reads each cell itself, and counts them.
async fn import(session: &Session, payer: &Payer, globals: &Globals) -> Result<(), CliError> {
    const HELP: &str = "propose it first: `… retire --successor ADDRESS`";
    let chain = &session.chain;
    let head = chain.head(session.deployment.contract(), &session.block).await?;
    let Some(successor) = head.successor else {
        return Err(CliError::input("the contract", "is not retired", HELP));
    };
    let indexer = Service::new("indexer", &globals.indexer)?;
    audit::caught_up(&indexer, session.block.number).await?;
    let state = audit::history(&indexer, &globals.deployment).await?.state;
    let done = chain.awaiting(successor, &session.block).await?.map_or(Vec::new(), |import| import.last);
    let keys: Vec<_> =
        succession::ordered(&state).into_iter().filter(|(name, _)| *name > done).map(|(_, key)| key).collect();
    let account = paying(session, payer).await?;
    let (mut fee, mut left, mut calls) = (0_u128, None, 0_u32);
    for chunk in keys.chunks(MOST_CELLS) {
        let imported = chain.import(&account, successor, chunk).await?;
        note(&format!("{} cells are missing", imported.left));
        fee = fee.saturating_add(imported.fee);
        calls = calls.saturating_add(1);
        left = Some(imported.left);
    }
    if left != Some(0) {
        return Err(CliError::Failed("the successor still misses cells; run the command again".into()));
    }
    let block = chain.finalized().await?;
    let lines = [
        line("successor", format!("0x{successor}")),
        line("cells", state.len()),
        line("brought", keys.len()),
        line("calls", calls),
        line("fee", chain.units().await?.amount(fee)),
        line(
            "events",
            chain
                .cells(successor, [greatseal_protocol::cells::CellKey::Head], &block)
                .await?
                .head()
                .map_or(0, |head| head.seq),
        ),
    ];
    session.output.answer(&lines, &object(&lines));
    Ok(())
}
