//! The only crate that knows cryptoki: keys in tokens, requests decoded before they are signed.
//!
//! A key never leaves its token and signs nothing but a [`Request`] that a person has read: there is no function that
//! signs bytes. The path is [`Intent`] (shown in words, with its digest) → [`Intent::confirm`] → [`Authorized`] →
//! [`Signer::sign`] → an envelope whose signature has been verified in software before anybody sees it.
//!
//! One thread owns each [`Token`]: PKCS#11 logs in whole processes, and a C call that hangs must hang nobody else.
//! Nothing is retried that a token could count against its PIN.
//!
//! References: PKCS#11 v3.1 (sections are cited where they decide something), RFC 8032 (Ed25519), RFC 8410 (its OID).

mod attributes;
mod config;
pub mod ec_point;
mod error;
mod keys;
mod owner;
mod pin;
mod request;
mod session;
mod token;

pub use config::Config;
pub use error::{Error, Result};
pub use keys::{Custody, KeyInfo};
pub use pin::PinSource;
pub use request::{Authorized, Confirmation, Intent, Request};
pub use token::{Signer, Token};
