//! A copy of a journal that is whole, taken while a relayer writes.

use super::file::{FIRST_FORMAT, FORMAT, SECOND_FORMAT, connection, format, look, opening};
use crate::error::RelayerError;
use greatseal_host::birth;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::{fs::File, path::Path};

/// Copies the journal at `from`, with all that is acknowledged by now, into a new file; a relayer may be using it.
///
/// # Errors
///
/// [`RelayerError::ForeignJournal`] where `from` is no journal, [`RelayerError::NoBackup`] where `to` is there already or
/// cannot be written. What a failed copy leaves is a file `TO.part`.
pub async fn back_up(from: &Path, to: &Path) -> Result<(), RelayerError> {
    let no_backup = |reason: String| RelayerError::NoBackup { path: to.to_owned(), reason };
    let known = look(from, async |reader: &mut SqliteConnection, _| format(reader).await).await?;
    let Some(FIRST_FORMAT | SECOND_FORMAT | FORMAT) = known else {
        return Err(RelayerError::ForeignJournal(from.to_owned()));
    };
    let part = birth::beside(to, ".part");
    if [to, &part].iter().any(|path| path.symlink_metadata().is_ok()) {
        return Err(no_backup("it, or a file with .part behind its name, is there already".into()));
    }
    let mut reader = connection(from).read_only(true).connect().await.map_err(opening(from))?;
    let copied = sqlx::query("VACUUM INTO $1").bind(part.to_string_lossy().into_owned()).execute(&mut reader).await;
    reader.close().await?;
    copied.map_err(|error| no_backup(error.to_string()))?;
    if known != Some(FIRST_FORMAT) {
        // Taken in the moment in which the log is folded in, the copy would bear the mark of a part.
        let mut copy = connection(&part).connect().await.map_err(opening(&part))?;
        sqlx::query("UPDATE mark SET whole = 1").execute(&mut copy).await?;
        copy.close().await?;
    }
    let placed = File::open(&part)
        .and_then(|file| file.sync_all())
        // Unlike a renaming, a link never replaces what is there.
        .and_then(|()| std::fs::hard_link(&part, to))
        .and_then(|()| std::fs::remove_file(&part))
        .and_then(|()| File::open(birth::folder(to))?.sync_all());
    placed.map_err(|error| no_backup(error.to_string()))
}
