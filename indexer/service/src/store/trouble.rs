//! What keeps a sound database from being written or read for a while, told from what is wrong with it.

use super::StoreError;

/// A trouble that may pass while the program runs; what was stored is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The disk is full.
    Full,
    /// Another process holds the database.
    Busy,
    /// The operating system does not read or write, or has no more files or memory to give.
    Device,
}

impl StoreError {
    /// The trouble, where trying again may help without anybody's touching the database.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Failing(error) => of(error),
            Self::NotCreated { .. }
            | Self::Unopenable { .. }
            | Self::NotOurs { .. }
            | Self::OtherSchema { .. }
            | Self::OtherDeployment { .. }
            | Self::DamagedEvent { .. }
            | Self::DamagedBlock { .. }
            | Self::DamagedState { .. }
            | Self::Rewound { .. }
            | Self::OtherHistory { .. }
            | Self::InUse { .. }
            | Self::Overtaken
            | Self::TooLarge(_) => None,
        }
    }
}

fn of(error: &sqlx::Error) -> Option<Trouble> {
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
        assert_eq!(of(&sqlx::Error::RowNotFound), None);
    }
}
