//! What can go wrong, one variant a decision.

mod answer;
mod help;

use crate::{NoGrowth, Purpose};
use answer::Answer;
use cryptoki::error::{Error as Pkcs11Error, RvError};
use greatseal_protocol::key::Key;
use greatseal_trail::note::KeyError;
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
    #[error("no token is labelled `{label}`; there are: {}", quoted(available))]
    NoSuchToken {
        /// The label.
        label: String,
        /// Labels of the tokens that are there.
        available: Vec<String>,
    },
    /// The label does not name one token.
    #[error("several tokens are labelled `{label}`")]
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
    /// A PIN or passphrase file holds what nobody types: it would be sent as a part of the secret.
    #[error("the PIN or passphrase in {from} holds {what}, at byte {at}: it was not used")]
    SecretUnclean {
        /// The file or the descriptor.
        from: String,
        /// What nobody types.
        what: String,
        /// Where it begins; the first byte is 1.
        at: usize,
    },
    /// There is no terminal to ask at.
    #[error("there is no terminal to ask for the PIN or passphrase at: {0}")]
    NoTerminal(std::io::Error),
    /// The token refused the PIN. It is not tried again by this process.
    #[error("{}", answer::words(RvError::PinIncorrect))]
    PinRefused,
    /// The token accepts no PIN of this user any more.
    #[error("{}", answer::words(RvError::PinLocked))]
    PinLocked,
    /// The user PIN is too old.
    #[error("{}", answer::words(RvError::PinExpired))]
    PinExpired,
    /// The PIN is shorter or longer than the token takes.
    #[error("{}", answer::words(RvError::PinLenRange))]
    PinLength,
    /// The PIN has characters that the token does not take.
    #[error("{}", answer::words(RvError::PinInvalid))]
    PinCharacters,
    /// The token has no user PIN.
    #[error("{}", answer::words(RvError::UserPinNotInitialized))]
    PinNotSet,
    /// The token failed at login without judging the PIN; whether it counted the attempt is unknown.
    #[error("the token failed at login: {}", Answer(.0))]
    Login(Pkcs11Error),
    /// The token failed at an earlier login; a second try could cost one of the PIN's.
    #[error("the token failed at its first login: this process does not send the PIN again")]
    PinUnjudged,
    /// A label that cannot name a key.
    #[error("a key's label has 1 to 64 printable characters")]
    BadLabel,
    /// No complete key pair bears the label.
    #[error("there is no {half} labelled `{label}`")]
    NoSuchKey {
        /// The label.
        label: String,
        /// Private or public key.
        half: &'static str,
    },
    /// The label or its id does not name one key.
    #[error("{count} {half}s share the label `{label}` or its id")]
    SeveralKeys {
        /// The label.
        label: String,
        /// Private or public key.
        half: &'static str,
        /// How many.
        count: usize,
    },
    /// The label or the id is taken.
    #[error("there already is a key labelled `{label}` or with its id")]
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
    /// The public key is no key that may sit in a seat.
    #[error("the public key is no sound point of Ed25519 or P-256")]
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
    /// A call into the module has not come back, and cannot be taken back; nothing more was asked of the token.
    #[error("the token is stuck: a call into its module has not come back for {seconds} s")]
    Stuck {
        /// For how long.
        seconds: u64,
    },
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
    #[error("the key `{label}` is a {purpose}'s: it cannot be used as a {wanted}'s")]
    WrongPurpose {
        /// The label.
        label: String,
        /// What it is for.
        purpose: Purpose,
        /// What it was wanted for.
        wanted: Purpose,
    },
    /// Tokens hold no companions.
    #[error("a token holds no post-quantum companion")]
    NoCompanions,
    /// What a companion is asked to sign beside is not what was agreed to, or does not verify.
    #[error("the envelope is not the one that was agreed to, or does not verify")]
    OtherEnvelope,
    /// P-256 is for seats' keys in tokens.
    #[error("a P-256 key is made in a token, and for a seat")]
    NoP256,
    /// What a key is asked to sign is no transaction that it signs.
    #[error("the key signs no such transaction: {0}")]
    NoAct(&'static str),
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
    #[error("{} holds the key `{label}`", path.display())]
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
    /// The journal is of version 2.
    #[error("the signing journal {} is of version 2", path.display())]
    JournalOld {
        /// The file.
        path: PathBuf,
    },
    /// The journal is not as it was written.
    #[error(
        "the signing journal {} does not hold: line {}, at byte {}: {reason}",
        path.display(), line.saturating_add(1), byte.saturating_add(1)
    )]
    JournalBroken {
        /// The file.
        path: PathBuf,
        /// Number of the line; the first is 0.
        line: u64,
        /// Where the damage, or the line that has it, begins; the first byte is 0.
        byte: u64,
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
    /// A note cannot name the key, or anybody could sign for it.
    #[error("the key cannot stand in a note: {0}")]
    BadVkey(#[from] KeyError),
    /// A checkpoint does not follow from the last one.
    #[error("the checkpoint is not signed: {0}")]
    NoGrowth(#[from] NoGrowth),
    /// The file of last heads cannot be read, or not as one.
    #[error("the file of heads {} cannot be read: {reason}", path.display())]
    HeadsUnreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A head is not durable: nothing was signed.
    #[error("the file of heads {} cannot be written: {reason}", path.display())]
    HeadsUnwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Another process has the file of heads.
    #[error("the file of heads {} is in use by another process", path.display())]
    HeadsBusy {
        /// The file.
        path: PathBuf,
    },
    /// What was judged by is not the last head any more: nothing was signed.
    #[error("the last head of {origin} is not the one that the checkpoint was judged by")]
    HeadMoved {
        /// The log.
        origin: String,
    },
    /// Everything else that the token or its module answers. The session is replaced at the next call.
    #[error("the token failed: {}", Answer(.0))]
    Device(#[from] Pkcs11Error),
}

fn quoted(labels: &[String]) -> String {
    match labels {
        [] => "none".into(),
        labels => labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", "),
    }
}

impl Error {
    /// Whether another attempt at start may help: parallel starts collide inside modules. Never true once a PIN
    /// was sent.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Device(_) | Self::NoSuchToken { .. })
    }

    /// Whether the session can no longer be trusted. Keys are missing where there is none, and where their token was taken
    /// away: SoftHSM keeps such a session, without any object, also when the token is back.
    pub(crate) fn spoils_session(&self) -> bool {
        matches!(self, Self::Device(_) | Self::BadSignature | Self::NoSuchKey { .. })
    }

    /// What an answer of `C_Login` means (PKCS#11 v3.1, 5.6.8).
    pub(crate) fn login(error: Pkcs11Error) -> Self {
        match error {
            Pkcs11Error::Pkcs11(RvError::PinIncorrect, _) => Self::PinRefused,
            Pkcs11Error::Pkcs11(RvError::PinLocked, _) => Self::PinLocked,
            Pkcs11Error::Pkcs11(RvError::PinExpired, _) => Self::PinExpired,
            Pkcs11Error::Pkcs11(RvError::PinLenRange, _) => Self::PinLength,
            Pkcs11Error::Pkcs11(RvError::PinInvalid, _) => Self::PinCharacters,
            Pkcs11Error::Pkcs11(RvError::UserPinNotInitialized, _) => Self::PinNotSet,
            error => Self::Login(error),
        }
    }
}
