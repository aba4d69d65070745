//! `greatseal manifest …`: what a batch commits to.

use super::{Answer, Text, money::PaidAgain};
use crate::output::{Line, line};
use greatseal_protocol::{
    batch::Rail,
    bytes::{EntriesRoot, Label, ManifestHash},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Most shared accounts, and most lines of one, that are shown to people.
const SHOWN: usize = 10;

/// `greatseal manifest check`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ManifestChecked {
    /// What names the batch.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// Name of the key with which its pseudonyms are made.
    pub pseudonyms: Text<Label>,
    /// The rail for which it was checked.
    pub rail: Text<Rail>,
    /// What it pays again, where `--parent` named the batch; all of that may be paid again.
    pub repays: Option<PaidAgain>,
    /// What somebody should look at.
    pub warnings: Warnings,
}

/// `greatseal manifest hash` and `make`
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Manifest {
    /// Its hash, which names the batch; none where the file has no header.
    pub manifest: Option<Text<ManifestHash>>,
    /// Root of the tree of its entries.
    pub root: Text<EntriesRoot>,
    /// Its entries.
    pub count: u32,
    /// Sum of their amounts.
    pub total: Text<u128>,
}

/// What somebody should look at before a batch is proposed or approved. None of it is a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warnings {
    /// Accounts that several persons are paid to; a thousand at most.
    pub shared_accounts: Vec<SharedAccount>,
    /// Further such accounts.
    pub more_shared_accounts: Text<u64>,
    /// Destinations of which only the form was checked, by namespace.
    pub unchecked_destinations: BTreeMap<String, Text<u64>>,
}

/// An account that several persons are paid to. Couples have one; somebody has to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SharedAccount {
    /// The account as the first entry spells it.
    pub account: String,
    /// Lines of the manifest that pay to it.
    pub lines: Vec<u32>,
}

impl SharedAccount {
    fn words(&self) -> String {
        let shown: Vec<_> = self.lines.iter().take(SHOWN).map(u32::to_string).collect();
        let more = match self.lines.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} on the lines {}{more}", self.account, shown.join(", "))
    }
}

impl Warnings {
    pub(crate) fn lines(&self) -> Vec<Line> {
        let shared = self.shared_accounts.iter().take(SHOWN).map(|shared| line("shared account", shared.words()));
        let mut lines: Vec<_> = shared.collect();
        let hidden = u64::try_from(self.shared_accounts.len().saturating_sub(SHOWN)).unwrap_or(u64::MAX);
        match hidden.saturating_add(self.more_shared_accounts.0) {
            0 => {}
            more => lines.push(line("shared account", format!("and {more} more"))),
        }
        let unchecked = self.unchecked_destinations.iter();
        lines.extend(unchecked.map(|(namespace, count)| {
            line("not checked", format!("{count} destinations of {namespace}, but for their form"))
        }));
        lines
    }
}

impl Answer for Manifest {
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<_> = self.manifest.iter().map(|hash| line("manifest", hash)).collect();
        lines.extend([line("root", self.root), line("count", self.count), line("total", self.total)]);
        lines
    }
}

impl Answer for ManifestChecked {
    fn lines(&self) -> Vec<Line> {
        let mut lines = self.manifest.lines();
        lines.extend([line("pseudonyms", self.pseudonyms), line("rail", self.rail)]);
        lines.extend(self.repays.iter().map(|repays| line("paid again", repays.words())));
        lines.extend(self.warnings.lines());
        lines
    }
}
