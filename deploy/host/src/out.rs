//! Standard output and standard error: nothing else in the programs writes to them, and what is written is [`Printable`].

use crate::printable::Printable;
use std::{
    fmt::Display,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

/// Why an answer did not get out, if it did not.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// A line on standard output, or several of our own. What keeps it from getting out, [`written`] tells.
pub fn say(text: &Printable) {
    let mut out = io::stdout().lock();
    if let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush()) {
        LOST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// A line on standard error. That nobody reads it is no reason to fail.
pub fn tell(text: &Printable) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The beginning of a line on standard error, such as a question.
pub fn begin(text: &Printable) {
    let mut out = io::stderr();
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}

/// What a program fails with: the sentence, and what to do next.
pub fn fail(error: impl Display, help: impl Display) {
    tell(&Printable::new(format_args!("error: {error}")));
    tell(&Printable::new(format_args!("help: {help}")));
}

/// Whether everything that was said got out. Whoever has read enough and closed the pipe (`| head`) is no reason to fail.
///
/// # Errors
///
/// The first reason why it did not: a full disk, for example.
pub fn written() -> io::Result<()> {
    let lost = LOST.lock().unwrap_or_else(PoisonError::into_inner).take();
    match lost {
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
