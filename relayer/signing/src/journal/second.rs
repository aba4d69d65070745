//! Journals of version 2, whose lines were linked one to the other: read once, to be gone on from.
//!
//! ```text
//! link(n) = SHA-256(link(n - 1) ‖ JSON(n))        link(-1) = SHA-256("GREATSEAL-SIGNING-JOURNAL-1")
//! line(n) = hex(link(n)) " " JSON(n) "\n"
//! ```

use super::{
    entry::{Entry, LONGEST, Line, ROOT, VERSION},
    replay::Replay,
};
use crate::{Error, Result};
use greatseal_protocol::{
    bytes::{parse_hex, to_hex},
    hash::sha256,
};
use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
};

/// Number of that version.
const SECOND: u32 = 2;

/// What such a journal holds.
pub(super) struct Chain {
    /// Link of its last line.
    pub(super) head: [u8; 32],
    /// The JSON of its lines but the first: these stand in a journal of the present version as they are.
    pub(super) entries: Vec<Vec<u8>>,
}

/// Whether a first line, without its newline, is one of that version.
pub(super) fn begins(line: &[u8]) -> bool {
    let Ok((json, _)) = linked(line, &first_link()) else { return false };
    let line = serde_json::from_slice(json);
    matches!(line, Ok(Line { seq: 0, entry: Entry::Started { version: SECOND, continues: None, .. }, .. }))
}

/// Reads and verifies a whole journal of that version.
pub(super) fn read(file: &File, path: &Path) -> Result<Chain> {
    let mut reader = BufReader::new(file);
    let mut chain = Chain { head: first_link(), entries: Vec::new() };
    let (mut replay, mut end, mut next) = (Replay::new(), 0_u64, 0_u64);
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX);
    loop {
        let broken = |reason| Error::JournalBroken { path: path.into(), line: next, byte: end, reason };
        let mut bytes = Vec::new();
        let count = reader.by_ref().take(most).read_until(b'\n', &mut bytes);
        let count = count.map_err(|reason| Error::JournalUnreadable { path: path.into(), reason })?;
        if count == 0 && next > 0 {
            return Ok(chain);
        }
        let line = bytes.strip_suffix(b"\n").ok_or_else(|| broken("the line is not whole"))?;
        let (json, link) = linked(line, &chain.head).map_err(broken)?;
        if next == 0 {
            if !begins(line) {
                return Err(broken("it does not start a journal of version 2"));
            }
            let entry = Entry::Started { version: VERSION, id: String::new(), continues: None };
            replay.next_is(&Line { seq: 0, at: 0, entry }).map_err(broken)?;
        } else {
            let line = serde_json::from_slice(json).map_err(|_| broken("it is no entry of version 2"))?;
            replay.next_is(&line).map_err(broken)?;
            chain.entries.push(json.to_vec());
        }
        chain.head = link;
        (end, next) = (end.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)), next.saturating_add(1));
    }
}

/// The JSON of a line, and its link, which holds.
fn linked<'l>(line: &'l [u8], before: &[u8; 32]) -> std::result::Result<(&'l [u8], [u8; 32]), &'static str> {
    let (link, json) = line.split_at_checked(ROOT).ok_or("the line is too short")?;
    let json = json.strip_prefix(b" ").ok_or("there is no link")?;
    let found = sha256(&[before, json]);
    let said = std::str::from_utf8(link).ok().and_then(|link| parse_hex::<32>(link).ok());
    match said == Some(found) && link == to_hex(&found).as_bytes() {
        true => Ok((json, found)),
        false => Err("its link does not hold: it, or a line before it, was altered, added or taken away"),
    }
}

/// What the first link covers besides the first line.
fn first_link() -> [u8; 32] {
    sha256(&[b"GREATSEAL-SIGNING-JOURNAL-1"])
}
