//! What can go wrong, one variant a decision.

use crate::Purpose;
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
    /// The source of a PIN or passphrase cannot be read, or holds none.
    #[error("no PIN or passphrase can be read from {from}: {reason}")]
    SecretUnreadable {
        /// The file or the descriptor.
        from: String,
        /// Why.
        reason: String,
    },
    /// Others than the owner may read the PIN or passphrase.
    #[error("{} is open to others (mode {mode:04o})", path.display())]
    SecretFileTooOpen {
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
    #[error("there is no {half} labelled {label:?}")]
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
    #[error("there already is a key labelled {label:?} or with its id")]
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
    #[error("the public key is no sound Ed25519 point")]
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
    /// The key is for something else.
    #[error("the key {label:?} is a {purpose}'s: it cannot be used as a {wanted}'s")]
    WrongPurpose {
        /// The label.
        label: String,
        /// What it is for.
        purpose: Purpose,
        /// What it was wanted for.
        wanted: Purpose,
    },
    /// What a payer is asked to sign is no transaction.
    #[error("a payer signs payloads of transactions, 1 to 256 bytes, and no message of the protocol")]
    NoPayload,
    /// A folder or file of sealed keys cannot be read.
    #[error("{} cannot be read as sealed keys: {reason}", path.display())]
    SealedUnreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A sealed key cannot be written; nothing is left of it.
    #[error("{} cannot be written: {reason}", path.display())]
    SealedUnwritable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Others than the owner may read the sealed key.
    #[error("{} is open to others (mode {mode:04o})", path.display())]
    SealedTooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not exactly a sealed key.
    #[error("{} is no sealed key: {reason}", path.display())]
    NotSealed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file does not open: which of the two it is cannot be told.
    #[error("{} does not open: the passphrase is wrong, or the file was altered", path.display())]
    NotUnsealed {
        /// The file.
        path: PathBuf,
    },
    /// The file was put in another's place.
    #[error("{} holds the key {label:?}", path.display())]
    SealedAsAnother {
        /// The file.
        path: PathBuf,
        /// The label inside.
        label: String,
    },
    /// A label that cannot name a sealed file.
    #[error("a sealed key's label has 1 to 64 of A-Z, a-z, 0-9, - and _")]
    BadFileName,
    /// A passphrase that could be guessed.
    #[error("the passphrase is shorter than 12 bytes")]
    PassphraseTooShort,
    /// There is no memory for the key derivation.
    #[error("there are no {mebibytes} MiB of memory to open the key with")]
    NoMemory {
        /// How much is needed.
        mebibytes: u32,
    },
    /// Neither a home folder nor a state folder is known.
    #[error("there is no place for the signing journal")]
    NoPlaceForJournal,
    /// There is no journal, and no key is used without one.
    #[error("there is no signing journal at {}", path.display())]
    JournalMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A journal is there.
    #[error("{} is there already", path.display())]
    JournalExists {
        /// The file.
        path: PathBuf,
    },
    /// The journal cannot be read.
    #[error("the signing journal {} cannot be read: {reason}", path.display())]
    JournalUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Others may write the journal.
    #[error("the signing journal {} can be written by others (mode {mode:04o})", path.display())]
    JournalTooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// An entry is not durable: the key was not used, or its signature not released.
    #[error("the signing journal {} cannot be written: {reason}", path.display())]
    JournalUnwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Another process has held the journal for too long.
    #[error("the signing journal {} is held by another process", path.display())]
    JournalBusy {
        /// The file.
        path: PathBuf,
    },
    /// The journal is not as it was written.
    #[error("the signing journal {} does not hold: line {}: {reason}", path.display(), line.saturating_add(1))]
    JournalBroken {
        /// The file.
        path: PathBuf,
        /// Number of the line; the first is 0.
        line: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// This key has decided otherwise on the proposal.
    #[error("this key has signed `{before}` for proposal {proposal}: it does not sign `{now}`")]
    OtherDecision {
        /// The proposal.
        proposal: String,
        /// What was signed.
        before: String,
        /// What is wanted.
        now: String,
    },
    /// This key has decided on another proposal of the same id.
    #[error("this key has decided on another proposal {proposal} of this contract: the digests differ")]
    OtherProposal {
        /// The id.
        proposal: String,
    },
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
            Self::SecretUnreadable { .. } => "put it, and nothing else, into a file of your own with mode 0600",
            Self::SecretFileTooOpen { .. } | Self::SealedTooOpen { .. } => "take the file away from others: chmod 600",
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
            Self::BadPoint => "generate a fresh Ed25519 key",
            Self::BadSignature => "stop using this token and have it examined; the signature was not released",
            Self::WrongKey { .. } => "open the signer of the key that was shown, or confirm again for this one",
            Self::Timeout => "check the token; it may still have carried out the call",
            Self::Busy => "send the request again later; nothing was signed",
            Self::Gone => "open the token again",
            Self::NoRandomness => "repair the system's random number generator first",
            Self::WrongPurpose { .. } => "choose a key of that purpose: see `greatseal key list`",
            Self::NoPayload => "a council's command is signed by its seat's key, never by a payer",
            Self::SealedUnreadable { .. } => "give the folder that `greatseal key generate --sealed FOLDER` made",
            Self::SealedUnwritable { .. } => "give a folder of your own on a file system with room and hard links",
            Self::NotSealed { .. } => "take the file from your backup; what is no sealed key is never opened",
            Self::NotUnsealed { .. } => "check the passphrase first, then compare the file with your backup",
            Self::SealedAsAnother { .. } => "give every file the name of its own key again",
            Self::BadFileName => "choose a short name such as sovereign-2026",
            Self::PassphraseTooShort => {
                "take at least 12 bytes, better six random words: it is all that protects the file"
            }
            Self::NoMemory { .. } => "end other programs, or open the key on a larger machine",
            Self::NoPlaceForJournal => "set HOME or XDG_STATE_HOME, or name a file with --journal FILE",
            Self::JournalMissing { .. } => {
                "bring the journal back, or name it with --journal FILE; if it is lost, or the key was made elsewhere, see what the key has decided on chain and start a new one with `greatseal key journal --start`"
            }
            Self::JournalExists { .. } => "a journal is never replaced: name another file with --journal FILE",
            Self::JournalUnreadable { .. } => {
                "nothing was signed; make the journal readable, or name it with --journal FILE"
            }
            Self::JournalTooOpen { .. } => "take the journal away from others: chmod 600",
            Self::JournalUnwritable { .. } => "nothing was released; make room on the disk, then sign again",
            Self::JournalBusy { .. } => "see which process uses the same keys, then sign again; nothing was released",
            Self::JournalBroken { .. } => {
                "nothing was signed; keep the file as evidence, compare it with your backup, and see what the key has decided on chain before you start another with `greatseal key journal --start --journal FILE`"
            }
            Self::OtherDecision { .. } => {
                "a key speaks once for a proposal; to take an approval back, use `greatseal governance reject --withdraw-approval`"
            }
            Self::OtherProposal { .. } => {
                "the chain does not show what it showed before: compare it with other nodes before you sign anything"
            }
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
