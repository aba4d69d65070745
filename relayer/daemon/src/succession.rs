//! Which contract goes on with the deployment's history: looked up at the start, and from time to time after it.

use crate::{
    error::RelayerError,
    health::{Code, Health},
};
use greatseal_client::{Chain, ChainError};
use greatseal_deployment::Deployment;
use greatseal_protocol::bytes::ContractAddress;
use std::time::Duration;
use tokio::sync::watch;

/// Pause between two looks.
const LOOK: Duration = Duration::from_secs(3);
/// A node that says nothing for so long is asked anew.
const SILENCE: Duration = Duration::from_secs(20);

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
    /// The standing at the last finalised block.
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
        Ok(Self { deployment, profile: head.profile.name(), awaited: head.successor })
    }
}

/// Looks at the node from time to time: which contract goes on, whether the node answers, what the account has.
pub(crate) struct Lookout {
    /// The node; a connection that is dead is replaced.
    pub(crate) node: watch::Sender<Chain>,
    /// Kept what it is on the chain.
    pub(crate) standing: watch::Sender<Standing>,
    /// Where all else is noted.
    pub(crate) health: Health,
    /// Who pays.
    pub(crate) payer: [u8; 32],
}

impl Lookout {
    /// Looks until the future is dropped.
    pub(crate) async fn keep(&self) {
        loop {
            match tokio::time::timeout(SILENCE, self.look()).await {
                Ok(Ok(())) => {
                    for code in [Code::NodeUnreachable, Code::WrongChain, Code::NoContract] {
                        self.health.clear(code);
                    }
                }
                Ok(Err(error)) => self.tell(&error),
                Err(_) => self
                    .health
                    .set(Code::NodeUnreachable, format!("the node has said nothing for {} s", SILENCE.as_secs())),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&self) -> Result<(), RelayerError> {
        let (mut chain, before) = (self.node.borrow().clone(), self.standing.borrow().clone());
        let now = match Standing::now(&chain, &before.deployment).await {
            // A connection that nobody has used for hours may be dead although the node is well.
            Err(error) if anew(&error) => {
                chain = Chain::connect(chain.url()).await?;
                let now = Standing::now(&chain, &before.deployment).await?;
                self.node.send_replace(chain.clone());
                now
            }
            other => other?,
        };
        if now != before {
            now.tell();
            self.standing.send_replace(now);
        }
        let head = chain.finalized().await?;
        self.health.head(head.number, chain.time(&head).await?);
        let (funds, least, units) =
            tokio::try_join!(chain.funds(self.payer), chain.existential_deposit(), chain.units())?;
        self.health.balance(funds.free, least, |base| units.amount(base));
        Ok(())
    }

    fn tell(&self, error: &RelayerError) {
        let text = format!("{error}; {}", error.help());
        match error {
            RelayerError::WrongChain { .. } => self.health.set(Code::WrongChain, text),
            RelayerError::Chain(ChainError::NoContract(_)) => self.health.set(
                Code::NoContract,
                format!("{error}: the node's chain was begun anew, or is another one; nothing is concluded from it"),
            ),
            _ => self.health.set(Code::NodeUnreachable, text),
        }
    }
}

/// Whether another connection may say something else: one that is dead, or one to a chain that was there for a moment.
fn anew(error: &RelayerError) -> bool {
    match error {
        RelayerError::Chain(error) => error.passing(),
        RelayerError::WrongChain { .. } => true,
        _ => false,
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
