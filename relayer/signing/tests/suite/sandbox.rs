//! A process and a token directory for each story.
//!
//! SoftHSM reads `SOFTHSM2_CONF` once a process and logs in whole processes. So a test starts its own binary again, with
//! the variable set and with nothing but that test selected; the story runs there. It works alike under `cargo test`
//! and `cargo nextest`, and changes no environment while threads run.

use greatseal_protocol::{
    bytes::{ContractAddress, DeploymentId},
    command::{Capacity, Command as Said, Order, ProposalId},
    council::Council,
    digest::Domain,
    envelope::Envelope,
};
use greatseal_signing::{Config, Confirmation, Intent, PinSource, Result, Signer, Token};
use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

pub(super) const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// OpenSC's proxy: hands every call on to SoftHSM and writes it down.
pub(super) const SPY: &str = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";
pub(super) const TOKEN: &str = "seal";
pub(super) const PIN: &str = "27182818";

/// Declares a story: `story!(name, async |sandbox| { … })`.
macro_rules! story {
    ($(#[$doc:meta])* $name:ident, $body:expr) => {
        $(#[$doc])*
        #[test]
        fn $name() {
            $crate::suite::sandbox::isolated(concat!(module_path!(), "::", stringify!($name)), $body);
        }
    };
}
pub(super) use story;

/// Where a story runs.
pub(super) struct Sandbox {
    name: String,
    folder: PathBuf,
}

/// In the test's process: prepares the folder and starts the story's process. There: runs the story.
pub(super) fn isolated(path: &str, story: impl AsyncFnOnce(&Sandbox)) {
    let (_, name) = path.split_once("::").unwrap();
    if let Some(folder) = env::var_os("GREATSEAL_SANDBOX") {
        let sandbox = Sandbox { name: name.into(), folder: folder.into() };
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
    let sandbox = Sandbox { name: name.into(), folder: folder.path().into() };
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
            .args([&self.name, "--exact", "--nocapture", "--test-threads=1"])
            .env("GREATSEAL_SANDBOX", &self.folder)
            .env("GREATSEAL_PHASE", phase.to_string())
            .env("RUST_BACKTRACE", "0")
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(super) fn config(&self) -> Config {
        Config::new(MODULE, TOKEN, PinSource::File(self.path("pin")))
    }

    pub(super) async fn open(&self) -> Token {
        Token::open(self.config()).await.unwrap()
    }

    /// A token with one key.
    pub(super) async fn signer(&self, label: &str) -> (Token, Signer) {
        let token = self.open().await;
        token.generate(label).await.unwrap();
        let signer = token.signer(label).await.unwrap();
        (token, signer)
    }

    /// Writes a PIN file.
    pub(super) fn pin(&self, name: &str, content: impl AsRef<[u8]>, mode: u32) -> PinSource {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        PinSource::File(path)
    }

    /// Runs another program on the same tokens, to the end.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program.into()).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{program} {arguments:?}: {text}");
        text
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
        fs::create_dir(self.path("tokens")).unwrap();
        let tokens = self.path("tokens");
        let lines =
            format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
        fs::write(self.path("softhsm2.conf"), lines).unwrap();
        self.init_token(TOKEN);
        self.pin("pin", format!("{PIN}\n"), 0o600);
    }

    fn command(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        command
            .env("SOFTHSM2_CONF", self.path("softhsm2.conf"))
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
    let capacity = Capacity::Seat { council: Council::Sovereign, epoch: 3 };
    Said { capacity, expiry: 1_800_000_000, order: Order::Cancel { id } }
}

pub(super) async fn sign(signer: &Signer, number: u32) -> Result<Envelope> {
    let intent = Intent::new(domain(), command(number), signer.key());
    signer.sign(&intent.confirm(Confirmation::Person)).await
}
