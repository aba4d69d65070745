//! A content from whoever has it: at hand, or from the first indexer whose bytes fit its address.

use super::{
    Filed, Patience, Source, Spool,
    at_hand::full,
    hold::{list_restricted, path, restricted_path},
    patience::telling,
    secret::{Identity, encrypted},
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

/// The bytes of a content, of which an indexer is heard so many at `most`.
///
/// # Errors
///
/// [`CliError::Contradiction`] where an indexer gives other bytes, or too many, and nobody the right ones.
pub async fn fetch(session: &Session, address: &Address, reading: &Reading, most: u64) -> Result<Fetched, CliError> {
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
            let found = telling(&indexer, from(session, &indexer, address, reading, most));
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

async fn from(
    session: &Session,
    indexer: &Service,
    address: &Address,
    reading: &Reading,
    most: u64,
) -> Result<Fetched, CliError> {
    let plain = plain(indexer, address, most).await;
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
        if let Some(source) = opened(indexer, address, copy, identity, most).await? {
            session.at_hand.note_filed(*address, Filed::Encrypted);
            return Ok(Fetched::Here(source));
        }
    }
    Ok(Fetched::Nowhere(format!("the indexer at {} has it encrypted, and not for this identity", indexer.url())))
}

/// The bytes that an indexer gives to everybody; `None` where it has none.
async fn plain(indexer: &Service, address: &Address, most: u64) -> Result<Option<Source>, CliError> {
    let url = indexer.url();
    let other = || CliError::Contradiction(format!("the indexer at {url} gives other bytes than {address} names"));
    let long = || CliError::Contradiction(format!("the indexer at {url} gives more than {most} bytes as {address}"));
    let (mut heard, mut check) = (Heard::default(), Check::new(address));
    let mut take = |piece: &[u8]| {
        check.push(piece);
        match check.is_unfit() {
            true => Err(io::ErrorKind::InvalidData.into()),
            false => heard.push(piece, most),
        }
    };
    match indexer.pieces(&path(address), u64::MAX, &mut take).await? {
        None => Ok(None),
        Some(Err(_)) if check.is_unfit() => Err(other()),
        Some(Err(_)) if heard.too_long => Err(long()),
        Some(Err(error)) => Err(full(&error)),
        Some(Ok(())) => match check.finish() {
            Ok(()) => Ok(Some(heard.spool.end()?)),
            Err(_) => Err(other()),
        },
    }
}

/// What a ciphertext of an indexer holds, where this identity opens it and it is the content. One that is too long is none.
async fn opened(
    indexer: &Service,
    address: &Address,
    copy: &[u8; 32],
    identity: &Identity,
    most: u64,
) -> Result<Option<Source>, CliError> {
    let mut heard = Heard { spool: Spool::for_ciphertext(), ..Heard::default() };
    let mut take = |piece: &[u8]| heard.push(piece, encrypted(most));
    match indexer.pieces(&restricted_path(address, copy), u64::MAX, &mut take).await? {
        None => Ok(None),
        Some(Err(_)) if heard.too_long => Ok(None),
        Some(Err(error)) => Err(full(&error)),
        Some(Ok(())) => identity.open(&heard.spool.end()?, address),
    }
}

/// What an indexer has said so far.
#[derive(Default)]
struct Heard {
    spool: Spool,
    length: u64,
    too_long: bool,
}

impl Heard {
    fn push(&mut self, piece: &[u8], most: u64) -> io::Result<()> {
        self.length = self.length.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.too_long = self.length > most;
        match self.too_long {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => self.spool.push(piece),
        }
    }
}
