//! `greatseal audit verify` of a whole log: what was looked at, and what was not.

use super::{
    super::{Answer, files::FilesChecked},
    BundleChecked, Checkpoint, ContentsChecked, Metadata, Rests, Signed, Text, Verdict,
};
use crate::output::{Line, line};
use greatseal_protocol::key::Key;
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal audit verify`: a history in which nothing is wrong, and the files behind it where they were given.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditVerified {
    /// Whether everything that can be looked at was looked at.
    pub verified: Verdict,
    /// Its events.
    pub events: Text<u64>,
    /// Cells of the replayed state.
    pub cells: Text<u64>,
    /// Size and root of the log, as `--expect-head` takes them.
    pub head: String,
    /// Headers, each naming the one before it, from the deployment's block on.
    pub headers: Headers,
    /// On whose signature the records rest.
    pub signed: Signed,
    /// By which metadata the events were read. No block proves metadata.
    pub metadata: Vec<Metadata>,
    /// Companions' signatures.
    pub companions: Companions,
    /// What agrees with the chain; none offline.
    pub chain: Option<ChainCompared>,
    /// Number of events up to the head that was expected.
    pub expected_head_at: Option<Text<u64>>,
    /// The log's checkpoint, where keys were given with `--log-key` and `--witness`.
    pub checkpoint: Option<Checkpoint>,
    /// Keys that got a seat and with which nobody can sign: they are no points of their curve.
    pub no_points: Vec<NoPoint>,
    /// How much on record stands in files.
    pub money: Money,
    /// What the files show, where a folder was given with `--files`.
    pub files: Option<FilesChecked>,
    /// The bundle's files, where a bundle was verified that has more than a log: its readable parts are what the events say.
    pub bundle: Option<BundleChecked>,
    /// The contents that events name, where a bundle was verified that has more than a log.
    pub contents: Option<ContentsChecked>,
    /// What was not looked at.
    pub not_checked: Vec<NotChecked>,
    /// Exit code of the command.
    pub exit_code: u8,
    /// How to have looked at what was not; none where this program cannot, and where nothing is left.
    pub help: Option<String>,
}

/// Headers that are linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Headers {
    /// How many.
    pub linked: Text<u64>,
    /// Height of the last one.
    pub last: Text<u64>,
    /// Its hash.
    pub hash: String,
}

/// How much on record is a root, behind which there is a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Money {
    /// Batches that were executed.
    pub batches: Text<u64>,
    /// Statements of the bridge on what was carried out: the last one about each number.
    pub bridge_statements: Text<u64>,
}

/// A key that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoPoint {
    /// The event that gave it a seat.
    pub event: Text<u64>,
    /// The key.
    pub key: Text<Key>,
}

/// What was found out about companions' signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Companions {
    /// Whether signatures were given with `--companions`.
    pub given: bool,
    /// Acts whose signature was verified.
    pub held: Text<u64>,
    /// Acts that ask for a signature nobody looked at.
    pub unchecked: Text<u64>,
}

/// What agrees with the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChainCompared {
    /// Blocks with events of the contract, each of which the chain's last block names through those behind it.
    pub blocks: Text<u64>,
    /// Events that the contract has emitted since.
    pub later_events: Text<u64>,
}

/// Something that was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotChecked {
    /// What.
    pub what: Unchecked,
    /// Whether this program can look at it: then the exit code is 10.
    pub blocking: bool,
}

/// What was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unchecked {
    /// Whether the last event is the last.
    Completeness,
    /// A checkpoint of the log: no key was given.
    Checkpoint,
    /// Whether others have seen the log's checkpoint: no key of a witness was given.
    Witnesses,
    /// Signatures of companions.
    SecondSignatures,
    /// Whether the chain holds these events.
    Chain,
    /// Files of money: all of them where no folder was given, those that are not in it otherwise.
    Files,
    /// Contents that events name: all of them without a bundle that has more than a log, else those that nobody has seen.
    Contents,
    /// Signatures of commands that rest on the block alone.
    Signatures,
    /// Whether the metadata are the runtime's: no block proves that.
    Metadata,
}

impl Unchecked {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Completeness => "completeness",
            Self::Checkpoint => "checkpoint",
            Self::Witnesses => "witnesses",
            Self::SecondSignatures => "second signatures",
            Self::Chain => "chain",
            Self::Files => "files of money",
            Self::Contents => "contents",
            Self::Signatures => "signatures",
            Self::Metadata => "metadata",
        }
    }
}

impl AuditVerified {
    fn why(&self, what: Unchecked) -> String {
        let later = self.chain.map_or(0, |chain| chain.later_events.0);
        match what {
            Unchecked::Completeness if later > 0 => {
                format!("{later} later events are on the chain and not in this file")
            }
            Unchecked::Completeness => match self.expected_head_at {
                Some(Text(at)) => format!("whether event {} is the last", self.events.0.max(at).saturating_sub(1)),
                None => "whether the last event is the last, and the history the one that others have".to_owned(),
            },
            Unchecked::Checkpoint => "whether the log has signed this history: give --log-key VKEY".to_owned(),
            Unchecked::Witnesses => {
                "whether witnesses have seen the checkpoint: give --witness VKEY for each".to_owned()
            }
            Unchecked::SecondSignatures => {
                format!("{} acts of hybrid councils ask for a companion's", self.companions.unchecked)
            }
            Unchecked::Chain => "offline: whether the chain holds these events".to_owned(),
            Unchecked::Files => match &self.files {
                Some(files) => format!("{} are not in {}", files.open(), files.folder),
                None => {
                    let Money { batches, bridge_statements } = self.money;
                    format!(
                        "those of {batches} batches and {bridge_statements} statements of the bridge: give --files FOLDER"
                    )
                }
            },
            Unchecked::Contents => match &self.contents {
                Some(contents) => contents.words(),
                None => "what hashes stand for: verify an export that has its contents, with --bundle".to_owned(),
            },
            Unchecked::Signatures => {
                let of = |rests: &Rests| format!("{} events: {}", rests.events, rests.why.words());
                self.signed.by_block.iter().map(of).collect::<Vec<_>>().join("; ")
            }
            Unchecked::Metadata => {
                let of =
                    |metadata: &Metadata| format!("version {} has SHA-256 {}", metadata.spec_version, metadata.sha256);
                self.metadata.iter().map(of).collect::<Vec<_>>().join("; ")
            }
        }
    }
}

impl Companions {
    fn words(&self) -> String {
        match (self.given, self.unchecked.0) {
            (true, _) => format!("{} signatures, all hold, none is missing", self.held),
            (false, 0) => "none is asked for".to_owned(),
            (false, unchecked) => format!("NOT CHECKED: {unchecked} acts ask for one; give --companions FILE"),
        }
    }
}

impl Answer for AuditVerified {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("headers", format!("{} linked, up to block {}", self.headers.linked, self.headers.last)),
            line("events", format!("{}, each proved to be in its block", self.events)),
            line(
                "signed",
                format!(
                    "{} events by envelopes, {} by transactions",
                    self.signed.by_envelope, self.signed.by_transaction
                ),
            ),
            line("replay", format!("{} cells, every command decided again", self.cells)),
            line("companions", self.companions.words()),
            line("head", &self.head),
        ];
        lines.extend(self.chain.map(|ChainCompared { blocks, later_events }| {
            let missing = match later_events.0 {
                0 => "nothing is missing".to_owned(),
                later => format!("the contract has emitted {later} events since"),
            };
            line("chain", format!("{blocks} blocks with events are the chain's, all cells agree, {missing}"))
        }));
        let expected = self.expected_head_at;
        lines.extend(expected.map(|at| line("expected head", format!("is that of the first {at} events"))));
        lines.extend(self.checkpoint.iter().flat_map(Checkpoint::lines));
        lines.extend(self.no_points.iter().map(|NoPoint { event, key }| {
            line("nobody can sign", format!("{key} got a seat by event {event} and is no point of its curve"))
        }));
        lines.extend(self.files.iter().flat_map(FilesChecked::lines));
        lines.extend(self.bundle.iter().flat_map(BundleChecked::lines));
        lines.extend(self.contents.iter().flat_map(ContentsChecked::lines));
        lines.extend(
            self.not_checked
                .iter()
                .map(|open| line("not checked", format!("{}: {}", open.what.word(), self.why(open.what)))),
        );
        lines.push(line(
            "verified",
            match self.verified {
                Verdict::Yes => "yes",
                Verdict::InPart => "in part",
                Verdict::No => "no: files contradict it",
            },
        ));
        lines
    }
}
