//! What a story has cost on its chain: fee and weight of every transaction that brought an event.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use greatseal_client::{Chain, Weight};
use greatseal_protocol::bytes::parse_hex;
use serde_json::Value;

use crate::{Outcome, world::World};

/// A transaction that brought events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Its block.
    pub block: u64,
    /// Its events, in order.
    pub events: Vec<&'static str>,
    /// What it used.
    pub weight: Weight,
    /// What was paid for it, in base units.
    pub fee: u128,
}

/// Every transaction of the world's contract, as the chain's blocks have it.
///
/// # Errors
/// Where the chain does not have what the audit database has.
pub async fn of(world: &World, chain: &Chain) -> Outcome<Vec<Cost>> {
    let deployment: Value = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let contract: [u8; 20] = parse_hex(deployment["contract"].as_str().unwrap_or_default())?;
    let log = world.greatseal(&["governance", "log"]).await?.done()?;
    let blocks =
        log["events"].as_array().into_iter().flatten().filter_map(|event| event["block_number"].as_str()?.parse().ok());
    let mut costs = Vec::new();
    for number in blocks.collect::<BTreeSet<u64>>() {
        let block = chain.finalized_block(number).await?.ok_or("a block that the log names is not final")?;
        let mut events: BTreeMap<u32, Vec<&'static str>> = BTreeMap::new();
        for event in block.events.iter().filter(|event| event.contract.0 == contract) {
            events.entry(event.extrinsic).or_default().push(event.record()?.event.kind());
        }
        for (index, events) in events {
            let extrinsic = block.extrinsics.get(usize::try_from(index)?).ok_or("an event without its transaction")?;
            let fee = extrinsic.fee.ok_or("a transaction that nobody paid")?;
            costs.push(Cost { block: number, events, weight: extrinsic.weight, fee });
        }
    }
    match costs.is_empty() {
        true => Err(format!("no event in {log}").into()),
        false => Ok(costs),
    }
}

/// Prints a line for each transaction, on standard error.
///
/// # Errors
/// Those of [`of`].
pub async fn tell(world: &World) -> Outcome {
    let chain = Chain::connect(world.node().url()).await?;
    let facts = chain.facts().await?;
    eprintln!("costs on {}, runtime {}:", facts.chain, facts.runtime);
    for Cost { block, events, weight, fee } in of(world, &chain).await? {
        let (events, fee) = (events.join(", "), facts.units.amount(fee));
        eprintln!("  block {block:>5}: {events:<26} {:<40} fee {fee}", weight.to_string());
    }
    Ok(())
}
