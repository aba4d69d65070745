//! The trail of the evidence: a Merkle tree with a leaf for each row, so that a row that was changed, taken away, added or moved is
//! found when the journal is opened.
//!
//! A leaf is hashed over the row as the database gives it: the number of its kind, then each column with its storage class.
//! One query reads rows of every kind, for a row that was just added as for all of them.

use crate::error::RelayerError;
use greatseal_trail::tree::{Frontier, Hash, leaf_hash};
use sqlx::{QueryBuilder, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _, sqlite::SqliteRow};
use std::fmt;

/// Tables of the trail.
pub(super) const SCHEMA: &str = include_str!("../../migrations/trail.sql");
/// Rows that are read at a time.
const PAGE: i64 = 512;

/// What a leaf is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Attempt = 1,
    Transaction,
    Carried,
    Ended,
    Outcome,
}

/// A row of evidence by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    kind: Kind,
    row: i64,
    place: i64,
}

/// Whose the journal is, as leaf 0 has it: deployment, chain, account.
pub(super) type Owner<'n> = [&'n str; 3];

impl Kind {
    const ALL: [Self; 5] = [Self::Attempt, Self::Transaction, Self::Carried, Self::Ended, Self::Outcome];

    const fn number(self) -> u8 {
        self as u8
    }

    fn read(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| i64::from(kind.number()) == number)
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Attempt => "attempts",
            Self::Transaction => "transactions",
            Self::Carried => "carried",
            Self::Ended => "ended",
            Self::Outcome => "outcomes",
        }
    }

    /// How many columns its table has; the first one is never null.
    const fn columns(self) -> usize {
        match self {
            Self::Carried => 3,
            Self::Attempt => 4,
            Self::Ended => 5,
            Self::Transaction => 7,
            Self::Outcome => 8,
        }
    }
}

/// Place of a row's first column in [`rows`].
const FIRST: usize = 5;

/// Rows of evidence beside what names them: `seq`, `kind`, `row`, `place` and `leaf` of the table, or query, called `t`. Then come
/// the columns of the row's table.
fn rows(names: &str) -> String {
    format!(
        "SELECT t.seq, t.kind, t.row, t.place, t.leaf,
                CASE t.kind WHEN 1 THEN a.id WHEN 2 THEN x.id WHEN 3 THEN c.tx WHEN 4 THEN e.tx WHEN 5 THEN o.attempt END,
                CASE t.kind WHEN 1 THEN a.envelope WHEN 2 THEN x.hash WHEN 3 THEN c.place WHEN 4 THEN e.kind WHEN 5 THEN o.state END,
                CASE t.kind WHEN 1 THEN a.bytes WHEN 2 THEN x.nonce WHEN 3 THEN c.attempt WHEN 4 THEN e.block WHEN 5 THEN o.refusal END,
                CASE t.kind WHEN 1 THEN a.at WHEN 2 THEN x.born WHEN 4 THEN e.reason WHEN 5 THEN o.reason END,
                CASE t.kind WHEN 2 THEN x.dies WHEN 4 THEN e.at WHEN 5 THEN o.tx END,
                CASE t.kind WHEN 2 THEN x.bytes WHEN 5 THEN o.block END,
                CASE t.kind WHEN 2 THEN x.at WHEN 5 THEN o.seq END,
                CASE t.kind WHEN 5 THEN o.at END
           FROM {names} t
           LEFT JOIN attempts a ON t.kind = 1 AND a.id = t.row
           LEFT JOIN transactions x ON t.kind = 2 AND x.id = t.row
           LEFT JOIN carried c ON t.kind = 3 AND c.tx = t.row AND c.place = t.place
           LEFT JOIN ended e ON t.kind = 4 AND e.tx = t.row
           LEFT JOIN outcomes o ON t.kind = 5 AND o.attempt = t.row"
    )
}

/// Adds the leaf of a row that was just added, in the same database transaction.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    kind: Kind,
    row: i64,
    place: i64,
) -> Result<(), RelayerError> {
    let one = rows("(SELECT 0 AS seq, $1 AS kind, $2 AS row, $3 AS place, NULL AS leaf)");
    let found = sqlx::query(sqlx::AssertSqlSafe(one)).bind(i64::from(kind.number())).bind(row).bind(place);
    let found = found.fetch_one(&mut *connection).await?;
    let at = Place { kind, row, place };
    let leaf = leaf(&found, kind)?.ok_or_else(|| broken(format_args!("{at} is gone")))?;
    let mut frontier = stored(connection).await?;
    add(connection, &mut frontier, &[(i64::from(kind.number()), row, place, leaf)]).await?;
    store(connection, &frontier).await
}

/// Begins the trail: leaf 0, and a leaf for each row that a journal without a trail has, kind by kind and in the order of their
/// keys.
pub(super) async fn begin(connection: &mut SqliteConnection, owner: Owner<'_>) -> Result<(), RelayerError> {
    sqlx::raw_sql(SCHEMA).execute(&mut *connection).await?;
    sqlx::raw_sql(
        "CREATE TEMP TABLE found (seq INTEGER PRIMARY KEY, kind INTEGER, row INTEGER, place INTEGER, leaf BLOB);
         INSERT INTO found (kind, row, place) SELECT 1, id, 0 FROM attempts ORDER BY id;
         INSERT INTO found (kind, row, place) SELECT 2, id, 0 FROM transactions ORDER BY id;
         INSERT INTO found (kind, row, place) SELECT 3, tx, place FROM carried ORDER BY tx, place;
         INSERT INTO found (kind, row, place) SELECT 4, tx, 0 FROM ended ORDER BY tx;
         INSERT INTO found (kind, row, place) SELECT 5, attempt, 0 FROM outcomes ORDER BY attempt;",
    )
    .execute(&mut *connection)
    .await?;
    let carried_over: i64 = sqlx::query_scalar("SELECT count(*) FROM found").fetch_one(&mut *connection).await?;
    let mut frontier = Frontier::new();
    let first = first_leaf(carried_over, owner);
    add(connection, &mut frontier, &[(0, carried_over, 0, first)]).await?;
    let mut after = 0;
    loop {
        let page = page(connection, "found", after).await?;
        let Some(last) = page.last() else { break };
        after = last.try_get(0)?;
        let leaves = page.iter().map(|row| {
            let at = named(row)?.ok_or_else(|| broken("the trail was changed"))?;
            let leaf = leaf(row, at.kind)?.ok_or_else(|| broken(format_args!("{at} is gone")))?;
            Ok((i64::from(at.kind.number()), at.row, at.place, leaf))
        });
        let leaves = leaves.collect::<Result<Vec<_>, RelayerError>>()?;
        add(connection, &mut frontier, &leaves).await?;
    }
    sqlx::raw_sql("DROP TABLE found").execute(&mut *connection).await?;
    store(connection, &frontier).await
}

/// Makes all leaves and the frontier again from the evidence, and compares.
pub(super) async fn verify(connection: &mut SqliteConnection, owner: Owner<'_>) -> Result<Frontier, RelayerError> {
    let changed = || broken("the trail was changed");
    let (mut made, mut after, mut counts) = (Frontier::new(), -1, [0_i64; Kind::ALL.len()]);
    loop {
        let page = page(connection, "trail", after).await?;
        let Some(last) = page.last() else { break };
        after = last.try_get(0)?;
        for row in &page {
            let seq: i64 = row.try_get(0)?;
            let stored: Vec<u8> = row.try_get(4)?;
            let stored = Hash::new(stored.try_into().map_err(|_| changed())?);
            if u64::try_from(seq) != Ok(made.size()) {
                return Err(broken(format_args!("leaf {} of the trail is gone", made.size())));
            }
            match named(row)? {
                None if seq == 0 => {
                    if stored != first_leaf(row.try_get(2)?, owner) {
                        return Err(broken("its first leaf was changed"));
                    }
                }
                None => return Err(changed()),
                Some(at) => {
                    let found = leaf(row, at.kind)?.ok_or_else(|| broken(format_args!("{at} is gone")))?;
                    if found != stored {
                        return Err(broken(format_args!("{at} was changed")));
                    }
                    if let Some(count) = counts.get_mut(usize::from(at.kind.number()).saturating_sub(1)) {
                        *count = count.saturating_add(1);
                    }
                }
            }
            made.push(stored).map_err(|_| changed())?;
        }
    }
    for (kind, counted) in Kind::ALL.into_iter().zip(counts) {
        let count = format!("SELECT count(*) FROM {}", kind.table());
        let there: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut *connection).await?;
        if there != counted {
            return Err(broken(format_args!("{} has rows that are not on the trail, or one twice", kind.table())));
        }
    }
    if made.size() == 0 || stored(connection).await? != made {
        return Err(changed());
    }
    Ok(made)
}

/// Up to [`PAGE`] rows behind a number.
async fn page(connection: &mut SqliteConnection, names: &str, after: i64) -> Result<Vec<SqliteRow>, RelayerError> {
    let from = format!("(SELECT * FROM {names} WHERE seq > $1 ORDER BY seq LIMIT $2)");
    let page = format!("{} ORDER BY t.seq", rows(&from));
    Ok(sqlx::query(sqlx::AssertSqlSafe(page)).bind(after).bind(PAGE).fetch_all(connection).await?)
}

/// Which row of evidence a row of [`rows`] names. `None` for leaf 0 and for numbers of no kind.
fn named(row: &SqliteRow) -> Result<Option<Place>, RelayerError> {
    let kind = Kind::read(row.try_get(1)?);
    let (row, place) = (row.try_get(2)?, row.try_get(3)?);
    Ok(kind.map(|kind| Place { kind, row, place }))
}

/// The leaf of the row of evidence that stands beside its name. `None` where there is none.
fn leaf(row: &SqliteRow, kind: Kind) -> Result<Option<Hash>, RelayerError> {
    if row.try_get_raw(FIRST)?.is_null() {
        return Ok(None);
    }
    let mut bytes = vec![kind.number()];
    for column in (FIRST..).take(kind.columns()) {
        let value = row.try_get_raw(column)?;
        match value.type_info().name() {
            _ if value.is_null() => bytes.push(NULL),
            "INTEGER" => integer(&mut bytes, row.try_get(column)?),
            "TEXT" => text(&mut bytes, row.try_get(column)?)?,
            "BLOB" => sized(&mut bytes, BLOB, row.try_get(column)?)?,
            _ => return Err(RelayerError::Damaged),
        }
    }
    Ok(Some(leaf_hash(&bytes)))
}

/// Leaf 0: how many rows were carried over, and whose the journal is.
fn first_leaf(carried_over: i64, owner: Owner<'_>) -> Hash {
    let mut bytes = vec![0];
    integer(&mut bytes, carried_over);
    for name in owner {
        // 64 digits each.
        let _ = text(&mut bytes, name);
    }
    leaf_hash(&bytes)
}

/// First bytes of a column: its storage class.
const NULL: u8 = 0;
const INTEGER: u8 = 1;
const TEXT: u8 = 2;
const BLOB: u8 = 3;

fn integer(bytes: &mut Vec<u8>, value: i64) {
    bytes.push(INTEGER);
    bytes.extend(value.to_be_bytes());
}

fn text(bytes: &mut Vec<u8>, value: &str) -> Result<(), RelayerError> {
    sized(bytes, TEXT, value.as_bytes())
}

fn sized(bytes: &mut Vec<u8>, class: u8, value: &[u8]) -> Result<(), RelayerError> {
    let length = u32::try_from(value.len()).map_err(|_| RelayerError::Damaged)?;
    bytes.push(class);
    bytes.extend(length.to_be_bytes());
    bytes.extend(value);
    Ok(())
}

/// Adds leaves, each with what it is of.
async fn add(
    connection: &mut SqliteConnection,
    frontier: &mut Frontier,
    leaves: &[(i64, i64, i64, Hash)],
) -> Result<(), RelayerError> {
    let mut numbered = Vec::new();
    for leaf in leaves {
        numbered.push((super::signed(frontier.size())?, leaf));
        frontier.push(leaf.3).map_err(|_| RelayerError::Damaged)?;
    }
    let mut insert = QueryBuilder::new("INSERT INTO trail (seq, kind, row, place, leaf) ");
    insert.push_values(numbered, |mut values, (seq, (kind, row, place, leaf))| {
        values.push_bind(seq).push_bind(*kind).push_bind(*row).push_bind(*place).push_bind(leaf.bytes().to_vec());
    });
    insert.build().execute(connection).await?;
    Ok(())
}

/// The frontier that is kept.
async fn stored(connection: &mut SqliteConnection) -> Result<Frontier, RelayerError> {
    let changed = || broken("the trail's frontier was changed");
    let row = sqlx::query("SELECT size, hashes FROM frontier").fetch_optional(connection).await?.ok_or_else(changed)?;
    let hashes: Vec<u8> = row.try_get("hashes")?;
    let (hashes, rest) = hashes.as_chunks::<32>();
    let size = u64::try_from(row.try_get::<i64, _>("size")?).map_err(|_| changed())?;
    let frontier = Frontier::resume(size, hashes.iter().copied().map(Hash::new).collect());
    frontier.ok().filter(|_| rest.is_empty()).ok_or_else(changed)
}

async fn store(connection: &mut SqliteConnection, frontier: &Frontier) -> Result<(), RelayerError> {
    let hashes: Vec<u8> = frontier.hashes().iter().flat_map(Hash::bytes).copied().collect();
    let update = sqlx::query("UPDATE frontier SET size = $1, hashes = $2");
    update.bind(super::signed(frontier.size())?).bind(hashes).execute(connection).await?;
    Ok(())
}

fn broken(what: impl fmt::Display) -> RelayerError {
    RelayerError::BrokenTrail(what.to_string())
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Attempt => write!(out, "attempt {}", self.row),
            Kind::Transaction => write!(out, "transaction {}", self.row),
            Kind::Carried => write!(out, "attempt {} of transaction {}", self.place, self.row),
            Kind::Ended => write!(out, "the end of transaction {}", self.row),
            Kind::Outcome => write!(out, "the outcome of attempt {}", self.row),
        }
    }
}
