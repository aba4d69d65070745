//! The contract against the protocol, on the real pallets.
//!
//! The stories, rules and drills are those of the protocol's own suite: the same files, told to the contract as well.

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

#[path = "../../../../contracts/protocol/tests/suite/amendments_recovery.rs"]
mod amendments_recovery;
#[path = "../../../../contracts/protocol/tests/suite/amendments_retire.rs"]
mod amendments_retire;
#[path = "../../../../contracts/protocol/tests/suite/amendments_table.rs"]
mod amendments_table;
#[path = "../../../../contracts/protocol/tests/suite/amendments_time.rs"]
mod amendments_time;
#[path = "../../../../contracts/protocol/tests/suite/audit_governance.rs"]
mod audit_governance;
#[path = "../../../../contracts/protocol/tests/suite/batches.rs"]
mod batches;
#[path = "../../../../contracts/protocol/tests/suite/bridge_daily.rs"]
mod bridge_daily;
#[path = "../../../../contracts/protocol/tests/suite/bridge_lots.rs"]
mod bridge_lots;
#[path = "../../../../contracts/protocol/tests/suite/bridge_periods.rs"]
mod bridge_periods;
#[path = "../../../../contracts/protocol/tests/suite/bridge_statements.rs"]
mod bridge_statements;
#[path = "../../../../contracts/protocol/tests/suite/bridge_words.rs"]
mod bridge_words;
#[path = "../../../../contracts/protocol/tests/suite/checks.rs"]
mod checks;
#[path = "../../../../contracts/protocol/tests/suite/deployments.rs"]
mod deployments;
#[path = "../../../../contracts/protocol/tests/suite/dice.rs"]
mod dice;
#[path = "../../../../contracts/protocol/tests/suite/doubts.rs"]
mod doubts;
#[path = "../../../../contracts/protocol/tests/suite/drills.rs"]
mod drills;
#[path = "../../../../contracts/protocol/tests/suite/fixture.rs"]
mod fixture;
#[path = "../../../../contracts/protocol/tests/suite/holds.rs"]
mod holds;
#[path = "../../../../contracts/protocol/tests/suite/ledger.rs"]
mod ledger;
#[path = "../../../../contracts/protocol/tests/suite/lines.rs"]
mod lines;
#[path = "../../../../contracts/protocol/tests/suite/lists.rs"]
mod lists;
#[path = "../../../../contracts/protocol/tests/suite/money.rs"]
mod money;
#[path = "../../../../contracts/protocol/tests/suite/oracle.rs"]
mod oracle;
#[path = "../../../../contracts/protocol/tests/suite/oracle_phase.rs"]
mod oracle_phase;
#[path = "../../../../contracts/protocol/tests/suite/payments.rs"]
mod payments;
#[path = "../../../../contracts/protocol/tests/suite/plans.rs"]
mod plans;
#[path = "../../../../contracts/protocol/tests/suite/reckoning.rs"]
mod reckoning;
#[path = "../../../../contracts/protocol/tests/suite/recoverable.rs"]
mod recoverable;
#[path = "../../../../contracts/protocol/tests/suite/registry_money.rs"]
mod registry_money;
#[path = "../../../../contracts/protocol/tests/suite/remembered.rs"]
mod remembered;
#[path = "../../../../contracts/protocol/tests/suite/rule_sets.rs"]
mod rule_sets;
#[path = "../../../../contracts/protocol/tests/suite/rules_authority.rs"]
mod rules_authority;
#[path = "../../../../contracts/protocol/tests/suite/rules_bridge.rs"]
mod rules_bridge;
#[path = "../../../../contracts/protocol/tests/suite/rules_companion.rs"]
mod rules_companion;
#[path = "../../../../contracts/protocol/tests/suite/rules_councils.rs"]
mod rules_councils;
#[path = "../../../../contracts/protocol/tests/suite/rules_counting.rs"]
mod rules_counting;
#[path = "../../../../contracts/protocol/tests/suite/rules_disputes.rs"]
mod rules_disputes;
#[path = "../../../../contracts/protocol/tests/suite/rules_doors.rs"]
mod rules_doors;
#[path = "../../../../contracts/protocol/tests/suite/rules_emergency.rs"]
mod rules_emergency;
#[path = "../../../../contracts/protocol/tests/suite/rules_envelope.rs"]
mod rules_envelope;
#[path = "../../../../contracts/protocol/tests/suite/rules_micronode.rs"]
mod rules_micronode;
#[path = "../../../../contracts/protocol/tests/suite/rules_opening.rs"]
mod rules_opening;
#[path = "../../../../contracts/protocol/tests/suite/rules_panel.rs"]
mod rules_panel;
#[path = "../../../../contracts/protocol/tests/suite/rules_phase.rs"]
mod rules_phase;
#[path = "../../../../contracts/protocol/tests/suite/rules_programmes.rs"]
mod rules_programmes;
#[path = "../../../../contracts/protocol/tests/suite/rules_proposal.rs"]
mod rules_proposal;
#[path = "../../../../contracts/protocol/tests/suite/rules_recovery.rs"]
mod rules_recovery;
#[path = "../../../../contracts/protocol/tests/suite/rules_registry.rs"]
mod rules_registry;
#[path = "../../../../contracts/protocol/tests/suite/rules_route_and_pause.rs"]
mod rules_route_and_pause;
#[path = "../../../../contracts/protocol/tests/suite/rules_succession.rs"]
mod rules_succession;
#[path = "../../../../contracts/protocol/tests/suite/statements.rs"]
mod statements;
#[path = "../../../../contracts/protocol/tests/suite/steps.rs"]
mod steps;
#[path = "../../../../contracts/protocol/tests/suite/steps_phase.rs"]
mod steps_phase;
#[path = "../../../../contracts/protocol/tests/suite/table.rs"]
mod table;
#[path = "../../../../contracts/protocol/tests/suite/tale.rs"]
mod tale;
#[path = "../../../../contracts/protocol/tests/suite/together.rs"]
mod together;
#[path = "../../../../contracts/protocol/tests/suite/world.rs"]
mod world;
#[path = "../../../../contracts/protocol/tests/suite/year.rs"]
mod year;
#[path = "../../../../contracts/protocol/tests/suite/year_end.rs"]
mod year_end;
#[path = "../../../../contracts/protocol/tests/suite/year_files.rs"]
mod year_files;
#[path = "../../../../contracts/protocol/tests/suite/year_hostile.rs"]
mod year_hostile;
#[path = "../../../../contracts/protocol/tests/suite/year_monthly.rs"]
mod year_monthly;
#[path = "../../../../contracts/protocol/tests/suite/year_office.rs"]
mod year_office;
#[path = "../../../../contracts/protocol/tests/suite/year_reckoning.rs"]
mod year_reckoning;

mod audience;
#[path = "../../../../contracts/protocol/tests/suite/audit_money.rs"]
mod audit_money;
#[path = "../../../../contracts/protocol/tests/suite/audit_money_bridge.rs"]
mod audit_money_bridge;
mod differential;
mod doors;
mod full_calls;
mod starving;
mod succession;
mod witness;
