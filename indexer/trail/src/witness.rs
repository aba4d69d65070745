//! The rules of a witness: it cosigns a log that only grows. <https://c2sp.org/tlog-witness>, `add-checkpoint`.
//!
//! ```text
//! POST <prefix>/add-checkpoint
//!
//! old SIZE
//! base64 of a hash, for each of the consistency proof
//! (an empty line)
//! the checkpoint, a signed note
//! ```
//!
//! [`judge`] says what to answer. A witness must write down the [`Kept`] of [`Judgement::Cosign`], durably and only over the one that was judged
//! by, before its [`cosignature`](crate::cosignature) leaves.

mod judge;
mod request;

pub use judge::{Evidence, Judgement, Kept, Reason, judge};
pub use request::{AddCheckpoint, LONGEST_BODY, MOST_HASHES, Malformed};

/// Content type of the answer to a conflict.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// Statuses of HTTP that a witness answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 200: the body is lines of cosignatures.
    Success,
    /// 400: the body is no request, or the old size exceeds the checkpoint's.
    BadRequest,
    /// 403: no signature of a trusted key for the origin, or a wrong one.
    Forbidden,
    /// 404: the origin is unknown.
    NotFound,
    /// 409: the old size is not that of the latest cosigned checkpoint; the body says that one.
    Conflict,
    /// 422: the proof does not verify, or roots contradict.
    UnprocessableEntity,
}

impl Status {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Success => 200,
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::UnprocessableEntity => 422,
        }
    }
}
