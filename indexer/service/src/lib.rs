//! Mirrors finalised contract events into a tamper-evident audit database
