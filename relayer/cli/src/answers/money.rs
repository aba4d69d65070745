//! What the files of money show together: claims and repayments over several batches.

use super::Text;
use crate::{
    manifest::outcome::Claim,
    money::{
        Findings, Place,
        claims::DoubleClaim as Doubled,
        repaid::{self, Left, Why},
    },
    output::{Line, line},
};
use greatseal_protocol::bytes::ManifestHash;
use schemars::JsonSchema;
use serde::Serialize;

/// Most findings of a kind that are shown to people.
const SHOWN: usize = 10;

/// A search over several files: what cannot be so, and what was looked at.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Search {
    /// Transfers on rails that are claimed.
    pub transfers: Text<u64>,
    /// Claims of one transfer that cannot all be so; a thousand at most.
    pub double_claims: Vec<DoubleClaim>,
    /// Further such claims.
    pub more_double_claims: Text<u64>,
    /// Batches of which entries are paid again, where the files show which.
    pub parents: Vec<PaidAgain>,
    /// Entries that are paid again and must not be; a thousand at most.
    pub bad_repayments: Vec<BadRepayment>,
    /// Further such entries.
    pub more_bad_repayments: Text<u64>,
}

/// An entry of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryOf {
    /// The file that its batch is told by: the outcomes, or its manifest where they are not at hand.
    pub file: String,
    /// The batch; none where its manifest's file has no header.
    pub manifest: Option<Text<ManifestHash>>,
    /// The entry's index.
    pub entry: u32,
}

/// Two entries whose claims of one transfer cannot both be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoubleClaim {
    /// The transaction in its one spelling.
    pub transaction: String,
    /// Place of the log or of the leg in it.
    pub log: u32,
    /// What it moved, as the first one says.
    pub moved: Text<u128>,
    /// What is claimed of it, up to the second one.
    pub claimed: Text<u128>,
    /// What it moved as the second one says, where that is another amount.
    pub moved_otherwise: Option<Text<u128>>,
    /// Who claimed it first.
    pub first: EntryOf,
    /// Who cannot have it as well.
    pub second: EntryOf,
}

/// A batch of which entries are paid again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PaidAgain {
    /// The batch.
    pub parent: Text<ManifestHash>,
    /// The batches that pay entries of it again.
    pub children: Vec<Text<ManifestHash>>,
    /// Entries that are paid again.
    pub entries: u32,
    /// Entries that its outcomes leave unpaid and nobody pays again; none without its outcomes.
    pub left_entries: Option<u32>,
    /// What is left of them.
    pub left_amount: Option<Text<u128>>,
}

/// An entry that pays another one again, and must not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BadRepayment {
    /// The entry.
    pub entry: EntryOf,
    /// The batch whose entry it pays again.
    pub parent: Text<ManifestHash>,
    /// That entry's index.
    pub repays: u32,
    /// Why it must not.
    pub why: NotRepayable,
    /// What was left of that entry, where it is paid more.
    pub left: Option<Text<u128>>,
    /// The entry that pays it again already, where there is one.
    pub first: Option<EntryOf>,
}

/// Why an entry must not be paid again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotRepayable {
    /// The parent has no such entry.
    NoEntry,
    /// It was due to another person.
    OtherPerson,
    /// Pseudonyms of another key do not show whether it is the same person.
    OtherKey,
    /// It is open in the parent's outcomes, and may still be paid.
    Open,
    /// It was paid.
    Paid,
    /// Less of it was left.
    More,
    /// Another entry pays it again.
    Again,
}

/// Files and names of the batches that are searched, by their number.
#[derive(Clone, Debug)]
pub struct Batches(pub Vec<(String, Option<ManifestHash>)>);

impl Batches {
    /// Where an entry stands. A batch that has no file here is told by its number, and not by an empty name.
    fn entry(&self, Place { batch, entry }: Place) -> EntryOf {
        match self.0.get(batch) {
            Some((file, manifest)) => EntryOf { file: file.clone(), manifest: manifest.map(Text), entry },
            None => EntryOf { file: format!("batch number {batch} of those that are searched"), manifest: None, entry },
        }
    }
}

impl Search {
    /// With claims that cannot be so.
    pub fn claimed(&mut self, batches: &Batches, claims: &Findings<Claim>) {
        let told = claims.found.iter().map(|Claim { transaction, log, claim }| {
            let Doubled { moved, claimed, other, first, second } = *claim;
            DoubleClaim {
                transaction: transaction.clone(),
                log: *log,
                moved: Text(moved),
                claimed: Text(claimed),
                moved_otherwise: other.map(Text),
                first: batches.entry(first),
                second: batches.entry(second),
            }
        });
        self.double_claims.extend(told);
        self.more_double_claims.0 = self.more_double_claims.0.saturating_add(claims.more);
    }

    /// With entries that must not be paid again.
    pub fn repaid(&mut self, batches: &Batches, parent: ManifestHash, bad: &Findings<repaid::BadRepayment>) {
        self.bad_repayments.extend(bad.found.iter().map(|bad| BadRepayment::of(batches, parent, bad)));
        self.more_bad_repayments.0 = self.more_bad_repayments.0.saturating_add(bad.more);
    }

    /// What was found, in a sentence; `None` where nothing contradicts anything.
    pub fn verdict(&self) -> Option<String> {
        let count = |found: usize, more: u64| u64::try_from(found).unwrap_or(u64::MAX).saturating_add(more);
        let claims = count(self.double_claims.len(), self.more_double_claims.0);
        let repaid = count(self.bad_repayments.len(), self.more_bad_repayments.0);
        match (claims, repaid) {
            (0, 0) => None,
            (claims, 0) => Some(format!("{claims} claims of transfers cannot be so beside others")),
            (0, repaid) => Some(format!("{repaid} entries must not be paid again")),
            (claims, repaid) => Some(format!(
                "{claims} claims of transfers cannot be so beside others, and {repaid} entries must not be paid again"
            )),
        }
    }

    /// The lines for people.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("transfers claimed", self.transfers)];
        lines.extend(self.double_claims.iter().take(SHOWN).map(|claim| line("double claim", claim.words())));
        lines.extend(self.parents.iter().map(|parent| line("paid again", parent.words())));
        lines.extend(self.bad_repayments.iter().take(SHOWN).map(|bad| line("not to be paid again", bad.words())));
        lines
    }
}

impl EntryOf {
    fn words(&self) -> String {
        format!("entry {} in {}", self.entry, self.file)
    }
}

impl DoubleClaim {
    fn words(&self) -> String {
        let Self { transaction, log, moved, claimed, .. } = self;
        let (first, second) = (self.first.words(), self.second.words());
        match self.moved_otherwise {
            Some(other) => format!("{transaction} log {log} moved {moved} by {first}, and {other} by {second}"),
            None => {
                format!("{transaction} log {log} moved {moved}, {claimed} are claimed: by {first}, and by {second}")
            }
        }
    }
}

impl PaidAgain {
    /// What the files show of a parent.
    pub fn of(parent: ManifestHash, children: &[ManifestHash], entries: u32, left: Option<Left>) -> Self {
        Self {
            parent: Text(parent),
            children: children.iter().map(|child| Text(*child)).collect(),
            entries,
            left_entries: left.map(|left| left.entries),
            left_amount: left.map(|left| Text(left.amount)),
        }
    }

    /// What is paid again, and what is left.
    pub fn words(&self) -> String {
        let Self { parent, entries, .. } = self;
        match (self.left_entries, self.left_amount) {
            (Some(left), Some(amount)) => {
                format!("{entries} entries of {parent}; {left} more are unpaid, {amount} together")
            }
            _ => format!("{entries} entries of {parent}, of which nobody gave the outcomes"),
        }
    }
}

impl BadRepayment {
    /// An entry of one of these batches that must not be paid again.
    pub fn of(batches: &Batches, parent: ManifestHash, bad: &repaid::BadRepayment) -> Self {
        let (left, first) = match bad.why {
            Why::More { left } => (Some(Text(left)), None),
            Why::Again { first } => (None, Some(batches.entry(first))),
            Why::NoEntry | Why::OtherPerson | Why::OtherKey | Why::Open | Why::Paid => (None, None),
        };
        let (entry, why) = (batches.entry(bad.place), NotRepayable::from(bad.why));
        Self { entry, parent: Text(parent), repays: bad.repays, why, left, first }
    }

    /// The entry, and why it must not be paid again.
    pub fn words(&self) -> String {
        let Self { entry, repays, parent, .. } = self;
        let why = match (self.why, self.left, &self.first) {
            (NotRepayable::More, Some(left), _) => format!("{left} of it is left"),
            (NotRepayable::Again, _, Some(first)) => format!("{} pays it again", first.words()),
            (why, ..) => why.words().to_owned(),
        };
        format!("{} pays entry {repays} of {parent} again: {why}", entry.words())
    }
}

impl NotRepayable {
    fn words(self) -> &'static str {
        match self {
            Self::NoEntry => "there is no such entry",
            Self::OtherPerson => "it was due to another person",
            Self::OtherKey => "pseudonyms of another key do not show whether it is the same person",
            Self::Open => "it may still be paid",
            Self::Paid => "it was paid",
            Self::More => "less of it is left",
            Self::Again => "another entry pays it again",
        }
    }
}

impl From<Why> for NotRepayable {
    fn from(why: Why) -> Self {
        match why {
            Why::NoEntry => Self::NoEntry,
            Why::OtherPerson => Self::OtherPerson,
            Why::OtherKey => Self::OtherKey,
            Why::Open => Self::Open,
            Why::Paid => Self::Paid,
            Why::More { .. } => Self::More,
            Why::Again { .. } => Self::Again,
        }
    }
}
