//! The thread's side: owns module, PIN and session, and does one job after the other.

use super::session::{self, Live};
use crate::{Config, Error, Result};
use cryptoki::{context::Pkcs11, types::AuthPin};
use std::{thread, time::Duration};
use tokio::sync::mpsc;

/// Work for the owner. Jobs answer through channels of their own.
pub(crate) type Job = Box<dyn FnOnce(&mut Owner) + Send>;

/// Owns one token. Lives on a thread of its own and is never shared.
pub(crate) struct Owner {
    config: Config,
    module: Pkcs11,
    pin: AuthPin,
    live: Option<Live>,
    barred: Option<Barred>,
}

/// What the token said about the PIN: it is not sent again, whatever is asked later.
#[derive(Clone, Copy)]
enum Barred {
    Refused,
    Locked,
}

/// Attempts at start. Other programs take no turns: of 100 that started together 70 to 89 found no token.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(25);

impl Owner {
    /// Reads the PIN, loads the module and logs in; waits and tries again where that can help.
    pub(crate) fn open(config: Config) -> Result<Self> {
        let module = session::load(&config.module)?;
        let (pin, turn) = config.pin.read()?;
        let pin = AuthPin::new(pin.as_str().into());
        // Held until the login is done. SoftHSM misreads its files when processes start together, up to refusing a right
        // PIN, which must not be sent twice. Advisory and best effort: a pipe or a foreign file system has no lock.
        let _ = turn.lock();
        let mut owner = Self { config, module, pin, live: None, barred: None };
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
    pub(crate) fn serve(mut self, mut inbox: mpsc::Receiver<Job>) {
        while let Some(job) = inbox.blocking_recv() {
            job(&mut self);
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
        match self.barred {
            Some(Barred::Refused) => return Err(Error::PinRefused),
            Some(Barred::Locked) => return Err(Error::PinLocked),
            None => {}
        }
        let answer = Live::connect(&self.module, &self.config.token, &self.pin);
        self.barred = match answer {
            Err(Error::PinRefused) => Some(Barred::Refused),
            Err(Error::PinLocked) => Some(Barred::Locked),
            _ => None,
        };
        answer
    }
}

/// Up to a whole pause more, so that those who collided once do not collide again.
fn jitter(pause: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness the pause is the same for all: slower, not wrong.
    let _ = getrandom::fill(&mut byte);
    pause * u32::from(byte[0]) / 255
}
