//! `greatseal governance approve`, `reject`, `cancel`, `veto`, `call-panel` and `panel-approve`: what is signed is shown first, read from the chain.

use super::{document::Held, outcome, show};
use crate::{
    cli,
    error::CliError,
    output::line,
    session::{Session, open_signer},
};
use greatseal_protocol::{command::Order, council::SeatId, language::proposal, proposal_id::Decision};
use greatseal_signing::{Error, Signer};

/// What to say about the proposal.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// For it.
    Approve,
    /// Against it.
    Reject {
        /// Whether an approval by the same key is taken back.
        withdraws: bool,
    },
    /// Take it back.
    Cancel,
    /// Stop it while its delay runs.
    Veto {
        /// Whether an approval by the same key is taken back.
        withdraws: bool,
    },
    /// Ask the panel.
    CallPanel,
    /// For it, as the panel.
    PanelApprove,
}

/// Decides on a proposal.
///
/// # Errors
///
/// [`CliError::NotConfirmed`], [`CliError::Refused`], or [`CliError::Contradiction`] before anything is signed.
pub async fn run(session: &Session, command: &cli::Decide, word: Word) -> Result<(), CliError> {
    let seen = show::look(session, &command.id, command.document.as_deref()).await?;
    if let (Word::Approve | Word::PanelApprove, Held::Nowhere(reason)) = (word, &seen.document) {
        return Err(CliError::NoDocument(reason.clone()));
    }
    let signer = open_signer(&command.signer).await?;
    let member = session.member(signer.key()).await?;
    let (id, digest) = (seen.id, seen.proposal.digest);
    turned(&seen, &signer, member.id, word)?;
    let order = match word {
        Word::Approve => Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }),
        Word::Reject { .. } => Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Reject }),
        Word::Cancel => Order::Proposal(proposal::Order::Cancel { id }),
        Word::Veto { .. } => Order::Proposal(proposal::Order::Veto { id, digest }),
        Word::CallPanel => Order::Proposal(proposal::Order::CallPanel { id }),
        Word::PanelApprove => Order::Proposal(proposal::Order::PanelApprove { id, digest }),
    };
    let mut about = show::about(&seen);
    let withdraws = matches!(word, Word::Reject { withdraws: true } | Word::Veto { withdraws: true });
    if withdraws {
        about.lines.push(line("takes back", "an approval by this key, if there is one"));
    }
    let how = cli::Signer { withdraws, ..command.signer.clone() };
    let protective = seen.row.id.protective();
    let state = session.sign_and_submit(&signer, &how, member.capacity(), order, protective, about).await?;
    let (lines, value) = outcome(state.as_ref(), &[line("proposal", id), line("seat", member.id)]);
    session.output.answer(&lines, &value);
    Ok(())
}

/// The key's own journal knows no proposal of an approval that came with the opening: the chain does.
fn turned(seen: &show::Seen, signer: &Signer, seat: SeatId, word: Word) -> Result<(), CliError> {
    let now = match word {
        Word::Reject { withdraws: false } => "reject",
        Word::Veto { withdraws: false } => "veto",
        _ => return Ok(()),
    };
    let approved = seen.proposal.decision(seat) == Some(Decision::Approve);
    match seen.proposal.author == signer.key() && approved {
        true => Err(CliError::Signing(Error::OtherDecision {
            proposal: seen.id.to_string(),
            before: "approve".into(),
            now: now.into(),
        })),
        false => Ok(()),
    }
}
