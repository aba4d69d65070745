//! The program itself, where no chain is needed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod suite {
    mod golden;
    mod journals;
    mod secrets;
    mod services;
    mod stuck;
    mod trust;
    mod witness;

    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt as _,
        path::{Path, PathBuf},
        process::{Command, Output},
    };

    /// What a command ended with.
    #[derive(Debug)]
    pub(crate) struct Ended {
        pub(crate) code: i32,
        pub(crate) told: String,
    }

    /// Runs `greatseal` in a folder, away from everybody's own keys, with variables of the caller's.
    pub(crate) fn greatseal(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ended {
        let output: Output = Command::new(env!("CARGO_BIN_EXE_greatseal"))
            .current_dir(folder)
            .env("SOFTHSM2_CONF", folder.join("softhsm2.conf"))
            .env("XDG_STATE_HOME", folder.join("state"))
            .envs(variables.iter().copied())
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended { code: output.status.code().unwrap(), told: text(&output.stdout) + &text(&output.stderr) }
    }

    /// Writes a file for its owner only.
    pub(crate) fn private(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }
}
