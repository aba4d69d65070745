//! Logs go to standard error.

use crate::config::{Format, Log};
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// The one variable of the environment that a service heeds: it wins over `log.filter` for as long as one looks closer.
pub const VARIABLE: &str = "RUST_LOG";

/// The variable, where it is set and a filter.
pub fn from_environment() -> Option<String> {
    let text = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty())?;
    EnvFilter::builder().parse(&text).is_ok().then_some(text)
}

/// Begins to log; the first call counts.
pub fn start(log: &Log) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse_lossy(log.filter.as_str()))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _already = match log.format {
        Format::Text => builder.try_init(),
        Format::Json => builder.json().try_init(),
    };
}
