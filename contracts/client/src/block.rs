//! Blocks as the indexer and the relayer need them: events of contracts, and which transactions succeeded.

use crate::{At, Chain, ChainError, Weight};
use greatseal_protocol::{
    bytes::{ContractAddress, parse_hex},
    event::Record,
    scale::DecodeAll,
};
use subxt::{
    events::Phase,
    ext::scale_decode::DecodeAsType,
    utils::{H160, H256},
};

/// A block's place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRef {
    /// Height.
    pub number: u64,
    /// Hash.
    pub hash: [u8; 32],
}

/// What a block holds for us.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its place.
    pub at: BlockRef,
    /// Block time in milliseconds.
    pub timestamp_ms: u64,
    /// Every transaction, in order.
    pub extrinsics: Vec<Extrinsic>,
    /// Every event that a contract emitted, in order.
    pub events: Vec<ContractEvent>,
}

/// A transaction in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extrinsic {
    /// BLAKE2-256 of its bytes.
    pub hash: [u8; 32],
    /// Whether it succeeded: exactly one `ExtrinsicSuccess`, no `ExtrinsicFailed`.
    pub success: bool,
    /// Weight that it used, after what it gave back.
    pub weight: Weight,
    /// Fee that its signer paid, in base units; nothing where nobody paid.
    pub fee: Option<u128>,
}

/// An event that a contract emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEvent {
    /// Index of the transaction in its block.
    pub extrinsic: u32,
    /// Index of the event in its block.
    pub index: u32,
    /// The contract.
    pub contract: ContractAddress,
    /// Topics, the signature first.
    pub topics: Vec<[u8; 32]>,
    /// Payload.
    pub data: Vec<u8>,
}

impl ContractEvent {
    /// The record's bytes: what stands behind subject and actor.
    pub fn payload(&self) -> Option<&[u8]> {
        self.data.split_at_checked(64).map(|(_, record)| record)
    }

    /// The protocol record in the payload, behind subject and actor, which must be the record's own, like the topics.
    ///
    /// # Errors
    ///
    /// [`ChainError::Undecodable`]: an event of our contract is never skipped.
    pub fn record(&self) -> Result<Record, ChainError> {
        let wrong = |what: &str| ChainError::Undecodable(format!("event {} of the contract: {what}", self.index));
        let (topics, record) = self.data.split_at_checked(64).ok_or_else(|| wrong("too short"))?;
        let record = Record::decode_all(&mut &*record).map_err(|_| wrong("not a record"))?;
        let actor = record.actor.map(|key| key.topic()).unwrap_or_default();
        let expected = [Record::signature_topic(record.event.kind()), record.event.subject(), actor];
        let [_, subject, actor] = expected;
        match self.topics == expected && topics == [subject, actor].concat() {
            true => Ok(record),
            false => Err(wrong("topics differ from the record")),
        }
    }
}

impl ContractEvent {
    fn of(extrinsic: u32, index: u32, emitted: ContractEmitted) -> Self {
        let contract = ContractAddress(emitted.contract.0);
        let topics = emitted.topics.into_iter().map(|topic| topic.0).collect();
        Self { extrinsic, index, contract, topics, data: emitted.data }
    }
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ContractEmitted {
    contract: H160,
    data: Vec<u8>,
    topics: Vec<H256>,
}

/// `System.ExtrinsicSuccess` and `System.ExtrinsicFailed`.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Dispatched {
    dispatch_info: DispatchInfo,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct DispatchInfo {
    weight: Weight,
}

/// `TransactionPayment.TransactionFeePaid`.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct FeePaid {
    actual_fee: u128,
}

impl Chain {
    /// The finalised block of this height, or nothing where the chain is not finalised so far.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the node no longer has it, [`ChainError::Undecodable`] where its events are not
    /// what the block's own metadata says: never skipped.
    pub async fn finalized_block(&self, number: u64) -> Result<Option<Block>, ChainError> {
        if self.finalized().await?.number < number {
            return Ok(None);
        }
        let at = self.at(number).await?;
        let bodies = at.extrinsics().fetch().await.map_err(ChainError::reading)?;
        let mut extrinsics: Vec<Dispatch> = bodies
            .iter()
            .map(|extrinsic| Ok(Dispatch::of(extrinsic.map_err(undecodable)?.hash().0)))
            .collect::<Result<_, ChainError>>()?;

        let mut events = Vec::new();
        for event in at.events().fetch().await.map_err(ChainError::reading)?.iter() {
            let event = event.map_err(undecodable)?;
            let Phase::ApplyExtrinsic(extrinsic) = event.phase() else { continue };
            match (event.pallet_name(), event.event_name()) {
                ("System", name @ ("ExtrinsicSuccess" | "ExtrinsicFailed")) => {
                    let dispatched: Dispatched = event.decode_fields_unchecked_as().map_err(undecodable)?;
                    dispatch(&mut extrinsics, extrinsic)?
                        .ended(name == "ExtrinsicSuccess", dispatched.dispatch_info.weight);
                }
                ("TransactionPayment", "TransactionFeePaid") => {
                    let paid: FeePaid = event.decode_fields_unchecked_as().map_err(undecodable)?;
                    dispatch(&mut extrinsics, extrinsic)?.found.fee = Some(paid.actual_fee);
                }
                ("Revive", "ContractEmitted") => {
                    let emitted = event.decode_fields_unchecked_as().map_err(undecodable)?;
                    events.push(ContractEvent::of(extrinsic, event.index(), emitted));
                }
                _ => {}
            }
        }
        Ok(Some(Block {
            at: BlockRef { number: at.block_number(), hash: at.block_hash().0 },
            timestamp_ms: timestamp(&at).await?,
            extrinsics: extrinsics.into_iter().map(|dispatch| dispatch.found).collect(),
            events,
        }))
    }

    /// Hash of the block of this height, on the chain that the node takes for the best; none where there is no such block.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`], [`ChainError::Undecodable`] where the answer is no hash.
    pub async fn block_hash(&self, number: u64) -> Result<Option<[u8; 32]>, ChainError> {
        match self.request("chain_getBlockHash", &[number.into()]).await? {
            serde_json::Value::Null => Ok(None),
            answer => {
                let hash = answer.as_str().and_then(|text| parse_hex(text).ok());
                hash.map(Some).ok_or_else(|| ChainError::Undecodable(format!("{answer} is no hash of a block")))
            }
        }
    }

    /// Time of a block in seconds, as contracts see it.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the node no longer has it.
    pub async fn time(&self, block: &BlockRef) -> Result<u64, ChainError> {
        Ok(self.time_ms(block).await? / 1_000)
    }

    pub(crate) async fn time_ms(&self, block: &BlockRef) -> Result<u64, ChainError> {
        timestamp(&self.at_hash(block).await?).await
    }

    /// Place of the block of this height.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the node does not have it.
    pub async fn block_ref(&self, number: u64) -> Result<BlockRef, ChainError> {
        let at = self.at(number).await?;
        Ok(BlockRef { number, hash: at.block_hash().0 })
    }
}

/// A transaction while its block's events are read.
struct Dispatch {
    found: Extrinsic,
    ends: u32,
}

impl Dispatch {
    fn of(hash: [u8; 32]) -> Self {
        let weight = Weight { ref_time: 0, proof_size: 0 };
        Self { found: Extrinsic { hash, success: false, weight, fee: None }, ends: 0 }
    }

    fn ended(&mut self, success: bool, weight: Weight) {
        self.ends = self.ends.saturating_add(1);
        self.found.success = success && self.ends == 1;
        self.found.weight = weight;
    }
}

fn dispatch(all: &mut [Dispatch], index: u32) -> Result<&mut Dispatch, ChainError> {
    let place = usize::try_from(index).ok().and_then(|place| all.get_mut(place));
    place.ok_or_else(|| ChainError::Undecodable("event phase".into()))
}

fn undecodable(error: impl std::fmt::Display) -> ChainError {
    ChainError::Undecodable(error.to_string())
}

/// Block time in milliseconds.
async fn timestamp(at: &At) -> Result<u64, ChainError> {
    let now = subxt::dynamic::storage::<(), u64>("Timestamp", "Now");
    let now = at.storage().fetch(now, ()).await.map_err(ChainError::reading)?;
    now.decode().map_err(|error| ChainError::Undecodable(error.to_string()))
}
