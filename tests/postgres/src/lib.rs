//! A real PostgreSQL server in a folder of its own, for tests and measurements: reached by a socket in that folder, with fsync.
//!
//! PostgreSQL refuses to run as root: it then runs as `postgres`, the account of Debian's package. However the process ends that
//! has started a server, the server ends with it, and its folder is removed. The first server is kept, stopped, beside what was
//! built: each later one is a copy of it. A database that is not needed any more is emptied and given to the next who asks.

mod machine;

use machine::{as_server, built, copied, given, programs, succeeded};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);
/// The first word of the password of [`KNOWN`].
pub const PASSWORD: &str = "correct horse battery staple";
/// An account that has to give a password.
pub const KNOWN: &str = "known";
/// Another one, which a test makes and whose password it changes.
pub const ROTATED: &str = "rotated";
/// The name of a server's socket.
pub const SOCKET: &str = ".s.PGSQL.5432";
/// Changed with how the first server is made.
const EDITION: u32 = 1;
/// Empties a database, whoever uses it still.
const EMPTIED: &str = "\
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
END $$;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;";

/// A server.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    keeper: Mutex<Option<Child>>,
    databases: AtomicU32,
    /// Those that are empty again.
    free: Mutex<Vec<String>>,
}

/// A database of a server, empty at first, that belongs to the account `owner`.
#[derive(Debug)]
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
        let first = Self::first()?;
        let cluster = Self::nowhere()?;
        copied(&first, &cluster.data())?;
        cluster.resume()?;
        Ok(cluster)
    }

    /// The files of a server that is kept for copies: making one takes longer than all that a test does with it.
    fn first() -> io::Result<PathBuf> {
        let (programs, built) = (programs()?, built()?);
        // Others wait until it is made.
        let lock = File::options().create(true).truncate(false).write(true).open(built.join("gspg.lock"))?;
        lock.lock()?;
        let version = programs.parent().and_then(Path::file_name).unwrap_or_default();
        let first = built.join(format!("gspg-{}-{EDITION}", version.display()));
        if !first.exists() {
            let made = Self::made()?;
            made.stop()?;
            let part = built.join("gspg.part");
            let _ = fs::remove_dir_all(&part);
            copied(&made.data(), &part)?;
            fs::rename(&part, &first)?;
        }
        Ok(first)
    }

    /// A folder for a server.
    fn nowhere() -> io::Result<Self> {
        // A socket's path is short, and the server's account has to come in.
        let folder = tempfile::Builder::new().prefix("gspg").tempdir_in("/tmp")?.keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        let (keeper, databases, free) = (Mutex::default(), AtomicU32::new(0), Mutex::default());
        let cluster = Self { folder, programs: programs()?, keeper, databases, free };
        given(&cluster.folder)?;
        Ok(cluster)
    }

    fn made() -> io::Result<Self> {
        let cluster = Self::nowhere()?;
        // Nothing is in it yet that could be lost.
        let made = cluster
            .run("initdb", &["--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--auth=trust"])?;
        succeeded("initdb", &made)?;
        fs::write(
            cluster.data().join("pg_hba.conf"),
            format!("local all {KNOWN},{ROTATED} scram-sha-256\nlocal all all trust\n"),
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
        if let Some(name) = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(Base { cluster: self, name });
        }
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

    /// Makes a replica of it, which is only read and waits for what never comes, until it is promoted.
    ///
    /// # Errors
    ///
    /// Where it does not answer in time.
    pub fn demote(&self) -> io::Result<()> {
        self.stop()?;
        let signal = self.data().join("standby.signal");
        fs::write(&signal, "")?;
        given(&signal)?;
        self.resume()
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
        // It outlives a test by a moment, and what a test says has ended by then.
        let keeper = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
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
        self.url_by(account, &self.cluster.folder)
    }

    /// Its address, for an account, by a socket in another folder.
    pub fn url_by(&self, account: &str, folder: &Path) -> String {
        format!("postgresql:///{}?host={}&user={account}", self.name, folder.display())
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        self.cluster.folder.join(SOCKET)
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

impl Drop for Base<'_> {
    fn drop(&mut self) {
        // Of a server that has ended there is nothing to give on.
        if self.sql(EMPTIED).is_ok() {
            self.cluster.free.lock().unwrap_or_else(PoisonError::into_inner).push(self.name.clone());
        }
    }
}

/// Writes a file that only its owner may read: a password's.
///
/// # Errors
///
/// What the operating system says.
pub fn secret(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
