//! Which contract goes on with the deployment's history: looked up at the start, and from time to time after it.

use crate::error::RelayerError;
use greatseal_api::{deployment::Deployment, render::profile};
use greatseal_chain::Chain;
use greatseal_protocol::bytes::ContractAddress;
use std::time::Duration;
use tokio::sync::watch;

/// Pause between two looks.
const LOOK: Duration = Duration::from_secs(3);
/// A node that says nothing for so long is asked anew.
const SILENCE: Duration = Duration::from_secs(10);

/// How things stand with the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The deployment, with the contract that has its state now.
    pub deployment: Deployment,
    /// `standard` or `micronode`, as chosen at construction.
    pub profile: &'static str,
    /// Where that contract is retired: who succeeds it, and does not have the state yet.
    pub awaited: Option<ContractAddress>,
}

impl Standing {
    /// As the last finalised block has it.
    ///
    /// # Errors
    ///
    /// [`RelayerError::WrongChain`] where the node serves another chain, [`RelayerError::Chain`].
    pub(crate) async fn now(chain: &Chain, deployment: &Deployment) -> Result<Self, RelayerError> {
        if chain.genesis() != deployment.chain() {
            let (expected, found) = (deployment.chain().to_string(), chain.genesis().to_string());
            return Err(RelayerError::WrongChain { expected, found });
        }
        let block = chain.finalized().await?;
        let present = chain.present(deployment.contract(), &block).await?;
        let code_hash = chain.code_hash(present, &block).await?;
        let head = chain.head(present, &block).await?;
        let deployment = Deployment { contract: present.0, code_hash, ..deployment.clone() };
        Ok(Self { deployment, profile: profile(head.profile), awaited: head.successor })
    }
}

/// Keeps `standing` what it is on the chain, until the future is dropped.
pub(crate) async fn follow(node: watch::Receiver<Chain>, standing: watch::Sender<Standing>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let (chain, before) = (node.borrow().clone(), standing.borrow().clone());
        let looking = async {
            match Standing::now(&chain, &before.deployment).await {
                // A connection that nobody has used for hours may be dead although the node is well.
                Err(RelayerError::Chain(error)) if error.passing() => {
                    Standing::now(&Chain::connect(chain.url()).await?, &before.deployment).await
                }
                other => other,
            }
        };
        match tokio::time::timeout(SILENCE, looking).await {
            Ok(Ok(now)) if now == before => {}
            Ok(Ok(now)) => {
                now.tell();
                standing.send_replace(now);
            }
            Ok(Err(error)) => tracing::debug!(%error, "who goes on with the history is not known; looking again"),
            Err(_) => tracing::debug!("the node says nothing; looking again"),
        }
    }
}

impl Standing {
    /// For the log: what has changed, and what to do.
    pub(crate) fn tell(&self) {
        let contract = self.deployment.contract();
        match self.awaited {
            Some(successor) => tracing::warn!(
                %contract, %successor,
                "the contract is retired and refuses everything: bring its state over with `greatseal succeed import`"
            ),
            None => {
                tracing::info!(%contract, "this contract goes on; what was signed for another must be signed again")
            }
        }
    }
}
