//! Contents from the indexers into a bundle: checked, under the names that they have in every store.

use super::hold::{COPIES, list_restricted, path, restricted_path};
use crate::{error::CliError, output::note, services::Service, session::Session};
use greatseal_bundle::contents;
use greatseal_content::{Name, check::Check};
use greatseal_protocol::content::Address;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const HELP: &str = "choose a place that has room, in a folder that can be written";
/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(2);

/// How many contents were copied, and how many nobody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Those that everybody can read.
    pub public: u64,
    /// Those of which ciphertexts were copied.
    pub encrypted: u64,
    /// Those that no indexer gave.
    pub missing: u64,
}

/// What was found of one content.
enum Found {
    Public,
    Encrypted,
    Nothing,
}

/// Copies each content from the first indexer whose bytes fit its address; where none gives it in plain, its ciphertexts.
///
/// # Errors
///
/// [`CliError::Input`] where it cannot be written; where an indexer does not answer, and no other one has the content.
pub async fn copy(session: &Session, named: BTreeSet<Address>, folder: &Path) -> Result<Copied, CliError> {
    let indexers = session.services.every_indexer().into_iter().collect::<Result<Vec<_>, _>>()?;
    let copying = Copying { indexers, folder };
    let (mut copied, mut told, all) = (Copied::default(), Instant::now(), named.len());
    for (done, address) in named.into_iter().enumerate() {
        let count = match copying.content(&address).await? {
            Found::Public => &mut copied.public,
            Found::Encrypted => &mut copied.encrypted,
            Found::Nothing => &mut copied.missing,
        };
        *count = count.saturating_add(1);
        if told.elapsed() > TELL {
            told = Instant::now();
            note(&format!("{done} of {all} contents looked for"));
        }
    }
    Ok(copied)
}

struct Copying<'a> {
    indexers: Vec<Service>,
    folder: &'a Path,
}

impl Copying<'_> {
    /// That a content is nobody's is said only where every indexer has said so.
    async fn content(&self, address: &Address) -> Result<Found, CliError> {
        let (mut silent, mut ciphertexts) = (None, BTreeSet::new());
        for indexer in &self.indexers {
            match self.public(indexer, address).await {
                Ok(true) => return Ok(Found::Public),
                Ok(false) => {}
                Err(error @ CliError::Input { .. }) => return Err(error),
                Err(error) => silent = Some(error),
            }
        }
        for indexer in &self.indexers {
            match self.encrypted(indexer, address, &mut ciphertexts).await {
                Ok(()) => {}
                Err(error @ CliError::Input { .. }) => return Err(error),
                Err(error) => silent = Some(error),
            }
        }
        match (ciphertexts.is_empty(), silent) {
            (false, _) => Ok(Found::Encrypted),
            (true, None) => Ok(Found::Nothing),
            (true, Some(error)) => Err(error),
        }
    }

    /// What an indexer gives to everybody; false where that is nothing, or other bytes.
    async fn public(&self, indexer: &Service, address: &Address) -> Result<bool, CliError> {
        let mut check = Check::new(address);
        let name = Name::Public(*address);
        let take = |piece: &[u8]| {
            check.push(piece);
            !check.is_unfit()
        };
        match self.download(indexer, &path(address), greatseal_content::MAX, &name, take).await? {
            Downloaded::Whole(file) if check.finish().is_ok() => file.keep().map(|()| true),
            Downloaded::Whole(_) | Downloaded::Other => {
                note(&format!("the indexer at {} gives other bytes than {address} names", indexer.url()));
                Ok(false)
            }
            Downloaded::Nothing => Ok(false),
        }
    }

    /// The ciphertexts that an indexer has, as many as a store keeps.
    async fn encrypted(
        &self,
        indexer: &Service,
        address: &Address,
        copied: &mut BTreeSet<[u8; 32]>,
    ) -> Result<(), CliError> {
        for hash in list_restricted(indexer, address).await? {
            if copied.len() >= COPIES || copied.contains(&hash) {
                continue;
            }
            let (mut sha256, name) = (Sha256::new(), Name::Restricted(*address, hash));
            let take = |piece: &[u8]| {
                sha256.update(piece);
                true
            };
            let from = restricted_path(address, &hash);
            match self.download(indexer, &from, super::secret::CIPHERTEXT, &name, take).await? {
                Downloaded::Whole(file) if <[u8; 32]>::from(sha256.finalize()) == hash => {
                    file.keep()?;
                    copied.insert(hash);
                }
                Downloaded::Whole(_) | Downloaded::Other => {
                    note(&format!("the indexer at {} gives another ciphertext than it names", indexer.url()));
                }
                Downloaded::Nothing => {}
            }
        }
        Ok(())
    }

    /// Writes what an indexer gives beside the name that it is to have. `take` says whether it goes on.
    async fn download(
        &self,
        indexer: &Service,
        from: &str,
        most: u64,
        name: &Name,
        mut take: impl FnMut(&[u8]) -> bool + Send,
    ) -> Result<Downloaded, CliError> {
        let mut writing = Writing::new(self.folder.join(contents::file(name)));
        let mut other = false;
        let mut push = |piece: &[u8]| {
            other = !take(piece) || !writing.has_room(piece, most);
            match other {
                true => Err(io::ErrorKind::InvalidData.into()),
                false => writing.push(piece),
            }
        };
        match indexer.pieces(from, u64::MAX, &mut push).await {
            Ok(None) => Ok(Downloaded::Nothing),
            // What is confidential is not given to everybody, and what is damaged to nobody.
            Err(CliError::Service { problem, .. }) if matches!(&*problem.code, "confidential" | "content_damaged") => {
                Ok(Downloaded::Nothing)
            }
            Err(error) => Err(error),
            Ok(Some(Err(_))) if other => Ok(Downloaded::Other),
            Ok(Some(Err(error))) => Err(writing.failed(error)),
            Ok(Some(Ok(()))) => Ok(Downloaded::Whole(writing)),
        }
    }
}

enum Downloaded {
    Whole(Writing),
    /// Bytes that are not those that were asked for.
    Other,
    Nothing,
}

/// A file of a bundle that gets its name once its bytes were checked; else it goes.
struct Writing {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    length: u64,
}

impl Writing {
    fn new(path: PathBuf) -> Self {
        Self { path, file: None, length: 0 }
    }

    fn has_room(&self, piece: &[u8], most: u64) -> bool {
        self.length.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX)) <= most
    }

    fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.length = self.length.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.opened()?.write_all(piece)
    }

    fn opened(&mut self) -> io::Result<&mut BufWriter<File>> {
        let beside = self.beside();
        match &mut self.file {
            Some(file) => Ok(file),
            file => {
                if let Some(folder) = self.path.parent() {
                    fs::create_dir_all(folder)?;
                }
                Ok(file.insert(BufWriter::new(File::create(beside)?)))
            }
        }
    }

    /// Where it is until it was checked. No file of a bundle has such a name.
    fn beside(&self) -> PathBuf {
        self.path.with_extension("part~")
    }

    fn keep(mut self) -> Result<(), CliError> {
        let write = |writing: &mut Self| {
            // The content of an empty list is a file, too.
            let file = writing.opened()?;
            file.flush()?;
            file.get_ref().sync_all()?;
            fs::rename(writing.beside(), &writing.path)
        };
        let kept = write(&mut self);
        kept.map_err(|error| self.failed(error))?;
        self.file = None;
        Ok(())
    }

    fn failed(&self, error: io::Error) -> CliError {
        CliError::file(&self.path, error, HELP)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(self.beside());
        }
    }
}
