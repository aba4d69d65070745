//! What to do about an error.

use super::Error;

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
            Self::BadPoint => "generate a fresh key with `greatseal key generate`",
            Self::BadSignature => "stop using this token and have it examined; the signature was not released",
            Self::WrongKey { .. } => "open the signer of the key that was shown, or confirm again for this one",
            Self::Timeout => "check the token; it may still have carried out the call",
            Self::Busy => "send the request again later; nothing was signed",
            Self::Gone => "open the token again",
            Self::NoRandomness => "repair the system's random number generator first",
            Self::WrongPurpose { .. } => "choose a key of that purpose: see `greatseal key list`",
            Self::NoPayload => "a council's command is signed by its seat's key, never by a payer",
            Self::NoP256 => "leave --algorithm out: accounts and sealed files have Ed25519 keys",
            Self::NoAct(_) => {
                "nothing was signed; act by an envelope, without --direct, and ask who made the node's metadata"
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
}
