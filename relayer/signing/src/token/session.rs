//! From a module's path to a session that is logged in.

use super::keys::{self, Admitted};
use crate::{Error, Result};
use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error as Pkcs11Error, RvError},
    object::ObjectHandle,
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};
use greatseal_protocol::key::{Key, Signature};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard},
};

/// A session that is logged in. Dropped after any error, and replaced at the next call.
pub(crate) struct Live {
    module: Pkcs11,
    slot: Slot,
    session: Session,
    /// Private keys by id: a search costs more than a signature, and a handle lives as long as its session at least.
    handles: BTreeMap<Vec<u8>, ObjectHandle>,
    /// Last, so that it outlives the session.
    _user: RwLockReadGuard<'static, ()>,
}

/// Read by everybody who is inside a module; C_Finalize while others are is undefined (PKCS#11 v3.1, 5.4.2).
static USERS: RwLock<()> = RwLock::new(());
/// Modules that this crate has initialised: only whoever initialised a module may end it.
static OURS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A module that is loaded for the rest of the process.
pub(crate) struct Module {
    path: PathBuf,
    calls: Pkcs11,
}

/// What is known about the PIN before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    /// Not sent yet.
    Untried,
    /// Accepted the last time.
    Accepted,
    /// Accepted once; the last time the token failed while it judged the PIN. It is sent again only while the token
    /// counts no wrong one.
    Doubtful,
}

impl Module {
    /// Loads a module, for the rest of the process.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(Error::ModuleNotFound { path: path.into() });
        }
        let unusable = |error: Pkcs11Error| Error::ModuleUnusable { path: path.into(), reason: error.to_string() };
        let calls = Pkcs11::new(path).map_err(unusable)?;
        // Never unloaded, and finalised only while no session of this process is open: modules leave exit handlers and
        // threads behind, and C_Finalize ends the sessions of every other user in this process.
        std::mem::forget(calls.clone());
        Ok(Self { path: path.into(), calls })
    }

    /// Whether this call initialised the module; others of this process may have done so before.
    fn initialise(&self) -> Result<bool> {
        match self.calls.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) => {
                OURS.lock().unwrap_or_else(PoisonError::into_inner).insert(self.path.clone());
                Ok(true)
            }
            Err(Pkcs11Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A seat's key, as the one token of this label shows it without a login.
    pub(crate) fn public_key(&self, token: &str, label: &str) -> Result<Option<Key>> {
        let _user = USERS.read().unwrap_or_else(PoisonError::into_inner);
        self.initialise()?;
        let session = self.calls.open_ro_session(find(&self.calls, token)?)?;
        keys::shown(&session, label)
    }

    /// Ends the module, so that the next start looks for tokens again; not while anybody is inside.
    pub(crate) fn finalise(&self) -> bool {
        let Ok(_alone) = USERS.try_write() else { return false };
        let ours = OURS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.path);
        let ended = ours && self.calls.clone().finalize().is_ok();
        tracing::debug!(module = %self.path.display(), ended, "module finalised after a failure");
        ended
    }
}

impl Live {
    /// Initialises, finds the one token of this label and logs in. The PIN is sent once at most.
    ///
    /// A module looks for its tokens when it is initialised. One that was taken away and brought back stays missing until
    /// the module is initialised anew, which is done here: once, and only if no PIN was sent.
    pub(crate) fn connect(module: &Module, label: &str, pin: &AuthPin, known: Pin) -> Result<Self> {
        let (first, answer) = Self::attempt(module, label, pin, known)?;
        match answer {
            Ok(live) => Ok(live),
            Err(error) if module.finalise() && !first && error.may_pass() => {
                Self::attempt(module, label, pin, known)?.1
            }
            Err(error) => Err(error),
        }
    }

    fn attempt(module: &Module, label: &str, pin: &AuthPin, known: Pin) -> Result<(bool, Result<Self>)> {
        let user = USERS.read().unwrap_or_else(PoisonError::into_inner);
        let first = module.initialise()?;
        Ok((first, Self::log_in(&module.calls, label, pin, known, user)))
    }

    fn log_in(
        module: &Pkcs11,
        label: &str,
        pin: &AuthPin,
        known: Pin,
        user: RwLockReadGuard<'static, ()>,
    ) -> Result<Self> {
        let slot = find(module, label)?;
        let token = module.get_token_info(slot)?;
        if token.user_pin_locked() {
            return Err(Error::PinLocked);
        }
        if known == Pin::Doubtful && (token.user_pin_count_low() || token.user_pin_final_try()) {
            return Err(Error::PinRefused);
        }
        // Read-only: signing needs no more, and a write-protected token grants no more.
        let session = module.open_ro_session(slot)?;
        // Login is a state of the process and its token (PKCS#11 v3.1, 5.6.8): already logged in is logged in.
        match session.login(UserType::User, Some(pin)) {
            Ok(()) | Err(Pkcs11Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(Error::login(error)),
        }
        Ok(Self { module: module.clone(), slot, session, handles: BTreeMap::new(), _user: user })
    }

    /// The session.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// A second session that may create objects; it shares the login.
    pub(crate) fn read_write(&self) -> Result<Session> {
        Ok(self.module.open_rw_session(self.slot)?)
    }

    /// Signs with an admitted key. The caller verifies.
    pub(crate) fn sign(&mut self, held: &Admitted, message: &[u8]) -> Result<Signature> {
        let private = match self.handles.get(held.id()) {
            Some(private) => *private,
            None => {
                let private = keys::private_by_id(&self.session, &held.info.label, held.id())?;
                self.handles.insert(held.id().into(), private);
                private
            }
        };
        keys::sign(&self.session, private, &held.point, message)
    }
}

fn find(module: &Pkcs11, label: &str) -> Result<Slot> {
    let mut available = Vec::new();
    let mut found = Vec::new();
    for slot in module.get_slots_with_initialized_token()? {
        let info = module.get_token_info(slot)?;
        if info.label() == label {
            found.push(slot);
        }
        available.push(info.label().into());
    }
    match *found {
        [] => Err(Error::NoSuchToken { label: label.into(), available }),
        [slot] => Ok(slot),
        _ => Err(Error::SeveralTokens { label: label.into() }),
    }
}
