//! JSON judged by the schemas of `docs/protocol/schemas`, by a validator that others wrote: `docs/examples/validate.py`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::Outcome;

/// Debian's: the package python3-jsonschema is for this one.
const PYTHON: &str = "/usr/bin/python3";

/// What the validator says.
#[derive(Debug)]
pub struct Judged {
    /// How many documents are valid.
    pub valid: usize,
    /// A line for each document that is not: file, line, place, fault.
    pub faults: Vec<String>,
}

/// The folder of the schemas.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol/schemas")
}

/// Judges a file by a schema, named from the folder of the schemas. A file that ends with `.jsonl` has a document on each
/// line.
///
/// # Errors
/// Where Python or its package is missing, or the validator ends in another way.
pub fn judge(schema: &str, file: &Path) -> Outcome<Judged> {
    // Without files of compiled Python in the repository.
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/validate.py");
    let ended = Command::new(PYTHON).arg("-B").arg(script).arg(folder().join(schema)).arg(file).output();
    let ended =
        ended.map_err(|error| format!("{PYTHON} does not run ({error}): apt-get install python3-jsonschema"))?;
    let (said, complained) = (String::from_utf8(ended.stdout)?, String::from_utf8_lossy(&ended.stderr));
    let mut faults: Vec<String> = said.lines().map(str::to_owned).collect();
    let count = faults.pop().ok_or_else(|| format!("the validator says nothing: {complained}"))?;
    let valid = count.split(' ').next().unwrap_or_default().parse()?;
    let code = i32::from(!faults.is_empty());
    if ended.status.code() != Some(code) || count != format!("{valid} valid, {} not", faults.len()) {
        return Err(format!("{}: {said}{complained}", ended.status).into());
    }
    Ok(Judged { valid, faults })
}
