//! What a command shows: lines for people, one JSON object for programs. Never both.
//!
//! Everything is [`Printable`] before it is shown: what a document, an indexer or a node says cannot move the cursor, begin a
//! line of its own or hide.

use greatseal_host::{out, printable};
use greatseal_protocol::words::Line as Words;
use serde_json::{Value, json, map::Entry};
use std::io::{BufRead as _, IsTerminal as _};

pub use greatseal_host::printable::Printable;

/// Label and value.
pub type Line = (Printable, Printable);

/// Most characters of what a question repeats.
const QUESTION: usize = 300;

/// Where a command's answer goes.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// One JSON object instead of lines.
    pub json: bool,
}

impl Output {
    /// The answer.
    pub fn answer(&self, lines: &[Line], value: &Value) {
        match self.json {
            true => say(&Printable::json(value)),
            false => rows(lines, columns(&std::io::stdout())).iter().for_each(say),
        }
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
        out::tell(&Printable::new(format_args!("… {text}")));
    }
}

/// A command's failure, on standard error.
pub fn fail(error: impl std::fmt::Display, help: impl std::fmt::Display) {
    out::fail(error, help);
}

/// Shows lines on standard error and asks a person to type `yes`. Without a terminal the answer is no.
pub fn confirmed(lines: &[Line], question: &str) -> bool {
    rows(lines, columns(&std::io::stderr())).iter().for_each(out::tell);
    if !std::io::stdin().is_terminal() {
        return false;
    }
    out::begin(&Printable::new(format_args!("{question} Type yes to sign: ")));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
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
    (Printable::new(label), Printable::new(value))
}

/// Lines of words.
pub fn told(words: Vec<Words>) -> Vec<Line> {
    words.into_iter().map(|(label, value)| line(label, value)).collect()
}

/// Lines as a JSON object; labels with spaces get underscores, and those that stand several times become lists.
pub fn object(lines: &[Line]) -> Value {
    let mut map = serde_json::Map::new();
    for (label, text) in lines {
        match map.entry(label.replace(' ', "_")) {
            Entry::Vacant(place) => {
                place.insert(json!(text));
            }
            Entry::Occupied(mut place) => match place.get_mut() {
                Value::Array(list) => list.push(json!(text)),
                first => *first = json!([first.take(), text]),
            },
        }
    }
    map.into()
}
