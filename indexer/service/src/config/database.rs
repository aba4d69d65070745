//! `[database]`: a file, or a server.

use crate::error::Error;
use greatseal_host::config::ConfigError;
use greatseal_signing::SecretSource;
use greatseal_store::{Password, Place, Server, ServerUrl};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// SQLite file; created where there is none. With a server: what the names of the files begin with that are kept here.
    pub file: PathBuf,
    /// A PostgreSQL server, instead of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<ServerUrl>,
    /// File with the password of the server's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
}

impl Database {
    /// Where it is, with the password's file, which is read for each connection.
    ///
    /// # Errors
    ///
    /// A password that cannot be read, or that is for nothing.
    pub fn place(&self) -> Result<Place, Error> {
        let Some(url) = &self.url else {
            return match &self.password_file {
                None => Ok(Place::File(self.file.clone())),
                Some(_) => Err(Error::Config(ConfigError::Value {
                    place: "the configuration".into(),
                    key: "database.password_file".into(),
                    reason: "a file has no password: name a server with database.url".into(),
                })),
            };
        };
        let password = match &self.password_file {
            None => None,
            Some(path) => {
                let source = SecretSource::File(path.clone());
                source.text().map_err(Error::Password)?;
                Some(Password::read_by(move || source.text().map_err(|error| error.to_string())))
            }
        };
        Ok(Place::Server(Server { url: url.clone(), password, files: self.file.clone() }))
    }
}
