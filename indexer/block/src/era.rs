//! How long a transaction is valid, and the block that its signature names for that.

use crate::{Malformed, bytes::exactly};

/// Life of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// For ever. The signature names the chain's genesis.
    Immortal,
    /// For `period` blocks. The signature names the block of its birth.
    Mortal {
        /// Blocks, a power of two from 4 to 65536.
        period: u32,
        /// Place of the birth within a period: below `period`.
        phase: u32,
    },
}

impl Era {
    /// Reads all of the bytes as an era: one byte 0, or two.
    ///
    /// # Errors
    ///
    /// [`Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        exactly(bytes, |reader| {
            let first = reader.byte()?;
            if first == 0 {
                return Ok(Self::Immortal);
            }
            let bits = u32::from(u16::from_le_bytes([first, reader.byte()?]));
            let period = 2_u32 << (bits % 16);
            let phase = (bits >> 4) * (period >> 12).max(1);
            match period >= 4 && phase < period {
                true => Ok(Self::Mortal { period, phase }),
                false => Err(Malformed::Form("an era's phase lies outside of its period")),
            }
        })
    }

    /// Height of the block whose hash the signature names, of a transaction that is in the block at `height`. An
    /// immortal transaction names block 0.
    pub fn birth(self, height: u32) -> u32 {
        match self {
            Self::Immortal => 0,
            Self::Mortal { period, phase } => {
                let elapsed = height.max(phase) - phase;
                elapsed - elapsed % period + phase
            }
        }
    }
}
