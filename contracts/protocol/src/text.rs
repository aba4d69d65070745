//! Ids in their one text form.

use core::fmt;

/// Not the text form of a seat or a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("not an id: a seat looks like S0, a proposal like 12.S0.1")
    }
}

impl core::error::Error for NotAnId {}

/// A decimal number in its only text form: no sign, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u32> {
    let plain = text == "0" || !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
