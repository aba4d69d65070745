//! Packages of stories with JavaScript in them: installed once for a build folder, from its lock file, outside the repository.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use sp_crypto_hashing::twox_64;

use crate::{Outcome, program::target};

/// What npm says when it cannot reach its registry.
const UNREACHABLE: [&str; 6] = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH"];

/// Beside the packages, behind the name of the project: says that they are not there, to whoever reads no output of tests that pass.
const SKIPPED: &str = "npm-SKIPPED";

/// The folder in which the packages of `project` are installed; nothing where the registry cannot be reached.
///
/// # Errors
/// Where Node.js or npm is missing, or npm fails for another reason.
pub fn install(project: &Path) -> Outcome<Option<PathBuf>> {
    let files = ["package.json", "package-lock.json"];
    let lock = fs::read(project.join(files[1]))?;
    let around = target()?.1.join("tmp");
    fs::create_dir_all(&around)?;
    let name = format!("npm-{}", hex::encode(twox_64(&lock)));
    let installed = around.join(&name);
    // Unlocked when it is closed. Of several processes one installs, and the others wait for it.
    let one = File::create(around.join(format!("{name}.lock")))?;
    one.lock()?;
    let called = project.file_name().unwrap_or_default().to_string_lossy();
    let skipped = around.join(format!("{called}-{SKIPPED}"));
    let _ = fs::remove_file(&skipped);
    if installed.is_dir() {
        return Ok(Some(installed));
    }
    let unfinished = tempfile::tempdir_in(&around)?;
    for file in files {
        fs::copy(project.join(file), unfinished.path().join(file))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(unfinished.path());
    let answer = npm.output().map_err(|error| format!("npm does not run ({error}): apt-get install nodejs npm"))?;
    let said = String::from_utf8_lossy(&answer.stderr);
    match answer.status.success() {
        true => {
            fs::rename(unfinished.path(), &installed)?;
            Ok(Some(installed))
        }
        false if UNREACHABLE.iter().any(|reason| said.contains(reason)) => {
            fs::write(skipped, said.as_bytes())?;
            Ok(None)
        }
        false => Err(format!("npm ci failed: {said}").into()),
    }
}
