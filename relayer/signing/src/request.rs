//! What can be asked of a key, and how a person comes to agree. Transactions are in `act`.

use greatseal_protocol::{
    command::Command,
    digest::{self, Domain},
    key::Key,
    words::{self, Line},
};

/// What a key can be asked to sign. "Sign these bytes" does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A command for the governance contract.
    Command {
        /// Where the signature is to count.
        domain: Domain,
        /// What it says.
        command: Command,
    },
}

/// A request that nobody has agreed to yet: it can be read, not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    request: Request,
    key: Key,
}

/// How a person agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Said yes after reading the words.
    Person,
    /// Gave `--yes` beforehand.
    Beforehand,
}

/// A request that a person agreed to, for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorized<R> {
    request: R,
    key: Key,
    confirmation: Confirmation,
    withdraws: bool,
}

impl Intent {
    /// The wish that `key` says `command` in `domain`.
    pub fn new(domain: Domain, command: Command, key: Key) -> Self {
        Self { request: Request::Command { domain, command }, key }
    }

    /// Everything that would be signed, a line a fact: the command, then by whom and for which contract.
    pub fn words(&self) -> Vec<Line> {
        let Request::Command { domain, command } = &self.request;
        let mut lines = words::command(command);
        lines.extend([
            ("signed by", format!("{}", self.key)),
            ("for contract", domain.contract.to_string()),
            ("of deployment", domain.deployment.to_string()),
            ("on chain", domain.chain_id.to_string()),
        ]);
        lines
    }

    /// The SHA-256 inside the signed message: what to compare with a second device.
    pub fn digest(&self) -> [u8; 32] {
        let message = self.request.message(&self.key);
        std::array::from_fn(|index| message[digest::PREFIX.len() + index])
    }

    /// A person has agreed. Call it only after [`words`](Self::words) and [`digest`](Self::digest) were shown, or when
    /// the person waived that.
    pub fn confirm(self, confirmation: Confirmation) -> Authorized<Request> {
        Authorized::new(self.request, self.key, confirmation)
    }
}

impl<R> Authorized<R> {
    pub(crate) fn new(request: R, key: Key, confirmation: Confirmation) -> Self {
        Self { request, key, confirmation, withdraws: false }
    }

    /// The person has said that this rejection takes back an approval by the same key.
    pub fn withdrawing(self) -> Self {
        Self { withdraws: true, ..self }
    }

    pub(crate) fn withdraws(&self) -> bool {
        self.withdraws
    }

    /// The request.
    pub fn request(&self) -> &R {
        &self.request
    }

    /// The key that it was confirmed for.
    pub fn key(&self) -> Key {
        self.key
    }

    /// How it was confirmed.
    pub fn confirmation(&self) -> Confirmation {
        self.confirmation
    }
}

impl Authorized<Request> {
    /// What was agreed to, to be read again.
    pub(crate) fn intent(&self) -> Intent {
        Intent { request: self.request.clone(), key: self.key }
    }
}

impl Request {
    /// The bytes for the key, made here from the decoded request and nowhere else.
    pub(crate) fn message(&self, key: &Key) -> [u8; 45] {
        let Self::Command { domain, command } = self;
        digest::signed_message(domain, key, command)
    }
}
