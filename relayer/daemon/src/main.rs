//! `greatseal-relayer`: submits signed envelopes and keeps the journal of it.

use clap::Parser;
use greatseal_api::deployment::Deployment;
use greatseal_chain::{Account, Chain, DevAccount};
use greatseal_relayer::{
    args::Args,
    error::RelayerError,
    inbox::{self, Desk},
    journal::Journal,
    work::Worker,
};
use std::{process::ExitCode, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{Mutex, Notify},
};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\nhelp: {}", error.help());
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run(args: &Args) -> Result<(), RelayerError> {
    let deployment = read_deployment(args)?;
    let account = DevAccount::named(&args.account)?;
    let chain = Chain::connect(&args.node).await?;
    check(&chain, &deployment).await?;
    let journal = Journal::open(&args.journal, &deployment, account.id()).await?;
    let address = args.listen;
    let listener = TcpListener::bind(address).await.map_err(|source| RelayerError::Listen { address, source })?;
    let bound = listener.local_addr().map_err(|source| RelayerError::Listen { address, source })?;

    let desk =
        Desk { journal: Arc::new(Mutex::new(journal)), wake: Arc::new(Notify::new()), domain: deployment.domain() };
    chain.map_account(&account).await?;
    let worker = Worker { desk: desk.clone(), deployment, account };
    ready(&format!("http://{bound}"));
    let serve = axum::serve(listener, inbox::routes(desk)).with_graceful_shutdown(end(args.exit_with_parent));
    tokio::select! {
        () = worker.run(chain) => Ok(()),
        served = serve => served.map_err(|source| RelayerError::Listen { address, source }),
    }
}

fn read_deployment(args: &Args) -> Result<Deployment, RelayerError> {
    let wrong = |reason: String| RelayerError::Deployment { path: args.deployment.clone(), reason };
    let bytes = std::fs::read(&args.deployment).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
}

/// Refuses another chain, other code and another deployment before anything is taken in.
async fn check(chain: &Chain, deployment: &Deployment) -> Result<(), RelayerError> {
    if chain.genesis() != deployment.chain() {
        let (expected, found) = (deployment.chain().to_string(), chain.genesis().to_string());
        return Err(RelayerError::WrongChain { expected, found });
    }
    let block = chain.finalized().await?;
    let wrong = |what: String| RelayerError::WrongContract(what);
    let code = chain.code_hash(deployment.contract(), &block).await.map_err(|error| wrong(error.to_string()))?;
    if code != deployment.code_hash {
        return Err(wrong(format!("it runs the code 0x{}", hex::encode(code))));
    }
    let head = chain.head(deployment.contract(), &block).await.map_err(|error| wrong(error.to_string()))?;
    match head.domain == deployment.domain() {
        true => Ok(()),
        false => Err(wrong(format!("it is the deployment {}", head.domain.deployment))),
    }
}

#[expect(clippy::print_stdout, reason = "the ready line is what whoever starts the relayer waits for")]
fn ready(url: &str) {
    println!("{}", serde_json::json!({ "ready": "greatseal-relayer", "url": url }));
}

/// Resolves on SIGINT, SIGTERM or, where asked, when standard input closes.
async fn end(with_parent: bool) {
    let (closed, on_close) = tokio::sync::oneshot::channel();
    if with_parent {
        // A thread of its own: it may stay in this read when the program ends.
        std::thread::spawn(move || {
            let _ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
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
