//! The file that will name the contract: its place is taken before anything is paid, and nothing half-made stays there.

use crate::error::CliError;
use std::{
    fs::File,
    io::{Seek as _, Write as _},
    path::{Path, PathBuf},
};

const HELP: &str = "choose another file with --out, in a folder that exists and can be written; nothing was paid";
/// What stands there meanwhile, for whoever finds it after the machine was switched off.
const MEANWHILE: &str = "greatseal deploy is at work, or was cut off: this file names no contract";
/// Longer than any deployment file.
const ROOM: usize = 4096;

/// A file of ours that does not say anything yet. Unless it is written, it goes when this value does.
pub(super) struct Reserved {
    path: PathBuf,
    file: File,
    written: bool,
}

/// Refuses a place that cannot be taken, and takes nothing.
///
/// # Errors
///
/// [`CliError::Input`].
pub(super) fn free(path: &Path) -> Result<(), CliError> {
    const NAMES: &str = "choose another file with --out; a deployment file names its contract for ever";
    if path.symlink_metadata().is_ok() {
        return Err(CliError::file(path, "exists already", NAMES));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(CliError::file(folder, "is no folder", HELP)),
        Err(error) => Err(CliError::file(folder, error, HELP)),
    }
}

impl Reserved {
    /// Takes the place, with as much of the disk as a deployment file needs.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where somebody else has it, or where there is no room.
    pub(super) fn take(path: &Path) -> Result<Self, CliError> {
        let wrong = |error| CliError::file(path, error, HELP);
        let file = File::options().write(true).create_new(true).open(path).map_err(wrong)?;
        let mut reserved = Self { path: path.to_owned(), file, written: false };
        // What is written later is longer than the sentence: only blanks are left behind it, whatever happens in between.
        let meanwhile = format!("{MEANWHILE:<ROOM$}\n");
        reserved.put(meanwhile.as_bytes()).map_err(wrong)?;
        Ok(reserved)
    }

    /// Writes what shall stay.
    ///
    /// # Errors
    ///
    /// What the disk says; the file is gone then.
    pub(super) fn write(mut self, text: &str) -> std::io::Result<()> {
        self.file.rewind()?;
        self.put(text.as_bytes())?;
        self.file.set_len(u64::try_from(text.len()).unwrap_or(u64::MAX))?;
        self.file.sync_all()?;
        self.written = true;
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.written {
            // Where it cannot be removed it still says that it names nothing.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_deployment::Deployment;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_place_is_taken_once_and_given_back_unless_it_is_written() -> Tested {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deployment.json");
        free(&path)?;
        let reserved = Reserved::take(&path)?;
        assert!(std::fs::metadata(&path)?.len() > 4_000, "its room is taken");
        assert!(Reserved::take(&path).is_err() && free(&path).is_err());
        drop(reserved);
        assert!(!path.exists());

        Reserved::take(&path)?.write("{\"contract\": \"0x00\"}\n")?;
        assert_eq!(std::fs::read_to_string(&path)?, "{\"contract\": \"0x00\"}\n");
        assert!(free(&path).is_err());
        Ok(())
    }

    #[test]
    fn a_disk_that_fails_in_the_end_leaves_nothing_half_made() -> Tested {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deployment.json");
        drop(File::create_new(&path)?);
        // A file that is only open for reading takes no byte, as a full disk.
        let reserved = Reserved { path: path.clone(), file: File::open(&path)?, written: false };
        assert!(reserved.write("{}\n").is_err());
        assert!(!path.exists());
        Ok(())
    }

    #[test]
    fn a_deployment_whose_file_fails_in_the_end_is_told_whole() -> Tested {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("deployment.json");
        drop(File::create_new(&path)?);
        let reserved = Reserved { path: path.clone(), file: File::open(&path)?, written: false };
        let deployment = Deployment {
            deployment: [1; 32],
            contract: [0xC0; 20],
            chain_genesis: [3; 32],
            chain_id: 1,
            code_hash: [4; 32],
            block_number: 9,
            block_hash: [5; 32],
        };
        let error = super::super::keep(reserved, &path, &deployment).err().ok_or("it was written")?;
        let told = error.to_string();
        let json = told.split_once("): ").map(|(_, json)| json).ok_or("no JSON")?;
        assert_eq!(serde_json::from_str::<Deployment>(json)?.contract, deployment.contract, "{told}");
        assert_eq!(error.exit_code(), 3);
        Ok(())
    }

    #[test]
    fn a_folder_that_is_not_there_is_found_out_first() -> Tested {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("letter"), "dear")?;
        for place in ["nofolder/deployment.json", "letter/deployment.json", "letter"] {
            assert_eq!(free(&folder.path().join(place)).err().map(|error| error.exit_code()), Some(3), "{place}");
        }
        std::os::unix::fs::symlink("nowhere", folder.path().join("link"))?;
        assert!(free(&folder.path().join("link")).is_err(), "a link is somebody else's");
        Ok(())
    }
}
