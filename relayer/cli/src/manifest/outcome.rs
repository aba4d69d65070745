//! The file of the outcomes of a batch: one JSON object a line, in the order of the entries. Of a file of any length one outcome is
//! in memory.

use super::{Checked, faults::Faults, tree::Tree};
use crate::{error::CliError, file::open, number::whole};
use greatseal_protocol::{
    bytes::{ChainHash, Label, OutcomesRoot, ReferenceHash, TxHash, parse_hex},
    settlement::{Outcome, Reference, Sums},
};
use serde::Deserialize;
use std::{
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

const HELP: &str = "see `greatseal outcome check --help` for the outcomes of a batch";
/// Most bytes of one outcome.
const LONGEST: u64 = 64 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeFile {
    index: u32,
    state: State,
    paid: String,
    excess: Option<String>,
    #[serde(default)]
    references: Vec<ReferenceFile>,
    reason: Option<String>,
    evidence: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Open,
    Closed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceFile {
    chain: String,
    transaction: String,
    log: u32,
    amount: String,
    share: String,
}

/// Outcomes that were read from a file and compared with a manifest.
pub struct Outcomes {
    /// Root of their tree.
    pub root: OutcomesRoot,
    /// Their sums.
    pub sums: Sums,
}

/// Reads the outcomes of a manifest's entries.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right.
pub fn outcomes(path: &Path, manifest: &Checked) -> Result<Outcomes, CliError> {
    let failed = |error: io::Error| CliError::file(path, error, HELP);
    let mut input = BufReader::new(open(path, HELP)?);
    let (mut faults, mut tree, mut sums) = (Faults::default(), Tree::default(), Sums::default());
    let (mut next, mut bytes) = (0_u32, Vec::new());
    for line in 1_u64.. {
        bytes.clear();
        if input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes).map_err(failed)? == 0 {
            break;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        match read(&bytes, next, manifest, sums) {
            Ok((outcome, with)) => {
                sums = with;
                if tree.push(outcome.leaf()).is_none() {
                    faults.add(line, "is one too many");
                }
            }
            Err(reason) => faults.add(line, reason),
        }
        next = next.saturating_add(1);
    }
    if faults.is_empty() && next != manifest.head.size {
        faults.whole(format!("has {next} outcomes, and the manifest {} entries", manifest.head.size));
    }
    match tree.head().filter(|_| faults.is_empty()) {
        Some(head) => Ok(Outcomes { root: OutcomesRoot(head.root), sums }),
        None => Err(CliError::Faults { what: path.display().to_string(), faults, help: HELP }),
    }
}

/// The outcome of an entry, and the sums with it.
fn read(bytes: &[u8], next: u32, manifest: &Checked, sums: Sums) -> Result<(Outcome, Sums), String> {
    let file: OutcomeFile = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let outcome = file.outcome()?;
    if outcome.index != next {
        return Err(format!("index {} stands where {next} is expected", outcome.index));
    }
    let due = manifest.sum(next, next.saturating_add(1)).ok_or("is the outcome of no entry")?;
    let with = sums.with(&outcome, due).ok_or_else(|| {
        format!(
            "paid {} of {due}: more is excess, and a closed entry that is not fully paid has a reason",
            outcome.paid
        )
    })?;
    Ok((outcome, with))
}

impl OutcomeFile {
    fn outcome(&self) -> Result<Outcome, String> {
        let amount = |name: &str, text: &str| whole::<u128>(text).map_err(|reason| format!("{name} {reason}"));
        let hex =
            |name: &str, text: &str| parse_hex::<32>(text).map_err(|_| format!("{name} is not 64 hexadecimal digits"));
        let mut references = Vec::with_capacity(self.references.len());
        for found in &self.references {
            let chain = crate::text::rail_chain("chain", &found.chain).map_err(|error| error.to_string())?;
            references.push(Reference {
                chain: ChainHash(chain.0),
                transaction: TxHash(hex("transaction", &found.transaction)?),
                log: found.log,
                amount: amount("amount", &found.amount)?,
                share: amount("share", &found.share)?,
            });
        }
        let reason = self.reason.as_deref();
        let label = |text: &str| Label::new(text).ok_or("reason is no label: 1 to 32 of a-z, 0-9 and -");
        Ok(Outcome {
            index: self.index,
            closed: matches!(self.state, State::Closed),
            paid: amount("paid", &self.paid)?,
            excess: self.excess.as_deref().map_or(Ok(0), |text| amount("excess", text))?,
            references,
            reason: reason.map(label).transpose()?,
            evidence: ReferenceHash(hex("evidence", &self.evidence)?),
        })
    }
}
