//! `greatseal outcome`: what the rails did with the entries of batches. Asks no node.

use crate::{
    answers::{
        Text,
        money::{Batches, PaidAgain, Search},
        outcome::{BatchOutcomes, OutcomesChecked},
    },
    cli,
    error::CliError,
    manifest::{
        Checked, load,
        outcome::{Outcomes, outcomes},
    },
    money::{
        Findings,
        claims::Claims,
        repaid::{Parent, Repayments},
    },
    output::Output,
};
use greatseal_protocol::bytes::ManifestHash;
use std::path::Path;

const MANIFESTS: &str = "give --manifest FILE once for each file of outcomes, in their order";
const CONTRADICT: &str = "keep the files as they are; look at the rail, and at the batches that are named";

/// `greatseal outcome …`
///
/// # Errors
///
/// [`CliError::Faults`] with every outcome that is not right, [`CliError::Found`] where the files contradict each other.
pub fn run(command: &cli::Outcomes, output: Output) -> Result<(), CliError> {
    let cli::Outcomes::Check { files, manifest: manifests } = command;
    if files.len() != manifests.len() {
        let reason = format!("{} for {} files of outcomes", manifests.len(), files.len());
        return Err(CliError::input("--manifest", reason, MANIFESTS));
    }
    let (mut read, mut claims) = (Vec::new(), Claims::default());
    for (batch, (file, manifest)) in files.iter().zip(manifests).enumerate() {
        read.push(batch_of(batch, file, manifest, &read, &mut claims)?);
    }
    let search = search(&read, &claims);
    let failure = search.verdict().map(|what| CliError::Found { what, help: CONTRADICT });
    let exit_code = failure.as_ref().map_or(0, CliError::exit_code);
    let outcomes = read.iter().map(ReadBatch::answer).collect();
    output.answer(&OutcomesChecked { outcomes, search, exit_code })?;
    failure.map_or(Ok(()), Err)
}

/// A batch whose files were read.
struct ReadBatch {
    file: String,
    manifest: Option<ManifestHash>,
    checked: Checked,
    outcomes: Outcomes,
}

/// Two files of outcomes about one batch are two versions of one word, and would claim everything twice.
fn batch_of(
    batch: usize,
    file: &Path,
    manifest: &Path,
    before: &[ReadBatch],
    claims: &mut Claims,
) -> Result<ReadBatch, CliError> {
    let checked = load(manifest, None)?;
    if let Some(same) = before.iter().find(|other| other.checked.root() == checked.root()) {
        let reason = format!("has the entries whose outcomes are {}", same.file);
        return Err(CliError::file(manifest, reason, "give one file of outcomes for each batch"));
    }
    let outcomes = outcomes(file, &checked, batch, claims)?;
    Ok(ReadBatch { file: file.display().to_string(), manifest: checked.hash(), checked, outcomes })
}

/// What the batches show together.
fn search(read: &[ReadBatch], claims: &Claims) -> Search {
    let batches = Batches(read.iter().map(|batch| (batch.file.clone(), batch.manifest)).collect());
    let mut search = Search { transfers: Text(claims.transfers()), ..Search::default() };
    for batch in read {
        search.claimed(&batches, &batch.outcomes.claimed);
        let Some(manifest) = batch.manifest else { continue };
        let parent = Parent { payments: batch.checked.payments(), settled: Some(&batch.outcomes.settled) };
        let (mut repaid, mut bad, mut entries) = (Repayments::default(), Findings::default(), 0_u32);
        let mut children = Vec::new();
        for (number, child) in read.iter().enumerate() {
            let header = child.checked.header.filter(|header| header.parent == Some(manifest));
            let (Some(header), Some(name)) = (header, child.manifest) else { continue };
            repaid.add(number, &parent, &child.checked.payments(), |found| bad.push(found));
            entries = entries.saturating_add(header.count);
            children.push(name);
        }
        search.repaid(&batches, manifest, &bad);
        if !children.is_empty() {
            search.parents.push(PaidAgain::of(manifest, &children, entries, repaid.left(&parent)));
        }
    }
    search
}

impl ReadBatch {
    fn answer(&self) -> BatchOutcomes {
        let sums = self.outcomes.sums;
        BatchOutcomes {
            file: self.file.clone(),
            manifest: self.manifest.map(Text),
            root: Text(self.outcomes.root),
            count: self.checked.head.size,
            closed: sums.closed,
            paid: Text(sums.paid),
            unpaid: Text(sums.unpaid),
            arrived: Text(sums.arrived),
        }
    }
}
