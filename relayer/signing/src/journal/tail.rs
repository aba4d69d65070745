//! What stands behind the last line break: something that a crash can have left there, or damage.
//!
//! A line is written with one call and then made durable. A crash or a full disk between the two leaves the beginning of
//! that line. Only this is repaired: a whole line without its break gets its break, and the beginning of a line is taken
//! away, because no key was used for it. NUL bytes, other line breaks, a second line or a line of another place in the
//! journal are no such beginning: somebody's disk or hand has been at lines that may have been released.

use super::entry::{LONGEST, Line, ROOT};
use greatseal_trail::tree::Frontier;
use serde_json::error::Category;

/// One character in a row at a line's end: a digest of zeros has 64.
const LONGEST_RUN: usize = 64;

/// What a crash can have left.
#[derive(Debug)]
pub(super) enum Tail {
    /// A whole line; only its line break is missing.
    Whole(Box<Line>, Frontier),
    /// The beginning of a line.
    Torn,
}

/// Damage behind the last line break.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// Where it is, counted from the line's beginning.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) reason: &'static str,
}

/// Reads the bytes behind the last line break, where the line of number `next` has to begin.
pub(super) fn read(bytes: &[u8], next: u64, before: &Frontier) -> Result<Tail, Damage> {
    // A journal is never without its first line: it is placed whole, or not at all.
    if next == 0 {
        return Err(foreign(bytes).unwrap_or(Damage { at: 0, reason: "its first line is not whole" }));
    }
    if let Some(damage) = foreign(bytes) {
        return Err(damage);
    }
    if bytes.len() >= LONGEST {
        return Err(Damage { at: 0, reason: "the line is too long" });
    }
    if let Ok((line, trail)) = Line::read(bytes, before) {
        return Ok(Tail::Whole(Box::new(line), trail));
    }
    beginning(bytes, next).map(|()| Tail::Torn)
}

/// A byte that no line has.
fn foreign(bytes: &[u8]) -> Option<Damage> {
    let (at, byte) = bytes.iter().enumerate().find(|(_, byte)| byte.is_ascii_control())?;
    let reason = match byte {
        0 => "there is a NUL byte, which no crash of this program leaves",
        b'\r' => "there is a carriage return: the file was written by something else",
        _ => "there is a control character, which no line has",
    };
    Some(Damage { at, reason })
}

/// Refuses what is not the beginning of one line: its root, then JSON as it is written here.
fn beginning(bytes: &[u8], next: u64) -> Result<(), Damage> {
    let damage = |at, reason| Err(Damage { at, reason });
    let (root, rest) = bytes.split_at(bytes.len().min(ROOT));
    let hexadecimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if let Some(at) = root.iter().position(|byte| !hexadecimal(byte)) {
        return damage(at, "there is something else than the beginning of a line");
    }
    let Some((space, json)) = rest.split_first() else { return Ok(()) };
    if *space != b' ' {
        return damage(ROOT, "there is something else than the beginning of a line");
    }
    let start = format!("{{\"seq\":{next},\"at\":");
    if let Some(at) = json.iter().zip(start.as_bytes()).position(|(found, wanted)| found != wanted) {
        return damage(ROOT + 1 + at, "there is the beginning of another line");
    }
    if let Some(at) = space_between(json) {
        return damage(ROOT + 1 + at, "there is white space that no line has");
    }
    if let Some(at) = filled(json) {
        return damage(ROOT + 1 + at, "one byte fills its end");
    }
    if let Err(error) = std::str::from_utf8(json)
        && error.error_len().is_some()
    {
        return damage(ROOT + 1 + error.valid_up_to(), "there is no UTF-8");
    }
    match serde_json::from_slice::<Line>(json).map_err(|error| error.classify()) {
        Err(Category::Eof) => Ok(()),
        // Nothing is missing but the line break, and yet its root does not hold.
        Ok(_) => damage(0, "its root does not hold: it, or a line before it, was altered"),
        Err(_) => damage(ROOT + 1, "there is something else than the beginning of an entry"),
    }
}

/// White space outside of words: entries are written without any.
fn space_between(json: &[u8]) -> Option<usize> {
    let (mut inside, mut escaped) = (false, false);
    json.iter().position(|byte| {
        let found = !inside && byte.is_ascii_whitespace();
        match (escaped, byte) {
            (true, _) => escaped = false,
            (false, b'\\') => escaped = inside,
            (false, b'"') => inside = !inside,
            _ => {}
        }
        found
    })
}

/// One byte up to the end, inside of words too: what a device fills a block with.
fn filled(json: &[u8]) -> Option<usize> {
    let last = json.last()?;
    let run = json.iter().rev().take_while(|byte| *byte == last).count();
    let most = if *last == b' ' { 1 } else { LONGEST_RUN };
    (run > most).then(|| json.len().saturating_sub(run))
}
