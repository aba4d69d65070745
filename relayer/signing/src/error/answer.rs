//! What the answers of a PKCS#11 module mean to whoever operates the token: each in one row (PKCS#11 v3.1, 5.1).

use cryptoki::error::{Error as Pkcs11Error, RvError};
use std::fmt;

/// One answer that operators meet.
struct Row {
    code: RvError,
    name: &'static str,
    words: &'static str,
    help: &'static str,
}

/// Answers at login and afterwards.
const ROWS: [Row; 21] = [
    row(
        RvError::PinIncorrect,
        "CKR_PIN_INCORRECT",
        "the token refused the PIN",
        "correct the PIN before you start again: tokens lock after a few wrong ones",
    ),
    row(
        RvError::PinInvalid,
        "CKR_PIN_INVALID",
        "the PIN has characters that the token does not take",
        "see which characters the token's maker allows before you start again: the try may have counted",
    ),
    row(
        RvError::PinLenRange,
        "CKR_PIN_LEN_RANGE",
        "the PIN is shorter or longer than the token takes",
        "give the whole PIN and nothing else before you start again: the try may have counted",
    ),
    row(
        RvError::PinExpired,
        "CKR_PIN_EXPIRED",
        "the user PIN has expired",
        "set a new user PIN with the token's own tool, then put it into the file and start again",
    ),
    row(
        RvError::PinLocked,
        "CKR_PIN_LOCKED",
        "the user PIN is locked",
        "let the security officer unlock the user PIN, then start again",
    ),
    row(
        RvError::UserPinNotInitialized,
        "CKR_USER_PIN_NOT_INITIALIZED",
        "the token has no user PIN yet",
        "no try was counted; let the security officer set a user PIN: pkcs11-tool --module MODULE --token-label LABEL --login --login-type so --init-pin",
    ),
    row(
        RvError::UserAnotherAlreadyLoggedIn,
        "CKR_USER_ANOTHER_ALREADY_LOGGED_IN",
        "another user is logged in to the token",
        "let the security officer log out: a token serves one kind of user at a time",
    ),
    row(
        RvError::UserTooManyTypes,
        "CKR_USER_TOO_MANY_TYPES",
        "too many kinds of users are logged in to the token",
        "let the others log out: a token serves few kinds of users at a time",
    ),
    row(
        RvError::UserTypeInvalid,
        "CKR_USER_TYPE_INVALID",
        "the token knows no ordinary user",
        "see that the module is the one that the token's maker names for signing",
    ),
    row(
        RvError::UserNotLoggedIn,
        "CKR_USER_NOT_LOGGED_IN",
        "the token has ended the login",
        "send the request again: the next call logs in anew",
    ),
    row(
        RvError::TokenNotPresent,
        "CKR_TOKEN_NOT_PRESENT",
        "there is no token in the slot",
        "plug the token in, or bring its service back, then send the request again",
    ),
    row(
        RvError::TokenNotRecognized,
        "CKR_TOKEN_NOT_RECOGNIZED",
        "the module does not know this token",
        "see that the module is the one of the token's maker",
    ),
    row(
        RvError::DeviceRemoved,
        "CKR_DEVICE_REMOVED",
        "the token was taken away while it worked",
        "plug the token in, or bring its service back, then send the request again",
    ),
    row(
        RvError::DeviceError,
        "CKR_DEVICE_ERROR",
        "the token reports a fault of its own",
        "check the token with its own tools; if the fault stays, use your other key and have the token examined",
    ),
    row(
        RvError::DeviceMemory,
        "CKR_DEVICE_MEMORY",
        "the token has no room",
        "remove keys that nobody needs any more from the token",
    ),
    row(
        RvError::SessionCount,
        "CKR_SESSION_COUNT",
        "the token has no session left",
        "end other programs that use the token, or raise its limit of sessions, then send the request again",
    ),
    row(
        RvError::SessionClosed,
        "CKR_SESSION_CLOSED",
        "the token has closed the session",
        "send the request again: the next call opens another session",
    ),
    row(
        RvError::SessionHandleInvalid,
        "CKR_SESSION_HANDLE_INVALID",
        "the token does not know the session any more",
        "send the request again: the next call opens another session",
    ),
    row(
        RvError::MechanismInvalid,
        "CKR_MECHANISM_INVALID",
        "the token cannot make keys or signatures of this algorithm",
        "see what it can: pkcs11-tool --module MODULE --list-mechanisms; Ed25519 takes EDDSA, and `--algorithm p256` takes ECDSA",
    ),
    row(
        RvError::TokenWriteProtected,
        "CKR_TOKEN_WRITE_PROTECTED",
        "the token is write-protected",
        "its keys can be used; to make a new one, take the write protection off",
    ),
    row(
        RvError::FunctionNotSupported,
        "CKR_FUNCTION_NOT_SUPPORTED",
        "the module lacks a function that is needed",
        "see that the module is the one of the token's maker, in a version that can sign",
    ),
];

const fn row(code: RvError, name: &'static str, words: &'static str, help: &'static str) -> Row {
    Row { code, name, words, help }
}

/// An answer in words with its name, for a person.
pub(super) struct Answer<'a>(pub(super) &'a Pkcs11Error);

impl fmt::Display for Answer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Pkcs11Error::Pkcs11(code, _) => match find(*code) {
                Some(row) => write!(out, "{} ({})", row.words, row.name),
                None => self.0.fmt(out),
            },
            other => other.fmt(out),
        }
    }
}

impl Answer<'_> {
    /// What to do about it, where it is in the table.
    pub(super) fn help(&self) -> Option<&'static str> {
        let Pkcs11Error::Pkcs11(code, _) = self.0 else { return None };
        find(*code).map(|row| row.help)
    }
}

/// An answer that is always the same, in words with its name.
pub(super) fn words(code: RvError) -> String {
    find(code).map_or_else(|| code.to_string(), |row| format!("{} ({})", row.words, row.name))
}

/// What to do about an answer of the table.
pub(super) fn help(code: RvError) -> &'static str {
    find(code).map_or("check the token with its own tools", |row| row.help)
}

fn find(code: RvError) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == code)
}

#[cfg(test)]
mod tests {
    use super::ROWS;
    use crate::Error;
    use cryptoki::{
        context::Function,
        error::{Error as Pkcs11Error, RvError},
    };
    use std::collections::BTreeSet;

    #[test]
    fn rule_21_every_answer_is_told_once_in_words_with_its_name_and_help() {
        let mut names = BTreeSet::new();
        for row in &ROWS {
            assert!(names.insert(row.name), "{} stands twice", row.name);
            let debug = format!("{:?}", row.code).to_uppercase();
            assert_eq!(row.name.replace("CKR_", "").replace('_', ""), debug);
            for error in [
                Error::from(Pkcs11Error::Pkcs11(row.code, Function::Sign)),
                Error::login(Pkcs11Error::Pkcs11(row.code, Function::Login)),
            ] {
                let (words, help) = (error.to_string(), error.help());
                assert!(words.contains(row.words) && words.contains(row.name), "{words}");
                assert_eq!(help, row.help, "{words}");
                assert!(!words.contains("Function::"), "{words}");
            }
        }
    }

    #[test]
    fn what_judges_the_pin_is_never_taken_for_a_passing_fault() {
        for code in [
            RvError::PinIncorrect,
            RvError::PinInvalid,
            RvError::PinLenRange,
            RvError::PinExpired,
            RvError::PinLocked,
            RvError::UserPinNotInitialized,
            RvError::DeviceRemoved,
            RvError::GeneralError,
        ] {
            let error = Error::login(Pkcs11Error::Pkcs11(code, Function::Login));
            assert!(!error.may_pass() && !matches!(error, Error::Device(_)), "{error}");
        }
    }
}
