//! A comment of an item stands alone: it says what the item is, and leans on no other (CONTRIBUTING.md, "How to write").

use std::{
    fs,
    path::{Path, PathBuf},
};

use greatseal_tests::Outcome;

/// Beginnings that lean on something else.
const LEANING: [&str; 3] = ["The same", "As", "Like"];

#[test]
fn a_comment_of_an_item_stands_alone() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut read, mut found) = (0, Vec::new());
    for folder in ["contracts", "relayer", "indexer", "deploy", "tests/src", "tests/lab/src"] {
        for file in sources(&root.join(folder))? {
            read += 1;
            let text = fs::read_to_string(&file)?;
            found.extend(text.lines().filter(|line| leans(line)).map(|line| format!("{}: {line}", file.display())));
        }
    }
    assert!(read > 300, "{read} files");
    assert_eq!(found, Vec::<String>::new());
    Ok(())
}

#[test]
fn every_comment_that_leans_is_found() {
    for line in ["/// The same, for two.", "    /// As [`run`].", "//! Like the others.", "/// Like [`submit`]."] {
        assert!(leans(line), "{line}");
    }
    for line in
        ["/// Asks the rules.", "// As it was before.", "/// Likely cells.", "/// Those of [`run`].", "let like = 1;"]
    {
        assert!(!leans(line), "{line}");
    }
}

fn leans(line: &str) -> bool {
    let line = line.trim_start();
    let Some(comment) = line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! ")) else { return false };
    LEANING.iter().any(|word| comment.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
}

/// Rust files but for tests, whose names say what they are about.
fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("tests") && !path.ends_with("target") {
                files.extend(sources(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
