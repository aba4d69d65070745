//! Cosignatures: a witness says that it has seen a log grow up to a checkpoint, and nothing that contradicts it.
//! <https://c2sp.org/tlog-cosignature>, Ed25519 (type 0x04).
//!
//! ```text
//! signed    = "cosignature/v1\n" ‖ "time " ‖ TIME, decimal ‖ "\n" ‖ the checkpoint's text
//! signature = TIME (u64, big-endian) ‖ Ed25519 signature (64)
//! ```

mod policy;

pub use policy::{Policy, PolicyError, Unwitnessed, Witnessed};

use crate::{
    checkpoint::{Checkpoint, Signed},
    note::{Key, OpenError, SignError, Signature},
};

/// Type byte of cosignatures.
const COSIGNATURE: u8 = 0x04;
/// Last time that a cosignature can have.
pub const LAST_TIME: u64 = u64::MAX >> 1;

/// An Ed25519 key that cosigns: type 0x04. Its signed bytes do not name it, so no two witnesses have one key.
pub type WitnessKey = Key<COSIGNATURE>;

/// A cosignature of a known witness that verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosigned<'k> {
    /// Whose it is.
    pub witness: &'k WitnessKey,
    /// When it was made by the witness's clock, in seconds since the Unix epoch.
    pub time: u64,
}

/// The bytes that a witness signs for a checkpoint.
#[must_use]
pub fn message(checkpoint: &Checkpoint, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{checkpoint}").into_bytes()
}

/// The line of a cosignature: 64 bytes that the witness has made over [`message`]. It ends with a newline.
///
/// # Errors
///
/// Where the signature does not verify, or the time is 0 or above [`LAST_TIME`].
pub fn line(
    checkpoint: &Checkpoint,
    witness: &WitnessKey,
    time: u64,
    signature: &[u8; 64],
) -> Result<String, SignError> {
    made(checkpoint, witness, time, signature).map(|signature| format!("{signature}\n"))
}

impl Signed {
    /// Adds a cosignature: 64 bytes that the witness has made over [`message`].
    ///
    /// # Errors
    ///
    /// Where the signature does not verify, the time is 0 or above [`LAST_TIME`], or the note has no room for it.
    pub fn cosign(&mut self, witness: &WitnessKey, time: u64, signature: &[u8; 64]) -> Result<(), SignError> {
        let signature = made(self.checkpoint(), witness, time, signature)?;
        Ok(self.note_mut().add(signature)?)
    }

    /// Every cosignature of a known witness, in the order of the note. Unknown witnesses are ignored.
    ///
    /// # Errors
    ///
    /// Where a signature names a known witness and is not of it: the whole note is refused.
    pub fn cosignatures<'k>(&self, known: &'k [WitnessKey]) -> Result<Vec<Cosigned<'k>>, OpenError> {
        let time = |key: &WitnessKey, bytes: &[u8]| {
            let (time, signature) = bytes.split_first_chunk::<8>()?;
            let time = u64::from_be_bytes(*time);
            let holds = time <= LAST_TIME && key.verifies(&message(self.checkpoint(), time), signature);
            holds.then_some(time)
        };
        let all = self.note().verified(known, time)?;
        Ok(all.into_iter().map(|(witness, time)| Cosigned { witness, time }).collect())
    }
}

fn made(
    checkpoint: &Checkpoint,
    witness: &WitnessKey,
    time: u64,
    signature: &[u8; 64],
) -> Result<Signature, SignError> {
    let dated = (1..=LAST_TIME).contains(&time);
    if !dated || !witness.verifies(&message(checkpoint, time), signature) {
        return Err(SignError::Wrong(witness.name().clone()));
    }
    let bytes = [time.to_be_bytes().as_slice(), signature].concat();
    Ok(Signature::new(witness.name().clone(), witness.id(), &bytes))
}
