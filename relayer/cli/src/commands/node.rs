//! `greatseal node check`: whether a node and its chain have what the contract and the services need.

use crate::{
    account, cli,
    commands::deploy::{artefact, rows},
    error::CliError,
    output::{Output, line},
};
use greatseal_client::{Account as _, Chain, ChainError, NodeFacts, Paying};
use greatseal_protocol::{
    bytes::{ChainGenesis, HolderHash, Label, Salt},
    council::Council,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    hash,
    key::Key,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long a new final block is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const DAY: u64 = 24 * 60 * 60;

/// What a check found.
enum Verdict {
    Good,
    /// It works, but somebody should know.
    Note,
    /// It does not work.
    Unfit,
}

struct Check {
    name: &'static str,
    verdict: Verdict,
    text: String,
}

#[derive(Default)]
struct Report(Vec<Check>);

impl Report {
    fn add(&mut self, name: &'static str, good: bool, otherwise: Verdict, text: impl Into<String>) {
        let verdict = if good { Verdict::Good } else { otherwise };
        self.0.push(Check { name, verdict, text: text.into() });
    }

    fn fit(&self) -> bool {
        !self.0.iter().any(|check| matches!(check.verdict, Verdict::Unfit))
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
    let name = format!("{}, runtime {}, node {}", facts.chain, facts.runtime, facts.node);
    report.add("chain", true, Verdict::Note, name);
    report.add("genesis", true, Verdict::Note, chain.genesis().to_string());
    let units =
        format!("{} decimals of {}, SS58 prefix {}", facts.units.decimals, facts.units.symbol, facts.units.ss58);
    report.add("units", true, Verdict::Note, units);
    report.add("transaction extensions", true, Verdict::Note, facts.extensions.join(", "));
    revive(&facts, &mut report);
    finality(&chain, &mut report).await?;
    archive(&chain, &mut report).await?;
    if report.fit() {
        money(&chain, &facts, &account, &blob, &mut report).await?;
    }
    answer(&report, output);
    match report.fit() {
        true => Ok(()),
        false => Err(CliError::UnfitNode(command.url.clone())),
    }
}

fn revive(facts: &NodeFacts, report: &mut Report) {
    let text = match facts.chain_id {
        Some(id) => format!("chain id {id}"),
        None => "the chain has no pallet-revive: contracts cannot run here".to_owned(),
    };
    report.add("pallet-revive", facts.chain_id.is_some(), Verdict::Unfit, text);
    let text = match facts.missing_calls.as_slice() {
        [] => "call, instantiate, get_storage_var_key".to_owned(),
        missing => format!("the runtime lacks ReviveApi.{}", missing.join(", ReviveApi.")),
    };
    report.add("runtime calls", facts.missing_calls.is_empty(), Verdict::Unfit, text);
    let text = format!("{} in one transaction: so much was free in each of the last blocks", facts.room.sure);
    report.add("largest call", true, Verdict::Note, text);
    if let Some((item, byte)) = facts.storage_deposit {
        let text = format!("{} an item and {} a byte", facts.units.amount(item), facts.units.amount(byte));
        report.add("storage deposit", true, Verdict::Note, text);
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
    let pace = now.block_time_ms.map_or_else(String::new, |ms| format!(", {ms} ms of chain time a block"));
    let lag = now.best.saturating_sub(now.finalized);
    let text = match moved {
        true => format!("block {} of {} is final, {lag} behind{pace}", now.finalized, now.best),
        false => format!(
            "no block became final in {} s, the last is {} of {}: normal only where blocks come with transactions",
            PATIENCE.as_secs(),
            now.finalized,
            now.best
        ),
    };
    report.add("finality", moved, Verdict::Note, text);
    let here = crate::place::system_time();
    let text = format!("{} s, this machine says {here} s", now.time);
    report.add("clock", now.time.abs_diff(here) < 60, Verdict::Note, text);
    Ok(())
}

async fn archive(chain: &Chain, report: &mut Report) -> Result<(), CliError> {
    let oldest = chain.oldest_state().await?;
    let text = match oldest {
        0 => "state of every block since the first".to_owned(),
        oldest => format!(
            "state since block {oldest} only: an indexer that starts late or stands still for longer cannot catch up"
        ),
    };
    report.add("archive", oldest == 0, Verdict::Note, text);
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
    let text =
        format!("{}, {}", facts.units.amount(funds.free), if funds.mapped { "mapped" } else { "not mapped yet" });
    report.add("account", funds.free > 0, Verdict::Note, text);
    match chain.mapping_fee(account).await {
        Ok(fee) => report.add("account mapping", true, Verdict::Note, format!("fee {}", facts.units.amount(fee))),
        Err(error) => report.add("account mapping", false, Verdict::Unfit, format!("cannot be signed: {error}")),
    }
    let genesis = throwaway(chain, facts).await?;
    match chain.estimate_instantiate(account.id(), blob, &genesis).await {
        Ok(estimate) => {
            let (weight, deposit) = (estimate.weight, facts.units.amount(estimate.deposit));
            let room = facts.room.beside(estimate.bytes);
            let (verdict, fits) = match (weight.fits(room.sure), weight.fits(room.most)) {
                (true, _) => (Verdict::Good, ""),
                (false, true) => (Verdict::Note, "; whether a block has room for so much, only trying tells"),
                (false, false) => (Verdict::Unfit, "; no block has room for so much"),
            };
            let text = format!("{weight} beside {} bytes of data, deposit {deposit}{fits}", estimate.bytes);
            report.add("deployment", matches!(verdict, Verdict::Good), verdict, text);
            report.add(
                "means",
                funds.free > estimate.deposit.saturating_mul(2),
                Verdict::Note,
                format!(
                    "the account has {}, a deployment holds {deposit} and pays fees",
                    facts.units.amount(funds.free)
                ),
            );
        }
        Err(error @ (ChainError::WouldFail(_) | ChainError::NotDeployed(_))) => {
            report.add("deployment", false, Verdict::Unfit, error.to_string());
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

fn answer(report: &Report, output: Output) {
    let word = |verdict: &Verdict| match verdict {
        Verdict::Good => "ok",
        Verdict::Note => "note",
        Verdict::Unfit => "unfit",
    };
    let checks: Vec<Value> = report
        .0
        .iter()
        .map(|check| json!({ "check": check.name, "verdict": word(&check.verdict), "found": check.text }))
        .collect();
    let lines: Vec<_> =
        report.0.iter().map(|check| line(check.name, format!("{:<5}  {}", word(&check.verdict), check.text))).collect();
    output.answer(&lines, &json!({ "fit": report.fit(), "checks": checks }));
}
