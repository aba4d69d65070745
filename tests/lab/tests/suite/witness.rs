//! Whether the contract has heard every rule. By its name this is the last test of the suite.

use crate::audience::so_far;
use std::{
    collections::BTreeSet,
    env,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// Files of the protocol's suite that are not here, and why.
const NOT_HERE: [(&str, &str); 24] = [
    ("arbitrary", "any value of any type"),
    ("architecture", "the text of the program"),
    ("asked", "what clients are told before they sign"),
    ("codec", "bytes of types"),
    ("contents", "what is named by its hash: no contract asks"),
    ("grammar", "the text of the documents"),
    ("hostilities", "stories: for `undoable`"),
    ("invariants", "the second opinion on tables"),
    ("json", "for files"),
    ("malformed", "bytes that no decoder takes"),
    ("merkle", "trees"),
    ("others", "stories: for `undoable`"),
    ("policy_table", "the table as data: what is written into it here is written by rules_councils"),
    ("rules_closed", "bytes of types"),
    ("rules_manifest", "files that no contract reads"),
    ("sequences", "thousands of stories: the differential test tells its own"),
    ("source", "the text of the program"),
    ("story", "golden vectors: their files"),
    ("trust", "the table as data"),
    ("trust_orders", "what the rules answer, for a page"),
    ("trust_page", "the text of the documents"),
    ("undoable", "what follows a thousand times from a story"),
    ("unsigned", "for tests that ask the rules without a deployment"),
    ("vectors", "golden vectors: their files"),
];

/// Tests of rules in which nothing is said to a deployment, and why.
const UNTOLD: [(&str, &str); 21] = [
    ("amendments_time::windows_are_bounded_in_a_genesis", "no contract is deployed"),
    ("registry_money::accounts_and_transactions_have_one_spelling", "texts that no contract reads"),
    ("bridge_periods::a_meter_never_forgets_too_soon", "arithmetic of windows"),
    ("bridge_statements::the_leaves_of_a_statement_have_a_root", "files that no contract reads"),
    ("amendments_table::administration_needs_three_from_the_beginning", "the table as data"),
    ("amendments_table::limits_follow_the_councils_as_they_are_at_the_execution", "no council grows without its rows"),
    ("amendments_retire::retire_is_the_hardest", "no contract awaits the state: in `succession`"),
    (
        "amendments_retire::retire_is_the_hardest_and_comes_after_recoveries",
        "no contract awaits the state: in `succession`",
    ),
    (
        "amendments_retire::retire_is_the_hardest_and_waits_for_pauses_and_modes",
        "no contract awaits the state: in `succession`",
    ),
    ("amendments_retire::retire_is_the_hardest_on_a_micronode_too", "no contract awaits the state of a micronode"),
    ("deployments::the_default_deployment_has_the_seats_of_section_4", "what is deployed"),
    ("recoverable::recoverable_whichever_five_keys_are_lost", "sums over the table"),
    ("recoverable::six_lost_keys_can_be_too_many", "sums over the table"),
    ("recoverable::what_the_policy_table_writes_to_heal_keeps_every_invariant", "the table as data"),
    ("rules_bridge::products_are_of_256_bits", "arithmetic"),
    ("rules_companion::a_companion_is_shown_when_it_is_named", "no contract reads companions"),
    ("rules_emergency::rule_14_no_use_is_forgotten_too_soon", "arithmetic of windows"),
    ("rules_envelope::weak_key_105_is_never_admitted", "points of curves"),
    ("rules_micronode::rule_11_one_of_two_is_a_closed_list", "the table as data"),
    ("rules_phase::companions_are_named_by_a_tagged_hash", "a hash"),
    ("rules_succession::no_successor_922_where_the_chain_knows_of_none", "what a chain answers: in `succession`"),
];

fn modules(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect()
}

#[test]
fn every_file_of_the_protocols_suite_is_here_or_has_a_reason() {
    let all = modules(include_str!("../../../../contracts/protocol/tests/suite/main.rs"));
    let here = modules(include_str!("main.rs"));
    let missing: Vec<_> = all.difference(&here).copied().collect();
    assert_eq!(missing, NOT_HERE.map(|(module, _)| module));
}

/// The tests of this run about rules of the protocol.
fn rules() -> BTreeSet<String> {
    let listed = Command::new(env::current_exe().unwrap()).args(env::args().skip(1)).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let about_rules = |name: &&str| {
        ["rules_", "amendments_", "bridge_", "registry_", "drills::", "table::", "recoverable::", "deployments::"]
            .iter()
            .any(|module| name.starts_with(module))
    };
    listed.lines().filter_map(|line| line.strip_suffix(": test")).filter(about_rules).map(str::to_owned).collect()
}

#[test]
fn every_rule_is_heard() {
    // Where tests have no threads of their own, as with `--test-threads 1`, nobody knows who was heard.
    if thread::current().name() != Some("witness::every_rule_is_heard") {
        return println!("not asked: the tests have no threads of their own");
    }
    let rules = rules();
    let untold = |name: &&String| UNTOLD.iter().any(|(untold, _)| untold == *name);
    let began = Instant::now();
    // The others may still be about it: the longest tell everything at their end, after minutes where much else runs.
    let unheard = loop {
        let heard = so_far();
        let unheard: Vec<_> =
            rules.iter().filter(|name| !untold(name) && !heard.contains_key(*name)).cloned().collect();
        if unheard.is_empty() || began.elapsed() > Duration::from_secs(900) {
            break unheard;
        }
        thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(unheard, Vec::<String>::new(), "the contract has not heard these");
    let heard = so_far();
    let told: Vec<_> = UNTOLD.iter().filter(|(name, _)| heard.contains_key(*name)).collect();
    assert!(told.is_empty(), "the contract has heard these: {told:?}");
    println!("{} tests, {} commands", heard.len(), heard.values().sum::<usize>());
}
