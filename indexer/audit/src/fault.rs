//! What is wrong with a history.

use crate::checkpoint::Unattested;
use greatseal_block::{Malformed, contracts::Unproved, metadata::MetadataError};
use greatseal_bundle::manifest::{self, NotListed};
use greatseal_content::{NotSealed, check};
use greatseal_log::leaf::NoLeaf;
use greatseal_protocol::{bytes::DeploymentId, evolve::Unfit, refusal::Refusal};
use greatseal_trail::tree::ProofError;

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
    /// What the log says of itself cannot be used.
    #[error("the log's head: {what}")]
    Head {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The first event that does not hold.
    #[error("event {seq}: {cause}")]
    Event {
        /// Its number.
        seq: u64,
        /// What is wrong with it.
        cause: Cause,
    },
    /// The first block that does not hold.
    #[error("block {number}: {reason}")]
    Block {
        /// Its height.
        number: u64,
        /// What is wrong with it.
        reason: BlockFault,
    },
    /// A file does not hold what its name says.
    #[error("the file {path} {what}")]
    File {
        /// Its path below the log's.
        path: String,
        /// What is wrong with it.
        what: FileFault,
    },
    /// The leaves are not those of the head.
    #[error("the first {size} leaves have the root {found}, and not {expected}: the history was rewritten")]
    OtherRoot {
        /// Number of leaves.
        size: u64,
        /// Root of the leaves.
        found: String,
        /// The head's.
        expected: String,
    },
    /// There are fewer leaves than somebody has seen.
    #[error("there are {size} leaves, and there were {kept}: the history was cut off")]
    CutOff {
        /// Number of leaves.
        size: u64,
        /// That of the head that somebody has.
        kept: u64,
    },
    /// Keys were given, and there is no checkpoint for them.
    #[error("there is no checkpoint: whoever has the log has not signed any, or left it out")]
    NoCheckpoint,
    /// The checkpoint lacks signatures.
    #[error(transparent)]
    Checkpoint(#[from] Unattested),
    /// What a selection says of itself cannot be used.
    #[error("the selection: {what}")]
    Selection {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A selection has no path to a head that somebody has.
    #[error("the selection proves nothing about the head of {size} leaves: export it again, or verify the whole log")]
    NoPath {
        /// Size of the head.
        size: u64,
    },
    /// A readable part is not what the records say.
    #[error("the file {name} {what}")]
    Part {
        /// Its name in the bundle.
        name: &'static str,
        /// What is wrong with it.
        what: PartFault,
    },
    /// A content is not what its name says.
    #[error("the file {name}, which event {seq} names, {what}")]
    Content {
        /// Number of the first event that names it.
        seq: u64,
        /// Its name in the bundle.
        name: String,
        /// What is wrong with it.
        what: ContentFault,
    },
    /// A bundle with readable parts has no manifest.
    #[error("there is no {}", manifest::NAME)]
    NoManifest,
    /// The files are not those of the manifest.
    #[error(transparent)]
    NotListed(#[from] NotListed),
    /// The bundle's deployment file is not the auditor's.
    #[error("deployment.json in the bundle is not the deployment file that it is verified with")]
    OtherDeploymentFile,
    /// A file belongs to nothing that was verified.
    #[error("the file {name} belongs to nothing: no event, no block and no part needs it")]
    Foreign {
        /// Its name in the bundle.
        name: String,
    },
    /// The last header is not that of the head.
    #[error("the last header, of block {number}, is not of the block that the head names")]
    OtherEnd {
        /// Height of the last header.
        number: u64,
    },
}

/// What is wrong with a readable part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartFault {
    /// It is not there, and others are.
    #[error("is not there")]
    Missing,
    /// It says something else than a record.
    #[error("is not what event {seq} says")]
    Differs {
        /// Number of the event.
        seq: u64,
    },
    /// It ends in another way, or has other rule sets.
    #[error("does not end as the events say")]
    End,
    /// It goes on behind its end.
    #[error("goes on behind its end")]
    Longer,
}

/// What is wrong with a content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentFault {
    /// Its bytes are others.
    #[error("does not fit its address: {0}")]
    Unfit(check::Unfit),
    /// It is not the ciphertext of its name.
    #[error(transparent)]
    NotSealed(NotSealed),
    /// It is longer than any content.
    #[error("is longer than 2 GiB")]
    TooLong,
}

/// What is wrong with a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockFault {
    /// Its header's bytes.
    #[error("its bytes: {0}")]
    Malformed(Malformed),
    /// Its header is of another height.
    #[error("its header is of block {found}")]
    OtherHeight {
        /// The header's.
        found: u32,
    },
    /// It is not the one in which the contract was deployed.
    #[error("its header is not of the block that the deployment file names")]
    NotTheDeployments,
    /// It does not name the block before it.
    #[error("its header names another block before it")]
    Unlinked,
    /// A proof of it comes after later blocks.
    #[error("a proof of it does not stand where its first event is")]
    NotAfter,
    /// Its state does not say what it should.
    #[error(transparent)]
    Unproved(Unproved),
    /// Another runtime made it than is said.
    #[error("another version of the runtime made it than is said")]
    OtherRuntime,
    /// Its proof has other nodes than its values need, or in another order.
    #[error("its proof has other nodes than its values need")]
    Superfluous,
    /// Its time is before that of the block before it.
    #[error("its time is before that of an earlier block")]
    TimeFalls,
    /// In a selection it comes behind a higher one.
    #[error("it comes behind block {higher}")]
    Falls {
        /// Height of the block before it.
        higher: u64,
    },
    /// In a selection there are two of its height.
    #[error("there are two blocks of this height")]
    Twice,
    /// The contract's events in it are more than the leaves.
    #[error("event {index} of it is the contract's, and is missing")]
    Missing {
        /// Index of the event in the block.
        index: u32,
    },
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It has another form, or another number of entries.
    #[error("does not hold what its name says")]
    Form,
    /// Metadata that cannot be used.
    #[error("cannot be used: {0}")]
    Metadata(MetadataError),
    /// Some of it belongs to nothing.
    #[error("holds a proof that no event needs")]
    Superfluous,
}

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The leaf's bytes.
    #[error(transparent)]
    Leaf(#[from] NoLeaf),
    /// The leaf names another block than the header of its height.
    #[error("names a block that is not in the chain of headers")]
    OtherBlock,
    /// The leaf has another time than its block's state.
    #[error("has another time than its block")]
    OtherTime,
    /// The block has no such event of the contract.
    #[error("is not the next event of the contract in its block")]
    NotInBlock,
    /// What brought it is not what it names.
    #[error("what is kept as having brought it is another {what}")]
    OtherCause {
        /// `envelope` or `transaction`.
        what: &'static str,
    },
    /// Nothing proves the events of its block.
    #[error("nothing proves the events of its block")]
    NoProof,
    /// The rules give the event, and another number, time, door or actor.
    #[error("the rules give the event with another number, time, door or actor")]
    OtherFrame,
    /// It is not in the tree.
    #[error("is not in the tree: {0}")]
    NotInTree(ProofError),
    /// It does not come behind the event before it.
    #[error("does not come behind the event before it")]
    NotBehind,
    /// What is kept as having brought it is signed by another key, or for another contract.
    #[error("what is kept as having brought it was not signed by its actor for this contract: {refusal}")]
    Unsigned {
        /// Why.
        refusal: Refusal,
    },
    /// What its actor signed orders something else.
    #[error("its actor has signed another order")]
    OtherOrder,
    /// Nothing is kept that could have brought it.
    #[error("nothing is kept that brought it")]
    NoCause,
    /// The envelope or transaction brings no record: it is not authentic.
    #[error("what is kept as having brought it is ignored: {refusal}")]
    Ignored {
        /// Why.
        refusal: Refusal,
    },
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
