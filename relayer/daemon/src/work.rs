//! The worker: one step after the other, for ever. What fails in passing is tried again.

use crate::{
    error::RelayerError,
    health::Code,
    inbox::{Desk, MOST_OPEN, now},
    plan::Progress,
};
use greatseal_client::{Account, Chain, ChainError};
use greatseal_deployment::Deployment;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Pause between two looks at the chain while something is open.
const POLL: Duration = Duration::from_millis(150);
/// Pause while nothing is open: a new envelope wakes the worker.
const IDLE: Duration = Duration::from_secs(1);
/// Pause before the queue is looked at again that waits for money.
const HOLD: Duration = Duration::from_secs(2);
/// Steps that fail for so long are a reason not to be ready.
const FAILING: Duration = Duration::from_secs(15);
/// Longest pause after a passing failure.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(10);

/// Submits what the desk takes in, until the future is dropped.
pub struct Worker<A> {
    /// The desk.
    pub desk: Desk,
    /// Who pays.
    pub account: A,
    /// The node; the desk sees each one that this worker reaches.
    pub node: watch::Sender<Chain>,
}

/// Where the worker is.
pub(crate) struct Place {
    /// The transaction in flight, and what is known about it.
    pub(crate) progress: Option<(i64, Progress)>,
    /// Of the contract that it is for.
    pub(crate) deployment: Deployment,
}

/// When the next step comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// At once: something was written down.
    AtOnce,
    /// After a short pause: something is open, and nothing is to be done about it now.
    Pause,
    /// After a longer one: nothing can be done before something outside changes.
    Hold,
    /// When somebody brings something.
    Idle,
}

impl<A: Account> Worker<A> {
    /// Works for ever, reconnecting where it must.
    pub async fn run(&self) {
        let mut place = Place { progress: None, deployment: self.desk.standing.borrow().deployment.clone() };
        let mut back_off = POLL;
        let mut failing = None;
        loop {
            let chain = self.node.borrow().clone();
            let began = Instant::now();
            let next = self.step(&chain, &mut place).await;
            self.desk.health.stepped(began.elapsed());
            let pause = match next {
                Ok(next) => {
                    for code in [Code::Journal, Code::StepsFail] {
                        self.desk.health.clear(code);
                    }
                    (back_off, failing) = (POLL, None);
                    match next {
                        Next::AtOnce => continue,
                        Next::Pause => POLL,
                        Next::Hold => HOLD,
                        Next::Idle => IDLE,
                    }
                }
                Err(error) => {
                    let pause = back_off;
                    back_off = back_off.saturating_mul(2).min(LONGEST_BACK_OFF);
                    self.report(&error, pause);
                    if failing.get_or_insert_with(Instant::now).elapsed() > FAILING {
                        self.desk.health.set(Code::StepsFail, format!("{error}; {}", error.help()));
                    }
                    if matches!(&error, RelayerError::Chain(error) if error.passing()) {
                        self.reconnect(&chain).await;
                    }
                    tokio::time::sleep(pause).await;
                    continue;
                }
            };
            let _woken = tokio::time::timeout(pause, self.desk.wake.notified()).await;
        }
    }

    /// Takes one step. Each costs what is open, whatever the history.
    async fn step(&self, chain: &Chain, place: &mut Place) -> Result<Next, RelayerError> {
        let (sent, load) = {
            let mut journal = self.desk.journal.lock().await;
            journal.tend().await?;
            (journal.in_flight().await?, journal.load("").await?)
        };
        self.desk.health.load(load);
        match load.open < MOST_OPEN {
            true => self.desk.health.clear(Code::QueueFull),
            false => {
                self.desk.health.set(Code::QueueFull, format!("{MOST_OPEN} envelopes wait; no others are taken in"))
            }
        }
        // From a chain that is not the deployment's nothing is concluded.
        if self.desk.health.misled() || chain.genesis() != place.deployment.chain() {
            return Ok(Next::Hold);
        }
        if let Some(sent) = sent {
            return self.follow(chain, place, &sent).await;
        }
        // Not sooner: what is in flight is for the contract before, which tells what becomes of it.
        place.deployment = self.desk.standing.borrow().deployment.clone();
        match load.open {
            0 => Ok(Next::Idle),
            _ => self.turn(chain, place).await,
        }
    }

    fn report(&self, error: &RelayerError, pause: Duration) {
        tracing::warn!(%error, wait_ms = pause.as_millis(), "step failed, trying again");
        let health = &self.desk.health;
        let text = format!("{error}; {}", error.help());
        let code = match error {
            RelayerError::Journal(_) | RelayerError::Damaged | RelayerError::BrokenTrail(_) => {
                health.set(Code::Journal, text);
                "journal"
            }
            RelayerError::Chain(ChainError::Account(_)) => {
                health.set(Code::AccountKey, text);
                "account_key"
            }
            _ => "node",
        };
        health.failed(code, &error.to_string(), now());
    }

    async fn reconnect(&self, chain: &Chain) {
        let expected = self.desk.standing.borrow().deployment.chain();
        // One to another chain would replace a connection that finds back.
        if let Ok(fresh) = Chain::connect(chain.url()).await
            && fresh.genesis() == expected
        {
            self.node.send_replace(fresh);
        }
    }
}
