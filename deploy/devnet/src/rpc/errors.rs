//! Errors with the codes and words of the official node, which clients compare.

use jsonrpsee::types::{ErrorObjectOwned, error::INVALID_PARAMS_CODE};
use sp_core::H256;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError, UnknownTransaction};

use crate::{execute::Trap, node::Rejection, pool::Refusal};

/// What a method answers.
pub(super) type Answer<T> = Result<T, ErrorObjectOwned>;

const BAD_FORMAT: i32 = 1001;
const VERIFICATION: i32 = 1002;
const POOL_INVALID: i32 = 1010;
const POOL_UNKNOWN: i32 = 1011;
const POOL_ALREADY_IMPORTED: i32 = 1013;
const POOL_LOW_PRIORITY: i32 = 1014;
const POOL_FULL: i32 = 1016;
const CLIENT: i32 = 4003;
const TOO_MANY: i32 = 4002;
const DEVNET: i32 = 9001;

/// The block is not known.
pub(super) fn unknown_block(hash: H256) -> ErrorObjectOwned {
    client(&format!("UnknownBlock: Header was not found in the database: {hash:?}"))
}

/// The state of that block is no longer kept.
pub(super) fn discarded_state(hash: H256) -> ErrorObjectOwned {
    client(&format!("UnknownBlock: State already discarded for {hash:?}"))
}

/// The state of a block could not be read, or the runtime trapped.
pub(super) fn client(message: &str) -> ErrorObjectOwned {
    plain(CLIENT, format!("Client error: {message}"))
}

/// The runtime gave no answer.
pub(super) fn execution(trap: &Trap) -> ErrorObjectOwned {
    client(&format!("Execution failed: {trap}"))
}

/// More was asked for than one answer may hold.
pub(super) fn too_many(value: u32, max: u32) -> ErrorObjectOwned {
    plain(TOO_MANY, format!("count exceeds maximum value. value: {value}, max: {max}"))
}

/// A parameter has the wrong form.
pub(super) fn invalid_parameter(message: impl Into<String>) -> ErrorObjectOwned {
    plain(INVALID_PARAMS_CODE, message.into())
}

/// The bytes are no extrinsic.
pub(super) fn bad_format(error: &parity_scale_codec::Error) -> ErrorObjectOwned {
    plain(BAD_FORMAT, format!("Extrinsic has invalid format: {error}"))
}

/// No block could be made.
pub(super) fn authoring(error: impl std::fmt::Display) -> ErrorObjectOwned {
    plain(DEVNET, format!("No block could be made: {error}"))
}

/// A transaction was not taken.
pub(super) fn rejection(rejection: &Rejection) -> ErrorObjectOwned {
    match rejection {
        Rejection::Trap(trap) => ErrorObjectOwned::owned(
            VERIFICATION,
            format!("Verification Error: Runtime error: Execution failed: {trap}"),
            Some(format!("RuntimeApi(\"Execution failed: {trap}\")")),
        ),
        Rejection::Validity(TransactionValidityError::Invalid(invalid)) => {
            ErrorObjectOwned::owned(POOL_INVALID, "Invalid Transaction", Some(why_invalid(*invalid)))
        }
        Rejection::Validity(TransactionValidityError::Unknown(unknown)) => {
            ErrorObjectOwned::owned(POOL_UNKNOWN, "Unknown Transaction Validity", Some(why_unknown(*unknown)))
        }
        Rejection::Pool(refusal) => pool(*refusal),
    }
}

fn pool(refusal: Refusal) -> ErrorObjectOwned {
    match refusal {
        Refusal::AlreadyImported(hash) => {
            ErrorObjectOwned::owned(POOL_ALREADY_IMPORTED, refusal.to_string(), Some(format!("[{hash:?}]")))
        }
        Refusal::TooLowPriority { .. } => ErrorObjectOwned::owned(
            POOL_LOW_PRIORITY,
            refusal.to_string(),
            Some(
                "The transaction has too low priority to replace another transaction already in \
                 the pool.",
            ),
        ),
        Refusal::Full => ErrorObjectOwned::owned(
            POOL_FULL,
            refusal.to_string(),
            Some("The transaction couldn't enter the pool because of the limit."),
        ),
    }
}

fn why_invalid(invalid: InvalidTransaction) -> String {
    match invalid {
        InvalidTransaction::Custom(code) => format!("Custom error: {code}"),
        other => <&'static str>::from(other).to_owned(),
    }
}

fn why_unknown(unknown: UnknownTransaction) -> String {
    match unknown {
        UnknownTransaction::Custom(code) => format!("Custom error: {code}"),
        other => <&'static str>::from(other).to_owned(),
    }
}

fn plain(code: i32, message: String) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, message, None::<()>)
}
