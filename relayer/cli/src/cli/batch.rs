//! Command line of manifests, batches and disputes: what is done about payments without a quorum.

use super::{Look, Signer};
use crate::number::whole;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Manifests: the entries of a batch.
#[derive(Debug, Subcommand)]
pub enum Manifests {
    /// Checks every entry of a manifest, and says what a batch of it commits to.
    #[command(
        after_help = "Examples:\n  greatseal manifest check pensions.jsonl\n  greatseal manifest check pensions.json --rail opaque\n  greatseal manifest check again.jsonl --parent pensions.jsonl --parent-outcome outcomes.jsonl\n  zcat pensions.jsonl.gz | greatseal manifest check /dev/stdin\n\nThe file has one JSON object a line, or it is a JSON list of them, or an object with `entries`; its content says which,\nnot its name. /dev/stdin is read as well. It may have any length: one entry at a time is in memory.\n  {\"index\": 0, \"person\": {\"key\": \"pensions-2026\", \"code\": \"HEX\"},\n   \"destination\": \"eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb\", \"amount\": \"100\",\n   \"eligibility\": \"HEX\", \"revocation\": \"HEX\", \"salt\": \"HEX\"}\n\ncode is the HMAC-SHA256 of the person's identifier under the named key, eligibility and revocation are SHA-256 of the\nevidence, each 64 hexadecimal digits; salt is 32 of them, drawn at random for each entry. On an opaque rail the\ndestination may be left out. An amount is digits only, in base units.\n\nA destination is a CAIP-10 account in its one spelling: eip155:1:0x and 40 lower-case digits, polkadot:GENESIS:64 digits of\nthe public key, RAIL:NAME:LABEL. Another spelling of an account is refused with the one to write, after its checksum (EIP-55,\nSS58) was looked at; in lower case a typing error cannot be found. Of a rail of its own only the form is checked, and the\nanswer counts those. It also names every account that stands in several lines: couples have one, so that is no fault.\n\nA header is one, in front of all entries. Entries of a batch with a parent say which entries of it they pay again, and no\nothers do. With --parent each is compared with the parent's entry: the same person, and no more than was due; with\n--parent-outcome also, that it was closed and not paid.\n\nExit code 3 with all faults and their lines, the first twenty."
    )]
    Check {
        /// The manifest.
        file: PathBuf,
        /// queryable, where each entry states its destination, or opaque; the header's where the file has one.
        #[arg(long, value_name = "RAIL")]
        rail: Option<String>,
        /// The manifest of the batch whose entries it pays again.
        #[arg(long, value_name = "FILE")]
        parent: Option<PathBuf>,
        /// The outcomes of that batch.
        #[arg(long, value_name = "FILE", requires = "parent")]
        parent_outcome: Option<PathBuf>,
    },
    /// Writes a manifest: a header with all that the batch commits to, and the entries.
    #[command(
        after_help = "Example:\n  greatseal manifest make entries.jsonl --program 2 --asset eip155:1/slip44:60 --payer ACCOUNT --line 1 --pay-on '+2 d' --out pensions.jsonl\n  greatseal manifest make failed.jsonl --program 2 --asset HEX --payer ACCOUNT --line 1 --pay-on '+0 d' --parent pensions.jsonl --out again.jsonl\n\nThe entries as `greatseal manifest check` takes them, without a header. The first line of the manifest is {\"header\": {…}}; its SHA-256 over\n0x0b and the SCALE bytes names the batch. Where no rule set is named it is the\nparent's, under which is due what is paid again, and without a parent the newest that is in effect on the payday. Each entry of a\nbatch with a parent says which entry of it is paid again: \"repays\": 7. The file is written whole or not at all, with the\nentries that were checked."
    )]
    Make(Make),
    /// Prints the hash of a manifest, which names its batch.
    #[command(after_help = "Example:\n  greatseal batch show $(greatseal manifest hash pensions.jsonl)")]
    Hash {
        /// The manifest.
        file: PathBuf,
    },
}

/// What a batch commits to besides its entries.
#[derive(Debug, Args)]
pub struct Make {
    /// The entries.
    pub entries: PathBuf,
    /// For which programme.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>)]
    pub program: u32,
    /// In which asset: CAIP-19 text, or its SHA-256.
    #[arg(long, value_name = "ASSET")]
    pub asset: String,
    /// From which account; the registry says that it pays for the programme.
    #[arg(long, value_name = "ACCOUNT")]
    pub payer: String,
    /// Out of which budget line.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>)]
    pub line: u32,
    /// From when it is paid: seconds, or from now such as '+2 d'.
    #[arg(long, value_name = "TIME")]
    pub pay_on: String,
    /// Version of the rule set.
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u32>)]
    pub rules: Option<u32>,
    /// queryable, where anybody can look settlement up and each entry states its destination, or opaque.
    #[arg(long, value_name = "RAIL", default_value = "queryable")]
    pub rail: String,
    /// The batch whose failed entries it pays again: the hash of its manifest, or the manifest's file.
    #[arg(long, value_name = "MANIFEST")]
    pub parent: Option<String>,
    /// The file that is written; it must not exist.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Outcomes: what the rails did with the entries of a batch.
#[derive(Debug, Subcommand)]
pub enum Outcomes {
    /// Checks every outcome of a batch against its manifest, and says what a statement about it commits to.
    ///
    /// Of several batches it also says which transfers are claimed for more than they moved, and which entries are paid again
    /// and must not be.
    #[command(
        after_help = "Examples:\n  greatseal outcome check outcomes.jsonl --manifest pensions.jsonl\n  greatseal outcome check may.jsonl june.jsonl --manifest pensions-may.jsonl --manifest pensions-june.jsonl\n\nOne JSON object a line, one for each entry, in their order:\n  {\"index\": 0, \"state\": \"closed\", \"paid\": \"100\", \"excess\": \"0\",\n   \"references\": [{\"transaction\": \"eip155:1:0xHEX\", \"log\": 3, \"amount\": \"100\", \"share\": \"100\"}],\n   \"reason\": null, \"evidence\": \"HEX\"}\n\npaid is what arrived, at most what is due; more is excess. A closed entry that is not fully paid has a reason, such as\naccount-closed. References in any number and order: one transfer may serve several entries, and several one entry. amount\nis what the transfer moved, share what of that is for this entry: all shares of an entry are paid and excess together, and\nall shares of a transfer at most its amount. On an opaque rail there may be no reference. A transaction has one spelling:\neip155:1:0x and 64 lower-case digits, polkadot:GENESIS:BLOCK-PLACE, RAIL:NAME:REFERENCE.\n\nExit code 3 with all faults and their lines, 8 where batches contradict each other: both places are named. Where a batch\nand the one whose entries it pays again are both given, its entries are those that were left unpaid, for the same persons,\neach once."
    )]
    Check {
        /// The outcomes of a batch; of several, a file each.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The manifest of each, in the same order.
        #[arg(long, value_name = "FILE", required = true)]
        manifest: Vec<PathBuf>,
    },
}

/// Batches: what is stated, confirmed and final.
#[derive(Debug, Subcommand)]
pub enum Batches {
    /// Shows a batch as the chain has it, with statements and votes.
    #[command(
        after_help = "Examples:\n  greatseal batch show HEX\n  greatseal batch show pensions.jsonl\n\nA batch is named by the hash of its manifest, or by the manifest's file, here and below. One that was not executed is shown\nwhere it is stopped or disputed; where the chain knows nothing of it: refused with 812."
    )]
    Show {
        /// The batch.
        #[arg(value_name = "MANIFEST")]
        batch: String,
    },
    /// States what the rail did with a batch: an Operator or Treasury seat. It can be said again, as often as it takes.
    #[command(
        after_help = "Example:\n  greatseal batch state pensions.jsonl --outcome outcomes.jsonl --token O0 --pin-file pins/O0\n\nRoot and sums are computed from the outcomes. What left the payer's account and did not come back is what arrived, where\nnothing else is said. Say what is on its way too: it lessens what the budget line gets back until its entries are closed."
    )]
    State {
        /// Its manifest.
        #[arg(value_name = "MANIFEST")]
        batch: PathBuf,
        /// What became of its entries.
        #[arg(long, value_name = "FILE")]
        outcome: PathBuf,
        /// What left the payer's account and did not come back.
        #[arg(long, value_name = "AMOUNT")]
        debited: Option<String>,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// An auditor's word on a recorder's present statement.
    #[command(
        after_help = "Examples:\n  greatseal batch vote pensions.jsonl --recorder O0 --verdict confirmed --outcome outcomes.jsonl --evidence report.pdf --token A0 --pin-file pins/A0\n  greatseal batch vote pensions.jsonl --recorder O0 --verdict confirmed --outcome outcomes.jsonl --debited 450 --evidence report.pdf --token A0 --pin-file pins/A0\n  greatseal batch vote HEX --recorder O0 --verdict contradicted --evidence report.pdf --token A0 --pin-file pins/A0\n  greatseal batch vote HEX --verdict withdrawn --evidence report.pdf --token A0 --pin-file pins/A0\n\nWho confirms gives the outcomes: root and sums are computed again, and compared with the statement, and so is what left the\npayer's account. What the recorder has stated is shown before it is signed. What is withdrawn is\nthe seat's last vote, whatever the recorder has stated since."
    )]
    Vote(Vote),
    /// Makes a statement final that was confirmed, and not contradicted for as long as the batch asks: anybody, with any key.
    #[command(
        after_help = "Examples:\n  greatseal batch finalise pensions.jsonl --recorder O0 --token O1 --pin-file pins/O1\n  greatseal batch finalise pensions.jsonl --recorder O0 --sealed keys --passphrase-file passphrase\n\nA key that has a seat signs as it where the seat can act, so that the log says whose word it was; any other key signs as\nanybody. An open dispute about the manifest's hash is in its way for a while."
    )]
    Finalise {
        /// The batch.
        #[arg(value_name = "MANIFEST")]
        batch: String,
        /// The recorder's seat.
        #[arg(long, value_name = "SEAT")]
        recorder: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Puts on record that an entry is not to be paid before a time: a seat of the authority. It stops nothing by itself.
    #[command(
        after_help = "Example:\n  greatseal batch hold pensions.jsonl --entry 7 --until '+30 d' --reason 'has died' --token Pr:1-0 --pin-file pins/Pr:1-0"
    )]
    Hold {
        /// The batch.
        #[arg(value_name = "MANIFEST")]
        batch: String,
        /// The entry.
        #[arg(long, value_name = "ENTRY", value_parser = whole::<u32>)]
        entry: u32,
        /// From when it may be paid: seconds, or from now such as '+30 d'.
        #[arg(long, value_name = "TIME")]
        until: String,
        /// The reason; its SHA-256 goes on chain.
        #[arg(long)]
        reason: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Ends a hold.
    #[command(
        after_help = "Example:\n  greatseal batch free pensions.jsonl --entry 7 --token Pr:1-0 --pin-file pins/Pr:1-0"
    )]
    Free {
        /// The batch.
        #[arg(value_name = "MANIFEST")]
        batch: String,
        /// The entry.
        #[arg(long, value_name = "ENTRY", value_parser = whole::<u32>)]
        entry: u32,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
}

/// An auditor's word on a statement.
#[derive(Debug, Args)]
pub struct Vote {
    /// The batch.
    #[arg(value_name = "MANIFEST")]
    pub batch: String,
    /// The recorder's seat; of a vote that is withdrawn the one that it is about, where left out.
    #[arg(long, value_name = "SEAT", required_if_eq_any = [("verdict", "confirmed"), ("verdict", "contradicted")])]
    pub recorder: Option<String>,
    /// confirmed, contradicted or withdrawn.
    #[arg(long)]
    pub verdict: String,
    /// The outcomes that are confirmed.
    #[arg(long, value_name = "FILE", required_if_eq("verdict", "confirmed"))]
    pub outcome: Option<PathBuf>,
    /// What left the payer's account and did not come back, by the auditor's own books; what arrived where left out.
    #[arg(long, value_name = "AMOUNT", requires = "outcome")]
    pub debited: Option<String>,
    /// The evidence: a file, or sha256:HEX.
    #[arg(long, value_name = "FILE")]
    pub evidence: String,
    /// How the outcomes and the evidence are looked at.
    #[command(flatten)]
    pub look: Look,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Disputes: doubts about records. They take nothing back.
#[derive(Debug, Subcommand)]
pub enum Disputes {
    /// Disputes a batch, a proposal or another record: an Auditor seat, or one of the authority whose batch it is.
    #[command(
        after_help = "Examples:\n  greatseal dispute open proposal:12.S0.1 --reason 'not what was decided' --token A0 --pin-file pins/A0\n  greatseal dispute open batch:HEX --reason 'entry 7 was not paid' --token A0 --pin-file pins/A0\n\nA subject is batch:HEX, proposal:ID or other:HEX, or the digits alone, which are looked for among batches and proposals.\nThe first dispute about a batch, or about a proposal that lets money go, holds it for a day, and at most two.\nOf a proposal that pays a batch the batch is disputed, whatever proposal pays it: the answer says so. With --only-proposal\nthat proposal alone is, and another one of the same batch goes on.\nA batch that was not executed, or a record that nobody disputed before, is named above the question and in the answer.\nWith --yes, or without a terminal, it is refused (exit code 3) unless --allow-unknown is given."
    )]
    Open {
        /// What is disputed, and why.
        #[command(flatten)]
        said: Said,
        /// Disputes the proposal that is named, and not the batch that it pays.
        #[arg(long)]
        only_proposal: bool,
        /// Goes on where the chain has no such batch and no such proposal; for scripts, a person is asked.
        #[arg(long)]
        allow_unknown: bool,
    },
    /// Takes notice within an hour: a Sovereign or Operator seat, or one of the authority whose batch it is.
    #[command(after_help = "Example:\n  greatseal dispute acknowledge batch:HEX --token O0 --pin-file pins/O0")]
    Acknowledge {
        /// Which dispute.
        #[command(flatten)]
        which: WhichDispute,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Says within a day what it is at first sight: an Auditor seat, of another organisation than the opener's where there is one.
    #[command(
        after_help = "Example:\n  greatseal dispute triage batch:HEX --reason 'entry 7 was paid twice' --token A1 --pin-file pins/A1"
    )]
    Triage {
        /// Which dispute.
        #[command(flatten)]
        which: WhichDispute,
        /// The finding; its SHA-256 goes on chain.
        #[arg(long = "reason")]
        finding: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Takes one's own dispute back.
    #[command(
        after_help = "Example:\n  greatseal dispute retract batch:HEX --reason 'the rail shows one payment' --token A0 --pin-file pins/A0"
    )]
    Retract(Said),
    /// Shows a dispute with its clocks, as the chain has it.
    #[command(
        after_help = "Examples:\n  greatseal dispute show batch:HEX\n  greatseal dispute show batch:HEX --of A0\n\nIt is answered with `greatseal governance propose … resolve`, and given more time with `… extend-dispute`."
    )]
    Show {
        /// Which dispute.
        #[command(flatten)]
        which: WhichDispute,
    },
}

/// Which dispute: a subject may have one of each seat.
#[derive(Debug, Args)]
pub struct WhichDispute {
    /// What is disputed: batch:HEX, proposal:ID, other:HEX, or the digits alone.
    pub subject: String,
    /// The seat that opened it, where several dispute the same.
    #[arg(long, value_name = "SEAT")]
    pub of: Option<String>,
}

/// A subject, and words about it.
#[derive(Debug, Args)]
pub struct Said {
    /// What is disputed: batch:HEX, proposal:ID, other:HEX, or the digits alone.
    pub subject: String,
    /// The reason or the finding; its SHA-256 goes on chain.
    #[arg(long)]
    pub reason: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}
