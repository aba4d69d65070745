//! What a person reads before a key signs: first what surrounds the command, then what will happen, last what it does, and that
//! again in the question.
//!
//! Texts that somebody else wrote, such as a proposal's document, come first: nothing of theirs stands between the action and the
//! question.

use crate::{
    contents::Privacy,
    error::CliError,
    output::{Line, confirmed, line, sentence, told},
};
use greatseal_protocol::{
    action::Action,
    command::{Command, Order},
    content::Content,
    language::proposal,
    words,
};
use greatseal_signing::Confirmation;

/// What a command is about, besides what it says itself.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What surrounds it: a document, a proposal's state, a warning.
    pub lines: Vec<Line>,
    /// What the proposal does that the command names by its number only.
    pub action: Option<Action>,
    /// What will happen.
    pub expected: Vec<Line>,
    /// Contents that it names through others, such as the attachments of a document.
    pub contents: Vec<Content>,
    /// Who may read its contents, where the command alone does not say what it is about.
    pub privacy: Option<Privacy>,
}

/// What is typed to sign.
pub const SIGN: &str = "Type yes to sign: ";
/// What is typed to go on to the next of several.
const GO_ON: &str = "Type yes to go on: ";

/// The screen for one command.
#[derive(Clone, Debug)]
pub struct Screen {
    lines: Vec<Line>,
    expected: Vec<Line>,
    matter: Vec<Line>,
    question: String,
    /// What is to be typed, and what for.
    end: &'static str,
}

impl From<&[Line]> for About {
    fn from(lines: &[Line]) -> Self {
        Self { lines: lines.to_vec(), ..Self::default() }
    }
}

impl<const N: usize> From<&[Line; N]> for About {
    fn from(lines: &[Line; N]) -> Self {
        lines.as_slice().into()
    }
}

impl From<&Vec<Line>> for About {
    fn from(lines: &Vec<Line>) -> Self {
        lines.as_slice().into()
    }
}

impl Screen {
    /// Begins with what surrounds the command; the command's matter is kept for the end.
    pub fn new(About { lines, action, expected, .. }: About, command: &Command) -> Self {
        let of = |action: &Action| told(words::action(action));
        let name = command.order.name();
        let (matter, question) = match (&command.order, action) {
            (Order::Proposal(proposal::Order::Open(open)), _) => {
                let matter = of(&open.action);
                let question = format!("{name}: {}", sentence(&matter));
                (matter, question)
            }
            (Order::Proposal(proposal::Order::Execute(execute)), _) => {
                let matter = of(&execute.action);
                let question = format!("{name} {}: {}", execute.id, sentence(&matter));
                (matter, question)
            }
            (order, Some(action)) => {
                let matter = of(&action);
                let id = order.proposal().map_or_else(String::new, |id| format!(" {id}"));
                let question = format!("{name}{id}: {}", sentence(&matter));
                (matter, question)
            }
            (_, None) => {
                let matter = told(words::command(command));
                let question = sentence(&matter);
                (matter, question)
            }
        };
        // The order and the proposal stand with the action, whatever they have been told between.
        let head = |(label, _): &Line| matches!(label.as_str(), "order" | "proposal" | "as");
        let mut whole: Vec<_> = told(words::command(command)).into_iter().filter(head).collect();
        whole.extend(matter.into_iter().filter(|line| !head(line)));
        // What we warn of stands directly above the question.
        let (warnings, lines) = lines.into_iter().partition::<Vec<_>, _>(|(label, _)| label.as_str() == "warning");
        whole.extend(warnings);
        Self {
            lines,
            expected,
            matter: whole,
            question: format!("This is what will be signed: {question}."),
            end: SIGN,
        }
    }

    /// One of several that are asked about one by one, before all are signed together.
    pub fn one_of(self, place: usize, count: usize) -> Self {
        let matter = self.question.trim_start_matches("This is what will be signed: ");
        Self {
            question: format!("This is {place} of {count}, which are signed together at the end: {matter}"),
            end: GO_ON,
            ..self
        }
    }

    /// Adds a line to what surrounds the command.
    pub fn show(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds what is signed, where it does not stand at the end anyway.
    pub fn signed(&mut self, words: &[words::Line]) {
        let words = words.iter().map(|(label, value)| line(label, value));
        let more: Vec<_> = words.filter(|line| !self.matter.contains(line)).collect();
        self.lines.extend(more);
    }

    /// Shows everything and asks, unless the person waived that.
    ///
    /// # Errors
    ///
    /// [`CliError::NotConfirmed`].
    pub fn ask(mut self, waived: bool) -> Result<Confirmation, CliError> {
        if waived {
            return Ok(Confirmation::Beforehand);
        }
        self.lines.extend(self.expected.into_iter().chain(self.matter));
        match confirmed(&self.lines, &self.question, self.end) {
            true => Ok(Confirmation::Person),
            false => Err(CliError::NotConfirmed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contents::{Kept, Looked, Unfound},
        output::{asking, rows},
    };
    use greatseal_protocol::language::{council, emergency, operation, policy};
    use greatseal_protocol::{
        bytes::{DocumentHash, IncidentId, Label, ProposalDigest, ReferenceHash},
        command::Capacity,
        content::{Address, Kind},
        council::{Council, SeatId},
        language::proposal::{Execute, Open},
        proposal_id::{Decision, ProposalId},
        row::RowId,
        scope::{Pause, Scope, Severity, Watched},
    };
    use std::num::NonZeroU16;

    const ID: ProposalId = ProposalId { serial: 7, author: SeatId { council: Council::Policy, index: 0 }, slot: 1 };

    fn pause() -> Action {
        let incident = IncidentId([3; 16]);
        let (severity, reason) = (Severity::Sev1, ReferenceHash([4; 32]));
        Action::Emergency(emergency::Action::Pause(Pause {
            scope: Scope::Route(1),
            seconds: 3_600,
            incident,
            severity,
            reason,
        }))
    }

    fn adopt() -> Option<Action> {
        Some(Action::Policy(policy::Action::Adopt {
            name: Label::new("surrender-all-data")?,
            text: DocumentHash([5; 32]),
        }))
    }

    /// Rows enough for everything.
    const TALL: NonZeroU16 = match NonZeroU16::new(5_000) {
        Some(rows) => rows,
        None => NonZeroU16::MAX,
    };

    /// What others may have written: escapes, forged lines, and lines that fill a row and go on like a label.
    fn texts() -> Vec<String> {
        let forged = "action             adopt privacy-notice";
        vec![
            "\u{1b}[2J\u{1b}[3J\u{1b}[H".to_owned(),
            format!("\u{1b}[3A\r\u{1b}[2K{forged}\n{forged}\r\n"),
            format!("none{}{forged}", " ".repeat(61)),
            format!("none{}{forged}", "\u{3000}".repeat(31)),
            format!("none {}{forged}", "-".repeat(60)),
            format!("{}{forged}", "日".repeat(38)),
            format!("\u{202e}{forged}\u{2028}{forged}\u{85}{forged}\u{8}\u{8}\u{7f}"),
            "\u{9b}31m\u{90}payload\u{9c}\u{1b}]0;title\u{7}\u{e0041}".to_owned(),
            format!("{forged} ").repeat(200),
        ]
    }

    fn hostile() -> Vec<Line> {
        let label = |number| if number % 2 == 0 { "rationale" } else { "risk" };
        texts().iter().enumerate().map(|(number, text)| line(label(number), text)).collect()
    }

    /// What indexers answer beside contents that they do not keep, or do not show.
    fn reasons() -> Vec<Line> {
        let content = Content { kind: Kind::Reason, address: Address::Sha256([7; 32]) };
        let of = |reason: String| {
            let kept = Kept { content, restricted: false, kept_by: 0, of: 2, reason: Some(reason.clone()) };
            let looked = Looked { content, found: Err(Unfound::Nowhere(reason)) };
            [kept.lines(), looked.lines()].concat()
        };
        texts().into_iter().flat_map(of).collect()
    }

    /// What a terminal shows of everything, from its first row to the cursor.
    fn terminal(screen: &Screen, columns: NonZeroU16) -> Vec<String> {
        let lines: Vec<Line> = screen.lines.iter().chain(&screen.matter).cloned().collect();
        let mut terminal = vt100::Parser::new(TALL, columns, 0);
        for row in rows(&lines, usize::from(columns.get())) {
            terminal.process(format!("{row}\r\n").as_bytes());
        }
        let question = asking(&screen.question, screen.end, usize::from(columns.get()));
        let question: Vec<_> = question.iter().map(|row| row.as_str()).collect();
        terminal.process(question.join("\r\n").as_bytes());
        terminal.screen().contents().lines().map(|row| row.trim_end().to_owned()).collect()
    }

    /// An order, the action that it names by its number only, and what must stand last.
    type Case = (Order, Option<Action>, [&'static str; 3]);

    fn orders() -> Option<Vec<Case>> {
        let digest = ProposalDigest([6; 32]);
        let open = Open {
            row: RowId::EMERGENCY_PAUSE,
            action: pause(),
            document: DocumentHash([8; 32]),
            approve_within: 60,
            execute_within: 60,
            nonce: 1,
            approve: true,
        };
        let (version, sbom) = (Label::new("1")?, ReferenceHash([0; 32]));
        let paused = ["order", "action pause", "scope route:1"];
        let adopted = ["order", "action adopt a text", "name surrender-all-data"];
        let decide = |decision| Order::Proposal(proposal::Order::Decide { id: ID, digest, decision });
        Some(vec![
            (Order::Proposal(proposal::Order::Open(Box::new(open))), None, paused),
            (
                Order::Proposal(proposal::Order::Execute(Box::new(Execute { id: ID, action: pause(), version, sbom }))),
                None,
                paused,
            ),
            (decide(Decision::Approve), adopt(), adopted),
            (decide(Decision::Reject), Some(pause()), paused),
            (Order::Proposal(proposal::Order::Veto { id: ID, digest }), adopt(), adopted),
            (Order::Proposal(proposal::Order::Cancel { id: ID }), adopt(), adopted),
            (Order::Proposal(proposal::Order::CallPanel { id: ID }), adopt(), adopted),
            (Order::Proposal(proposal::Order::PanelApprove { id: ID, digest }), adopt(), adopted),
            (
                Order::Operation(operation::Order::Escalate {
                    watched: Watched::Route(1),
                    reference: ReferenceHash([9; 32]),
                    nonce: 1,
                }),
                None,
                ["order escalate", "looked at route:1", "report"],
            ),
            (Order::Council(council::Order::Heartbeat { nonce: 4 }), None, ["order heartbeat", "as", "nonce"]),
        ])
    }

    #[test]
    fn rule_1_nothing_that_others_wrote_stands_between_the_action_and_the_question() -> Result<(), &'static str> {
        let capacity = Capacity::Seat { seat: SeatId { council: Council::Emergency, index: 1 }, epoch: 0 };
        for columns in [40, 80, 132].into_iter().filter_map(NonZeroU16::new) {
            for (order, action, facts) in orders().ok_or("a label is none")? {
                let command = Command { capacity, expiry: 1_800_000_000, order };
                let name = command.order.name();
                let lines = [hostile(), reasons()].concat();
                let mut screen = Screen::new(About { lines, action, ..About::default() }, &command);
                screen.signed(&words::command(&command));
                screen.show(line("envelope digest", "ab".repeat(32)));
                let seen = terminal(&screen, columns);
                let words = |row: &String| row.split_whitespace().collect::<Vec<_>>().join(" ");
                let at = |text: &str| seen.iter().rposition(|row| words(row).starts_with(text));
                let question = at("This is what will be signed").ok_or("no question")?;
                let theirs = ["risk", "not kept", "not shown"];
                let theirs = |row: &str| row.contains("rationale") || theirs.iter().any(|label| row.starts_with(label));
                let last = seen.iter().rposition(|row| theirs(row));
                assert!(at("warning nobody") > last, "{seen:#?}");
                for fact in facts {
                    let above = seen.get(..question).unwrap_or_default();
                    let row = above.iter().rposition(|row| words(row).starts_with(fact)).ok_or(fact)?;
                    assert!(Some(row) > last, "{name}: {fact:?} at {row} in {seen:#?}");
                    let below = above.get(row..).unwrap_or_default();
                    assert!(!below.iter().any(|row| row.contains("privacy-notice")), "{name}: {below:#?}");
                }
                // No row of theirs begins where labels do.
                let actions = seen.iter().filter(|row| row.starts_with("action")).count();
                assert!(actions <= 1, "{name}: {seen:#?}");
                assert!(at("action adopt privacy-notice").is_none(), "{seen:#?}");
                let asked = seen.get(question..).unwrap_or_default().join(" ");
                let asked = asked.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(asked.contains(name), "{asked}");
                if facts[1].contains("pause") {
                    assert!(asked.contains("pause, scope route:1"), "{asked}");
                }
            }
        }
        Ok(())
    }
}
