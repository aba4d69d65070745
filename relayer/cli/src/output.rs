//! What a command shows: lines for people, one JSON object for programs. Never both.
//!
//! Everything is [`Printable`] before it is shown: what a document, an indexer or a node says cannot move the cursor, begin a
//! line of its own or hide.

use crate::{answers::Answer, error::CliError};
use greatseal_host::{out, printable};
use greatseal_protocol::words::Line as Words;
use std::io::{BufRead as _, IsTerminal as _};

pub use greatseal_host::printable::Printable;

/// Label and value.
pub type Line = (Printable, Printable);

/// Most characters of a label.
const LABEL: usize = 64;
/// Most characters of what a service says, where it is told in passing.
const LONGEST: usize = 1_000;
/// Columns of a terminal whose width nobody tells.
const NARROW: usize = 80;
/// Most characters of what a question repeats.
const QUESTION: usize = 300;

/// Where a command's answer goes.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// One JSON object instead of lines.
    pub json: bool,
}

impl Output {
    /// The answer, in the form that was asked for.
    ///
    /// # Errors
    ///
    /// [`CliError::NotTold`] where it cannot be written as JSON.
    pub fn answer(&self, answer: &impl Answer) -> Result<(), CliError> {
        match self.json {
            true => {
                let text = serde_json::to_string(answer).map_err(|error| CliError::NotTold(error.into()))?;
                say(&Printable::json(text));
            }
            false => rows(&answer.lines(), columns(&std::io::stdout())).iter().for_each(say),
        }
        Ok(())
    }
}

/// Lines below each other, values beside their labels and broken at the width of the terminal.
pub(crate) fn rows(lines: &[Line], columns: usize) -> Vec<Printable> {
    let width = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let indent = width.saturating_add(2);
    lines.iter().flat_map(|(label, value)| printable::wrapped(label, value, indent, columns)).collect()
}

/// How wide the terminal is; a file takes lines of any length.
fn columns(terminal: &(impl std::os::fd::AsFd + std::io::IsTerminal)) -> usize {
    match rustix::termios::tcgetwinsize(terminal) {
        Ok(size) if terminal.is_terminal() && size.ws_col > 0 => usize::from(size.ws_col),
        _ => usize::MAX,
    }
}

/// A line on standard output.
pub fn say(line: &Printable) {
    out::say(line);
}

/// Progress for people who wait, on standard error.
pub fn note(text: &str) {
    if std::io::stderr().is_terminal() {
        told_in_rows(&line("…", cut(text)));
    }
}

/// A command's failure, on standard error.
pub fn fail(error: impl std::fmt::Display, help: impl std::fmt::Display) {
    told_in_rows(&line("error:", error));
    told_in_rows(&line("help:", help));
}

/// Shows lines on standard error and asks a person to type `yes`. Without a terminal the answer is no.
pub fn confirmed(lines: &[Line], question: &str, end: &str) -> bool {
    // Who reads through a pipe and types at a terminal reads on that terminal.
    let asks = std::io::stdin().is_terminal();
    let columns = match columns(&std::io::stderr()) {
        usize::MAX if asks => NARROW,
        columns => columns,
    };
    rows(lines, columns).iter().for_each(out::tell);
    if !asks {
        return false;
    }
    let mut asked = asking(question, end, columns);
    let last = asked.pop().unwrap_or_default();
    asked.iter().for_each(out::tell);
    out::begin(&last);
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

/// The rows of a question; the answer is typed behind the last one.
pub(crate) fn asking(question: &str, end: &str, columns: usize) -> Vec<Printable> {
    let (first, rest) = question.split_once(' ').unwrap_or((question, ""));
    let rest = Printable::new(format_args!("{rest} {end}"));
    let mut rows = printable::wrapped(&Printable::new(first), &rest, first.chars().count().saturating_add(1), columns);
    if let Some(last) = rows.pop() {
        // Blanks at the end of a row are taken away.
        rows.push(Printable::lines(format_args!("{last} ")));
    }
    rows
}

/// A line on standard error whose value goes on below itself.
fn told_in_rows((label, value): &Line) {
    let indent = label.chars().count().saturating_add(1);
    printable::wrapped(label, value, indent, columns(&std::io::stderr())).iter().for_each(out::tell);
}

/// What a service says is told up to here.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a question repeats of the lines above it.
pub fn sentence(lines: &[Line]) -> String {
    let mut words = lines.iter().map(|(label, value)| match label.as_str() {
        "action" | "order" => value.to_string(),
        label => format!("{label} {value}"),
    });
    let mut sentence = words.next().unwrap_or_default();
    for word in words {
        if sentence.chars().count().saturating_add(word.chars().count()) > QUESTION {
            sentence.push_str(" …");
            break;
        }
        sentence.push_str(", ");
        sentence.push_str(&word);
    }
    sentence
}

/// A line.
pub fn line(label: &str, value: impl std::fmt::Display) -> Line {
    (Printable::new(label.chars().take(LABEL).collect::<String>()), Printable::new(value))
}

/// Lines of words.
pub fn told(words: Vec<Words>) -> Vec<Line> {
    words.into_iter().map(|(label, value)| line(label, value)).collect()
}
