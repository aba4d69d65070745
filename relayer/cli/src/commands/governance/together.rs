//! `greatseal governance approve` and `reject` for two to four proposals: each is shown and asked about by itself, and one signature
//! stands for all of them.

use super::{
    decide::{self, Word},
    document::{self, Held},
    show,
};
use crate::{
    cli,
    commands::order::ended,
    door::{Door, Options},
    error::CliError,
    output::line,
    screen::{About, Screen},
    session::Session,
};
use greatseal_protocol::{
    ask::Wish,
    command::{Capacity, Command, Order},
    language::proposal,
    proposal_id::{Choice, Choices, Decision},
};

const HELP: &str = "name two to four proposals, each once";

/// Decides alike on one proposal or several.
///
/// # Errors
///
/// Those of [`decide::run`].
pub async fn run(
    session: &Session,
    command: &cli::Several,
    decision: Decision,
    withdraws: bool,
) -> Result<(), CliError> {
    let word = match decision {
        Decision::Approve => Word::Approve,
        Decision::Reject => Word::Reject { withdraws },
    };
    let cli::Several { ids, document, signer } = command;
    match (ids.as_slice(), document.as_slice()) {
        ([id], []) => decide::run(session, id, None, signer, word).await,
        ([id], [document]) => decide::run(session, id, Some(document), signer, word).await,
        ([_], _) => Err(CliError::input("document", "a proposal has one", "give one --document")),
        _ => together(session, command, decision, word).await,
    }
}

async fn together(session: &Session, command: &cli::Several, decision: Decision, word: Word) -> Result<(), CliError> {
    let mut seen = Vec::new();
    for id in &command.ids {
        seen.push(look(session, id, command).await?);
    }
    seen.sort_by_key(|one| one.id);
    let choice = |one: &show::Seen| Choice { id: one.id, digest: one.proposal.digest, decision };
    let choices = Choices::new(seen.iter().map(choice).collect())
        .ok_or_else(|| CliError::input("proposals", "one is named twice", HELP))?;
    let withdraws = matches!(word, Word::Reject { withdraws: true });
    let door = Door::find(session, Options { withdraws, ..command.signer.options()? }).await?;
    let member = session.member(door.key()).await?;
    for one in &seen {
        if let (Decision::Approve, Held::Nowhere(reason)) = (decision, &one.document) {
            return Err(CliError::NoDocument(reason.clone()));
        }
        decide::turned(one, door.key(), member.id, word)?;
    }
    // What a rule refuses is told before anybody reads four screens.
    let wish = Wish::Order(Box::new(Order::Proposal(proposal::Order::DecideTogether(choices))));
    door.allowed(&member, &wish).await?;
    for (one, place) in seen.iter().zip(1..) {
        let order = Order::Proposal(proposal::Order::Decide { id: one.id, digest: one.proposal.digest, decision });
        let capacity = Capacity::Seat { seat: member.id, epoch: member.head.epoch };
        let command = Command { capacity, expiry: session.now, order };
        let screen = Screen::new(show::about(session, one)?, &command);
        screen.one_of(place, seen.len()).ask(door.agreed())?;
    }
    let mut about = About::default();
    if withdraws {
        about.lines.push(line("takes back", "an approval by this key, where there is one"));
    }
    let sent = door.send(Some(&member), wish, about).await?;
    session.output.answer(&ended(&sent.command, &sent.delivery)?)
}

/// A proposal with its document: the indexer's, or one of the files that were given.
async fn look(session: &Session, id: &str, command: &cli::Several) -> Result<show::Seen, CliError> {
    let mut seen = show::look(session, id, None).await?;
    for path in &command.document {
        if !matches!(seen.document, Held::Nowhere(_)) {
            break;
        }
        // A file that is another proposal's document is no error here.
        if let Ok(found) = document::of_proposal(session, Some(path), seen.proposal.document).await {
            seen.document = found;
        }
    }
    Ok(seen)
}
