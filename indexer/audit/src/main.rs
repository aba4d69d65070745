//! `greatseal-audit`: verifies an exported log, and asks nobody.

mod identity;

use crate::identity::IdentityError;
use clap::Parser;
use greatseal_audit::{
    Expected, Fault, Handed, PartError, Verification,
    checkpoint::{Trusted, Untrusted},
    folder::{Folder, FolderError},
    parse_head, selection,
    verdict::Verdict,
};
use greatseal_content::restricted::Identity;
use greatseal_deployment::{Deployment, NotADeployment};
use greatseal_printable::Printable;
use greatseal_trail::{cosignature::WitnessKey, note::VerifierKey, tree::Head};
use std::{
    fs, io,
    io::Write as _,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

const EXAMPLE: &str = "Example:
  greatseal-audit --deployment deployment.json evidence
  greatseal-audit --deployment deployment.json evidence.tar
  greatseal-audit --deployment deployment.json evidence --expect-head 120:5f… --page verdict.html
  greatseal-audit --deployment deployment.json evidence --identity reader.age --identity-passphrase-file word
  greatseal-audit --deployment deployment.json evidence --log-key VKEY --witness VKEY --witness VKEY --witnesses 1

The deployment file, the expected head and the keys are yours, from a source that you trust; the bundle may be anybody's.

Exit codes: 0 all holds, 10 all holds and it is a selection, 8 something does not hold, 3 a file cannot be read, 2 usage.";

/// Verifies an exported log: headers, events, leaves, signatures, and every command decided again. It asks nobody.
#[derive(Debug, Parser)]
#[command(name = "greatseal-audit", version, after_help = EXAMPLE)]
struct Args {
    /// Folder or tar that `greatseal audit export` wrote.
    bundle: PathBuf,
    /// Deployment file, from a source of your own.
    #[arg(long, value_name = "FILE")]
    deployment: PathBuf,
    /// Head that the log must have had, from a source of your own.
    #[arg(long, value_name = "SIZE:ROOT", value_parser = head)]
    expect_head: Option<Head>,
    /// Key that signs the log's checkpoints, as a vkey; without it no checkpoint is looked at.
    #[arg(long, value_name = "VKEY")]
    log_key: Option<VerifierKey>,
    /// Key of a witness, as a vkey; give it once for each.
    #[arg(long, value_name = "VKEY", requires = "log_key")]
    witness: Vec<WitnessKey>,
    /// How many of these witnesses have to have cosigned; all of them where left out.
    #[arg(long, value_name = "NUMBER", requires = "witness")]
    witnesses: Option<u16>,
    /// Identity of age that opens restricted contents.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// File with the passphrase of the identity, readable by its owner only.
    #[arg(long, value_name = "FILE", requires = "identity")]
    identity_passphrase_file: Option<PathBuf>,
    /// Writes the verdict as a page to be printed.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// Answers in JSON.
    #[arg(long)]
    json: bool,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Deployment(#[from] NotADeployment),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Files(PartError),
    #[error(transparent)]
    Keys(#[from] Untrusted),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error("cannot write {}: {error}", path.display())]
    Page { path: PathBuf, error: io::Error },
    #[error("cannot write the verdict: {0}")]
    Answer(io::Error),
}

impl Error {
    fn help(&self) -> &'static str {
        match self {
            Self::Deployment(_) => "give the file that `greatseal deploy` wrote, with --deployment",
            Self::Folder(_) | Self::Files(_) => "give a folder or a tar that `greatseal audit export` wrote, whole",
            Self::Keys(_) => "give the vkeys of this deployment's log and of its witnesses, each once",
            Self::Identity(error) => error.help(),
            Self::Page { .. } => "choose a file that can be written",
            Self::Answer(_) => "look at where standard output goes",
        }
    }
}

/// What ends a verification early.
enum Stop {
    Fault(Fault),
    Error(Error),
}

impl From<FolderError> for Stop {
    fn from(error: FolderError) -> Self {
        Self::Error(error.into())
    }
}

impl From<PartError> for Stop {
    fn from(error: PartError) -> Self {
        match error {
            PartError::Fault(fault) => Self::Fault(fault),
            error => Self::Error(Error::Files(error)),
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            tell(format_args!("error: {error}"));
            tell(format_args!("help: {}", error.help()));
            ExitCode::from(3)
        }
    }
}

fn run(args: &Args) -> Result<u8, Error> {
    let deployment = Deployment::read(&args.deployment)?;
    let folder = Folder::open(&args.bundle)?;
    let needed = args.witnesses.map(usize::from);
    let trusted = args.log_key.clone().map(|key| Trusted::new(&deployment, key, args.witness.clone(), needed));
    let trusted = trusted.transpose()?;
    let passphrase = args.identity_passphrase_file.as_deref();
    let identity = args.identity.as_deref().map(|path| identity::load(path, passphrase)).transpose()?;
    let own = Own { kept: args.expect_head, trusted: trusted.as_ref(), identity: identity.as_ref() };
    let verdict = match verify(&deployment, &folder, own) {
        Ok(verdict) => verdict,
        Err(Stop::Fault(fault)) => Verdict::against(&deployment, &fault),
        Err(Stop::Error(error)) => return Err(error),
    };
    if let Some(path) = &args.page {
        fs::write(path, verdict.page()).map_err(|error| Error::Page { path: path.clone(), error })?;
    }
    answer(&verdict, args.json).map_err(Error::Answer)?;
    Ok(verdict.exit_code())
}

/// What the auditor has from elsewhere.
#[derive(Clone, Copy)]
struct Own<'a> {
    /// A head that the log must have had.
    kept: Option<Head>,
    /// Keys that sign checkpoints.
    trusted: Option<&'a Trusted>,
    /// Opens restricted contents.
    identity: Option<&'a Identity>,
}

fn verify(deployment: &Deployment, folder: &Folder, own: Own<'_>) -> Result<Verdict, Stop> {
    let Own { kept, trusted, identity } = own;
    let mut progress = Progress(Instant::now());
    let bundle = folder.bundle();
    let mut handed = Handed::open(bundle, deployment)?;
    if let Some(said) = selection::head(bundle, deployment)? {
        let selected = selection::verify(bundle, deployment, said, kept, trusted, &mut handed)?;
        let verdict = Verdict::of_selection(deployment, &selected);
        let verdict = verdict.handed(handed.finish(identity, &mut |file| progress.reads(file))?.as_ref());
        return Ok(match &selected.attested {
            Some(attested) => verdict.attested(attested),
            None => verdict,
        });
    }
    let attested = trusted.map(|trusted| {
        let note = folder.checkpoint()?.ok_or(Fault::NoCheckpoint)?;
        Ok::<_, Stop>(trusted.open(&note).map_err(Fault::from)?)
    });
    let attested = attested.transpose()?;
    let kept = kept.into_iter().chain(attested.as_ref().map(|attested| attested.head)).collect();
    let expected = Expected::of(&folder.head()?, deployment)?;
    let mut verification = Verification::new(deployment.clone(), Expected { kept, tiles: true, ..expected });
    while let Some(file) = verification.need() {
        let bytes = folder.file(file)?;
        verification.give(file, &bytes, &mut |entry, _| Ok::<_, Stop>(handed.take(entry)?))?;
        progress.events(verification.events(), expected.head.size);
    }
    let verified = verification.finish()?;
    let held = handed.finish(identity, &mut |file| progress.reads(file))?;
    let verdict = Verdict::of(deployment, &verified).handed(held.as_ref());
    Ok(match attested {
        Some(attested) => verdict.attested(&attested),
        None => verdict,
    })
}

/// When people were told last how far it is.
struct Progress(Instant);

impl Progress {
    fn events(&mut self, done: u64, all: u64) {
        self.tell(format_args!("{done} of {all} events verified"));
    }

    fn reads(&mut self, file: &str) {
        self.tell(format_args!("reading {file}"));
    }

    fn tell(&mut self, line: std::fmt::Arguments<'_>) {
        if self.0.elapsed() > Duration::from_secs(2) {
            self.0 = Instant::now();
            tell(line);
        }
    }
}

fn answer(verdict: &Verdict, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        let text = serde_json::to_string(verdict).map_err(io::Error::from)?;
        return writeln!(out, "{}", Printable::json(text));
    }
    for (label, value) in verdict.lines() {
        writeln!(out, "{label:<18}  {}", Printable::new(value))?;
    }
    Ok(())
}

/// Size and root of a tree.
fn head(text: &str) -> Result<Head, &'static str> {
    parse_head(text).ok_or("it is a size, a colon, and a root of 64 hexadecimal digits")
}

/// A line on standard error. What others wrote does not move the cursor; and where nobody listens there is nobody to tell.
fn tell(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{}", Printable::new(line));
}
