//! A new file: whole or not at all, never in the place of another, durable before anybody is told.

use crate::keys;
use greatseal_protocol::bytes::to_hex;
use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Makes the folder, for its owner only, where it is not there.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A file beside its place; gone when this value is.
pub(crate) struct Part(PathBuf);

impl Part {
    /// Written for its owner only, and durable.
    pub(crate) fn new(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let name = keys::random::<8>().map_err(io::Error::other)?;
        let part = path.with_extension(format!("{}.part", to_hex(&name)));
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&part)?;
        let part = Self(part);
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(part)
    }

    /// What was written.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.0)
    }

    /// Puts it in its place; [`io::ErrorKind::AlreadyExists`] where something is there.
    pub(crate) fn place(self, path: &Path) -> io::Result<()> {
        // A link is not made where a file is; renaming would replace it.
        fs::hard_link(&self.0, path)?;
        drop(self);
        let synchronised = File::open(around(path)).and_then(|folder| folder.sync_all());
        if synchronised.is_err() {
            // The caller hears that nothing is left of it, and that must be so.
            fs::remove_file(path)?;
        }
        synchronised
    }
}

impl Part {
    /// Puts it in the place of what is there; durable on return.
    pub(crate) fn replace(self, path: &Path) -> io::Result<()> {
        fs::rename(&self.0, path)?;
        File::open(around(path))?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let removed = fs::remove_file(&self.0);
        // What was renamed is not there any more.
        if let Err(error) = removed
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.0.display(), %error, "a temporary file is left behind");
        }
    }
}

/// The folder that a file is in.
pub(crate) fn around(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
