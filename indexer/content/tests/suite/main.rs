//! What fits, what does not, and who can read what is encrypted.

#![allow(clippy::panic, reason = "a test ends where it finds something wrong")]

mod checks;
mod readers;

type Outcome = Result<(), Box<dyn std::error::Error>>;
