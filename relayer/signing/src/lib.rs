//! Keys of council members and of payers: in tokens through PKCS#11, or in sealed files.
//!
//! A seat's key signs nothing but a [`Request`] or an [`Act`] that a person has read: there is no function that signs
//! bytes with it. An act is a transaction of the seat's own account that calls the contract, and nothing else.
//! The path is [`Intent`] (shown in words, with its digest) → [`Intent::confirm`] → [`Authorized`] → [`Signer::sign`] →
//! an entry in the [`Journal`], durable → the signature → verified in software → a second entry → the envelope. A payer's
//! key ([`Payer`]) signs a [`Payment`]: a transaction that was read, and that moves no money but fees and deposits. A log's
//! key ([`AuditKey`]) signs a [`Growth`], a witness's ([`WitnessKey`]) a [`Cosigning`]: a checkpoint that is proved to begin
//! with the last one. That last head ([`HeadFile`]) is their journal.
//!
//! One thread owns each token: PKCS#11 logs in whole processes, and a C call that hangs must hang nobody else. A call that
//! does not come back cannot be taken back either: see [`Keyring::stuck`]. A token that went away and came back is opened
//! anew by the next call. Nothing is retried that a token could count against its PIN.
//!
//! The only crate that knows cryptoki. References: PKCS#11 v3.1 (sections are cited where they decide something),
//! RFC 8032 (Ed25519), RFC 8410 (its OID), FIPS 186-5 (P-256), RFC 9106 (Argon2id).

mod act;
mod checkpoint;
mod companion;
mod config;
mod error;
mod heads;
mod journal;
mod keyring;
mod keys;
mod request;
mod sealed;
mod secret;
mod signer;
mod token;
mod write;

pub use act::{Act, Calls, Extension, Payment, Place, Revive, Transaction};
pub use checkpoint::{AuditKey, Cosigning, Growth, NoGrowth, WitnessKey};
pub use companion::Companion;
pub use config::{Config, Sealed, Source, Store, journal_of_folder, journal_of_token};
pub use error::{Error, Result};
pub use heads::HeadFile;
pub use journal::{Backend, Decided, Journal, Receipt, Stand, Use};
pub use journal::{
    entry::{Continued, Decides, Entry, Intended, Line},
    file::{FileJournal, Report},
};
pub use keyring::{Keyring, public_key};
pub use keys::{Algorithm, Custody, KeyInfo, Purpose, TokenCustody};
pub use request::{Authorized, Confirmation, Intent, Request};
pub use sealed::Work;
pub use secret::{Asked, SecretSource};
pub use signer::{Payer, Signer};
pub use token::ec_point;
