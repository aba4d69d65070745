//! Writing: a file whole or not at all, and nothing else in its place.

use super::{inherited, name};
use crate::error::CliError;
use std::{
    ffi::OsString,
    fs::{self, File, Metadata, Permissions},
    io::{self, Write},
    os::{
        fd::AsFd as _,
        unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

const HELP: &str = "choose a file in a folder that exists and can be written";
/// For its owner only.
pub(crate) const PRIVATE: u32 = 0o600;
/// For everybody, less what the umask forbids.
const PUBLIC: u32 = 0o666;
/// Those bits of a mode that are permissions.
const PERMISSIONS: u32 = 0o7777;

/// Writes a file that may be private: a new one is for its owner only.
///
/// An existing file keeps its permissions and its owner, and is replaced whole or not at all. Through a link the file that it
/// leads to is replaced. A pipe or a device is written to and stays what it is.
///
/// # Errors
///
/// [`CliError::Input`]: then nothing is changed, unless it is a pipe or a device.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    put(path, bytes, PRIVATE).map_err(|error| CliError::file(path, error, HELP))
}

/// Writes a file that other programs of this machine may read, and otherwise as [`write`] does.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn publish(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    put(path, bytes, PUBLIC).map_err(|error| CliError::file(path, error, HELP))
}

fn put(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    if let Some(mut stream) = standard(path)? {
        stream.write_all(bytes)?;
        return stream.flush();
    }
    match fs::metadata(path) {
        Ok(there) if there.is_file() => whole(Part::instead(path, there)?, bytes),
        Ok(there) if there.file_type().is_fifo() || there.file_type().is_char_device() => {
            let mut stream = File::options().write(true).open(path)?;
            let kind = stream.metadata()?.file_type();
            if kind.is_file() {
                return Err(io::Error::other("is another now than a moment ago"));
            }
            stream.write_all(bytes)
        }
        Ok(there) => Err(io::Error::other(format!("is {}", name(there.file_type())))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if path.symlink_metadata().is_ok() {
                return Err(io::Error::other("is a link to a file that is not there"));
            }
            whole(Part::new(path, mode)?, bytes)
        }
        Err(error) => Err(error),
    }
}

fn whole(mut part: Part, bytes: &[u8]) -> io::Result<()> {
    part.write_all(bytes)?;
    part.place()
}

/// Standard output or standard error as a file with the place that this program writes at. Opened anew by its name it would
/// begin at its start, and what is said afterwards would overwrite what was written.
fn standard(path: &Path) -> io::Result<Option<File>> {
    let is = |names: [&str; 3]| names.iter().any(|name| path == Path::new(name));
    if is(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]) {
        return Ok(Some(io::stdout().as_fd().try_clone_to_owned()?.into()));
    }
    if is(["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"]) {
        return Ok(Some(io::stderr().as_fd().try_clone_to_owned()?.into()));
    }
    match inherited(path) && path != Path::new("/dev/stdin") && path.is_file() {
        true => Err(io::Error::other("is a descriptor of a file: name the file")),
        false => Ok(None),
    }
}

/// New content beside its place, under a name that nobody can foresee. It is gone again where it is not placed.
#[derive(Debug)]
pub(crate) struct Part {
    place: PathBuf,
    /// The file that it replaces.
    there: Option<Metadata>,
    file: NamedTempFile,
}

impl Part {
    /// For a file that is new; one that comes in between stays.
    pub(crate) fn new(place: &Path, mode: u32) -> io::Result<Self> {
        Self::begin(place, None, mode)
    }

    /// For another content of a file that is there.
    pub(crate) fn instead(place: &Path, there: Metadata) -> io::Result<Self> {
        if there.permissions().readonly() {
            return Err(io::Error::other("is write-protected"));
        }
        Self::begin(&place.canonicalize()?, Some(there), PRIVATE)
    }

    fn begin(place: &Path, there: Option<Metadata>, mode: u32) -> io::Result<Self> {
        let mut prefix = OsString::from(".");
        prefix.push(place.file_name().ok_or_else(|| io::Error::other("names no file"))?);
        prefix.push(".");
        // Created with O_EXCL, so that it follows no link and is nobody else's.
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .rand_bytes(16)
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder(place))?;
        Ok(Self { place: place.to_owned(), there, file })
    }

    /// Makes it last, and gives it its name. A file that is replaced hands its owner and its permissions on.
    pub(crate) fn place(self) -> io::Result<()> {
        let Self { place, there, file } = self;
        match there {
            Some(there) => {
                let own = file.as_file().metadata()?;
                if (own.uid(), own.gid()) != (there.uid(), there.gid()) {
                    std::os::unix::fs::fchown(file.as_file(), Some(there.uid()), Some(there.gid()))
                        .map_err(|error| io::Error::other(format!("belongs to somebody else: {error}")))?;
                }
                file.as_file().set_permissions(Permissions::from_mode(there.mode() & PERMISSIONS))?;
                file.as_file().sync_all()?;
                file.persist(&place).map_err(|error| error.error)?;
            }
            None => {
                file.as_file().sync_all()?;
                file.persist_noclobber(&place).map_err(|error| error.error)?;
            }
        }
        durable(&place)
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn durable(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{os::unix::fs::symlink, process::Command};

    fn mode(path: &Path) -> io::Result<u32> {
        Ok(path.metadata()?.mode() & PERMISSIONS)
    }

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_permissions() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("evidence.jsonl");
        let beside = home.path().join("evidence.part");
        fs::write(&beside, "mine")?;
        put(&path, b"one", PRIVATE)?;
        assert_eq!(mode(&path)?, 0o600, "a new one is for its owner");
        for kept in [0o600, 0o640, 0o644] {
            fs::set_permissions(&path, Permissions::from_mode(kept))?;
            put(&path, b"two", PRIVATE)?;
            assert_eq!((mode(&path)?, fs::read(&path)?), (kept, b"two".to_vec()));
        }
        fs::set_permissions(&path, Permissions::from_mode(0o400))?;
        assert!(put(&path, b"three", PRIVATE).is_err());
        assert_eq!((fs::read(&path)?, fs::read(&beside)?), (b"two".to_vec(), b"mine".to_vec()));
        assert_eq!(fs::read_dir(home.path())?.count(), 2, "nothing is left beside it");
        put(&home.path().join("deployment.json"), b"{}", PUBLIC)?;
        assert_ne!(mode(&home.path().join("deployment.json"))? & 0o400, 0);
        Ok(())
    }

    #[test]
    fn a_link_stays_one_and_what_it_leads_to_is_replaced() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let folder = home.path().join("elsewhere");
        fs::create_dir(&folder)?;
        let (link, target) = (home.path().join("link"), folder.join("target"));
        symlink(&target, &link)?;
        let refused = put(&link, b"new", PRIVATE).map_err(|error| error.to_string());
        assert_eq!(refused, Err("is a link to a file that is not there".to_owned()));
        assert!(!target.exists());
        fs::write(&target, "old")?;
        put(&link, b"new", PRIVATE)?;
        assert!(link.symlink_metadata()?.is_symlink());
        assert_eq!((fs::read(&target)?, fs::read_dir(&folder)?.count()), (b"new".to_vec(), 1));
        Ok(())
    }

    #[test]
    fn pipes_and_devices_are_written_to_and_stay() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let pipe = home.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status()?.success());
        let from = pipe.clone();
        let reader = std::thread::spawn(move || fs::read(from));
        put(&pipe, b"all of it", PRIVATE)?;
        assert_eq!(reader.join().map_err(|_| io::Error::other("reader"))??, b"all of it");
        assert!(pipe.symlink_metadata()?.file_type().is_fifo());
        // A device that takes nothing: the error shows that it was written to.
        let full = put(Path::new("/dev/full"), b"x", PRIVATE).map_err(|error| error.kind());
        assert_eq!(full, Err(io::ErrorKind::StorageFull));
        put(Path::new("/dev/null"), b"x", PRIVATE)?;
        for device in ["/dev/full", "/dev/null"] {
            assert!(fs::symlink_metadata(device)?.file_type().is_char_device(), "{device}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_place_for_a_file_is_said() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let socket = home.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket)?;
        for (path, reason) in [(home.path(), "is a folder"), (&socket, "is a socket")] {
            assert_eq!(put(path, b"x", PRIVATE).map_err(|error| error.to_string()), Err(reason.to_owned()));
        }
        assert!(put(&home.path().join("no/such/folder"), b"x", PRIVATE).is_err());
        assert_eq!(fs::read_dir(home.path())?.count(), 1);
        Ok(())
    }
}
