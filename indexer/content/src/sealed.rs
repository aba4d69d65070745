//! A ciphertext of which nobody here can see what is in it: whether it has the hash of its name, and the form of age.

use crate::restricted::{LONGEST_HEADER, NONCE, decryptor};
use sha2::{Digest as _, Sha256};

/// What is kept of its beginning: the header, and what stands between it and the payload.
const BEGINNING: usize = LONGEST_HEADER + NONCE;

/// Why bytes are not the ciphertext of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSealed {
    /// They have another hash.
    #[error("has another SHA-256 than its name says")]
    Changed,
    /// They have no header of age.
    #[error("is no file in the age format")]
    NotEncrypted,
}

/// A ciphertext while it goes by.
#[derive(Clone, Debug, Default)]
pub struct Sealed {
    hash: Sha256,
    begins: Vec<u8>,
}

impl Sealed {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        let room = BEGINNING.saturating_sub(self.begins.len()).min(bytes.len());
        self.begins.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }

    /// Ends. Whether the payload was changed, and what is in it, only a reader can tell.
    ///
    /// # Errors
    ///
    /// [`NotSealed`].
    pub fn finish(self, named: &[u8; 32]) -> Result<(), NotSealed> {
        if <[u8; 32]>::from(self.hash.finalize()) != *named {
            return Err(NotSealed::Changed);
        }
        decryptor(self.begins.as_slice()).map(drop).map_err(|_| NotSealed::NotEncrypted)
    }
}

#[cfg(test)]
mod tests {
    use super::{NotSealed, Sealed};
    use crate::restricted::{Identity, MAGIC, encrypt};
    use sha2::{Digest as _, Sha256};

    fn judged(bytes: &[u8]) -> Result<(), NotSealed> {
        let mut sealed = Sealed::default();
        bytes.chunks(7).for_each(|piece| sealed.push(piece));
        sealed.finish(&Sha256::digest(bytes).into())
    }

    #[test]
    fn a_ciphertext_is_one_and_a_letter_is_none() -> Result<(), Box<dyn std::error::Error>> {
        let mut honest = Vec::new();
        encrypt(&Identity::generate().readers(), &mut &[7; 200_000][..], &mut honest)?;
        assert_eq!(judged(&honest), Ok(()));
        let letter = [MAGIC, b"Dear auditor: the report was withdrawn\n"].concat();
        let endless = [MAGIC, &b"-> X25519 a\n".repeat(20_000)].concat();
        for none in [&b""[..], MAGIC, &letter, &endless, &honest[..100], &honest[1..]] {
            assert_eq!(judged(none), Err(NotSealed::NotEncrypted));
        }
        let mut sealed = Sealed::default();
        sealed.push(&honest);
        assert_eq!(sealed.finish(&[0; 32]), Err(NotSealed::Changed));
        Ok(())
    }
}
