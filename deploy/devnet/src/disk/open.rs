//! Opening a folder: locked, recognised or founded, and otherwise left as it is.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read as _, Write as _},
    path::Path,
};

use parity_scale_codec::Encode;
use sp_core::H256;

use crate::{
    disk::{
        Founding, LOG, Log, Unusable, Wanted, decode,
        frame::{Frames, Next, frame},
    },
    runtime::{VERSION, genesis::Genesis},
};

/// How every log begins; the number is that of the format.
const MAGIC: &[u8] = b"greatseal-devnet chain log 1\n";
const LOCK: &str = "lock";
/// A log that is not founded yet.
const UNFOUNDED: &str = "chain.log.new";

impl Log {
    /// Opens the chain in that folder, or founds one there: `found` says from what, and the hash of its block 0.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn open(
        folder: &Path,
        wanted: Wanted,
        found: impl FnOnce() -> Result<(Genesis, H256), String>,
    ) -> Result<Self, Unusable> {
        let failed = |source| Unusable::Io { path: folder.to_owned(), source };
        let path = folder.join(LOG);
        create(folder).map_err(failed)?;
        if !is_ours_or_empty(folder, &path).map_err(failed)? {
            return Err(Unusable::NotOurs(folder.to_owned()));
        }
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Unusable::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if !path.try_exists().map_err(failed)? {
            let (genesis, hash) = found().map_err(|reason| failed(io::Error::other(reason)))?;
            let Genesis { time, seed } = genesis;
            let founding = Founding { time, seed, genesis: hash, spec_version: VERSION.spec_version };
            write_founding(folder, &founding).map_err(failed)?;
        }
        let file = File::options().read(true).write(true).open(&path).map_err(failed)?;
        let (founding, end) = read_founding(&file).map_err(failed)?.ok_or(Unusable::NotOurs(folder.to_owned()))?;
        if founding.spec_version != VERSION.spec_version {
            return Err(Unusable::OtherVersion(folder.to_owned()));
        }
        let other = |what| Unusable::OtherGenesis { path: folder.to_owned(), what };
        if wanted.seed.is_some_and(|seed| seed != founding.seed) {
            return Err(other("seed"));
        }
        if wanted.time.is_some_and(|time| time != founding.time) {
            return Err(other("genesis time"));
        }
        Ok(Self { folder: folder.to_owned(), file, founding, end, broken: false, _lock: lock })
    }
}

/// Creates the folder, durably, if it is missing; those around it as well.
fn create(folder: &Path) -> io::Result<()> {
    if folder.try_exists()? {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// Nothing is written into a folder that somebody uses for something else.
fn is_ours_or_empty(folder: &Path, log: &Path) -> io::Result<bool> {
    if log.try_exists()? {
        return Ok(read_founding(&File::open(log)?)?.is_some());
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if name != LOCK && name != UNFOUNDED {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The log appears under its name with its first record, or not at all.
fn write_founding(folder: &Path, founding: &Founding) -> io::Result<()> {
    let unfounded = folder.join(UNFOUNDED);
    // What a killed founding left, or a link that somebody laid there: neither is written into.
    match fs::remove_file(&unfounded) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = File::options().write(true).create_new(true).open(&unfounded)?;
    file.write_all(MAGIC)?;
    file.write_all(&frame(&founding.encode())?)?;
    file.sync_all()?;
    fs::rename(&unfounded, folder.join(LOG))?;
    File::open(folder)?.sync_all()
}

/// The first record and where it ends; nothing where this is no log of ours.
fn read_founding(mut file: &File) -> io::Result<Option<(Founding, u64)>> {
    let mut magic = [0; MAGIC.len()];
    match file.read_exact(&mut magic) {
        Ok(()) if magic == MAGIC => {}
        Ok(()) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut frames = Frames::behind(file, MAGIC.len() as u64)?;
    Ok(match frames.next()? {
        Next::Payload(payload) => decode(&payload).map(|founding| (founding, frames.position())),
        Next::End | Next::Torn | Next::Damaged => None,
    })
}
