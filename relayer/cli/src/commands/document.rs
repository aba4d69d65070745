//! `greatseal document …`: the texts that explain proposals.

use crate::{
    answers::{
        Text,
        document::{DocumentChecked, DocumentPut},
    },
    cli,
    commands::{
        dispute as disputes,
        governance::{document, show},
    },
    contents::{Bring, Privacy, Reading, bring, doubted},
    error::CliError,
    output::Output,
    session::{Session, Settings},
};
use greatseal_protocol::{action::Action, content::Kind};
use std::path::Path;

/// `greatseal document check`: asks nobody.
///
/// # Errors
///
/// [`CliError::Input`] where it is no document.
pub fn check(path: &Path, output: Output) -> Result<(), CliError> {
    let document = document::load(path)?;
    let left_out: Vec<_> = document.left_out().into_iter().map(str::to_owned).collect();
    let hash = match left_out.as_slice() {
        [] => Some(Text(document::hash(&document::whole(path, &document)?))),
        _ => None,
    };
    output.answer(&DocumentChecked { hash, left_out, document })
}

/// `greatseal document put`
///
/// # Errors
///
/// [`CliError::Input`] where it is no document, [`CliError::NotPut`] where no indexer keeps it.
pub async fn put(session: &Session, path: &Path, proposal: Option<&str>, how: &Bring) -> Result<(), CliError> {
    let (found, privacy) = match proposal {
        None => {
            let found = document::whole(path, &document::load(path)?)?;
            let privacy = Privacy::of_document(session, &found).await?;
            (found, privacy)
        }
        Some(id) => {
            let seen = show::look(session, id, Some(path), &Reading::default()).await?;
            // A document that speaks of something else is evidence like any other.
            let found = seen.document.document().cloned();
            let found = found.ok_or_else(|| CliError::file(path, "is no document that people can read", UNREADABLE))?;
            (found, about(session, &seen.action).await?)
        }
    };
    let hash = document::hash(&found);
    session.at_hand.bytes(found.canonical());
    how.offered.iter().try_for_each(|path| session.at_hand.offer(path))?;
    let mut named: Vec<_> = Kind::Document.hashed(hash.0).into_iter().collect();
    for attachment in document::attached(&found) {
        // It is brought along where its file is given.
        if session.at_hand.find(&attachment.address)?.is_some() {
            named.push(attachment);
        }
    }
    let kept = bring(session, named, privacy, how, false).await.map_err(CliError::of_put)?;
    session.output.answer(&DocumentPut { hash: Text(hash), contents: kept.into_iter().map(Into::into).collect() })
}

/// Who may read what is about an action of the chain.
async fn about(session: &Session, action: &Action) -> Result<Privacy, CliError> {
    let known = match action {
        Action::Dispute(action) => disputes::privacy(session, doubted(action), None).await?,
        Action::Council(_)
        | Action::Emergency(_)
        | Action::Policy(_)
        | Action::Contract(_)
        | Action::Bridge(_)
        | Action::Program(_)
        | Action::Registry(_)
        | Action::Phase(_)
        | Action::Operation(_) => None,
    };
    match known {
        Some(privacy) => Ok(privacy),
        None => Privacy::of_action(session, action).await,
    }
}

const UNREADABLE: &str = "reject the proposal: nobody can know what was approved";

/// `greatseal document …`
///
/// # Errors
///
/// Those of [`check`] and [`put`].
pub async fn run(command: &cli::Document, settings: &Settings) -> Result<(), CliError> {
    match command {
        cli::Document::Check { file } => check(file, settings.output),
        cli::Document::Put { file, proposal, content, encrypt } => {
            put(&Session::open(settings).await?, file, proposal.as_deref(), &encrypt.bring(content)).await
        }
    }
}
