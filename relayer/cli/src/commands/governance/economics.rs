//! The economics file of a bridge route: JSON, amounts as decimal strings, assets as CAIP-19 text.

use crate::{error::CliError, session::read};
use greatseal_protocol::{bytes::AssetHash, digest, route::Economics};
use serde::Deserialize;
use std::path::Path;

const COURSE: &str = "course is neither to-public nor to-private";
const HELP: &str = "see docs/protocol.md, section `Bridge routes`, for the fields of an economics file";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    destination: String,
    course: String,
    rate_num: String,
    rate_den: String,
    rate_from: String,
    rate_until: String,
    fee_bps: u16,
    fee_min: String,
    fee_max: String,
    tx_min: String,
    tx_max: String,
    account_max: String,
    aggregate_max: String,
    count_max: u32,
    period: u32,
    large: String,
}

/// Reads an economics file.
///
/// # Errors
///
/// [`CliError::Input`] where a field is missing, unknown, not a decimal, or contradicts another.
pub fn load(path: &Path) -> Result<Economics, CliError> {
    let file: File = serde_json::from_slice(&read(path, HELP)?).map_err(|error| CliError::file(path, error, HELP))?;
    let amount = |name: &str, text: &str| {
        text.parse::<u128>().map_err(|error| CliError::file(path, format!("{name}: {error}"), HELP))
    };
    let seconds = |name: &str, text: &str| {
        text.parse::<u64>().map_err(|error| CliError::file(path, format!("{name}: {error}"), HELP))
    };
    let economics = Economics {
        source: asset_of(path, &file.source)?,
        destination: asset_of(path, &file.destination)?,
        course: file.course.parse().map_err(|_| CliError::file(path, COURSE, HELP))?,
        rate_num: amount("rate_num", &file.rate_num)?,
        rate_den: amount("rate_den", &file.rate_den)?,
        rate_from: seconds("rate_from", &file.rate_from)?,
        rate_until: seconds("rate_until", &file.rate_until)?,
        fee_bps: file.fee_bps,
        fee_min: amount("fee_min", &file.fee_min)?,
        fee_max: amount("fee_max", &file.fee_max)?,
        tx_min: amount("tx_min", &file.tx_min)?,
        tx_max: amount("tx_max", &file.tx_max)?,
        account_max: amount("account_max", &file.account_max)?,
        aggregate_max: amount("aggregate_max", &file.aggregate_max)?,
        count_max: file.count_max,
        period: file.period,
        large: amount("large", &file.large)?,
    };
    match economics.consistent() {
        true => Ok(economics),
        false => Err(CliError::file(path, "the values contradict each other", HELP)),
    }
}

fn asset_of(path: &Path, text: &str) -> Result<AssetHash, CliError> {
    asset(text).ok_or_else(|| CliError::file(path, format!("`{text}` is not a CAIP-19 asset"), HELP))
}

/// SHA-256 of a CAIP-19 text, which names one asset on one chain.
pub fn asset(text: &str) -> Option<AssetHash> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let shaped = text.split_once('/').is_some_and(|(chain, asset)| chain.contains(':') && asset.contains(':'));
    (plain && shaped && text.len() <= 256).then(|| AssetHash(digest::sha256(&[text.as_bytes()])))
}
