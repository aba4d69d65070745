//! What one command works with: where it reads, which services it asks, and where its answer goes.

use crate::{
    answers::{Text, chain::Block, signed::Signed},
    contents::{AtHand, Silent},
    error::CliError,
    output::Output,
    place::{Place, read_deployment},
    services::{Service, Services},
};
use std::{ops::Deref, path::PathBuf};

/// What is said for every command.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The deployment file.
    pub deployment: PathBuf,
    /// Node of the chain.
    pub node: String,
    /// Relayer and indexer.
    pub services: Services,
    /// Where the answer goes.
    pub output: Output,
}

/// What one command works with. It is read from like its place.
#[derive(Debug)]
pub struct Session {
    /// The deployment at one finalised block.
    pub place: Place,
    /// Relayer and indexer.
    pub services: Services,
    /// Where the answer goes.
    pub output: Output,
    /// Contents whose bytes the command line gave.
    pub at_hand: AtHand,
    /// Indexers that did not answer.
    pub silent: Silent,
}

impl Session {
    /// Reads the deployment file and refuses any other chain, code or deployment.
    ///
    /// # Errors
    ///
    /// [`CliError::WrongDeployment`] before anything is signed.
    pub async fn open(settings: &Settings) -> Result<Self, CliError> {
        let Settings { deployment, node, services, output } = settings;
        let place = Place::find(read_deployment(deployment)?, node).await?;
        let (at_hand, silent) = (AtHand::default(), Silent::default());
        Ok(Self { place, services: services.clone(), output: *output, at_hand, silent })
    }

    /// The session's block as answers name it.
    pub fn at(&self) -> Block {
        Block { number: Text(self.block.number), time: Text(self.now) }
    }

    /// Answers of a command that was signed. Where nobody keeps one of its contents, that is an error too.
    ///
    /// # Errors
    ///
    /// [`CliError::NotHeld`], [`CliError::NotTold`].
    pub fn signed(&self, signed: &Signed) -> Result<(), CliError> {
        self.output.answer(signed)?;
        match signed.contents.iter().find(|content| content.keeping.kept_by == 0) {
            None => Ok(()),
            Some(kept) => {
                let reason = kept.keeping.reason.clone().unwrap_or_default();
                Err(CliError::NotHeld { content: kept.content(), reason })
            }
        }
    }

    /// The indexer.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`].
    pub fn indexer(&self) -> Result<Service, CliError> {
        self.services.indexer()
    }

    /// The relayer.
    ///
    /// # Errors
    ///
    /// [`CliError::Unreachable`].
    pub fn relayer(&self) -> Result<Service, CliError> {
        self.services.relayer()
    }
}

impl Deref for Session {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}
