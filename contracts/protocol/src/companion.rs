//! Envelopes with a companion's signature beside them: what signers make, and relayers and audits check.
//!
//! Two signatures over the same 45 bytes, and both must hold (hybrid-AND). The bytes name the seat's key and the command;
//! the companion's context says what it is for. The contract is given the envelope alone.

use crate::{
    council::Phase,
    digest::{Domain, signed_message},
    envelope::Envelope,
    language::Proof,
    phase::{CONTEXT, CompanionHash, KEY_BYTES, SIGNATURE_BYTES, companion_hash},
    refusal::Refusal,
};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use ml_dsa::{ExpandedSigningKey, KeyExport as _, Keypair as _, MlDsa65, Seed, Signature, SigningKey, VerifyingKey};
use parity_scale_codec::{Decode, DecodeAll, Encode};
use scale_info::TypeInfo;

/// An envelope, and what its seat's companion says to it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Companioned {
    /// [`Companioned::VERSION`]: tells it from an envelope, which the contract refuses it for.
    pub version: u8,
    /// The envelope's bytes.
    pub envelope: Vec<u8>,
    /// ML-DSA-65 public key (FIPS 204).
    pub key: Box<[u8; KEY_BYTES]>,
    /// ML-DSA-65 signature with [`CONTEXT`] over the envelope's signed message.
    pub signature: Box<[u8; SIGNATURE_BYTES]>,
}

/// What is sent to a relayer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// An envelope alone.
    Bare(Vec<u8>),
    /// With a companion's signature.
    Companioned(Companioned),
}

/// Why an envelope does not count in its council's phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCompanioned {
    /// The envelope itself: a rule of the contract.
    Envelope(Refusal),
    /// The phase asks for the companion's signature, which is not there.
    Missing,
    /// The seat has named no companion.
    NotNamed,
    /// The key is not the one that the seat has named.
    OtherKey,
    /// The companion's signature does not hold for this envelope.
    BadSignature,
}

/// A companion's private key; wiped when it is dropped.
pub struct CompanionKey(SigningKey<MlDsa65>);

impl Companioned {
    /// The only version.
    pub const VERSION: u8 = 2;
    /// Most bytes of it.
    pub const MAX: usize =
        Envelope::MAX.saturating_add(KEY_BYTES).saturating_add(SIGNATURE_BYTES).saturating_add(1 + 4);

    /// Bounded, exact decoding; the envelope inside is not looked at yet.
    ///
    /// # Errors
    ///
    /// 100, 101, 102, as for an envelope.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        match bytes.first() {
            _ if bytes.len() > Self::MAX => Err(Refusal::TooLarge),
            Some(&Self::VERSION) => Self::decode_all(&mut &*bytes).map_err(|_| Refusal::Decode),
            Some(_) => Err(Refusal::WrongVersion),
            None => Err(Refusal::Decode),
        }
    }

    /// The bytes that travel.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode()
    }

    /// Whether this key, the one that was named, signed what the envelope says.
    fn holds(&self, envelope: &Envelope, domain: &Domain, named: CompanionHash) -> Result<(), NotCompanioned> {
        if companion_hash(&*self.key) != named {
            return Err(NotCompanioned::OtherKey);
        }
        let message = signed_message(domain, &envelope.key, &envelope.command);
        let key = VerifyingKey::<MlDsa65>::decode(&(*self.key).into());
        let signature = Signature::decode(&(*self.signature).into()).ok_or(NotCompanioned::BadSignature)?;
        key.verify_with_context(&message, CONTEXT, &signature).then_some(()).ok_or(NotCompanioned::BadSignature)
    }
}

impl Sent {
    /// An envelope, or one with a companion's signature, by its first byte.
    ///
    /// # Errors
    ///
    /// 100, 101, 102.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        match bytes.first() {
            // What is none is what the contract takes it for: an envelope of another version.
            Some(&Companioned::VERSION) => match Companioned::parse(bytes) {
                Ok(companioned) => Ok(Self::Companioned(companioned)),
                Err(_) => Err(Envelope::parse(bytes).err().unwrap_or(Refusal::WrongVersion)),
            },
            _ if bytes.len() > Envelope::MAX => Err(Refusal::TooLarge),
            _ => Ok(Self::Bare(bytes.to_vec())),
        }
    }

    /// The envelope's bytes: what the contract is given.
    pub fn envelope(&self) -> &[u8] {
        match self {
            Self::Bare(envelope) | Self::Companioned(Companioned { envelope, .. }) => envelope,
        }
    }

    /// The envelope, where it counts for a seat whose council is in `phase` and that has named `named`.
    ///
    /// A companion is shown when it is named, in every phase. A key that accepts its seat has none yet, and whoever
    /// gives itself up needs none.
    ///
    /// # Errors
    ///
    /// What is missing or does not hold.
    pub fn admit(
        &self,
        domain: &Domain,
        phase: Phase,
        named: Option<CompanionHash>,
    ) -> Result<Envelope, NotCompanioned> {
        let envelope = Envelope::parse(self.envelope()).map_err(NotCompanioned::Envelope)?;
        envelope.verify(domain).map_err(NotCompanioned::Envelope)?;
        let (asked, named) = match envelope.command.order.proof() {
            Proof::Companion(companion) => (true, Some(companion)),
            Proof::Acceptance | Proof::Nothing => (false, named),
            Proof::Phase => (phase.needs_companion(), named),
        };
        match self {
            Self::Bare(_) if asked => Err(NotCompanioned::Missing),
            Self::Bare(_) => Ok(envelope),
            Self::Companioned(companioned) => {
                companioned.holds(&envelope, domain, named.ok_or(NotCompanioned::NotNamed)?)?;
                Ok(envelope)
            }
        }
    }
}

impl CompanionKey {
    /// The key of a seed (FIPS 204, section 3.6.3): 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_seed(&Seed::from(*seed)))
    }

    /// The public key's 1,952 bytes.
    pub fn public(&self) -> [u8; KEY_BYTES] {
        self.0.verifying_key().to_bytes().into()
    }

    /// What the seat names.
    pub fn name(&self) -> CompanionHash {
        companion_hash(&self.public())
    }

    /// Signs beside an envelope that its own key has signed already; deterministic (FIPS 204, section 3.4).
    ///
    /// # Errors
    ///
    /// 104 where the envelope does not verify: a companion adds to a signature, it never stands alone.
    pub fn accompany(&self, domain: &Domain, envelope: &Envelope) -> Result<Companioned, Refusal> {
        envelope.verify(domain)?;
        let message = signed_message(domain, &envelope.key, &envelope.command);
        let expanded: &ExpandedSigningKey<MlDsa65> = self.0.expanded_key();
        let signature = expanded.sign_deterministic(&message, CONTEXT).map_err(|_| Refusal::BadSignature)?;
        Ok(Companioned {
            version: Companioned::VERSION,
            envelope: envelope.to_bytes(),
            key: Box::new(self.public()),
            signature: Box::new(signature.encode().into()),
        })
    }
}

impl fmt::Debug for CompanionKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CompanionKey({})", self.name())
    }
}

impl NotCompanioned {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Envelope(refusal) => refusal.help(),
            Self::Missing => "sign again with --companion LABEL",
            Self::NotNamed => "name the seat's companion first",
            Self::OtherKey => "sign with the companion that the seat has named",
            Self::BadSignature => "sign the command again, with both keys",
        }
    }
}

impl fmt::Display for NotCompanioned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Envelope(refusal) => fmt::Display::fmt(refusal, out),
            Self::Missing => out.write_str("the council's phase asks for the companion's signature, which is missing"),
            Self::NotNamed => out.write_str("the seat has named no companion"),
            Self::OtherKey => out.write_str("the companion is not the one that the seat has named"),
            Self::BadSignature => out.write_str("the companion's signature does not hold for this envelope"),
        }
    }
}

impl core::error::Error for NotCompanioned {}
