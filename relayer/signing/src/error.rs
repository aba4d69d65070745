//! What can go wrong, one variant a decision.

use cryptoki::error::{Error as Pkcs11Error, RvError};
use greatseal_protocol::key::Key;
use std::path::PathBuf;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a token or a key cannot be used. No variant carries a PIN.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such file.
    #[error("there is no PKCS#11 module at {}", path.display())]
    ModuleNotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is no PKCS#11 module, or not for this machine.
    #[error("{} cannot be used as a PKCS#11 module: {reason}", path.display())]
    ModuleUnusable {
        /// The file.
        path: PathBuf,
        /// What the loader says.
        reason: String,
    },
    /// No token bears the label.
    #[error("no token is labelled {label:?}; there are: {available:?}")]
    NoSuchToken {
        /// The label.
        label: String,
        /// Labels of the tokens that are there.
        available: Vec<String>,
    },
    /// The label does not name one token.
    #[error("several tokens are labelled {label:?}")]
    SeveralTokens {
        /// The label.
        label: String,
    },
    /// The source of the PIN cannot be read, or holds no PIN.
    #[error("no PIN can be read from {from}: {reason}")]
    PinUnreadable {
        /// The file or the descriptor.
        from: String,
        /// Why.
        reason: String,
    },
    /// Others than the owner may read the PIN.
    #[error("{} is open to others (mode {mode:04o})", path.display())]
    PinFileTooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The token refused the PIN. It is not tried again by this process.
    #[error("the token refused the PIN")]
    PinRefused,
    /// The token accepts no PIN of this user any more.
    #[error("the user PIN is locked")]
    PinLocked,
    /// The token failed at login without judging the PIN; whether it counted the attempt is unknown.
    #[error("the token failed at login: {0}")]
    Login(Pkcs11Error),
    /// A label that cannot name a key.
    #[error("a key's label has 1 to 64 printable characters")]
    BadLabel,
    /// No complete key pair bears the label.
    #[error("the token has no {half} labelled {label:?}")]
    NoSuchKey {
        /// The label.
        label: String,
        /// Private or public key.
        half: &'static str,
    },
    /// The label or its id does not name one key.
    #[error("{count} {half}s share the label {label:?} or its id")]
    SeveralKeys {
        /// The label.
        label: String,
        /// Private or public key.
        half: &'static str,
        /// How many.
        count: usize,
    },
    /// The label or the id is taken.
    #[error("the token already has an object labelled {label:?} or with its id")]
    KeyExists {
        /// The label.
        label: String,
    },
    /// The key is not kept as it must be.
    #[error("the key's attribute {attribute} is not as it must be")]
    AttributeMismatch {
        /// PKCS#11 name of the attribute.
        attribute: String,
    },
    /// The public key is no Ed25519 key that may sit in a seat.
    #[error("the token's public key is no sound Ed25519 point")]
    BadPoint,
    /// The signature does not verify in software; it was not released.
    #[error("the token's signature does not verify")]
    BadSignature,
    /// The request was authorised for another key.
    #[error("authorised for {authorized}, but this signer holds {held}")]
    WrongKey {
        /// The key that was shown.
        authorized: Key,
        /// The key that is here.
        held: Key,
    },
    /// The call was taken up or queued, and gave no answer in time.
    #[error("the token gave no answer in time")]
    Timeout,
    /// The queue stayed full; nothing was asked of the token.
    #[error("the token is busy")]
    Busy,
    /// The thread that owned the token has ended.
    #[error("the token's owner thread has ended")]
    Gone,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// Everything else that the token or its module answers. The session is replaced at the next call.
    #[error("the token failed: {0}")]
    Device(#[from] Pkcs11Error),
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::ModuleNotFound { .. } => {
                "give the path of the vendor's PKCS#11 library, for instance /usr/lib/softhsm/libsofthsm2.so"
            }
            Self::ModuleUnusable { .. } => "check that the library is a PKCS#11 module built for this machine",
            Self::NoSuchToken { .. } => "choose one of the labels listed, or plug the token in",
            Self::SeveralTokens { .. } => "give every token a label of its own, or unplug the others",
            Self::PinUnreadable { .. } => "put the PIN, and nothing else, into a file of your own with mode 0600",
            Self::PinFileTooOpen { .. } => "take the file away from others: chmod 600",
            Self::PinRefused => "correct the PIN before you start again: tokens lock after a few wrong ones",
            Self::PinLocked => "let the security officer unlock the user PIN",
            Self::Login(_) => "see that the token answers its own tools, then start again; the PIN was not tried twice",
            Self::BadLabel => "choose a short name such as sovereign-2026",
            Self::NoSuchKey { .. } => "list the keys, or generate one under this label",
            Self::SeveralKeys { .. } => "remove or relabel the duplicates: one label and one id name one key",
            Self::KeyExists { .. } => "choose another label; an existing key is never replaced",
            Self::AttributeMismatch { .. } => {
                "generate the key with `greatseal key generate`; imported or readable keys are refused"
            }
            Self::BadPoint => "generate a fresh Ed25519 key in the token",
            Self::BadSignature => "stop using this token and have it examined; the signature was not released",
            Self::WrongKey { .. } => "open the signer of the key that was shown, or confirm again for this one",
            Self::Timeout => "check the token; it may still have carried out the call",
            Self::Busy => "send the request again later; nothing was signed",
            Self::Gone => "open the token again",
            Self::NoRandomness => "repair the system's random number generator first",
            Self::Device(_) => "send the request again; if it fails once more, check the token with its own tools",
        }
    }

    /// Whether another attempt at start may help: parallel starts collide inside modules. Never true once a PIN
    /// was sent.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Device(_) | Self::NoSuchToken { .. })
    }

    /// Whether the session can no longer be trusted.
    pub(crate) fn spoils_session(&self) -> bool {
        matches!(self, Self::Device(_) | Self::BadSignature)
    }

    /// What an answer of `C_Login` means (PKCS#11 v3.1, 5.6.8).
    pub(crate) fn login(error: Pkcs11Error) -> Self {
        match error {
            Pkcs11Error::Pkcs11(RvError::PinLocked, _) => Self::PinLocked,
            Pkcs11Error::Pkcs11(
                RvError::PinIncorrect
                | RvError::PinInvalid
                | RvError::PinLenRange
                | RvError::PinExpired
                | RvError::UserPinNotInitialized,
                _,
            ) => Self::PinRefused,
            error => Self::Login(error),
        }
    }
}
