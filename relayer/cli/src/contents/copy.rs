//! Contents from the indexers into a bundle: checked, under the names that they have in every store.

mod writing;

use super::hold::{list_restricted, path, restricted_path};
use crate::{
    error::CliError,
    output::note,
    services::{Service, Standing},
    session::Session,
};
use greatseal_bundle::{Bundle, MOST_FILES};
use greatseal_content::{MAX, MOST_CIPHERTEXTS, Name, Sealed, check::Check};
use greatseal_protocol::content::Address;
use std::{
    collections::BTreeSet,
    io,
    path::Path,
    time::{Duration, Instant},
};
use writing::Writing;

/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(2);

/// What became of the contents, each counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Those that were copied in plain.
    pub public: u64,
    /// Those of which ciphertexts were copied.
    pub encrypted: u64,
    /// Those that no indexer has.
    pub missing: u64,
    /// Those of which indexers gave nothing but other bytes, or damaged ones.
    pub unfit: u64,
    /// Those that were not copied in plain, while an indexer did not say whether it has them.
    pub unanswered: u64,
    /// What the last one said that did not answer.
    pub silence: Option<String>,
}

/// What was found of one content.
#[derive(Clone, Copy)]
enum Found {
    Public,
    Encrypted,
    Missing,
    Unfit,
    Unanswered,
}

/// Copies each content from the first indexer whose bytes fit its address; where none gives it in plain, its ciphertexts. What one
/// indexer holds to be confidential is taken in plain from none.
///
/// # Errors
///
/// [`CliError::Input`] where it cannot be written, or there are more files than a bundle has.
pub async fn copy(session: &Session, named: BTreeSet<Address>, folder: &Path) -> Result<Copied, CliError> {
    let indexers = session.services.every_indexer().into_iter().collect::<Result<Vec<_>, _>>()?;
    let there = Bundle::folder(folder).names().map_err(|error| CliError::file(folder, error, writing::HELP))?;
    // The manifest comes.
    let files = there.len().saturating_add(1);
    let (all, silent) = (named.len(), vec![false; indexers.len()]);
    let mut copying = Copying { indexers, silent, folder, files, told: Instant::now(), all, done: 0, silence: None };
    let mut copied = Copied::default();
    for address in named {
        let count = match copying.content(&address).await? {
            Found::Public => &mut copied.public,
            Found::Encrypted => &mut copied.encrypted,
            Found::Missing => &mut copied.missing,
            Found::Unfit => &mut copied.unfit,
            Found::Unanswered => &mut copied.unanswered,
        };
        *count = count.saturating_add(1);
        copying.done = copying.done.saturating_add(1);
    }
    Ok(Copied { silence: copying.silence, ..copied })
}

struct Copying<'a> {
    indexers: Vec<Service>,
    /// Those that could not be reached are asked no more.
    silent: Vec<bool>,
    folder: &'a Path,
    files: usize,
    told: Instant,
    all: usize,
    done: usize,
    silence: Option<String>,
}

/// What one indexer answered.
enum Answer {
    /// A file that is in the bundle now.
    Kept,
    Nothing,
    /// Bytes that are not those that were asked for.
    Unfit,
    Silence,
}

impl Copying<'_> {
    async fn content(&mut self, address: &Address) -> Result<Found, CliError> {
        let mut unfit = false;
        let mut unanswered = self.silent.contains(&true);
        if !self.confidential(address, &mut unanswered).await {
            for at in 0..self.indexers.len() {
                match self.public(at, address).await? {
                    Answer::Kept => return Ok(Found::Public),
                    Answer::Nothing => {}
                    Answer::Unfit => unfit = true,
                    Answer::Silence => unanswered = true,
                }
            }
        }
        let mut copied = 0_usize;
        for (at, hash) in self.ciphertexts(address, &mut unanswered).await {
            match self.encrypted(at, address, &hash).await? {
                Answer::Kept => copied = copied.saturating_add(1),
                Answer::Nothing => {}
                Answer::Unfit => unfit = true,
                Answer::Silence => unanswered = true,
            }
        }
        Ok(match (unanswered, copied, unfit) {
            (true, ..) => Found::Unanswered,
            (false, 1.., _) => Found::Encrypted,
            (false, 0, true) => Found::Unfit,
            (false, 0, false) => Found::Missing,
        })
    }

    /// Whether one of several indexers holds it to be confidential. A single one does not give it then.
    async fn confidential(&mut self, address: &Address, unanswered: &mut bool) -> bool {
        let (mut found, count) = (false, self.indexers.len());
        for at in (0..count).filter(|_| count > 1) {
            let Some(indexer) = self.asked(at) else { continue };
            match indexer.standing(&path(address)).await {
                Ok(standing) => found |= standing == Standing::Confidential,
                Err(error) => {
                    self.mute(at, &error);
                    *unanswered = true;
                }
            }
        }
        found
    }

    /// What an indexer gives to everybody.
    async fn public(&mut self, at: usize, address: &Address) -> Result<Answer, CliError> {
        let mut check = Check::new(address);
        let take = |piece: &[u8]| {
            check.push(piece);
            !check.is_unfit()
        };
        let writing = match self.download(at, &path(address), &Name::Public(*address), take).await? {
            Ok(writing) => writing,
            Err(answer) => return Ok(answer),
        };
        match check.finish() {
            Ok(()) => self.keep(writing),
            Err(_) => Ok(self.other(at, address)),
        }
    }

    /// The ciphertexts that indexers have, from each in turn: an indexer that lists junk does not keep those of others away.
    async fn ciphertexts(&mut self, address: &Address, unanswered: &mut bool) -> Vec<(usize, [u8; 32])> {
        let mut lists = Vec::new();
        for at in 0..self.indexers.len() {
            let Some(indexer) = self.asked(at) else { continue };
            match list_restricted(&indexer, address).await {
                Ok(list) => lists.push((at, list)),
                Err(error) => {
                    self.mute(at, &error);
                    *unanswered = true;
                }
            }
        }
        let (mut chosen, mut seen) = (Vec::new(), BTreeSet::new());
        for place in 0..MOST_CIPHERTEXTS {
            for (at, list) in &lists {
                if let Some(hash) = list.get(place).filter(|hash| seen.insert(**hash)) {
                    chosen.push((*at, *hash));
                }
            }
        }
        chosen.truncate(MOST_CIPHERTEXTS);
        chosen
    }

    async fn encrypted(&mut self, at: usize, address: &Address, hash: &[u8; 32]) -> Result<Answer, CliError> {
        let mut sealed = Sealed::default();
        let take = |piece: &[u8]| {
            sealed.push(piece);
            true
        };
        let (from, name) = (restricted_path(address, hash), Name::Restricted(*address, *hash));
        let writing = match self.download(at, &from, &name, take).await? {
            Ok(writing) => writing,
            Err(answer) => return Ok(answer),
        };
        // What a verifier refuses does not get into the bundle.
        match sealed.finish(hash) {
            Ok(()) => self.keep(writing),
            Err(_) => Ok(self.other(at, address)),
        }
    }

    /// Writes what an indexer gives beside the name that it is to have. `take` says whether it goes on.
    async fn download(
        &mut self,
        at: usize,
        from: &str,
        name: &Name,
        mut take: impl FnMut(&[u8]) -> bool + Send,
    ) -> Result<Result<Writing, Answer>, CliError> {
        let Some(indexer) = self.asked(at) else { return Ok(Err(Answer::Silence)) };
        let mut writing = Writing::new(self.folder, name);
        let (mut other, mut told, mut heard) = (false, self.told, 0_u64);
        let (done, all) = (self.done, self.all);
        let mut push = |piece: &[u8]| {
            heard = heard.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if told.elapsed() > TELL {
                told = Instant::now();
                note(&format!("{done} of {all} contents looked for, {heard} bytes of the next"));
            }
            other = !take(piece) || heard > MAX;
            match other {
                true => Err(io::ErrorKind::InvalidData.into()),
                false => writing.push(piece),
            }
        };
        let received = indexer.pieces(from, u64::MAX, &mut push).await;
        self.told = told;
        Ok(match received {
            Ok(None) => Err(Answer::Nothing),
            Err(CliError::Service { problem, .. }) if problem.code == "confidential" => Err(Answer::Nothing),
            Err(CliError::Service { problem, .. }) if problem.code == "content_damaged" => Err(Answer::Unfit),
            Err(error) => {
                self.mute(at, &error);
                Err(Answer::Silence)
            }
            Ok(Some(Err(_))) if other => Err(self.other(at, &name.address())),
            Ok(Some(Err(error))) => return Err(writing.failed(error)),
            Ok(Some(Ok(()))) => Ok(writing),
        })
    }

    fn keep(&mut self, writing: Writing) -> Result<Answer, CliError> {
        self.files = self.files.saturating_add(1);
        if self.files > MOST_FILES {
            const HELP: &str =
                "leave contents out with --no-contents, or choose some events with --since, --until, --programme";
            return Err(CliError::file(self.folder, format!("a bundle has at most {MOST_FILES} files"), HELP));
        }
        writing.keep().map(|()| Answer::Kept)
    }

    /// An indexer that can still be asked.
    fn asked(&self, at: usize) -> Option<Service> {
        let silent = self.silent.get(at).copied().unwrap_or(true);
        self.indexers.get(at).filter(|_| !silent).cloned()
    }

    /// Who cannot be reached is asked no more.
    fn mute(&mut self, at: usize, error: &CliError) {
        if let (CliError::Unreachable { .. } | CliError::Untrusted { .. }, Some(silent)) =
            (error, self.silent.get_mut(at))
        {
            *silent = true;
        }
        note(&error.to_string());
        self.silence = Some(error.to_string());
    }

    fn other(&self, at: usize, address: &Address) -> Answer {
        if let Some(indexer) = self.indexers.get(at) {
            note(&format!("the indexer at {} gives other bytes than {address} names", indexer.url()));
        }
        Answer::Unfit
    }
}
