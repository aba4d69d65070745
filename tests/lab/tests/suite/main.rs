//! The contract against the protocol, on the real pallets.

mod doors;
