//! Where a database is: a file, or a server's address. Passwords stand in neither, and are never shown.

use crate::{Error, sqlite};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};
use url::Url;
use zeroize::Zeroizing;

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// A database of a PostgreSQL server.
    Server(Server),
}

/// A database of a PostgreSQL server, with what one needs to be let in.
#[derive(Clone)]
pub struct Server {
    /// Its address.
    pub url: ServerUrl,
    /// The account's password; none where the server knows the account otherwise.
    pub password: Option<Password>,
    /// A name that the locks of files beside the database have: another program with the same files is kept out.
    pub files: PathBuf,
}

/// Reads an account's password, for each connection anew.
#[derive(Clone)]
pub struct Password(Arc<dyn Fn() -> Result<Zeroizing<String>, String> + Send + Sync>);

/// `postgresql://ACCOUNT@HOST[:PORT]/DATABASE`, or `postgresql:///DATABASE?host=/FOLDER&user=ACCOUNT` for a server's socket.
///
/// Beyond the machine there is TLS with the server's name, always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerUrl {
    text: String,
    /// Account's name.
    pub(crate) account: String,
    pub(crate) host: Host,
    pub(crate) port: u16,
    /// Name of the database.
    pub(crate) database: String,
    /// Certificates of authorities that the server is trusted by, besides those of this machine.
    pub(crate) authority: Option<PathBuf>,
}

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// By the socket in this folder.
    Socket(PathBuf),
    /// On this machine, without TLS.
    Local(String),
    /// With TLS and the server's name.
    Verified(String),
}

impl Password {
    /// One that is read by this.
    pub fn read_by(read: impl Fn() -> Result<Zeroizing<String>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The password; the reason why there is none does not repeat it.
    pub(crate) fn read(&self) -> Result<Zeroizing<String>, String> {
        (self.0)()
    }
}

const FORM: &str = "give postgresql://ACCOUNT@HOST/DATABASE, or postgresql:///DATABASE?host=/FOLDER&user=ACCOUNT";

impl FromStr for ServerUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| FORM)?;
        if !matches!(url.scheme(), "postgresql" | "postgres") || url.fragment().is_some() {
            return Err(FORM);
        }
        // It would be shown in messages and logs.
        if url.password().is_some() {
            return Err("give an address without a password: a file holds it");
        }
        let database = plain(url.path().strip_prefix('/').unwrap_or_default())?;
        let mut account = Some(url.username().to_owned()).filter(|name| !name.is_empty());
        let (mut socket, mut authority, mut verified) = (None, None, None);
        for (name, value) in url.query_pairs() {
            let path = PathBuf::from(value.as_ref());
            let given = match &*name {
                "host" if path.is_absolute() => socket.replace(path).is_some(),
                "host" => return Err("`host` names the folder of a server's socket"),
                "user" => account.replace(value.into_owned()).is_some(),
                "sslrootcert" if path.is_absolute() => authority.replace(path).is_some(),
                "sslrootcert" => return Err("`sslrootcert` names a file by its whole path"),
                "sslmode" if value == "verify-full" => verified.replace(true).is_some(),
                "sslmode" if value == "disable" => verified.replace(false).is_some(),
                "sslmode" => return Err("`sslmode` is verify-full, or on this machine disable"),
                _ => return Err("an address takes `host`, `user`, `sslmode` and `sslrootcert`, nothing else"),
            };
            if given {
                return Err("a parameter of the address is given twice");
            }
        }
        let account = plain(&account.unwrap_or_default())?;
        let named = url.host_str().filter(|host| !host.is_empty());
        let host = match (named, socket) {
            (None, Some(folder)) if verified != Some(true) && authority.is_none() => Host::Socket(folder),
            (None, Some(_)) => return Err("a socket has no TLS"),
            (Some(name), None) if verified == Some(false) => match is_loopback(name) {
                true => Host::Local(name.to_owned()),
                false => return Err("`sslmode=disable` is for this machine alone"),
            },
            (Some(name), None) => Host::Verified(name.trim_matches(['[', ']']).to_owned()),
            (Some(_), Some(_)) | (None, None) => return Err(FORM),
        };
        let port = url.port().unwrap_or(5432);
        Ok(Self { text: text.to_owned(), account, host, port, database, authority })
    }
}

/// A name without anything that an address would have to escape.
fn plain(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.contains(['%', '/']) {
        true => Err(FORM),
        false => Ok(text.to_owned()),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

impl TryFrom<String> for ServerUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ServerUrl> for String {
    fn from(url: ServerUrl) -> Self {
        url.text
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Server({})", self.url)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Server(server) => write!(out, "{}", server.url),
        }
    }
}

impl Place {
    /// The file that the names of the files beside the database begin with.
    pub fn files(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Server(server) => &server.files,
        }
    }

    /// What an error says of a database that was not open before: nothing is waited for then.
    pub(crate) fn unopenable(&self, error: Error) -> Error {
        match (self, error) {
            (Self::File(path), Error::Failing(error)) => sqlite::unopenable(path, error),
            (Self::Server(_), Error::Server(error)) => {
                Error::Unopenable { place: self.to_string(), reason: error.to_string() }
            }
            (_, Error::Replica { place }) => {
                Error::Unsuitable { place, setting: "in_hot_standby", found: "on".into(), wanted: "off" }
            }
            (_, Error::Silent { place }) => Error::Unopenable { place, reason: "the server says nothing".into() },
            (_, other) => other,
        }
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Place {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&Self> for Place {
    fn from(place: &Self) -> Self {
        place.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_whole_or_not_at_all() -> Result<(), &'static str> {
        for (text, host, port) in [
            ("postgresql://me@db.example/audit", Host::Verified("db.example".into()), 5432),
            ("postgresql://me@db.example:6000/audit?sslmode=verify-full", Host::Verified("db.example".into()), 6000),
            ("postgresql://me@[2001:db8::1]/audit", Host::Verified("2001:db8::1".into()), 5432),
            ("postgresql://me@localhost/audit?sslmode=disable", Host::Local("localhost".into()), 5432),
            ("postgresql:///audit?host=/run/postgresql&user=me", Host::Socket("/run/postgresql".into()), 5432),
        ] {
            let url: ServerUrl = text.parse()?;
            assert_eq!((&*url.account, &*url.database, url.host, url.port), ("me", "audit", host, port), "{text}");
        }
        for text in [
            "",
            "audit.db",
            "mysql://me@db.example/audit",
            "postgresql://db.example/audit",
            "postgresql://me@db.example/",
            "postgresql://me@/audit",
            "postgresql://me@db.example/audit?host=/run/postgresql",
            "postgresql:///audit?host=/run/postgresql",
            "postgresql:///audit?host=db.example&user=me",
            "postgresql:///audit?host=/run&user=me&sslmode=verify-full",
            "postgresql://me@db.example/audit?user=you",
            "postgresql://me@db.example/audit?sslmode=disable",
            "postgresql://me@db.example/audit?sslmode=prefer",
            "postgresql://me@db.example/audit?sslmode=require",
            "postgresql://me@db.example/audit?options=-csearch_path%3Devil",
            "postgresql://me@db.example/audit?sslrootcert=ca.pem",
            "postgresql://me@db.example/audit?sslmode=verify-full&sslmode=verify-full",
            "postgresql://m%20e@db.example/audit",
            "postgresql://me@db.example/audit/more",
        ] {
            assert!(text.parse::<ServerUrl>().is_err(), "{text}");
        }
        Ok(())
    }

    #[test]
    fn no_password_is_taken_or_shown() -> Result<(), &'static str> {
        let refused = "postgresql://me:hunter2@db.example/audit".parse::<ServerUrl>();
        assert!(refused.is_err_and(|reason| !reason.contains("hunter2") && reason.contains("password")));
        let url: ServerUrl = "postgresql://me@db.example/audit".parse()?;
        let password = Password::read_by(|| Ok(Zeroizing::new("hunter2".into())));
        let server = Server { url, password: Some(password), files: "audit".into() };
        let place = Place::Server(server);
        assert!(!format!("{place:?} {place}").contains("hunter2"));
        Ok(())
    }
}
