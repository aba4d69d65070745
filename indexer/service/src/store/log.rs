//! Files of the log, made from rows: what they hold never changes.

use super::{Store, StoreError, column, read::StoredEvent};
use greatseal_log::{
    evidence::{Cause, Evidence, HEADERS, Headers, LEAVES, Proof},
    files::{File, Part},
};
use greatseal_protocol::{
    digest,
    event::{Door, Record},
    scale::{DecodeAll as _, Encode as _},
};
use greatseal_store::{Query, Session, query};
use greatseal_trail::tile::Bundle;

impl Store {
    /// The bytes of a file; none where the log is not so far, or has no such file.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], [`StoreError::DamagedEvent`].
    pub async fn log_file(&self, file: &File, first_block: u64) -> Result<Option<Vec<u8>>, StoreError> {
        // One moment: what a file holds is either there as a whole, or not.
        let mut moment = self.database.read().await?;
        let session = &mut moment.session();
        match file {
            File::Tile { level: 0, part } => {
                let leaves = query("SELECT leaf FROM events WHERE seq >= $1 AND seq < $2 ORDER BY seq");
                tile(session, leaves, part, None).await
            }
            File::Tile { level, part } => {
                let nodes = "SELECT hash FROM nodes WHERE number >= $1 AND number < $2 AND level = $3 ORDER BY number";
                tile(session, query(nodes), part, Some(*level)).await
            }
            File::Entries(part) => entries(session, part).await,
            File::Evidence(part) => evidence(session, part).await,
            File::Headers(part) => headers(session, part, first_block).await,
            File::Metadata { spec_version } => {
                let bytes = query("SELECT bytes FROM metadata WHERE spec_version = $1");
                Ok(session.optional(bytes.bind(i64::from(*spec_version))).await?)
            }
        }
    }

    /// Keeps the metadata of a version of the runtime; keeping them again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn keep_metadata(&self, spec_version: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let keep =
            query("INSERT INTO metadata (spec_version, bytes) VALUES ($1, $2) ON CONFLICT (spec_version) DO NOTHING");
        self.keep(keep.bind(i64::from(spec_version)).bind(bytes)).await
    }

    /// The metadata of a version of the runtime, where they are held.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn metadata(&self, spec_version: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.log_file(&File::Metadata { spec_version }, 0).await
    }
}

/// The first and the one behind the last of a part.
fn range(part: &Part, most: u64) -> Result<(i64, i64), StoreError> {
    let first = part.number.saturating_mul(most);
    Ok((column(first)?, column(first.saturating_add(part.width))?))
}

fn whole<T>(found: Vec<T>, part: &Part) -> Option<Vec<T>> {
    (u64::try_from(found.len()) == Ok(part.width)).then_some(found)
}

async fn tile(
    session: &mut Session<'_>,
    select: Query<'static>,
    part: &Part,
    level: Option<u8>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let (first, behind) = range(part, LEAVES)?;
    let select = select.bind(first).bind(behind);
    let select = match level {
        Some(level) => select.bind(i64::from(level)),
        None => select,
    };
    let hashes: Vec<Vec<u8>> = session.all(select).await?;
    Ok(whole(hashes, part).map(|hashes| hashes.concat()))
}

async fn entries(session: &mut Session<'_>, part: &Part) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(rows) = rows(session, part).await? else { return Ok(None) };
    let leaf = |row: &StoredEvent| row.leaf().and_then(|leaf| leaf.to_bytes().ok()).ok_or_else(|| changed(row));
    let entries = rows.iter().map(leaf).collect::<Result<Vec<_>, _>>()?;
    let bundle = u16::try_from(part.width).ok().and_then(|width| Bundle::new(part.number, width));
    Ok(bundle.and_then(|bundle| bundle.encode(&entries).ok()))
}

async fn evidence(session: &mut Session<'_>, part: &Part) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(rows) = rows(session, part).await? else { return Ok(None) };
    let mut evidence = Evidence::default();
    let mut before: Option<(Option<[u8; 32]>, &[u8])> = None;
    for row in &rows {
        let record = Record::decode_all(&mut &*row.record).map_err(|_| changed(row))?;
        let envelope = match record.door {
            Door::Envelope(name) => Some(name.0),
            Door::Direct | Door::Constructor => None,
        };
        let same = Some((envelope, &*row.tx));
        if before == same {
            evidence.causes.push(Cause::Same);
        } else {
            evidence.causes.push(cause(session, row, envelope).await?);
            before = same;
        }
    }
    evidence.proofs = proofs(session, part).await?;
    Ok(Some(evidence.encode()))
}

/// What brought a row: its envelope, where that was found, else the transaction.
async fn cause(session: &mut Session<'_>, row: &StoredEvent, envelope: Option<[u8; 32]>) -> Result<Cause, StoreError> {
    if let Some(name) = envelope {
        let found = query("SELECT bytes FROM envelopes WHERE digest = $1").bind(name.to_vec());
        let found: Option<Vec<u8>> = session.optional(found).await?;
        if let Some(bytes) = found {
            return if digest::envelope_digest(&bytes).0 == name {
                Ok(Cause::Envelope(bytes))
            } else {
                Err(changed(row))
            };
        }
    }
    let found = query("SELECT bytes FROM transactions WHERE hash = $1").bind(&row.tx);
    let found: Option<Vec<u8>> = session.optional(found).await?;
    found.map(Cause::Transaction).ok_or_else(|| changed(row))
}

/// Of the blocks whose first leaf is in the part.
async fn proofs(session: &mut Session<'_>, part: &Part) -> Result<Vec<Proof>, StoreError> {
    let (first, behind) = range(part, LEAVES)?;
    let blocks = "SELECT number, spec_version, proof, justifications FROM blocks WHERE number IN \
                 (SELECT block_number FROM events WHERE seq >= $1 AND seq < $2) AND number NOT IN \
                 (SELECT block_number FROM events WHERE seq = $1 - 1) ORDER BY number";
    type Block = (i64, i64, Option<Vec<u8>>, Option<Vec<u8>>);
    let blocks: Vec<Block> = session.all(query(blocks).bind(first).bind(behind)).await?;
    let proof = |(number, spec_version, proof, justifications): Block| {
        let number = u64::try_from(number).unwrap_or_default();
        let reason = || StoreError::DamagedBlock { number, reason: "it has no proof of its events".into() };
        let nodes = proof.and_then(|bytes| Vec::<Vec<u8>>::decode_all(&mut &*bytes).ok()).ok_or_else(reason)?;
        let spec_version = u32::try_from(spec_version).map_err(|_| reason())?;
        Ok(Proof { block_number: number, spec_version, nodes, justifications })
    };
    blocks.into_iter().map(proof).collect()
}

async fn headers(session: &mut Session<'_>, part: &Part, first_block: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let (first, behind) = range(part, HEADERS)?;
    let base = column(first_block)?;
    let headers = "SELECT header FROM blocks WHERE number >= $1 AND number < $2 ORDER BY number";
    let headers = query(headers).bind(base.saturating_add(first)).bind(base.saturating_add(behind));
    let headers: Vec<Vec<u8>> = session.all(headers).await?;
    Ok(whole(headers, part).map(|headers| Headers(headers).encode()))
}

async fn rows(session: &mut Session<'_>, part: &Part) -> Result<Option<Vec<StoredEvent>>, StoreError> {
    let (first, behind) = range(part, LEAVES)?;
    let rows = session.all(query(StoredEvent::BETWEEN).bind(first).bind(behind)).await?;
    Ok(whole(rows, part))
}

fn changed(row: &StoredEvent) -> StoreError {
    let seq = u64::try_from(row.seq).unwrap_or_default();
    StoreError::DamagedEvent { seq, reason: "it was changed while this program ran".into() }
}
