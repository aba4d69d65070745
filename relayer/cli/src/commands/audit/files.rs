//! `greatseal audit verify --files`: the files of a folder beside what is on record, and what they show together.
//!
//! A file belongs to what has its hash or its root on record. Of each batch one statement counts: the final one, or before that
//! the newest of which the outcomes are at hand. Others are versions of the same word, and would claim everything twice.

mod folder;
mod kind;
#[cfg(test)]
mod tests;

use crate::{
    answers::{
        Text,
        files::{Contradicted, Contradiction, FilesChecked, HeldEntry, Missing, MissingFile},
        money::{Batches, PaidAgain},
    },
    commands::bridge::carried,
    error::CliError,
    manifest::{
        Checked, header_of, load,
        outcome::{self, Outcomes, outcomes},
    },
    money::{
        Findings, Settled,
        claims::Claims,
        compare,
        record::{Batch, OnRecord, Stated},
        repaid::{Parent, Repayments},
    },
};
use folder::Found;
use greatseal_protocol::{
    batch::Header,
    bytes::{ManifestHash, OutcomesRoot},
    digest,
};
use kind::Kind;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Compares the files of a folder with what is on record.
///
/// # Errors
///
/// [`CliError::Input`] where the folder or a file of it cannot be read. What contradicts the record stands in the answer.
pub(super) fn check(folder: &Path, on: &OnRecord) -> Result<FilesChecked, CliError> {
    let found = folder::files(folder)?;
    let mut checking = Checking::new(folder, on, found.len());
    let (manifests, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.kind == Kind::Manifest);
    for Found { path, name, kind } in others {
        match kind {
            Kind::Outcomes => checking.outcomes(path, name)?,
            Kind::Carried => checking.carried(&path, name)?,
            Kind::Manifest | Kind::Other => {
                checking.answer.stranger(name, "is no manifest with a header, no outcomes and no conversions")
            }
        }
    }
    for Found { path, name, .. } in manifests {
        checking.manifest(&path, name)?;
    }
    checking.paid_again();
    Ok(checking.end())
}

/// What was found so far.
struct Checking<'a> {
    on: &'a OnRecord,
    /// Files of outcomes by their root.
    outcomes: BTreeMap<OutcomesRoot, (PathBuf, String)>,
    /// Statements of the bridge of which the conversions are at hand.
    carried: BTreeSet<(u32, u64)>,
    /// Batches that are paid again.
    parents: BTreeSet<ManifestHash>,
    /// Batches whose manifest is at hand: its name, and their place in `batches`.
    manifests: BTreeMap<ManifestHash, (String, usize)>,
    /// Of batches that are paid again or pay again: their entries, and what became of them.
    kin: BTreeMap<ManifestHash, (Checked, Option<Vec<Settled>>)>,
    /// Batches whose outcomes are at hand.
    settled: BTreeSet<ManifestHash>,
    batches: Batches,
    claims: Claims,
    answer: FilesChecked,
}

impl<'a> Checking<'a> {
    fn new(folder: &Path, on: &'a OnRecord, files: usize) -> Self {
        let count = |number: usize| Text(u64::try_from(number).unwrap_or(u64::MAX));
        let answer = FilesChecked {
            folder: folder.display().to_string(),
            files: count(files),
            batches: count(on.batches.len()),
            bridge_statements: count(on.statements_of_bridge().count()),
            ..FilesChecked::default()
        };
        Self {
            on,
            outcomes: BTreeMap::new(),
            carried: BTreeSet::new(),
            parents: on.batches.values().filter_map(|batch| batch.header.parent).collect(),
            manifests: BTreeMap::new(),
            kin: BTreeMap::new(),
            settled: BTreeSet::new(),
            batches: Batches(Vec::new()),
            claims: Claims::default(),
            answer,
        }
    }

    /// Outcomes wait for the manifest whose batch they are of.
    fn outcomes(&mut self, path: PathBuf, name: String) -> Result<(), CliError> {
        let root = match outcome::root(&path) {
            Ok(root) => root,
            Err(CliError::Faults { faults, .. }) => {
                self.answer.stranger(name, faults);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if self.on.stated(root).next().is_none() {
            self.answer.stranger(name, format!("no statement has the root {root}"));
        } else if let Some((_, same)) = self.outcomes.get(&root) {
            let reason = format!("is what {same} is");
            self.answer.stranger(name, reason);
        } else {
            self.outcomes.insert(root, (path, name));
        }
        Ok(())
    }

    fn carried(&mut self, path: &Path, name: String) -> Result<(), CliError> {
        let sums = match carried::load(path) {
            Ok(sums) => sums,
            Err(CliError::Faults { faults, .. }) => {
                self.answer.stranger(name, faults);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let on = self.on;
        let mut stated = false;
        for completion in on.carried(sums.root.0) {
            stated = true;
            let (route, number) = (completion.route, completion.number);
            let differs = compare::completion(completion, sums.count, sums.amount.0, sums.fees.0);
            if self.carried.insert((route, number)) && differs.is_empty() {
                self.answer.carried.0 = self.answer.carried.0.saturating_add(1);
            }
            differs.into_iter().for_each(|differs| {
                let sum = Contradiction::sum(&name, differs);
                self.answer.contradicts(Contradiction { route: Some(route), number: Some(Text(number)), ..sum });
            });
        }
        if !stated {
            self.answer.stranger(name, format!("no last statement of the bridge has the root {}", sums.root));
        }
        Ok(())
    }

    fn manifest(&mut self, path: &Path, name: String) -> Result<(), CliError> {
        let checked = match load(path, None) {
            Ok(checked) => checked,
            Err(CliError::Faults { faults, .. }) => {
                let header = header_of(path)?;
                self.not_as_executed(name, header.as_ref(), &faults);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let Some((header, manifest)) = checked.header.zip(checked.hash()) else {
            self.answer.stranger(name, "names no batch");
            return Ok(());
        };
        let on = self.on;
        let Some(batch) = on.batches.get(&manifest) else {
            self.not_as_executed(name, Some(&header), &"no batch with this header was executed");
            return Ok(());
        };
        if let Some((same, _)) = self.manifests.get(&manifest) {
            let reason = format!("is the manifest that {same} is");
            self.answer.stranger(name, reason);
            return Ok(());
        }
        self.answer.manifests.0 = self.answer.manifests.0.saturating_add(1);
        self.manifests.insert(manifest, (name.clone(), self.batches.0.len()));
        let settled = self.settle(manifest, batch, &checked, name)?;
        if header.parent.is_some() || self.parents.contains(&manifest) {
            self.kin.insert(manifest, (checked, settled));
        }
        Ok(())
    }

    /// The outcomes of a batch beside the statement that counts.
    fn settle(
        &mut self,
        manifest: ManifestHash,
        batch: &Batch,
        checked: &Checked,
        name: String,
    ) -> Result<Option<Vec<Settled>>, CliError> {
        let stated = batch.counts(|root| self.outcomes.contains_key(&root));
        let file = stated.and_then(|stated| Some((stated, self.outcomes.get(&stated.statement.root)?.clone())));
        let Some((stated, (path, outcomes_name))) = file else {
            self.batches.0.push((name, Some(manifest)));
            return Ok(None);
        };
        // Claims are told with the file of the outcomes.
        self.batches.0.push((outcomes_name.clone(), Some(manifest)));
        self.settled.insert(manifest);
        let number = self.batches.0.len().saturating_sub(1);
        let found = match outcomes(&path, checked, number, &mut self.claims) {
            Ok(found) if found.root == stated.statement.root => found,
            Ok(_) => return Err(CliError::file(&path, "has changed while it was read", folder::STILL)),
            Err(CliError::Faults { faults, .. }) => {
                let reason = Some(faults.to_string());
                let what = Contradicted::Outcomes;
                self.answer.contradicts(Contradiction {
                    reason,
                    manifest: Some(Text(manifest)),
                    ..Contradiction::of(&outcomes_name, what)
                });
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        self.compare(manifest, stated, &found, &outcomes_name);
        Ok(Some(found.settled))
    }

    fn compare(&mut self, manifest: ManifestHash, stated: &Stated, found: &Outcomes, name: &str) {
        let differs = compare::statement(&stated.statement, &found.sums);
        if differs.is_empty() {
            self.answer.outcomes.0 = self.answer.outcomes.0.saturating_add(1);
        }
        for differs in differs {
            let sum = Contradiction::sum(name, differs);
            self.answer.contradicts(Contradiction { manifest: Some(Text(manifest)), ..sum });
        }
        for (entry, until) in &stated.held {
            let at = usize::try_from(*entry).ok().and_then(|entry| found.settled.get(entry));
            if at.is_some_and(|settled| settled.paid > 0) {
                self.answer.paid_though_held(HeldEntry {
                    manifest: Text(manifest),
                    entry: *entry,
                    until: Text(*until),
                });
            }
        }
        self.answer.search.claimed(&self.batches, &found.claimed);
    }

    /// A manifest that is none, or none that was executed: where its header or its root is on record it contradicts that.
    fn not_as_executed(&mut self, name: String, header: Option<&Header>, reason: &dyn std::fmt::Display) {
        let named = header.map(digest::manifest_hash).filter(|hash| self.on.batches.contains_key(hash));
        let root = header.and_then(|header| self.on.of_entries(header));
        let (what, manifest) = match (named, root) {
            (Some(manifest), _) => (Contradicted::Entries, manifest),
            (None, Some(manifest)) => (Contradicted::Header, manifest),
            (None, None) => return self.answer.stranger(name, reason),
        };
        let reason = Some(reason.to_string());
        self.answer.contradicts(Contradiction {
            reason,
            manifest: Some(Text(manifest)),
            ..Contradiction::of(&name, what)
        });
    }

    /// Children beside their parents, as far as manifests of both are at hand.
    fn paid_again(&mut self) {
        for (manifest, (parent, settled)) in &self.kin {
            let parent = Parent { payments: parent.payments(), settled: settled.as_deref() };
            let (mut repaid, mut bad) = (Repayments::default(), Findings::default());
            let (mut entries, mut children) = (0_u32, Vec::new());
            for (name, (child, _)) in &self.kin {
                let Some(header) = child.header.filter(|header| header.parent == Some(*manifest)) else { continue };
                let number = self.manifests.get(name).map_or(0, |(_, number)| *number);
                repaid.add(number, &parent, &child.payments(), |found| bad.push(found));
                entries = entries.saturating_add(header.count);
                children.push(*name);
            }
            if children.is_empty() {
                continue;
            }
            self.answer.search.repaid(&self.batches, *manifest, &bad);
            self.answer.search.parents.push(PaidAgain::of(*manifest, &children, entries, repaid.left(&parent)));
        }
    }

    /// With what no file was at hand for.
    fn end(mut self) -> FilesChecked {
        let on = self.on;
        for (manifest, batch) in &on.batches {
            let of = |what| MissingFile { what, manifest: Some(Text(*manifest)), route: None, number: None };
            if !self.manifests.contains_key(manifest) {
                self.answer.misses(of(Missing::Manifest));
            }
            let needed = batch.last.is_some() || self.parents.contains(manifest);
            if needed && !self.settled.contains(manifest) && !self.at_hand(batch) {
                self.answer.misses(of(Missing::Outcomes));
            }
        }
        for completion in on.statements_of_bridge() {
            let (route, number) = (completion.route, completion.number);
            if !self.carried.contains(&(route, number)) {
                let number = Some(Text(number));
                self.answer.misses(MissingFile {
                    what: Missing::Conversions,
                    manifest: None,
                    route: Some(route),
                    number,
                });
            }
        }
        self.answer.search.transfers = Text(self.claims.transfers());
        self.answer
    }

    /// Whether the outcomes that count are there, though the manifest is not.
    fn at_hand(&self, batch: &Batch) -> bool {
        let counts = batch.counts(|root| self.outcomes.contains_key(&root));
        counts.is_some_and(|stated| self.outcomes.contains_key(&stated.statement.root))
    }
}
