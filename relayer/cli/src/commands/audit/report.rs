//! What a verification says: what was looked at, what was not, and by its exit code whether anything that a yes needs is open.

use super::companions::Check;
use crate::{
    error::CliError,
    output::{Line, Output, line, object},
};
use greatseal_api::{link::RowHash, verify::Verified};
use serde_json::json;

/// What was found out about a history in which nothing is wrong.
pub(super) struct Report {
    events: u64,
    cells: usize,
    head: RowHash,
    companions: String,
    /// Acts of hybrid councils whose second signature nobody looked at.
    companions_open: usize,
    /// Blocks that agree with the chain.
    blocks: Option<u64>,
    /// Events that the chain has behind the last one here.
    later: u64,
    /// Number of events up to the head that was expected.
    expected: Option<u64>,
}

/// Something that was not looked at.
struct Open {
    what: &'static str,
    why: String,
    /// How to have it looked at; nothing where this program cannot.
    how: Option<&'static str>,
}

impl Report {
    pub(super) fn new(verified: &Verified, companions: &Check<'_>) -> Self {
        Self {
            events: verified.events,
            cells: verified.state.len(),
            head: verified.last.hash,
            companions: companions.words(),
            companions_open: companions.unchecked,
            blocks: None,
            later: 0,
            expected: None,
        }
    }

    /// So many blocks and all cells agree with the chain, which has so many events more.
    pub(super) fn chain(&mut self, blocks: u64, later: u64) {
        (self.blocks, self.later) = (Some(blocks), later);
    }

    /// The head that was expected stands behind so many events.
    ///
    /// # Errors
    ///
    /// [`CliError::NotVerified`] where it stands nowhere.
    pub(super) fn expected(&mut self, head: RowHash, at: Option<u64>) -> Result<(), CliError> {
        let nowhere = || {
            let (head, events) = (head.to_hex(), self.events);
            let found = self.head.to_hex();
            format!(
                "no event has the expected head {head}: the history was rewritten or cut off; after {events} events its head is {found}"
            )
        };
        self.expected = Some(at.ok_or_else(|| CliError::NotVerified(nowhere()))?);
        Ok(())
    }

    /// Says it.
    ///
    /// # Errors
    ///
    /// [`CliError::NotAllChecked`] where something is open that could have been looked at.
    pub(super) fn answer(&self, output: Output) -> Result<(), CliError> {
        let open = self.open();
        let blocking: Vec<&Open> = open.iter().filter(|open| open.how.is_some()).collect();
        let verified = if blocking.is_empty() { "yes" } else { "in part" };
        let mut lines = vec![
            line("hash links", format!("{} events, all hold", self.events)),
            line("replay", format!("{} cells, every command decided again", self.cells)),
            line("companions", &self.companions),
            line("head", self.head.to_hex()),
        ];
        lines.extend(self.blocks.map(|blocks| {
            let missing = match self.later {
                0 => "nothing is missing".to_owned(),
                later => format!("the contract has emitted {later} events since"),
            };
            line("chain", format!("{blocks} blocks, every event and all cells agree, {missing}"))
        }));
        lines.extend(self.expected.map(|at| line("expected head", format!("is that of the first {at} events"))));
        let mut told = object(&lines);
        told["events"] = self.events.to_string().into();
        told["cells"] = self.cells.to_string().into();
        told["later_events"] = self.blocks.map(|_| self.later.to_string()).into();
        told["blocks"] = self.blocks.map(|blocks| blocks.to_string()).into();
        told["expected_head_at"] = self.expected.map(|at| at.to_string()).into();
        told["not_checked"] = open.iter().map(|open| json!({ "what": open.what, "why": open.why })).collect();
        told["verified"] = verified.into();
        lines.extend(open.iter().map(Open::line));
        lines.push(line("verified", verified));
        let Some(help) = blocking.first().and_then(|open| open.how) else {
            told["exit_code"] = 0.into();
            output.answer(&lines, &told);
            return Ok(());
        };
        let what = blocking.iter().map(|open| open.what).collect::<Vec<_>>().join(", ");
        let error = CliError::NotAllChecked { what, help };
        told["exit_code"] = error.exit_code().into();
        told["help"] = error.help().into();
        output.answer(&lines, &told);
        Err(error)
    }

    /// What nobody looked at.
    fn open(&self) -> Vec<Open> {
        let mut open = Vec::new();
        let complete = self.expected == Some(self.events) || self.blocks.is_some() && self.later == 0;
        if !complete {
            let why = match self.expected {
                _ if self.later > 0 => format!("{} later events are on the chain and not in this file", self.later),
                Some(at) => format!("whether event {} is the last", self.events.max(at).saturating_sub(1)),
                None => "whether the last event is the last, and the history the one that others have".to_owned(),
            };
            let how = Some(
                "give --expect-head HASH of the last event here from a source of your own, or verify a new export without --offline",
            );
            open.push(Open { what: "completeness", why, how });
        }
        if self.companions_open > 0 {
            let why = format!("{} acts of hybrid councils ask for a companion's", self.companions_open);
            let how = Some("give --companions FILE, as `greatseal audit export --companions FILE` wrote it");
            open.push(Open { what: "second signatures", why, how });
        }
        if self.blocks.is_none() {
            open.push(Open {
                what: "chain",
                why: "offline: whether the chain holds these events".to_owned(),
                how: None,
            });
        }
        let why = "the contract has checked them; records hold no envelopes".to_owned();
        open.push(Open { what: "signatures", why, how: None });
        open
    }
}

impl Open {
    fn line(&self) -> Line {
        line("not checked", format!("{}: {}", self.what, self.why))
    }
}
