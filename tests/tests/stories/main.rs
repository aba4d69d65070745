//! End-to-end stories: whole programs, a real chain. One file a story; `conformance` looks at what lies in the repository.

mod assets;
mod bad_input;
mod bridge;
mod configuration;
mod deploying;
mod devnet;
mod devnet_faults;
mod devnet_memory;
mod devnet_polkadot_js;
mod devnet_state;
mod devnet_storm;
mod direct_door;
mod documents;
mod emergencies;
mod evidence;
mod foreseen;
mod forged_database;
mod forging;
mod indexer_health;
mod indexer_killed;
mod killed_at_birth;
mod lying_indexer;
mod lying_relayer;
mod main_story;
mod manifest_files;
mod manifests;
mod many_at_once;
mod opening;
mod operations;
mod other_clock;
mod overview;
mod phases;
mod policy_table;
mod programmes;
mod proposals;
mod refusals;
mod refused_at_the_door;
mod relayer_health;
mod relayer_killed;
mod relayer_verdicts;
mod scopes;
mod sealed_keys;
mod seats;
mod signing_journal;
mod strangers;
mod succession;
mod terminal;
mod written_files;

mod conformance {
    mod artefact;
    mod configuration;
    mod dependency_rule;
    mod links;
    mod output;
}
