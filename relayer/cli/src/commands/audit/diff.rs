//! `greatseal audit diff`: two logs, leaf by leaf from the first, until they differ or one of them ends.

use super::source::Source;
use crate::{
    answers::{
        Text,
        audit::{AuditDiffered, FirstDifference, LeafShown, LogSide, Relation},
    },
    cli::AuditDiff,
    error::CliError,
    output::note,
    session::Settings,
};
use greatseal_log::{
    files::{File, LogHead, SCHEMA},
    leaf::Leaf,
};
use greatseal_protocol::bytes::to_hex;
use greatseal_trail::tree::{Frontier, leaf_hash};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const HELP: &str = "keep both, and verify each with a node of your own: the chain decides which is true";
const LONGER: &str = "export the shorter one anew, and compare again";
/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(2);

/// A log that is compared.
struct Side {
    name: String,
    source: Source,
    head: LogHead,
}

/// Compares two logs.
///
/// # Errors
///
/// [`CliError::WrongDeployment`] where they are of two deployments, [`CliError::Found`] where they contradict each other,
/// [`CliError::NotAllChecked`] where one goes on behind the other, [`CliError::NotVerified`] where leaves are not those of their head,
/// [`CliError::Input`], [`CliError::Unreachable`].
pub async fn run(settings: &Settings, command: &AuditDiff) -> Result<(), CliError> {
    let left = Side::bundle(&command.left).await?;
    let right = match &command.right {
        Some(path) => Side::bundle(path).await?,
        None => Side::of("the indexer".to_owned(), Source::Indexer(settings.services.indexer()?)).await?,
    };
    if left.head.deployment != right.head.deployment {
        let (ours, theirs) = (&left.head.deployment, &right.head.deployment);
        return Err(CliError::WrongDeployment(format!("the logs are of the deployments {ours} and {theirs}")));
    }
    let (tree, first) = compare(&left, &right).await?;
    let common = tree.head();
    // What both have is what the shorter one says it is.
    for side in [&left, &right] {
        if first.is_none() && side.head.size == common.size && side.head.root != common.root.to_string() {
            return Err(CliError::NotVerified(format!("the leaves of {} do not make up its head", side.name)));
        }
    }
    let more = |side: &Side| side.head.size.saturating_sub(common.size);
    let (relation, failure) = match (&first, more(&left), more(&right)) {
        (Some(first), ..) => {
            let what = format!("the logs contradict each other from event {} on", first.seq);
            (Relation::Contradict, Some(CliError::Found { what, help: HELP }))
        }
        (None, 0, 0) => (Relation::Same, None),
        (None, events, 0) => (Relation::LeftLonger, Some(longer(events, &left.name))),
        (None, _, events) => (Relation::RightLonger, Some(longer(events, &right.name))),
    };
    let shown = |side: &Side| LogSide {
        source: side.name.clone(),
        head: format!("{}:{}", side.head.size, side.head.root),
        more_events: Text(more(side)),
    };
    settings.output.answer(&AuditDiffered {
        deployment: left.head.deployment.clone(),
        left: shown(&left),
        right: shown(&right),
        common_events: Text(common.size),
        common_root: common.root.to_string(),
        relation,
        first_difference: first,
        exit_code: failure.as_ref().map_or(0, CliError::exit_code),
        help: failure.as_ref().map(CliError::help),
    })?;
    failure.map_or(Ok(()), Err)
}

fn longer(events: u64, name: &str) -> CliError {
    CliError::NotAllChecked { what: format!("{events} events are in {name} alone"), help: LONGER }
}

impl Side {
    async fn bundle(path: &Path) -> Result<Self, CliError> {
        let source = Source::folder(path)?;
        let name = path.display().to_string();
        let selection = source.bundle().map(|bundle| bundle.has(greatseal_bundle::selection::NAME)).transpose();
        match selection.map_err(|error| super::source::not_read(&error))? {
            Some(true) => {
                let help = "give two exports of whole logs: a selection lacks what would be compared";
                Err(CliError::file(path, "is a selection", help))
            }
            _ => Self::of(name, source).await,
        }
    }

    async fn of(name: String, source: Source) -> Result<Self, CliError> {
        let head = source.head().await?;
        match head.schema == SCHEMA {
            true => Ok(Self { name, source, head }),
            false => Err(CliError::NotVerified(format!("{name}: the head is of another form than {SCHEMA}"))),
        }
    }

    /// Leaves from number `256 · number` on.
    async fn entries(&self, number: u64) -> Result<Vec<Vec<u8>>, CliError> {
        let part = File::entries(self.head.size).nth(usize::try_from(number).unwrap_or(usize::MAX));
        let Some(part) = part else { return Ok(Vec::new()) };
        let file = File::Entries(part);
        let bytes = self.source.file(file).await?;
        let leaves = part.leaves(&bytes).map(|leaves| leaves.into_iter().map(<[u8]>::to_vec));
        let wrong =
            || CliError::NotVerified(format!("{}: {} does not hold what its name says", self.name, file.path()));
        leaves.map(Iterator::collect).ok_or_else(wrong)
    }
}

/// The tree of what both have, and the first event that differs.
async fn compare(left: &Side, right: &Side) -> Result<(Frontier, Option<FirstDifference>), CliError> {
    let (mut tree, mut told) = (Frontier::new(), Instant::now());
    let both = left.head.size.min(right.head.size);
    for part in File::entries(both) {
        let (ours, theirs) = (left.entries(part.number).await?, right.entries(part.number).await?);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            if ours != theirs {
                let first = FirstDifference { seq: Text(tree.size()), left: shown(ours), right: shown(theirs) };
                return Ok((tree, Some(first)));
            }
            tree.push(leaf_hash(ours)).map_err(|error| CliError::NotVerified(error.to_string()))?;
        }
        if told.elapsed() > TELL {
            told = Instant::now();
            note(&format!("{} of {both} events compared", tree.size()));
        }
    }
    Ok((tree, None))
}

fn shown(bytes: &[u8]) -> LeafShown {
    let known = Leaf::parse(bytes).ok();
    let leaf = known.as_ref().map(|(leaf, _)| leaf);
    LeafShown {
        leaf: leaf_hash(bytes).to_string(),
        kind: known.as_ref().map(|(_, record)| record.event.kind().to_owned()),
        at: known.as_ref().map(|(_, record)| Text(record.at)),
        block_number: leaf.map(|leaf| Text(leaf.block_number)),
        block_hash: leaf.map(|leaf| to_hex(&leaf.block_hash)),
    }
}
