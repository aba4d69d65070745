//! Against an implementation that nobody here wrote: the libraries of the Go checksum database, in `tests/go-verify`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use crate::{
    Outcome,
    keys::{Secret, entry, head, leaf, tree},
    tiles::shelf,
};
use greatseal_trail::{
    checkpoint::{Log, Origin, Signed},
    note::VerifierKey,
    tile::{Bundle, Checked},
    tree::{Hash, consistency, inclusion, verify_inclusion},
};

/// 256², 256 and 64: three levels of tiles, the partial one of each with one bit. Of other sizes the library in Debian 12
/// leaves some tiles unchecked: it skips as many as the size has bits, and not as many as are partial.
const SIZE: u64 = 65_856;
const EARLIER: u64 = 40_000;
const LEAF: u64 = 65_600;

/// What the Go program takes: a log's folder, and a witness's key.
struct Published {
    folder: tempfile::TempDir,
}

impl Published {
    fn new() -> Outcome<Self> {
        let published = Self { folder: tempfile::tempdir()? };
        let (log, witness) = (Secret::new("log.example/a", 1)?, Secret::new("w.example/1", 11)?);
        let (shelf, new) = shelf(SIZE)?;
        for (tile, bytes) in &shelf.tiles {
            published.write(&tile.to_string(), bytes)?;
        }
        for bundle in Bundle::all(SIZE) {
            let first = bundle.index() * 256;
            let entries: Vec<_> = (first..first + u64::from(bundle.width())).map(entry).collect();
            published.write(&bundle.to_string(), &bundle.encode(&entries)?)?;
        }
        let mut checked = Checked::open(shelf, new)?;
        let mut signed = log.checkpoint(new)?;
        witness.cosign(&mut signed, 1_800_000_000)?;
        let earlier = log.checkpoint(head(&mut tree(EARLIER)?, EARLIER)?)?;
        published.write("log.vkey", log.verifier()?.to_string().as_bytes())?;
        published.write("witness.vkey", witness.witness()?.to_string().as_bytes())?;
        published.write("earlier", earlier.note().to_string().as_bytes())?;
        published.write("checkpoint", signed.note().to_string().as_bytes())?;
        let path = inclusion(&mut checked, LEAF, SIZE)?;
        published.write("inclusion", format!("{LEAF}\n{}", lines(&path)).as_bytes())?;
        published.write("consistency", lines(&consistency(&mut checked, EARLIER, SIZE)?).as_bytes())?;
        Ok(published)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Outcome {
        let path = self.path(name);
        fs::create_dir_all(path.parent().ok_or("a folder")?)?;
        Ok(fs::write(path, bytes)?)
    }

    fn read(&self, name: &str) -> Outcome<String> {
        Ok(fs::read_to_string(self.path(name))?)
    }

    fn verify(&self) -> Outcome<Output> {
        Ok(Command::new(program()?).arg(self.folder.path()).output()?)
    }

    /// What the Go program says when a file is changed; the file is put back.
    fn refused(&self, name: &str, change: impl Fn(&mut Vec<u8>)) -> Outcome<String> {
        let before = fs::read(self.path(name))?;
        let mut changed = before.clone();
        change(&mut changed);
        assert_ne!(before, changed, "{name}");
        self.write(name, &changed)?;
        let output = self.verify()?;
        self.write(name, &before)?;
        assert_eq!(output.status.code(), Some(1), "{name} was changed");
        Ok(String::from_utf8(output.stderr)?)
    }
}

/// Builds the program once, without a network: Debian's packages are its libraries.
fn program() -> Outcome<&'static Path> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| error.to_string()));
    built.as_deref().map_err(|error| error.as_str().into())
}

fn build() -> Outcome<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/go-verify");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = folder.join("go-verify");
    let mut go = Command::new("go");
    go.arg("build").arg("-o").arg(&program).arg("main.go").current_dir(source);
    go.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", folder.join("go-cache"));
    let output = go.output().map_err(|error| format!("{error}; install golang-go and golang-golang-x-mod-dev"))?;
    match output.status.success() {
        true => Ok(program),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

fn lines(path: &[Hash]) -> String {
    path.iter().map(|hash| hash.to_base64() + "\n").collect()
}

#[test]
fn go_verifies_what_we_write_and_we_verify_what_go_writes() -> Outcome {
    let published = Published::new()?;
    let output = published.verify()?;
    assert_eq!((String::from_utf8(output.stderr)?, output.status.code()), (String::new(), Some(0)));
    assert_eq!(String::from_utf8(output.stdout)?, format!("verified {SIZE} entries\n"));

    let key: VerifierKey = published.read("go/vkey")?.parse()?;
    let log = Log { origin: Origin::new("go.example/log")?, keys: vec![key] };
    let signed = Signed::open(published.read("go/checkpoint")?.as_bytes(), &log)?;
    assert_eq!(*signed.checkpoint().head(), head(&mut tree(SIZE)?, SIZE)?);
    let path = published.read("go/inclusion")?;
    let path: Option<Vec<_>> = path.lines().map(Hash::from_base64).collect();
    verify_inclusion(leaf(SIZE - 1), SIZE - 1, signed.checkpoint().head(), &path.ok_or("hashes")?)?;

    // What is changed is found there, too, and where it was changed.
    let last = |bytes: &mut Vec<u8>| {
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
    };
    for (name, said) in [
        ("tile/0/100", "tiles: downloaded inconsistent tile"),
        ("tile/1/000", "tiles: downloaded inconsistent tile"),
        ("tile/2/000.p/1", "tiles: downloaded inconsistent tile"),
        ("tile/entries/100", "tiles: entry 25855 is not the leaf"),
    ] {
        assert_eq!(published.refused(name, last)?, format!("error: {said}\n"), "{name}");
    }
    let size =
        |bytes: &mut Vec<u8>| *bytes = String::from_utf8_lossy(bytes).replacen("\n65856\n", "\n65857\n", 1).into();
    let said = published.refused("checkpoint", size)?;
    assert!(said.starts_with("error: checkpoint: invalid signature for key log.example/a"), "{said}");
    let witness = |bytes: &mut Vec<u8>| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let other = Secret::new("w.example/1", 12).and_then(|other| Ok(other.witness()?.to_string())).unwrap_or(text);
        *bytes = other.into();
    };
    let said = published.refused("witness.vkey", witness)?;
    assert_eq!(said, "error: checkpoint: 1 signatures and 1 unverified\n");
    let other = |bytes: &mut Vec<u8>| *bytes = String::from_utf8_lossy(bytes).replacen("65600", "65601", 1).into();
    assert_eq!(published.refused("inclusion", other)?, "error: inclusion: invalid transparency proof\n");
    let fewer = |bytes: &mut Vec<u8>| *bytes = bytes[45..].to_vec();
    assert_eq!(published.refused("consistency", fewer)?, "error: consistency: invalid transparency proof\n");
    Ok(())
}
