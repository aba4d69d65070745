//! The proofs of the rules: stories with names, properties, golden vectors, and what the text itself must keep.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod amendments_recovery;
mod amendments_retire;
mod amendments_table;
mod amendments_time;
mod arbitrary;
mod architecture;
mod asked;
mod audience;
mod audit_governance;
mod audit_money;
mod audit_money_bridge;
mod batches;
mod bridge_daily;
mod bridge_lots;
mod bridge_periods;
mod bridge_statements;
mod bridge_words;
mod checks;
mod codec;
mod contents;
mod deployments;
mod dice;
mod doubts;
mod drills;
mod fixture;
mod grammar;
mod holds;
mod hostilities;
mod invariants;
mod json;
mod ledger;
mod lines;
mod lists;
mod malformed;
mod merkle;
mod money;
mod oracle;
mod oracle_phase;
mod others;
mod payments;
mod plans;
mod policy_table;
mod reckoning;
mod recoverable;
mod registry_money;
mod remembered;
mod rule_sets;
mod rules_authority;
mod rules_bridge;
mod rules_closed;
mod rules_companion;
mod rules_councils;
mod rules_counting;
mod rules_disputes;
mod rules_doors;
mod rules_emergency;
mod rules_envelope;
mod rules_manifest;
mod rules_micronode;
mod rules_opening;
mod rules_panel;
mod rules_phase;
mod rules_programmes;
mod rules_proposal;
mod rules_recovery;
mod rules_registry;
mod rules_route_and_pause;
mod rules_succession;
mod sequences;
mod source;
mod statements;
mod steps;
mod steps_phase;
mod story;
mod table;
mod tale;
mod together;
mod trust;
mod trust_orders;
mod trust_page;
mod undoable;
mod unsigned;
mod vectors;
mod world;
mod year;
mod year_end;
mod year_files;
mod year_hostile;
mod year_monthly;
mod year_office;
mod year_reckoning;
