//! `greatseal rules …`: rule sets of a programme.

use super::{Answer, Text, chain::Block, listing::Listing, program::RuleSet};
use crate::output::{Line, line};
use greatseal_protocol::bytes::ReferenceHash;
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal rules show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleSetShown {
    /// Where it was read.
    pub block: Block,
    /// Whose.
    pub program: u32,
    /// The rule set.
    #[serde(flatten)]
    pub rule_set: RuleSet,
}

/// `greatseal rules list`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleSets {
    /// Where they were read.
    pub block: Block,
    /// Whose.
    pub program: u32,
    /// Its rule sets by version.
    pub rule_sets: Vec<RuleSet>,
    /// Who lists them.
    pub listing: Listing,
}

/// `greatseal rules hash`
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct RulesHashed {
    /// SHA-256 of the rule set's RFC 8785 JSON: what a programme names.
    pub hash: Text<ReferenceHash>,
}

impl Answer for RuleSetShown {
    fn lines(&self) -> Vec<Line> {
        vec![line("programme", self.program), line("rule set", self.rule_set.words(&self.block))]
    }
}

impl Answer for RuleSets {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("programme", self.program)];
        lines.extend(self.rule_sets.iter().map(|rules| line("rule set", rules.words(&self.block))));
        lines.extend(self.listing.of_program());
        lines
    }
}

impl Answer for RulesHashed {
    fn lines(&self) -> Vec<Line> {
        vec![line("hash", self.hash)]
    }
}
