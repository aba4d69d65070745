//! What a database refuses or cannot do, told from what may pass.

use greatseal_host::birth::NotBorn;
use std::path::PathBuf;

/// What a database refuses, or cannot do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be created.
    #[error("cannot create {}: {reason}", path.display())]
    NotCreated {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: NotBorn,
    },
    /// The file or the server cannot be opened.
    #[error("cannot open {place}: {reason}")]
    Unopenable {
        /// The place.
        place: String,
        /// Why.
        reason: String,
    },
    /// The database is something else.
    #[error("{place} is not a database of this program")]
    NotOurs {
        /// The place.
        place: String,
    },
    /// The database was written before migrations were counted, by a version that was never released.
    #[error("the database has schema {found}, this program knows those from schema {first} on")]
    OtherSchema {
        /// The first that was released.
        first: &'static str,
        /// The database's.
        found: String,
    },
    /// The database was written by a later version of the program.
    #[error("the database has version {found}, this program knows version {known}")]
    Newer {
        /// The program's newest.
        known: i64,
        /// The database's.
        found: i64,
    },
    /// A migration that was applied is not the one that the program knows.
    #[error("migration {number} of the database is not the one that this program knows")]
    OtherMigration {
        /// Its number.
        number: i64,
    },
    /// This account may not create or migrate the database.
    #[error(
        "{place} has version {found}, this program needs version {known}, and this account may not change its tables"
    )]
    NotMigrated {
        /// The place.
        place: String,
        /// The database's; 0 where there is nothing.
        found: i64,
        /// The program's.
        known: i64,
    },
    /// This account may not do what the program does.
    #[error("this account may not do that in {place}: {reason}")]
    Forbidden {
        /// The place.
        place: String,
        /// What the server says.
        reason: String,
    },
    /// A setting of the server with which evidence could be lost or changed.
    #[error("{place} has {setting} = {found}, and {wanted} is needed")]
    Unsuitable {
        /// The place.
        place: String,
        /// Its name.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// The server is a replica: it is read, and written to elsewhere.
    #[error("the server of {place} is a replica, which takes no rows")]
    Replica {
        /// The place.
        place: String,
    },
    /// After a lost connection something else stands there than what was opened.
    #[error("{place} is not the database any more that was opened: {reason}")]
    Replaced {
        /// The place.
        place: String,
        /// What differs.
        reason: String,
    },
    /// Another program writes into the database.
    #[error("another program is writing into {place}")]
    InUse {
        /// The place.
        place: String,
    },
    /// The connection that held the lock was lost, and another program holds the lock now, or still does.
    #[error("the lock of {place} was lost with its connection, and is held elsewhere")]
    LockLost {
        /// The place.
        place: String,
    },
    /// The server has not answered for too long.
    #[error("the server of {place} says nothing")]
    Silent {
        /// The place.
        place: String,
    },
    /// SQLite does not do what it is asked.
    #[error("the database fails: {0}")]
    Failing(#[source] sqlx::Error),
    /// PostgreSQL does not do what it is asked.
    #[error("the database server fails: {0}")]
    Server(#[source] sqlx::Error),
    /// The program's own thread has ended.
    #[error("a thread of this program has ended")]
    Crashed,
}

/// A trouble that may pass while the program runs; what was stored is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The disk is full.
    Full,
    /// Another process holds the database.
    Busy,
    /// The operating system does not read or write, or has no more files or memory to give.
    Device,
    /// The database server does not answer, or is starting or ending.
    Lost,
}

impl Error {
    /// The trouble, where trying again may help without anybody's touching the database.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Failing(error) => of_sqlite(error),
            Self::Server(error) => of_postgres(error),
            Self::LockLost { .. } => Some(Trouble::Busy),
            Self::Silent { .. } | Self::Replica { .. } => Some(Trouble::Lost),
            Self::NotCreated { .. }
            | Self::Unopenable { .. }
            | Self::NotOurs { .. }
            | Self::OtherSchema { .. }
            | Self::Newer { .. }
            | Self::OtherMigration { .. }
            | Self::NotMigrated { .. }
            | Self::Forbidden { .. }
            | Self::Unsuitable { .. }
            | Self::Replaced { .. }
            | Self::InUse { .. }
            | Self::Crashed => None,
        }
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotCreated { reason: NotBorn::Orphan(_), .. } => {
                "bring the database back that it belongs to, or move it away and keep it"
            }
            Self::NotCreated { .. } => "look at the path, its permissions and the disk",
            Self::Unopenable { .. } => {
                "look at the path, its permissions and the disk; of a server, at its address, its log and the account's password"
            }
            Self::NotOurs { .. } => "name another file or server",
            Self::OtherSchema { .. } => "use the program that wrote it, or index anew into another file",
            Self::Newer { .. } => "use the program that wrote it, or a later one",
            Self::OtherMigration { .. } => "use the program that wrote it; keep the database as it is",
            Self::NotMigrated { .. } => "let the owner of the database run `migrate` with this version of the program",
            Self::Forbidden { .. } => "let the owner of the database run `migrate`, which gives roles their rights",
            Self::Unsuitable { .. } => "change the server's setting, or use another server",
            Self::Replica { .. } => "let a server take over, or name the one that is written to",
            Self::Replaced { .. } => "find out who put another database there, and bring back the one that was opened",
            Self::InUse { .. } => "stop the other program, or name another database",
            Self::LockLost { .. } => "find the other program that writes into the database, and end it",
            Self::Silent { .. } => "look at the server and the network: what was stored is whole",
            Self::Failing(_) | Self::Server(_) | Self::Crashed => match self.trouble() {
                Some(trouble) => trouble.help(),
                None => "look at the disk or the server, then start again: what was stored is whole",
            },
        }
    }

    /// Whether a column holds what it should not: damage, where nobody but the program writes.
    pub fn undecodable(&self) -> bool {
        matches!(self, Self::Failing(error) | Self::Server(error)
            if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)))
    }
}

impl Trouble {
    /// For whoever can shorten it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Full => "make room on the disk: what was stored is whole",
            Self::Busy => "find the other program that holds the database, and end it",
            Self::Device => "look at the disk and the limits of files: what was stored is whole",
            Self::Lost => "look at the database server and the network: what was stored is whole",
        }
    }
}

fn of_sqlite(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::Io(_) => Some(Trouble::Device),
        sqlx::Error::PoolTimedOut => Some(Trouble::Busy),
        sqlx::Error::Database(error) => error.code()?.parse().ok().and_then(of_code),
        // What was asked, or what came back, is wrong.
        _ => None,
    }
}

/// By SQLite's result code: <https://sqlite.org/rescode.html>. Damage is not waited for.
fn of_code(extended: u32) -> Option<Trouble> {
    const IOERR_DATA: u32 = 8202;
    const IOERR_CORRUPTFS: u32 = 8458;
    match (extended & 0xff, extended) {
        // BUSY, LOCKED, PROTOCOL
        (5 | 6 | 15, _) => Some(Trouble::Busy),
        // FULL
        (13, _) => Some(Trouble::Full),
        (10, IOERR_DATA | IOERR_CORRUPTFS) => None,
        // NOMEM, IOERR, CANTOPEN
        (7 | 10 | 14, _) => Some(Trouble::Device),
        _ => None,
    }
}

fn of_postgres(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => Some(Trouble::Lost),
        sqlx::Error::Database(error) => of_state(&error.code()?),
        _ => None,
    }
}

/// By PostgreSQL's state: <https://www.postgresql.org/docs/current/errcodes-appendix.html>. Damage is not waited for.
fn of_state(state: &str) -> Option<Trouble> {
    match state {
        "53100" => Some(Trouble::Full),
        // A serialisation failure, a deadlock, a lock or a statement's time.
        "40001" | "40P01" | "55P03" | "57014" => Some(Trouble::Busy),
        // The server ends, has crashed, starts, cuts a session that was idle or slow, or has become a replica.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" | "25006" => Some(Trouble::Lost),
        state if state.starts_with("08") || state.starts_with("28") => Some(Trouble::Lost),
        state if state.starts_with("53") || state.starts_with("58") => Some(Trouble::Device),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_waited_for_and_damage_is_not() {
        for (code, trouble) in [(5, Trouble::Busy), (517, Trouble::Busy), (13, Trouble::Full), (778, Trouble::Device)] {
            assert_eq!(of_code(code), Some(trouble), "{code}");
        }
        // ERROR, READONLY, CORRUPT, CONSTRAINT, NOTADB, and what a checksum or a file system found.
        for code in [1, 8, 11, 19, 1555, 26, 8202, 8458] {
            assert_eq!(of_code(code), None, "{code}");
        }
        assert_eq!(of_sqlite(&sqlx::Error::RowNotFound), None);
    }

    #[test]
    fn what_may_pass_on_a_server_is_waited_for_and_damage_is_not() {
        for (state, trouble) in [
            ("53100", Trouble::Full),
            ("40001", Trouble::Busy),
            ("57P01", Trouble::Lost),
            ("25006", Trouble::Lost),
            ("25P03", Trouble::Lost),
            ("25P04", Trouble::Lost),
            ("08006", Trouble::Lost),
            ("28P01", Trouble::Lost),
            ("58030", Trouble::Device),
            ("53300", Trouble::Device),
        ] {
            assert_eq!(of_state(state), Some(trouble), "{state}");
        }
        // Privileges, uniqueness, a table that is not there, damaged data and index, no such database.
        for state in ["42501", "23505", "42P01", "XX001", "XX002", "3D000"] {
            assert_eq!(of_state(state), None, "{state}");
        }
    }
}
