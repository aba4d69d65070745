//! The file of the outcomes of a batch: one JSON object a line, in the order of the entries. Of a file of any length one outcome is
//! in memory, and of each entry what its settlement comes to.

mod form;

use super::{Checked, faults::Faults, tree::Tree};
use crate::{
    contents::{AtHand, Source, Spool},
    error::CliError,
    file::lines::{BadLine, Bounds, Lines, MOST, parsed},
    money::{
        Findings, Place, Settled,
        claims::{self, Claims, DoubleClaim},
    },
};
use form::{OutcomeFile, Transfer};
use greatseal_protocol::{
    bytes::OutcomesRoot,
    content::Address,
    settlement::{Outcome, Sums},
};
use std::{io, path::Path};

const HELP: &str = "see `greatseal outcome check --help` for the outcomes of a batch";
/// An outcome may have some two hundred references.
const BOUNDS: Bounds = Bounds { bytes: 64 * 1024, lines: MOST };

/// Outcomes that were read from a file and compared with a manifest.
pub struct Outcomes {
    /// Root of their tree.
    pub root: OutcomesRoot,
    /// Their sums.
    pub sums: Sums,
    /// What became of each entry.
    pub settled: Vec<Settled>,
    /// Entries whose claims cannot be so beside those of other batches.
    pub claimed: Findings<Claim>,
    /// The outcomes as bytes, one after the other.
    pub(crate) items: Option<Source>,
}

impl Outcomes {
    /// Keeps the outcomes at hand: they are a content, by their root.
    pub fn keep(&mut self, at_hand: &AtHand) {
        if let Some(items) = self.items.take() {
            at_hand.list(Address::Outcomes(self.root.0), items);
        }
    }
}

/// A claim that cannot be so, and the transfer as it is spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The transaction.
    pub transaction: String,
    /// Place of the log or of the leg in it.
    pub log: u32,
    /// Who claims what.
    pub claim: DoubleClaim,
}

/// Reads the outcomes of a manifest's entries: the batch of this number among those whose claims are compared.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right. What does not fit the claims of other batches is no fault of the
/// file, and stands in the answer.
pub fn outcomes(path: &Path, manifest: &Checked, batch: usize, claims: &mut Claims) -> Result<Outcomes, CliError> {
    read(path, manifest, batch, claims, None)
}

/// Reads outcomes like [`outcomes`], of one batch alone, with their bytes.
///
/// # Errors
///
/// Those of [`outcomes`].
pub fn with_items(path: &Path, manifest: &Checked) -> Result<Outcomes, CliError> {
    read(path, manifest, 0, &mut Claims::default(), Some(Spool::default()))
}

fn read(
    path: &Path,
    manifest: &Checked,
    batch: usize,
    claims: &mut Claims,
    items: Option<Spool>,
) -> Result<Outcomes, CliError> {
    let mut faults = Faults::default();
    let mut reading = Reading {
        manifest,
        batch,
        claims,
        tree: Tree::default(),
        sums: Sums::default(),
        settled: Vec::new(),
        claimed: Findings::default(),
        next: 0,
        items,
    };
    each(path, &mut faults, |line, read, faults| {
        if let Err(reason) = read.and_then(|(outcome, transfers)| reading.take(&outcome, &transfers)) {
            faults.add(line, reason);
        }
        reading.next = reading.next.saturating_add(1);
    })?;
    let Reading { tree, sums, settled, claimed, next, items, .. } = reading;
    let items = items.map(Spool::end).transpose()?;
    if faults.is_empty() && next != manifest.head.size {
        faults.whole(format!("has {next} outcomes, and the manifest {} entries", manifest.head.size));
    }
    match tree.head().filter(|_| faults.is_empty()) {
        Some(head) => Ok(Outcomes { root: OutcomesRoot(head.root), sums, settled, claimed, items }),
        None => Err(CliError::Faults { what: path.display().to_string(), faults, help: HELP }),
    }
}

/// The root of the outcomes in a file, whatever batch they are of.
///
/// # Errors
///
/// [`CliError::Faults`] where they are none.
pub fn root(path: &Path) -> Result<OutcomesRoot, CliError> {
    rooted(path, &mut |_| Ok(()))
}

/// The root of the outcomes in a file, which are kept at hand.
///
/// # Errors
///
/// Those of [`root`].
pub fn kept(at_hand: &AtHand, path: &Path) -> Result<OutcomesRoot, CliError> {
    let mut items = Spool::default();
    let root = rooted(path, &mut |outcome| items.push(&outcome.to_bytes()))?;
    at_hand.list(Address::Outcomes(root.0), items.end()?);
    Ok(root)
}

fn rooted(path: &Path, take: &mut dyn FnMut(&Outcome) -> io::Result<()>) -> Result<OutcomesRoot, CliError> {
    let (mut faults, mut tree) = (Faults::default(), Tree::default());
    each(path, &mut faults, |line, read, faults| match read {
        Ok((outcome, _)) if tree.push(outcome.leaf()).is_none() => faults.add(line, TOO_MANY),
        Ok((outcome, _)) => take(&outcome).unwrap_or_else(|error| faults.add(line, error)),
        Err(reason) => faults.add(line, reason),
    })?;
    match tree.head().filter(|_| faults.is_empty()) {
        Some(head) => Ok(OutcomesRoot(head.root)),
        None => Err(CliError::Faults { what: path.display().to_string(), faults, help: HELP }),
    }
}

const TOO_MANY: &str = "is one too many";

/// An outcome, and its transfers as they are spelled.
type Read = (Outcome, Vec<Transfer>);

fn each(
    path: &Path,
    faults: &mut Faults,
    mut take: impl FnMut(u64, Result<Read, String>, &mut Faults),
) -> Result<(), CliError> {
    let lines = Lines::open(path, BOUNDS, HELP)?;
    let read = lines.each(|line, text| {
        let ends = matches!(text, Err(BadLine::Long { .. } | BadLine::Many { .. }));
        let file = text.and_then(|text| parsed::<OutcomeFile>(line, text)).map_err(|bad| bad.to_string());
        match file {
            Err(reason) if ends => faults.add(line, reason),
            file => take(line, file.and_then(OutcomeFile::outcome), faults),
        }
    });
    read.map_err(|error| CliError::file(path, error, HELP))
}

/// The outcomes so far.
struct Reading<'a> {
    manifest: &'a Checked,
    batch: usize,
    claims: &'a mut Claims,
    tree: Tree,
    sums: Sums,
    settled: Vec<Settled>,
    claimed: Findings<Claim>,
    next: u32,
    items: Option<Spool>,
}

impl Reading<'_> {
    fn take(&mut self, outcome: &Outcome, transfers: &[Transfer]) -> Result<(), String> {
        let entry = self.next;
        if outcome.index != entry {
            return Err(format!("index {} stands where {entry} is expected", outcome.index));
        }
        let due = self.manifest.due(entry).ok_or("is the outcome of no entry")?;
        self.sums = self.sums.with(outcome, due).ok_or_else(|| {
            let paid = outcome.paid;
            format!("paid {paid} of {due}: more is excess, and a closed entry that is not fully paid has a reason")
        })?;
        claims::check(outcome, self.manifest.rail).map_err(|bad| bad.to_string())?;
        self.claim(entry, outcome, transfers)?;
        self.tree.push(outcome.leaf()).ok_or(TOO_MANY)?;
        if let Some(items) = &mut self.items {
            items.push(&outcome.to_bytes()).map_err(|error| error.to_string())?;
        }
        self.settled.push(Settled { closed: outcome.closed, paid: outcome.paid });
        Ok(())
    }

    /// Two claims of one batch that cannot both be so are a fault of its file; those of two batches are found beside it.
    fn claim(&mut self, entry: u32, outcome: &Outcome, transfers: &[Transfer]) -> Result<(), String> {
        let place = Place { batch: self.batch, entry };
        for (reference, Transfer { transaction, log }) in outcome.references.iter().zip(transfers) {
            let Err(claim) = self.claims.add(place, reference) else { continue };
            if claim.first.batch != self.batch {
                self.claimed.push(Claim { transaction: transaction.clone(), log: *log, claim });
                continue;
            }
            let DoubleClaim { moved, claimed, other, first, .. } = claim;
            return Err(match other {
                Some(other) => format!("{transaction} log {log} moved {other} here, and {moved} in {first}"),
                None => {
                    format!("{claimed} of {transaction} log {log} are claimed, which moved {moved}: also by {first}")
                }
            });
        }
        Ok(())
    }
}
