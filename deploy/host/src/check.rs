//! What can be verified of a configuration before a service starts, without a network and without leaving a trace.

use crate::{birth, out, printable::Printable};
use serde_json::json;
use std::{
    fmt::Display,
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::ExitCode,
};

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The key.
    pub key: &'static str,
    /// What was found, or what is wrong and what to do about it.
    pub result: Result<String, Wrong>,
}

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// A sentence.
    pub error: String,
    /// What to do next.
    pub help: String,
}

impl Finding {
    /// All is well.
    pub fn good(key: &'static str, what: impl Display) -> Self {
        Self { key, result: Ok(what.to_string()) }
    }

    /// Something is wrong.
    pub fn wrong(key: &'static str, error: impl Display, help: impl Display) -> Self {
        Self { key, result: Err(Wrong { error: error.to_string(), help: help.to_string() }) }
    }

    /// A regular file that this account may read.
    pub fn readable(key: &'static str, path: &Path) -> Self {
        match regular(path) {
            Ok(_) => Self::good(key, path.display()),
            Err(error) => Self::unreadable(key, path, &error),
        }
    }

    /// A file with a secret: nobody but its owner may do anything with it. It is not read.
    pub fn secret(key: &'static str, path: &Path) -> Self {
        let metadata = match regular(path) {
            Ok((_, metadata)) => metadata,
            Err(error) => return Self::unreadable(key, path, &error),
        };
        match metadata.mode() & 0o7777 {
            mode if mode & 0o077 == 0 => Self::good(key, format!("{}, mode {mode:o}", path.display())),
            mode => Self::wrong(
                key,
                format!("{} can be read or changed by others (mode {mode:o})", path.display()),
                "chmod 600 it; if it held a real secret so, change the secret",
            ),
        }
    }

    /// A folder in which a file can be created; none is left there.
    pub fn creatable(key: &'static str, path: &Path) -> Self {
        let folder = birth::folder(path);
        match tempfile::tempfile_in(folder) {
            Ok(_) => Self::good(key, format!("{} will be created", path.display())),
            Err(error) => Self::wrong(
                key,
                format!("nothing can be created in {}: {error}", folder.display()),
                "create the folder, and let this account write there",
            ),
        }
    }

    fn unreadable(key: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::wrong(key, format!("{}: {error}", path.display()), "correct the path, or let this account read the file")
    }
}

/// Exit code of a configuration that something is wrong with.
const BAD_INPUT: u8 = 3;

/// Tells all findings on standard output, and what is wrong with its help on standard error as well.
pub fn tell(findings: &[Finding], json: bool) -> ExitCode {
    out::say(&match json {
        true => Printable::json(format_args!("{:#}", to_json(findings))),
        false => Printable::lines(to_text(findings).trim_end()),
    });
    let wrong: Vec<_> = findings.iter().filter_map(|finding| finding.result.as_ref().err()).collect();
    for wrong in &wrong {
        out::fail(&wrong.error, &wrong.help);
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BAD_INPUT) }
}

/// All findings, for people.
fn to_text(findings: &[Finding]) -> String {
    let line = |finding: &Finding| match &finding.result {
        Ok(what) => format!("{}\n", Printable::new(format_args!("ok     {}: {what}", finding.key))),
        Err(wrong) => format!("{}\n", Printable::new(format_args!("wrong  {}: {}", finding.key, wrong.error))),
    };
    findings.iter().map(line).collect()
}

/// All findings, as one JSON object.
fn to_json(findings: &[Finding]) -> serde_json::Value {
    let one = |finding: &Finding| match &finding.result {
        Ok(what) => json!({ "key": finding.key, "ok": true, "found": what }),
        Err(wrong) => json!({ "key": finding.key, "ok": false, "error": wrong.error, "help": wrong.help }),
    };
    let ok = findings.iter().all(|finding| finding.result.is_ok());
    json!({ "ok": ok, "checks": findings.iter().map(one).collect::<Vec<_>>() })
}

/// A regular file that is open, and what the system says of it.
pub(crate) fn regular(path: &Path) -> io::Result<(File, fs::Metadata)> {
    let other = || io::Error::other("it is not a regular file");
    // Asked before it is opened: opening a pipe would wait.
    if !fs::metadata(path)?.is_file() {
        return Err(other());
    }
    let file = File::open(path)?;
    match file.metadata()? {
        metadata if metadata.is_file() => Ok((file, metadata)),
        _ => Err(other()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn files_and_folders_are_looked_at() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let file = home.path().join("pin");
        assert!(Finding::secret("k", &file).result.is_err());
        fs::write(&file, "1234")?;
        for (mode, good) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
            assert_eq!(Finding::secret("k", &file).result.is_ok(), good, "{mode:o}");
        }
        assert!(Finding::readable("k", &file).result.is_ok());
        assert!(Finding::readable("k", home.path()).result.is_err());
        assert!(Finding::creatable("k", &home.path().join("new.db")).result.is_ok());
        assert!(Finding::creatable("k", &home.path().join("no/new.db")).result.is_err());
        assert_eq!(fs::read_dir(home.path())?.count(), 1);
        Ok(())
    }
}
