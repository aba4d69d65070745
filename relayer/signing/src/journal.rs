//! What is written before and after a key is used. Why, and what it cannot do: ADR 12.

pub(crate) mod entry;
pub(crate) mod file;
mod replay;
mod second;
mod tail;

use crate::{Act, Authorized, Confirmation, Payment, Request, Result};
use greatseal_protocol::{
    bytes::ProposalDigest,
    command::{Command, Order},
    digest::Domain,
    hash::sha256,
    key::{Key, Signature},
    language::proposal,
    proposal_id::{Decision, ProposalId},
};
use std::fmt;

/// Written before a key is used, and before a signature is released. What it fails at does not happen.
///
/// Calls may block.
pub trait Journal: fmt::Debug + Send + Sync {
    /// Whether a key may be generated: there is a journal, or it is started now because this is the store's `first` key.
    fn ready(&self, first: bool) -> Result<()>;

    /// Refuses what contradicts an earlier entry; otherwise the use is on record, durably, when this returns.
    fn intend(&self, used: &Use) -> Result<Receipt>;

    /// The signature has been verified and is about to be released; on record, durably, when this returns.
    fn release(&self, receipt: Receipt, signature: &Signature) -> Result<()>;
}

/// Names an entry that was written by [`Journal::intend`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt(pub u64);

/// One use of a key.
#[derive(Clone, Debug)]
pub struct Use {
    /// Which key.
    pub key: Key,
    /// Where it is kept.
    pub backend: Backend,
    /// The SHA-256 inside the message of a command, or over what is signed of a transaction.
    pub digest: [u8; 32],
    /// What is ordered, in one word.
    pub order: &'static str,
    /// Everything that is signed, a line a fact.
    pub words: Vec<(String, String)>,
    /// How a person agreed; nobody is asked about a payment.
    pub confirmation: Option<Confirmation>,
    /// The decisions that it is: one, or several that are signed together.
    pub decided: Vec<Decided>,
}

/// Where a key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// In a token.
    Token,
    /// In a sealed file.
    Sealed,
}

/// A decision on a proposal. For one key there is one at most, but for an approval that is withdrawn.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    /// Which contract on which chain.
    pub domain: Domain,
    /// The proposal.
    pub proposal: ProposalId,
    /// What the proposal says.
    pub digest: ProposalDigest,
    /// For or against.
    pub stand: Stand,
    /// Whether the person said that an earlier approval is withdrawn by this rejection or veto.
    pub withdraws: bool,
}

/// What a key says about a proposal, as a seat of the row, of the panel, or of the Sovereign council.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// For it.
    Approve,
    /// Against it.
    Reject,
    /// Stop it while its delay runs.
    Veto,
}

impl Use {
    pub(crate) fn command(authorized: &Authorized<Request>, backend: Backend) -> Self {
        let intent = authorized.intent();
        let Request::Command { domain, command } = authorized.request();
        let decided = decided(domain, command, authorized.withdraws());
        Self {
            key: authorized.key(),
            backend,
            digest: intent.digest(),
            order: command.order.name(),
            words: intent.words().into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
            confirmation: Some(authorized.confirmation()),
            decided,
        }
    }

    pub(crate) fn act(authorized: &Authorized<Act>, backend: Backend) -> Self {
        let act = authorized.request();
        let withdraws = authorized.withdraws();
        Self {
            key: authorized.key(),
            backend,
            digest: act.digest(),
            order: act.order(),
            words: act.words().into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
            confirmation: Some(authorized.confirmation()),
            decided: act.command().map(|command| decided(act.domain(), command, withdraws)).unwrap_or_default(),
        }
    }

    pub(crate) fn payment(key: Key, payment: &Payment, backend: Backend) -> Self {
        let (digest, words) = (sha256(&[payment.message()]), payment.words().to_vec());
        Self { key, backend, digest, order: "pay", words, confirmation: None, decided: Vec::new() }
    }
}

/// The decisions that a command is, whichever door it goes through.
fn decided(domain: &Domain, command: &Command, withdraws: bool) -> Vec<Decided> {
    let one = |proposal, digest, stand| Decided { domain: *domain, proposal, digest, stand, withdraws };
    match &command.order {
        Order::Proposal(proposal::Order::DecideTogether(choices)) => {
            choices.iter().map(|choice| one(choice.id, choice.digest, choice.decision.into())).collect()
        }
        Order::Proposal(proposal::Order::Decide { id, digest, decision }) => {
            vec![one(*id, *digest, (*decision).into())]
        }
        Order::Proposal(proposal::Order::PanelApprove { id, digest }) => vec![one(*id, *digest, Stand::Approve)],
        Order::Proposal(proposal::Order::Veto { id, digest }) => vec![one(*id, *digest, Stand::Veto)],
        _ => Vec::new(),
    }
}

impl From<Decision> for Stand {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Approve => Self::Approve,
            Decision::Reject => Self::Reject,
        }
    }
}
