//! `greatseal governance escalations`: who has looked at what, as long as no change has used that up.

use super::{Answer, Text, chain::Block, listing::Listing};
use crate::{
    output::{Line, line},
    text::about,
};
use greatseal_protocol::{bytes::ReferenceHash, council::SeatId, scope::Watched};
use schemars::JsonSchema;
use serde::Serialize;

/// The escalations that no change has used.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Escalations {
    /// Where they were read.
    pub block: Block,
    /// By what was looked at.
    pub escalations: Vec<Escalation>,
    /// Who lists them.
    pub listing: Listing,
}

/// An escalation that no change has used.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Escalation {
    /// What was looked at: `route:ID` or `money`.
    pub scope: Text<Watched>,
    /// Who looked.
    pub seat: Text<SeatId>,
    /// When.
    pub at: Text<u64>,
    /// First second in which no change may use it any more.
    pub until: Text<u64>,
    /// Whether a change may use it now.
    pub usable: bool,
    /// SHA-256 of the report.
    pub report: Text<ReferenceHash>,
}

impl Escalation {
    pub(crate) fn words(&self, block: &Block) -> String {
        let Self { scope, seat, at, until, usable, report } = self;
        let age = about(block.time.0.saturating_sub(at.0));
        let state = match usable {
            true => format!("can be used until {}", block.clock(until.0)),
            false => "too old to be used".to_owned(),
        };
        format!("{scope} by {seat} {age} ago, {state}, report sha256:{report}")
    }
}

impl Answer for Escalations {
    fn lines(&self) -> Vec<Line> {
        let lines = self.escalations.iter().map(|open| line("escalation", open.words(&self.block)));
        let nothing = line("escalations", "none is open: see `greatseal governance escalate --help`");
        self.listing.with(lines.collect(), nothing)
    }
}
