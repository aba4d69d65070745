//! Backups: one file for both databases, so that one of them can be restored into the other.
//!
//! ```text
//! "greatseal-backup/1\n" ‖ program ‖ version (8) ‖ tables (2) ‖ { name ‖ columns (2) ‖ { name ‖ kind (1) } ‖ { 1 ‖ values } ‖ 0 }
//! ‖ SHA-256 of all before (32)
//! ```
//!
//! Names have their length before them (2), values a byte that says what they are: 0 for NULL, 1 for a number (8), 2 for a
//! text and 3 for bytes, with their length (4). Numbers are little-endian. The hash finds accidents and proves nothing: what
//! a restored database says is judged like any other's.

mod read;
mod write;

use crate::{Error, Kind, Place, Schema, Table};
use greatseal_host::birth::{beside, folder};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use tempfile::TempPath;

const MAGIC: &[u8] = b"greatseal-backup/1\n";
/// Longest text or bytes of one value.
const MOST: u32 = 512 * 1024 * 1024;
const ROW: u8 = 1;
const END: u8 = 0;

/// A file that holds a backup.
#[derive(Clone, Debug)]
pub struct Archive {
    path: PathBuf,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Rows, of all tables together.
    pub rows: u64,
    /// SHA-256 of the backup.
    pub sha256: [u8; 32],
}

/// Why there is no backup, or nothing restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Database(#[from] Error),
    /// The backup's file cannot be written or read.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
    /// The file is no backup, or not whole.
    #[error("{} is no backup that is whole: {reason}", path.display())]
    NotWhole {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The backup is of another program, or of another version of the tables.
    #[error("{} is a backup of {program}, version {found}; this program is {expected}, version {known}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        program: String,
        /// Its version.
        found: i64,
        /// This program.
        expected: &'static str,
        /// Its version.
        known: i64,
    },
    /// The backup is of something else than it is restored for.
    #[error("{} is a backup of something else: its {what} is {found}, not {expected}", path.display())]
    OtherIdentity {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
        /// What was asked for.
        expected: String,
        /// The backup's; empty where it says nothing.
        found: String,
    },
    /// The account may not make tables.
    #[error("this account may not make a database in {place}: {reason}")]
    NotOwner {
        /// The place.
        place: String,
        /// What the server says.
        reason: String,
    },
    /// Something stands where it should be restored.
    #[error("something stands in {place} already")]
    NotEmpty {
        /// The place.
        place: String,
    },
    /// There is no database.
    #[error("there is no database in {place}")]
    Nothing {
        /// The place.
        place: String,
    },
}

impl BackupError {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Database(error) => error.help(),
            Self::File { .. } => "look at the path, its permissions and the disk",
            Self::NotWhole { .. } => "use another backup; a whole one ends with the hash of all before it",
            Self::OtherVersion { .. } => {
                "restore it with the version of the program that made it, then let this one migrate the database"
            }
            Self::OtherIdentity { .. } => "use a backup of this one, or restore it with the files that it belongs to",
            Self::NotOwner { .. } => {
                "restore as the owner of the database; then `migrate --writer` gives the other accounts their rights"
            }
            Self::NotEmpty { .. } => "restore into a new file, or into an empty database of the server",
            Self::Nothing { .. } => "name the file or the server that the indexer uses",
        }
    }
}

impl Archive {
    /// In this file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Copies a database as it is at one moment, while its program may be writing. The file must not be there yet; it is durable
    /// on return.
    ///
    /// # Errors
    ///
    /// [`BackupError`].
    pub async fn write(&self, place: &Place, schema: &Schema) -> Result<Copied, BackupError> {
        write::write(&self.path, place, schema).await
    }

    /// Makes a database of it where nothing is: either the whole, or nothing. `identity` is what it has to be of, in part or as a
    /// whole ([`Schema::identity`]); another one is refused before anything is there.
    ///
    /// # Errors
    ///
    /// [`BackupError`].
    pub async fn restore(
        &self,
        place: &Place,
        schema: &'static Schema,
        identity: &[(&str, String)],
    ) -> Result<Copied, BackupError> {
        read::restore(&self.path, place, schema, identity).await
    }

    /// Gives a file that is whole its own name, which never replaces anything; durable on return. File systems without hard links
    /// have a way of their own, and the other way round.
    fn publish(whole: &Path, path: &Path) -> io::Result<()> {
        let whole = TempPath::try_from_path(whole)?;
        whole.persist_noclobber(path).map_err(|error| error.error)?;
        File::open(folder(path))?.sync_all()
    }

    fn file(path: &Path) -> impl Fn(io::Error) -> BackupError {
        let path = path.to_owned();
        move |reason| BackupError::File { path: path.clone(), reason }
    }
}

/// A file in the making, which is removed with all that SQLite puts beside it, unless it has got its own name.
struct Hidden(PathBuf);

impl Hidden {
    /// Removes what is there.
    fn remove(&self) -> io::Result<()> {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            match fs::remove_file(beside(&self.0, suffix)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            tracing::warn!(file = %self.0.display(), %error, "a file that was begun could not be removed");
        }
    }
}

fn kind(kind: Kind) -> u8 {
    match kind {
        Kind::Int => 1,
        Kind::Text => 2,
        Kind::Blob => 3,
    }
}

/// What a table's part begins with.
fn head(table: &Table) -> Vec<u8> {
    let mut head = Vec::new();
    name(&mut head, table.name);
    head.extend(short(table.columns.len()));
    for (column, of) in table.columns {
        name(&mut head, column);
        head.push(kind(*of));
    }
    head
}

/// What a backup of these tables begins with.
fn beginning(schema: &Schema) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    name(&mut bytes, schema.program);
    bytes.extend(schema.newest().to_le_bytes());
    bytes.extend(short(schema.tables.len()));
    bytes
}

fn name(bytes: &mut Vec<u8>, name: &str) {
    bytes.extend(short(name.len()));
    bytes.extend(name.as_bytes());
}

/// Names and numbers of columns are short: they stand in the program.
fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes()
}
