//! Logs go to standard error, an event a line.

use crate::{
    config::{Filter, Format, Log},
    printable::Printable,
};
use std::io::{self, Write};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// The one variable of the environment that a service heeds: it wins over `log.filter` for as long as one looks closer.
pub const VARIABLE: &str = "RUST_LOG";

/// The variable, where it is set and a filter.
pub fn from_environment() -> Option<String> {
    let text = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty())?;
    EnvFilter::builder().parse(&text).is_ok().then_some(text)
}

/// Begins to log; the first call counts. There are no colours: their control characters could not be told from those that somebody
/// else has put into a message.
pub fn start(log: &Log) {
    let escaped = Escaped { json: log.format == Format::Json, inner: io::stderr };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse_lossy(log.filter.as_str()))
        .with_writer(escaped)
        .with_ansi(false);
    let _already = match log.format {
        Format::Text => builder.try_init(),
        Format::Json => builder.json().try_init(),
    };
}

/// Begins to log as text, by the variable; by `otherwise` where it is not set.
pub fn start_from_environment(otherwise: &str) {
    let filter = from_environment().unwrap_or_else(|| otherwise.to_owned());
    // What is no filter is the default: nobody is kept from working by it.
    start(&Log { filter: Filter::try_from(filter).unwrap_or_default(), format: Format::Text });
}

/// Makes writers that escape what a terminal would obey; each is given one event as a whole.
struct Escaped<Inner> {
    json: bool,
    inner: Inner,
}

/// Writes one event.
struct Event<Out> {
    json: bool,
    out: Out,
}

impl<'a, Inner: MakeWriter<'a>> MakeWriter<'a> for Escaped<Inner> {
    type Writer = Event<Inner::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Event { json: self.json, out: self.inner.make_writer() }
    }
}

impl<Out: Write> Write for Event<Out> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let shown = if self.json { Printable::json(line) } else { Printable::new(line) };
        writeln!(self.out, "{shown}")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().map_err(|_| io::Error::other("poisoned"))?.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(json: bool) -> Result<String, Box<dyn std::error::Error>> {
        let kept = Kept::default();
        let inner = kept.clone();
        let builder = tracing_subscriber::fmt()
            .with_writer(Escaped { json, inner: move || inner.clone() })
            .with_ansi(false)
            .without_time();
        let hostile = "\u{1b}[2J\nINFO forged: all is well\u{202e}";
        let event = || tracing::warn!(reason = %hostile, other = ?hostile, "{hostile}");
        match json {
            true => tracing::subscriber::with_default(builder.json().finish(), event),
            false => tracing::subscriber::with_default(builder.finish(), event),
        }
        let bytes = kept.0.lock().map_err(|_| "poisoned")?.clone();
        Ok(String::from_utf8(bytes)?)
    }

    #[test]
    fn an_event_is_one_line_that_no_terminal_obeys() -> Result<(), Box<dyn std::error::Error>> {
        for json in [false, true] {
            let text = logged(json)?;
            let line = text.strip_suffix('\n').ok_or("no line break at the end")?;
            assert!(crate::printable::hidden(line).is_none(), "{line:?}");
            assert!(line.contains("forged") && line.contains("202e"), "{line:?}");
        }
        let value: serde_json::Value = serde_json::from_str(&logged(true)?)?;
        assert_eq!(value["fields"]["message"], "\u{1b}[2J\nINFO forged: all is well\u{202e}");
        Ok(())
    }
}
