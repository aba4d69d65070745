//! Files with structure: TOML where the name ends so, JSON otherwise.

use crate::{error::CliError, session::read};
use serde::de::DeserializeOwned;
use std::path::Path;

/// Reads a file.
///
/// # Errors
///
/// [`CliError::Input`] with the place and the reason.
pub fn load<T: DeserializeOwned>(path: &Path, help: &'static str) -> Result<T, CliError> {
    let bytes = read(path, help)?;
    if path.extension().is_some_and(|end| end == "toml") {
        let text = String::from_utf8(bytes).map_err(|error| CliError::file(path, error, help))?;
        return toml::from_str(&text).map_err(|error| CliError::file(path, error.to_string().trim_end(), help));
    }
    serde_json::from_slice(&bytes).map_err(|error| CliError::file(path, error, help))
}
