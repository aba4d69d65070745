//! Asks at the process's terminal and shows nothing of what is typed.

use super::{Buffer, MAX};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::{
    fs::File,
    io::{self, IsTerminal as _, Write as _},
};

/// The terminal that the process belongs to, whatever its standard streams are.
pub(super) struct Terminal(File);

/// The terminal's modes as they were; put back when this value is dropped.
struct Silent<'a> {
    terminal: &'a File,
    before: Termios,
}

impl Terminal {
    /// Opens it. Who has redirected standard input is no person who types: a script must not be kept waiting.
    pub(super) fn open() -> io::Result<Self> {
        if !io::stdin().is_terminal() {
            return Err(io::Error::other("standard input is none"));
        }
        File::options().read(true).write(true).open("/dev/tty").map(Self)
    }

    /// Shows what is wanted, and reads a line key by key.
    pub(super) fn ask(&mut self, what: &str) -> io::Result<Buffer> {
        let silent = Silent::new(&self.0)?;
        let (mut out, mut keys) = (silent.terminal, silent.terminal);
        write!(out, "{what}: ")?;
        out.flush()?;
        let typed = line(&mut keys);
        // The line break that was typed was not shown.
        writeln!(out)?;
        typed
    }

    pub(super) fn into_file(self) -> File {
        self.0
    }
}

impl<'a> Silent<'a> {
    /// Without echo and line by line editing; without signals too: a process that Control-C ends would leave the terminal
    /// silent.
    fn new(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(self.terminal, OptionalActions::Flush, &self.before) {
            tracing::warn!(%error, "the terminal stays silent: `stty sane` helps");
        }
    }
}

/// Reads keys up to the end of the line: Enter. Backspace and Control-U take back, Control-C and Control-D give up.
fn line(keys: &mut impl io::Read) -> io::Result<Buffer> {
    let mut buffer = Buffer::new();
    let mut key = [0];
    loop {
        if keys.read(&mut key)? == 0 {
            return Err(io::Error::other("the terminal was closed"));
        }
        match key[0] {
            b'\r' | b'\n' => return Ok(buffer),
            0x03 | 0x04 => return Err(io::Error::other("nothing was given")),
            0x15 => buffer = Buffer::new(),
            0x08 | 0x7F => buffer.take_back(),
            byte => match buffer.bytes.get_mut(buffer.length) {
                Some(place) if buffer.length <= MAX => {
                    *place = byte;
                    buffer.length += 1;
                }
                _ => return Err(io::Error::other("it is longer than 255 bytes")),
            },
        }
    }
}

impl Buffer {
    /// Takes the last character back: up to the byte that is no continuation (UTF-8).
    fn take_back(&mut self) {
        while let Some(before) = self.length.checked_sub(1) {
            self.length = before;
            if self.bytes.get(before).is_none_or(|byte| byte & 0xC0 != 0x80) {
                return;
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::line;

    fn typed(keys: &[u8]) -> Option<Vec<u8>> {
        let buffer = line(&mut &*keys).ok()?;
        Some(buffer.bytes.get(..buffer.length).unwrap().to_vec())
    }

    #[test]
    fn keys_that_edit_edit() {
        assert_eq!(typed(b"1234\r").unwrap(), b"1234");
        assert_eq!(typed(b"12x\x7f34\n").unwrap(), b"1234");
        assert_eq!(typed("12ü\x7f\u{8}\u{8}\u{8}ü\r".as_bytes()).unwrap(), "ü".as_bytes());
        assert_eq!(typed(b"wrong\x151234\r").unwrap(), b"1234");
        assert_eq!(typed(b"\r").unwrap(), b"");
    }

    #[test]
    fn who_gives_up_gives_nothing() {
        for keys in [b"12\x03".as_slice(), b"12\x04", b"12"] {
            assert_eq!(typed(keys), None);
        }
        assert_eq!(typed(&[b'1'; 300]), None);
    }
}
