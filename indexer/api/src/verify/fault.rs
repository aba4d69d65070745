//! What is wrong with a history.

use greatseal_protocol::{bytes::DeploymentId, evolve::Unfit, refusal::Refusal};

/// A history that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no event. A history has one at least: its deployment.
    #[error("there are no events: a history begins with its deployment")]
    Empty,
    /// It is the history of something else than the deployment file names.
    #[error("the history is of the deployment {found}, the deployment file names {expected}")]
    OtherDeployment {
        /// The history's.
        found: DeploymentId,
        /// The deployment file's.
        expected: DeploymentId,
    },
    /// The first event that does not hold.
    #[error("event {seq}: {cause}")]
    Event {
        /// Its number.
        seq: u64,
        /// What is wrong with it.
        cause: Cause,
    },
}

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// A field does not hold what it should.
    #[error("`{field}` is not {what}")]
    Unreadable {
        /// The field.
        field: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// The row shows something as a fact that its record, its place or its link do not say.
    #[error("what is shown as `{field}` differs from the record")]
    Shown {
        /// The first field that differs, such as `event.fields.seat`.
        field: String,
    },
    /// The row does not link to the one before it.
    #[error("the hash link is broken")]
    Link,
    /// One is missing, or comes twice.
    #[error("the record is number {found}: one is missing, or comes twice")]
    OutOfSequence {
        /// The record's number.
        found: u64,
    },
    /// The first event deploys nothing.
    #[error("the history begins with {kind}, not with its deployment")]
    NotTheBeginning {
        /// Kind of the first event.
        kind: &'static str,
    },
    /// The deployment's event has another contract, chain or block than the deployment file.
    #[error("contract, chain or block are not those of the deployment file")]
    ElsewhereDeployed,
    /// Two blocks of one height.
    #[error("names another block of the same height")]
    OtherBlock,
    /// It does not stand behind the one before it.
    #[error("is not after the one before it")]
    NotAfter,
    /// Time runs backwards, or differs within a block.
    #[error("has the time {found}, and the one before it {before}")]
    TimeFalls {
        /// The time before, in seconds.
        before: u64,
        /// The record's.
        found: u64,
    },
    /// The deployment breaks a rule for deployments.
    #[error("no contract takes this genesis")]
    BrokenGenesis,
    /// Nothing that a key can order begins with it.
    #[error("no command begins with {kind}")]
    Uncaused {
        /// Kind of the event.
        kind: &'static str,
    },
    /// An event came by another door than it can.
    #[error("it cannot have come in so: door or key are not those of such an event")]
    Door,
    /// The contract has ended, and its successor has not begun.
    #[error("the contract was retired")]
    OutOfForce,
    /// A refusal that leaves no record, or of a key that never had a seat.
    #[error("such a refusal is never on record: {refusal}")]
    NeverRecorded {
        /// The refusal.
        refusal: Refusal,
    },
    /// The action of an execution was never opened here.
    #[error("nobody has opened what it executes")]
    NeverOpened,
    /// The rules refuse the command that would have caused it.
    #[error("the rules refuse it: {refusal}")]
    Refused {
        /// The rule.
        refusal: Refusal,
    },
    /// The rules give another event.
    #[error("the rules give {} {expected} here", if *same { "another" } else { "the event" })]
    Differs {
        /// Kind of the event that they give.
        expected: &'static str,
        /// Whether it is of this kind too.
        same: bool,
    },
    /// The command before has more events.
    #[error("the command before it is not complete: {expected} is missing")]
    Interrupted {
        /// Kind of its next event.
        expected: &'static str,
    },
    /// The record does not fit the state.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}
