//! `greatseal audit …`: what was looked at, what was not, and what was written.

mod contents;
mod diff;
mod export;
mod selection;
mod verified;

pub use contents::{ContentsChecked, Lack, Lacking};
pub use diff::{AuditDiffered, FirstDifference, LeafShown, LogSide, Relation};
pub use export::{AuditExported, CompanionsExported, ContentsExported, ExportedSelection};
pub use selection::{AuditSelectionVerified, Filter, NotShown};
pub use verified::{AuditVerified, ChainCompared, Companions, Headers, Money, NoPoint, NotChecked, Unchecked};

use super::Text;
use crate::{
    date::date,
    output::{Line, line},
};
use greatseal_audit::Resting;
use schemars::JsonSchema;
use serde::Serialize;

/// Files of a bundle: each has the hash that its manifest says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundleChecked {
    /// How many there are, but for the manifest.
    pub listed_files: Text<u64>,
    /// SHA-256 of the manifest, which names every byte of the bundle.
    pub manifest_sha256: String,
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
