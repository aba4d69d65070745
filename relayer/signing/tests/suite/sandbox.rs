//! A process and a folder with keys for each story.
//!
//! SoftHSM reads `SOFTHSM2_CONF` once a process and logs in whole processes. So a test starts its own binary again, with
//! the variable set and with nothing but that test selected; the story runs there. It works alike under `cargo test`
//! and `cargo nextest`, and changes no environment while threads run.

use greatseal_protocol::{
    bytes::{ContractAddress, DeploymentId, ProposalDigest},
    command::{Capacity, Command as Said, Order},
    digest::Domain,
    envelope::Envelope,
    language::proposal,
    proposal_id::{Decision, ProposalId},
};
use greatseal_signing::{
    Config, Confirmation, FileJournal, Intent, Journal, Keyring, Purpose, Result, Sealed, SecretSource, Signer, Source,
    Store, Work,
};
use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};

pub(super) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// OpenSC's proxy: hands every call on to SoftHSM and writes it down.
pub(super) const SPY: &str = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";
pub(super) const TOKEN: &str = "seal";
pub(super) const PIN: &str = "27182818";
pub(super) const PASSPHRASE: &str = "the cat sat on a seal";

/// Where a story's keys are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    SoftHsm,
    Sealed,
}

/// Declares a story that is told twice: with keys in a token, and with keys in sealed files.
macro_rules! both {
    ($(#[$doc:meta])* $name:ident, $body:expr) => {
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "what a story needs of its file")]
            use super::*;
            use $crate::suite::sandbox::{Backend, isolated};

            #[test]
            fn softhsm() {
                isolated(concat!(module_path!(), "::softhsm"), Backend::SoftHsm, $body);
            }

            #[test]
            fn sealed() {
                isolated(concat!(module_path!(), "::sealed"), Backend::Sealed, $body);
            }
        }
    };
}
pub(super) use both;

/// Declares a story of one back end: `story!(name, async |sandbox| { … })` of SoftHSM2, `story!(sealed name, …)`.
macro_rules! story {
    ($(#[$doc:meta])* sealed $name:ident, $body:expr) => { $crate::suite::sandbox::story!($(#[$doc])* @ Sealed $name, $body); };
    ($(#[$doc:meta])* @ $backend:ident $name:ident, $body:expr) => {
        $(#[$doc])*
        #[test]
        fn $name() {
            let backend = $crate::suite::sandbox::Backend::$backend;
            $crate::suite::sandbox::isolated(concat!(module_path!(), "::", stringify!($name)), backend, $body);
        }
    };
    ($(#[$doc:meta])* $name:ident, $body:expr) => { $crate::suite::sandbox::story!($(#[$doc])* @ SoftHsm $name, $body); };
}
pub(super) use story;

/// Where a story runs.
pub(super) struct Sandbox {
    pub(super) backend: Backend,
    name: String,
    folder: PathBuf,
}

/// In the test's process: prepares the folder and starts the story's process. There: runs the story.
pub(super) fn isolated(path: &str, backend: Backend, story: impl AsyncFnOnce(&Sandbox)) {
    let (_, name) = path.split_once("::").unwrap();
    if let Some(folder) = env::var_os("GREATSEAL_SANDBOX") {
        let sandbox = Sandbox { backend, name: name.into(), folder: folder.into() };
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
            .block_on(story(&sandbox));
        fs::write(sandbox.path("told"), "").unwrap();
        return;
    }
    for file in [MODULE, SPY] {
        assert!(Path::new(file).exists(), "{file} is missing: apt-get install softhsm2 opensc");
    }
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox { backend, name: name.into(), folder: folder.path().into() };
    sandbox.prepare();
    let output = sandbox.again(0, Stdio::null());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    assert!(sandbox.path("told").exists(), "the story {name} was not told");
}

impl Sandbox {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// 0 at first; a story may start itself [`again`](Self::again) with another number.
    pub(super) fn phase(&self) -> u32 {
        env::var("GREATSEAL_PHASE").unwrap().parse().unwrap()
    }

    /// Runs the story in a new process on the same tokens.
    pub(super) fn again(&self, phase: u32, stdin: Stdio) -> Output {
        self.start_again(phase, stdin).wait_with_output().unwrap()
    }

    pub(super) fn start_again(&self, phase: u32, stdin: Stdio) -> std::process::Child {
        self.command(env::current_exe().unwrap())
            .args(self.arguments())
            .envs(self.phase_of(phase))
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(super) fn config(&self) -> Config {
        Config::new(MODULE, TOKEN, SecretSource::File(self.path("pin")))
    }

    /// A token behind a module that can be told to fail: see [`fault`](Self::fault).
    pub(super) fn faulty(&self) -> Config {
        let module = self.path("faulty.so");
        if !module.exists() {
            let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faulty.c");
            self.run("cc", &["-shared", "-fPIC", "-o", module.to_str().unwrap(), source, "-ldl"]);
        }
        Config { module, ..self.config() }
    }

    /// Makes a function of the [`faulty`](Self::faulty) module hang, or answer a number; nothing ends that.
    pub(super) fn fault(&self, function: &str, answer: Option<&str>) {
        let (file, part) = (self.path(function), self.path("fault.part"));
        match answer {
            Some(answer) => fs::write(&part, answer).and_then(|()| fs::rename(part, file)).unwrap(),
            None => fs::remove_file(file).unwrap(),
        }
    }

    pub(super) fn sealed(&self) -> Sealed {
        Sealed { work: Work::LEAST, ..Sealed::new(self.path("keys"), SecretSource::File(self.path("passphrase"))) }
    }

    pub(super) fn store(&self) -> Store {
        match self.backend {
            Backend::SoftHsm => Store::Token(self.config()),
            Backend::Sealed => Store::Sealed(self.sealed()),
        }
    }

    pub(super) fn source(&self) -> Source {
        Source { store: self.store(), journal: self.path("journal") }
    }

    pub(super) async fn open(&self) -> Keyring {
        Keyring::open(self.source()).await.unwrap()
    }

    pub(super) async fn open_with(&self, journal: impl Journal + 'static) -> Keyring {
        Keyring::open_with(self.store(), Arc::new(journal)).await.unwrap()
    }

    pub(super) fn journal(&self) -> FileJournal {
        FileJournal::at(self.path("journal"))
    }

    /// A seat's key, generated in a keyring that is open.
    pub(super) async fn signer(&self, label: &str) -> (Keyring, Signer) {
        let keyring = self.open().await;
        keyring.generate(label, Purpose::Seat).await.unwrap();
        let signer = keyring.signer(label).await.unwrap();
        (keyring, signer)
    }

    /// Opens a token with another configuration.
    pub(super) async fn token(&self, config: Config) -> Result<Keyring> {
        Keyring::open(Source { store: Store::Token(config), journal: self.path("journal") }).await
    }

    /// Opens sealed files with another configuration.
    pub(super) async fn folder(&self, sealed: Sealed) -> Result<Keyring> {
        Keyring::open(Source { store: Store::Sealed(sealed), journal: self.path("journal") }).await
    }

    /// Writes a file with a PIN or a passphrase.
    pub(super) fn secret(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) -> SecretSource {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        SecretSource::File(path)
    }

    /// Runs another program on the same tokens, to the end.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program.into()).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{program} {arguments:?}: {text}");
        text
    }

    /// Runs another program on the same tokens, which has to fail.
    pub(super) fn fails(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program.into()).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{program} {arguments:?}: {output:?}");
    }

    /// What selects this story, and nothing else, in our own program.
    pub(super) fn arguments(&self) -> Vec<String> {
        [&self.name, "--exact", "--nocapture", "--test-threads=1"].map(ToString::to_string).to_vec()
    }

    pub(super) fn phase_of(&self, phase: u32) -> Vec<(&'static str, std::ffi::OsString)> {
        vec![
            ("GREATSEAL_SANDBOX", self.folder.clone().into()),
            ("GREATSEAL_PHASE", phase.to_string().into()),
            ("RUST_BACKTRACE", "0".into()),
        ]
    }

    /// Runs the story in a new process that a line of shell has prepared.
    pub(super) fn started_by(&self, phase: u32, shell: &str) -> Output {
        let ourselves = env::current_exe().unwrap();
        self.command("sh".into())
            .args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")])
            .arg(ourselves)
            .args(self.arguments())
            .envs(self.phase_of(phase))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// OpenSC's tool, logged in: a second opinion from another process.
    pub(super) fn pkcs11_tool(&self, arguments: &[&str]) -> String {
        let login = ["--module", MODULE, "--token-label", TOKEN, "--login", "--pin", PIN];
        self.run("pkcs11-tool", &[&login, arguments].concat())
    }

    pub(super) fn init_token(&self, label: &str) {
        let arguments = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "31415926"];
        self.run("softhsm2-util", &arguments);
    }

    fn prepare(&self) {
        self.secret("passphrase", format!("{PASSPHRASE}\n"), 0o600);
        if self.backend == Backend::Sealed {
            return;
        }
        fs::create_dir(self.path("tokens")).unwrap();
        let tokens = self.path("tokens");
        let lines =
            format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
        fs::write(self.path("softhsm2.conf"), lines).unwrap();
        self.init_token(TOKEN);
        self.secret("pin", format!("{PIN}\n"), 0o600);
    }

    pub(super) fn command(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        command
            .env("SOFTHSM2_CONF", self.path("softhsm2.conf"))
            .env("GREATSEAL_FAULTS", &self.folder)
            .env("PKCS11SPY", MODULE)
            .env("PKCS11SPY_OUTPUT", self.path("spy"));
        command
    }
}

pub(super) fn domain() -> Domain {
    Domain { deployment: DeploymentId([0xD1; 32]), contract: ContractAddress([0xC2; 20]), chain_id: 420_420_421 }
}

/// A command that differs from every other number's.
pub(super) fn command(number: u32) -> Said {
    let id = ProposalId { serial: number, author: "S0".parse().unwrap(), slot: 1 };
    let capacity = Capacity::Seat { seat: "S0".parse().unwrap(), epoch: 3 };
    Said { capacity, expiry: 1_800_000_000, order: Order::Proposal(proposal::Order::Cancel { id }) }
}

pub(super) async fn sign(signer: &Signer, number: u32) -> Result<Envelope> {
    let intent = Intent::new(domain(), command(number), signer.key());
    signer.sign(&intent.confirm(Confirmation::Person)).await
}

/// A decision on one proposal.
pub(super) fn decision(decision: Decision, digest: u8, expiry: u64) -> Said {
    let id = "12.S0.1".parse().unwrap();
    let capacity = Capacity::Seat { seat: "S0".parse().unwrap(), epoch: 3 };
    Said {
        capacity,
        expiry,
        order: Order::Proposal(proposal::Order::Decide { id, digest: ProposalDigest([digest; 32]), decision }),
    }
}
