//! What the tests make: deployments, envelopes, and journals as the release before wrote them.

use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::{ContractAddress, DeploymentId, EnvelopeDigest},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    digest::Domain,
    envelope::Envelope,
    key::{Key, Signature},
    language::council,
};
use greatseal_relayer::{error::RelayerError, journal::Entry};
use sqlx::{Connection as _, Row as _, SqliteConnection};
use std::path::Path;

pub(super) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

pub(super) const ACCOUNT: [u8; 32] = [9; 32];
/// The schema of the first format, as it stood in its release: a journal of it has these tables and nothing else.
const FIRST: &str = include_str!("../../migrations/journal.sql");
const FIRST_FORMAT: i64 = 0x4753_4a31;

pub(super) fn deployment() -> Result<Deployment, serde_json::Error> {
    serde_json::from_value(serde_json::json!({
        "deployment": "11".repeat(32),
        "contract": "22".repeat(20),
        "chain_id": "7",
        "chain_genesis": "44".repeat(32),
        "code_hash": "55".repeat(32),
        "block_number": 1,
        "block_hash": "66".repeat(32),
    }))
}

/// A well-formed envelope of a seat; its signature is nobody's.
pub(super) fn envelope(council: Council, nonce: u64, expiry: u64) -> (EnvelopeDigest, Vec<u8>, Entry) {
    let domain = Domain { deployment: DeploymentId([1; 32]), contract: ContractAddress([2; 20]), chain_id: 3 };
    let capacity = Capacity::Seat { seat: SeatId { council, index: 0 }, epoch: 0 };
    let command = Command { capacity, expiry, order: Order::Council(council::Order::Heartbeat { nonce }) };
    let key = Key::Ed25519([5; 32]);
    let entry = Entry::of(&key, &command);
    let bytes = Envelope::seal(&domain, command, key, Signature::Ed25519([0; 64])).to_bytes();
    (Envelope::digest(&bytes), bytes, entry)
}

/// A journal of the first format, filled by the statements given.
pub(super) async fn first_format(path: &Path, fill: &str) -> Outcome {
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut file = SqliteConnection::connect(&url).await?;
    sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(&mut file).await?;
    sqlx::raw_sql(FIRST).execute(&mut file).await?;
    let deployment = deployment()?;
    let names = [
        ("deployment", hex::encode(deployment.deployment)),
        ("chain", hex::encode(deployment.chain_genesis)),
        ("account", hex::encode(ACCOUNT)),
    ];
    for (name, value) in names {
        sqlx::query("INSERT INTO meta VALUES ($1, $2)").bind(name).bind(value).execute(&mut file).await?;
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA application_id = {FIRST_FORMAT}"))).execute(&mut file).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(fill.to_owned())).execute(&mut file).await?;
    Ok(file.close().await?)
}

/// Rows of a table, each as the text of its first column.
pub(super) async fn count(path: &Path, question: &'static str) -> Outcome<i64> {
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let row = sqlx::query(question).fetch_one(&mut file).await?;
    let count = row.try_get(0)?;
    file.close().await?;
    Ok(count)
}

pub(super) fn is<T>(answer: &Result<T, RelayerError>, wanted: fn(&RelayerError) -> bool) -> bool {
    answer.as_ref().is_err_and(wanted)
}
