//! A real PostgreSQL server in a folder of its own, for tests and measurements: reached by a socket in that folder, with fsync.
//!
//! PostgreSQL refuses to run as root: it then runs as `postgres`, the account of Debian's package. However the process ends that
//! has started a server, the server ends with it, and its folder is removed.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

/// Where Debian's package has the programs, by version; the newest is taken.
const PROGRAMS: &str = "/usr/lib/postgresql";
const PATIENCE: Duration = Duration::from_secs(60);
/// The first word of the password of [`KNOWN`].
pub const PASSWORD: &str = "correct horse battery staple";
/// The only account that has to give a password.
pub const KNOWN: &str = "known";

/// A server.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    keeper: Mutex<Option<Child>>,
    databases: AtomicU32,
}

/// A database of a server, empty at first, that belongs to the account `owner`.
#[derive(Clone, Debug)]
pub struct Base<'c> {
    cluster: &'c Cluster,
    /// Its name.
    pub name: String,
}

/// The server of this process, which is started once.
///
/// # Panics
///
/// Where no server can be started: the package `postgresql` is missing, for one.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    // A test that cannot be made must fail.
    #[allow(clippy::panic)]
    SHARED.get_or_init(|| Cluster::start().unwrap_or_else(|error| panic!("no PostgreSQL: {error}")))
}

impl Cluster {
    /// A new server, with the accounts `owner`, `writer`, `reader` and [`KNOWN`].
    ///
    /// # Errors
    ///
    /// What the programs of the server say.
    pub fn start() -> io::Result<Self> {
        let programs = programs()?;
        // A socket's path is short, and the server's account has to come in.
        let folder = tempfile::Builder::new().prefix("gspg").tempdir_in("/tmp")?.keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        let cluster = Self { folder, programs, keeper: Mutex::default(), databases: AtomicU32::new(0) };
        if let Some((user, group)) = unprivileged()? {
            std::os::unix::fs::chown(&cluster.folder, Some(user), Some(group))?;
        }
        // Nothing is in it yet that could be lost.
        let made = cluster
            .run("initdb", &["--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--auth=trust"])?;
        succeeded("initdb", &made)?;
        fs::write(
            cluster.data().join("pg_hba.conf"),
            format!("local all {KNOWN} scram-sha-256\nlocal all all trust\n"),
        )?;
        cluster.resume()?;
        for role in ["owner", "writer", "reader"] {
            cluster.sql("postgres", &format!("CREATE ROLE {role} LOGIN"))?;
        }
        cluster.sql("postgres", &format!("CREATE ROLE {KNOWN} LOGIN PASSWORD '{PASSWORD}'"))?;
        Ok(cluster)
    }

    /// A new database.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub fn database(&self) -> io::Result<Base<'_>> {
        let name = format!("base{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} OWNER owner TEMPLATE template0"))?;
        Ok(Base { cluster: self, name })
    }

    /// Runs statements as the server's first account; gives what they print, unaligned.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub fn sql(&self, database: &str, statements: &str) -> io::Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"]);
        let output = psql.arg(&self.folder).args(["-c", statements]).env_remove("PGOPTIONS").output()?;
        succeeded("psql", &output)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Ends the server as one is ended for maintenance: sessions are cut, and what was committed stays.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn stop(&self) -> io::Result<()> {
        fs::write(self.keep(), "")?;
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        match keeper {
            Some(mut keeper) => {
                drop(keeper.stdin.take());
                keeper.wait().map(drop)
            }
            None => Ok(()),
        }
    }

    /// Starts the server again.
    ///
    /// # Errors
    ///
    /// Where it does not answer in time.
    pub fn resume(&self) -> io::Result<()> {
        let _ = fs::remove_file(self.keep());
        // The shell ends the server when whoever started it closes the pipe, by ending if not otherwise.
        let script = r#""$@" >"$0/log" 2>&1 & read -r _; kill -INT $!; wait; [ -e "$0.keep" ] || rm -rf "$0""#;
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg(&self.folder).args(as_server()?).arg(self.programs.join("postgres")).arg("-D");
        shell.arg(self.data()).arg("-k").arg(&self.folder).args(["-c", "listen_addresses=", "-c", "fsync=on"]);
        let keeper = shell.stdin(Stdio::piped()).spawn()?;
        *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper);
        let since = Instant::now();
        loop {
            match self.sql("postgres", "SELECT 1") {
                Ok(_) => return Ok(()),
                Err(error) if since.elapsed() > PATIENCE => {
                    let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    return Err(io::Error::other(format!("{error}\n{log}")));
                }
                Err(_) => sleep(Duration::from_millis(50)),
            }
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A file that says that the folder is still needed.
    fn keep(&self) -> PathBuf {
        self.folder.with_extension("keep")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> io::Result<Output> {
        let mut words = as_server()?;
        words.push(self.programs.join(program).display().to_string());
        let (first, rest) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        Command::new(first).args(rest).args(arguments).arg("-D").arg(self.data()).current_dir(&self.folder).output()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut keeper) = keeper {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(self.keep());
    }
}

impl Base<'_> {
    /// Its address, for an account.
    pub fn url(&self, account: &str) -> String {
        format!("postgresql:///{}?host={}&user={account}", self.name, self.cluster.folder.display())
    }

    /// Runs statements in it as the server's first account; gives what they print, unaligned.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub fn sql(&self, statements: &str) -> io::Result<String> {
        self.cluster.sql(&self.name, statements)
    }
}

/// What stands before a command so that it runs as the server's account.
fn as_server() -> io::Result<Vec<String>> {
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
fn unprivileged() -> io::Result<Option<(u32, u32)>> {
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

fn programs() -> io::Result<PathBuf> {
    let version = |entry: &fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
    let newest = fs::read_dir(PROGRAMS).into_iter().flatten().filter_map(Result::ok);
    let newest = newest.filter_map(|entry| Some((version(&entry)?, entry.path()))).max();
    let (_, path) = newest.ok_or_else(|| io::Error::other(format!("{PROGRAMS} has no version: install postgresql")))?;
    Ok(path.join("bin"))
}

fn succeeded(program: &str, output: &Output) -> io::Result<()> {
    match output.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)))),
    }
}

/// Writes a file that only its owner may read: a password's.
///
/// # Errors
///
/// What the operating system says.
pub fn secret(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
