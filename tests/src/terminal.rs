//! A program on a terminal: what a person would see, by a terminal emulator that obeys every control character.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    num::NonZeroU16,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

use crate::{Outcome, wait::eventually};

/// How long a screen may take to show something.
const PATIENCE: Duration = Duration::from_secs(60);
/// Rows that have scrolled away and are kept.
const HISTORY: usize = 2_000;

/// A program on a terminal of its own.
pub struct Terminal {
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<vt100::Parser>>,
    /// Ends when the terminal hangs up: then all that was written is on the screen.
    reading: JoinHandle<()>,
}

impl Terminal {
    /// Starts a program on a terminal of so many rows and columns.
    ///
    /// # Errors
    /// Where the system gives no terminal, or the program does not start.
    pub fn start(mut command: Command, rows: u16, columns: u16) -> Outcome<Self> {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&controller)?;
        unlockpt(&controller)?;
        let name = ptsname(&controller, Vec::new())?.into_string()?;
        let user = OpenOptions::new().read(true).write(true).open(name)?;
        tcsetwinsize(&user, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })?;
        command.stdin(Stdio::from(user.try_clone()?)).stdout(Stdio::from(user.try_clone()?)).stderr(user);
        let child = command.spawn()?;
        // The program alone holds the other side now: at its end the terminal hangs up.
        drop(command);
        let size = |cells| NonZeroU16::new(cells).ok_or("a terminal has rows and columns");
        let screen = Arc::new(Mutex::new(vt100::Parser::new(size(rows)?, size(columns)?, HISTORY)));
        let mut output = File::from(controller);
        let keyboard = output.try_clone()?;
        let shown = Arc::clone(&screen);
        let reading = std::thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(count) = output.read(&mut bytes) {
                match bytes.get(..count) {
                    Some(read) if count > 0 => shown.lock().unwrap_or_else(PoisonError::into_inner).process(read),
                    _ => break,
                }
            }
        });
        Ok(Self { child, keyboard, screen, reading })
    }

    /// The rows that are seen now, without blanks at their ends, and without the empty ones at the bottom.
    pub fn rows(&self) -> Vec<String> {
        let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        let text = screen.screen().contents();
        text.lines().map(|row| row.trim_end().to_owned()).collect()
    }

    /// Waits until the screen shows a text; answers its rows.
    ///
    /// # Errors
    /// What it shows instead.
    pub async fn shows(&self, text: &str) -> Outcome<Vec<String>> {
        eventually(&format!("the screen shows {text:?}"), PATIENCE, async || {
            let rows = self.rows();
            if words(&rows).contains(text) { Ok(rows) } else { Err(rows.join("\n")) }
        })
        .await
        .map_err(Into::into)
    }

    /// Types a line.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn types(&mut self, text: &str) -> Outcome {
        Ok(self.keyboard.write_all(format!("{text}\r").as_bytes())?)
    }

    /// Waits until the program has ended; answers its exit code, and the last screen.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn end(mut self) -> Outcome<(i32, Vec<String>)> {
        let ended = eventually("the program ends", PATIENCE, async || match self.child.try_wait() {
            Ok(Some(status)) => Ok(status.code().unwrap_or(-1)),
            other => Err(format!("{other:?}: {}", self.rows().join("\n"))),
        });
        let code = ended.await?;
        eventually("the screen has all that was written", PATIENCE, async || match self.reading.is_finished() {
            true => Ok(()),
            false => Err(self.rows().join("\n")),
        })
        .await?;
        Ok((code, self.rows()))
    }
}

/// The words of rows: a long line goes on in the next row, below itself.
pub fn words(rows: &[String]) -> String {
    rows.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Both fail only where the child has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
