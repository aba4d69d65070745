//! What a status says for people: each fact in a line, and why somebody should look at a seat.

use super::{Council, Mode, Pause, Proposal, Report, Review, Route, Seat, Suspender, Suspension, WayBack};
use crate::{
    answers::{Text, chain::Block, proposal},
    date::date,
    output::{Line, line},
    text::{DAY, about},
};
use greatseal_protocol::council::{self, Phase};

/// How long before its end a seat needs attention.
const WARN_BEFORE: u64 = 30 * DAY;
/// A sign of life is older than this: somebody should ask.
const SILENCE: u64 = 7 * DAY;

impl Mode {
    pub(super) fn words(&self, block: &Block) -> String {
        format!("{} until {}, by {}", self.mode, block.clock(self.until.0), self.set_by)
    }
}

impl Pause {
    pub(super) fn words(&self, block: &Block) -> String {
        let until = block.clock(self.until.0);
        format!("{} until {until}, {}, by {}", self.scope, self.severity.word(), self.set_by)
    }
}

impl Review {
    /// What is missing until the scope may be paused again.
    pub(super) fn words(&self, block: &Block) -> String {
        let filed = |report: &Report| format!("{} filed sha256:{}", report.seat, report.report);
        let state = match &self.reports[..] {
            _ if block.time < self.paused_until => {
                format!("the pause runs until {}", block.clock(self.paused_until.0))
            }
            [] => "not filed".to_owned(),
            [only] => format!("{}, an auditor has to attest it", filed(only)),
            all => {
                format!("{}, an auditor has to attest one", all.iter().map(filed).collect::<Vec<_>>().join(", "))
            }
        };
        let consent = if self.consent { ", the Sovereign consents to another pause" } else { "" };
        let several = if self.pauses > 1 { format!(" of {} pauses", self.pauses) } else { String::new() };
        format!("{} by {}, incident {}{several}: {state}{consent}", self.scope, self.set_by, self.incident)
    }
}

impl Route {
    pub(super) fn words(&self) -> String {
        let Self { route, version, tx_max, account_max, aggregate_max, period, .. } = self;
        let state = match self.enabled {
            true => {
                format!("{} authorised, {} refused, {} without an end", self.authorised, self.refused, self.without_end)
            }
            false => "not enabled".to_owned(),
        };
        let limits = format!("one {tx_max}, account {account_max}, all {aggregate_max}");
        format!("{route} version {version}: at most {limits} in {period} s; {state}")
    }
}

impl Council {
    pub(super) fn lines(&self, block: &Block) -> Vec<Line> {
        let organisations: Vec<_> = self.seats.iter().map(|seat| seat.organisation.to_string()).collect();
        let mut lines =
            vec![line(&self.council.to_string(), format!("epoch {}: {}", self.epoch, organisations.join(", ")))];
        if self.phase.0 != Phase::Classical {
            let back = self.way_back.map_or(String::new(), |WayBack { to, until }| {
                format!(", back to {to} until {}", block.clock(until.0))
            });
            lines.push(line("phase", format!("{}: {}{back}", self.council, self.phase)));
        }
        let without = self.seats.iter().filter(|seat| seat.companion == Some(false));
        lines.extend(without.map(|seat| line("no companion", seat.seat)));
        lines.extend(self.seats.iter().flat_map(|seat| seat.attention(block)));
        lines
    }
}

impl Seat {
    /// Why somebody should look at it.
    fn attention(&self, block: &Block) -> Vec<Line> {
        let (id, now) = (self.seat, block.time.0);
        let mut lines = Vec::new();
        if !self.key_is_a_point {
            let text = format!("{id}: {} is no point of its curve, the seat needs another key", self.key);
            lines.push(line("nobody can sign", text));
        }
        if self.accepted_at.is_none() {
            lines.push(line("seat pending", format!("{id}: {} has not accepted it", self.key)));
        }
        if let Some(Suspension { by, until }) = self.suspended {
            let by = match by {
                Suspender::Emergency => "the Emergency council",
                Suspender::Sovereign => "the Sovereign council",
                Suspender::Itself => "its own key",
            };
            let until = until.map_or_else(|| "it is ended".to_owned(), |until| block.clock(until.0));
            lines.push(line("seat suspended", format!("{id} by {by} until {until}")));
        }
        let Text(ends) = self.valid_until;
        if ends <= now {
            lines.push(line("seat overdue", format!("{id} since {}: it needs a new key", date(ends))));
        } else if ends <= now.saturating_add(WARN_BEFORE) {
            lines.push(line("seat expires", format!("{id} at {}", block.clock(ends))));
        }
        let active = self.accepted_at.is_some_and(|at| at.0 < now);
        let silent = now.saturating_sub(self.heartbeat_at.unwrap_or_default().0) > SILENCE;
        if id.0.council == council::Council::Emergency && active && silent {
            let last = match self.heartbeat_at {
                None => "no sign of life yet".to_owned(),
                Some(Text(at)) => format!("no sign of life for {}", about(now.saturating_sub(at))),
            };
            lines.push(line("heartbeat", format!("{id}: {last}")));
        }
        lines
    }
}

impl Proposal {
    /// The clock that runs for it.
    pub(super) fn words(&self, block: &Block) -> String {
        use proposal::Status;
        let (id, row) = (self.proposal, self.row);
        let clock = |until: Text<u64>| block.clock(until.0);
        let waits = match self.status {
            Status::Waiting { from } => format!("{id} {row}: waiting, executable from {}", clock(from)),
            Status::Executable { until } => format!("{id} {row}: executable until {}", clock(until)),
            Status::Deadlocked { from, until } if block.time < from => {
                format!("{id} {row}: deadlocked, the panel may approve from {} until {}", clock(from), until.date())
            }
            Status::Deadlocked { until, .. } => {
                format!("{id} {row}: deadlocked, the panel may approve until {}", clock(until))
            }
            Status::Open
            | Status::Executed
            | Status::Cancelled
            | Status::Rejected
            | Status::Expired { .. }
            | Status::Stale => format!("{id} {row}: {}, approve by {}", self.status.words(), clock(self.approve_by)),
        };
        // Called once, and a seat was set aside since: it comes back, or somebody else approves.
        let gap = if self.quorum_stands == Some(false) { ", but its quorum does not stand now" } else { "" };
        format!("{waits}{gap}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{bytes::Label, council::SeatId, key::Key};

    #[test]
    fn a_seat_for_which_nobody_can_sign_needs_attention() -> Result<(), Box<dyn std::error::Error>> {
        let block = Block { number: Text(1), time: Text(1_800_000_000) };
        let sound = Seat {
            seat: Text(SeatId { council: council::Council::Policy, index: 0 }),
            key: Text(Key::P256([2; 33])),
            key_is_a_point: true,
            organisation: Text(Label::new("unit").ok_or("a label")?),
            accepted_at: Some(Text(1_700_000_000)),
            valid_until: Text(1_900_000_000),
            suspended: None,
            heartbeat_at: None,
            companion: None,
        };
        assert_eq!(sound.attention(&block), []);
        let lines = Seat { key_is_a_point: false, ..sound }.attention(&block);
        let text = format!("P0: p256:{} is no point of its curve, the seat needs another key", "02".repeat(33));
        assert_eq!(lines, [line("nobody can sign", text)]);
        Ok(())
    }
}
