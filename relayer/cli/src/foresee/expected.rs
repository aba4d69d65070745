//! What will happen, in words: the events of a command, and what a proposal still needs afterwards.

use crate::{
    date::date,
    output::{Line, line},
};
use greatseal_api::render;
use greatseal_protocol::{
    ask::{Lacking, Outlook},
    event::Event,
    language::proposal,
    words,
};

/// Most facts of one event that stand above the question: the action itself stands there anyway.
const FACTS: usize = 8;

/// The events of a command, and what the proposal that they are about still needs.
pub(super) fn lines(events: &[Event], outlook: Option<&Outlook>) -> Vec<Line> {
    let mut lines: Vec<Line> = events.iter().map(|event| line("will happen", sentence(event))).collect();
    let Some(outlook) = outlook.filter(|outlook| !outlook.status.finished()) else { return lines };
    lines.push(line("still missing", lacking(&outlook.missing)));
    lines.push(line("executable", execution(outlook)));
    lines.extend(outlook.vetoes.map(|vetoes| {
        let of = words::council(vetoes.council);
        line("vetoes", format!("{} of the {} of {of} that end it", vetoes.counted, vetoes.needed))
    }));
    lines
}

/// An event in one line.
fn sentence(event: &Event) -> String {
    let facts: Vec<(String, String)> = match event {
        // Its digest depends on the block that it comes into; its action stands above the question.
        Event::Proposal(proposal::Event::Opened(opened)) => vec![
            ("proposal".to_owned(), opened.id.to_string()),
            ("under".to_owned(), opened.row.to_string()),
            ("approvals until".to_owned(), date(opened.approve_by)),
        ],
        other => {
            let proposal = other.proposal().map(|id| ("proposal".to_owned(), id.to_string()));
            proposal.into_iter().chain(render::event(other)).collect()
        }
    };
    let mut told: Vec<_> = facts.iter().take(FACTS).map(|(label, value)| format!("{label} {value}")).collect();
    told.extend((facts.len() > FACTS).then(|| "…".to_owned()));
    match told.is_empty() {
        true => event.kind().to_owned(),
        false => format!("{}: {}", event.kind(), told.join(", ")),
    }
}

/// Approvals, and how many of them at least of which councils.
pub(crate) fn lacking(lacking: &Lacking) -> String {
    let Lacking { total, councils } = lacking;
    let of: Vec<_> = councils.iter().map(|(council, k)| format!("{k} of {}", words::council(*council))).collect();
    match (total, of.is_empty()) {
        (0, _) => "nothing".to_owned(),
        (1, true) => "1 approval".to_owned(),
        (total, true) => format!("{total} approvals"),
        (1, false) => format!("1 approval, at least {}", of.join(" and ")),
        (total, false) => format!("{total} approvals, at least {}", of.join(" and ")),
    }
}

/// When a proposal can be executed, by what is known now.
fn execution(outlook: &Outlook) -> String {
    match outlook.execution {
        Some((from, until)) => format!("from {} until {}", date(from), date(until)),
        None => {
            let (delay, window) = (words::duration(outlook.delay), words::duration(outlook.window));
            let from = if outlook.delay == 0 {
                "as soon as the quorum stands".to_owned()
            } else {
                format!("{delay} after the quorum")
            };
            format!("{from}, for {window}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        council::{Council, SeatId},
        proposal_id::{Decision, ProposalId},
        standing::Status,
    };

    const SEAT: SeatId = SeatId { council: Council::Emergency, index: 1 };
    const ID: ProposalId = ProposalId { serial: 7, author: SEAT, slot: 0 };

    fn outlook() -> Outlook {
        Outlook {
            status: Status::Open,
            quorum: false,
            needs: Lacking { total: 3, councils: vec![(Council::Sovereign, 1), (Council::Treasury, 1)] },
            missing: Lacking { total: 2, councils: vec![(Council::Treasury, 1)] },
            delay: 3_600,
            window: 86_400,
            approve_by: 9,
            execution: None,
            vetoes: None,
        }
    }

    fn told(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|(label, value)| format!("{label}: {value}")).collect()
    }

    #[test]
    fn events_and_what_is_missing_are_told() {
        let decided = Event::Proposal(proposal::Event::Decided {
            id: ID,
            seat: SEAT,
            decision: Decision::Approve,
            quorum: false,
        });
        assert_eq!(
            told(&lines(&[decided], Some(&outlook()))),
            [
                "will happen: Decided: proposal 7.E1.0, seat E1, decision approve, quorum false",
                "still missing: 2 approvals, at least 1 of Treasury",
                "executable: 1 h after the quorum, for 1 d",
            ]
        );
        let reached = Outlook { execution: Some((0, 86_400)), status: Status::Waiting(0), ..outlook() };
        let reached = Outlook { missing: Lacking { total: 0, councils: Vec::new() }, ..reached };
        let reached = told(&lines(&[], Some(&reached)));
        assert!(reached.iter().any(|line| line == "still missing: nothing"), "{reached:?}");
        assert!(reached.iter().any(|line| line.starts_with("executable: from 1970-01-01")), "{reached:?}");
    }

    #[test]
    fn what_has_ended_needs_nothing() {
        let cancelled = [Event::Proposal(proposal::Event::Cancelled { id: ID })];
        let over = Outlook { status: Status::Cancelled, ..outlook() };
        assert_eq!(told(&lines(&cancelled, Some(&over))), ["will happen: Cancelled: proposal 7.E1.0"]);
    }
}
