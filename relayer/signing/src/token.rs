//! Keys in a token: a handle to the thread that owns it.

mod attributes;
pub mod ec_point;
pub(crate) mod keys;
mod owner;
mod p256;
mod session;
mod watch;

use crate::{Algorithm, Config, Error, KeyInfo, Purpose, Result, keyring::blocking};
use greatseal_protocol::key::{Key, Signature};
use keys::Admitted;
use owner::{Job, Owner};
use session::Module;
use std::{
    sync::{Arc, Mutex, PoisonError, mpsc::RecvTimeoutError},
    thread,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};
use watch::Watch;

/// A token that is open: a handle to the one thread that owns it. Clones share the thread.
///
/// Every call ends within [`Config::timeout`], whatever the module does: [`Error::Busy`] and [`Error::Stuck`] mean that
/// nothing was asked, [`Error::Timeout`] that the outcome is unknown. Work whose caller has gone is not begun. Nothing is
/// asked of a token whose owner has been in one call for longer than that.
///
/// Dropping the last handle waits until the session is closed: a module that is closing one while the process's exit
/// handlers run crashes it (1 of 250 commands ended by SIGSEGV).
#[derive(Clone, Debug)]
pub(crate) struct Token {
    // Before the thread: with the last sender gone it ends, and can be awaited.
    jobs: mpsc::Sender<Job>,
    timeout: Duration,
    watch: Arc<Watch>,
    _thread: Arc<OwnerThread>,
}

/// The owner's thread, awaited when this value is dropped.
#[derive(Debug)]
struct OwnerThread {
    handle: Option<thread::JoinHandle<()>>,
    ended: Mutex<std::sync::mpsc::Receiver<()>>,
}

/// Calls that may wait for the owner.
const QUEUE: usize = 64;
/// How long a dropped token waits for its session to be closed.
const GRACE: Duration = Duration::from_secs(2);

/// The seat's key of this label, where the token shows it to whoever has not logged in.
///
/// The module is ended afterwards: whoever opens the token begins anew.
pub(crate) async fn public_key(config: &Config, label: &str) -> Option<Key> {
    let (path, token, label) = (config.module.clone(), config.token.clone(), label.to_owned());
    let turn = config.pin.file();
    let (reply, answer) = oneshot::channel();
    let look = move || {
        // Advisory and best effort, as where the token is opened.
        let _ = turn.as_ref().map(std::fs::File::lock);
        let module = Module::load(&path)?;
        let found = module.public_key(&token, &label);
        module.finalise();
        found
    };
    let _thread = OwnerThread::start(move || drop(reply.send(look()))).ok()?;
    match timeout(config.timeout, answer).await {
        Ok(Ok(Ok(found))) => found,
        Ok(Ok(Err(error))) => {
            tracing::debug!(token = config.token, %error, "the public key is not shown without a PIN");
            None
        }
        _ => None,
    }
}

impl Token {
    /// Loads the module, finds the token, reads the PIN and logs in.
    pub(crate) async fn open(config: Config) -> Result<Self> {
        let limit = config.timeout;
        // A person types longer than a token may take.
        let typed = match config.pin.asks() {
            true => {
                let source = config.pin.clone();
                Some(blocking(move || source.read()).await?)
            }
            false => None,
        };
        let (jobs, inbox) = mpsc::channel(QUEUE);
        let (reply, answer) = oneshot::channel();
        let watch = Arc::new(Watch::default());
        let watched = Arc::clone(&watch);
        let thread = OwnerThread::start(move || match watched.during(|| Owner::open(config, typed)) {
            Ok(owner) => {
                if reply.send(Ok(())).is_ok() {
                    owner.serve(inbox, &watched);
                }
            }
            Err(error) => drop(reply.send(Err(error))),
        })?;
        timeout(limit, answer).await.map_err(|_| Error::Timeout)?.map_err(|_| Error::Gone)??;
        Ok(Self { jobs, timeout: limit, watch, _thread: Arc::new(thread) })
    }

    /// Every key of a known algorithm, by label; those that no signer opens for come with their defect.
    pub(crate) async fn keys(&self) -> Result<Vec<KeyInfo>> {
        self.call(|owner| {
            let demand_local = owner.demand_local();
            owner.with(|live| keys::list(live.session(), demand_local))
        })
        .await
    }

    /// Generates a key pair that cannot leave the token, and proves it.
    ///
    /// After [`Error::Timeout`] look at [`keys`](Self::keys): the pair may be there.
    pub(crate) async fn generate(&self, label: &str, purpose: Purpose, algorithm: Algorithm) -> Result<KeyInfo> {
        let label = label.to_owned();
        self.call(move |owner| {
            let demand_local = owner.demand_local();
            owner.with(|live| keys::generate(&live.read_write()?, &label, (purpose, algorithm), demand_local))
        })
        .await
        .map(|admitted| admitted.info)
    }

    /// The one key of this label, if it is kept as it must be and has signed a challenge.
    pub(crate) async fn admit(&self, label: &str) -> Result<Admitted> {
        let label = label.to_owned();
        self.call(move |owner| {
            let demand_local = owner.demand_local();
            owner.with(|live| keys::admit(live.session(), &label, demand_local))
        })
        .await
    }

    /// Signs, and verifies in software: a signature that does not verify never leaves, and costs the session.
    pub(crate) async fn sign(&self, held: &Arc<Admitted>, message: Vec<u8>) -> Result<Signature> {
        let held = Arc::clone(held);
        self.call(move |owner| {
            owner.with(|live| {
                let signature = live.sign(&held, &message)?;
                held.key.verify(&message, &signature).map_err(|_| Error::BadSignature)?;
                Ok(signature)
            })
        })
        .await
    }

    /// Ends the session now; a later call opens a new one.
    pub(crate) async fn close(&self) -> Result<()> {
        self.call(|owner| {
            owner.close();
            Ok(())
        })
        .await
    }

    /// For how long the owner has been in a call that should long have ended; none while it answers.
    pub(crate) fn stuck(&self) -> Option<Duration> {
        self.watch.stuck(self.timeout)
    }

    async fn call<T: Send + 'static>(&self, work: impl FnOnce(&mut Owner) -> Result<T> + Send + 'static) -> Result<T> {
        if let Some(elapsed) = self.stuck() {
            return Err(Error::Stuck { seconds: elapsed.as_secs() });
        }
        let deadline = Instant::now() + self.timeout;
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |owner| {
            if !reply.is_closed() {
                // Whoever left while the work was done does not need the answer.
                let _ = reply.send(work(owner));
            }
        });
        timeout_at(deadline, self.jobs.send(job)).await.map_err(|_| Error::Busy)?.map_err(|_| Error::Gone)?;
        timeout_at(deadline, answer).await.map_err(|_| Error::Timeout)?.map_err(|_| Error::Gone)?
    }
}

impl OwnerThread {
    fn start(work: impl FnOnce() + Send + 'static) -> Result<Self> {
        let (end, ended) = std::sync::mpsc::channel();
        let work = move || {
            work();
            // Nothing but thread-local data is left to be cleaned up.
            drop(end);
        };
        let handle = thread::Builder::new().name("pkcs11-owner".into()).spawn(work).map_err(|_| Error::Gone)?;
        Ok(Self { handle: Some(handle), ended: Mutex::new(ended) })
    }
}

impl Drop for OwnerThread {
    fn drop(&mut self) {
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        // A C call that never returns must not hold up the end of the process.
        if let Err(RecvTimeoutError::Disconnected) = ended.recv_timeout(GRACE)
            && let Some(handle) = self.handle.take()
        {
            // A job that panicked has told so, and has closed its session.
            let _ = handle.join();
        }
    }
}
