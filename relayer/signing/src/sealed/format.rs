//! The bytes of a sealed file: a header that says everything but the secret, and the secret under it.
//!
//! ```text
//! "GREATSEAL-SEALED-KEY-1\n"                                       23 bytes
//! purpose (1: seat, 2: payer, 3: companion, 4: audit, 5: witness)  1
//! Argon2id, version 0x13: KiB of memory (LE), passes, lanes         4 + 1 + 1
//! salt                                                             16
//! nonce of XChaCha20-Poly1305                                      24
//! Ed25519 public key; of a companion the hash that names it        32
//! label: its length, its bytes                                      1 + 1…64
//! -- so far the header: associated data of what follows --
//! Ed25519 secret key (RFC 8032), or ML-DSA-65 seed (FIPS 204,
//! algorithm 6), encrypted, and the tag                             32 + 16
//! ```

use crate::{Error, Purpose, Result, keys};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::{AeadInPlace as _, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use std::path::Path;
use zeroize::Zeroizing;

const MAGIC: &[u8; 23] = b"GREATSEAL-SEALED-KEY-1\n";
/// What all versions begin with.
const FAMILY: usize = 21;
const SECRET: usize = 32;
const TAG: usize = 16;
const FIXED: usize = MAGIC.len() + 1 + 6 + 16 + 24 + 32 + 1;
/// Longest file.
pub(super) const MAX: usize = FIXED + keys::LONGEST_LABEL + SECRET + TAG;

/// What a guess at the passphrase costs: parameters of Argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// KiB of memory.
    pub memory: u32,
    /// Passes over it.
    pub passes: u8,
    /// Lanes.
    pub lanes: u8,
}

impl Work {
    /// The second recommended option of RFC 9106, section 4: 64 MiB, three passes, four lanes.
    pub const RECOMMENDED: Self = Self { memory: 64 * 1024, passes: 3, lanes: 4 };
    /// The least that is read or written. For tests: a guess takes milliseconds.
    pub const LEAST: Self = Self { memory: 8 * 1024, passes: 1, lanes: 1 };
    /// The most that is read or written: a file cannot take all memory, nor a day.
    pub const MOST: Self = Self { memory: 1024 * 1024, passes: 16, lanes: 16 };

    fn is_bounded(&self) -> bool {
        let within = |it: u32, least: u32, most: u32| (least..=most).contains(&it);
        within(self.memory, Self::LEAST.memory, Self::MOST.memory)
            && within(self.passes.into(), Self::LEAST.passes.into(), Self::MOST.passes.into())
            && within(self.lanes.into(), Self::LEAST.lanes.into(), Self::MOST.lanes.into())
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Argon2id {} MiB, {} passes, {} lanes", self.memory / 1024, self.passes, self.lanes)
    }
}

/// Everything but the secret.
pub(super) struct Header {
    pub(super) purpose: Purpose,
    pub(super) work: Work,
    pub(super) salt: [u8; 16],
    pub(super) nonce: [u8; 24],
    pub(super) public: [u8; 32],
    pub(super) label: String,
}

impl Header {
    /// Every file has one reading at most, and no byte is left over.
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let not = |reason| Error::NotSealed { path: path.into(), reason };
        let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or_else(|| {
            let ours = MAGIC.get(..FAMILY).is_some_and(|family| bytes.starts_with(family));
            not(if ours { "it is of a version that this program does not know" } else { "it does not begin like one" })
        })?;
        let mut rest = Reader(rest);
        let header = (|| {
            let [purpose] = rest.take()?;
            let memory = u32::from_le_bytes(rest.take()?);
            let [passes, lanes] = rest.take()?;
            let (salt, nonce, public) = (rest.take()?, rest.take()?, rest.take()?);
            let [length] = rest.take()?;
            let label = std::str::from_utf8(rest.bytes(length.into())?).ok()?.to_owned();
            let purpose = Purpose::from_tag(purpose)?;
            Some(Self { purpose, work: Work { memory, passes, lanes }, salt, nonce, public, label })
        })();
        let header = header.filter(|header| keys::is_file_name(&header.label) && rest.0.len() == SECRET + TAG);
        let header = header.ok_or_else(|| not("its header or its length is wrong"))?;
        match header.work.is_bounded() {
            true => Ok(header),
            false => Err(not("its Argon2id parameters are out of bounds")),
        }
    }

    /// The whole file.
    pub(super) fn seal(&self, secret: &[u8; SECRET], passphrase: &str, path: &Path) -> Result<Vec<u8>> {
        if !self.work.is_bounded() {
            return Err(Error::NotSealed { path: path.into(), reason: "Argon2id parameters are out of bounds" });
        }
        let header = self.bytes();
        let mut text = Zeroizing::new(*secret);
        let cipher = self.cipher(passphrase)?;
        let tag = cipher.encrypt_in_place_detached(XNonce::from_slice(&self.nonce), &header, text.as_mut_slice());
        let tag = tag.map_err(|_| Error::NotUnsealed { path: path.into() })?;
        Ok([header.as_slice(), text.as_slice(), tag.as_slice()].concat())
    }

    /// The secret of a file that this header was parsed from.
    pub(super) fn open(&self, file: &[u8], passphrase: &str, path: &Path) -> Result<Zeroizing<[u8; SECRET]>> {
        let refused = || Error::NotUnsealed { path: path.into() };
        let (header, sealed) = file.split_at_checked(file.len().saturating_sub(SECRET + TAG)).ok_or_else(refused)?;
        let (text, tag) = sealed.split_first_chunk::<SECRET>().ok_or_else(refused)?;
        let tag: &[u8; TAG] = tag.try_into().map_err(|_| refused())?;
        let mut secret = Zeroizing::new(*text);
        let cipher = self.cipher(passphrase)?;
        cipher
            .decrypt_in_place_detached(
                XNonce::from_slice(&self.nonce),
                header,
                secret.as_mut_slice(),
                Tag::from_slice(tag),
            )
            .map_err(|_| refused())?;
        Ok(secret)
    }

    fn bytes(&self) -> Vec<u8> {
        let length = u8::try_from(self.label.len()).unwrap_or(u8::MAX);
        [
            MAGIC.as_slice(),
            &[self.purpose.tag()],
            &self.work.memory.to_le_bytes(),
            &[self.work.passes, self.work.lanes],
            &self.salt,
            &self.nonce,
            &self.public,
            &[length],
            self.label.as_bytes(),
        ]
        .concat()
    }

    fn cipher(&self, passphrase: &str) -> Result<XChaCha20Poly1305> {
        let Work { memory, passes, lanes } = self.work;
        let no_memory = || Error::NoMemory { mebibytes: memory / 1024 };
        let mut key = Zeroizing::new([0; 32]);
        let parameters = Params::new(memory, passes.into(), lanes.into(), Some(key.len())).map_err(|_| no_memory())?;
        let count = parameters.block_count();
        let mut blocks = Zeroizing::new(Vec::<Block>::new());
        blocks.try_reserve_exact(count).map_err(|_| no_memory())?;
        blocks.resize(count, Block::default());
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        let derived = argon.hash_password_into_with_memory(
            passphrase.as_bytes(),
            &self.salt,
            key.as_mut_slice(),
            blocks.as_mut_slice(),
        );
        derived.map_err(|_| no_memory())?;
        Ok(XChaCha20Poly1305::new(chacha20poly1305::Key::from_slice(key.as_slice())))
    }
}

/// The rest of a header.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const SIZE: usize>(&mut self) -> Option<[u8; SIZE]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}
