//! A header as a file has it: the first line of a manifest, or a file of its own.

use super::{
    Faults,
    source::{self, Read},
};
use crate::{error::CliError, file};
use greatseal_protocol::batch::{Header, Rail};
use serde::{Deserialize, Serialize};
use std::{fmt::Display, path::Path, str::FromStr};

const HELP: &str = "`greatseal manifest make` writes a header";

/// `{"header": {…}}`
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderLine {
    pub(super) header: HeaderFile,
}

/// A header with numbers of 64 bits and more, and bytes, as text.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderFile {
    version: u8,
    deployment: String,
    program: u32,
    asset: String,
    payer: String,
    rail: String,
    rules: u32,
    line: u32,
    pay_on: String,
    count: u32,
    total: String,
    root: String,
    parent: Option<String>,
}

impl HeaderFile {
    /// The header, or what is wrong with it.
    pub(super) fn header(&self) -> Result<Header, String> {
        let number = |name: &str, text: &str| {
            crate::number::whole::<u128>(text).map_err(|reason| format!("{name} of the header {reason}"))
        };
        let pay_on = number("pay_on", &self.pay_on)?;
        Ok(Header {
            version: self.version,
            deployment: parsed("deployment", &self.deployment)?,
            program: self.program,
            asset: parsed("asset", &self.asset)?,
            payer: greatseal_protocol::bytes::parse_hex(&self.payer).map_err(|error| wrong("payer", error))?,
            rail: parsed::<Rail>("rail", &self.rail).map_err(|_| "rail of the header is none".to_owned())?,
            rules: self.rules,
            line: self.line,
            pay_on: u64::try_from(pay_on).map_err(|_| "pay_on of the header is no time".to_owned())?,
            count: self.count,
            total: number("total", &self.total)?,
            root: parsed("root", &self.root)?,
            parent: self.parent.as_deref().map(|text| parsed("parent", text)).transpose()?,
        })
    }

    pub(super) fn of(header: &Header) -> Self {
        Self {
            version: header.version,
            deployment: header.deployment.to_string(),
            program: header.program,
            asset: header.asset.to_string(),
            payer: greatseal_protocol::bytes::to_hex(&header.payer),
            rail: header.rail.to_string(),
            rules: header.rules,
            line: header.line,
            pay_on: header.pay_on.to_string(),
            count: header.count,
            total: header.total.to_string(),
            root: header.root.to_string(),
            parent: header.parent.map(|parent| parent.to_string()),
        }
    }
}

/// A header in a file of its own.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn header(path: &Path) -> Result<Header, CliError> {
    let found: HeaderLine = file::load(path, HELP)?;
    found.header.header().map_err(|reason| CliError::file(path, reason, HELP))
}

/// The header in a manifest's file, whatever its entries are; `None` where the file does not begin with one.
///
/// # Errors
///
/// [`CliError::Input`] where the file cannot be read.
pub fn header_of(path: &Path) -> Result<Option<Header>, CliError> {
    let (mut header, mut first) = (None, true);
    source::each(path, HELP, &mut Faults::default(), &mut |_, read| {
        if let (true, Read::Header(Ok(found))) = (std::mem::replace(&mut first, false), read) {
            header = found.header().ok();
        }
    })?;
    Ok(header)
}

fn parsed<T: FromStr>(name: &str, text: &str) -> Result<T, String>
where
    T::Err: Display,
{
    text.parse().map_err(|error| wrong(name, error))
}

fn wrong(name: &str, error: impl Display) -> String {
    format!("{name} of the header: {error}")
}
