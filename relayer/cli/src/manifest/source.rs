//! Where entries come from: one a line, or a JSON list of them. What a file is, its content says and not its name. Of a file of
//! any length one entry is in memory.

use super::{
    entry::EntryFile,
    faults::Faults,
    header::{HeaderFile, HeaderLine},
};
use crate::{
    error::CliError,
    file::{
        check,
        lines::{BadLine, Bounds, Lines, MOST, parsed},
        open,
    },
    output::note,
};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::{
    cell::Cell,
    fmt,
    io::{self, BufRead, BufReader, Cursor, Read as _},
    path::Path,
};

/// An entry with the longest of everything has about 700 bytes.
const BOUNDS: Bounds = Bounds { bytes: 16 * 1024, lines: MOST };
/// Bytes from which it is seen what a file is.
const BEGINNING: u64 = 4 * 1024;
/// After so many entries a person who waits hears of them.
const PROGRESS: u64 = 100_000;

/// What a line of a file says, or why it cannot be read.
pub(super) enum Read {
    /// What the batch commits to.
    Header(Result<HeaderFile, String>),
    /// An entry, or something that is none.
    Entry(Result<EntryFile, String>),
}

/// Takes what was read and the line that it begins in.
pub(super) type Take<'a> = &'a mut dyn FnMut(u64, Read);

/// Reads all entries of a file, one after the other. What makes the rest unreadable is a fault and ends it.
///
/// # Errors
///
/// [`CliError::Input`] where the file cannot be read at all.
pub(super) fn each(path: &Path, help: &'static str, faults: &mut Faults, take: Take<'_>) -> Result<(), CliError> {
    let failed = |error: io::Error| CliError::file(path, error, help);
    let mut input = BufReader::new(open(path, help)?);
    let mut head = Vec::new();
    input.by_ref().take(BEGINNING).read_to_end(&mut head).map_err(failed)?;
    let beginning = head.get(..4).unwrap_or(&head);
    if let Err(reason @ (crate::file::NotText::Mark { .. } | crate::file::NotText::Utf16)) = check(beginning) {
        faults.whole(reason);
        return Ok(());
    }
    let shape = Shape::of(&head);
    let input = Cursor::new(head).chain(input);
    let mut count = 0_u64;
    let mut take = |line: u64, read: Read| {
        count = count.saturating_add(1);
        if count.is_multiple_of(PROGRESS) {
            note(&format!("{count} entries"));
        }
        take(line, read);
    };
    match shape {
        Shape::Lines => lines(input, faults, &mut take).map_err(failed),
        Shape::List => {
            list(input, faults, &mut take, false);
            Ok(())
        }
        Shape::Whole => {
            list(input, faults, &mut take, true);
            Ok(())
        }
    }
}

/// How the entries stand in a file.
enum Shape {
    /// One a line.
    Lines,
    /// `[…]`
    List,
    /// `{"entries": […]}`
    Whole,
}

impl Shape {
    fn of(beginning: &[u8]) -> Self {
        match beginning.trim_ascii_start() {
            [b'[', ..] => Self::List,
            [b'{', rest @ ..] if rest.trim_ascii_start().starts_with(b"\"entries\"") => Self::Whole,
            _ => Self::Lines,
        }
    }
}

fn lines(input: impl BufRead, faults: &mut Faults, take: Take<'_>) -> io::Result<()> {
    Lines::new(input, BOUNDS).each(|line, text| match text {
        Ok(text) => take(line, parse(line, text)),
        Err(bad @ (BadLine::Long { .. } | BadLine::Many { .. })) => faults.add(line, bad),
        Err(bad) => take(line, Read::Entry(Err(bad.to_string()))),
    })
}

/// A header or an entry; the place in an error is within its line.
fn parse(line: u64, text: &str) -> Read {
    let header = text.strip_prefix('{').is_some_and(|rest| rest.trim_ascii_start().starts_with("\"header\""));
    let reason = |bad: BadLine| bad.to_string();
    match header {
        true => Read::Header(parsed(line, text).map(|line: HeaderLine| line.header).map_err(reason)),
        false => Read::Entry(parsed(line, text).map_err(reason)),
    }
}

fn list(input: impl BufRead, faults: &mut Faults, take: Take<'_>, whole: bool) {
    let (line, since) = (Cell::new(1), Cell::new(0));
    let metered = Metered { input, line: &line, since: &since };
    let mut json = serde_json::Deserializer::from_reader(metered);
    let entries = Entries { line: &line, since: &since, take };
    let read = match whole {
        true => json.deserialize_map(Whole(entries)),
        false => json.deserialize_seq(entries),
    };
    if let Err(error) = read.and_then(|()| json.end()) {
        faults.add(line.get(), format!("{error}; the rest was not read"));
    }
}

/// Counts lines, and refuses to go on where an entry has no end.
struct Metered<'a, R> {
    input: R,
    line: &'a Cell<u64>,
    since: &'a Cell<u64>,
}

impl<R: BufRead> io::Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // One byte at a time, so that the line is that of the byte which the parser looks at; the reader below is buffered.
        let (Some(place), Some(&byte)) = (into.first_mut(), self.input.fill_buf()?.first()) else { return Ok(0) };
        self.input.consume(1);
        *place = byte;
        self.since.set(self.since.get().saturating_add(1));
        match byte {
            b'\n' => self.line.set(self.line.get().saturating_add(1)),
            0 => return Err(io::Error::other("a NUL byte")),
            _ => {}
        }
        match self.since.get() > BOUNDS.bytes {
            true => Err(io::Error::other(format!("longer than {} bytes, which no entry is", BOUNDS.bytes))),
            false => Ok(1),
        }
    }
}

/// The list, element by element.
struct Entries<'a> {
    line: &'a Cell<u64>,
    since: &'a Cell<u64>,
    take: Take<'a>,
}

/// The object with nothing but the list.
struct Whole<'a>(Entries<'a>);

/// One element, with the line that it begins in.
struct Element<'a>(&'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = (u64, Box<RawValue>);

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        let line = self.0.get();
        Ok((line, Box::<RawValue>::deserialize(json)?))
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some((line, element)) = list.next_element_seed(Element(self.line))? {
            self.since.set(0);
            (self.take)(line, parse(line, element.get()));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with `entries`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        use serde::de::Error as _;
        match map.next_key::<String>()?.as_deref() {
            Some("entries") => map.next_value_seed(self.0)?,
            _ => return Err(A::Error::missing_field("entries")),
        }
        match map.next_key::<String>()? {
            None => Ok(()),
            Some(key) => Err(A::Error::unknown_field(&key, &["entries"])),
        }
    }
}
