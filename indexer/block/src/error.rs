//! Why bytes are not what they are said to be.

/// Bytes that do not have their form. All variants are one decision: do not believe whoever gave them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The bytes end inside a value.
    #[error("the bytes end too early")]
    Short,
    /// Bytes follow the value.
    #[error("{0} bytes follow the value")]
    Left(usize),
    /// Longer than the limit, in bytes.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// A value that its type does not have, or that is not written in its one form.
    #[error("{0}")]
    Form(&'static str),
    /// Values within values, deeper than the limit.
    #[error("values are nested too deeply")]
    TooDeep,
    /// More values than so many bytes should hold, or more nodes of a proof than are read.
    #[error("there are more values than are read")]
    TooMany,
    /// The metadata names a type that it does not describe.
    #[error("type {0} is not in the metadata")]
    NoType(u32),
}
