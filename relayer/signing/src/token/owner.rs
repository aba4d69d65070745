//! The thread's side: owns module, PIN and session, and does one job after the other.

use super::{
    session::{Live, Module, Pin},
    watch::Watch,
};
use crate::{Config, Error, Result};
use cryptoki::types::AuthPin;
use std::{fs::File, thread, time::Duration};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

/// Work for the owner. Jobs answer through channels of their own.
pub(crate) type Job = Box<dyn FnOnce(&mut Owner) + Send>;

/// Owns one token. Lives on a thread of its own and is never shared.
pub(crate) struct Owner {
    config: Config,
    module: Module,
    pin: AuthPin,
    live: Option<Live>,
    /// Whether a session has failed since the module was initialised.
    spoiled: bool,
    known: Pin,
    /// Makes the error of a PIN that is not sent again, whatever is asked later.
    barred: Option<fn() -> Error>,
}

/// Attempts at start. Other programs take no turns: of 100 that started together 70 to 89 found no token.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(25);

impl Owner {
    /// Loads the module, reads the PIN unless it was typed already, and logs in; waits and tries again where that can
    /// help.
    pub(crate) fn open(config: Config, typed: Option<(Zeroizing<String>, File)>) -> Result<Self> {
        let module = Module::load(&config.module)?;
        let (pin, turn) = match typed {
            Some(typed) => typed,
            None => config.pin.read()?,
        };
        let pin = AuthPin::new(pin.as_str().into());
        // Held until the login is done. SoftHSM misreads its files when processes start together, up to refusing a right
        // PIN, which must not be sent twice. Advisory and best effort: a pipe or a foreign file system has no lock.
        let _ = turn.lock();
        let mut owner = Self { config, module, pin, live: None, spoiled: false, known: Pin::Untried, barred: None };
        let mut pause = FIRST_PAUSE;
        for attempt in 1..ATTEMPTS {
            match owner.with(|_| Ok(())) {
                Err(error) if error.may_pass() => {
                    tracing::warn!(token = owner.config.token, attempt, %error, "opening the token again");
                    thread::sleep(pause + jitter(pause));
                    pause *= 2;
                }
                answer => return answer.map(|()| owner),
            }
        }
        owner.with(|_| Ok(())).map(|()| owner)
    }

    /// Works until the last handle is gone.
    pub(crate) fn serve(mut self, mut inbox: mpsc::Receiver<Job>, watch: &Watch) {
        while let Some(job) = inbox.blocking_recv() {
            watch.during(|| job(&mut self));
        }
    }

    /// What was agreed about keys that do not say where they were made.
    pub(crate) fn demand_local(&self) -> bool {
        self.config.demand_local
    }

    /// Runs work on a session. A session that has failed is not used again.
    pub(crate) fn with<T>(&mut self, work: impl FnOnce(&mut Live) -> Result<T>) -> Result<T> {
        let mut live = match self.live.take() {
            Some(live) => live,
            None => self.connect()?,
        };
        let answer = work(&mut live);
        match &answer {
            Err(error) if error.spoils_session() => {
                tracing::warn!(token = self.config.token, %error, "session dropped");
                self.spoiled = true;
            }
            _ => self.live = Some(live),
        }
        answer
    }

    /// Ends the session, and with the last one of the process the login.
    pub(crate) fn close(&mut self) {
        self.live = None;
    }

    fn connect(&mut self) -> Result<Live> {
        if let Some(barred) = self.barred {
            return Err(barred());
        }
        // What the module has missed since it was initialised, it may miss for ever.
        if std::mem::take(&mut self.spoiled) {
            self.module.finalise();
        }
        let answer = Live::connect(&self.module, &self.config.token, &self.pin, self.known);
        match &answer {
            Ok(_) => self.known = Pin::Accepted,
            Err(Error::Login(_)) if self.known != Pin::Untried => self.known = Pin::Doubtful,
            Err(error) => self.barred = bar(error),
        }
        answer
    }
}

/// What every later call hears once the token has spoken about the PIN, or has failed while it judged it.
fn bar(error: &Error) -> Option<fn() -> Error> {
    Some(match error {
        Error::PinRefused => || Error::PinRefused,
        Error::PinLocked => || Error::PinLocked,
        Error::PinExpired => || Error::PinExpired,
        Error::PinLength => || Error::PinLength,
        Error::PinCharacters => || Error::PinCharacters,
        Error::PinNotSet => || Error::PinNotSet,
        Error::Login(_) | Error::PinUnjudged => || Error::PinUnjudged,
        _ => return None,
    })
}

/// Up to a whole pause more, so that those who collided once do not collide again.
fn jitter(pause: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness the pause is the same for all: slower, not wrong.
    let _ = getrandom::fill(&mut byte);
    pause * u32::from(byte[0]) / 255
}
