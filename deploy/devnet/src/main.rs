//! `greatseal-devnet`: starts the chain, says where it is, and ends when told to.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::Parser;
use greatseal_devnet::{
    args::Args,
    execute::hush_runtime_panics,
    node::Node,
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
const EXIT_CANNOT_LISTEN: u8 = 9;

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
    let genesis = Genesis {
        time: args.genesis_time.map_or_else(now, |seconds| seconds.saturating_mul(1000)),
        seed: args.seed.unwrap_or_else(random_seed),
    };
    let node = match Node::found(&genesis) {
        Ok(node) => Arc::new(node),
        Err(error) => return fail(&format!("cannot make block 0: {error}"), None, EXIT_FAILED),
    };
    let service = match serve(Arc::clone(&node), args.listen).await {
        Ok(service) => service,
        Err(error @ CannotServe::Listen { .. }) => {
            let help = "stop the other program or choose another port with --listen 127.0.0.1:0";
            return fail(&error.to_string(), Some(help), EXIT_CANNOT_LISTEN);
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

fn now() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

fn random_seed() -> [u8; 32] {
    sp_core::H256::random().0
}

fn fail(error: &str, help: Option<&str>, code: u8) -> ExitCode {
    let mut stderr = std::io::stderr();
    let _ = writeln!(stderr, "error: {error}");
    if let Some(help) = help {
        let _ = writeln!(stderr, "help: {help}");
    }
    ExitCode::from(code)
}
