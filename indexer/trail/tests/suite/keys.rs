//! Keys of tests, and trees of numbered leaves.

use crate::Outcome;
use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_trail::{
    checkpoint::{Checkpoint, Log, Origin, Signed},
    cosignature::{WitnessKey, message},
    note::{Key, KeyName, VerifierKey},
    tree::{Hash, Head, Memory, leaf_hash, root},
};

/// A key with its secret.
pub(crate) struct Secret {
    pub(crate) name: KeyName,
    pub(crate) secret: SigningKey,
}

impl Secret {
    pub(crate) fn new(name: &str, seed: u8) -> Outcome<Self> {
        Ok(Self { name: KeyName::new(name)?, secret: SigningKey::from_bytes(&[seed; 32]) })
    }

    pub(crate) fn key<const TYPE: u8>(&self) -> Outcome<Key<TYPE>> {
        Ok(Key::new(self.name.clone(), self.secret.verifying_key().as_bytes())?)
    }

    pub(crate) fn verifier(&self) -> Outcome<VerifierKey> {
        self.key()
    }

    pub(crate) fn witness(&self) -> Outcome<WitnessKey> {
        self.key()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }

    pub(crate) fn log(&self) -> Outcome<Log> {
        Ok(Log { origin: Origin::new(self.name.as_str())?, keys: vec![self.verifier()?] })
    }

    /// A checkpoint that this log has signed.
    pub(crate) fn checkpoint(&self, head: Head) -> Outcome<Signed> {
        let checkpoint = Checkpoint::new(Origin::new(self.name.as_str())?, head);
        let signature = self.sign(checkpoint.text()?.as_bytes());
        Ok(checkpoint.sign(&self.verifier()?, &signature)?)
    }

    pub(crate) fn cosign(&self, signed: &mut Signed, time: u64) -> Outcome {
        let signature = self.sign(&message(signed.checkpoint(), time));
        Ok(signed.cosign(&self.witness()?, time, &signature)?)
    }
}

/// The entry with this number.
pub(crate) fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

/// The hash of that entry.
pub(crate) fn leaf(number: u64) -> Hash {
    leaf_hash(&entry(number))
}

/// A tree of so many numbered entries.
pub(crate) fn tree(size: u64) -> Outcome<Memory> {
    let mut tree = Memory::new();
    (0..size).try_for_each(|number| tree.push(leaf(number)))?;
    Ok(tree)
}

pub(crate) fn head(tree: &mut Memory, size: u64) -> Outcome<Head> {
    Ok(Head { size, root: root(tree, size)? })
}
