//! Puts the contract on a chain: seats file in, deployment file out.

use crate::{
    account, cli,
    error::CliError,
    output::{Output, line, note, object},
    session::{read, system_time, write},
};
use greatseal_api::deployment::Deployment;
use greatseal_chain::{Account as _, Chain, address};
use greatseal_protocol::{
    bytes::{HolderHash, Label, Salt},
    council::{Council, SeatId},
    digest,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    key::Key,
    policy,
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

const SEATS_HELP: &str = "see `greatseal deploy --help` for the seats file";
const DAY: u64 = 24 * 60 * 60;

/// One entry of the seats file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatEntry {
    seat: String,
    key: String,
    organisation: String,
    holder: Option<String>,
    valid_until: Option<String>,
}

/// `greatseal deploy`
///
/// # Errors
///
/// [`CliError::Input`] before anything is paid where the seats or the artefact cannot be used.
pub async fn run(command: &cli::Deploy, node: &str, output: Output) -> Result<(), CliError> {
    if command.out.exists() {
        let help = "choose another file with --out; a deployment file names its contract for ever";
        return Err(CliError::file(&command.out, "exists already", help));
    }
    let account = account::open(&command.keys, &command.key, &command.account).await?;
    let (blob, code_hash) = artefact(&command.artefact)?;
    let entries: Vec<SeatEntry> = serde_json::from_slice(&read(&command.seats, SEATS_HELP)?)
        .map_err(|error| CliError::file(&command.seats, error, SEATS_HELP))?;
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| CliError::input("random numbers", error, "check this machine"))?;
    let chain = Chain::connect(node).await?;
    let now = chain.time(&chain.finalized().await?).await?.max(system_time());
    let genesis = Genesis {
        chain: chain.genesis(),
        chain_id: chain.chain_id().await?,
        profile: Profile::Standard,
        councils: councils(&command.seats, entries, now)?,
        rows: Genesis::default_rows(),
        salt: Salt(salt),
    };
    policy::check(&genesis)
        .map_err(|broken| CliError::file(&command.seats, broken, "change the seats so that the invariant holds"))?;

    note("deploying");
    chain.map_account(&account).await?;
    let deployed = chain.instantiate(&account, &blob, &genesis).await?;
    let found = chain.code_hash(deployed.contract, &deployed.block).await?;
    if found != code_hash {
        return Err(CliError::WrongDeployment("the chain runs other code than was uploaded".into()));
    }
    let deployment = Deployment {
        deployment: digest::deployment_id(&genesis).0,
        contract: deployed.contract.0,
        chain_genesis: genesis.chain.0,
        chain_id: genesis.chain_id,
        code_hash,
        block_number: deployed.block.number,
        block_hash: deployed.block.hash,
    };
    let text = serde_json::to_string_pretty(&deployment)
        .map_err(|error| CliError::file(&command.out, error, "report this"))?;
    write(&command.out, format!("{text}\n").as_bytes())?;
    let units = chain.units().await?;
    let lines = [
        line("deployment", digest::deployment_id(&genesis)),
        line("contract", format!("0x{}", deployed.contract)),
        line("block", deployed.block.number),
        line("fee", units.amount(deployed.fee)),
        line("deposit", units.amount(deployed.deposit)),
        line("weight", deployed.weight),
        line("seats", genesis.seats().count()),
        line("rows", genesis.rows.len()),
        line("paid by", address(account.id())),
        line("written to", command.out.display()),
    ];
    output.answer(&lines, &object(&lines));
    Ok(())
}

/// The blob, and the code hash that the artefact's fingerprint records for it.
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
    let fingerprint: Fingerprint =
        serde_json::from_slice(&read(&path, HELP)?).map_err(|error| CliError::file(&path, error, HELP))?;
    let code_hash = greatseal_protocol::bytes::parse_hex(&fingerprint.code_hash)
        .map_err(|error| CliError::file(&path, error, HELP))?;
    let path = folder.join("governance.polkavm");
    let blob = read(&path, HELP)?;
    let found = digest::document_hash(&blob).to_string();
    match found == fingerprint.blob.sha256 {
        true => Ok((blob, code_hash)),
        false => Err(CliError::file(&path, format!("has SHA-256 {found}, the fingerprint records another"), HELP)),
    }
}

fn councils(path: &Path, entries: Vec<SeatEntry>, now: u64) -> Result<Vec<CouncilSeats>, CliError> {
    let wrong = |reason: String| CliError::file(path, reason, SEATS_HELP);
    let mut seats: BTreeMap<SeatId, NewSeat> = BTreeMap::new();
    for entry in entries {
        let id: SeatId = entry.seat.parse().map_err(|error| wrong(format!("`{}`: {error}", entry.seat)))?;
        let key: Key = entry.key.parse().map_err(|_| wrong(format!("{id}: `{}` is not a key", entry.key)))?;
        let organisation = Label::new(&entry.organisation)
            .ok_or_else(|| wrong(format!("{id}: an organisation is 1 to 32 of a-z, 0-9 and -")))?;
        let holder = match entry.holder {
            Some(holder) => holder.parse().map_err(|error| wrong(format!("{id}: holder: {error}")))?,
            // Nobody was named: the seat's key stands for its holder.
            None => HolderHash(digest::sha256(&[b"greatseal/holder/", &key.topic()])),
        };
        // Expiries of one council lie a week apart: 69, 76, 83 … days.
        let days = 69_u64.saturating_add(u64::from(id.index).saturating_mul(7));
        let valid_until = match entry.valid_until {
            Some(text) => text.parse().map_err(|error| wrong(format!("{id}: valid_until: {error}")))?,
            None => now.saturating_add(days.saturating_mul(DAY)),
        };
        if seats.insert(id, NewSeat { key, holder, organisation, valid_until }).is_some() {
            return Err(wrong(format!("{id} stands twice")));
        }
    }
    let mut councils: BTreeMap<Council, Vec<NewSeat>> = BTreeMap::new();
    for (id, seat) in seats {
        let list = councils.entry(id.council).or_default();
        if usize::from(id.index) != list.len() {
            return Err(wrong(format!("{id} stands without the seats before it")));
        }
        list.push(seat);
    }
    Ok(councils.into_iter().map(|(council, seats)| CouncilSeats { council, seats }).collect())
}
