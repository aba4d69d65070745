//! Files of money beside what is on record: what agrees, what contradicts it, and of what no file was at hand.

use super::{Text, money::Search};
use crate::{
    money::{
        NAMED,
        compare::{Differs, Sum},
    },
    output::{Line, line},
};
use greatseal_protocol::bytes::ManifestHash;
use schemars::JsonSchema;
use serde::Serialize;

/// Most findings of a kind that are shown to people.
const SHOWN: usize = 10;

/// `greatseal audit verify --files`
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FilesChecked {
    /// The folder.
    pub folder: String,
    /// Its files.
    pub files: Text<u64>,
    /// Batches that were executed.
    pub batches: Text<u64>,
    /// Those whose manifest is there and is what was executed.
    pub manifests: Text<u64>,
    /// Those of which the outcomes are there and say what was stated: in the final statement, or in the newest that is there.
    pub outcomes: Text<u64>,
    /// Statements of the bridge on what was carried out: the last one about each number.
    pub bridge_statements: Text<u64>,
    /// Those whose conversions are there and come to what was stated.
    pub carried: Text<u64>,
    /// What the outcomes claim together, and which entries are paid again.
    pub search: Search,
    /// Files that are not what is on record; a thousand at most.
    pub contradictions: Vec<Contradiction>,
    /// Further such files.
    pub more_contradictions: Text<u64>,
    /// Entries that were held when their payment was stated; a thousand at most. No contradiction: they may have been paid
    /// before.
    pub held_and_paid: Vec<HeldEntry>,
    /// Further such entries.
    pub more_held_and_paid: Text<u64>,
    /// What is on record and has no file there; a thousand at most.
    pub missing: Vec<MissingFile>,
    /// Further such files.
    pub more_missing: Text<u64>,
    /// Files that belong to nothing on record; a thousand at most.
    pub strangers: Vec<Stranger>,
    /// Further such files.
    pub more_strangers: Text<u64>,
}

/// A file that is not what is on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Contradiction {
    /// The file.
    pub file: String,
    /// What is not as it was stated.
    pub what: Contradicted,
    /// The batch; none of conversions.
    pub manifest: Option<Text<ManifestHash>>,
    /// The route of conversions.
    pub route: Option<u32>,
    /// Their number on it.
    pub number: Option<Text<u64>>,
    /// A sum as it is on record.
    pub stated: Option<Text<u128>>,
    /// What the file comes to.
    pub found: Option<Text<u128>>,
    /// What is wrong, in a sentence, where it is no sum.
    pub reason: Option<String>,
}

/// What is not as it was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Contradicted {
    /// The header names the batch, and the entries are others or none.
    Entries,
    /// The root of the entries is the batch's, and the header is another.
    Header,
    /// The root is the statement's, and the outcomes are none of this batch.
    Outcomes,
    /// Entries to which nothing more will happen.
    Closed,
    /// What arrived of what is due of them.
    Paid,
    /// What did not.
    Unpaid,
    /// What left the payer's account is less than what arrived.
    Debited,
    /// The number of conversions.
    Count,
    /// What they moved.
    Amount,
    /// What of it was kept.
    Fees,
}

/// An entry that was held when its payment was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldEntry {
    /// The batch.
    pub manifest: Text<ManifestHash>,
    /// The entry's index.
    pub entry: u32,
    /// Until when it was held.
    pub until: Text<u64>,
}

/// Something on record of which there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingFile {
    /// Which kind of file.
    pub what: Missing,
    /// The batch; none of conversions.
    pub manifest: Option<Text<ManifestHash>>,
    /// The route of conversions.
    pub route: Option<u32>,
    /// Their number on it.
    pub number: Option<Text<u64>>,
}

/// Which kind of file is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// A batch's manifest.
    Manifest,
    /// The outcomes of a batch with a final statement, or whose entries are paid again.
    Outcomes,
    /// What the bridge carried out.
    Conversions,
}

/// A file that belongs to nothing on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stranger {
    /// The file.
    pub file: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// Names a finding, or counts it.
fn push<T>(found: &mut Vec<T>, more: &mut Text<u64>, finding: T) {
    match found.len() < NAMED {
        true => found.push(finding),
        false => more.0 = more.0.saturating_add(1),
    }
}

impl Contradiction {
    /// Of a file, without more.
    pub fn of(file: &str, what: Contradicted) -> Self {
        let file = file.to_owned();
        Self { file, what, manifest: None, route: None, number: None, stated: None, found: None, reason: None }
    }

    /// A sum that is not what was stated.
    pub fn sum(file: &str, Differs { sum, stated, found }: Differs) -> Self {
        let what = match sum {
            Sum::Closed => Contradicted::Closed,
            Sum::Paid => Contradicted::Paid,
            Sum::Unpaid => Contradicted::Unpaid,
            Sum::Debited => Contradicted::Debited,
            Sum::Count => Contradicted::Count,
            Sum::Amount => Contradicted::Amount,
            Sum::Fees => Contradicted::Fees,
        };
        Self { stated: Some(Text(stated)), found: Some(Text(found)), ..Self::of(file, what) }
    }

    fn words(&self) -> String {
        let of = match (self.manifest, self.route, self.number) {
            (Some(manifest), ..) => format!("batch {manifest}"),
            (None, Some(route), Some(number)) => format!("conversion {number} of route {route}"),
            _ => "nothing".to_owned(),
        };
        let why = match (self.stated, self.found, &self.reason) {
            (Some(stated), Some(found), _) => format!("{} {stated} was stated, it is {found}", self.what.words()),
            (.., Some(reason)) => format!("{}: {reason}", self.what.words()),
            _ => self.what.words().to_owned(),
        };
        format!("{} of {of}: {why}", self.file)
    }
}

impl Contradicted {
    fn words(self) -> &'static str {
        match self {
            Self::Entries => "other entries than the header's",
            Self::Header => "another header than the one that was executed",
            Self::Outcomes => "no outcomes of this batch",
            Self::Closed => "closed",
            Self::Paid => "paid",
            Self::Unpaid => "unpaid",
            Self::Debited => "debited",
            Self::Count => "count",
            Self::Amount => "amount",
            Self::Fees => "fees",
        }
    }
}

impl MissingFile {
    fn words(&self) -> String {
        match (self.what, self.manifest, self.route, self.number) {
            (Missing::Manifest, Some(manifest), ..) => format!("the manifest of batch {manifest}"),
            (Missing::Outcomes, Some(manifest), ..) => format!("the outcomes of batch {manifest}"),
            (_, _, Some(route), Some(number)) => format!("what was carried out as {number} of route {route}"),
            _ => "a file".to_owned(),
        }
    }
}

impl FilesChecked {
    /// With a file that is not what is on record.
    pub fn contradicts(&mut self, contradiction: Contradiction) {
        push(&mut self.contradictions, &mut self.more_contradictions, contradiction);
    }

    /// With an entry that was held when its payment was stated.
    pub fn paid_though_held(&mut self, entry: HeldEntry) {
        push(&mut self.held_and_paid, &mut self.more_held_and_paid, entry);
    }

    /// With something of which there is no file.
    pub fn misses(&mut self, missing: MissingFile) {
        push(&mut self.missing, &mut self.more_missing, missing);
    }

    /// With a file that belongs to nothing on record.
    pub fn stranger(&mut self, file: String, reason: impl std::fmt::Display) {
        let stranger = Stranger { file, reason: reason.to_string() };
        push(&mut self.strangers, &mut self.more_strangers, stranger);
    }

    /// How many files are not there.
    pub fn open(&self) -> u64 {
        u64::try_from(self.missing.len()).unwrap_or(u64::MAX).saturating_add(self.more_missing.0)
    }

    /// What contradicts the record or other files, in a sentence; `None` where nothing does.
    pub fn verdict(&self) -> Option<String> {
        let found = u64::try_from(self.contradictions.len()).unwrap_or(u64::MAX);
        let found = found.saturating_add(self.more_contradictions.0);
        match (found, self.search.verdict()) {
            (0, None) => None,
            (0, Some(search)) => Some(search),
            (found, None) => Some(format!("{found} times a file is not what is on record")),
            (found, Some(search)) => Some(format!("{found} times a file is not what is on record, and {search}")),
        }
    }

    /// The lines for people.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("files", format!("{} in {}", self.files, self.folder)),
            line("manifests", format!("{} of {} batches, as they were executed", self.manifests, self.batches)),
            line("outcomes", format!("of {} batches, as they were stated", self.outcomes)),
            line("conversions", format!("{} of {} statements of the bridge", self.carried, self.bridge_statements)),
        ];
        lines.extend(self.search.lines());
        let shown = self.contradictions.iter().take(SHOWN);
        lines.extend(shown.map(|contradiction| line("contradiction", contradiction.words())));
        lines.extend(self.held_and_paid.iter().take(SHOWN).map(|HeldEntry { manifest, entry, until }| {
            line("held and paid", format!("entry {entry} of batch {manifest}, held until {}", until.date()))
        }));
        lines.extend(self.missing.iter().take(SHOWN).map(|missing| line("not there", missing.words())));
        let strangers = self.strangers.iter().take(SHOWN);
        lines.extend(strangers.map(|Stranger { file, reason }| line("not on record", format!("{file}: {reason}"))));
        lines
    }
}
