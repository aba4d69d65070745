//! `greatseal document …`: the texts that explain proposals.

use crate::{
    answers::{
        Text,
        document::{DocumentChecked, DocumentPut},
    },
    cli,
    commands::governance::{document, show},
    contents::{Bring, Privacy, Reading, bring},
    error::CliError,
    output::Output,
    session::{Session, Settings},
};
use greatseal_protocol::content::Kind;
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
/// [`CliError::Input`] where it is no document, [`CliError::NotKept`] where no indexer keeps it.
pub async fn put(session: &Session, path: &Path, proposal: Option<&str>, how: &Bring) -> Result<(), CliError> {
    let mut privacy = Privacy::Public;
    let found = match proposal {
        None => document::whole(path, &document::load(path)?)?,
        Some(id) => {
            let seen = show::look(session, id, Some(path), &Reading::default()).await?;
            privacy = Privacy::of_action(session, &seen.action).await?;
            // A document that speaks of something else is evidence like any other.
            let found = seen.document.document().cloned();
            found.ok_or_else(|| CliError::file(path, "is no document that people can read", UNREADABLE))?
        }
    };
    let hash = document::hash(&found);
    session.at_hand.bytes(found.canonical());
    let named = Kind::Document.hashed(hash.0).into_iter().chain(document::attached(&found).into_iter().filter(|one| {
        // An attachment is brought along where its file is given.
        how.offered.iter().any(|path| session.at_hand.offer(path).is_ok())
            && matches!(session.at_hand.find(&one.address), Ok(Some(_)))
    }));
    let kept = bring(session, named, privacy, how, false).await?;
    session.output.answer(&DocumentPut { hash: Text(hash), contents: kept.into_iter().map(Into::into).collect() })
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
        cli::Document::Put { file, proposal, contents } => {
            put(&Session::open(settings).await?, file, proposal.as_deref(), &contents.bring()).await
        }
    }
}
