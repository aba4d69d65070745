//! What a server needs of this machine: its programs, an account that is not root's, folders and copies.

use std::{
    env, fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Where Debian's package has the programs, by version; the newest is taken.
const PROGRAMS: &str = "/usr/lib/postgresql";

/// The folder of what was built: with it goes what is kept there.
pub(crate) fn built() -> io::Result<PathBuf> {
    let program = env::current_exe()?;
    let folder = program.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    folder.map(Path::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Copies a server's files, with their owner.
pub(crate) fn copied(from: &Path, to: &Path) -> io::Result<()> {
    let output = Command::new("cp").args(["-a", "--reflink=auto"]).arg(from).arg(to).output()?;
    succeeded("cp", &output)
}

/// Gives a file or folder to the account that the server runs as.
pub(crate) fn given(path: &Path) -> io::Result<()> {
    match unprivileged()? {
        Some((user, group)) => std::os::unix::fs::chown(path, Some(user), Some(group)),
        None => Ok(()),
    }
}

/// What stands before a command so that it runs as the server's account.
pub(crate) fn as_server() -> io::Result<Vec<String>> {
    Ok(match unprivileged()? {
        Some((user, group)) => {
            ["setpriv", &format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "--"]
                .map(String::from)
                .into()
        }
        None => vec!["env".into()],
    })
}

/// The account and group that the server runs as; none where this process is not root's.
pub(crate) fn unprivileged() -> io::Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let account = accounts.lines().find_map(|line| line.strip_prefix("postgres:"));
    let mut fields = account.into_iter().flat_map(|line| line.split(':').skip(1)).map(str::parse);
    match (fields.next(), fields.next()) {
        (Some(Ok(user)), Some(Ok(group))) => Ok(Some((user, group))),
        _ => Err(io::Error::other("there is no account `postgres`: install the package postgresql")),
    }
}

pub(crate) fn programs() -> io::Result<PathBuf> {
    let version = |entry: &fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
    let newest = fs::read_dir(PROGRAMS).into_iter().flatten().filter_map(Result::ok);
    let newest = newest.filter_map(|entry| Some((version(&entry)?, entry.path()))).max();
    let (_, path) = newest.ok_or_else(|| io::Error::other(format!("{PROGRAMS} has no version: install postgresql")))?;
    Ok(path.join("bin"))
}

pub(crate) fn succeeded(program: &str, output: &Output) -> io::Result<()> {
    match output.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)))),
    }
}
