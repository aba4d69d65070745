//! `greatseal-indexer`: checks what it is given, says where it serves, and ends when told to.

use clap::Parser;
use greatseal_indexer::{args::Args, error::Error, run::Service};
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};

/// How long running work may take to end.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();

    let threads = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(threads) => threads,
        Err(error) => return fail(&Error::Serving(error)),
    };
    let ended = threads.block_on(start(args));
    threads.shutdown_timeout(GRACE);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Signals are caught from the very beginning: told to end while it starts, the program ends well.
async fn start(args: Args) -> Result<(), Error> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let with_parent = args.exit_with_parent;
    let end = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = input_ended(), if with_parent => {}
        }
    };
    tokio::pin!(end);
    let service = tokio::select! {
        prepared = Service::prepare(args) => prepared?,
        () = &mut end => return Ok(()),
    };
    say_ready(service.url());
    service.run(end).await
}

async fn input_ended() {
    let (ended, end) = tokio::sync::oneshot::channel();
    // A thread of its own: a blocked read would keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}

fn say_ready(url: &str) {
    let ready = serde_json::json!({ "ready": "greatseal-indexer", "url": url });
    // Whoever started this program may have gone already; that is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{ready}");
}

fn fail(error: &Error) -> ExitCode {
    let mut stderr = std::io::stderr();
    let _ = writeln!(stderr, "error: {error} ({})", error.code());
    let _ = writeln!(stderr, "help: {}", error.help());
    ExitCode::from(error.exit_code())
}
