//! Rotation, recovery, sizes of councils, rows of the policy table.

use crate::{
    answers::Text,
    cli,
    commands::{
        policy::deployed,
        seats::{SeatEntry, Sitting, free_expiry, second_expiry, sitting},
    },
    error::CliError,
    file,
    session::Session,
    table::{RowFile, Sizes, check},
    text,
};
use greatseal_protocol::{
    action::Action,
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    genesis::{NewSeat, Profile},
    language::{
        council::{self, Reconstitute},
        policy,
    },
    refusal::Refusal,
    row::{Row, RowId},
    state::State,
    table::default_rows,
};
use serde::Deserialize;
use std::path::Path;

const SEAT: &str = "see `greatseal governance propose rotate --help` for the file";
const COUNCIL: &str = "see `greatseal governance propose reconstitute --help` for the file";
const RECOVER: &str = "see `greatseal governance propose recover --help` for the file";
const ROW: &str = "see `greatseal policy show --toml` for rows in a file";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CouncilFile {
    council: String,
    size: Option<u8>,
    #[serde(default)]
    added: Vec<SeatEntry>,
    #[serde(default)]
    rows: Vec<RowFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecoverFile {
    council: String,
    seats: Vec<SeatEntry>,
}

/// Gives a seat another key; what is not said stays the present holder's.
pub(super) async fn rotate(session: &Session, name: &str, new: &cli::Newcomer) -> Result<Action, CliError> {
    let seat = text::seat(name)?;
    let entry = match (&new.file, &new.new_key) {
        (Some(path), _) => file::load::<SeatEntry>(path, SEAT)?,
        (None, Some(key)) => SeatEntry {
            seat: None,
            key: key.clone(),
            organisation: new.organisation.clone(),
            role: new.role.clone(),
            holder: new.holder.clone(),
            valid_until: new.valid_until.clone(),
        },
        (None, None) => return Err(CliError::input("--new-key", "missing", SEAT)),
    };
    if entry.seat.as_ref().is_some_and(|other| other != name) {
        return Err(CliError::input("--file", format!("it is about another seat than {name}"), SEAT));
    }
    let council = sitting(session, seat.council).await?;
    let previous = council.at(seat)?.key;
    let newcomers = seated(session, seat.council, &council, &[(seat.index, &entry)]).await?;
    let (_, new) = newcomers.into_iter().next().ok_or(Refusal::SeatCount)?;
    Ok(Action::Council(council::Action::Rotate { seat, previous, new }))
}

/// Gives a council that lost its quorum new keys.
pub(super) async fn recover(session: &Session, path: &Path) -> Result<Action, CliError> {
    let found: RecoverFile = file::load(path, RECOVER)?;
    let council = text::council(&found.council)?;
    let mut entries = Vec::new();
    for entry in &found.seats {
        let name = entry.seat.as_deref().ok_or_else(|| CliError::file(path, "an entry names no seat", RECOVER))?;
        let seat = text::seat(name)?;
        if seat.council != council {
            return Err(CliError::file(path, format!("{seat} is not of the {council} council"), RECOVER));
        }
        entries.push((seat.index, entry));
    }
    entries.sort_by_key(|(index, _)| *index);
    let sitting = sitting(session, council).await?;
    let seats = seated(session, council, &sitting, &entries).await?;
    Ok(Action::Council(council::Action::Recover { council, epoch: sitting.head.epoch, seats }))
}

/// Another size, with the rows that need it.
pub(super) async fn reconstitute(session: &Session, path: &Path) -> Result<Action, CliError> {
    let found: CouncilFile = file::load(path, COUNCIL)?;
    let council = text::council(&found.council)?;
    let sitting = sitting(session, council).await?;
    let come = u8::try_from(found.added.len()).unwrap_or(u8::MAX);
    let size = found.size.unwrap_or_else(|| sitting.head.size.saturating_add(come));
    let entries: Vec<_> = (sitting.head.size..).zip(&found.added).collect();
    let added = seated(session, council, &sitting, &entries).await?.into_iter().map(|(_, new)| new).collect();
    let (profile, mut sizes, table) = deployed(session).await?;
    let mut rows = found.rows.iter().map(|row| changed(profile, &table, row)).collect::<Result<Vec<Row>, _>>()?;
    rows.sort_by_key(|row| row.id);
    sizes.extend(others(session, &sizes, &rows).await?);
    if council.counts() {
        sizes.insert(council, size);
    }
    check(profile, &sizes, &with(&table, &rows))?;
    let change = Reconstitute { council, epoch: sitting.head.epoch, size, added, rows };
    Ok(Action::Council(council::Action::Reconstitute(change)))
}

/// A row as it shall be; the whole table with it is checked before anybody signs.
pub(super) async fn row(session: &Session, change: &cli::RowChange) -> Result<Action, CliError> {
    let entry = match &change.file {
        Some(path) => file::load(path, ROW)?,
        None => RowFile {
            row: change.name.clone().unwrap_or_default(),
            approvals: change.approvals,
            minima: match change.minimum.is_empty() {
                true => None,
                false => Some(change.minimum.iter().map(|text| minimum(text)).collect::<Result<_, _>>()?),
            },
            delay: change.delay.clone(),
            approve_by: change.approve_by.clone(),
            window: change.window.clone(),
            executors: change.executors.clone(),
            direct: change.direct,
        },
    };
    let (profile, mut sizes, table) = deployed(session).await?;
    let row = changed(profile, &table, &entry)?;
    sizes.extend(others(session, &sizes, std::slice::from_ref(&row)).await?);
    check(profile, &sizes, &with(&table, std::slice::from_ref(&row)))?;
    Ok(Action::Policy(policy::Action::SetRow(row)))
}

/// The next version of a row of the table; the first of one that the deployment left out, where what is not said is the
/// default table's.
fn changed(profile: Profile, table: &[Row], entry: &RowFile) -> Result<Row, CliError> {
    let id = entry.id()?;
    let of = |rows: &[Row]| rows.iter().find(|row| row.id == id).map(|row| entry.change(row));
    of(table).or_else(|| of(&default_rows(profile))).unwrap_or_else(|| entry.added())
}

/// The table with these rows in it, ascending.
fn with(table: &[Row], changed: &[Row]) -> Vec<Row> {
    let stays = |row: &&Row| changed.iter().all(|other| other.id != row.id);
    let mut rows: Vec<Row> = table.iter().filter(stays).chain(changed).cloned().collect();
    rows.sort_by_key(|row| row.id);
    rows
}

/// Sizes of councils that only these rows give a vote.
async fn others(session: &Session, known: &Sizes, rows: &[Row]) -> Result<Sizes, CliError> {
    let councils = rows.iter().flat_map(|row| row.minima.iter()).map(|(council, _)| council);
    let councils: Vec<Council> = councils.filter(|council| !known.contains_key(council)).collect();
    let heads = session.cells(councils.iter().copied().map(CellKey::Council)).await?;
    let mut sizes = Sizes::new();
    for council in councils {
        // A council without seats has no size: the row that needs it is told so.
        let size = heads.council(council)?.size;
        sizes.extend((size > 0).then_some((council, size)));
    }
    Ok(sizes)
}

/// Rows that the table does not have yet: until there is one, the contract denies what it is for.
pub(super) async fn new_rows(session: &Session, action: &Action) -> Result<Vec<Text<RowId>>, CliError> {
    let rows = match action {
        Action::Policy(policy::Action::SetRow(row)) => std::slice::from_ref(row),
        Action::Council(council::Action::Reconstitute(change)) => &change.rows,
        _ => return Ok(Vec::new()),
    };
    let cells = session.cells(rows.iter().map(|row| CellKey::Row(row.id))).await?;
    let new = rows.iter().filter(|row| cells.load(&CellKey::Row(row.id)).is_none());
    Ok(new.map(|row| Text(row.id)).collect())
}

fn minimum(text: &str) -> Result<(String, u8), CliError> {
    const HELP: &str = "write --minimum COUNCIL=NUMBER, such as --minimum S=2";
    let parts = text.split_once('=').and_then(|(name, k)| Some((name.to_owned(), k.parse().ok()?)));
    parts.ok_or_else(|| CliError::input("--minimum", format!("`{text}` is none"), HELP))
}

/// The newcomers of a council by index, each with an expiry that is free beside the seats that stay.
pub(super) async fn seated(
    session: &Session,
    council: Council,
    sitting: &Sitting,
    entries: &[(u8, &SeatEntry)],
) -> Result<Vec<(u8, NewSeat)>, CliError> {
    let head = session.cells([CellKey::Head]).await?.head()?;
    let leaves = |index: &usize| entries.iter().any(|(left, _)| usize::from(*left) == *index);
    let stay = sitting.seats.iter().enumerate().filter(|(index, _)| !leaves(index));
    let mut expiries: Vec<u64> = stay.map(|(_, seat)| seat.valid_until).collect();
    let mut newcomers = Vec::with_capacity(entries.len());
    for (index, entry) in entries {
        let present = sitting.seats.get(usize::from(*index));
        let second = head.profile.micronode() && council == Council::Sovereign && *index > 0;
        let expiry = if second { second_expiry(session.now) } else { free_expiry(session.now, &expiries) };
        let new = entry.seat(present, session.now, expiry).map_err(|error| {
            let seat = SeatId { council, index: *index };
            CliError::input(seat.to_string(), error, SEAT)
        })?;
        expiries.push(new.valid_until);
        newcomers.push((*index, new));
    }
    Ok(newcomers)
}
