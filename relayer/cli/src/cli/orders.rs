//! Command line of what seats order by themselves: no quorum is asked.

use super::{Look, Signer};
use crate::number::whole;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// A seat and its key.
#[derive(Debug, Subcommand)]
pub enum Seat {
    /// Takes a seat with its new key.
    #[command(after_help = "Example:\n  greatseal seat accept --token S1-2027 --pin-file pins/S1-2027")]
    Accept(Signer),
    /// Sets one's own seat aside, at once and until it has another key.
    #[command(after_help = "Example:\n  greatseal seat suspend-self --token S1 --pin-file pins/S1")]
    SuspendSelf(Signer),
    /// Names the key that shall follow, before it is proposed.
    #[command(after_help = "Example:\n  greatseal seat name-successor ed25519:HEX --token S1 --pin-file pins/S1")]
    NameSuccessor {
        /// The key that shall follow.
        successor: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// Names the seat's post-quantum companion, which signs beside its key: once for each key of the seat.
    #[command(
        after_help = "Example:\n  greatseal key generate --sealed keys --passphrase-file passphrase --purpose companion --label E0\n  greatseal seat name-companion --token E0 --pin-file pins/E0 --companion E0 --companion-sealed keys --companion-passphrase-file passphrase"
    )]
    NameCompanion(Signer),
    /// A sign of life of an Emergency seat.
    #[command(after_help = "Example:\n  greatseal seat heartbeat --token E0 --pin-file pins/E0")]
    Heartbeat(Signer),
}

/// Reviews of what was paused.
#[derive(Debug, Subcommand)]
pub enum Review {
    /// Files a report on a pause that is over, or replaces the seat's own: a Sovereign or Emergency seat.
    #[command(
        after_help = "Example:\n  greatseal review file --scope route:1 --severity 2 --report review.pdf --token E0 --pin-file pins/E0"
    )]
    File {
        /// The scope that was paused.
        #[arg(long)]
        scope: String,
        /// Its severity in hindsight, 1 (critical) to 4 (low).
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
        severity: u8,
        /// The report; its SHA-256 goes on chain.
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
        /// The proposal that set what is meant; the one on the chain where left out.
        #[arg(long, value_name = "PROPOSAL")]
        set_by: Option<String>,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
    /// An auditor has read the review: the duty ends.
    #[command(
        after_help = "Example:\n  greatseal review attest --scope route:1 --report review.pdf --token A0 --pin-file pins/A0"
    )]
    Attest {
        /// The scope that was paused.
        #[arg(long)]
        scope: String,
        /// The report that was read.
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
        /// The proposal that set what is meant; the one on the chain where left out.
        #[arg(long, value_name = "PROPOSAL")]
        set_by: Option<String>,
        /// Whose report; where left out, whoever filed this very file.
        #[arg(long, value_name = "SEAT")]
        of: Option<String>,
        /// How the report is looked at.
        #[command(flatten)]
        look: Look,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
}

/// Changes a parameter within its band.
#[derive(Debug, Args)]
pub struct Tune {
    /// inflight, cache-ttl, cache-size or mint-rate.
    pub name: String,
    /// What shall hold.
    #[arg(value_parser = whole::<u64>)]
    pub value: u64,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Files the evidence of a drill.
#[derive(Debug, Args)]
pub struct Drill {
    /// What was drilled, in a word.
    pub kind: String,
    /// The report; its SHA-256 goes on chain.
    #[arg(long, value_name = "FILE")]
    pub report: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
}

/// Releases: what components run, and the way back.
#[derive(Debug, Subcommand)]
pub enum Releases {
    /// Shows what a component runs, what it ran before, and until when an operator may go back to that; of all
    /// components where none is named.
    #[command(
        after_help = "Examples:\n  greatseal release show\n  greatseal release show relayer\n\nRefused with 620 where nothing was released for the component."
    )]
    Show {
        /// Which component.
        component: Option<String>,
    },
    /// Goes back to the release before, which the present one allowed.
    #[command(after_help = "Example:\n  greatseal release roll-back relayer --token O0 --pin-file pins/O0")]
    RollBack {
        /// Of which component.
        component: String,
        /// Who signs.
        #[command(flatten)]
        signer: Box<Signer>,
    },
}

/// Post-quantum phases of councils.
#[derive(Debug, Subcommand)]
pub enum Phases {
    /// Goes back to the phase that the decision for the present one allowed: one order, at once.
    #[command(after_help = "Example:\n  greatseal phase roll-back S --token O0 --pin-file pins/O0")]
    RollBack {
        /// S, P, T, E, C, M, I, Pr:1, O, A or X.
        council: String,
        /// Who signs.
        #[command(flatten)]
        signer: Signer,
    },
}
