//! What an open key can be asked: a seat's key for an envelope, a payer's for a transaction.

use crate::{
    Act, Authorized, Backend, Calls, Error, KeyInfo, Payment, Request, Result, Transaction, Use,
    keyring::{Keyring, Private, blocking},
};
use greatseal_protocol::{
    bytes::ChainGenesis,
    envelope::Envelope,
    key::{Key, Signature},
};
use std::{fmt, sync::Arc, time::Duration};

/// A seat's key: signs what a person has agreed to.
#[derive(Clone, Debug)]
pub struct Signer(pub(crate) Held);

/// A payer's key: signs transactions that were read, and no message of the protocol.
#[derive(Clone, Debug)]
pub struct Payer(pub(crate) Held);

/// A key that is open.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) keyring: Keyring,
    pub(crate) info: Arc<KeyInfo>,
    pub(crate) key: Key,
    pub(crate) private: Private,
}

impl Signer {
    /// The public key.
    pub fn key(&self) -> Key {
        self.0.key
    }

    /// The key as its store describes it.
    pub fn info(&self) -> &KeyInfo {
        &self.0.info
    }

    /// Signs what was agreed to: written down, signed, verified in software, written down again, released.
    ///
    /// # Errors
    ///
    /// [`Error::OtherDecision`] where the journal holds a decision that contradicts this one.
    pub async fn sign(&self, authorized: &Authorized<Request>) -> Result<Envelope> {
        if authorized.key() != self.key() {
            return Err(Error::WrongKey { authorized: authorized.key(), held: self.key() });
        }
        let Request::Command { domain, command } = authorized.request().clone();
        let message = authorized.request().message(&self.key());
        let began = std::time::Instant::now();
        let signature = self.0.sign(Use::command(authorized, self.0.backend()), message.to_vec()).await?;
        let order = command.order.name();
        let envelope = Envelope::seal(&domain, command, self.key(), signature);
        tracing::info!(key = %self.key(), order, micros = began.elapsed().as_micros(), "signed");
        Ok(envelope)
    }

    /// Signs the transaction of an act: the same order of effects, the same journal. Whoever has the parts of the
    /// transaction makes it whole.
    ///
    /// # Errors
    ///
    /// Those of [`sign`](Self::sign).
    pub async fn act(&self, authorized: &Authorized<Act>) -> Result<[u8; 64]> {
        if authorized.key() != self.key() {
            return Err(Error::WrongKey { authorized: authorized.key(), held: self.key() });
        }
        let act = authorized.request();
        match self.0.sign(Use::act(authorized, self.0.backend()), act.message()).await? {
            Signature::Ed25519(bytes) => {
                tracing::info!(key = %self.key(), order = act.order(), "signed a transaction");
                Ok(bytes)
            }
            Signature::P256(_) => Err(Error::BadSignature),
        }
    }

    /// For how long the token has been stuck: see [`Keyring::stuck`].
    pub fn stuck(&self) -> Option<Duration> {
        self.0.keyring.stuck()
    }

    /// Proves the key anew: whether it can be relied on now.
    ///
    /// # Errors
    ///
    /// What a signature would fail with.
    pub async fn probe(&self) -> Result<()> {
        self.0.probe().await
    }
}

impl Payer {
    /// The account: the public key's 32 bytes.
    pub fn account(&self) -> [u8; 32] {
        self.0.key.topic()
    }

    /// The key as its store describes it.
    pub fn info(&self) -> &KeyInfo {
        &self.0.info
    }

    /// Whether the journal is there and holds: without it nothing can be paid.
    ///
    /// # Errors
    ///
    /// What the first payment would fail with.
    pub async fn ready(&self) -> Result<()> {
        let journal = Arc::clone(&self.0.keyring.journal);
        blocking(move || journal.ready(false)).await
    }

    /// Reads a transaction, compares its payload with what is about to be sent, and signs it.
    ///
    /// # Errors
    ///
    /// [`Error::NoAct`] for what a payer does not sign: see [`Payment::read`].
    pub async fn read_and_pay(
        &self,
        calls: Calls,
        genesis: ChainGenesis,
        transaction: &Transaction,
        payload: &[u8],
    ) -> Result<[u8; 64]> {
        let payment = Payment::read(calls, genesis, transaction)?;
        if payment.message() != payload {
            return Err(Error::NoAct("its payload is not made of its parts"));
        }
        self.pay(&payment).await
    }

    /// Signs a transaction that was read.
    ///
    /// # Errors
    ///
    /// What the journal or the key fails with.
    pub async fn pay(&self, payment: &Payment) -> Result<[u8; 64]> {
        match self.0.sign(Use::payment(self.0.key, payment, self.0.backend()), payment.message().to_vec()).await? {
            Signature::Ed25519(bytes) => Ok(bytes),
            Signature::P256(_) => Err(Error::BadSignature),
        }
    }

    /// For how long the token has been stuck: see [`Keyring::stuck`].
    pub fn stuck(&self) -> Option<Duration> {
        self.0.keyring.stuck()
    }

    /// Proves the key anew: whether it can be relied on now.
    ///
    /// # Errors
    ///
    /// What a signature would fail with.
    pub async fn probe(&self) -> Result<()> {
        self.0.probe().await
    }
}

impl Held {
    fn backend(&self) -> Backend {
        match self.private {
            Private::Token(_) => Backend::Token,
            Private::Sealed(_) => Backend::Sealed,
        }
    }

    /// The order of effects. Whatever fails, nothing is released that is not on record.
    async fn sign(&self, used: Use, message: Vec<u8>) -> Result<Signature> {
        let journal = Arc::clone(&self.keyring.journal);
        let receipt = blocking(move || journal.intend(&used)).await?;
        let signature = self.keyring.sign(&self.private, self.key, message).await?;
        let journal = Arc::clone(&self.keyring.journal);
        blocking(move || journal.release(receipt, &signature).map(|()| signature)).await
    }

    pub(crate) async fn probe(&self) -> Result<()> {
        let (info, found, _) = self.keyring.admit(&self.info.label, self.info.purpose).await?;
        if found != self.key {
            return Err(Error::WrongKey { authorized: self.key, held: found });
        }
        let (label, wanted) = (info.label, self.info.purpose);
        match info.purpose == wanted {
            true => Ok(()),
            false => Err(Error::WrongPurpose { label, purpose: info.purpose, wanted }),
        }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Key").field("key", &self.key).finish_non_exhaustive()
    }
}
