//! A tar of a bundle has one form: everything else is refused, and named by its byte.

use greatseal_bundle::{Bundle, BundleError, NotATar, seal};
use std::{fs, io::Read as _, path::Path, process::Command};

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Names of the kinds that there are, the longest among them, and sizes around a block.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("contents/restricted/sha256/{}/{}.age", "ab".repeat(32), "cd".repeat(32));
    for (name, length) in [
        ("deployment.json", 0),
        ("log/head", 1),
        ("log/tile/entries/x001/234", 511),
        (&*long, 512),
        ("parts/a.json", 513),
    ] {
        put(folder.path(), name, &vec![7; length]);
    }
    folder
}

fn tar(folder: &Path) -> Vec<u8> {
    seal::tar(&Bundle::folder(folder), Vec::new()).unwrap()
}

fn opened(bytes: &[u8]) -> Result<Bundle, BundleError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    Bundle::open(file.path())
}

fn fault(bytes: &[u8]) -> (u64, NotATar) {
    match opened(bytes) {
        Err(BundleError::Tar { at, reason, .. }) => (at, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_folder_and_its_tar_are_the_same_bundle() {
    let folder = folder();
    let (bytes, plain) = (tar(folder.path()), Bundle::folder(folder.path()));
    assert_eq!(bytes, tar(folder.path()), "the same files are the same bytes");
    let packed = opened(&bytes).unwrap();
    let names = plain.names().unwrap();
    assert_eq!(packed.names().unwrap(), names);
    assert_eq!(names.len(), 5);
    for name in &names {
        assert_eq!(packed.read(name, 1024).unwrap(), plain.read(name, 1024).unwrap(), "{name}");
        assert_eq!(packed.length(name).unwrap(), plain.length(name).unwrap());
        let mut through = Vec::new();
        packed.reader(name).unwrap().read_to_end(&mut through).unwrap();
        assert_eq!(through, plain.read(name, 1024).unwrap());
    }
    assert!(matches!(packed.read("parts/a.json", 512), Err(BundleError::TooLarge { .. })));
    assert!(!packed.has("parts/b.json").unwrap() && !packed.has("../parts/a.json").unwrap());
    // What others wrote reads it too.
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("bundle.tar");
    fs::write(&file, &bytes).unwrap();
    let unpacked = Command::new("tar").arg("-xf").arg(&file).arg("-C").arg(out.path()).output().unwrap();
    assert!(unpacked.status.success(), "{unpacked:?}");
    fs::remove_file(&file).unwrap();
    assert_eq!(tar(out.path()), bytes);
}

/// Every byte of a header and of what fills a file up is looked at.
#[test]
fn rule_26_every_byte_that_is_no_content_has_one_value() {
    let folder = folder();
    let bytes = tar(folder.path());
    let whole = opened(&bytes).unwrap();
    let mut content = 0;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let Ok(bundle) = opened(&changed) else { continue };
        // Some name or size became another one, in order, with its sum; or it is content.
        let same = whole.names().unwrap() == bundle.names().unwrap();
        assert!(same && changed[at] ^ (1 << (at % 8)) == 7, "byte {at}");
        content += 1;
    }
    assert_eq!(content, 1 + 511 + 512 + 513);
}

#[test]
fn rule_26_a_tar_that_is_cut_off_or_longer_is_refused() {
    let bytes = tar(folder().path());
    for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1, bytes.len() - 512, bytes.len() - 1024]) {
        assert!(opened(&bytes[..length]).is_err(), "{length}");
    }
    let mut longer = bytes.clone();
    longer.extend([0; 512]);
    assert_eq!(fault(&longer).1, NotATar::Filling);
    assert_eq!(fault(&[]), (0, NotATar::CutOff));
    assert_eq!(fault(&[7; 512]), (0, NotATar::Header));
}

/// A header as any program may write it.
fn header(name: &[u8], size: &[u8], kind: u8, link: &[u8], magic: &[u8]) -> [u8; 512] {
    let mut block = [0; 512];
    let fields: [(usize, &[u8]); 10] = [
        (0, name),
        (100, b"0000644\0"),
        (108, b"0000000\0"),
        (116, b"0000000\0"),
        (124, size),
        (136, b"00000000000\0"),
        (148, b"        "),
        (156, &[kind]),
        (157, link),
        (257, magic),
    ];
    for (at, bytes) in fields {
        block[at..at + bytes.len()].copy_from_slice(bytes);
    }
    if magic == b"ustar\x0000" {
        block[329..345].copy_from_slice(b"0000000\x000000000\0");
    }
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

fn alone(header: [u8; 512]) -> Vec<u8> {
    [&header[..], &[0; 1024]].concat()
}

#[test]
fn rule_26_hostile_headers_are_refused() {
    const EMPTY: &[u8] = b"00000000000\0";
    const USTAR: &[u8] = b"ustar\x0000";
    assert!(opened(&alone(header(b"a", EMPTY, b'0', b"", USTAR))).is_ok(), "the honest one");
    for name in [&b"../a"[..], b"/a", b"a/../b", b"./a", b"a//b", b"a/", b"", b"a\nb", b"a b", b"\xFF", b"-a\x1b[2J"] {
        assert_eq!(fault(&alone(header(name, EMPTY, b'0', b"", USTAR))), (0, NotATar::Header), "{name:?}");
    }
    // Links, devices, folders, pipes, contiguous and sparse files, long names, extensions, volumes, and the old regular file.
    for kind in b"1234567SLKxgVXDMN\0".iter().copied() {
        let block = header(b"a", EMPTY, kind, b"/etc/passwd", USTAR);
        assert_eq!(fault(&alone(block)), (0, NotATar::Header), "{kind}");
    }
    assert_eq!(fault(&alone(header(b"a", EMPTY, b'0', b"b", USTAR))).1, NotATar::Header);
    assert_eq!(fault(&alone(header(b"a", EMPTY, b'0', b"", b"ustar  \0"))).1, NotATar::Header);
    // 8 GiB less a byte in octal digits; more in binary; negative; not a number; and one that overflows.
    assert_eq!(fault(&alone(header(b"a", b"77777777777\0", b'0', b"", USTAR))), (0, NotATar::CutOff));
    for size in [
        &b"\x80\0\0\0\0\0\0\x02\0\0\0\0"[..],
        b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        b"-0000000001\0",
        b"+0000000000\0",
        b"0000000000 \0",
        b"777777777777",
        b"           \0",
    ] {
        assert_eq!(fault(&alone(header(b"a", size, b'0', b"", USTAR))), (0, NotATar::Header), "{size:?}");
    }
}

#[test]
fn rule_26_names_rise_and_none_comes_twice() {
    let one = |name: &[u8]| header(name, b"00000000000\0", b'0', b"", b"ustar\x0000");
    let two = |first: &[u8], second: &[u8]| [&one(first)[..], &one(second), &[0; 1024]].concat();
    assert!(opened(&two(b"a", b"b")).is_ok());
    assert_eq!(fault(&two(b"b", b"a")), (512, NotATar::Order));
    assert_eq!(fault(&two(b"a", b"a")), (512, NotATar::Order));
}

#[test]
fn rule_26_a_folder_with_links_or_odd_names_is_no_bundle() {
    let folder = folder();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("log/linked")).unwrap();
    let bundle = Bundle::folder(folder.path());
    assert!(matches!(bundle.names(), Err(BundleError::Foreign { .. })));
    assert!(matches!(bundle.read("log/linked", 9999), Err(BundleError::Foreign { .. })));
    fs::remove_file(folder.path().join("log/linked")).unwrap();
    assert!(bundle.names().is_ok());
    fs::write(folder.path().join("log/a\nb"), b"").unwrap();
    assert!(matches!(bundle.names(), Err(BundleError::Foreign { .. })));
    fs::remove_file(folder.path().join("log/a\nb")).unwrap();
    // A folder that is a link leads elsewhere as well, wherever that is.
    assert!(bundle.read("log/tile/entries/x001/234", 9999).is_ok());
    fs::rename(folder.path().join("log"), folder.path().join("moved")).unwrap();
    std::os::unix::fs::symlink("moved", folder.path().join("log")).unwrap();
    for name in ["log/head", "log/tile/entries/x001/234", "log"] {
        assert!(matches!(bundle.read(name, 9999), Err(BundleError::Foreign { .. })), "{name}");
    }
    assert!(matches!(bundle.names(), Err(BundleError::Foreign { .. })));
    // A file in the place of a folder.
    assert!(matches!(bundle.read("deployment.json/head", 9999), Err(BundleError::Foreign { .. })));
}
