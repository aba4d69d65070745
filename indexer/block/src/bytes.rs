//! Reads bytes from the front, never past the end.

use crate::Malformed;
use blake2::{Blake2b, Digest, digest::consts::U32};
use parity_scale_codec::{Compact, Decode};

/// A BLAKE2-256 hash: of a header, a transaction, a trie node; and the roots made of them.
pub type Hash = [u8; 32];

/// The hash function of the chain.
pub fn blake2_256(bytes: &[u8]) -> Hash {
    Blake2b::<U32>::digest(bytes).into()
}

/// What is left of some bytes.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A compact number, in its shortest form.
    pub(crate) fn compact(&mut self) -> Result<u128, Malformed> {
        // The two low bits of the first byte say how many bytes there are.
        let first = *self.0.first().ok_or(Malformed::Short)?;
        let mut bytes = self.take(match first & 3 {
            0 => 1,
            1 => 2,
            2 => 4,
            _ => usize::from(first >> 2) + 5,
        })?;
        // The codec refuses a longer form than the number needs.
        match (Compact::<u128>::decode(&mut bytes), bytes) {
            (Ok(Compact(number)), []) => Ok(number),
            _ => Err(Malformed::Form("a compact number is too large, or longer than it must be")),
        }
    }

    /// A compact number of 32 bits: lengths and counts.
    pub(crate) fn compact_u32(&mut self) -> Result<u32, Malformed> {
        u32::try_from(self.compact()?).map_err(|_| Malformed::Form("a length has more than 32 bits"))
    }

    /// Bytes behind their length.
    pub(crate) fn prefixed(&mut self) -> Result<&'a [u8], Malformed> {
        let count = self.compact_u32()?;
        self.take(usize::try_from(count).map_err(|_| Malformed::Short)?)
    }

    /// What was read since `earlier`, which is an earlier copy of this reader.
    pub(crate) fn since(&self, earlier: &Self) -> &'a [u8] {
        earlier.0.get(..earlier.0.len().saturating_sub(self.0.len())).unwrap_or_default()
    }

    pub(crate) fn end(&self) -> Result<(), Malformed> {
        match self.0.len() {
            0 => Ok(()),
            left => Err(Malformed::Left(left)),
        }
    }
}

/// Reads all of the bytes as one value.
pub(crate) fn exactly<'a, T>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<T, Malformed> {
    let mut reader = Reader::new(bytes);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Refuses bytes that are longer than the limit.
pub(crate) fn at_most(bytes: &[u8], limit: usize) -> Result<(), Malformed> {
    match bytes.len() > limit {
        true => Err(Malformed::TooLong(limit)),
        false => Ok(()),
    }
}
