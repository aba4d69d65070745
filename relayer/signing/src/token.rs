//! The public handles: a token, and a signer for one of its keys.

use crate::{
    Authorized, Config, Error, KeyInfo, Request, Result,
    keys::{self, Admitted},
    owner::{Job, Owner},
};
use greatseal_protocol::{envelope::Envelope, key::Key};
use std::{
    sync::{Arc, Mutex, PoisonError, mpsc::RecvTimeoutError},
    thread,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};

/// A token that is open: a handle to the one thread that owns it. Clones share the thread.
///
/// Every call ends within [`Config::timeout`], whatever the module does: [`Error::Busy`] means that nothing was asked,
/// [`Error::Timeout`] that the outcome is unknown. Work whose caller has gone is not begun.
///
/// Dropping the last handle waits until the session is closed: a module that is closing one while the process's exit
/// handlers run crashes it (1 of 250 commands ended by SIGSEGV).
#[derive(Clone, Debug)]
pub struct Token {
    // Before the thread: with the last sender gone it ends, and can be awaited.
    jobs: mpsc::Sender<Job>,
    timeout: Duration,
    _thread: Arc<OwnerThread>,
}

/// The owner's thread, awaited when this value is dropped.
#[derive(Debug)]
struct OwnerThread {
    handle: Option<thread::JoinHandle<()>>,
    ended: Mutex<std::sync::mpsc::Receiver<()>>,
}

/// A key that signs what a person has agreed to.
#[derive(Clone, Debug)]
pub struct Signer {
    token: Token,
    held: Arc<Admitted>,
}

/// Calls that may wait for the owner.
const QUEUE: usize = 64;
/// How long a dropped token waits for its session to be closed.
const GRACE: Duration = Duration::from_secs(2);

impl Token {
    /// Loads the module, finds the token, reads the PIN and logs in.
    pub async fn open(config: Config) -> Result<Self> {
        let limit = config.timeout;
        let (jobs, inbox) = mpsc::channel(QUEUE);
        let (reply, answer) = oneshot::channel();
        let thread = OwnerThread::start(move || match Owner::open(config) {
            Ok(owner) => {
                if reply.send(Ok(())).is_ok() {
                    owner.serve(inbox);
                }
            }
            Err(error) => drop(reply.send(Err(error))),
        })?;
        timeout(limit, answer).await.map_err(|_| Error::Timeout)?.map_err(|_| Error::Gone)??;
        Ok(Self { jobs, timeout: limit, _thread: Arc::new(thread) })
    }

    /// Every Ed25519 key, by label; those that no signer opens for come with their defect.
    pub async fn keys(&self) -> Result<Vec<KeyInfo>> {
        self.call(|owner| {
            let demand_local = owner.demand_local();
            owner.with(|live| keys::list(live.session(), demand_local))
        })
        .await
    }

    /// Generates a key pair that cannot leave the token, and proves it.
    ///
    /// After [`Error::Timeout`] look at [`keys`](Self::keys): the pair may be there.
    pub async fn generate(&self, label: &str) -> Result<KeyInfo> {
        let label = label.to_owned();
        self.call(move |owner| {
            let demand_local = owner.demand_local();
            owner.with(|live| keys::generate(&live.read_write()?, &label, demand_local))
        })
        .await
        .map(|admitted| admitted.info)
    }

    /// The one key of this label, if it is kept as it must be and has signed a challenge.
    pub async fn signer(&self, label: &str) -> Result<Signer> {
        let label = label.to_owned();
        let held = self.call(move |owner| {
            let demand_local = owner.demand_local();
            owner.with(|live| keys::admit(live.session(), &label, demand_local))
        });
        Ok(Signer { held: Arc::new(held.await?), token: self.clone() })
    }

    /// Ends the session now; a later call opens a new one.
    pub async fn close(&self) -> Result<()> {
        self.call(|owner| {
            owner.close();
            Ok(())
        })
        .await
    }

    async fn call<T: Send + 'static>(&self, work: impl FnOnce(&mut Owner) -> Result<T> + Send + 'static) -> Result<T> {
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

impl Signer {
    /// The public key.
    pub fn key(&self) -> Key {
        self.held.key
    }

    /// The key as the token describes it.
    pub fn info(&self) -> &KeyInfo {
        &self.held.info
    }

    /// Signs what was agreed to. The envelope has been verified in software; one that does not verify never leaves.
    pub async fn sign(&self, authorized: &Authorized<Request>) -> Result<Envelope> {
        if authorized.key() != self.key() {
            return Err(Error::WrongKey { authorized: authorized.key(), held: self.key() });
        }
        let Request::Command { domain, command } = authorized.request().clone();
        let message = authorized.request().message(&self.key());
        let held = Arc::clone(&self.held);
        self.token
            .call(move |owner| {
                owner.with(|live| {
                    let began = std::time::Instant::now();
                    let signature = live.sign(&held.info.label, &held.info.id, &message)?;
                    let envelope = Envelope::seal(&domain, command, held.key, signature);
                    envelope.verify(&domain).map_err(|_| Error::BadSignature)?;
                    tracing::info!(key = %held.key, order = envelope.command.order.name(), micros = began.elapsed().as_micros(), "signed");
                    Ok(envelope)
                })
            })
            .await
    }

    /// Signs a fresh challenge and checks everything about the key again: whether the token can be relied on now.
    pub async fn probe(&self) -> Result<()> {
        let found = self.token.signer(&self.held.info.label).await?;
        if found.key() == self.key() {
            Ok(())
        } else {
            Err(Error::WrongKey { authorized: self.key(), held: found.key() })
        }
    }
}
