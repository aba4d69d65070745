//! What to do about an error.

use super::{
    Error,
    answer::{self, Answer},
};
use cryptoki::error::RvError;

/// What to do when a token failed while it was given the PIN.
const AFTER_LOGIN: &str = "see that the token answers its own tools, then start again; the PIN was not tried twice";

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
            Self::SecretUnclean { .. } => {
                "leave the PIN or passphrase alone in the file; one line feed may stand at its end"
            }
            Self::NoTerminal(_) => {
                "give a file or a descriptor: --pin-file FILE, --pin-fd NUMBER, --passphrase-file FILE or --passphrase-fd NUMBER"
            }
            Self::PinRefused => answer::help(RvError::PinIncorrect),
            Self::PinLocked => answer::help(RvError::PinLocked),
            Self::PinExpired => answer::help(RvError::PinExpired),
            Self::PinLength => answer::help(RvError::PinLenRange),
            Self::PinCharacters => answer::help(RvError::PinInvalid),
            Self::PinNotSet => answer::help(RvError::UserPinNotInitialized),
            Self::Login(error) => Answer(error).help().unwrap_or(AFTER_LOGIN),
            Self::PinUnjudged => AFTER_LOGIN,
            Self::BadLabel => "choose a short name such as sovereign-2026",
            Self::NoSuchKey { .. } => "list the keys, or generate one under this label",
            Self::SeveralKeys { .. } => "remove or relabel the duplicates: one label and one id name one key",
            Self::KeyExists { .. } => "choose another label; an existing key is never replaced",
            Self::AttributeMismatch { .. } => {
                "generate the key with `greatseal key generate`; imported or readable keys are refused"
            }
            Self::BadPoint => "generate a fresh key with `greatseal key generate`",
            Self::BadSignature => "stop using this token and have it examined; the signature was not released",
            Self::WrongKey { .. } => "open the signer of the key that was shown, or confirm again for this one",
            Self::Timeout => "check the token; it may still have carried out the call",
            Self::Stuck { .. } => {
                "bring the token back, end this process and start it again: a call that hangs cannot be taken back"
            }
            Self::Busy => "send the request again later; nothing was signed",
            Self::Gone => "open the token again",
            Self::NoRandomness => "repair the system's random number generator first",
            Self::WrongPurpose { .. } => "choose a key of that purpose: see `greatseal key list`",
            Self::NoCompanions => {
                "make the companion in a sealed file: --sealed FOLDER; the seat's own key may stay in its token"
            }
            Self::OtherEnvelope => "sign the command again, with both keys",
            Self::NoP256 => "leave --algorithm out: accounts and sealed files have Ed25519 keys",
            Self::NoAct(_) => {
                "nothing was signed; ask who made the node's metadata, and try another node; a seat can act by an envelope, without --direct"
            }
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
            Self::JournalOld { .. } => {
                "nothing was signed; give the file another name, then take its lines over with `greatseal key journal --start --continue FILE`, and keep it"
            }
            Self::JournalBroken { .. } => {
                "nothing was signed; keep the file as evidence, compare it with your backup, and see what the key has decided on chain before you start another with `greatseal key journal --start --journal FILE`"
            }
            Self::OtherDecision { .. } => {
                "a key speaks once for a proposal; to take an approval back, use `greatseal governance reject --withdraw-approval`"
            }
            Self::OtherProposal { .. } => {
                "the chain does not show what it showed before: compare it with other nodes before you sign anything"
            }
            Self::BadVkey(_) => "choose a name without spaces and without +, such as audit.example.org/witness",
            Self::NoGrowth(_) => {
                "nothing was signed; a log signs no history that contradicts what it signed before: find out which copy is the right one"
            }
            Self::HeadsUnreadable { .. } => {
                "nothing was signed; bring the file back from a backup, never an older one: it says what the key has signed"
            }
            Self::HeadsUnwritable { .. } => {
                "nothing was signed; make room on the disk, and let this account write there"
            }
            Self::HeadsBusy { .. } => "end the other process, or name another file: one process signs for a log",
            Self::HeadMoved { .. } => "nothing was signed; end whatever else signs with this key, then start again",
            Self::Device(error) => Answer(error)
                .help()
                .unwrap_or("send the request again; if it fails once more, check the token with its own tools"),
        }
    }
}
