//! From a configuration to a running service, and to its end.

use crate::{
    account,
    config::Config,
    error::RelayerError,
    health::Health,
    inbox::{self, Desk},
    journal::Journal,
    succession::{Lookout, Standing},
    work::Worker,
};
use greatseal_client::{Account, Chain, ChainError};
use greatseal_deployment::Deployment;
use greatseal_host::serve::{CannotListen, listen, serve};
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, watch};

/// Checks everything, then serves until `end` resolves. `ready` is told the address once envelopes are taken.
///
/// # Errors
///
/// [`RelayerError`]: nothing is taken in before all is sound.
pub async fn run(
    config: &Config,
    ready: impl FnOnce(&str),
    end: impl Future<Output = ()> + Send,
) -> Result<(), RelayerError> {
    let deployment = Deployment::read(&config.deployment.file)?;
    let account = account::open(&config.account).await?;
    let chain = Chain::connect(config.node.url.as_str()).await?;
    let standing = check(&chain, &deployment).await?;
    if standing.awaited.is_some() {
        standing.tell();
    }
    let journal = Journal::open(&config.journal.file, &deployment, account.id()).await?;
    let address = config.listen.address;
    let (listener, url) = listen(&config.listen.opening()).await?;

    chain.map_account(&account).await?;
    let (renew, node) = watch::channel(chain);
    let (change, standing) = watch::channel(standing);
    let journal = Arc::new(Mutex::new(journal));
    let wake = Arc::new(Notify::new());
    let (health, payer) = (Health::default(), account.id());
    let lookout = Lookout { node: renew.clone(), standing: change, health: health.clone(), payer };
    let desk = Desk { journal: Arc::clone(&journal), wake, standing, node, health, payer };
    let worker = Worker { desk: desk.clone(), account, node: renew };
    ready(&url);
    // Dropping the worker anywhere is safe: what it was about to do stands in the journal, or was not begun.
    let ended = tokio::select! {
        () = worker.run() => Ok(()),
        () = lookout.keep() => Ok(()),
        served = serve(listener, inbox::routes(desk), config.listen.limits(), end) => {
            served.map_err(|source| CannotListen::Refused { address, source }.into())
        }
    };
    journal.lock().await.close().await?;
    ended
}

/// Refuses another chain, other code and another deployment before anything is taken in; then tells how things stand.
async fn check(chain: &Chain, deployment: &Deployment) -> Result<Standing, RelayerError> {
    if chain.genesis() != deployment.chain() {
        let (expected, found) = (deployment.chain().to_string(), chain.genesis().to_string());
        return Err(RelayerError::WrongChain { expected, found });
    }
    let block = chain.finalized().await?;
    let wrong = |what: String| RelayerError::WrongContract(what);
    // What the node did not say shows nothing about the contract.
    let read = |error: ChainError| match error {
        ChainError::NoContract(_) => wrong(error.to_string()),
        other => other.into(),
    };
    let code = chain.code_hash(deployment.contract(), &block).await.map_err(read)?;
    if code != deployment.code_hash {
        return Err(wrong(format!("it runs the code 0x{}", hex::encode(code))));
    }
    let head = chain.head(deployment.contract(), &block).await.map_err(read)?;
    if head.domain != deployment.domain() {
        return Err(wrong(format!("it is the deployment {}", head.domain.deployment)));
    }
    Standing::now(chain, deployment).await
}
