//! `greatseal-devnet`: starts the chain, says where it is, and ends when told to.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Parser;
use greatseal_devnet::{
    args::Args,
    clock::wall,
    disk::{Log, Unusable},
    execute::hush_runtime_panics,
    node::{NoChain, Node},
    runtime::genesis::Genesis,
    serve::{CannotServe, serve},
};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

/// Contracts call contracts 25 deep, and the runtime runs on the stack of the thread that calls it.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// How long running requests may take to end.
const GRACE: Duration = Duration::from_secs(2);
const EXIT_FAILED: u8 = 1;
const EXIT_OTHER_CHAIN: u8 = 7;
const EXIT_IN_USE: u8 = 9;

/// The one line on standard output.
#[derive(Serialize)]
struct Ready {
    ready: &'static str,
    url: String,
    genesis: sp_core::H256,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    hush_runtime_panics();

    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build();
    let threads = match threads {
        Ok(threads) => threads,
        Err(error) => return fail(&format!("cannot start threads: {error}"), None, EXIT_FAILED),
    };
    let code = threads.block_on(run(args));
    threads.shutdown_timeout(GRACE);
    code
}

async fn run(args: Args) -> ExitCode {
    let node = match chain(&args) {
        Ok(node) => Arc::new(node),
        Err(error) => {
            let (help, code) = advice(&error);
            return fail(&error.to_string(), help, code);
        }
    };
    let service = match serve(Arc::clone(&node), args.listen).await {
        Ok(service) => service,
        Err(error @ CannotServe::Listen { .. }) => {
            let help = "stop the other program or choose another port with --listen 127.0.0.1:0";
            return fail(&error.to_string(), Some(help), EXIT_IN_USE);
        }
        Err(error) => return fail(&error.to_string(), None, EXIT_FAILED),
    };
    let sealing = tokio::spawn(args.sealing().run(Arc::clone(&node)));

    let ready = Ready {
        ready: "greatseal-devnet",
        url: format!("ws://{}", service.address),
        genesis: node.chain().genesis().hash,
    };
    let ready = serde_json::to_string(&ready).unwrap_or_default();
    // Whoever started this program may have gone already; that is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{ready}");

    told_to_end(args.exit_with_parent).await;
    sealing.abort();
    let _ = service.handle.stop();
    let _ = tokio::time::timeout(GRACE, service.handle.stopped()).await;
    ExitCode::SUCCESS
}

/// A new chain, or the one in the folder.
fn chain(args: &Args) -> Result<Node, NoChain> {
    let wanted = args.wanted();
    let genesis = Genesis {
        time: wanted.time.unwrap_or_else(wall),
        seed: wanted.seed.unwrap_or_else(|| sp_core::H256::random().0),
    };
    let Some(folder) = &args.state else {
        return Node::found(&genesis, args.settings()).map_err(NoChain::Genesis);
    };
    let found = || Ok((genesis, Node::found(&genesis, args.settings())?.chain().genesis().hash));
    Node::resume(Log::open(folder, wanted, found)?, args.settings())
}

fn advice(error: &NoChain) -> (Option<&'static str>, u8) {
    match error {
        NoChain::Folder(Unusable::InUse(_)) => {
            (Some("stop the other greatseal-devnet or choose another folder with --state"), EXIT_IN_USE)
        }
        NoChain::Folder(Unusable::OtherGenesis { .. }) => {
            (Some("leave out --seed and --genesis-time, or choose another folder with --state"), EXIT_OTHER_CHAIN)
        }
        NoChain::Folder(Unusable::NotOurs(_) | Unusable::OtherVersion(_)) => {
            (Some("choose an empty or missing folder with --state; this one was left untouched"), EXIT_OTHER_CHAIN)
        }
        NoChain::Folder(Unusable::Damaged { .. }) => (
            Some("restore the folder from a copy, or begin a new chain in another one; it was left untouched"),
            EXIT_OTHER_CHAIN,
        ),
        NoChain::Folder(Unusable::Io { .. }) | NoChain::Genesis(_) | NoChain::Disk(_) => (None, EXIT_FAILED),
    }
}

/// Resolves at SIGINT, SIGTERM or, if asked for, at the end of standard input.
async fn told_to_end(with_parent: bool) {
    tokio::select! {
        () = signalled(SignalKind::interrupt()) => {}
        () = signalled(SignalKind::terminate()) => {}
        () = input_ended(), if with_parent => {}
    }
}

async fn signalled(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, ?kind, "this signal will end the program without ceremony");
            std::future::pending().await
        }
    }
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

fn fail(error: &str, help: Option<&str>, code: u8) -> ExitCode {
    let mut stderr = std::io::stderr();
    let _ = writeln!(stderr, "error: {error}");
    if let Some(help) = help {
        let _ = writeln!(stderr, "help: {help}");
    }
    ExitCode::from(code)
}
