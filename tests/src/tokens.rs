//! Software tokens with one key for every seat. Making them takes seconds, so that it is done once for a build folder
//! and every world gets a copy.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    Outcome,
    program::{command, target},
};

/// Seats and the organisations behind them: section 4 of the protocol, with all its councils.
pub const SEATS: [(&str, &str); 28] = [
    ("S0", "cabinet"),
    ("S1", "justice"),
    ("S2", "presidency"),
    ("P0", "digital-policy"),
    ("P1", "data-protection"),
    ("T0", "cyber-centre"),
    ("T1", "standards"),
    ("T2", "it-agency"),
    ("E0", "cert"),
    ("E1", "justice"),
    ("E2", "central-bank-risk"),
    ("C0", "digital-policy"),
    ("C1", "security-office"),
    ("C2", "hsm-custody"),
    ("M0", "central-bank"),
    ("M1", "treasury"),
    ("I0", "civil-registry"),
    ("I1", "standards"),
    ("I2", "data-protection"),
    ("Pr:1-0", "social-ministry"),
    ("Pr:1-1", "treasury"),
    ("Pr:1-2", "inspectorate"),
    ("O0", "infra-operator"),
    ("O1", "infra-operator"),
    ("A0", "audit-court"),
    ("A1", "audit-firm"),
    ("X0", "ext-auditor-1"),
    ("X1", "ext-auditor-2"),
];

/// Changes with what is in the folder.
const PREPARED: &str = "greatseal-tokens-4";

/// Puts `softhsm2.conf`, `tokens/`, `pins/`, `state/` (the journals of the keys' use) and `seats.json` into the folder.
///
/// # Errors
/// Where softhsm2-util is not installed, or a file cannot be written.
pub fn copy_to(folder: &Path) -> Outcome {
    let around = target()?.1.join("tmp");
    fs::create_dir_all(&around)?;
    let prepared = around.join(PREPARED);
    // Unlocked when it is closed. Of several processes one prepares, and the others wait for it.
    let lock = File::create(around.join(format!("{PREPARED}.lock")))?;
    lock.lock()?;
    if !prepared.join("seats.json").is_file() {
        let unfinished = tempfile::tempdir_in(&around)?;
        prepare(unfinished.path())?;
        fs::rename(unfinished.path(), &prepared)?;
    }
    copy(&prepared, folder)?;
    configure(folder)
}

fn prepare(folder: &Path) -> Outcome {
    fs::create_dir_all(folder.join("tokens"))?;
    fs::create_dir_all(folder.join("pins"))?;
    configure(folder)?;
    let mut seats = Vec::new();
    for (seat, organisation) in SEATS {
        let key = add(folder, seat)?;
        seats.push(json!({ "seat": seat, "key": key, "organisation": organisation }));
    }
    Ok(fs::write(folder.join("seats.json"), serde_json::to_vec(&seats)?)?)
}

/// One more token with a key in it, and its PIN file; answers the key.
///
/// # Errors
/// Where softhsm2-util is not installed, or the token cannot be made.
pub fn add(folder: &Path, label: &str) -> Outcome<Value> {
    add_for(folder, label, "seat")
}

/// One more token with the key of a payer in it, labelled like its token.
///
/// # Errors
/// Where softhsm2-util is not installed, or the token cannot be made.
pub fn add_payer(folder: &Path, label: &str) -> Outcome<Value> {
    add_for(folder, label, "payer")
}

fn add_for(folder: &Path, label: &str, purpose: &str) -> Outcome<Value> {
    let (pin, file) = (format!("pin-of-{label}"), format!("pins/{label}"));
    write_secret(&folder.join(&file), &pin)?;
    let mut init = Command::new("softhsm2-util");
    init.args(["--init-token", "--free", "--label", label, "--pin", &pin, "--so-pin", "so-of-all"]);
    said(&mut init, folder)?;
    let mut generate = command("greatseal", folder)?;
    generate.args(["--json", "key", "generate", "--purpose", purpose, "--token", label, "--pin-file", &file]);
    if purpose != "seat" {
        generate.args(["--label", label]);
    }
    let mut answer: Value = serde_json::from_str(&said(&mut generate, folder)?)?;
    Ok(answer["keys"][0]["key"].take())
}

fn said(command: &mut Command, folder: &Path) -> Outcome<String> {
    let output = command.env("SOFTHSM2_CONF", folder.join("softhsm2.conf")).stdin(Stdio::null()).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn configure(folder: &Path) -> Outcome {
    let words = format!("directories.tokendir = {}\n", folder.join("tokens").display());
    Ok(fs::write(folder.join("softhsm2.conf"), words)?)
}

/// A file that its owner only may read.
///
/// # Errors
/// Where it cannot be written.
pub fn write_secret(path: &Path, text: &str) -> Outcome {
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

fn copy(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
