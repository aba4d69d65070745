//! The suite of the PKCS#11 back end, on SoftHSM2: every story in a process and a token directory of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod suite {
    mod faults;
    mod keys;
    mod opening;
    mod pins;
    mod sandbox;
    mod signing;
}
