//! What a command shows: lines for people, one JSON object for programs. Never both.

use serde_json::{Value, json, map::Entry};
use std::io::{BufRead, IsTerminal, Write};

/// Label and value.
pub type Line = (String, String);

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
            true => say(value),
            false => print(lines),
        }
    }
}

fn print(lines: &[Line]) {
    let width = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    for (label, value) in lines {
        say(format_args!("{label:<width$}  {value}"));
    }
}

/// A line on standard output. Whoever has read enough and closed it (`| head`) is no reason to fail.
pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Progress for people who wait, on standard error.
pub fn note(text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("… {text}");
    }
}

/// What a person is about to be asked about, on standard error.
pub fn show(lines: &[Line]) {
    lines.iter().for_each(|(label, value)| eprintln!("{label:<18} {value}"));
}

/// Asks a person to type `yes`. Without a terminal the answer is no.
pub fn confirmed(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    eprint!("{question} Type yes to sign: ");
    let mut answer = String::new();
    let read = std::io::stderr().flush().and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    read.is_ok() && answer.trim() == "yes"
}

/// A line.
pub fn line(label: &str, value: impl ToString) -> Line {
    (label.to_owned(), value.to_string())
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
