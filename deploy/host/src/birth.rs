//! A database comes into the world whole: killed at any moment, a service leaves either no database or a complete one.
//!
//! The file is made under another name beside its place, synchronised, and only then given its own name, which never
//! replaces anything. What a killed creation leaves behind is a hidden file `.NAME.….unborn` that nobody ever opens.

use std::{
    ffi::OsString,
    fs::{File, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

/// Read and write versions in the header of an SQLite file (file format, 1.3.3); 2 stands for write-ahead logging.
/// Switching a placed file over would need a journal, and be one more moment to be killed in.
const VERSIONS: std::ops::Range<usize> = 18..20;
const WRITE_AHEAD: u8 = 2;

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum NotBorn {
    /// SQLite would take the log of a database that is gone for a part of the new one.
    #[error("{} belongs to a database that is gone", .0.display())]
    Orphan(PathBuf),
    /// The operating system refuses.
    #[error("{0}")]
    Refused(#[from] io::Error),
}

/// Puts an SQLite database at a path, unless something is there already; durable on return.
///
/// `image` is the whole file as SQLite serialises it; it is placed in write-ahead mode. Says whether it was placed.
///
/// # Errors
///
/// [`NotBorn`]: then nothing is there that was not there before.
pub fn place(path: &Path, image: &[u8]) -> Result<bool, NotBorn> {
    if path.symlink_metadata().is_ok() {
        return Ok(false);
    }
    for suffix in ["-wal", "-journal"] {
        let beside = beside(path, suffix);
        if beside.symlink_metadata().is_ok() {
            return Err(NotBorn::Orphan(beside));
        }
    }
    let mut image = image.to_vec();
    image.get_mut(VERSIONS).unwrap_or_default().fill(WRITE_AHEAD);
    let folder = folder(path);
    let mut hidden = OsString::from(".");
    hidden.push(path.file_name().unwrap_or_default());
    hidden.push(".");
    let mut unborn = tempfile::Builder::new()
        .prefix(&hidden)
        .suffix(".unborn")
        // As for any file that a program creates: less what the umask forbids.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    unborn.write_all(&image)?;
    unborn.as_file().sync_all()?;
    match unborn.persist_noclobber(path) {
        Ok(_) => {}
        // Another process was faster: whether the two may share it is for the caller to find out.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error.error.into()),
    }
    File::open(folder)?.sync_all()?;
    Ok(true)
}

/// The folder that holds a path's last name.
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file of that suffix beside another: `-wal` for the log of a database.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_there_stays_and_nothing_else_is_left() -> Result<(), NotBorn> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("a.db");
        assert!(place(&path, &[1; 40])?);
        let mut written = vec![1; 40];
        written[VERSIONS].fill(2);
        assert_eq!(fs::read(&path)?, written);
        assert!(!place(&path, &[3; 40])?);
        assert_eq!(fs::read(&path)?, written);
        assert_eq!(fs::read_dir(home.path())?.count(), 1);
        fs::write(home.path().join("empty"), "")?;
        assert!(!place(&home.path().join("empty"), &[3; 40])?);
        assert!(!place(home.path(), &[3; 40])?);
        Ok(())
    }

    #[test]
    fn the_log_of_a_lost_database_is_no_part_of_a_new_one() -> Result<(), NotBorn> {
        for suffix in ["-wal", "-journal"] {
            let home = tempfile::tempdir()?;
            let path = home.path().join("a.db");
            let orphan = beside(&path, suffix);
            fs::write(&orphan, "evidence")?;
            assert!(matches!(place(&path, &[1; 40]), Err(NotBorn::Orphan(found)) if found == orphan));
            assert!(!path.exists());
            assert_eq!(fs::read(&orphan)?, b"evidence");
        }
        Ok(())
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let refused = place(Path::new("/nowhere/at/all/a.db"), &[1; 40]);
        assert!(matches!(refused, Err(NotBorn::Refused(error)) if error.kind() == io::ErrorKind::NotFound));
    }
}
