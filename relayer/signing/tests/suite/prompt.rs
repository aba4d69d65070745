//! A PIN that is typed: asked for where no file is given, and not shown.

use super::sandbox::{PIN, story};
use greatseal_signing::{Asked, Config, Error, SecretSource};
use std::{
    env,
    io::Write as _,
    process::{Command, Stdio},
};

const ASKED: Asked = Asked { what: "PIN of the token", twice: false };

story!(a_pin_is_typed_unseen, async |sandbox| {
    if sandbox.phase() == 0 {
        for (typed, opens) in [(format!("{PIN}\n"), true), (format!("0\u{7f}{PIN}\n"), true), ("\u{3}".into(), false)] {
            let shown = sandbox.at_terminal(if opens { 1 } else { 2 }, &typed);
            assert!(shown.contains("PIN of the token: "), "{shown:?}");
            assert!(!shown.contains(PIN) && shown.contains("told by the story"), "{shown:?}");
        }
        let shown = sandbox.at_terminal(3, "a long passphrase\na long passphrasE\n");
        assert!(shown.contains("the same again: ") && shown.contains("told by the story"), "{shown:?}");
        // Without a terminal nothing waits for one.
        let ourselves = env::current_exe().unwrap();
        let output = sandbox
            .command("setsid".into())
            .args(["--wait".into(), ourselves.into_os_string()])
            .args(sandbox.arguments())
            .envs(sandbox.phase_of(4))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    } else {
        let config = Config { pin: SecretSource::Terminal(ASKED), ..sandbox.config() };
        match sandbox.phase() {
            1 => drop(sandbox.token(config).await.unwrap().keys().await.unwrap()),
            2 => assert!(matches!(sandbox.token(config).await, Err(Error::SecretUnreadable { .. }))),
            3 => {
                let twice = Asked { what: "new passphrase", twice: true };
                let sealed =
                    greatseal_signing::Sealed { passphrase: SecretSource::Terminal(twice), ..sandbox.sealed() };
                let refused = sandbox.folder(sealed).await.unwrap_err();
                assert!(refused.to_string().contains("differ"), "{refused}");
            }
            _ => assert!(matches!(sandbox.token(config).await, Err(Error::NoTerminal(_)))),
        }
        writeln!(std::io::stdout(), "told by the story").unwrap();
    }
});

impl super::sandbox::Sandbox {
    /// Runs the story in a new process at a terminal of its own, types, and gives back all that was shown.
    fn at_terminal(&self, phase: u32, typed: &str) -> String {
        let ourselves = env::current_exe().unwrap();
        let line = [vec![ourselves.to_str().unwrap().to_owned()], self.arguments()].concat().join(" ");
        let mut command: Command = self.command("script".into());
        command.args(["--quiet", "--return", "--echo", "never", "--command", &line, "/dev/null"]);
        command.envs(self.phase_of(phase)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut keys = child.stdin.take().unwrap();
        for line in typed.split_inclusive('\n') {
            // Modes are set with what was typed before thrown away.
            std::thread::sleep(std::time::Duration::from_millis(1500));
            keys.write_all(line.as_bytes()).unwrap();
        }
        let output = child.wait_with_output().unwrap();
        drop(keys);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{shown}");
        shown
    }
}
