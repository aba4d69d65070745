//! A checkpoint beside a log, by the keys that an auditor has: the program, as an auditor runs it.

use ed25519_dalek::{Signer, SigningKey};
use greatseal_audit::checkpoint::{Trusted, Untrusted, origin};
use greatseal_log::files::File;
use greatseal_made::{Log, Made};
use greatseal_trail::{
    checkpoint::{Checkpoint, Signed},
    cosignature::{self, WitnessKey},
    note::{KeyName, VerifierKey},
    tree::{Frontier, Hash, Head, leaf_hash},
};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(crate) fn log_key(log: &Log) -> VerifierKey {
    let name = KeyName::new(origin(&log.deployment).unwrap().as_str()).unwrap();
    VerifierKey::new(name, key(1).verifying_key().as_bytes()).unwrap()
}

fn witness(seed: u8) -> WitnessKey {
    WitnessKey::new(KeyName::new(format!("w{seed}.example")).unwrap(), key(seed).verifying_key().as_bytes()).unwrap()
}

/// The head of the first leaves.
fn head(log: &Log, size: u64) -> Head {
    let leaves = log.files.iter().filter(|(file, _)| matches!(file, File::Tile { level: 0, .. }));
    let mut tree = Frontier::new();
    for hash in leaves.flat_map(|(_, bytes)| bytes.as_chunks::<32>().0).take(usize::try_from(size).unwrap()) {
        tree.push(Hash::new(*hash)).unwrap();
    }
    tree.head()
}

/// A checkpoint that the log has signed, with cosignatures of these witnesses; each is a minute later than the one before.
pub(crate) fn signed(log: &Log, head: Head, witnesses: &[u8]) -> Signed {
    let checkpoint = Checkpoint::new(origin(&log.deployment).unwrap(), head);
    let signature = key(1).sign(checkpoint.text().unwrap().as_bytes()).to_bytes();
    let mut signed = checkpoint.clone().sign(&log_key(log), &signature).unwrap();
    for (time, seed) in (1..).map(|minute| 1_800_000_000 + 60 * minute).zip(witnesses) {
        let signature = key(*seed).sign(&cosignature::message(&checkpoint, time)).to_bytes();
        signed.cosign(&witness(*seed), time, &signature).unwrap();
    }
    signed
}

fn run(folder: &Path, args: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_greatseal-audit"));
    command.arg(folder).arg("--deployment").arg(folder.join("deployment.json")).arg("--json").args(args);
    let output = command.output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

#[test]
fn rule_27_a_checkpoint_is_verified_by_the_auditors_keys() {
    let log = Made::all().log();
    let folder = tempfile::tempdir().unwrap();
    log.write(folder.path());
    let size: u64 = log.head.size;
    let put = |signed: &Signed| fs::write(folder.path().join("log/checkpoint"), signed.note().to_string()).unwrap();
    let (log_vkey, two, three) = (log_key(&log).to_string(), witness(2).to_string(), witness(3).to_string());
    let keys = ["--log-key", &log_vkey, "--witness", &two, "--witness", &three];
    let words = |answer: &(i32, Value)| answer.1["fault"]["words"].as_str().unwrap_or_default().to_owned();

    // The last, an earlier one, and one that a witness has cosigned whom nobody knows.
    for (at, by) in [(size, &[2, 3][..]), (size / 2, &[3, 2]), (1, &[2, 9, 3])] {
        put(&signed(&log, head(&log, at), by));
        let (code, verdict) = run(folder.path(), &keys);
        assert_eq!(code, 0, "{verdict}");
        let checkpoint = &verdict["checkpoint"];
        assert_eq!(
            (&checkpoint["events"], &checkpoint["needed"]),
            (&at.to_string().into(), &"2".into()),
            "{checkpoint}"
        );
        assert_eq!(checkpoint["cosigned"].as_array().map(Vec::len), Some(2));
        assert_eq!(checkpoint["agreed_at"], "1800000060", "the second newest is what two agree on");
    }
    // Without keys nothing is looked at; with the log's alone no witness is.
    assert_eq!(run(folder.path(), &[]).1["checkpoint"], Value::Null);
    assert_eq!(run(folder.path(), &keys[..2]).1["checkpoint"]["agreed_at"], Value::Null);

    put(&signed(&log, head(&log, size), &[2]));
    let lacks = run(folder.path(), &keys);
    assert!(lacks.0 == 8 && words(&lacks).contains("1 witnesses have cosigned, 2 are needed"), "{lacks:?}");
    assert_eq!(run(folder.path(), &[&keys[..], &["--witnesses", "1"]].concat()).0, 0);
    // Signed and seen, but not this history: another root, or more than there is.
    for (other, said) in [
        (Head { root: leaf_hash(b"other"), ..head(&log, size / 2) }, "the history was rewritten"),
        (Head { size: size + 1, root: leaf_hash(b"other") }, "the history was cut off"),
    ] {
        put(&signed(&log, other, &[2, 3]));
        let found = run(folder.path(), &keys);
        assert!(found.0 == 8 && words(&found).contains(said), "{found:?}");
    }
    fs::write(folder.path().join("log/checkpoint"), "no note").unwrap();
    assert_eq!(run(folder.path(), &keys).0, 8);
    fs::remove_file(folder.path().join("log/checkpoint")).unwrap();
    let none = run(folder.path(), &keys);
    assert!(none.0 == 8 && none.1["fault"]["file"] == "checkpoint", "{none:?}");
    assert_eq!(run(folder.path(), &["--log-key", &two]).0, 2, "a witness's key is no log's");
    assert_eq!(run(folder.path(), &[&keys[..], &["--witnesses", "3"]].concat()).0, 3);
}

#[test]
fn keys_belong_to_the_deployment() {
    let log = Made::all().log();
    let other = VerifierKey::new(KeyName::new("greatseal/other").unwrap(), key(1).verifying_key().as_bytes()).unwrap();
    let refused = Trusted::new(&log.deployment, other, Vec::new(), None).unwrap_err();
    assert!(matches!(refused, Untrusted::OtherLog { .. }), "{refused}");
    let twice = Trusted::new(&log.deployment, log_key(&log), vec![witness(2), witness(2)], None).unwrap_err();
    assert!(matches!(twice, Untrusted::Policy(_)), "{twice}");
}
