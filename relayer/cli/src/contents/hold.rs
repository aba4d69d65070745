//! What one indexer holds of a content, and how it gets one.

use super::Source;
use crate::{
    error::CliError,
    services::{Service, Standing},
};
use greatseal_content::MOST_CIPHERTEXTS;
use greatseal_host::client::Upload;
use greatseal_protocol::{
    bytes::{parse_hex, to_hex},
    content::{Address, Content},
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use std::io::IsTerminal as _;

/// Bytes from which on a person who waits sees how far it is.
const LARGE: u64 = 1024 * 1024;

/// In which form an indexer holds a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// For everybody.
    Public,
    /// Encrypted.
    Restricted,
    /// Not at all.
    Nobody,
}

/// `GET /v1/contents/ADDRESS?restricted`
#[derive(Deserialize)]
struct Restricted {
    restricted: Vec<String>,
}

/// The path of a content.
pub(super) fn path(address: &Address) -> String {
    format!("/v1/contents/{address}")
}

/// In which form an indexer says that it holds a content.
///
/// # Errors
///
/// Those of [`Service::standing`].
pub async fn held(indexer: &Service, address: &Address) -> Result<Holder, CliError> {
    if indexer.standing(&path(address)).await? == Standing::Has {
        return Ok(Holder::Public);
    }
    Ok(match list_restricted(indexer, address).await?.as_slice() {
        [] => Holder::Nobody,
        _ => Holder::Restricted,
    })
}

/// SHA-256 of the ciphertexts of a content that an indexer has.
///
/// # Errors
///
/// Those of [`Service::get`].
pub(super) async fn list_restricted(indexer: &Service, address: &Address) -> Result<Vec<[u8; 32]>, CliError> {
    let listed: Restricted = match indexer.get(&format!("{}?restricted", path(address))).await {
        Ok(listed) => listed,
        Err(CliError::Service { problem, .. }) if problem.code.starts_with("unknown") => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(listed.restricted.iter().take(MOST_CIPHERTEXTS).filter_map(|hex| parse_hex(hex).ok()).collect())
}

/// The path of one of its ciphertexts.
pub(super) fn restricted_path(address: &Address, ciphertext: &[u8; 32]) -> String {
    format!("{}?restricted={}", path(address), to_hex(ciphertext))
}

/// Brings a content: as it is, or encrypted.
///
/// # Errors
///
/// Those of [`Service::put`].
pub(super) async fn upload(
    indexer: &Service,
    content: &Content,
    source: &Source,
    restricted: bool,
) -> Result<(), CliError> {
    let length = source.length();
    let bar = bar(length, &format!("{} to {}", content.kind, indexer.url()));
    let path = match restricted {
        true => format!("{}?restricted", path(&content.address)),
        false => path(&content.address),
    };
    let sent = indexer.put(&path, Upload { length, source: source.open() }, &|bytes| bar.set_position(bytes)).await;
    bar.finish_and_clear();
    sent
}

/// Progress of something that takes a while, on a terminal.
pub(super) fn bar(length: u64, what: &str) -> ProgressBar {
    if length < LARGE || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(greatseal_host::printable::Printable::new(what).to_string());
    bar
}
