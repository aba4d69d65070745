//! `greatseal audit export`: the log's files as the indexer has them, and what is made of them, into a folder or a tar.

use super::{caught_up, companions::Beside, out::Out, report::bundle, source::Source};
use crate::{
    answers::{
        Text,
        audit::{AuditExported, CompanionsExported, ContentsExported, ExportedSelection, Filter},
    },
    cli::{AuditExport, AuditSelection},
    contents::{Copied, copy},
    error::CliError,
    output::note,
    session::Session,
    text,
};
use greatseal_bundle::{
    Bundle, contents, filter,
    history::HistoryError,
    seal::{self, SealError},
    select::select,
};
use greatseal_log::{
    evidence::Evidence,
    files::{File, LogHead},
};
use greatseal_trail::checkpoint::Signed;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const HELP: &str = "choose a place that is not there yet, in a folder that can be written";
/// How often people are told how far it is.
const TELL: Duration = Duration::from_secs(2);

/// Writes the whole log, or a selection of it. Folder or tar have their name when everything is in them; evidence that is there
/// already is not replaced.
///
/// # Errors
///
/// [`CliError::Input`] where something is there already, [`CliError::Unreachable`], [`CliError::NotVerified`] where the indexer's log
/// cannot be read, [`CliError::ContentsLack`] where it is written and an indexer did not answer about contents.
pub async fn run(session: &Session, command: &AuditExport) -> Result<(), CliError> {
    let filter = filter(session, &command.selection)?;
    let target = command.out.as_deref().or(command.tar.as_deref());
    let target = target.ok_or_else(|| CliError::input("--out", "is not given", HELP))?;
    let mut out = Folder::begin(target, "part")?;
    let packed = command.tar.as_deref().map(|path| Out::begin(path, false)).transpose()?;
    let mut beside = match &command.companions {
        Some(path) => Some(Beside::begin(session.relayer()?, path, command.replace)?),
        None => None,
    };
    let (head, checkpoint_at) = whole(session, &mut out, &mut beside).await?;
    let companions = match (beside, &command.companions) {
        (Some(beside), Some(path)) => {
            let signatures = Text(u64::try_from(beside.finish()?).unwrap_or(u64::MAX));
            Some(CompanionsExported { signatures, file: path.display().to_string() })
        }
        _ => None,
    };
    let mut selection = None;
    if filter.is_everything() {
        seal::parts(&out.part, &session.origin).map_err(|error| unsealed(target, &error))?;
    } else {
        let chosen = Folder::begin(target, "chosen")?;
        let made = select(&Bundle::folder(&out.part), &chosen.part, &session.origin, &filter);
        let made = made.map_err(|error| unsealed(target, &error))?;
        selection = Some(ExportedSelection { events: Text(made.leaves), filter: Filter::of(&filter) });
        // What was chosen from goes.
        out = chosen;
    }
    let copied = match command.no_contents {
        true => None,
        false => {
            let named = contents::named(&Bundle::folder(&out.part)).map_err(|error| unsealed(target, &error))?;
            Some(copy(session, named, &out.part).await?)
        }
    };
    let listed = seal::manifest(&out.part).map_err(|error| unsealed(target, &error))?;
    match packed {
        Some(packed) => {
            let packed = seal::tar(&Bundle::folder(&out.part), packed).map_err(|error| unsealed(target, &error))?;
            packed.finish()?;
        }
        None => out.finish()?,
    }
    session.output.answer(&AuditExported {
        events: Text(head.size),
        head: format!("{}:{}", head.size, head.root),
        last_block: Text(head.last_block),
        folder: command.out.as_ref().map(|path| path.display().to_string()),
        tar: command.tar.as_ref().map(|path| path.display().to_string()),
        selection,
        bundle: bundle(&listed),
        checkpoint_at: checkpoint_at.map(Text),
        contents: copied.as_ref().map(|copied| ContentsExported {
            public: Text(copied.public),
            encrypted: Text(copied.encrypted),
            missing: Text(copied.missing),
            unfit: Text(copied.unfit),
            unanswered: Text(copied.unanswered),
        }),
        companions,
    })?;
    match copied {
        Some(Copied { unanswered: unanswered @ 1.., silence: Some(reason), .. }) => {
            Err(CliError::ContentsLack { unanswered, reason })
        }
        Some(_) | None => Ok(()),
    }
}

/// Copies the whole log into a folder; its head, and how far its checkpoint goes.
async fn whole(
    session: &Session,
    out: &mut Folder,
    beside: &mut Option<Beside>,
) -> Result<(LogHead, Option<u64>), CliError> {
    let indexer = session.indexer()?;
    caught_up(&indexer, session.block.number).await?;
    let source = Source::Indexer(indexer);
    // Before the head: the log only grows.
    let checkpoint = source.checkpoint().await?.map(|note| Ok::<_, CliError>((size_of(&note)?, note))).transpose()?;
    let head = source.head().await?;
    let mut spec_versions = BTreeSet::new();
    for part in File::entries(head.size) {
        out.copy(&source, File::Entries(part)).await?;
        let bytes = out.copy(&source, File::Evidence(part)).await?;
        let evidence = Evidence::parse(&bytes).ok_or_else(|| CliError::Failed(UNREADABLE.into()))?;
        spec_versions.extend(evidence.proofs.iter().map(|proof| proof.spec_version));
        if let Some(beside) = beside {
            beside.entries(&evidence).await?;
        }
    }
    for file in others(&head, spec_versions) {
        out.copy(&source, file).await?;
    }
    if let Some((_, note)) = &checkpoint {
        out.write("log/checkpoint", note)?;
    }
    out.write("log/head", &json(&head)?)?;
    out.write("deployment.json", &json(&session.origin)?)?;
    Ok((head, checkpoint.map(|(size, _)| size)))
}

/// What is asked for.
fn filter(session: &Session, asked: &AuditSelection) -> Result<filter::Filter, CliError> {
    let moment =
        |switch, said: &Option<String>| said.as_deref().map(|said| text::moment(switch, said, session.now)).transpose();
    let filter = filter::Filter {
        since: moment("--since", &asked.since)?,
        until: moment("--until", &asked.until)?,
        programme: asked.programme,
        proposal: asked.proposal.as_deref().map(|id| read("--proposal", id, PROPOSAL)).transpose()?,
        incident: asked.incident.as_deref().map(|id| read("--incident", id, INCIDENT)).transpose()?,
    };
    match (filter.since, filter.until) {
        (Some(since), Some(until)) if since >= until => {
            Err(CliError::input("--until", "is not behind --since", "give a later moment"))
        }
        _ => Ok(filter),
    }
}

const PROPOSAL: &str = "give the id of a proposal as `greatseal status` shows it, such as 12.S0.1";
const INCIDENT: &str = "give the id of an incident as it was given to the pause: 32 hexadecimal digits";

fn read<T: std::str::FromStr>(switch: &'static str, said: &str, help: &'static str) -> Result<T, CliError> {
    said.parse().map_err(|_| CliError::input(switch, format!("`{said}` is none"), help))
}

/// What keeps a bundle from being finished.
fn unsealed(path: &Path, error: &SealError) -> CliError {
    match error {
        SealError::Write { .. } | SealError::Bundle(_) | SealError::History(HistoryError::Bundle(_)) => {
            CliError::file(path, error, HELP)
        }
        SealError::History(_)
        | SealError::Parts(_)
        | SealError::Form { .. }
        | SealError::Tree(_)
        | SealError::NoProof { .. }
        | SealError::NoHeader { .. } => CliError::NotVerified(format!("the indexer's log: {error}")),
    }
}

/// How far a checkpoint goes, as it says; who signed it is for whoever verifies.
fn size_of(note: &[u8]) -> Result<u64, CliError> {
    let signed = Signed::parse(note).map_err(|error| CliError::Failed(format!("the indexer's checkpoint: {error}")))?;
    Ok(signed.checkpoint().head().size)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, CliError> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| CliError::Failed(error.to_string()))
}

const UNREADABLE: &str = "the indexer's evidence cannot be read";

/// Files besides leaves and their evidence.
fn others(head: &LogHead, spec_versions: BTreeSet<u32>) -> impl Iterator<Item = File> {
    let blocks = head.last_block.saturating_add(1).saturating_sub(head.first_block);
    let metadata = spec_versions.into_iter().map(|spec_version| File::Metadata { spec_version });
    File::headers(blocks).map(File::Headers).chain(File::tiles(head.size)).chain(metadata)
}

/// A folder that gets its name when it is whole.
struct Folder {
    path: PathBuf,
    part: PathBuf,
    files: u64,
    told: Instant,
}

impl Folder {
    fn begin(path: &Path, kind: &str) -> Result<Self, CliError> {
        let unusable = |error: io::Error| CliError::file(path, error, HELP);
        if fs::symlink_metadata(path).is_ok() {
            return Err(CliError::file(path, "exists already", HELP));
        }
        let mut name = path.file_name().map(std::ffi::OsStr::to_owned).unwrap_or_default();
        name.push(format!(".{kind}-{}", std::process::id()));
        let part = path.with_file_name(name);
        fs::create_dir(&part).map_err(unusable)?;
        Ok(Self { path: path.to_owned(), part, files: 0, told: Instant::now() })
    }

    async fn copy(&mut self, source: &Source, file: File) -> Result<Vec<u8>, CliError> {
        let bytes = source.file(file).await?;
        self.write(&format!("log/{}", file.path()), &bytes)?;
        self.files = self.files.saturating_add(1);
        if self.told.elapsed() > TELL {
            self.told = Instant::now();
            note(&format!("{} files written", self.files));
        }
        Ok(bytes)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CliError> {
        let path = self.part.join(name);
        let write = || -> io::Result<()> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::create_new(&path)?;
            io::Write::write_all(&mut file, bytes)?;
            file.sync_all()
        };
        write().map_err(|error| CliError::file(&self.path, error, HELP))
    }

    fn finish(mut self) -> Result<(), CliError> {
        let part = std::mem::take(&mut self.part);
        fs::rename(&part, &self.path).map_err(|error| CliError::file(&self.path, error, HELP))
    }
}

/// What was not finished is no evidence.
impl Drop for Folder {
    fn drop(&mut self) {
        if !self.part.as_os_str().is_empty() {
            let _ = fs::remove_dir_all(&self.part);
        }
    }
}
