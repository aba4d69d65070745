//! What a log is said to be, before it is verified.

use crate::fault::Fault;
use greatseal_block::Hash as BlockHash;
use greatseal_deployment::Deployment;
use greatseal_log::files::{LogHead, SCHEMA};
use greatseal_protocol::bytes::{DeploymentId, parse_hex};
use greatseal_trail::tree::{Hash, Head};

/// How far the log is said to be: by a checkpoint that was verified, or by whoever hands it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Size and root of the tree.
    pub head: Head,
    /// Height and hash of the last block that was looked at.
    pub last_block: (u64, BlockHash),
    /// Heads from elsewhere, by a person or by a checkpoint: the log must have had each on its way.
    pub kept: Vec<Head>,
    /// Whether the tree's tiles are looked at as well. They follow from the leaves, and are for other readers.
    pub tiles: bool,
}

/// Reads a head as it is shown: `SIZE:ROOT`. None where it is written in another way.
pub fn parse_head(text: &str) -> Option<Head> {
    let (size, root) = text.split_once(':')?;
    let number: u64 = size.parse().ok()?;
    (number.to_string() == size).then_some(Head { size: number, root: Hash::new(parse_hex(root).ok()?) })
}

impl Expected {
    /// What a head says.
    ///
    /// # Errors
    ///
    /// [`Fault::OtherDeployment`], [`Fault::Head`].
    pub fn of(head: &LogHead, deployment: &Deployment) -> Result<Self, Fault> {
        let wrong = |what| Fault::Head { what };
        let found = parse_hex(&head.deployment).map_err(|_| wrong("`deployment` is not 64 hexadecimal digits"))?;
        let (found, expected) = (DeploymentId(found), deployment.domain().deployment);
        if found != expected {
            return Err(Fault::OtherDeployment { found, expected });
        }
        Self::read(head, deployment).map_err(wrong)
    }

    fn read(head: &LogHead, deployment: &Deployment) -> Result<Self, &'static str> {
        if head.schema != SCHEMA {
            return Err("it is of another form than greatseal.log/2");
        }
        if head.first_block != deployment.block_number {
            return Err("it begins with another block than the deployment");
        }
        let hash = |text: &str, what| parse_hex(text).map_err(|_| what);
        let root = Hash::new(hash(&head.root, "`root` is not 64 hexadecimal digits")?);
        let block = hash(&head.last_block_hash, "`last_block_hash` is not 64 hexadecimal digits")?;
        Ok(Self {
            head: Head { size: head.size, root },
            last_block: (head.last_block, block),
            kept: Vec::new(),
            tiles: false,
        })
    }
}
