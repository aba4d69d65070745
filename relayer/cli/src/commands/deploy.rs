//! Puts the contract on a chain: seats file in, deployment file out.

use super::seats::{SeatEntry, first_expiry, second_expiry};
use crate::{
    account,
    cli::{self, ProfileName},
    error::CliError,
    output::{Output, line, note, object},
    session::{read, system_time},
    text::DAY,
};
use greatseal_api::deployment::Deployment;
use greatseal_chain::{Account as _, Blobs, Chain, address, code_hash};
use greatseal_protocol::{
    bytes::Salt,
    council::{Council, SeatId},
    digest,
    genesis::{CouncilSeats, Genesis, NewSeat, Profile},
    policy,
    row::{Row, RowId},
    table::default_rows,
};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

const SEATS_HELP: &str = "see `greatseal deploy --help` for the seats file";

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
    let (blobs, code_hash) = artefact(&command.artefact)?;
    let entries: Vec<SeatEntry> = crate::file::json(&command.seats, SEATS_HELP)?;
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| CliError::input("random numbers", error, "check this machine"))?;
    let chain = Chain::connect(node).await?;
    let now = chain.time(&chain.finalized().await?).await?.max(system_time());
    let profile = profile(command, now)?;
    let councils = councils(&command.seats, entries, profile, now)?;
    let (rows, left_out) = rows(profile, &councils);
    let genesis = Genesis {
        chain: chain.genesis(),
        chain_id: chain.chain_id().await?,
        profile,
        councils,
        rows,
        salt: Salt(salt),
    };
    policy::check(&genesis)
        .map_err(|broken| CliError::file(&command.seats, broken, "change the seats so that the invariant holds"))?;

    note("deploying");
    chain.map_account(&account).await?;
    let deployed = chain.instantiate(&account, &blobs, &genesis).await?;
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
    crate::file::publish(&command.out, format!("{text}\n").as_bytes())?;
    let units = chain.units().await?;
    let mut lines = vec![
        line("deployment", digest::deployment_id(&genesis)),
        line("contract", deployed.contract),
        line("annex", deployed.annex),
        line("block", deployed.block.number),
        line("fee", units.paid(deployed.fee)),
        line("deposit", units.amount(deployed.deposit)),
        line("weight", deployed.weight),
        line("profile", genesis.profile),
        line("seats", genesis.seats().count()),
        line("rows", genesis.rows.len()),
        line("paid by", address(account.id())),
        line("written to", command.out.display()),
    ];
    if !left_out.is_empty() {
        note("some rows of the default table are left out: councils of theirs have no seats");
        lines.push(line("rows left out", left_out.iter().map(RowId::to_string).collect::<Vec<_>>().join(", ")));
    }
    output.answer(&lines, &object(&lines));
    Ok(())
}

/// The blobs, and the contract's code hash, as the artefact's fingerprint records them.
pub(crate) fn artefact(folder: &Path) -> Result<(Blobs, [u8; 32]), CliError> {
    const HELP: &str = "give the folder with the released artefact, or rebuild it with scripts/build-contract";
    #[derive(Deserialize)]
    struct Fingerprint {
        code_hash: String,
        blob: Blob,
        annex: Annex,
    }
    #[derive(Deserialize)]
    struct Annex {
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
    let recorded = |name: &str, recorded: &Blob| {
        let path = folder.join(name);
        let blob = read(&path, HELP)?;
        let found = digest::document_hash(&blob).to_string();
        match found == recorded.sha256 {
            true => Ok(blob),
            false => Err(CliError::file(&path, format!("has SHA-256 {found}, the fingerprint records another"), HELP)),
        }
    };
    let governance = recorded("governance.polkavm", &fingerprint.blob)?;
    let annex = recorded("annex.polkavm", &fingerprint.annex.blob)?;
    // The contract would say so too, but only once the annex is paid.
    let known = code_hash(&annex);
    if !governance.windows(known.len()).any(|bytes| bytes == known) {
        return Err(CliError::file(&path, "the contract knows another annex than this one", HELP));
    }
    Ok((Blobs { governance, annex }, stated))
}

fn profile(command: &cli::Deploy, now: u64) -> Result<Profile, CliError> {
    const HELP: &str = "give --profile micronode with it, or leave it out";
    let days = command.profile_until;
    match command.profile {
        ProfileName::Standard if days.is_some() => Err(CliError::input("--profile-until", "not a micronode", HELP)),
        ProfileName::Standard => Ok(Profile::Standard),
        // The constructor looks at the time of its own block, which is not before now.
        ProfileName::Micronode => {
            let seconds = days.map_or(Profile::MICRONODE, |days| days.saturating_mul(DAY));
            Ok(Profile::Micronode { until: now.saturating_add(seconds) })
        }
    }
}

/// The profile's default rows whose councils all have seats, and the others.
pub(crate) fn rows(profile: Profile, councils: &[CouncilSeats]) -> (Vec<Row>, Vec<RowId>) {
    let sits = |council: Council| councils.iter().any(|entry| entry.council.in_row() == council);
    let (rows, others): (Vec<Row>, Vec<Row>) =
        default_rows(profile).into_iter().partition(|row| row.minima.iter().all(|(council, _)| sits(council)));
    (rows, others.into_iter().map(|row| row.id).collect())
}

fn councils(path: &Path, entries: Vec<SeatEntry>, profile: Profile, now: u64) -> Result<Vec<CouncilSeats>, CliError> {
    let wrong = |reason: String| CliError::file(path, reason, SEATS_HELP);
    let mut seats: BTreeMap<SeatId, NewSeat> = BTreeMap::new();
    for entry in entries {
        let name = entry.seat.as_deref().ok_or_else(|| wrong("an entry names no seat".into()))?;
        let id: SeatId = name.parse().map_err(|error| wrong(format!("`{name}`: {error}")))?;
        let second = profile.micronode() && id.council == Council::Sovereign && id.index > 0;
        let expiry = if second { second_expiry(now) } else { first_expiry(now, id.index) };
        let seat = entry.seat(None, now, expiry).map_err(|error| wrong(format!("{id}: {error}")))?;
        if seats.insert(id, seat).is_some() {
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
