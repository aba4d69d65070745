//! The contract against the protocol, on the real pallets.
//!
//! The stories are those that the protocol's own suite tells: the same files, told to the contract as well.

#![allow(dead_code, unused_imports, reason = "of the stories' files only a part is needed here")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]
#![allow(clippy::print_stdout, reason = "how many stories were told is what a person wants to know")]
#![allow(clippy::arithmetic_side_effects, reason = "tests compute with small numbers")]

#[path = "../../../../contracts/protocol/tests/suite/checks.rs"]
mod checks;
#[path = "../../../../contracts/protocol/tests/suite/dice.rs"]
mod dice;
#[path = "../../../../contracts/protocol/tests/suite/fixture.rs"]
mod fixture;
#[path = "../../../../contracts/protocol/tests/suite/oracle.rs"]
mod oracle;
#[path = "../../../../contracts/protocol/tests/suite/plans.rs"]
mod plans;
#[path = "../../../../contracts/protocol/tests/suite/steps.rs"]
mod steps;
#[path = "../../../../contracts/protocol/tests/suite/tale.rs"]
mod tale;
#[path = "../../../../contracts/protocol/tests/suite/world.rs"]
mod world;

mod differential;
mod doors;
