//! The readable parts of a bundle, made again from the events and compared byte for byte; its contents; then the manifest of its files,
//! and that there are no others than those at which somebody has looked.

use crate::{
    Entry, Fault, PartFault,
    contents::{ContentCheck, Contents},
};
use greatseal_bundle::{
    Bundle, BundleError, Reader,
    history::MOST_HEAD,
    manifest::{self, Listed, ManifestError},
    parts::{Part, Parts, Unwritable},
};
use greatseal_content::restricted::Identity;
use greatseal_deployment::Deployment;
use greatseal_log::evidence::Cause;
use std::{
    collections::BTreeMap,
    io::{self, BufReader, Read as _},
};

/// The deployment file of a bundle. It is for people: whoever verifies has one from elsewhere.
const DEPLOYMENT: &str = "deployment.json";
/// Files that need not be looked at: a checkpoint is for whoever has the keys.
const BESIDE: [&str; 2] = [manifest::NAME, "log/checkpoint"];

/// Why parts were not compared to their end.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// They do not hold.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// They cannot be made.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
}

impl From<ManifestError> for PartError {
    fn from(error: ManifestError) -> Self {
        match error {
            ManifestError::Bundle(error) => Self::Bundle(error),
            ManifestError::NotListed(fault) => Self::Fault(fault.into()),
        }
    }
}

/// The files of a bundle besides its log.
#[derive(Debug)]
pub struct Handed<'a> {
    bundle: &'a Bundle,
    deployment: Deployment,
    /// None where the bundle has no parts: it is a log and nothing else.
    parts: Option<(PartCheck<'a>, ContentCheck<'a>)>,
}

/// Files of a bundle besides its log that hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its manifest.
    pub listed: Listed,
    /// Its contents.
    pub contents: Contents,
}

impl<'a> Handed<'a> {
    /// Looks which parts there are: all of them, or none.
    ///
    /// # Errors
    ///
    /// [`PartFault::Missing`]; where they cannot be read.
    pub fn open(bundle: &'a Bundle, deployment: &Deployment) -> Result<Self, PartError> {
        let parts = match PartCheck::open(bundle, deployment)? {
            Some(parts) => Some((parts, ContentCheck::open(bundle)?)),
            None => None,
        };
        Ok(Self { bundle, deployment: deployment.clone(), parts })
    }

    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// [`Fault::Part`]; where a part cannot be read.
    pub fn take(&mut self, entry: &Entry) -> Result<(), PartError> {
        match &mut self.parts {
            Some((parts, contents)) => {
                contents.take(&entry.record);
                parts.take(entry)
            }
            None => Ok(()),
        }
    }

    /// After the last event, and after everybody else who looks at files of the bundle: the parts end, contents are what their names
    /// say, every file is the manifest's, and there is no file that nobody has opened. None where it is a log and nothing else.
    ///
    /// Restricted contents are opened with the identity, where one is given. `begun` hears of each content while it is read.
    ///
    /// # Errors
    ///
    /// [`Fault::Part`], [`Fault::Content`], [`Fault::NoManifest`], [`Fault::NotListed`], [`Fault::OtherDeploymentFile`],
    /// [`Fault::Foreign`]; where a file cannot be read.
    pub fn finish(self, identity: Option<&Identity>, begun: &mut dyn FnMut(&str)) -> Result<Option<Held>, PartError> {
        let mut found = None;
        if let Some((parts, contents)) = self.parts {
            parts.finish()?;
            found = Some(contents.finish(identity, begun)?);
        }
        let held = match (manifest::check(self.bundle)?, found) {
            (None, Some(_)) => return Err(Fault::NoManifest.into()),
            // Whoever takes the parts away takes the contents with them.
            (Some(_), None) => return Err(Fault::Foreign { name: manifest::NAME.to_owned() }.into()),
            (listed, contents) => listed.zip(contents).map(|(listed, contents)| Held { listed, contents }),
        };
        if self.bundle.has(DEPLOYMENT)? {
            let said = serde_json::from_slice::<Deployment>(&self.bundle.read(DEPLOYMENT, MOST_HEAD)?);
            if said.ok().as_ref() != Some(&self.deployment) {
                return Err(Fault::OtherDeploymentFile.into());
            }
        }
        // A manifest is written by whoever hands the bundle over: what it lists and nothing has looked at is nobody's.
        match self.bundle.unopened(&BESIDE)? {
            Some(name) => Err(Fault::Foreign { name }.into()),
            None => Ok(held),
        }
    }
}

/// Compares the parts of a bundle with those that the events make.
#[derive(Debug)]
pub(crate) struct PartCheck<'a> {
    parts: Parts,
    files: BTreeMap<Part, BufReader<Reader<'a>>>,
    /// What brought the event before.
    cause: Cause,
}

impl<'a> PartCheck<'a> {
    fn open(bundle: &'a Bundle, deployment: &Deployment) -> Result<Option<Self>, PartError> {
        let (mut files, mut missing) = (BTreeMap::new(), None);
        for part in Part::ALL {
            match bundle.reader(part.name()) {
                Ok(reader) => drop(files.insert(part, BufReader::new(reader))),
                Err(BundleError::Absent { .. }) => missing = Some(part),
                Err(error) => return Err(error.into()),
            }
        }
        match missing {
            Some(part) if !files.is_empty() => Err(Fault::Part { name: part.name(), what: PartFault::Missing }.into()),
            Some(_) => Ok(None),
            None => {
                let parts = Parts::new(&deployment.deployment, deployment.contract());
                Ok(Some(Self { parts, files, cause: Cause::Same }))
            }
        }
    }

    fn take(&mut self, entry: &Entry) -> Result<(), PartError> {
        let Self { parts, files, cause } = self;
        if entry.cause != Cause::Same {
            cause.clone_from(&entry.cause);
        }
        let differs = PartFault::Differs { seq: entry.record.seq };
        let mut out = |part: Part, bytes: &[u8]| compare(files, part, bytes, differs);
        parts.take(&entry.leaf, &entry.record, cause, &mut out)
    }

    fn finish(self) -> Result<(), PartError> {
        let Self { parts, mut files, .. } = self;
        parts.finish(&mut |part: Part, bytes: &[u8]| compare(&mut files, part, bytes, PartFault::End))?;
        for (part, mut file) in files {
            if file.read(&mut [0]).map_err(|error| unreadable(part, error))? > 0 {
                return Err(Fault::Part { name: part.name(), what: PartFault::Longer }.into());
            }
        }
        Ok(())
    }
}

/// Whether these bytes come next in a part.
fn compare(
    files: &mut BTreeMap<Part, BufReader<Reader<'_>>>,
    part: Part,
    bytes: &[u8],
    differs: PartFault,
) -> Result<(), PartError> {
    let Some(file) = files.get_mut(&part) else { return Ok(()) };
    let mut found = vec![0; bytes.len()];
    match file.read_exact(&mut found) {
        Ok(()) if found == bytes => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(unreadable(part, error)),
        Ok(()) | Err(_) => Err(Fault::Part { name: part.name(), what: differs }.into()),
    }
}

fn unreadable(part: Part, error: io::Error) -> PartError {
    BundleError::Unreadable { file: part.name().to_owned(), error }.into()
}
