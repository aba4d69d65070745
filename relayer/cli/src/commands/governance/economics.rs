//! The economics file of a bridge route: JSON, amounts as decimal strings, assets as CAIP-19 text.

use crate::{
    caip::Asset,
    contents::AtHand,
    date::{date, year},
    error::CliError,
    file,
    manifest::quoted,
    number::whole,
};
use greatseal_protocol::{
    bytes::AssetHash,
    route::{Economics, MAX_BAND},
};
use serde::Deserialize;
use std::{fmt::Display, path::Path, str::FromStr};

const COURSE: &str = "course is neither to-public nor to-private";
const HELP: &str = "see docs/protocol/rules-bridge.md, section `Economics`, for the fields of an economics file";

/// Last year that a rate may name; what is later was meant in another unit.
const LAST_YEAR: u64 = 2200;

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
    lot_max: String,
    rate_band_bps: u16,
}

/// Reads an economics file.
///
/// # Errors
///
/// [`CliError::Input`] where a field is missing, unknown, not a decimal, or contradicts another.
pub fn load(at_hand: &AtHand, path: &Path) -> Result<Economics, CliError> {
    let file: File = file::json(path, HELP)?;
    let amount = |name: &str, text: &str| number::<u128>(path, name, text);
    let seconds = |name: &str, text: &str| {
        let at = number::<u64>(path, name, text)?;
        match year(at) {
            ..=LAST_YEAR => Ok(at),
            year => {
                Err(wrong(path, name, format!("{text} is in the year {year}: seconds since 1970, not milliseconds")))
            }
        }
    };
    let economics = Economics {
        source: asset(at_hand, path, "source", &file.source)?,
        destination: asset(at_hand, path, "destination", &file.destination)?,
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
        lot_max: amount("lot_max", &file.lot_max)?,
        rate_band_bps: file.rate_band_bps,
    };
    match contradiction(&economics) {
        None if economics.consistent() => Ok(economics),
        None => Err(CliError::file(path, "the values contradict each other", HELP)),
        Some(reason) => Err(CliError::file(path, reason, HELP)),
    }
}

/// Which fields contradict each other. Whether any do, the contract's own rule says.
fn contradiction(of: &Economics) -> Option<String> {
    let amounts = [
        ("tx_min", of.tx_min, "tx_max", of.tx_max),
        ("tx_max", of.tx_max, "account_max", of.account_max),
        ("account_max", of.account_max, "aggregate_max", of.aggregate_max),
        ("lot_max", of.lot_max, "aggregate_max", of.aggregate_max),
        ("fee_min", of.fee_min, "fee_max", of.fee_max),
    ];
    let over = amounts.into_iter().find(|(_, less, _, more)| less > more);
    let over = over.map(|(lower, less, upper, more)| format!("{lower} {less} is above {upper} {more}"));
    let zero = [("rate_num", of.rate_num), ("rate_den", of.rate_den)].into_iter().find(|(_, part)| *part == 0);
    let zero = zero.map(|(name, _)| format!("{name} is 0"));
    let validity = (of.rate_from >= of.rate_until)
        .then(|| format!("rate_from, {}, is not before rate_until, {}", date(of.rate_from), date(of.rate_until)));
    let band = (of.rate_band_bps > MAX_BAND).then(|| format!("rate_band_bps {} is above {MAX_BAND}", of.rate_band_bps));
    over.or(zero).or(validity).or(band)
}

fn wrong(path: &Path, field: &str, reason: impl Display) -> CliError {
    CliError::file(path, format!("{field}: {reason}"), HELP)
}

fn number<T: FromStr>(path: &Path, field: &str, text: &str) -> Result<T, CliError> {
    whole(text).map_err(|reason| wrong(path, field, format!("{} {reason}", quoted(text))))
}

fn asset(at_hand: &AtHand, path: &Path, field: &str, text: &str) -> Result<AssetHash, CliError> {
    let asset = Asset::parse(text).map_err(|reason| wrong(path, field, format!("{} {reason}", quoted(text))))?;
    Ok(AssetHash(at_hand.words(&asset.to_string())))
}
