//! `greatseal audit`: nothing that the indexer says is believed.

mod companions;

pub(crate) use self::companions::Check;
use self::companions::Kept;
use super::governance::log::all;
use crate::{
    cli::Globals,
    error::CliError,
    output::{Output, line, note, object},
    services::Service,
    session::{Session, read, read_deployment, write},
};
use greatseal_api::{
    link::{Row, RowHash},
    render,
    wire::{EventRow, Health},
};
use greatseal_chain::BlockRef;
use greatseal_protocol::{
    bytes::{DeploymentId, parse_hex, parse_hex_bytes},
    cells::{Cells, Memory},
    event::{Event, Record},
    evolve::evolve,
    scale::DecodeAll,
};
use std::{collections::BTreeMap, path::Path, time::Duration};

/// How long the indexer may need to catch up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes all events, one JSON object a line.
///
/// # Errors
///
/// [`CliError::Unreachable`].
pub async fn export(session: &Session, out: &Path, beside: Option<&Path>) -> Result<(), CliError> {
    let indexer = session.indexer()?;
    caught_up(&indexer, session.block.number).await?;
    let rows = all(&indexer).await?;
    let text: String = rows.iter().filter_map(|row| serde_json::to_string(row).ok()).map(|row| row + "\n").collect();
    write(out, text.as_bytes())?;
    let mut lines = vec![line("events", rows.len()), line("written to", out.display())];
    if let Some(beside) = beside {
        let count = companions::export(&session.relayer()?, &rows, beside).await?;
        lines.extend([line("companions' signatures", count), line("written to", beside.display())]);
    }
    session.output.answer(&lines, &object(&lines));
    Ok(())
}

/// Reads an export.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn import(path: &Path) -> Result<Vec<EventRow>, CliError> {
    const HELP: &str = "give a file that `greatseal audit export` wrote";
    let bytes = read(path, HELP)?;
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|row| !row.is_empty())
        .map(|row| serde_json::from_slice(row).map_err(|error| CliError::file(path, error, HELP)))
        .collect()
}

/// What a verified history amounts to.
pub struct Verified {
    /// State after the last event.
    pub state: Memory,
    /// Number of events.
    pub events: usize,
    /// Hash of the last row.
    pub head: RowHash,
    /// Last block that holds an event.
    pub last: BlockRef,
    /// Blocks by height.
    blocks: BTreeMap<u64, [u8; 32]>,
}

/// Checks hash links, order, and replays every event through the rules.
///
/// # Errors
///
/// [`CliError::NotVerified`] with the first row that does not hold.
pub fn verify(rows: &[EventRow], deployment: &DeploymentId, check: &mut Check<'_>) -> Result<Verified, CliError> {
    let mut head = RowHash::before_first(deployment);
    let mut state = Memory::new();
    let mut blocks = BTreeMap::new();
    let mut place = (0, 0);
    let mut last = BlockRef { number: 0, hash: [0; 32] };
    for (seq, shown) in rows.iter().enumerate() {
        let wrong = |what: &str| CliError::NotVerified(format!("event {seq}: {what}"));
        let row = Row {
            block_number: shown.block_number,
            block_hash: parse_hex(&shown.block_hash).map_err(|_| wrong("block hash is not one"))?,
            extrinsic: shown.extrinsic_index,
            index: shown.event_index,
            record: parse_hex_bytes(&shown.record).map_err(|_| wrong("record is not hexadecimal"))?,
        };
        let record = Record::decode_all(&mut &*row.record).map_err(|_| wrong("record cannot be decoded"))?;
        let previous = head;
        head = previous.then(&row);
        // Every field that is shown must be what the bytes say, hash and link among them.
        if render::event_row(&record, &row, previous, head) != *shown {
            return Err(wrong("what is shown differs from the record, or the hash link is broken"));
        }
        if (row.block_number, row.index) <= place && seq > 0 {
            return Err(wrong("is not after the one before it"));
        }
        if blocks.insert(row.block_number, row.block_hash).is_some_and(|other| other != row.block_hash) {
            return Err(wrong("names another block of the same height"));
        }
        if let Event::Deployed { deployment: found, .. } = &record.event
            && found != deployment
        {
            return Err(wrong("is of another deployment"));
        }
        check.before(&state, &record).map_err(|missing| wrong(&missing))?;
        evolve(&mut state, &record).map_err(|error| wrong(&error.to_string()))?;
        place = (row.block_number, row.index);
        last = BlockRef { number: row.block_number, hash: row.block_hash };
    }
    Ok(Verified { state, events: rows.len(), head, last, blocks })
}

/// The whole history as the indexer has it, verified.
///
/// # Errors
///
/// [`CliError::NotVerified`], [`CliError::Unreachable`].
pub(crate) async fn history(indexer: &Service, deployment: &Path) -> Result<Verified, CliError> {
    let domain = read_deployment(deployment)?.domain();
    verify(&all(indexer).await?, &domain.deployment, &mut Check::new(None))
}

/// `greatseal audit verify`
///
/// # Errors
///
/// [`CliError::NotVerified`].
pub async fn run(
    globals: &Globals,
    file: Option<&Path>,
    companions: Option<&Path>,
    offline: bool,
) -> Result<(), CliError> {
    let session = match offline {
        true => None,
        false => Some(Session::open(globals).await?),
    };
    let rows = match file {
        Some(path) => import(path)?,
        None => {
            let indexer = Service::new("indexer", &globals.indexer, globals.ca.as_deref())?;
            if let Some(session) = &session {
                caught_up(&indexer, session.block.number).await?;
            }
            all(&indexer).await?
        }
    };
    let domain = read_deployment(&globals.deployment)?.domain();
    let kept = companions.map(Kept::import).transpose()?;
    let mut check = Check::new(kept.as_ref());
    let verified = verify(&rows, &domain.deployment, &mut check)?;
    let mut lines = vec![
        line("hash links", format!("{} events, all hold", verified.events)),
        line("replay", format!("{} cells, every event fits", verified.state.len())),
        line("companions", check.words()),
        line("head", verified.head.to_hex()),
    ];
    if let Some(session) = &session {
        lines.push(line("chain", compare(session, &verified).await?));
    }
    lines.push(line("verified", "yes"));
    Output { json: globals.json }.answer(&lines, &object(&lines));
    Ok(())
}

/// Waits until the indexer has every block that was final when the command began.
pub(crate) async fn caught_up(indexer: &Service, block: u64) -> Result<(), CliError> {
    let since = tokio::time::Instant::now();
    loop {
        let health: Health = indexer.get("/health").await?;
        if health.indexed_to >= block {
            return Ok(());
        }
        if health.status == "stopped" {
            return Err(CliError::NotVerified(format!("the indexer has stopped: {}", health.why())));
        }
        if since.elapsed() > PATIENCE {
            return Err(CliError::Failed(format!(
                "the indexer is at block {}, the chain at {block}",
                health.indexed_to
            )));
        }
        note("waiting for the indexer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Compares block hashes with the node, and every cell of the replay with the contract's storage at the same block.
async fn compare(session: &Session, verified: &Verified) -> Result<String, CliError> {
    for (number, hash) in &verified.blocks {
        let block = session.chain.finalized_block(*number).await?;
        if block.map(|block| block.at.hash) != Some(*hash) {
            return Err(CliError::NotVerified(format!("block {number} of the database is not the chain's")));
        }
    }
    let head = session.cells([greatseal_protocol::cells::CellKey::Head]).await?;
    let head = head.head().map_err(|refusal| CliError::NotVerified(refusal.to_string()))?;
    let seq = usize::try_from(head.seq).unwrap_or(usize::MAX);
    let keys: Vec<_> = verified.state.keys().copied().collect();
    // The contract that held the state after the last event: where that one was retired, it still does.
    let contract = verified.state.head().map_err(|refusal| CliError::NotVerified(refusal.to_string()))?.domain.contract;
    let stored = session.chain.cells(contract, keys, &verified.last).await?;
    let differ = verified.state.iter().find(|(key, bytes)| stored.load(key).as_ref() != Some(bytes));
    if let Some((key, _)) = differ {
        return Err(CliError::NotVerified(format!("{key:?} of the replay is not what the contract stores")));
    }
    // Events after the command began may be there already; those before it must be.
    match seq.saturating_sub(verified.events) {
        0 => Ok(format!("{} blocks and all cells agree, nothing is missing", verified.blocks.len())),
        behind => Err(CliError::NotVerified(format!("the last {behind} events of the contract are missing"))),
    }
}
