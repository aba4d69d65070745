//! The suite of keys, on SoftHSM2 and on sealed files: every story in a process and a folder of its own. What holds
//! wherever a key is kept is told once and runs on both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod suite {
    mod act;
    mod answers;
    mod checkpoints;
    mod companions;
    mod crashes;
    mod faults;
    mod journal;
    mod keys;
    mod opening;
    mod payments;
    mod pins;
    mod prompt;
    mod purposes;
    mod returns;
    mod sandbox;
    mod sealed;
    mod signing;
    mod tails;
    mod token_keys;
    mod versions;
}
