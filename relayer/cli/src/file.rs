//! Files of people: what may be read, in which words, and how a file is written whole or not at all.

pub mod lines;
mod words;
mod write;

pub use words::{NotText, Place, check, check_from};
pub(crate) use write::{PRIVATE, Part};
pub use write::{publish, write};

use crate::error::CliError;
use serde::de::DeserializeOwned;
use std::{
    fs::{File, FileType},
    io::Read as _,
    os::unix::fs::FileTypeExt as _,
    path::Path,
};

/// Most bytes of a file that is read as one piece.
const MOST: u64 = 64 * 1024 * 1024;
/// Where the operating system shows the descriptors that a program was started with. `/dev/stdin` leads there.
const DESCRIPTORS: [&str; 3] = ["/dev/std", "/dev/fd/", "/proc/"];

/// Opens a file to be read: a regular file, or a pipe or terminal that this program was started with.
///
/// A pipe by its name would be waited for until somebody writes, and a device has no end.
///
/// # Errors
///
/// [`CliError::Input`] which says what is there instead.
pub fn open(path: &Path, help: &'static str) -> Result<File, CliError> {
    let wrong = |reason: &dyn std::fmt::Display| CliError::file(path, reason, help);
    let readable = |kind: FileType| match kind.is_file() || (inherited(path) && !kind.is_dir()) {
        true => Ok(()),
        false => Err(wrong(&format!("is {}, not a file", name(kind)))),
    };
    readable(std::fs::metadata(path).map_err(|error| wrong(&error))?.file_type())?;
    let file = File::open(path).map_err(|error| wrong(&error))?;
    // Whatever was put in its place in between.
    readable(file.metadata().map_err(|error| wrong(&error))?.file_type())?;
    Ok(file)
}

/// Reads a bounded file.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn read(path: &Path, help: &'static str) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = open(path, help)?.take(MOST.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| CliError::file(path, error, help))?;
    match u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST) {
        true => Ok(bytes),
        false => Err(CliError::file(path, "larger than 64 MiB", help)),
    }
}

/// Reads a file of text.
///
/// # Errors
///
/// [`CliError::Input`] with the line where it is not UTF-8, or begins with a byte order mark.
pub fn text(path: &Path, help: &'static str) -> Result<String, CliError> {
    let bytes = read(path, help)?;
    check(&bytes).map_err(|reason| CliError::file(path, reason, help))?;
    String::from_utf8(bytes).map_err(|error| CliError::file(path, error, help))
}

/// Reads a JSON file.
///
/// # Errors
///
/// [`CliError::Input`] with the place and the reason.
pub fn json<T: DeserializeOwned>(path: &Path, help: &'static str) -> Result<T, CliError> {
    serde_json::from_str(&text(path, help)?).map_err(|error| CliError::file(path, error, help))
}

/// Reads a file with structure: TOML where the name ends so, JSON otherwise.
///
/// # Errors
///
/// [`CliError::Input`] with the place and the reason.
pub fn load<T: DeserializeOwned>(path: &Path, help: &'static str) -> Result<T, CliError> {
    load_with_text(path, help).map(|(value, _)| value)
}

/// Reads a file with structure, and its text too.
///
/// # Errors
///
/// [`CliError::Input`] with the place and the reason.
pub fn load_with_text<T: DeserializeOwned>(path: &Path, help: &'static str) -> Result<(T, String), CliError> {
    let text = text(path, help)?;
    let value = if is_toml(path) {
        toml::from_str(&text).map_err(|error| CliError::file(path, error.to_string().trim_end(), help))?
    } else {
        serde_json::from_str(&text).map_err(|error| CliError::file(path, error, help))?
    };
    Ok((value, text))
}

/// Whether a file with structure is read as TOML, by its name.
pub fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

/// Whether a path names a descriptor that this program was started with.
fn inherited(path: &Path) -> bool {
    DESCRIPTORS.iter().any(|prefix| path.as_os_str().as_encoded_bytes().starts_with(prefix.as_bytes()))
}

/// What is at a path that is not a file.
fn name(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_dir() => "a folder",
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        kind if kind.is_socket() => "a socket",
        _ => "something else",
    }
}
