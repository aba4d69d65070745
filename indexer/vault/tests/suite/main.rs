//! What a vault promises. Here in a folder; the story of contents in a bucket asks the same of an S3-compatible store.

#![allow(clippy::panic, reason = "a test ends where it finds something wrong")]

mod folder;
mod hostile;
mod promises;
mod silent;

type Outcome = Result<(), Box<dyn std::error::Error>>;
