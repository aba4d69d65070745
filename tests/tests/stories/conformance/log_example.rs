//! The example that verifies a log in another language: it takes a sound one, and finds every byte that was altered.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_made::{Log, Made};
use greatseal_protocol::{bytes::parse_hex, digest, event::Door};
use greatseal_tests::Outcome;
use greatseal_trail::{
    checkpoint::{Checkpoint, Origin},
    note::{KeyName, VerifierKey},
    tree::{Frontier, Hash, Head},
};

/// Debian's: the package python3-cryptography is for this one.
const PYTHON: &str = "/usr/bin/python3";

/// Which file is altered, where (from the end where negative), and what the example says of it.
const ALTERED: [(&str, isize, &str); 15] = [
    ("deployment.json", 40, "head: it is of another form or deployment"),
    ("log/head", 60, "head: it is of another form or deployment"),
    ("log/headers/*", 40, "block 5: it is not the block that the deployment file names"),
    ("log/headers/*", 310, "names another block before it"),
    ("log/headers/*", -40, "the last header is not of the block that head names"),
    // Edition, height, hash, time, place, transaction and record of the first leaf.
    ("log/tile/entries/000", 2, "event 0: the leaf is of another edition than 2"),
    ("log/tile/entries/000", 3, "event 0: it deploys something else"),
    ("log/tile/entries/000", 11, "event 0: it deploys something else"),
    ("log/tile/entries/000", 43, "event 0: it has another time than its block"),
    ("log/tile/entries/000", 51, "event 0: it is not the next event of the contract in its block"),
    ("log/tile/entries/000", 59, "event 0: it came by another transaction"),
    ("log/tile/entries/000", 400, "event 0"),
    ("log/tile/entries/*", -1, "it is not the next event of the contract in its block"),
    ("log/evidence/*", -1, "bytes are missing at the end"),
    ("log/evidence/*", -30, "the proof lacks a node"),
];

struct Bundle(tempfile::TempDir);

impl Bundle {
    fn new() -> Outcome<(Self, Log)> {
        Self::of(&Made::all())
    }

    fn of(made: &Made) -> Outcome<(Self, Log)> {
        let (folder, log) = (tempfile::tempdir()?, made.log());
        log.write(folder.path());
        Ok((Self(folder), log))
    }

    /// How the example ends, and what it says.
    fn verify(&self, arguments: &[&str]) -> Outcome<(Option<i32>, String, String)> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/verify_log.py");
        let deployment = self.0.path().join("deployment.json");
        // Without files of compiled Python in the repository.
        let mut python = Command::new(PYTHON);
        python.arg("-B").arg(script).arg(self.0.path()).arg(deployment).args(arguments);
        let ended = python.output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((ended.status.code(), text(&ended.stdout), text(&ended.stderr)))
    }

    /// The file of this path; of the last one where it ends with a star.
    fn file(&self, path: &str) -> Outcome<PathBuf> {
        let Some(folder) = path.strip_suffix("/*") else { return Ok(self.0.path().join(path)) };
        let mut last = None;
        for entry in fs::read_dir(self.0.path().join(folder))? {
            let path = entry?.path();
            let file = if path.is_dir() { fs::read_dir(&path)?.next().ok_or("no file")??.path() } else { path };
            last = last.max(Some(file));
        }
        Ok(last.ok_or("no file")?)
    }

    fn finds(&self, path: &Path, bytes: &[u8], wants: &str) -> Outcome {
        let sound = fs::read(path)?;
        fs::write(path, bytes)?;
        let (code, said, complained) = self.verify(&[])?;
        let told = format!("{}: {said}{complained}", path.display());
        assert!(code == Some(1) && complained.starts_with("error: "), "{told}");
        assert!(complained.contains(wants) && complained.contains("\nhelp: "), "{wants}: {told}");
        assert!(said.is_empty() && !complained.contains("Traceback"), "{told}");
        Ok(fs::write(path, sound)?)
    }
}

#[test]
fn the_example_verifies_a_log() -> Outcome {
    let (bundle, log) = Bundle::new()?;
    let (code, said, complained) = bundle.verify(&[])?;
    assert_eq!((code, &*complained), (Some(0), ""), "{PYTHON} needs the package python3-cryptography: {said}");
    let head = format!("head {}:{}", log.head.size, log.head.root);
    assert!(log.head.size > 256, "a log of one file only");
    for wants in [&*head, "events were brought by envelopes that their actors signed", "verified: all"] {
        assert!(said.contains(wants), "{said}");
    }
    Ok(())
}

#[test]
fn the_example_finds_every_altered_byte() -> Outcome {
    let (bundle, _) = Bundle::new()?;
    for (path, at, wants) in ALTERED {
        let path = bundle.file(path)?;
        let mut bytes = fs::read(&path)?;
        let at = at.checked_rem_euclid(isize::try_from(bytes.len())?).ok_or("an empty file")?;
        let byte = bytes.get_mut(usize::try_from(at)?).ok_or("no such byte")?;
        *byte = if *byte == b'1' { b'2' } else { *byte ^ 1 };
        bundle.finds(&path, &bytes, wants)?;
    }
    Ok(())
}

#[test]
fn the_example_finds_what_is_not_signed_or_missing() -> Outcome {
    let (bundle, _) = Bundle::new()?;
    // A signature's last byte: the envelope is then not the one that its record names.
    let path = bundle.file("log/evidence/000")?;
    let mut bytes = fs::read(&path)?;
    let envelope = Made::all().envelopes.into_values().find(|envelope| at(&bytes, envelope).is_some());
    let envelope = envelope.ok_or("no envelope")?;
    let end = at(&bytes, &envelope).ok_or("no envelope")? + envelope.len() - 1;
    *bytes.get_mut(end).ok_or("no such byte")? ^= 1;
    bundle.finds(&path, &bytes, "it names another envelope than the one that is kept")?;
    let metadata = bundle.file("log/metadata/7")?;
    bundle.finds(&metadata, b"", "bytes are missing")?;
    let head = bundle.file("log/head")?;
    let shorter = fs::read_to_string(&head)?.replacen("\"root\":\"", "\"root\":\"0", 1);
    bundle.finds(&head, shorter.as_bytes(), "the leaves have the root")?;
    fs::remove_file(bundle.file("log/headers/*")?)?;
    let (code, _, complained) = bundle.verify(&[])?;
    assert!(code == Some(1) && complained.contains("headers/"), "{complained}");
    Ok(())
}

#[test]
fn the_example_finds_a_forged_signature() -> Outcome {
    let mut made = Made::all();
    let named = |door| if let Door::Envelope(name) = door { Some(name) } else { None };
    let seq = made.records.iter().rposition(|record| named(record.door).is_some()).ok_or("no envelope")?;
    let name = made.records.get(seq).and_then(|record| named(record.door)).ok_or("no envelope")?;
    let mut forged = made.envelopes.get(&name).ok_or("no envelope")?.clone();
    *forged.last_mut().ok_or("an empty envelope")? ^= 1;
    // Everything else fits: the records name what is kept.
    let digest = digest::envelope_digest(&forged);
    let records = made.records.iter_mut().filter(|record| named(record.door) == Some(name));
    records.for_each(|record| record.door = Door::Envelope(digest));
    made.envelopes.insert(digest, forged);
    let (code, _, complained) = Bundle::of(&made)?.0.verify(&[])?;
    assert!(code == Some(1) && complained.contains("its envelope is not signed by its actor"), "{complained}");
    Ok(())
}

#[test]
fn the_example_compares_a_checkpoint() -> Outcome {
    let (bundle, log) = Bundle::new()?;
    let path = bundle.file("log/checkpoint")?;
    let origin = format!("greatseal/{}", log.head.deployment);
    let (key, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let vkey = |key: &SigningKey| VerifierKey::new(KeyName::new(&*origin)?, key.verifying_key().as_bytes());
    let note = |head: Head| -> Outcome<String> {
        let checkpoint = Checkpoint::new(Origin::new(&*origin)?, head);
        let signature = key.sign(checkpoint.text()?.as_str().as_bytes()).to_bytes();
        Ok(checkpoint.sign(&vkey(&key)?, &signature)?.note().to_string())
    };
    // The present head, and the one before the first leaf.
    let root = Hash::new(parse_hex(&log.head.root)?);
    for head in [Head { size: log.head.size, root }, Frontier::new().head()] {
        fs::write(&path, note(head)?)?;
        let (code, said, complained) = bundle.verify(&[&vkey(&key)?.to_string()])?;
        assert!(code == Some(0) && said.contains("the same root; signed by VKEY"), "{said}{complained}");
        let (code, said, complained) = bundle.verify(&[])?;
        assert!(code == Some(0) && said.contains("nobody's signature was verified"), "{said}{complained}");
        let (code, _, complained) = bundle.verify(&[&vkey(&other)?.to_string()])?;
        assert!(code == Some(1) && complained.contains("the log's key has not signed it"), "{complained}");
    }
    let wrong = note(Head { size: 7, root })?;
    bundle.finds(&path, wrong.as_bytes(), "the log has not had this root with 7 leaves")?;
    let altered = fs::read_to_string(&path)?.replacen("\n0\n", "\n1\n", 1);
    fs::write(&path, altered)?;
    let (code, _, complained) = bundle.verify(&[&vkey(&key)?.to_string()])?;
    assert!(code == Some(1) && complained.contains("its signature does not hold"), "{complained}");
    Ok(())
}

/// Where bytes stand in others.
fn at(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
