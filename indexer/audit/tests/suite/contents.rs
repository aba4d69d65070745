//! Contents in a bundle: what fits is counted, what does not is found and named with its event, what is missing is said.

use crate::{
    bundles::{listed_anew, run, verdict},
    history::History,
};
use greatseal_bundle::{Bundle, contents, filter::Filter, parts::Part, seal, select::select};
use greatseal_content::{
    Name, check,
    restricted::{Identity, Readers, encrypt},
};
use greatseal_made::Log;
use greatseal_protocol::{
    bytes::ReferenceHash,
    content::{Address, Kind},
    conversion::Carried,
    event::Event,
    hash::sha256,
    language::{bridge, operation},
    scale::Encode as _,
};
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};
use tempfile::TempDir;

const REPORT: &[u8] = b"The rate of route 1 was twice the market's.\n";
const SECRET: &[u8] = b"Who was paid twice, by name.\n";

/// A history that names contents, and these.
struct Named {
    log: Log,
    /// Event and address of a report for everybody.
    report: (usize, Address),
    /// Of one for readers.
    secret: (usize, Address),
    /// Of a list of what a conversion carried out.
    carried: (usize, Address),
    items: Vec<u8>,
}

fn named() -> Named {
    let history = History::all();
    let report = history.first(|event| matches!(event, Event::Operation(operation::Event::Escalated { .. })));
    let secret = history.first(|event| matches!(event, Event::Operation(operation::Event::DrillFiled { .. })));
    let completed = history.first(|event| {
        matches!(event, Event::Bridge(bridge::Event::ConversionCompleted { completion, .. }) if completion.count > 0)
    });
    let items = [1, 2, 3].map(|account| Carried {
        account: [account; 32],
        amount: 100,
        fee: 1,
        result: 99,
        reference: ReferenceHash([8; 32]),
        check: ReferenceHash([9; 32]),
    });
    let items = items.map(|item| item.encode()).concat();
    let carried = check::address(&Address::Carried([0; 32]), &items).unwrap();
    let history = history
        .with(report, |record| {
            if let Event::Operation(operation::Event::Escalated { reference, .. }) = &mut record.event {
                *reference = ReferenceHash(sha256(&[REPORT]));
            }
        })
        .with(secret, |record| {
            if let Event::Operation(operation::Event::DrillFiled { report, .. }) = &mut record.event {
                *report = ReferenceHash(sha256(&[SECRET]));
            }
        })
        .with(completed, |record| {
            if let Event::Bridge(bridge::Event::ConversionCompleted { completion, .. }) = &mut record.event {
                completion.root = ReferenceHash(*carried.hash());
            }
        });
    Named {
        log: history.made.log(),
        report: (report, Address::Sha256(sha256(&[REPORT]))),
        secret: (secret, Address::Sha256(sha256(&[SECRET]))),
        carried: (completed, carried),
        items,
    }
}

impl Named {
    /// A bundle with these contents.
    fn bundle(&self, held: &[(Name, &[u8])]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        self.log.write(folder.path());
        seal::parts(folder.path(), &self.log.deployment).unwrap();
        for (name, bytes) in held {
            put(folder.path(), name, bytes);
        }
        seal::manifest(folder.path()).unwrap();
        folder
    }

    /// One with all that can be had.
    fn whole(&self, ciphertext: &[u8]) -> TempDir {
        self.bundle(&[
            (Name::Public(self.report.1), REPORT),
            (Name::Public(self.carried.1), &self.items),
            (Name::Restricted(self.secret.1, sha256(&[ciphertext])), ciphertext),
        ])
    }

    fn fault(&self, bundle: &Path) -> Value {
        verdict(bundle, &self.log, 8)["fault"].clone()
    }
}

fn put(bundle: &Path, name: &Name, bytes: &[u8]) {
    let path = bundle.join(contents::file(name));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn sealed(readers: &Readers, mut plain: &[u8]) -> Vec<u8> {
    let mut ciphertext = Vec::new();
    encrypt(readers, &mut plain, &mut ciphertext).unwrap();
    ciphertext
}

/// What the program says with an identity.
fn opened(bundle: &Path, log: &Log, identity: &Identity) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (key, word) = (folder.path().join("reader.age"), folder.path().join("word"));
    fs::write(&key, identity.sealed("correct horse").unwrap()).unwrap();
    fs::write(&word, "correct horse\n").unwrap();
    fs::set_permissions(&word, fs::Permissions::from_mode(0o600)).unwrap();
    let (key, word) = (key.to_str().unwrap(), word.to_str().unwrap());
    let answer = run(bundle, log, &["--identity", key, "--identity-passphrase-file", word]);
    assert_eq!(answer.status.code(), Some(0), "{answer:?}");
    serde_json::from_slice::<Value>(&answer.stdout).unwrap()["contents"].clone()
}

#[test]
fn contents_are_counted_and_missing_ones_are_named_with_their_event() {
    let made = named();
    let identity = Identity::generate();
    let bundle = made.whole(&sealed(&identity.readers(), SECRET));
    let told = verdict(bundle.path(), &made.log, 0);
    let found = &told["contents"];
    assert_eq!((&found["public"], &found["opened"], &found["closed"]), (&json!("2"), &json!("0"), &json!("1")));
    // Each is counted once, however many events name it.
    let all = contents::named(&Bundle::folder(bundle.path())).unwrap();
    assert_eq!(found["missing"], (all.len() - 3).to_string());
    let why = |found: &Value, address: &Address| {
        let lacking = found["lacking"].as_array().unwrap().iter();
        lacking.filter(|one| one["address"] == address.to_string()).map(|one| one["why"].clone()).next()
    };
    assert!(all.len() < 64, "each stands in the list: {}", all.len());
    assert_eq!((why(found, &made.secret.1), why(found, &made.report.1)), (Some(json!("closed")), None));
    let tar = bundle.path().join("bundle.tar");
    fs::write(&tar, seal::tar(&Bundle::folder(bundle.path()), Vec::new()).unwrap()).unwrap();
    assert_eq!(verdict(&tar, &made.log, 0), told);
    let with = opened(&tar, &made.log, &identity);
    assert_eq!((&with["opened"], &with["closed"], &with["missing"]), (&json!("1"), &json!("0"), &found["missing"]));
    // Without any, all are missing, and named.
    let none = verdict(made.bundle(&[]).path(), &made.log, 0)["contents"].clone();
    assert_eq!((&none["public"], &none["missing"]), (&json!("0"), &json!(all.len().to_string())));
    assert_eq!(none["lacking"].as_array().unwrap().len(), all.len());
    assert_eq!(why(&none, &made.report.1), Some(json!("missing")));
    let without = made.bundle(&[(Name::Public(made.carried.1), &made.items)]);
    let lines = fs::read_to_string(without.path().join(Part::Contents.name())).unwrap();
    let line = lines.lines().find(|line| line.contains(&made.report.1.to_string())).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["seq"], &line["kind"]), (&json!(made.report.0.to_string()), &json!(Kind::Report.to_string())));
}

#[test]
fn rule_26_every_byte_of_a_content_that_is_changed_is_found_with_its_event() {
    let made = named();
    let ciphertext = sealed(&Identity::generate().readers(), SECRET);
    let bundle = made.whole(&ciphertext);
    let tried = [
        (made.report.0, Name::Public(made.report.1), REPORT),
        (made.carried.0, Name::Public(made.carried.1), &made.items),
        (made.secret.0, Name::Restricted(made.secret.1, sha256(&[&ciphertext])), &ciphertext),
    ];
    for (event, name, honest) in tried {
        let forge = |bytes: &[u8]| {
            put(bundle.path(), &name, bytes);
            listed_anew(bundle.path());
            let fault = made.fault(bundle.path());
            assert_eq!((&fault["file"], &fault["event"]), (&json!(contents::file(&name)), &json!(event.to_string())));
        };
        for at in (0..honest.len()).step_by(honest.len().div_ceil(40)) {
            let mut changed = honest.to_vec();
            changed[at] ^= 1;
            forge(&changed);
        }
        forge(b"");
        forge(&honest[..honest.len() - 1]);
        forge(&[honest, b"\n"].concat());
        forge(&[honest, honest].concat());
        put(bundle.path(), &name, honest);
        listed_anew(bundle.path());
    }
    verdict(bundle.path(), &made.log, 0);
    // One in the place of another.
    put(bundle.path(), &Name::Public(made.report.1), &made.items);
    listed_anew(bundle.path());
    assert_eq!(made.fault(bundle.path())["event"], made.report.0.to_string());
}

#[test]
fn rule_26_a_content_that_no_event_names_is_a_fault() {
    let made = named();
    let stranger = Address::Sha256(sha256(&[b"all is well"]));
    for name in [Name::Public(stranger), Name::Restricted(stranger, sha256(&[b"all is well"]))] {
        let fault = made.fault(made.bundle(&[(name, b"all is well")]).path());
        assert_eq!(fault["file"], contents::file(&name));
        assert!(fault["words"].as_str().unwrap().contains("belongs to nothing"), "{fault}");
    }
    // Of another scheme it is another content, with the same digits.
    let other = Name::Public(Address::Accounts(*made.report.1.hash()));
    assert_eq!(made.fault(made.bundle(&[(other, REPORT)]).path())["file"], contents::file(&other));
    // A log and nothing else has no contents.
    let bare = tempfile::tempdir().unwrap();
    made.log.write(bare.path());
    assert_eq!(verdict(bare.path(), &made.log, 0)["contents"], Value::Null);
    put(bare.path(), &Name::Public(made.report.1), REPORT);
    assert_eq!(made.fault(bare.path())["file"], contents::file(&Name::Public(made.report.1)));
    // With a manifest it would look like more.
    fs::remove_dir_all(bare.path().join("contents")).unwrap();
    seal::manifest(bare.path()).unwrap();
    assert_eq!(made.fault(bare.path())["file"], "MANIFEST.sha256");
}

#[test]
fn rule_26_a_content_has_a_longest_length() {
    let made = named();
    let bundle = made.bundle(&[]);
    for name in [Name::Public(made.report.1), Name::Restricted(made.secret.1, [7; 32])] {
        put(bundle.path(), &name, b"");
        let path = bundle.path().join(contents::file(&name));
        fs::File::options().write(true).open(&path).unwrap().set_len((2 << 30) + 1).unwrap();
        let fault = made.fault(bundle.path());
        assert_eq!(fault["file"], contents::file(&name));
        assert!(fault["words"].as_str().unwrap().contains("is longer than 2 GiB"), "{fault}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_ciphertext_proves_what_is_in_it_to_whoever_opens_it() {
    let made = named();
    let (ours, theirs) = (Identity::generate(), Identity::generate());
    let restricted = |ciphertext: &[u8]| Name::Restricted(made.secret.1, sha256(&[ciphertext]));
    let honest = sealed(&ours.readers(), SECRET);
    let junk = sealed(&ours.readers(), b"something else");
    let cut = sealed(&ours.readers(), SECRET);
    let cut = &cut[..cut.len() - 1];
    let count = |held: &[(Name, &[u8])], identity: &Identity| {
        let found = opened(made.bundle(held).path(), &made.log, identity);
        ["opened", "closed", "other"].map(|word| found[word].as_str().unwrap().to_owned())
    };
    let [yes, no, other] = [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "1"]].map(|counts| counts.map(str::to_owned));
    assert_eq!(count(&[(restricted(&honest), &honest)], &ours), yes);
    assert_eq!(count(&[(restricted(&honest), &honest)], &theirs), no);
    // What a stranger brings shows nothing, and hides nothing.
    assert_eq!(count(&[(restricted(&junk), &junk)], &ours), other);
    assert_eq!(count(&[(restricted(cut), cut)], &ours), other);
    assert_eq!(count(&[(restricted(&junk), &junk)], &theirs), no);
    assert_eq!(count(&[(restricted(&junk), &junk), (restricted(&honest), &honest)], &ours), yes);
    // What is no ciphertext at all is a letter to the auditor.
    for letter in [&b"all is well"[..], b"", b"age-encryption.org/v1\nDear auditor: the report was withdrawn\n"] {
        let fault = made.fault(made.bundle(&[(restricted(letter), letter)]).path());
        assert_eq!(fault["event"], made.secret.0.to_string());
        assert!(fault["words"].as_str().unwrap().contains("is no file in the age format"), "{fault}");
    }
    // So are one more than a store has, and one beside the bytes.
    let many: Vec<_> = (0..9).map(|_| sealed(&theirs.readers(), SECRET)).collect();
    let many: Vec<_> = many.iter().map(|bytes| (restricted(bytes), &bytes[..])).collect();
    assert_eq!(count(&many[..8], &ours), no);
    assert!(made.fault(made.bundle(&many).path())["words"].as_str().unwrap().contains("belongs to nothing"));
    let beside = made.bundle(&[(Name::Public(made.secret.1), SECRET), many[0]]);
    assert_eq!(made.fault(beside.path())["file"], contents::file(&many[0].0));
}

#[test]
fn an_identity_that_cannot_be_used_is_refused_in_two_lines() {
    let made = named();
    let bundle = made.bundle(&[]);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("reader.age"), Identity::generate().sealed("correct horse").unwrap()).unwrap();
    fs::write(at("none"), "all is well").unwrap();
    for (name, text, mode) in [("open", "correct horse", 0o644), ("empty", "\n", 0o600), ("other", "horse", 0o600)] {
        fs::write(at(name), text).unwrap();
        fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    for (name, length) in [("long", 1025), ("longer", 64 * 1024 + 1)] {
        fs::write(at(name), "h".repeat(length)).unwrap();
        fs::set_permissions(at(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let (key, none, longer) = (at("reader.age"), at("none"), at("longer"));
    for (identity, word, told) in [
        (&key, None, "is encrypted with a passphrase"),
        (&key, Some("open"), "can be read by others"),
        (&key, Some("empty"), "holds no passphrase"),
        (&key, Some("other"), "does not open the identity"),
        (&key, Some("nowhere"), "cannot read"),
        (&key, Some("long"), "is longer than 1024 bytes"),
        (&longer, None, "is longer than 65536 bytes"),
        (&none, None, "holds no age identity"),
    ] {
        let word = word.map(&at);
        let mut args = vec!["--identity", identity];
        args.extend(word.iter().flat_map(|word| ["--identity-passphrase-file", word]));
        let answer = run(bundle.path(), &made.log, &args);
        let said = String::from_utf8(answer.stderr).unwrap();
        assert_eq!(answer.status.code(), Some(3), "{said}");
        assert!(said.lines().count() == 2 && said.contains(told) && said.contains("help: "), "{told}: {said}");
        assert!(!said.contains("horse"), "{said}");
    }
}

#[test]
fn a_selection_has_the_contents_of_its_own_events() {
    let made = named();
    let all = made.bundle(&[]);
    let at = made.log.parts().records()[made.report.0].at;
    let filter = Filter { since: Some(at), until: Some(at + 1), ..Filter::default() };
    let out = tempfile::tempdir().unwrap();
    select(&Bundle::folder(all.path()), out.path(), &made.log.deployment, &filter).unwrap();
    let named = contents::named(&Bundle::folder(out.path())).unwrap();
    assert!(named.contains(&made.report.1) && !named.contains(&made.secret.1), "{named:?}");
    put(out.path(), &Name::Public(made.report.1), REPORT);
    seal::manifest(out.path()).unwrap();
    assert_eq!(verdict(out.path(), &made.log, 10)["contents"]["public"], "1");
    put(out.path(), &Name::Public(made.secret.1), SECRET);
    listed_anew(out.path());
    assert_eq!(made.fault(out.path())["file"], contents::file(&Name::Public(made.secret.1)));
}
