//! Logs that somebody rewrote, and the databases that they came from.

use greatseal_api::{render::event_row, wire::EventRow};
use greatseal_log::leaf::Leaf;
use greatseal_made::{Log, Made, Parts};
use greatseal_protocol::event::Record;
use greatseal_tests::Outcome;
use greatseal_trail::tree::leaf_hash;
use parity_scale_codec::DecodeAll as _;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

/// A golden history of the protocol, which has every kind of event, as rows that an indexer would show.
pub(crate) fn golden() -> Outcome<Vec<EventRow>> {
    Made::all().log().parts().leaves.iter().map(row).collect()
}

fn row(leaf: &Leaf) -> Outcome<EventRow> {
    let record = Record::decode_all(&mut &*leaf.record)?;
    Ok(event_row(&record, leaf, &leaf_hash(&leaf.to_bytes()?))?)
}

/// Writes a log into a folder, in the place of what was there.
pub(crate) fn write(folder: &Path, log: &Log) -> Outcome {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    log.write(folder);
    Ok(())
}

/// Rewrites an indexer's database in place, as whoever owns the file can: its leaves become these, the tree over them is made
/// anew, past every trigger.
pub(crate) async fn rewrite_database(path: &Path, forged: &Parts) -> Outcome {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(false);
    let mut database = SqliteConnection::connect_with(&options).await?;
    sqlx::query("DROP TRIGGER events_keep").execute(&mut database).await?;
    for (seq, leaf) in (0_i64..).zip(&forged.leaves) {
        sqlx::query("UPDATE events SET record = $1, leaf = $2 WHERE seq = $3")
            .bind(&leaf.record)
            .bind(leaf_hash(&leaf.to_bytes()?).bytes().to_vec())
            .bind(seq)
            .execute(&mut database)
            .await?;
    }
    let mut tree = greatseal_trail::tree::Frontier::new();
    for leaf in &forged.leaves {
        tree.push(leaf_hash(&leaf.to_bytes()?))?;
    }
    let frontier: Vec<u8> = tree.hashes().iter().flat_map(|hash| *hash.bytes()).collect();
    sqlx::query("UPDATE reached SET root = $1, frontier = $2")
        .bind(tree.root().bytes().to_vec())
        .bind(frontier)
        .execute(&mut database)
        .await?;
    Ok(database.close().await?)
}
