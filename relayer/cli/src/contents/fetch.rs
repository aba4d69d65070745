//! A content from whoever has it: at hand, or from the first indexer whose bytes fit its address.

use super::{
    Filed, MOST, Patience, Source, Spool,
    at_hand::full,
    hold::{list_restricted, path, restricted_path},
    patience::telling,
    secret::{CIPHERTEXT, Identity},
};
use crate::{error::CliError, output::note, services::Service, session::Session};
use greatseal_content::check::Check;
use greatseal_protocol::content::Address;
use std::{
    io,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

/// How contents are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Files that hold some of them.
    pub offered: Vec<PathBuf>,
    /// Opens what is kept encrypted.
    pub identity: Option<PathBuf>,
    /// File with the passphrase of the identity; asked for where it is needed and left out.
    pub passphrase: Option<PathBuf>,
    /// The identity once it was opened: a passphrase is asked for once.
    pub opened: Arc<OnceLock<Identity>>,
    /// Where those go that are not shown in full.
    pub out: Option<PathBuf>,
    /// How long indexers are waited for.
    pub patience: Patience,
}

impl Reading {
    /// The identity, where one is named.
    ///
    /// # Errors
    ///
    /// Those of [`Identity::load`].
    pub fn identity(&self) -> Result<Option<&Identity>, CliError> {
        match (&self.identity, self.opened.get()) {
            (None, _) => Ok(None),
            (_, Some(identity)) => Ok(Some(identity)),
            (Some(path), None) => {
                let identity = Identity::load(path, self.passphrase.as_deref())?;
                Ok(Some(self.opened.get_or_init(|| identity)))
            }
        }
    }
}

/// A content that was looked for.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// Its bytes, which fit its address.
    Here(Source),
    /// Nobody who was asked has it, and why.
    Nowhere(String),
}

/// The bytes of a content.
///
/// # Errors
///
/// [`CliError::Contradiction`] where an indexer gives other bytes and nobody the right ones.
pub async fn fetch(session: &Session, address: &Address, reading: &Reading) -> Result<Fetched, CliError> {
    if let Some(source) = session.at_hand.find(address)? {
        return Ok(Fetched::Here(source));
    }
    let (mut reason, mut liar) = (None, None);
    let indexers = session.services.every_indexer();
    let mut after = indexers.len();
    for indexer in indexers {
        after = after.saturating_sub(1);
        let asked = async {
            let indexer = indexer?;
            let found = telling(&indexer, from(session, &indexer, address, reading));
            reading.patience.ask(session, &indexer, after, found).await
        };
        match asked.await {
            Ok(Fetched::Here(source)) => {
                session.at_hand.add(*address, source.clone());
                return Ok(Fetched::Here(source));
            }
            Ok(Fetched::Nowhere(why)) => reason = Some(why),
            Err(error @ CliError::Contradiction(_)) => {
                note(&error.to_string());
                liar = Some(error);
            }
            Err(error @ (CliError::Input { .. } | CliError::Signing(_))) => return Err(error),
            Err(error) => reason = Some(error.to_string()),
        }
    }
    match liar {
        Some(error) => Err(error),
        None => Ok(Fetched::Nowhere(reason.unwrap_or_else(|| "no indexer is named".to_owned()))),
    }
}

async fn from(session: &Session, indexer: &Service, address: &Address, reading: &Reading) -> Result<Fetched, CliError> {
    let plain = plain(indexer, address).await;
    match plain {
        Ok(Some(source)) => return Ok(Fetched::Here(source)),
        // What is confidential is not given to everybody; the encrypted form may be.
        Ok(None) => {}
        Err(CliError::Service { problem, .. }) if problem.code == "confidential" => {}
        Err(error) => return Err(error),
    }
    let copies = list_restricted(indexer, address).await?;
    if copies.is_empty() {
        return Ok(Fetched::Nowhere(format!("the indexer at {} does not have it", indexer.url())));
    }
    let Some(identity) = reading.identity()? else {
        let reason = format!("the indexer at {} has it encrypted: give --identity FILE", indexer.url());
        return Ok(Fetched::Nowhere(reason));
    };
    for copy in &copies {
        if let Some(source) = opened(indexer, address, copy, identity).await? {
            session.at_hand.note_filed(*address, Filed::Encrypted);
            return Ok(Fetched::Here(source));
        }
    }
    Ok(Fetched::Nowhere(format!("the indexer at {} has it encrypted, and not for this identity", indexer.url())))
}

/// The bytes that an indexer gives to everybody; `None` where it has none.
async fn plain(indexer: &Service, address: &Address) -> Result<Option<Source>, CliError> {
    let other = || {
        let url = indexer.url();
        CliError::Contradiction(format!("the indexer at {url} gives other bytes than {address} names"))
    };
    let (mut spool, mut check) = (Spool::default(), Check::new(address));
    let mut take = |piece: &[u8]| {
        check.push(piece);
        match check.is_unfit() {
            true => Err(io::ErrorKind::InvalidData.into()),
            false => spool.push(piece),
        }
    };
    match indexer.pieces(&path(address), MOST, &mut take).await? {
        None => Ok(None),
        Some(Err(_)) if check.is_unfit() => Err(other()),
        Some(Err(error)) => Err(full(&error)),
        Some(Ok(())) => match check.finish() {
            Ok(()) => Ok(Some(spool.end()?)),
            Err(_) => Err(other()),
        },
    }
}

/// What a ciphertext of an indexer holds, where this identity opens it and it is the content.
async fn opened(
    indexer: &Service,
    address: &Address,
    copy: &[u8; 32],
    identity: &Identity,
) -> Result<Option<Source>, CliError> {
    let mut sealed = Spool::for_ciphertext();
    let got = indexer.pieces(&restricted_path(address, copy), CIPHERTEXT, &mut |piece| sealed.push(piece)).await?;
    match got {
        None => return Ok(None),
        Some(Err(error)) => return Err(full(&error)),
        Some(Ok(())) => {}
    }
    identity.open(&sealed.end()?, address)
}
