//! `greatseal-indexer`: checks what it is given, says where it serves, and ends when told to.

use clap::Parser;
use greatseal_host::{check, log};
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
use tokio::signal::unix::{SignalKind, signal};

/// How long running work may take to end.
const GRACE: Duration = Duration::from_secs(2);
/// Exit code of a configuration that something is wrong with.
const BAD_INPUT: u8 = 3;

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
    let findings = config::check(&settled.config).await;
    say(&if looking.json { format!("{:#}", check::to_json(&findings)) } else { check::to_text(&findings) });
    let wrong: Vec<_> = findings.iter().filter_map(|finding| finding.result.as_ref().err()).collect();
    for wrong in &wrong {
        let _ = writeln!(io::stderr(), "error: {}\nhelp: {}", wrong.error, wrong.help);
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BAD_INPUT) })
}

/// Signals are caught from the very beginning: told to end while it starts, the program ends well.
async fn start(switches: Switches) -> Result<(), Error> {
    let config = switches.settle()?.config;
    log::start(&config.log);
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let with_parent = config.process.exit_with_parent;
    let end = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = input_ended(), if with_parent => {}
        }
    };
    tokio::pin!(end);
    let service = tokio::select! {
        prepared = Service::prepare(config) => prepared?,
        () = &mut end => return Ok(()),
    };
    say_ready(service.url());
    service.run(end).await
}

async fn input_ended() {
    let (ended, end) = tokio::sync::oneshot::channel();
    // A thread of its own: a blocked read would keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
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
