//! `greatseal-relayer`: submits signed envelopes and keeps the journal of it.

use clap::Parser;
use greatseal_host::{check, log};
use greatseal_relayer::{
    args::{Args, Command, Look, Looking, Switches},
    config,
    error::RelayerError,
    start,
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use tokio::signal::unix::{SignalKind, signal};

/// Exit code of a configuration that something is wrong with.
const BAD_INPUT: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match args.command {
        None => serve(args.switches).await,
        Some(Command::Config(Look::Check(looking))) => look(looking, true).await,
        Some(Command::Config(Look::Show(looking))) => look(looking, false).await,
    };
    ended.unwrap_or_else(|error| {
        eprintln!("error: {error}\nhelp: {}", error.help());
        ExitCode::from(error.exit_code())
    })
}

async fn serve(switches: Switches) -> Result<ExitCode, RelayerError> {
    let config = switches.settle()?.config;
    log::start(&config.log);
    start::run(&config, ready, end(config.process.exit_with_parent)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the configuration, or what checking it found.
async fn look(looking: Looking, checking: bool) -> Result<ExitCode, RelayerError> {
    let settled = looking.switches.settle()?;
    if !checking {
        say(&if looking.json { format!("{:#}\n", settled.to_json()) } else { settled.to_toml() });
        return Ok(ExitCode::SUCCESS);
    }
    let findings = config::check(&settled.config).await;
    say(&if looking.json { format!("{:#}\n", check::to_json(&findings)) } else { check::to_text(&findings) });
    let wrong: Vec<_> = findings.iter().filter_map(|finding| finding.result.as_ref().err()).collect();
    for wrong in &wrong {
        eprintln!("error: {}\nhelp: {}", wrong.error, wrong.help);
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BAD_INPUT) })
}

fn ready(url: &str) {
    say(&format!("{}\n", serde_json::json!({ "ready": "greatseal-relayer", "url": url })));
}

/// Whoever reads may have gone already; that is no reason to fail.
fn say(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Resolves on SIGINT, SIGTERM or, where asked, when standard input closes.
async fn end(with_parent: bool) {
    let (closed, on_close) = tokio::sync::oneshot::channel();
    if with_parent {
        // A thread of its own: it may stay in this read when the program ends.
        std::thread::spawn(move || {
            let _ended = io::copy(&mut io::stdin(), &mut io::sink());
            closed.send(())
        });
    }
    let closed = async {
        if !with_parent || on_close.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = closed => {}
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
