//! `greatseal audit …`: what was looked at, what was not, and what was written.

use super::{Answer, Text, files::FilesChecked};
use crate::{
    date::date,
    output::{Line, line},
};
use greatseal_audit::Resting;
use greatseal_protocol::{bytes::IncidentId, key::Key, proposal_id::ProposalId};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal audit export`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditExported {
    /// Events that were written.
    pub events: Text<u64>,
    /// Size and root of the log, as `--expect-head` takes them.
    pub head: String,
    /// Height of the last block whose header was written.
    pub last_block: Text<u64>,
    /// The folder; none where a tar was written.
    pub folder: Option<String>,
    /// The tar; none where a folder was written.
    pub tar: Option<String>,
    /// Which events it has; none where it is the whole log.
    pub selection: Option<ExportedSelection>,
    /// Number of files that its manifest lists, and the manifest's hash.
    pub bundle: BundleChecked,
    /// Number of events of the checkpoint that was written; none where the indexer has published none.
    pub checkpoint_at: Option<Text<u64>>,
    /// Companions' signatures, where they were asked for.
    pub companions: Option<CompanionsExported>,
}

/// A selection that was written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExportedSelection {
    /// How many events were chosen.
    pub events: Text<u64>,
    /// What was asked for.
    pub filter: Filter,
}

/// What was asked for. Everything that is given has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Filter {
    /// The incident.
    pub incident: Option<Text<IncidentId>>,
    /// The programme.
    pub programme: Option<u32>,
    /// The proposal.
    pub proposal: Option<Text<ProposalId>>,
    /// Events of this second and later.
    pub since: Option<Text<u64>>,
    /// Events before this second.
    pub until: Option<Text<u64>>,
}

/// Files of a bundle: each has the hash that its manifest says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundleChecked {
    /// How many there are, but for the manifest.
    pub listed_files: Text<u64>,
    /// SHA-256 of the manifest, which names every byte of the bundle.
    pub manifest_sha256: String,
}

/// `greatseal audit verify --bundle` of a selection: what a part of a log proves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditSelectionVerified {
    /// Never all: what lies between the events of a selection is not in it.
    pub verified: Verdict,
    /// Its events, each proved to be in the tree and in its block.
    pub events: Text<u64>,
    /// Events of the whole log.
    pub of_events: Text<u64>,
    /// Size and root of the whole log, as `--expect-head` takes them.
    pub head: String,
    /// What was asked for, as whoever made it says: nothing proves it.
    pub filter: Filter,
    /// How many of its events are among those of its checkpoint; none where no keys were given.
    pub under_checkpoint: Option<Text<u64>>,
    /// Blocks that were proved by themselves.
    pub blocks: Text<u64>,
    /// On whose signature the records rest.
    pub signed: Signed,
    /// By which metadata the events were read.
    pub metadata: Vec<Metadata>,
    /// The checkpoint, where keys were given with `--log-key` and `--witness`.
    pub checkpoint: Option<Checkpoint>,
    /// Whether each of its blocks is the chain's; none offline.
    pub on_chain: Option<bool>,
    /// Its files.
    pub bundle: Option<BundleChecked>,
    /// What it does not show.
    pub not_shown: Vec<NotShown>,
    /// Exit code of the command.
    pub exit_code: u8,
    /// What to do to see more.
    pub help: String,
}

/// What a selection does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotShown {
    /// Whether nothing is missing in between that was asked for.
    Completeness,
    /// Whether the rules give these events.
    Rules,
    /// Whether the tree is the log's: neither a checkpoint with signatures nor an expected head has all events.
    Tree,
    /// Whether the blocks are linked to the deployment's.
    Headers,
    /// Whether the chain has the blocks.
    Chain,
    /// Whether the metadata are the runtime's.
    Metadata,
}

/// `greatseal audit diff`: how far two logs are one. Neither was verified.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditDiffered {
    /// The deployment of both.
    pub deployment: String,
    /// The first.
    pub left: LogSide,
    /// The other.
    pub right: LogSide,
    /// Number of events, from the first on, that both have.
    pub common_events: Text<u64>,
    /// Root of the tree of these, computed from them.
    pub common_root: String,
    /// What they are to each other.
    pub relation: Relation,
    /// The first event that differs; none where they do not contradict each other.
    pub first_difference: Option<FirstDifference>,
    /// Exit code of the command.
    pub exit_code: u8,
    /// What to do; none where both are the same.
    pub help: Option<String>,
}

/// A log that was compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogSide {
    /// Path of the export, or `the indexer`.
    pub source: String,
    /// Size and root, as it says.
    pub head: String,
    /// Events that it has behind those of both.
    pub more_events: Text<u64>,
}

/// What two logs are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// They have the same events.
    Same,
    /// The first goes on behind the other.
    LeftLonger,
    /// The other goes on behind the first.
    RightLonger,
    /// They have different events of one number.
    Contradict,
}

/// An event that two logs have in different ways.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FirstDifference {
    /// Its number.
    pub seq: Text<u64>,
    /// What the first has.
    pub left: LeafShown,
    /// What the other has.
    pub right: LeafShown,
}

/// A leaf of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeafShown {
    /// Hash of the leaf in the tree.
    pub leaf: String,
    /// Kind of its event; none where its bytes are no leaf of this protocol.
    pub kind: Option<String>,
    /// Block time in seconds.
    pub at: Option<Text<u64>>,
    /// Height of its block.
    pub block_number: Option<Text<u64>>,
    /// Hash of its block.
    pub block_hash: Option<String>,
}

/// Companions' signatures that were written beside an export.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CompanionsExported {
    /// How many.
    pub signatures: Text<u64>,
    /// The file.
    pub file: String,
}

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

/// On whose signature records rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Signed {
    /// Records under an envelope that the actor's key signed.
    pub by_envelope: Text<u64>,
    /// Records under a transaction that the actor's key signed.
    pub by_transaction: Text<u64>,
    /// Records that rest on the block alone: their events are proved, a signature is not.
    pub by_block: Vec<Rests>,
}

/// Records that rest on the block alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rests {
    /// Why.
    pub why: Why,
    /// How many.
    pub events: Text<u64>,
    /// Number of the first one.
    pub first: Option<Text<u64>>,
}

/// Why a record rests on the block alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The transaction does not hold the envelope in one piece.
    Assembled,
    /// The transaction is not a signed one of a form that is read here.
    Unreadable,
    /// The contract was called from inside of another call.
    Within,
    /// What was signed cannot be reconstructed.
    Unreconstructed,
}

impl Why {
    /// None where nobody's key orders such a record.
    pub(crate) fn of(why: Resting) -> Option<Self> {
        match why {
            Resting::Constructor => None,
            Resting::Assembled => Some(Self::Assembled),
            Resting::Unreadable => Some(Self::Unreadable),
            Resting::Within => Some(Self::Within),
            Resting::Unreconstructed => Some(Self::Unreconstructed),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Assembled => Resting::Assembled,
            Self::Unreadable => Resting::Unreadable,
            Self::Within => Resting::Within,
            Self::Unreconstructed => Resting::Unreconstructed,
        }
        .reason()
    }
}

/// Metadata of a runtime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Metadata {
    /// Version of the runtime.
    pub spec_version: u32,
    /// SHA-256 of the metadata.
    pub sha256: String,
}

/// A checkpoint that the log had on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Checkpoint {
    /// Number of events up to it.
    pub events: Text<u64>,
    /// The log's key that signed it, as a vkey.
    pub signed_by: String,
    /// What witnesses say; none where no key of a witness was given.
    pub witnessed: Option<Witnessed>,
}

/// What witnesses say of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Witnessed {
    /// How many had to cosign.
    pub needed: Text<u64>,
    /// How many keys of witnesses were given.
    pub known: Text<u64>,
    /// Those that have cosigned, the newest first.
    pub cosigned: Vec<Cosigned>,
    /// At this time or later as many as needed had seen nothing newer, in seconds since the Unix epoch by their clocks.
    pub agreed_at: Text<u64>,
}

/// A cosignature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cosigned {
    /// The witness's key, as a vkey.
    pub witness: String,
    /// When, in seconds since the Unix epoch by its clock.
    pub at: Text<u64>,
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

/// How much was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that this program can look at.
    Yes,
    /// Something was left out that it can look at.
    InPart,
    /// The history holds, and files contradict it or each other.
    No,
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

impl Checkpoint {
    fn lines(&self) -> Vec<Line> {
        let mut lines =
            vec![line("checkpoint", format!("of the first {} events, signed by {}", self.events, self.signed_by))];
        if let Some(Witnessed { needed, known, cosigned, agreed_at }) = &self.witnessed {
            let of = format!("{} of {known} have cosigned, {needed} are needed", cosigned.len());
            lines.push(line("witnessed", format!("{of}; nothing newer was known at {}", date(agreed_at.0))));
            lines.extend(cosigned.iter().map(|one| line("witness", format!("{} at {}", one.witness, date(one.at.0)))));
        }
        lines
    }
}

impl BundleChecked {
    fn lines(&self) -> [Line; 1] {
        [line("manifest", format!("of {} files, SHA-256 {}", self.listed_files, self.manifest_sha256))]
    }
}

impl Filter {
    pub(crate) fn of(filter: &greatseal_bundle::filter::Filter) -> Self {
        Self {
            incident: filter.incident.map(Text),
            programme: filter.programme,
            proposal: filter.proposal.map(Text),
            since: filter.since.map(Text),
            until: filter.until.map(Text),
        }
    }

    fn words(&self) -> String {
        let given = [
            self.incident.map(|incident| format!("incident {incident}")),
            self.programme.map(|number| format!("programme {number}")),
            self.proposal.map(|id| format!("proposal {id}")),
            self.since.map(|since| format!("since {}", date(since.0))),
            self.until.map(|until| format!("until {}", date(until.0))),
        ];
        given.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl NotShown {
    pub(crate) fn of(open: greatseal_audit::verdict::NotShown) -> Self {
        use greatseal_audit::verdict::NotShown as Open;
        match open {
            Open::Completeness => Self::Completeness,
            Open::Rules => Self::Rules,
            Open::Tree => Self::Tree,
            Open::Headers => Self::Headers,
            Open::Chain => Self::Chain,
            Open::Metadata => Self::Metadata,
        }
    }

    fn words(self) -> &'static str {
        use greatseal_audit::verdict::NotShown as Open;
        match self {
            Self::Completeness => Open::Completeness,
            Self::Rules => Open::Rules,
            Self::Tree => Open::Tree,
            Self::Headers => Open::Headers,
            Self::Chain => Open::Chain,
            Self::Metadata => Open::Metadata,
        }
        .words()
    }
}

impl LeafShown {
    fn words(&self) -> String {
        let known = (&self.kind, self.block_number, self.at);
        match known {
            (Some(kind), Some(block), Some(at)) => {
                format!("{kind} in block {block} at {}, leaf {}", date(at.0), self.leaf)
            }
            _ => format!("no leaf of this protocol, with the hash {}", self.leaf),
        }
    }
}

impl Answer for AuditSelectionVerified {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("a selection", format!("{} of {} events: {}", self.events, self.of_events, self.filter.words())),
            line("events", "each proved to be in the tree and in its block"),
            line(
                "signed",
                format!(
                    "{} events by envelopes, {} by transactions",
                    self.signed.by_envelope, self.signed.by_transaction
                ),
            ),
            line("head", &self.head),
        ];
        lines.extend(self.checkpoint.iter().flat_map(Checkpoint::lines));
        lines.extend(self.under_checkpoint.map(|events| line("under the checkpoint", format!("{events} events"))));
        lines.extend(self.on_chain.map(|_| line("chain", format!("all {} blocks are the chain's", self.blocks))));
        lines.extend(self.bundle.iter().flat_map(BundleChecked::lines));
        lines.extend(
            self.signed
                .by_block
                .iter()
                .map(|rests| line("rest on the block", format!("{} events: {}", rests.events, rests.why.words()))),
        );
        lines.extend(self.not_shown.iter().map(|open| line("not shown", open.words())));
        lines.push(line("verified", "as a selection"));
        lines
    }
}

impl Answer for AuditDiffered {
    fn lines(&self) -> Vec<Line> {
        let side = |side: &LogSide| format!("{}, {} events more", side.source, side.more_events);
        let mut lines = vec![
            line("deployment", &self.deployment),
            line("common", format!("{} events, root {}", self.common_events, self.common_root)),
            line("left", side(&self.left)),
            line("right", side(&self.right)),
        ];
        if let Some(FirstDifference { seq, left, right }) = &self.first_difference {
            lines.extend([
                line("first difference", format!("event {seq}")),
                line("left", left.words()),
                line("right", right.words()),
            ]);
        }
        let relation = match self.relation {
            Relation::Same => "they are the same",
            Relation::LeftLonger => "the left one goes on behind the right one",
            Relation::RightLonger => "the right one goes on behind the left one",
            Relation::Contradict => "they contradict each other",
        };
        lines.push(line("logs", relation));
        lines
    }
}

impl Answer for AuditExported {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("events", self.events), line("head", &self.head)];
        if let Some(ExportedSelection { events, filter }) = &self.selection {
            lines.push(line("a selection", format!("{events} events: {}", filter.words())));
        }
        lines.extend(self.folder.iter().chain(&self.tar).map(|place| line("written to", place)));
        lines.extend(self.bundle.lines());
        lines.extend(self.checkpoint_at.map(|at| line("checkpoint", format!("of the first {at} events"))));
        if let Some(CompanionsExported { signatures, file }) = &self.companions {
            lines.extend([line("companions' signatures", signatures), line("written to", file)]);
        }
        lines
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
