//! Puts the contract on a chain: seats file in, deployment file out. Whatever can be found out before is said before anything
//! is paid.

mod plan;
mod reserved;

use super::seats::SeatEntry;
use crate::{
    account,
    answers::{
        self, Text,
        deploy::{Cost, DeployTried},
    },
    cli,
    error::CliError,
    file::read,
    output::{Line, Output, confirmed, line, note},
    place::system_time,
    screen::SIGN,
};
use greatseal_client::{Account as _, Chain, ChainError, DeployCost, Paying, Units, address, code_hash};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::{Salt, to_hex},
    digest,
    genesis::Genesis,
};
use plan::{Clocks, OwnTable, Place, Plan, SEATS_HELP};
use reserved::Reserved;
use serde::Deserialize;
use serde_json::json;
use std::path::Path;

pub(crate) use plan::{default_sizes, rows};

/// `greatseal deploy`
///
/// # Errors
///
/// [`CliError::Input`] before anything is paid where the seats, the artefact or the deployment file cannot be used or nothing
/// could ever be changed, [`CliError::NoMoney`], [`CliError::NotConfirmed`].
pub async fn run(command: &cli::Deploy, node: &str, output: Output) -> Result<(), CliError> {
    reserved::free(&command.out)?;
    let account = account::open(command.keys.source_if_named()?, &command.key, &command.account).await?;
    let (blob, code_hash) = artefact(&command.artefact)?;
    let entries: Vec<SeatEntry> = crate::file::json(&command.seats, SEATS_HELP)?;
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| CliError::input("random numbers", error, "check this machine"))?;
    let chain = Chain::connect(node).await?;
    let clocks = Clocks { block: chain.time(&chain.finalized().await?).await?, here: system_time() };
    let profile = plan::profile(command.profile, command.profile_until, clocks)?;
    let place = Place { chain: chain.genesis(), chain_id: chain.chain_id().await?, salt: Salt(salt) };
    let own = command.policy.as_deref().map(|path| OwnTable::read(path, profile)).transpose()?;
    let plan = Plan::of(&command.seats, &entries, own.as_ref(), profile, clocks, place)?;
    let price = Price::of(&chain, &account, &blob, &plan.genesis).await?;
    if command.dry_run {
        return tried(&plan, &price, &account, output);
    }
    let facts = plan.facts();
    let question = [facts.lines(), price.facts(&account).lines(), vec![line("file", command.out.display())]].concat();
    confirm(command.yes, &question)?;
    let file = Reserved::take(&command.out)?;

    note("deploying");
    let genesis = &plan.genesis;
    chain.map_account(&account).await?;
    let deployed = match chain.instantiate(&account, &blob, genesis).await {
        Err(ChainError::Unsettled { contract, transaction, reason }) => {
            let known = json!({
                "unfinished": "the transaction was sent and may be in a block: look for it, and deploy anew only if it is in none",
                "transaction": to_hex(&transaction),
                "contract": contract.to_string(),
                "deployment": digest::deployment_id(genesis).to_string(),
                "chain_genesis": genesis.chain.to_string(),
                "chain_id": genesis.chain_id.to_string(),
                "code_hash": to_hex(&code_hash),
            });
            let kept = file.write(&format!("{known:#}\n")).is_ok();
            let place = if kept { "; what is known stands there" } else { "" };
            let reason = format!("{known}: {reason}{place}");
            return Err(CliError::file(&command.out, reason, "ask a node for the transaction before anything else"));
        }
        other => other?,
    };
    let deployment = Deployment {
        deployment: digest::deployment_id(genesis).0,
        contract: deployed.contract.0,
        chain_genesis: genesis.chain.0,
        chain_id: genesis.chain_id,
        code_hash,
        block_number: deployed.block.number,
        block_hash: deployed.block.hash,
    };
    // Paid is paid: the file is written whatever comes next.
    keep(file, &command.out, &deployment)?;
    // The connection may have been lost while the transaction was under way.
    let chain = Chain::connect(node).await.unwrap_or(chain);
    if chain.code_hash(deployed.contract, &deployed.block).await? != code_hash {
        let reason = format!("the chain runs other code at {} than was uploaded", deployed.contract);
        return Err(CliError::WrongDeployment(reason));
    }
    output.answer(&answers::deploy::Deployed {
        deployment: Text(digest::deployment_id(genesis)),
        contract: Text(deployed.contract),
        block_number: Text(deployed.block.number),
        fee: deployed.fee.map(Text),
        deposit: Text(deployed.deposit),
        unit: (&price.units).into(),
        weight: deployed.weight.into(),
        paid_by: address(account.id()),
        file: command.out.display().to_string(),
        plan: facts,
    })
}

/// Writes the deployment file. The contract is there and paid for: where the disk fails, the error says what the file would.
fn keep(file: Reserved, path: &Path, deployment: &Deployment) -> Result<(), CliError> {
    const HELP: &str = "write the JSON that is shown into a file yourself: it is the deployment file";
    let whole = serde_json::to_string_pretty(deployment).map_err(|error| CliError::file(path, error, "report this"))?;
    file.write(&format!("{whole}\n")).map_err(|error| {
        let reason =
            format!("the contract is deployed, and this file could not be written ({error}): {}", json!(deployment));
        CliError::file(path, reason, HELP)
    })
}

/// Shows what would be done; nothing is signed, written or paid.
fn tried(plan: &Plan, price: &Price, account: &Paying, output: Output) -> Result<(), CliError> {
    output.answer(&DeployTried { plan: plan.facts(), cost: price.facts(account), dry_run: true })
}

fn confirm(yes: bool, lines: &[Line]) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    match confirmed(lines, "This is what will be deployed and paid for.", SIGN) {
        true => Ok(()),
        false => Err(CliError::NotConfirmed),
    }
}

/// What a deployment costs, and who pays.
struct Price {
    cost: DeployCost,
    has: u128,
    units: Units,
}

impl Price {
    /// # Errors
    ///
    /// [`CliError::NoMoney`] where the account cannot pay, [`CliError::Chain`] where the contract would refuse.
    async fn of(chain: &Chain, account: &Paying, blob: &[u8], genesis: &Genesis) -> Result<Self, CliError> {
        let (facts, funds) = (chain.facts().await?, chain.funds(account.id()).await?);
        let units = facts.units.clone();
        let poor =
            |needs: String| CliError::NoMoney { account: address(account.id()), has: units.amount(funds.free), needs };
        if funds.free == 0 {
            return Err(poor("fees and deposits".into()));
        }
        let cost = match chain.deploy_cost(account, blob, genesis).await {
            Err(ChainError::WouldFail(reason)) if reason.ends_with("NotEnoughFunds") => {
                return Err(poor("more, for the deposit of what it stores".into()));
            }
            other => other?,
        };
        let needs = cost.fee.saturating_add(cost.deposit);
        match funds.free >= needs {
            true => Ok(Self { cost, has: funds.free, units }),
            false => Err(poor(units.amount(needs))),
        }
    }

    fn facts(&self, account: &Paying) -> Cost {
        Cost {
            transactions: self.cost.transactions,
            fee: Text(self.cost.fee),
            deposit: Text(self.cost.deposit),
            unit: (&self.units).into(),
            paid_by: address(account.id()),
            has: Text(self.has),
        }
    }
}

/// The blob, and its code hash, as the artefact's fingerprint records them.
pub(crate) fn artefact(folder: &Path) -> Result<(Vec<u8>, [u8; 32]), CliError> {
    const HELP: &str = "give the folder with the released artefact, or rebuild it with scripts/build-contract";
    #[derive(Deserialize)]
    struct Fingerprint {
        code_hash: String,
        blob: Blob,
    }
    #[derive(Deserialize)]
    struct Blob {
        sha256: String,
    }
    let path = folder.join("fingerprint.json");
    let fingerprint: Fingerprint = crate::file::json(&path, HELP)?;
    let stated = greatseal_protocol::bytes::parse_hex(&fingerprint.code_hash)
        .map_err(|error| CliError::file(&path, error, HELP))?;
    let place = folder.join("governance.polkavm");
    let blob = read(&place, HELP)?;
    let found = digest::document_hash(&blob).to_string();
    if found != fingerprint.blob.sha256 {
        return Err(CliError::file(&place, format!("has SHA-256 {found}, the fingerprint records another"), HELP));
    }
    // The chain would say so too, but only once everything is paid.
    if code_hash(&blob) != stated {
        return Err(CliError::file(&path, "its code hash is not the one of governance.polkavm", HELP));
    }
    Ok((blob, stated))
}
