//! Manifests: what `sha256sum -c` takes, and what is found by them.

use greatseal_bundle::{
    Bundle,
    manifest::{self, Listed, ManifestError, NAME, NotListed},
    seal,
};
use std::{fs, process::Command};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [("b.json", &b"b"[..]), ("log/head", b"head"), ("log/tile/0/000", b""), ("a", b"a")] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn check(folder: &tempfile::TempDir) -> Result<Option<Listed>, String> {
    manifest::check(&Bundle::folder(folder.path())).map_err(|error| match error {
        ManifestError::NotListed(fault) => fault.to_string(),
        ManifestError::Bundle(error) => panic!("{error}"),
    })
}

#[test]
fn a_manifest_is_what_others_verify() {
    let folder = folder();
    assert_eq!(check(&folder), Ok(None), "there is none yet");
    let listed = seal::manifest(folder.path()).unwrap();
    assert_eq!((listed.files, check(&folder)), (4, Ok(Some(listed.clone()))));
    let text = fs::read_to_string(folder.path().join(NAME)).unwrap();
    let names: Vec<_> = text.lines().map(|line| &line[66..]).collect();
    assert_eq!(names, ["a", "b.json", "log/head", "log/tile/0/000"]);
    let others = Command::new("sha256sum").args(["-c", "--strict", NAME]).current_dir(folder.path()).output().unwrap();
    assert!(others.status.success(), "{others:?}");
    let own = Command::new("sha256sum").arg(NAME).current_dir(folder.path()).output().unwrap();
    let own = String::from_utf8(own.stdout).unwrap();
    assert!(own.starts_with(&greatseal_protocol::bytes::to_hex(&listed.sha256)), "{own}");
}

#[test]
fn rule_26_whatever_is_changed_added_or_left_out_is_named() {
    let folder = folder();
    seal::manifest(folder.path()).unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("log/head"), b"Head").unwrap();
    assert_eq!(check(&folder), Err(NotListed::Changed { name: "log/head".into() }.to_string()));
    fs::remove_file(file("log/head")).unwrap();
    assert_eq!(check(&folder), Err(NotListed::Missing { name: "log/head".into() }.to_string()));
    fs::write(file("log/head"), b"head").unwrap();
    for name in ["0", "c", "log/tile/0/001", "z"] {
        fs::write(file(name), b"planted").unwrap();
        assert_eq!(check(&folder), Err(NotListed::Unlisted { name: name.into() }.to_string()));
        fs::remove_file(file(name)).unwrap();
    }
    assert!(check(&folder).is_ok());
}

#[test]
fn rule_26_a_manifest_has_one_form() {
    let folder = folder();
    seal::manifest(folder.path()).unwrap();
    let honest = fs::read_to_string(folder.path().join(NAME)).unwrap();
    let line = |line| Err(NotListed::Line { line }.to_string());
    let lines: Vec<_> = honest.lines().collect();
    let forged = |text: &str| {
        fs::write(folder.path().join(NAME), text).unwrap();
        check(&folder)
    };
    assert_eq!(forged(&honest.to_uppercase()), line(1));
    assert_eq!(forged(&honest.replace("  ", " ")), line(1));
    assert_eq!(forged(&honest.replace("  ", " *")), line(1));
    assert_eq!(forged(&honest.replace('\n', "\r\n")), line(1));
    assert_eq!(forged(&format!("\n{honest}")), line(1));
    assert_eq!(forged(&format!("\\{honest}")), line(1));
    assert_eq!(forged(&honest.replace("b.json", "../b.json")), line(2));
    assert_eq!(
        forged(&format!("{}\n{}\n", lines[1], lines[0])),
        Err(NotListed::Unlisted { name: "a".into() }.to_string())
    );
    assert_eq!(forged(&format!("{0}\n{0}\n", lines[0])), line(2));
    assert_eq!(forged(honest.trim_end()), line(4));
    assert_eq!(forged(&format!("{honest}{}  {NAME}\n", "0".repeat(64))), line(5));
    assert_eq!(forged(&"a".repeat(1 << 20)), line(1));
    assert_eq!(forged(""), Err(NotListed::Unlisted { name: "a".into() }.to_string()));
    assert_eq!(forged(&honest).map(|listed| listed.map(|listed| listed.files)), Ok(Some(4)));
}
