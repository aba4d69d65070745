//! `greatseal-indexer`: checks what it is given, says where it serves, and ends when told to.

use clap::Parser;
use greatseal_host::{check, end::told_to_end, log};
use greatseal_indexer::{
    args::{Args, Command, Look, Looking, Switches},
    config,
    error::Error,
    run::Service,
};
use std::{
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

/// How long running work may take to end.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let args = Args::parse();
    let threads = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(threads) => threads,
        Err(error) => return fail(&Error::Serving(error)),
    };
    let ended = threads.block_on(async {
        match args.command {
            None => start(args.switches).await.map(|()| ExitCode::SUCCESS),
            Some(Command::Config(Look::Check(looking))) => look(looking, true).await,
            Some(Command::Config(Look::Show(looking))) => look(looking, false).await,
        }
    });
    threads.shutdown_timeout(GRACE);
    ended.unwrap_or_else(|error| fail(&error))
}

/// Shows the configuration, or what checking it found.
async fn look(looking: Looking, checking: bool) -> Result<ExitCode, Error> {
    let settled = looking.switches.settle()?;
    if !checking {
        say(&if looking.json { format!("{:#}", settled.to_json()) } else { settled.to_toml() });
        return Ok(ExitCode::SUCCESS);
    }
    Ok(check::tell(&config::check(&settled.config).await, looking.json))
}

/// Signals are caught from the very beginning: told to end while it starts, the program ends well.
async fn start(switches: Switches) -> Result<(), Error> {
    let config = switches.settle()?.config;
    log::start(&config.log);
    let end = told_to_end(config.process.exit_with_parent);
    tokio::pin!(end);
    let service = tokio::select! {
        prepared = Service::prepare(config) => prepared?,
        () = &mut end => return Ok(()),
    };
    say_ready(service.url());
    service.run(end).await
}

fn say_ready(url: &str) {
    let ready = serde_json::json!({ "ready": "greatseal-indexer", "url": url });
    say(&ready.to_string());
}

/// Whoever reads may have gone already; that is no reason to fail.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{}", text.trim_end());
}

fn fail(error: &Error) -> ExitCode {
    let mut stderr = io::stderr();
    let _ = writeln!(stderr, "error: {error} ({})", error.code());
    let _ = writeln!(stderr, "help: {}", error.help());
    ExitCode::from(error.exit_code())
}
