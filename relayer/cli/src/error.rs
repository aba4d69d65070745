//! What a command can end with: a sentence, what to do next, and an exit code that stays.

use crate::{manifest::Faults, table::Breach};
use greatseal_api::document::Differs;
use greatseal_client::ChainError;
use greatseal_facts::NotFacts;
use greatseal_host::problem::Problem;
use greatseal_protocol::{
    content::{Address, Content},
    refusal::Refusal,
};
use std::path::PathBuf;

/// An error variant is a decision: see [`CliError::help`] and [`CliError::exit_code`].
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A file or a value cannot be used.
    #[error("{what}: {reason}")]
    Input {
        /// Which.
        what: String,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// A file has faults, and all of them are known.
    #[error("{what}: {faults}")]
    Faults {
        /// Which file.
        what: String,
        /// What is wrong with it, and where.
        faults: Faults,
        /// What to do.
        help: &'static str,
    },
    /// A rule of the contract refuses the command.
    #[error("refused with {refusal}{paid}", paid = if *.fee_paid { " (on record, fee paid)" } else { " (no fee paid)" })]
    Refused {
        /// The rule.
        refusal: Refusal,
        /// Whether it came as far as the chain.
        fee_paid: bool,
    },
    /// A rule of the contract would refuse the command, and the cells show why.
    #[error("refused with {}: {reason} (no fee paid)", .refusal.code())]
    Foreseen {
        /// The rule.
        refusal: Refusal,
        /// What the cells show.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A rule of the contract would refuse the command now. The relayer has it, and tries again.
    #[error("refused for now with {refusal}; the relayer keeps trying{}", until_block_time(*.until))]
    RefusedForNow {
        /// The rule.
        refusal: Refusal,
        /// When the command expires, in seconds.
        until: Option<u64>,
    },
    /// The relayer gave the command up.
    #[error("the command did not take effect: {0}")]
    Failed(String),
    /// Whoever was asked said no.
    #[error("not confirmed: nothing was signed")]
    NotConfirmed,
    /// The account of the seat's key cannot pay.
    #[error("the account {account} of this key has {has}, and needs {needs}")]
    NoMoney {
        /// Its address.
        account: String,
        /// What it can spend.
        has: String,
        /// What it takes.
        needs: String,
    },
    /// A service does not answer.
    #[error("cannot reach the {service} at {url}: {reason}")]
    Unreachable {
        /// Which.
        service: &'static str,
        /// Where.
        url: String,
        /// What was seen.
        reason: String,
    },
    /// Whoever answers does not prove to be the service.
    #[error("the {service} at {url} is not trusted: {reason}")]
    Untrusted {
        /// Which.
        service: &'static str,
        /// Where.
        url: String,
        /// What was seen.
        reason: String,
    },
    /// A service refuses the request.
    #[error("the {service} refuses: {}", .problem.error)]
    Service {
        /// Which.
        service: &'static str,
        /// Its words.
        problem: Problem,
    },
    /// Chain, contract and deployment file do not belong together.
    #[error("{0}")]
    WrongDeployment(String),
    /// The chain lacks something that is needed.
    #[error("the chain behind {0} cannot carry Great Seal: see what is marked unfit")]
    UnfitNode(String),
    /// What a service says is not what the chain says.
    #[error("do not sign: {0}")]
    Contradiction(String),
    /// What somebody has at hand is not what shall be signed.
    #[error("do not sign: {0}")]
    Differs(String, &'static str),
    /// An error about one of several proposals.
    #[error("{proposal}: {error}")]
    Of {
        /// Which.
        proposal: String,
        /// What is wrong.
        error: Box<Self>,
    },
    /// Nobody who was asked holds a readable document of a proposal that is to be approved.
    #[error("do not sign: nobody holds a document that explains this proposal: {0}")]
    NoDocument(String),
    /// The document of a proposal that is to be approved says something else than the proposal.
    #[error("not approvable: {0}")]
    NotApprovable(Differs),
    /// The author's file says something else than what would be proposed.
    #[error("{file}: {differs}")]
    OtherThanProposed {
        /// The file.
        file: String,
        /// Where.
        differs: Differs,
    },
    /// The command is signed, and nobody keeps one of its contents: whoever is to approve it cannot read it.
    #[error("the command is signed, and no indexer keeps the {} {}: {reason}", .content.kind, .content.address)]
    NotHeld {
        /// Which.
        content: Content,
        /// Why not.
        reason: String,
    },
    /// An export is written, and an indexer did not say whether it has contents that are not in it.
    #[error("the export is written without contents that an indexer may have, {unanswered} of them: {reason}")]
    ContentsLack {
        /// How many.
        unanswered: u64,
        /// What the last one said that did not answer.
        reason: String,
    },
    /// A command names a content whose bytes are not at hand, and that no indexer holds.
    #[error("nothing was signed: the bytes of the {} {} are not at hand, and no indexer holds them: {reason}", .content.kind, .content.address)]
    NoContent {
        /// Which.
        content: Content,
        /// What the last indexer said.
        reason: String,
    },
    /// No indexer takes a content of a command.
    #[error("nothing was signed: no indexer keeps the {} {}: {reason}", .content.kind, .content.address)]
    NotKept {
        /// Which.
        content: Content,
        /// What the last indexer said.
        reason: String,
    },
    /// No indexer takes a content that is put without a command.
    #[error("no indexer keeps the {} {}: {reason}", .content.kind, .content.address)]
    NotPut {
        /// Which.
        content: Content,
        /// What the last indexer said.
        reason: String,
    },
    /// Nobody who was asked has a content.
    #[error("nobody has {address}: {reason}")]
    Nowhere {
        /// Its address.
        address: Address,
        /// What the last indexer said.
        reason: String,
    },
    /// Nobody shows a content of what is to be approved.
    #[error("not approvable: nobody shows the {} {}: {reason}", .content.kind, .content.address)]
    Unseen {
        /// Which.
        content: Content,
        /// What the last indexer said.
        reason: String,
    },
    /// The answer could not be written.
    #[error("the answer could not be written to standard output: {0}")]
    NotTold(#[source] std::io::Error),
    /// The relayer claims an outcome that the chain does not have.
    #[error("the relayer's word is not what the chain has: {0}")]
    Unwitnessed(String),
    /// A policy table breaks an invariant.
    #[error("the table breaks {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Broken(Vec<Breach>),
    /// The audit database does not hold.
    #[error("verification failed: {0}")]
    NotVerified(String),
    /// Files contradict each other, or what is on record. The answer has been given.
    #[error("{what}")]
    Found {
        /// What, in a sentence.
        what: String,
        /// What to do.
        help: &'static str,
    },
    /// All that was looked at holds, and something was not looked at. The answer has been given.
    #[error("not everything was checked: {what}")]
    NotAllChecked {
        /// What is open.
        what: String,
        /// What to do.
        help: &'static str,
    },
    /// A log that is witnessed shows different histories.
    #[error("the log {log} has signed two trees of one size: the evidence is in {evidence}")]
    SplitView {
        /// Its origin.
        log: String,
        /// The file with both notes.
        evidence: String,
    },
    /// The token, the sealed file, or the signing journal.
    #[error(transparent)]
    Signing(#[from] greatseal_signing::Error),
    /// The chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Nothing happened in time.
    #[error("no outcome after {seconds} s{}", .reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default())]
    TimeOut {
        /// How long was waited.
        seconds: u64,
        /// What the relayer says that it waits for.
        reason: Option<String>,
    },
}

/// Until when a command can still take effect.
fn until_block_time(expires: Option<u64>) -> String {
    expires.map(|seconds| format!(" until block time {seconds}")).unwrap_or_default()
}

impl From<Refusal> for CliError {
    /// Refused before anything was paid.
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, fee_paid: false }
    }
}

impl CliError {
    /// An unusable file or value.
    pub fn input(what: impl Into<String>, reason: impl ToString, help: &'static str) -> Self {
        Self::Input { what: what.into(), reason: reason.to_string(), help }
    }

    /// An unreadable file.
    pub fn file(path: &std::path::Path, reason: impl ToString, help: &'static str) -> Self {
        Self::input(PathBuf::from(path).display().to_string(), reason, help)
    }

    /// Adds the place of what is at fault: the file, or the line.
    #[must_use]
    pub fn within(self, whole: &dyn std::fmt::Display) -> Self {
        match self {
            Self::Input { what, reason, help } => Self::Input { what: format!("{whole}: {what}"), reason, help },
            other => other,
        }
    }

    /// What kept a content from being put where nothing is signed.
    #[must_use]
    pub fn of_put(self) -> Self {
        match self {
            Self::NotKept { content, reason } => Self::NotPut { content, reason },
            other => other,
        }
    }

    /// A value that could not be written as facts.
    pub(crate) fn not_told(fault: NotFacts) -> Self {
        Self::NotTold(std::io::Error::other(fault))
    }

    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            Self::Input { help, .. }
            | Self::Faults { help, .. }
            | Self::Found { help, .. }
            | Self::NotAllChecked { help, .. } => (*help).to_owned(),
            Self::Differs(_, help) => (*help).to_owned(),
            Self::Of { error, .. } => error.help(),
            Self::Refused { refusal, .. } => refusal.help().to_owned(),
            Self::Foreseen { help, .. } => help.clone(),
            Self::RefusedForNow { refusal, .. } => {
                format!(
                    "{}; the signed command takes effect if the contract accepts it before it expires",
                    refusal.help()
                )
            }
            Self::Failed(_) => "look at the relayer's log, then sign the command again".to_owned(),
            Self::NotConfirmed => "answer `yes` to sign, or give --yes in scripts".to_owned(),
            Self::NoMoney { account, .. } => format!(
                "send money to it (on a development chain: greatseal key fund {account} --amount 10); a seat can also sign an envelope without --direct; nothing was signed"
            ),
            Self::Unreachable { service, .. } => format!("start the {service}, or name it with --{service} URL"),
            Self::Untrusted { service, .. } => format!(
                "ask whoever runs the {service} for the certificate of its authority, and name it with --ca FILE; nothing was sent"
            ),
            Self::Service { problem, .. } => problem.help.clone(),
            Self::WrongDeployment(_) => {
                "compare the deployment file with the node; do not sign until they agree".to_owned()
            }
            Self::UnfitNode(_) => "choose a chain with pallet-revive, or upgrade the node's runtime".to_owned(),
            Self::Contradiction(_) => {
                "the indexer or the node lies or lags; ask another one before you sign anything".to_owned()
            }
            Self::Unwitnessed(_) => {
                "ask another relayer; `greatseal governance show` and `greatseal status` read the chain itself".to_owned()
            }
            Self::NoDocument(_) => {
                "ask the author for the file and give it with --document FILE, or name another indexer with --indexer URL"
                    .to_owned()
            }
            Self::NotApprovable(differs) if differs.field.starts_with("changes.values") => {
                "what it replaces has changed since it was opened, or never was what its document says: reject it, and ask the author to propose it anew".to_owned()
            }
            Self::NotApprovable(_) => {
                "its document speaks of something else than what would be done: reject it, and ask the author to propose it with a document of its own".to_owned()
            }
            Self::OtherThanProposed { .. } => {
                "leave author, scope, the windows and changes out of the file: they are filled in".to_owned()
            }
            Self::NotHeld { .. } => "bring it with `greatseal content put FILE --indexer URL`, a document with `greatseal document put FILE --proposal ID`, and with --restricted --readers FILE where it is confidential; or send the file to whoever approves: `governance approve` takes it with --document FILE or --content FILE".to_owned(),
            Self::ContentsLack { .. } => {
                "start the indexer, or leave it out, and export again to another place".to_owned()
            }
            Self::NoContent { .. } => {
                "give the file that it is the hash of with --content FILE; --unkept signs what nobody may ever read".to_owned()
            }
            Self::NotKept { .. } => {
                "start the indexer, or name another one with --indexer URL; --unkept signs all the same".to_owned()
            }
            Self::NotPut { .. } => "start the indexer, or name another one with --indexer URL".to_owned(),
            Self::Nowhere { .. } => {
                "name another indexer with --indexer URL, or ask the author for the file".to_owned()
            }
            Self::Unseen { .. } => {
                "ask the author for the file and give it with --content FILE, name another indexer with --indexer URL, or reject it".to_owned()
            }
            Self::NotTold(_) => {
                "what was signed and submitted stands: ask again with a place that has room".to_owned()
            }
            Self::Broken(breaches) => breaches.first().map_or("", Breach::help).to_owned(),
            Self::NotVerified(_) => "keep the database as it is: it is evidence; compare with another copy".to_owned(),
            Self::SplitView { .. } => {
                "keep the file, tell the other auditors and whoever runs the log, and verify both histories with `greatseal audit verify`; the log is not cosigned until somebody has removed the file".to_owned()
            }
            Self::Signing(error) => error.help().to_owned(),
            Self::Chain(error) => error.help().to_owned(),
            Self::TimeOut { .. } => "the relayer keeps trying; ask again with the same command later".to_owned(),
        }
    }

    /// The rule of the contract that refuses, if one does.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused { refusal, .. } | Self::Foreseen { refusal, .. } | Self::RefusedForNow { refusal, .. } => {
                Some(*refusal)
            }
            Self::Of { error, .. } => error.refusal(),
            _ => None,
        }
    }

    /// Where a document says something else than its proposal, if that is what is wrong.
    pub fn differs(&self) -> Option<&Differs> {
        match self {
            Self::NotApprovable(differs) | Self::OtherThanProposed { differs, .. } => Some(differs),
            Self::Of { error, .. } => error.differs(),
            _ => None,
        }
    }

    /// The content that is missing, if that is what is wrong.
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::NoContent { content, .. }
            | Self::NotKept { content, .. }
            | Self::NotPut { content, .. }
            | Self::Unseen { content, .. } => Some(content),
            Self::Of { error, .. } => error.content(),
            _ => None,
        }
    }

    /// Exit code of the program: 3 input, 4 refused, 5 unreachable, 6 token, 7 wrong deployment, 8 not verified,
    /// 10 verified in part.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input { .. }
            | Self::Faults { .. }
            | Self::OtherThanProposed { .. }
            | Self::NoContent { .. }
            | Self::Chain(ChainError::NoSuchAccount(_)) => 3,
            Self::Refused { .. } | Self::Foreseen { .. } | Self::RefusedForNow { .. } => 4,
            Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::NotHeld { .. }
            | Self::ContentsLack { .. }
            | Self::NotKept { .. }
            | Self::NotPut { .. }
            | Self::Nowhere { .. }
            | Self::Chain(ChainError::Unreachable { .. }) => 5,
            Self::Signing(_) | Self::Chain(ChainError::Account(_)) => 6,
            Self::WrongDeployment(_) | Self::UnfitNode(_) | Self::Chain(ChainError::NoContract(_)) => 7,
            Self::Of { error, .. } => error.exit_code(),
            Self::NotVerified(_)
            | Self::Contradiction(_)
            | Self::Differs(..)
            | Self::NoDocument(_)
            | Self::NotApprovable(_)
            | Self::Unseen { .. }
            | Self::Unwitnessed(_)
            | Self::Found { .. }
            | Self::SplitView { .. }
            | Self::Broken(_) => 8,
            Self::NotAllChecked { .. } => 10,
            Self::Chain(ChainError::NotDeployed(_)) => 4,
            Self::Failed(_)
            | Self::NotConfirmed
            | Self::NotTold(_)
            | Self::NoMoney { .. }
            | Self::Service { .. }
            | Self::Chain(_)
            | Self::TimeOut { .. } => 1,
        }
    }
}
