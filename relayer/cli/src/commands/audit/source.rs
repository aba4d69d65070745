//! Where the files of a log come from: a folder, or the indexer. What is in them is not believed.

use crate::{error::CliError, output::note, services::Service};
use greatseal_audit::{
    Entry, Expected, Fault, PartError, Verification,
    folder::{Folder, FolderError},
};
use greatseal_bundle::{Bundle, BundleError};
use greatseal_deployment::Deployment;
use greatseal_log::files::{File, LogHead};
use greatseal_protocol::memory::Memory;
use greatseal_trail::tree::Head;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const HELP: &str = "give a folder or a tar that `greatseal audit export` wrote";
/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(2);

/// Where files come from.
pub(super) enum Source {
    /// An export.
    Folder(PathBuf, Folder),
    /// The indexer.
    Indexer(Service),
}

impl Source {
    /// The log in a folder or a tar.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(super) fn folder(path: &Path) -> Result<Self, CliError> {
        let folder = Folder::open(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self::Folder(path.to_owned(), folder))
    }

    /// The bundle, where the log comes from one.
    pub(super) fn bundle(&self) -> Option<&Bundle> {
        match self {
            Self::Folder(_, folder) => Some(folder.bundle()),
            Self::Indexer(_) => None,
        }
    }

    /// How far the log is said to be.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`], [`CliError::Unreachable`].
    pub(super) async fn head(&self) -> Result<LogHead, CliError> {
        match self {
            Self::Folder(path, folder) => folder.head().map_err(|error| unreadable(path, &error)),
            Self::Indexer(service) => service.get("/log/head").await,
        }
    }

    /// The note of the last checkpoint that is published; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`], [`CliError::Unreachable`].
    pub(super) async fn checkpoint(&self) -> Result<Option<Vec<u8>>, CliError> {
        match self {
            Self::Folder(path, folder) => folder.checkpoint().map_err(|error| unreadable(path, &error)),
            Self::Indexer(service) => service.bytes("/log/checkpoint").await,
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`], [`CliError::Unreachable`].
    pub(super) async fn file(&self, file: File) -> Result<Vec<u8>, CliError> {
        match self {
            Self::Folder(path, folder) => folder.file(file).map_err(|error| unreadable(path, &error)),
            Self::Indexer(service) => {
                let path = file.path();
                let bytes = service.bytes(&format!("/log/{path}")).await?;
                bytes.ok_or_else(|| CliError::NotVerified(format!("the indexer does not have its own file {path}")))
            }
        }
    }

    /// A verification of the whole log, that must have had each of `kept` on its way.
    ///
    /// # Errors
    ///
    /// Those of [`Source::head`].
    pub(super) async fn begin(&self, deployment: Deployment, kept: Vec<Head>) -> Result<Verification, CliError> {
        let head = self.head().await?;
        let expected = Expected::of(&head, &deployment).map_err(|fault| wrong(&fault))?;
        Ok(Verification::new(deployment, Expected { kept, tiles: matches!(self, Self::Folder(..)), ..expected }))
    }

    /// Gives the verification all files that it needs.
    ///
    /// # Errors
    ///
    /// [`CliError::NotVerified`] with the first event or block that does not hold; what `look` finds.
    pub(super) async fn give(
        &self,
        verification: &mut Verification,
        look: &mut impl FnMut(&Entry, &Memory) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut told = Instant::now();
        while let Some(file) = verification.need() {
            let bytes = self.file(file).await?;
            verification.give(file, &bytes, look)?;
            if told.elapsed() > TELL {
                told = Instant::now();
                note(&format!("{} events verified", verification.events()));
            }
        }
        Ok(())
    }
}

/// Tells people from time to time which file is read.
pub(super) fn reads() -> impl FnMut(&str) {
    let mut told = Instant::now();
    move |file| {
        if told.elapsed() > TELL {
            told = Instant::now();
            note(&format!("reading {file}"));
        }
    }
}

/// Why a verification goes no further.
pub(super) enum Stop {
    /// The log does not hold.
    Fault(Fault),
    /// Whoever looks on has seen enough, or something wrong.
    Cli(CliError),
    /// It was to go no further.
    Enough,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<PartError> for Stop {
    fn from(error: PartError) -> Self {
        match error {
            PartError::Fault(fault) => Self::Fault(fault),
            error => Self::Cli(not_handed(error)),
        }
    }
}

impl From<CliError> for Stop {
    fn from(error: CliError) -> Self {
        Self::Cli(error)
    }
}

/// What is wrong with a log, at the prompt.
pub(super) fn wrong(fault: &Fault) -> CliError {
    match fault {
        Fault::OtherDeployment { .. } => CliError::WrongDeployment(fault.to_string()),
        _ => CliError::NotVerified(fault.to_string()),
    }
}

/// What is wrong with a bundle, at the prompt.
pub(super) fn not_handed(error: PartError) -> CliError {
    match error {
        PartError::Fault(fault) => wrong(&fault),
        PartError::Bundle(error) => not_read(&error),
        PartError::Unwritable(error) => CliError::NotVerified(error.to_string()),
    }
}

/// A bundle that cannot be read.
pub(super) fn not_read(error: &BundleError) -> CliError {
    CliError::input("the bundle", error, HELP)
}

fn unreadable(path: &Path, error: &FolderError) -> CliError {
    CliError::file(path, error, HELP)
}
