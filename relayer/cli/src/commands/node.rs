//! `greatseal node check`: whether a node and its chain have what the contract and the services need.

use crate::{
    account,
    answers::{
        Text,
        node::{Check, Found, Need, NodeChecked, Room, Verdict},
    },
    cli,
    commands::deploy::{artefact, rows},
    error::CliError,
    output::Output,
};
use greatseal_client::{Account as _, Chain, ChainError, NodeFacts, Paying};
use greatseal_protocol::{
    bytes::{ChainGenesis, HolderHash, Label, Salt},
    council::Council,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    hash,
    key::Key,
};
use std::time::{Duration, Instant};

/// How long a new final block is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const DAY: u64 = 24 * 60 * 60;

#[derive(Default)]
struct Report(Vec<Check>);

impl Report {
    fn add(&mut self, good: bool, otherwise: Verdict, found: Found) {
        let verdict = if good { Verdict::Ok } else { otherwise };
        self.0.push(Check { verdict, found });
    }

    fn fit(&self) -> bool {
        self.0.iter().all(|check| check.verdict != Verdict::Unfit)
    }
}

/// Asks the node about everything that is needed; nothing is sent to the chain and nobody pays.
///
/// # Errors
///
/// [`CliError::UnfitNode`] after the whole report where something is missing.
pub async fn check(command: &cli::NodeCheck, output: Output) -> Result<(), CliError> {
    let account = account::open(command.keys.source_if_named()?, &command.key, &command.account).await?;
    let (blob, _) = artefact(&command.artefact)?;
    let chain = Chain::connect(&command.url).await?;
    let facts = chain.facts().await?;
    let mut report = Report::default();
    let (name, runtime, node) = (facts.chain.clone(), facts.runtime.clone(), facts.node.clone());
    report.add(true, Verdict::Note, Found::Chain { name, runtime, node });
    report.add(true, Verdict::Note, Found::Genesis { hash: Text(chain.genesis()) });
    report.add(true, Verdict::Note, Found::Units { ss58: facts.units.ss58 });
    report.add(true, Verdict::Note, Found::TransactionExtensions { names: facts.extensions.clone() });
    revive(&facts, &mut report);
    finality(&chain, &mut report).await?;
    archive(&chain, &mut report).await?;
    if report.fit() {
        money(&chain, &facts, &account, &blob, &mut report).await?;
    }
    let fit = report.fit();
    output.answer(&NodeChecked { fit, unit: (&facts.units).into(), checks: report.0 })?;
    match fit {
        true => Ok(()),
        false => Err(CliError::UnfitNode(command.url.clone())),
    }
}

fn revive(facts: &NodeFacts, report: &mut Report) {
    let chain_id = facts.chain_id.map(Text);
    report.add(chain_id.is_some(), Verdict::Unfit, Found::PalletRevive { chain_id });
    let missing = facts.missing_calls.clone();
    report.add(missing.is_empty(), Verdict::Unfit, Found::RuntimeCalls { missing });
    report.add(true, Verdict::Note, Found::LargestCall { weight: facts.room.sure.into() });
    if let Some((item, byte)) = facts.storage_deposit {
        report.add(true, Verdict::Note, Found::StorageDeposit { item: Text(item), byte: Text(byte) });
    }
}

async fn finality(chain: &Chain, report: &mut Report) -> Result<(), CliError> {
    let begun = chain.finality().await?;
    let since = Instant::now();
    let mut now = begun;
    while now.finalized == begun.finalized && since.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(250)).await;
        now = chain.finality().await?;
    }
    let moved = now.finalized > begun.finalized;
    let found = Found::Finality {
        finalized: Text(now.finalized),
        best: Text(now.best),
        block_time_ms: now.block_time_ms.map(Text),
        moved,
        patience: u32::try_from(PATIENCE.as_secs()).unwrap_or(u32::MAX),
    };
    report.add(moved, Verdict::Note, found);
    let here = crate::place::system_time();
    let found = Found::Clock { chain: Text(now.time), here: Text(here) };
    report.add(now.time.abs_diff(here) < 60, Verdict::Note, found);
    Ok(())
}

async fn archive(chain: &Chain, report: &mut Report) -> Result<(), CliError> {
    let oldest = chain.oldest_state().await?;
    report.add(oldest == 0, Verdict::Note, Found::Archive { oldest: Text(oldest) });
    Ok(())
}

async fn money(
    chain: &Chain,
    facts: &NodeFacts,
    account: &Paying,
    blob: &[u8],
    report: &mut Report,
) -> Result<(), CliError> {
    let funds = chain.funds(account.id()).await?;
    let free = Text(funds.free);
    report.add(funds.free > 0, Verdict::Note, Found::Account { free, mapped: funds.mapped });
    let (fee, error) = match chain.mapping_fee(account).await {
        Ok(fee) => (Some(Text(fee)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    report.add(fee.is_some(), Verdict::Unfit, Found::AccountMapping { fee, error });
    let genesis = throwaway(chain, facts).await?;
    match chain.estimate_instantiate(account.id(), blob, &genesis).await {
        Ok(estimate) => {
            let deposit = Text(estimate.deposit);
            let room = facts.room.beside(estimate.bytes);
            let (verdict, room) = match (estimate.weight.fits(room.sure), estimate.weight.fits(room.most)) {
                (true, _) => (Verdict::Ok, Room::Sure),
                (false, true) => (Verdict::Note, Room::Unsure),
                (false, false) => (Verdict::Unfit, Room::Never),
            };
            let need = Need { weight: estimate.weight.into(), bytes: Text(estimate.bytes), deposit, room };
            report.add(verdict == Verdict::Ok, verdict, Found::Deployment { need: Some(need), error: None });
            let enough = funds.free > estimate.deposit.saturating_mul(2);
            report.add(enough, Verdict::Note, Found::Means { free, deposit });
        }
        Err(error @ (ChainError::WouldFail(_) | ChainError::NotDeployed(_))) => {
            report.add(false, Verdict::Unfit, Found::Deployment { need: None, error: Some(error.to_string()) });
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}

/// Seats of points that nobody has a private key of: enough for an estimate, never to be deployed.
async fn throwaway(chain: &Chain, facts: &NodeFacts) -> Result<Genesis, CliError> {
    let now = chain.time(&chain.finalized().await?).await?;
    let layout = [
        (Council::Sovereign, &["cabinet", "justice", "presidency"][..]),
        (Council::Policy, &["digital-policy", "data-protection"]),
        (Council::Technical, &["cyber-centre", "standards", "it-agency"]),
        (Council::Emergency, &["cert", "justice", "central-bank-risk"]),
        (Council::Custody, &["digital-policy", "security-office", "hsm-custody"]),
        (Council::Treasury, &["central-bank", "treasury"]),
        (Council::Identity, &["civil-registry", "standards", "data-protection"]),
        (Council::Program(1), &["social-ministry", "treasury", "inspectorate"]),
        (Council::Operator, &["infra-operator", "infra-operator"]),
        (Council::Auditor, &["audit-court", "audit-firm"]),
        (Council::Panel, &["ext-auditor-1", "ext-auditor-2"]),
    ];
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| CliError::input("random numbers", error, "check this machine"))?;
    let mut councils = Vec::new();
    for (council, organisations) in layout {
        let mut seats = Vec::new();
        for (index, organisation) in (0_u8..).zip(organisations) {
            let name = format!("{council}/{index}");
            let organisation =
                Label::new(organisation).ok_or_else(|| CliError::input("organisation", organisation, "report this"))?;
            seats.push(NewSeat {
                key: nobodys(&name),
                holder: HolderHash(hash::sha256(&[b"holder/", name.as_bytes()])),
                organisation,
                role: organisation,
                valid_until: now.saturating_add(70 * DAY).saturating_add(u64::from(index).saturating_mul(7 * DAY)),
            });
        }
        councils.push(CouncilSeats { council, seats });
    }
    councils.sort_by_key(|entry| entry.council);
    let (rows, _) = rows(Profile::Standard, &councils);
    Ok(Genesis {
        chain: ChainGenesis(chain.genesis().0),
        chain_id: facts.chain_id.unwrap_or_default(),
        profile: Profile::Standard,
        councils,
        rows,
        salt: Salt(salt),
    })
}

/// A sound public key without a known private key: hashes are tried until one is a point of the right order.
fn nobodys(name: &str) -> Key {
    let mut key = Key::Ed25519(hash::sha256(&[b"greatseal/nobody/", name.as_bytes()]));
    while key.admit().is_err() {
        key = Key::Ed25519(hash::sha256(&[b"greatseal/nobody/", &key.topic()]));
    }
    key
}
