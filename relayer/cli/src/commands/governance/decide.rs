//! `greatseal governance approve`, `reject`, `cancel`, `veto`, `call-panel` and `panel-approve`: what is signed is shown first, read from the chain.

use super::{document::Held, show};
use crate::{
    cli,
    commands::order::ended,
    door::{Door, Options},
    error::CliError,
    output::line,
    session::Session,
};
use greatseal_protocol::{
    ask::Wish, command::Order, council::SeatId, key::Key, language::proposal, proposal_id::Decision,
};
use greatseal_signing::Error;
use std::path::Path;

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
pub async fn run(
    session: &Session,
    id: &str,
    document: Option<&Path>,
    signer: &cli::Signer,
    word: Word,
) -> Result<(), CliError> {
    let seen = show::look(session, id, document).await?;
    if let (Word::Approve | Word::PanelApprove, Held::Nowhere(reason)) = (word, &seen.document) {
        return Err(CliError::NoDocument(reason.clone()));
    }
    let withdraws = matches!(word, Word::Reject { withdraws: true } | Word::Veto { withdraws: true });
    let door = Door::find(session, Options { withdraws, ..signer.options()? }).await?;
    let member = session.member(door.key()).await?;
    let (id, digest) = (seen.id, seen.proposal.digest);
    turned(&seen, door.key(), member.id, word)?;
    let order = match word {
        Word::Approve => Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }),
        Word::Reject { .. } => Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Reject }),
        Word::Cancel => Order::Proposal(proposal::Order::Cancel { id }),
        Word::Veto { .. } => Order::Proposal(proposal::Order::Veto { id, digest }),
        Word::CallPanel => Order::Proposal(proposal::Order::CallPanel { id }),
        Word::PanelApprove => Order::Proposal(proposal::Order::PanelApprove { id, digest }),
    };
    let mut about = show::about(session, &seen)?;
    if withdraws {
        about.lines.push(line("takes back", "an approval by this key, if there is one"));
    }
    let sent = door.send(Some(&member), Wish::Order(Box::new(order)), about).await?;
    session.output.answer(&ended(&sent.command, &sent.delivery)?)
}

/// The key's own journal knows no proposal of an approval that came with the opening: the chain does.
pub(super) fn turned(seen: &show::Seen, key: Key, seat: SeatId, word: Word) -> Result<(), CliError> {
    let now = match word {
        Word::Reject { withdraws: false } => "reject",
        Word::Veto { withdraws: false } => "veto",
        _ => return Ok(()),
    };
    let approved = seen.proposal.decision(seat) == Some(Decision::Approve);
    match seen.proposal.author == key && approved {
        true => Err(CliError::Signing(Error::OtherDecision {
            proposal: seen.id.to_string(),
            before: "approve".into(),
            now: now.into(),
        })),
        false => Ok(()),
    }
}
