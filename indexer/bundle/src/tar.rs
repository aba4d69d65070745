//! A bundle as one file: a tar of one form (ustar, POSIX.1-1988), so that the same files are the same bytes, and so that a reader
//! needs no more than a page of code. Regular files with rising names, mode 0644, time and owner 0; two empty blocks at the end.
//!
//! Every header is made anew from its name and size and compared: links, folders, devices, sparse files, extensions and sizes above
//! 8 GiB have no such header.

use crate::name::is_name;
use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
};

/// A header, and the unit in which files are filled up.
pub(crate) const BLOCK: usize = 512;
/// Longest field `name`.
const NAME: usize = 100;
/// Longest field `prefix`.
const PREFIX: usize = 155;
/// Largest size of eleven octal digits.
const LARGEST: u64 = 0o777_7777_7777;
/// Most files of a bundle.
pub const MOST_FILES: usize = 1 << 20;

/// Where a file stands in a tar: first byte and length.
pub(crate) type Span = (u64, u64);

/// Why a file is no tar of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATar {
    /// A header is none of a regular file of a bundle, as this program writes them.
    #[error("is no header of a file of a bundle")]
    Header,
    /// Names do not rise.
    #[error("names a file that does not come behind the one before it")]
    Order,
    /// The file ends too early.
    #[error("is cut off")]
    CutOff,
    /// What fills a file up, or ends the tar, is not empty.
    #[error("is not empty where it has to be")]
    Filling,
    /// There are more files than a bundle has.
    #[error("begins one file more than a bundle may have")]
    TooMany,
}

/// The header of a file; none where name or size do not fit.
pub(crate) fn header(name: &str, size: u64) -> Option<[u8; BLOCK]> {
    if !is_name(name) || size > LARGEST {
        return None;
    }
    let (prefix, rest) = split(name)?;
    let mut block = [0; BLOCK];
    let size = format!("{size:011o}\0");
    let fields: [(usize, &[u8]); 11] = [
        (0, rest.as_bytes()),
        (100, b"0000644\0"),
        (108, b"0000000\0"),
        (116, b"0000000\0"),
        (124, size.as_bytes()),
        (136, b"00000000000\0"),
        (148, b"        "),
        (156, b"0"),
        (257, b"ustar\x0000"),
        (329, b"0000000\x000000000\0"),
        (345, prefix.as_bytes()),
    ];
    for (at, bytes) in fields {
        block.get_mut(at..)?.get_mut(..bytes.len())?.copy_from_slice(bytes);
    }
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block.get_mut(148..156)?.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(block)
}

/// Prefix and name: all in the name where it fits, else divided at the first slash at which both fit.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME {
        return Some(("", path));
    }
    let slashes =
        path.match_indices('/').filter_map(|(at, _)| Some((path.get(..at)?, path.get(at.checked_add(1)?..)?)));
    slashes.into_iter().find(|(prefix, name)| prefix.len() <= PREFIX && name.len() <= NAME)
}

/// Name and size in a header, where it is the header of these two.
fn parse(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let text = |from: usize, most: usize| {
        let field = block.get(from..)?.get(..most)?;
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(most);
        str::from_utf8(field.get(..end)?).ok()
    };
    let (prefix, name) = (text(345, PREFIX)?, text(0, NAME)?);
    let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
    let size = u64::from_str_radix(text(124, 12)?, 8).ok()?;
    (header(&path, size).as_ref() == Some(block)).then_some((path, size))
}

/// How many bytes fill a file of this size up.
fn filling(size: u64) -> u64 {
    let block = 512;
    size.next_multiple_of(block).saturating_sub(size)
}

/// Where each file stands, found in one pass over the headers.
pub(crate) fn index(
    tar: &mut (impl Read + io::Seek),
    length: u64,
) -> io::Result<Result<BTreeMap<String, Span>, (u64, NotATar)>> {
    let (mut files, mut at) = (BTreeMap::<String, Span>::new(), 0_u64);
    loop {
        let wrong = |reason| Ok(Err((at, reason)));
        let mut block = [0; BLOCK];
        if length.saturating_sub(at) < 512 {
            return wrong(NotATar::CutOff);
        }
        tar.seek(io::SeekFrom::Start(at))?;
        tar.read_exact(&mut block)?;
        if block.iter().all(|byte| *byte == 0) {
            return match length.saturating_sub(at) {
                512..1024 => wrong(NotATar::CutOff),
                1024 => {
                    tar.read_exact(&mut block)?;
                    if block.iter().any(|byte| *byte != 0) { wrong(NotATar::Filling) } else { Ok(Ok(files)) }
                }
                _ => wrong(NotATar::Filling),
            };
        }
        let Some((name, size)) = parse(&block) else { return wrong(NotATar::Header) };
        if files.last_key_value().is_some_and(|(last, _)| *last >= name) {
            return wrong(NotATar::Order);
        }
        if files.len() >= MOST_FILES {
            return wrong(NotATar::TooMany);
        }
        let from = at.saturating_add(512);
        let fill = filling(size);
        let next = from.saturating_add(size).saturating_add(fill);
        if next > length {
            return wrong(NotATar::CutOff);
        }
        if fill > 0 {
            tar.seek(io::SeekFrom::Start(from.saturating_add(size)))?;
            let mut rest = Vec::new();
            tar.by_ref().take(fill).read_to_end(&mut rest)?;
            if rest.iter().any(|byte| *byte != 0) {
                return wrong(NotATar::Filling);
            }
        }
        files.insert(name, (from, size));
        at = next;
    }
}

/// Writes one file after the other.
#[derive(Debug)]
pub(crate) struct Writer<W>(pub(crate) W);

impl<W: Write> Writer<W> {
    /// Appends a file. Names have to rise.
    pub(crate) fn append(&mut self, name: &str, size: u64, bytes: &mut impl Read) -> io::Result<()> {
        let header = header(name, size).ok_or_else(|| io::Error::other("a name or a size does not fit into a tar"))?;
        self.0.write_all(&header)?;
        let copied = io::copy(&mut bytes.take(size), &mut self.0)?;
        if copied != size {
            return Err(io::Error::other("a file has become shorter while it was read"));
        }
        io::copy(&mut io::repeat(0).take(filling(size)), &mut self.0)?;
        Ok(())
    }

    /// Ends the tar.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.0.write_all(&[0; 2 * BLOCK])?;
        Ok(self.0)
    }
}
