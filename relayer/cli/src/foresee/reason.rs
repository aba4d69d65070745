//! Why a rule refuses, in the words of this deployment: what the cells show is told in the place of the rule's general
//! sentence.

use super::{line, newcomer};
use crate::date::date;
use greatseal_protocol::{
    action::Action,
    cells::Cells,
    command::{Command, Order},
    council::{Council, Seat, SeatId},
    decide::{Via, decide},
    emergency::Cap,
    key::Key,
    language::{
        council, emergency,
        proposal::{self, Open},
    },
    proposal_id::{Choice, Decision, ProposalId},
    refusal::Refusal,
    state::State,
    words,
};

/// A sentence, and what to do where that is not what the rule says.
pub(super) type Reason = (String, Option<String>);

/// Why a command is refused, in the words of this deployment.
pub(super) fn reason(cells: &impl Cells, refusal: Refusal, key: Key, command: &Command, now: u64) -> Option<Reason> {
    let order = &command.order;
    let id = cells.seat_of(&key).ok().flatten()?;
    match (refusal, order) {
        (Refusal::SeatNotActive, _) => Some(inactive(cells, id, key, now)?),
        (Refusal::AlreadyDecided, Order::Proposal(proposal::Order::Decide { id: proposal, .. })) => {
            let said = match cells.proposal(*proposal).ok()?.decision(id)? {
                Decision::Approve => "approved",
                Decision::Reject => "rejected",
            };
            Some((format!("{id} has {said} {proposal} already"), None))
        }
        (Refusal::WrongCouncil, Order::Proposal(proposal::Order::Decide { id: proposal, .. })) => {
            Some(outsider(cells, id, *proposal)?)
        }
        (_, Order::Proposal(proposal::Order::DecideTogether(choices))) => {
            let refused = |choice: &&Choice| match refusal {
                Refusal::DecidedAlone => cells.proposal(choice.id).is_ok_and(|found| found.row.decided_alone()),
                _ => decide(cells, &key, &alone(command, choice), Via::Envelope, now) == Err(refusal),
            };
            let choice = choices.iter().find(refused)?;
            let told = reason(cells, refusal, key, &alone(command, choice), now);
            let (sentence, help) = told.unwrap_or_else(|| (refusal.sentence().to_owned(), None));
            Some((format!("{}: {sentence}", choice.id), help))
        }
        (
            Refusal::PreconditionChanged,
            Order::Emergency(emergency::Order::AttestReview { scope, set_by, of, report, .. }),
        ) => {
            let filed = cells.report(*scope, *of, *set_by).ok()??.report;
            let reason = format!("the report that {of} filed for {scope} has SHA-256 {filed}, this file has {report}");
            let help = "attest the very file that was filed: ask whoever filed it";
            (filed != *report).then(|| (reason, Some(help.to_owned())))
        }
        (Refusal::WrongCouncil, Order::Proposal(proposal::Order::Open(open))) => {
            Some(no_voice(cells, id, key, command, open, now)?)
        }
        (Refusal::WrongRow, Order::Proposal(proposal::Order::Open(open))) => match &open.action {
            Action::Council(council::Action::Recover { council, .. }) => Some((
                format!("no row recovers the {} council", words::council(*council)),
                Some("give its seats other keys by rotation".to_owned()),
            )),
            _ => None,
        },
        (Refusal::PauseCap, Order::Proposal(proposal::Order::Open(open))) => Some(too_long(cells, open)?),
        (Refusal::LineSpent, Order::Proposal(proposal::Order::Open(open))) => line::does_not_fit(cells, &open.action),
        (Refusal::LineSpent, Order::Proposal(proposal::Order::Execute(execute))) => {
            line::does_not_fit(cells, &execute.action)
        }
        (_, Order::Proposal(proposal::Order::Open(open))) => {
            Some((newcomer::in_the_way(cells, refusal, &open.action)?, None))
        }
        _ => None,
    }
}

/// One decision of several, by itself.
fn alone(command: &Command, choice: &Choice) -> Command {
    let Choice { id, digest, decision } = *choice;
    Command { order: Order::Proposal(proposal::Order::Decide { id, digest, decision }), ..command.clone() }
}

/// Why a seat's key does not act for it.
fn inactive(cells: &impl Cells, id: SeatId, key: Key, now: u64) -> Option<Reason> {
    let seat: Box<Seat> = cells.seat(id).ok()?;
    let told = |reason: String, help: &str| Some((reason, Some(help.to_owned())));
    if seat.key != key {
        let reason = format!("this key was rotated out of {id}, which has the key {} now", seat.key);
        return told(reason, "sign with the seat's present key: a key that left never gets a seat again");
    }
    if seat.sits.is_none() {
        return told(
            format!("{id} is no seat any more: its council has become smaller"),
            "ask another seat of the council",
        );
    }
    match seat.accepted {
        None => told(
            format!("{id} was not accepted by this key yet"),
            "let this key accept the seat first: `greatseal seat accept`",
        ),
        Some(at) => (at >= now).then(|| {
            let reason = format!("{id} was accepted at {}, in the very second of the last block", date(at));
            (reason, Some("wait for the next block: the seat acts from the next second on".to_owned()))
        }),
    }
}

/// A seat of a council that does not vote about a proposal.
fn outsider(cells: &impl Cells, id: SeatId, proposal: ProposalId) -> Option<Reason> {
    let found = cells.proposal(proposal).ok()?;
    let voting: Vec<_> = found.tallies.iter().map(|tally| words::council(tally.council)).collect();
    if found.tallies.iter().any(|tally| tally.council == id.council) {
        return None;
    }
    let (row, own) = (found.row, words::council(id.council));
    Some((format!("{id} is of {own}, and under {row} {} decide", voting.join(" and ")), None))
}

/// A seat that may open the proposal, and may not approve it at once.
fn no_voice(cells: &impl Cells, id: SeatId, key: Key, command: &Command, open: &Open, now: u64) -> Option<Reason> {
    let silent = Open { approve: false, ..open.clone() };
    let silent = Command { order: Order::Proposal(proposal::Order::Open(Box::new(silent))), ..command.clone() };
    decide(cells, &key, &silent, Via::Envelope, now).ok()?;
    let reason = format!("the {} council opens under {} and does not vote there", words::council(id.council), open.row);
    Some((reason, Some("leave --approve out, and ask seats of the row's councils to approve".to_owned())))
}

/// A pause or a mode that is too long by itself, and not only together with those before it.
fn too_long(cells: &impl Cells, open: &Open) -> Option<Reason> {
    let seconds = match &open.action {
        Action::Emergency(emergency::Action::Pause(pause)) => pause.seconds,
        Action::Emergency(emergency::Action::SetMode(set)) => set.seconds,
        _ => return None,
    };
    let sovereign = cells.row(open.row).ok()?.sovereign(cells.council(Council::Sovereign).ok()?.size);
    let most = Cap::of(cells.head().ok()?.profile, sovereign).each;
    let reason =
        format!("{} at once, and under {} at most {}", words::duration(seconds), open.row, words::duration(most));
    (seconds > most).then_some((reason, Some("ask for less time: a pause can be prolonged by another one".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{HolderHash, IncidentId, Label, ReferenceHash},
        cells::CellKey,
        command::Capacity,
        council::{Council, Seated, Sits},
        emergency::Report,
        memory::Memory,
        scope::{Scope, Severity},
    };
    use parity_scale_codec::Encode as _;

    const NOW: u64 = 1_800_000_000;
    const OWN: Key = Key::Ed25519([1; 32]);
    const E2: SeatId = SeatId { council: Council::Emergency, index: 2 };

    fn seat() -> Option<Seat> {
        let label = Label::new("cert")?;
        Some(Seat {
            key: OWN,
            holder: HolderHash([2; 32]),
            organisation: label,
            role: label,
            valid_until: u64::MAX,
            accepted: Some(NOW - 1),
            since: 0,
            nonce: 0,
            suspension: None,
            set_aside_in: None,
            previous: None,
            successor: None,
            heartbeat: 0,
            vacant: false,
            sits: Some(Sits::default()),
        })
    }

    fn command(order: Order) -> Command {
        Command { capacity: Capacity::Anyone, expiry: NOW, order }
    }

    fn cells(seat: &Seat) -> Memory {
        let mut cells = Memory::new();
        cells.insert(CellKey::KeySeat(OWN), Seated { seat: E2, prepared: None }.encode());
        cells.insert(CellKey::Seat(E2), seat.encode());
        cells
    }

    fn inactive_as(change: impl Fn(&mut Seat)) -> Option<String> {
        let mut seat = seat()?;
        change(&mut seat);
        let (reason, help) = reason(
            &cells(&seat),
            Refusal::SeatNotActive,
            OWN,
            &command(Order::Council(council::Order::SuspendSelf)),
            NOW,
        )?;
        Some(format!("{reason}; {}", help?))
    }

    #[test]
    fn a_seat_that_does_not_act_says_why() {
        let other = Key::Ed25519([9; 32]);
        let cases = [
            (inactive_as(|seat| seat.key = other), "rotated out of E2, which has the key ed25519:0909"),
            (inactive_as(|seat| seat.accepted = None), "was not accepted by this key yet"),
            (inactive_as(|seat| seat.accepted = Some(NOW)), "wait for the next block"),
            (inactive_as(|seat| seat.sits = None), "has become smaller"),
        ];
        for (told, expected) in cases {
            assert!(told.as_ref().is_some_and(|told| told.contains(expected)), "{expected}: {told:?}");
            let accept = told.is_some_and(|told| told.contains("seat accept"));
            assert_eq!(accept, expected.starts_with("was not accepted"), "{expected}");
        }
        assert_eq!(inactive_as(|_| ()), None, "nothing is wrong with it");
    }

    #[test]
    fn another_report_is_told_with_both_hashes() -> Result<(), &'static str> {
        let mut cells = cells(&seat().ok_or("a label")?);
        let (scope, incident, filed) = (Scope::Route(1), IncidentId([3; 16]), ReferenceHash([0xAA; 32]));
        let (of, severity, version) = (E2, Severity::Sev1, 1);
        let set_by = ProposalId { serial: 7, author: E2, slot: 0 };
        cells.insert(CellKey::Report(scope, of), Report { set_by, version, severity, report: filed }.encode());
        let told = |report| {
            let order =
                Order::Emergency(emergency::Order::AttestReview { scope, set_by, incident, of, version, report });
            reason(&cells, Refusal::PreconditionChanged, OWN, &command(order), NOW)
        };
        let (words, help) = told(ReferenceHash([0xBB; 32])).unwrap_or_default();
        assert!(words.contains(&"aa".repeat(32)) && words.contains(&"bb".repeat(32)), "{words}");
        assert!(help.is_some_and(|help| help.contains("that was filed")));
        assert_eq!(told(filed), None);
        Ok(())
    }
}
