//! Command line of everything that a seat signs.

use super::{
    Propose,
    keys::{Keys, secret, store},
};
use crate::{
    contents::{Bring, Reading},
    door::{Channel, CompanionKey, Options},
    error::CliError,
    number::whole,
};
use clap::{Args, Subcommand};
use greatseal_signing::{Asked, Sealed, Source, Store};
use std::path::PathBuf;

/// Proposals, approvals, execution.
#[derive(Debug, Subcommand)]
pub enum Governance {
    /// Opens a proposal.
    #[command(
        after_help = "Examples:\n  greatseal governance propose --document why.json --token E0 --pin-file pins/E0 \\\n      pause --scope route:1 --minutes 60 --severity 1 --reason 'rate feed compromised'\n  greatseal governance propose --document why.json --approve --token E0 --pin-file pins/E0 \\\n      pause --scope route:1 --minutes 60 --severity 1 --reason 'rate feed compromised'\n\nWith --approve the author's seat opens and approves with one signature. A seat whose council does not vote under the\nrow cannot."
    )]
    Propose(Box<Propose>),
    /// Shows a proposal as the chain has it, with its document.
    #[command(
        after_help = "Examples:\n  greatseal governance show 1.E0.0\n  greatseal governance show 1.E0.0 --document why.json\n\nWithout an indexer the chain's own blocks are searched for the proposal: give its whole id."
    )]
    Show {
        /// Id, such as 1.E0.0, or its number.
        id: String,
        /// Its document, where the indexer does not have it.
        #[arg(long, value_name = "FILE")]
        document: Option<PathBuf>,
        /// How it is read.
        #[command(flatten)]
        read: Read,
    },
    /// Approves a proposal, after showing what it does.
    #[command(
        after_help = "Examples:\n  greatseal governance approve 1.E0.0 --token E1 --pin-file pins/E1\n  greatseal governance approve 1.E0.0 --token E1 --pin-file pins/E1 --direct\n  greatseal governance approve 1.E0.0 --token E1 --pin-file pins/E1 --direct --document why.json\n  greatseal governance approve 7.S0.0 8.S0.1 --token S1 --pin-file pins/S1\n\nThe third one needs neither relayer nor indexer. With --direct the account of the seat's own key pays. Give it money first, on a development chain with\n`greatseal key fund ed25519:HEX --amount 10`."
    )]
    Approve(Several),
    /// Rejects a proposal, for good.
    #[command(
        after_help = "Examples:\n  greatseal governance reject 1.E0.0 --token E1 --pin-file pins/E1\n  greatseal governance reject 7.S0.0 8.S0.1 --token S1 --pin-file pins/S1"
    )]
    Reject(Against),
    /// Takes one's own proposal back before its quorum.
    #[command(after_help = "Example:\n  greatseal governance cancel 1.E0.0 --token E0 --pin-file pins/E0")]
    Cancel(Decide),
    /// Stops what was approved while its delay runs; a recovery from its opening on.
    #[command(after_help = "Example:\n  greatseal governance veto 4.S0.0 --token S1 --pin-file pins/S1")]
    Veto(Reject),
    /// Asks the panel to break a tie on a neutral matter.
    #[command(after_help = "Example:\n  greatseal governance call-panel 9.S0.1 --token A0 --pin-file pins/A0")]
    CallPanel(Decide),
    /// The panel's one approval, two days after the call.
    #[command(after_help = "Example:\n  greatseal governance panel-approve 9.S0.1 --token X0 --pin-file pins/X0")]
    PanelApprove(Decide),
    /// Applies an approved proposal.
    #[command(after_help = "Example:\n  greatseal governance execute 1.E0.0 --token O0 --pin-file pins/O0")]
    Execute(Execute),
    /// Records that monitoring or an auditor has looked.
    #[command(
        after_help = "Examples:\n  greatseal governance escalate --scope route:1 --report report.pdf --token A0 --pin-file pins/A0\n  greatseal governance escalate --scope money --report report.pdf --token A0 --pin-file pins/A0\n  greatseal governance escalate --scope route:2 --allow-unknown --report report.pdf --token A0 --pin-file pins/A0\n\nA route that is not on the chain is named above the question and in the answer: a mistake, or one that is about to be\nbegun. With --yes, or without a terminal, it is refused (exit code 3) unless --allow-unknown is given."
    )]
    Escalate(Escalate),
    /// Escalations that no change has used yet, with their age.
    #[command(
        after_help = "Example:\n  greatseal governance escalations\n\nA change that widens a route, or what the registry says of money, uses one up. It has to be less than seven days old."
    )]
    Escalations,
    /// Submits an envelope that was signed before.
    #[command(after_help = "Example:\n  greatseal governance submit approval.hex")]
    Submit {
        /// File with the envelope.
        envelope: PathBuf,
        /// How its contents are brought, where nobody holds them yet.
        #[command(flatten)]
        contents: Contents,
    },
    /// Events, oldest first.
    #[command(after_help = "Example:\n  greatseal governance log --since 7d")]
    Log {
        /// How far back: 30m, 12h, 7d.
        #[arg(long, value_name = "AGE")]
        since: Option<String>,
        /// One proposal only.
        #[arg(long, value_name = "ID")]
        proposal: Option<String>,
    },
}

/// Documents that explain proposals.
#[derive(Debug, Subcommand)]
pub enum Document {
    /// Reads a document as `governance propose` does; shows its texts, what is left to be filled in, and, where nothing is,
    /// the hash that goes on chain.
    #[command(after_help = "Example:\n  greatseal document check why.json")]
    Check {
        /// The document.
        file: PathBuf,
    },
    /// Gives the document of an open proposal to an indexer. Anybody may: it is known by its hash.
    #[command(
        after_help = "Examples:\n  greatseal document put whole.json\n  greatseal document put why.json --proposal 1.E0.0 --indexer http://127.0.0.1:7711\n\nThe first file is what `governance propose --document-out` wrote. The second one is the author's own: what it leaves out\nis filled in from the proposal, as `governance propose` did."
    )]
    Put {
        /// The document.
        file: PathBuf,
        /// The proposal that names it, where the file leaves out what the chain knows.
        #[arg(long, value_name = "ID")]
        proposal: Option<String>,
        /// A file that holds an attachment of it, which is brought along. As often as it takes.
        #[arg(long, value_name = "FILE", help_heading = CONTENTS)]
        content: Vec<PathBuf>,
        /// How it is encrypted.
        #[command(flatten)]
        encrypt: Encrypt,
    },
}

/// Decides on a proposal.
#[derive(Debug, Args)]
pub struct Decide {
    /// Id, such as 1.E0.0, or its number.
    pub id: String,
    /// Its document, where the indexer does not have it: the file that the author has.
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Manifest of the batch that is approved: what the proposal says of it is computed again from its entries. Where left
    /// out, the entries are those that an indexer holds.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// How its contents are looked at.
    #[command(flatten)]
    pub look: Look,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Decides alike on one proposal, or on up to four with one signature.
#[derive(Debug, Args)]
pub struct Several {
    /// Ids, such as 1.E0.0, or their numbers: up to four, each shown and asked about by itself, then signed together. What
    /// protects, and what changes who decides, is signed for alone.
    #[arg(required = true, num_args = 1..=4, value_name = "ID")]
    pub ids: Vec<String>,
    /// A document, where the indexer does not have it: the file that the author has. Once for each proposal that needs it.
    #[arg(long, value_name = "FILE")]
    pub document: Vec<PathBuf>,
    /// The manifest of a batch: its entries are recomputed and compared before it is approved. Once for each batch; where
    /// left out, the entries are those that an indexer holds.
    #[arg(long, value_name = "FILE")]
    pub manifest: Vec<PathBuf>,
    /// How their contents are looked at.
    #[command(flatten)]
    pub look: Look,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Decides against one proposal or several.
#[derive(Debug, Args)]
pub struct Against {
    /// The proposals.
    #[command(flatten)]
    pub several: Several,
    /// Says that an approval by the same key is taken back; without it the key refuses to contradict itself.
    #[arg(long)]
    pub withdraw_approval: bool,
}

/// Stops a proposal.
#[derive(Debug, Args)]
pub struct Reject {
    /// The proposal.
    #[command(flatten)]
    pub decide: Decide,
    /// Says that an approval by the same key is taken back; without it the key refuses to contradict itself.
    #[arg(long)]
    pub withdraw_approval: bool,
}

/// Applies an approved proposal.
#[derive(Debug, Args)]
pub struct Execute {
    /// Id, such as 1.E0.0, or its number.
    pub id: String,
    /// Its document, where the indexer does not have it: the file that the author has.
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Version of what carries it out, for the deployment log; a release's own, or 1, where left out.
    #[arg(long, value_name = "VERSION")]
    pub version_of: Option<String>,
    /// SHA-256 of its bill of materials; a release's own, or none, where left out.
    #[arg(long, value_name = "HEX")]
    pub sbom: Option<String>,
    /// How its document is read.
    #[command(flatten)]
    pub read: Read,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Records that somebody has looked.
#[derive(Debug, Args)]
pub struct Escalate {
    /// What was looked at: route:ID or money.
    #[arg(long)]
    pub scope: String,
    /// The report; its SHA-256 goes on chain.
    #[arg(long, value_name = "FILE")]
    pub report: PathBuf,
    /// Goes on where the route is not on the chain, such as one that shall be begun; for scripts, a person is asked.
    #[arg(long)]
    pub allow_unknown: bool,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Under which the switches of a companion are shown.
const COMPANION: &str = "Post-quantum companion";

/// Which key, and whether to ask.
#[derive(Clone, Debug, Args)]
#[command(group(store(true)))]
pub struct Signer {
    /// Where the key is.
    #[command(flatten)]
    pub keys: Keys,
    /// Label of the key.
    #[arg(long, value_name = "LABEL", default_value = "seat")]
    pub key: String,
    /// Label of the seat's post-quantum companion, which signs beside the key.
    #[arg(long, value_name = "LABEL", requires = "companion_sealed", help_heading = COMPANION)]
    pub companion: Option<String>,
    /// Folder of sealed files that holds the companion.
    #[arg(long, value_name = "FOLDER", requires = "companion", help_heading = COMPANION)]
    pub companion_sealed: Option<PathBuf>,
    /// File that holds the folder's passphrase, readable by its owner only.
    #[arg(long, value_name = "FILE", requires = "companion", help_heading = COMPANION)]
    pub companion_passphrase_file: Option<PathBuf>,
    /// Signs without asking; for scripts.
    #[arg(long)]
    pub yes: bool,
    /// Epoch of the seat's council that the signature is for; the current one where left out. A signature for another
    /// epoch counts only once that one has come, for as long as the envelope lives.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>)]
    pub epoch: Option<u32>,
    /// Writes the signed envelope to a file instead of submitting it.
    #[arg(long, value_name = "FILE")]
    pub envelope_out: Option<PathBuf>,
    /// Acts from the key's own chain account, which pays: the key signs the transaction itself, and no relayer is
    /// needed. Where the row does not allow that, the contract refuses it with 109.
    #[arg(long, conflicts_with = "envelope_out")]
    pub direct: bool,
    /// How its contents are brought.
    #[command(flatten)]
    pub contents: Contents,
}

/// Under which the switches of contents are shown.
const CONTENTS: &str = "Contents";

/// How what a command names by hash is brought to the indexers before it is signed.
#[derive(Clone, Debug, Default, Args)]
pub struct Contents {
    /// A file that holds a content which the command names by its hash, such as an attachment of the document. As often as
    /// it takes.
    #[arg(long, value_name = "FILE", help_heading = CONTENTS)]
    pub content: Vec<PathBuf>,
    /// Signs also where no indexer keeps a content. Nobody can ever read what is lost.
    #[arg(long, help_heading = CONTENTS)]
    pub unkept: bool,
    /// How they are encrypted.
    #[command(flatten)]
    pub encrypt: Encrypt,
}

/// How contents are encrypted before they leave this machine.
#[derive(Clone, Debug, Default, Args)]
pub struct Encrypt {
    /// Encrypts the contents to the readers. Those of a confidential programme always are.
    #[arg(long, help_heading = CONTENTS)]
    pub restricted: bool,
    /// Those who can read what is encrypted: an age recipients file.
    #[arg(long, value_name = "FILE", env = "GREATSEAL_READERS", help_heading = CONTENTS)]
    pub readers: Option<PathBuf>,
}

/// How contents are read.
#[derive(Clone, Debug, Default, Args)]
pub struct Read {
    /// An age identity file that opens what is kept encrypted.
    #[arg(long, value_name = "FILE", help_heading = CONTENTS)]
    pub identity: Option<PathBuf>,
    /// File that holds the passphrase of the identity, readable by its owner only; asked for at the terminal where left out.
    #[arg(long, value_name = "FILE", requires = "identity", help_heading = CONTENTS)]
    pub identity_passphrase_file: Option<PathBuf>,
}

/// How the contents of what is approved are looked at.
#[derive(Clone, Debug, Default, Args)]
pub struct Look {
    /// How they are read.
    #[command(flatten)]
    pub read: Read,
    /// Folder where contents are saved that are not shown in full: all but short texts.
    #[arg(long, value_name = "FOLDER", help_heading = CONTENTS)]
    pub contents_out: Option<PathBuf>,
}

impl Read {
    /// Of contents that are looked for.
    pub fn reading(&self) -> Reading {
        let (identity, passphrase) = (self.identity.clone(), self.identity_passphrase_file.clone());
        Reading { identity, passphrase, ..Reading::default() }
    }
}

impl Look {
    /// Of the contents of what is approved; files may hold some of them.
    pub fn reading(&self, signer: &Signer) -> Reading {
        Reading { offered: signer.contents.content.clone(), out: self.contents_out.clone(), ..self.read.reading() }
    }
}

impl Contents {
    /// How they are brought.
    pub fn bring(&self) -> Bring {
        Bring { unkept: self.unkept, ..self.encrypt.bring(&self.content) }
    }
}

impl Encrypt {
    /// How contents are brought, some of which these files hold.
    pub fn bring(&self, offered: &[PathBuf]) -> Bring {
        let Self { restricted, readers } = self.clone();
        Bring { offered: offered.to_owned(), unkept: false, restricted, readers }
    }
}

impl Signer {
    /// How the command is signed, and where it goes then.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where no key is named, [`CliError::Signing`] where there is no place for a journal.
    pub fn options(&self) -> Result<Options, CliError> {
        let channel = match (&self.envelope_out, self.direct) {
            (Some(path), _) => Channel::File(path.clone()),
            (None, true) => Channel::Direct,
            (None, false) => Channel::Relayer,
        };
        Ok(Options {
            source: self.keys.source()?,
            label: self.key.clone(),
            companion: self.companion()?,
            agreed: self.yes,
            epoch: self.epoch,
            withdraws: false,
            channel,
            bring: self.contents.bring(),
        })
    }

    fn companion(&self) -> Result<Option<CompanionKey>, CliError> {
        let (Some(label), Some(folder)) = (&self.companion, &self.companion_sealed) else { return Ok(None) };
        let asked = Asked { what: "passphrase of the companion", twice: false };
        let passphrase = secret(&self.companion_passphrase_file, None, asked);
        let source = Source::new(Store::Sealed(Sealed::new(folder, passphrase)))?;
        Ok(Some(CompanionKey { source, label: label.clone() }))
    }
}
