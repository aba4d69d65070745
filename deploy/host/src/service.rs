//! What the programs of services have in common: how they run, what they print, and how they end.

use crate::{
    args::{Look, Looking},
    check::{self, Finding},
    config::{ConfigError, Settled},
    out,
    printable::Printable,
};
use clap::Args;
use serde::Serialize;
use std::{borrow::Cow, fmt::Display, process::ExitCode, time::Duration};

/// How long running work may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// Why a program ends, with what to do next and its exit code.
pub trait Failure: Display {
    /// What happened.
    fn sentence(&self) -> String {
        self.to_string()
    }

    /// What to do next.
    fn help(&self) -> Cow<'static, str>;

    /// The exit code.
    fn exit_code(&self) -> u8;
}

/// Runs a program on threads of its own. What still runs when it has ended is given two seconds.
pub fn run<Error: Failure>(program: impl Future<Output = Result<ExitCode, Error>>) -> ExitCode {
    let threads = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(threads) => threads,
        Err(error) => {
            out::fail(format_args!("cannot start threads: {error}"), "look at the limits of threads and open files");
            return ExitCode::FAILURE;
        }
    };
    let ended = threads.block_on(program);
    threads.shutdown_timeout(GRACE);
    ended.unwrap_or_else(|error| {
        out::fail(error.sentence(), error.help());
        ExitCode::from(error.exit_code())
    })
}

/// Prints the one line that says where a service answers. Whoever reads may have gone already; that is no reason to fail.
pub fn ready(name: &str, url: &str) {
    out::say(&Printable::json(serde_json::json!({ "ready": name, "url": url })));
}

/// Shows the configuration, or what checking it found.
///
/// # Errors
///
/// [`ConfigError`] where there is nothing to show or to check.
pub async fn look<Switches: Args, Config: Serialize>(
    look: Look<Switches>,
    settle: impl FnOnce(Switches) -> Result<Settled<Config>, ConfigError>,
    check: impl AsyncFnOnce(&Config) -> Vec<Finding>,
) -> Result<ExitCode, ConfigError> {
    match look {
        Look::Check(Looking { switches, json }) => Ok(check::tell(&check(&settle(switches)?.config).await, json)),
        Look::Show(Looking { switches, json }) => {
            let settled = settle(switches)?;
            out::say(&match json {
                true => Printable::json(format_args!("{:#}", settled.to_json())),
                false => Printable::lines(settled.to_toml().trim_end()),
            });
            Ok(ExitCode::SUCCESS)
        }
    }
}
