//! `greatseal governance approve` and `reject` for two to four proposals: each is shown and asked about by itself, and one signature
//! stands for all of them.

use super::{
    decide::{self, Files, Word},
    document::{self, Held},
    show,
};
use crate::{
    cli,
    commands::order::ended,
    contents::{Looked, Reading},
    door::{Door, Options},
    error::CliError,
    manifest::{Checked, kept},
    output::line,
    screen::{About, Screen},
    session::Session,
};
use greatseal_protocol::{
    ask::Wish,
    command::{Capacity, Command, Order},
    language::proposal,
    proposal_id::{Choice, Choices, Decision, ProposalId},
};
use std::path::PathBuf;

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
    let cli::Several { ids, document, manifest, look, signer } = command;
    let reading = &look.reading(signer);
    match ids.as_slice() {
        [_] if document.len().max(manifest.len()) > 1 => {
            Err(CliError::input("files", "a proposal has one document, and a batch one manifest", "give each once"))
        }
        [id] => {
            let (document, manifest) = (document.first().map(PathBuf::as_path), manifest.first().map(PathBuf::as_path));
            decide::run(session, id, Files { document, manifest, reading }, signer, word).await
        }
        _ => together(session, command, decision, word, reading).await,
    }
}

async fn together(
    session: &Session,
    command: &cli::Several,
    decision: Decision,
    word: Word,
    reading: &Reading,
) -> Result<(), CliError> {
    if decision == Decision::Reject {
        decide::no_manifest(command.manifest.first().map(PathBuf::as_path))?;
    }
    let mut seen = Vec::new();
    for id in &command.ids {
        seen.push(look(session, id, command, reading).await.map_err(|error| about(id, error))?);
    }
    seen.sort_by_key(|one| one.id);
    let choice = |one: &show::Seen| Choice { id: one.id, digest: one.proposal.digest, decision };
    let choices = Choices::new(seen.iter().map(choice).collect())
        .ok_or_else(|| CliError::input("proposals", "one is named twice", HELP))?;
    let withdraws = matches!(word, Word::Reject { withdraws: true });
    let door = Door::find(session, Options { withdraws, ..command.signer.options()? }).await?;
    let member = session.member(door.key()).await?;
    for one in &seen {
        let allowed = decidable(one, decision).and_then(|()| decide::turned(one, door.key(), member.id, word));
        allowed.map_err(|error| about(one.id, error))?;
    }
    // What a rule refuses is told before anybody reads four screens.
    let wish = Wish::Order(Box::new(Order::Proposal(proposal::Order::DecideTogether(choices))));
    door.allowed(&member, &wish).await?;
    let manifests = manifests(session, &seen, &command.manifest)?;
    let (entries, looked) = match decision {
        Decision::Approve => {
            (entries(session, &seen, manifests, reading).await?, contents(session, &seen, reading).await?)
        }
        Decision::Reject => (Vec::new(), Vec::new()),
    };
    for (one, place) in seen.iter().zip(1..) {
        let order = Order::Proposal(proposal::Order::Decide { id: one.id, digest: one.proposal.digest, decision });
        let capacity = Capacity::Seat { seat: member.id, epoch: member.head.epoch };
        let alone = Command { capacity, expiry: session.now, order };
        let mut above = show::about(session, one)?;
        above.lines.extend(looked.iter().filter(|(id, _)| *id == one.id).flat_map(|(_, of)| of.lines()));
        above.lines.extend(entries.iter().filter(|(id, _)| *id == one.id).flat_map(|(_, of)| decide::entries_of(of)));
        let screen = Screen::new(above, &alone);
        screen.one_of(place, seen.len()).ask(door.agreed())?;
    }
    let mut above = About::default();
    if withdraws {
        above.lines.push(line("takes back", "an approval by this key, where there is one"));
    }
    let sent = door.send(Some(&member), wish, above).await?;
    session.signed(&ended(&sent)?)
}

/// An error about one of them.
fn about(id: impl ToString, error: CliError) -> CliError {
    CliError::Of { proposal: id.to_string(), error: Box::new(error) }
}

/// Nobody approves what nobody can read, what its document does not say, nor keys with which nobody can sign.
fn decidable(one: &show::Seen, decision: Decision) -> Result<(), CliError> {
    match decision {
        Decision::Reject => Ok(()),
        Decision::Approve => one.document.approvable().and_then(|()| decide::keys_are_keys(&one.action)),
    }
}

/// The files of manifests, each read once.
fn manifests<'a>(
    session: &Session,
    seen: &[show::Seen],
    files: &'a [PathBuf],
) -> Result<Vec<(&'a PathBuf, Checked)>, CliError> {
    // A file without a header does not say its rail: the batches do, where they have one rail.
    let mut rails = seen.iter().filter_map(|one| decide::batch(&one.action)).map(|header| header.rail);
    let rail = rails.next().filter(|first| rails.all(|rail| rail == *first));
    files.iter().map(|file| Ok((file, kept(&session.at_hand, file, rail)?))).collect()
}

/// What each proposal names by hash.
async fn contents(
    session: &Session,
    seen: &[show::Seen],
    reading: &Reading,
) -> Result<Vec<(ProposalId, Looked)>, CliError> {
    let mut all = Vec::new();
    for one in seen {
        let looked = decide::contents(session, one, reading).await.map_err(|error| about(one.id, error))?;
        all.extend(looked.into_iter().map(|looked| (one.id, looked)));
    }
    Ok(all)
}

/// The entries of each batch, by the proposal that pays it: each file is one's, and where there is none an indexer has them.
async fn entries(
    session: &Session,
    seen: &[show::Seen],
    mut files: Vec<(&PathBuf, Checked)>,
    reading: &Reading,
) -> Result<Vec<(ProposalId, Checked)>, CliError> {
    const HELP: &str = "give the manifest of each batch once, and no other file";
    let batches: Vec<_> = seen.iter().filter_map(|one| Some((one.id, decide::batch(&one.action)?))).collect();
    let stray = files.iter().find(|(_, of)| !batches.iter().any(|(_, header)| decide::is_of(of, header)));
    if let Some((file, _)) = stray {
        return Err(CliError::Differs(format!("{} is the manifest of none of these proposals", file.display()), HELP));
    }
    let mut all = Vec::new();
    for (one, (id, header)) in seen.iter().filter(|one| decide::batch(&one.action).is_some()).zip(batches) {
        let entries = match files.iter().position(|(_, of)| decide::is_of(of, header)) {
            Some(at) => files.swap_remove(at).1,
            None => {
                decide::contents(session, one, reading).await.map_err(|error| about(id, error))?;
                let found = decide::of_store(session, &one.action).map_err(|error| about(id, error))?;
                found.ok_or_else(|| about(id, decide::missing()))?
            }
        };
        all.push((id, entries));
    }
    Ok(all)
}

/// A proposal with its document: the indexer's, or one of the files that were given.
async fn look(session: &Session, id: &str, command: &cli::Several, reading: &Reading) -> Result<show::Seen, CliError> {
    let mut seen = show::look(session, id, None, reading).await?;
    for path in &command.document {
        if !matches!(seen.document, Held::Nowhere(_)) {
            break;
        }
        // A file that is another proposal's document is no error here.
        if let Ok(found) =
            document::of_proposal(session, Some(path), seen.proposal.document, &seen.claims, reading).await
        {
            seen.document = found;
        }
    }
    Ok(seen)
}
