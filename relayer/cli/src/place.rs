//! Where a command reads: a deployment as one finalised block has it.

use crate::{error::CliError, file};
use greatseal_client::{BlockRef, Chain, Remote};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::to_hex,
    cells::CellKey,
    council::{CouncilHead, Seat, SeatId},
    event::Record,
    key::Key,
    refusal::Refusal,
    state::State,
};
use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Seconds by which the chain's clock may differ from this machine's without being looked at: less than any life.
const NEAR: u64 = 4 * 60;
/// How long a block is waited for where the chain's clock is far behind.
const NEXT_BLOCK: Duration = Duration::from_secs(7);

/// A deployment at one finalised block.
#[derive(Debug)]
pub struct Place {
    /// Which contract on which chain: the one that goes on with the history now.
    pub deployment: Deployment,
    /// The deployment of the file: where the history begins.
    pub origin: Deployment,
    /// The chain.
    pub chain: Chain,
    /// The last finalised block when the command began: everything is read there.
    pub block: BlockRef,
    /// Its time in seconds.
    pub now: u64,
}

/// A seat that a key has.
#[derive(Debug)]
pub struct Member {
    /// Its address.
    pub id: SeatId,
    /// The seat.
    pub seat: Seat,
    /// Its council.
    pub head: CouncilHead,
}

impl Place {
    /// Connects to a node, and refuses any other chain, code or deployment.
    ///
    /// # Errors
    ///
    /// [`CliError::WrongDeployment`] before anything is signed.
    pub async fn find(origin: Deployment, node: &str) -> Result<Self, CliError> {
        let chain = Chain::connect(node).await?;
        let wrong = |what: String| CliError::WrongDeployment(what);
        if chain.genesis() != origin.chain() {
            let (found, expected) = (chain.genesis(), origin.chain());
            return Err(wrong(format!("the node serves the chain 0x{found}, the deployment is on 0x{expected}")));
        }
        let block = chain.finalized().await?;
        let code = chain.code_hash(origin.contract(), &block).await?;
        if code != origin.code_hash {
            return Err(wrong(format!("the contract runs the code 0x{}, not the deployed one", to_hex(&code))));
        }
        let head = chain.head(origin.contract(), &block).await?;
        if head.domain != origin.domain() {
            return Err(wrong(format!("the address holds the deployment {}", head.domain.deployment)));
        }
        // The deployment file names the history; where it goes on, the chain says.
        let mut deployment = origin.clone();
        let present = chain.present(origin.contract(), &block).await?;
        if present != origin.contract() {
            deployment.contract = present.0;
            deployment.code_hash = chain.code_hash(present, &block).await?;
        }
        let now = chain.time(&block).await?;
        Ok(Self { deployment, origin, chain, block, now })
    }

    /// Cells of the contract at this block.
    ///
    /// # Errors
    ///
    /// [`CliError::Chain`].
    pub async fn cells(&self, keys: impl IntoIterator<Item = CellKey>) -> Result<Remote, CliError> {
        Ok(self.chain.cells(self.deployment.contract(), keys, &self.block).await?)
    }

    /// The seat of a key.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] with 200 where it has none.
    pub async fn member(&self, key: Key) -> Result<Member, CliError> {
        let at = self.cells([CellKey::KeySeat(key)]).await?;
        let id: SeatId = at.seat_of(&key)?.ok_or(Refusal::UnknownKey)?;
        let at = self.cells([CellKey::Seat(id), CellKey::Council(id.council)]).await?;
        Ok(Member { id, seat: *at.seat(id)?, head: at.council(id.council)? })
    }

    /// The seat of a key; `None` where it has none.
    ///
    /// # Errors
    ///
    /// [`CliError::Chain`].
    pub async fn seated(&self, key: Key) -> Result<Option<Member>, CliError> {
        match self.member(key).await {
            Err(CliError::Refused { refusal: Refusal::UnknownKey, .. }) => Ok(None),
            found => found.map(Some),
        }
    }

    /// The time at which the next block is expected, in seconds.
    ///
    /// A chain that makes blocks only for transactions may have been idle: its next block comes at this machine's time.
    /// A chain that makes them anyway goes by its own clock, however far behind that is.
    ///
    /// # Errors
    ///
    /// [`CliError::Chain`].
    pub(crate) async fn clock(&self) -> Result<u64, CliError> {
        let here = system_time();
        if self.now.saturating_add(NEAR) >= here {
            return Ok(self.now.max(here));
        }
        let since = tokio::time::Instant::now();
        while since.elapsed() < NEXT_BLOCK {
            let block = self.chain.finalized().await?;
            if block.number > self.block.number {
                let now = self.chain.time(&block).await?;
                // A block that somebody's transaction brought shows this machine's time, or nearly.
                return Ok(if now.saturating_add(NEAR) >= here { now.max(here) } else { now });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(here)
    }

    /// The contract's records of one transaction, read from the chain's own block.
    ///
    /// # Errors
    ///
    /// [`CliError::Contradiction`] where the block does not hold the transaction.
    pub(crate) async fn records_of(&self, number: u64, transaction: &[u8; 32]) -> Result<Vec<Record>, CliError> {
        let missing = || CliError::Contradiction("the block does not hold the transaction any more".into());
        let block = self.chain.finalized_block(number).await?.ok_or_else(missing)?;
        let index = block.extrinsics.iter().position(|extrinsic| extrinsic.hash == *transaction).ok_or_else(missing)?;
        let ours = block.events.iter().filter(|event| {
            usize::try_from(event.extrinsic) == Ok(index) && event.contract == self.deployment.contract()
        });
        Ok(ours.map(greatseal_client::ContractEvent::record).collect::<Result<Vec<_>, _>>()?)
    }
}

impl Member {
    /// A nonce that the key has not used.
    pub fn next_nonce(&self) -> u64 {
        self.seat.nonce.saturating_add(1)
    }
}

/// Reads a deployment file by the rules for files of people.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn read_deployment(path: &Path) -> Result<Deployment, CliError> {
    const HELP: &str = "give the file that `greatseal deploy` wrote, with --deployment FILE";
    file::json(path, HELP)
}

/// Seconds since the Unix epoch by this machine's clock.
pub fn system_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
