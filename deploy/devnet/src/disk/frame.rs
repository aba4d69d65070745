//! Records in a file: length, the length's complement, payload, checksum.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use sp_crypto_hashing::blake2_128;

const LENGTHS: usize = 8;
const CHECKSUM: usize = 16;

/// A record as it is written.
///
/// # Errors
/// Where it is longer than 4 GiB.
pub(super) fn frame(payload: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(payload.len()).map_err(|_| io::Error::other("a record is longer than 4 GiB"))?;
    let mut frame = Vec::with_capacity(payload.len().saturating_add(LENGTHS + CHECKSUM));
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&(!length).to_le_bytes());
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&blake2_128(payload));
    Ok(frame)
}

/// What comes next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A whole record.
    Payload(Vec<u8>),
    /// Nothing.
    End,
    /// The beginning of a record, or bytes that were never a record; nothing whole comes after it.
    Torn,
    /// No record, with whole ones behind it.
    Damaged,
}

/// Reads record by record.
pub(super) struct Frames<'a> {
    file: BufReader<&'a File>,
    at: u64,
    length: u64,
}

impl<'a> Frames<'a> {
    /// What comes from byte `at` on.
    pub(super) fn behind(mut file: &'a File, at: u64) -> io::Result<Self> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(at))?;
        Ok(Self { file: BufReader::with_capacity(1 << 20, file), at, length })
    }

    /// Where the next record begins; it stays where no whole one could be read.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    pub(super) fn next(&mut self) -> io::Result<Next> {
        let left = self.length.saturating_sub(self.at);
        if left == 0 {
            return Ok(Next::End);
        }
        match self.whole(left)? {
            Some(payload) => {
                let length = payload.len().saturating_add(LENGTHS + CHECKSUM);
                self.at = self.at.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
                Ok(Next::Payload(payload))
            }
            None => self.judge(),
        }
    }

    /// A record of which nothing is missing. Never takes more memory than the file has bytes.
    fn whole(&mut self, left: u64) -> io::Result<Option<Vec<u8>>> {
        if left < (LENGTHS + CHECKSUM) as u64 {
            return Ok(None);
        }
        let mut lengths = [0; LENGTHS];
        self.file.read_exact(&mut lengths)?;
        let Some(length) = length(lengths).filter(|length| *length <= left - (LENGTHS + CHECKSUM) as u64) else {
            return Ok(None);
        };
        let mut payload = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact(&mut payload)?;
        let mut checksum = [0; CHECKSUM];
        self.file.read_exact(&mut checksum)?;
        Ok((blake2_128(&payload) == checksum).then_some(payload))
    }

    /// A crash leaves one record unfinished, the last one. Where a whole one comes later, it was something else.
    fn judge(&mut self) -> io::Result<Next> {
        self.file.seek(SeekFrom::Start(self.at))?;
        let mut rest = Vec::new();
        self.file.read_to_end(&mut rest)?;
        let later = (1..rest.len()).any(|start| rest.get(start..).is_some_and(begins_with_a_record));
        Ok(if later { Next::Damaged } else { Next::Torn })
    }
}

fn begins_with_a_record(bytes: &[u8]) -> bool {
    let Some((lengths, rest)) = bytes.split_first_chunk::<LENGTHS>() else { return false };
    let Some(length) = length(*lengths).and_then(|length| usize::try_from(length).ok()) else { return false };
    let Some((payload, rest)) = rest.split_at_checked(length) else { return false };
    rest.first_chunk::<CHECKSUM>().is_some_and(|checksum| blake2_128(payload) == *checksum)
}

/// The length, if its complement agrees. No record is empty: zeros are none.
fn length(lengths: [u8; LENGTHS]) -> Option<u64> {
    let [a, b, c, d, e, f, g, h] = lengths;
    let (length, complement) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    (length == !complement && length > 0).then_some(u64::from(length))
}
