//! What the audit database costs: filling it from a node, adding rows, and starting on a long history. Programs of the dev profile.

use crate::{row, row_beside};
use futures::{StreamExt as _, stream};
use greatseal_block::{blake2_256, contracts, header::Header, metadata::Metadata};
use greatseal_client::{BlockRef, Chain, ContractEvent};
use greatseal_deployment::Deployment;
use greatseal_host::{birth::beside, config::Listen, serve::serve};
use greatseal_indexer::{
    block::{Block, Transaction},
    config::Content,
    contents::Contents,
    ledger::Ledger,
    live::Live,
    serve::{App, router},
    snapshot::{self, Keeper},
    store::{Judged, Store},
};
use greatseal_made::Made;
use greatseal_postgres::Cluster;
use greatseal_protocol::{
    event::{Door, Record},
    scale::Encode as _,
};
use greatseal_store::{Place, Server, ServerUrl};
use greatseal_tests::{
    Outcome,
    wait::eventually,
    world::{Options, World},
};
use greatseal_vault::{Place as Contained, Vault};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const BENCH: &str = "indexer";
/// Signed records and others of the long history.
const HISTORY: (usize, usize) = (100_000, 900_000);
/// Blocks of one transaction, as the follower has them.
const BATCH: usize = 64;
const EMPTY_BLOCKS: u32 = 5_000;
const HEARTBEATS: usize = 12;
/// Blocks that the follower asks for at once.
const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(120);

/// Backfill, rows, start.
pub(crate) async fn measure() -> Outcome {
    backfill().await?;
    long_history().await
}

/// The real program beside a loop that fetches the same blocks and throws them away.
async fn backfill() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: true, indexer: false }).await?;
    for beat in 0..HEARTBEATS {
        world.order(["E0", "E1", "E2"][beat % 3], &["seat", "heartbeat"]).await?.done()?;
        world.node().seal(EMPTY_BLOCKS / u32::try_from(HEARTBEATS)?).await?;
    }
    let height = world.node().height().await?;
    let deployment = Deployment::read(&world.file("deployment.json"))?;
    let bare = bare_loop(world.node().url(), deployment.block_number, height).await?;
    let indexer = world.another_indexer("audit.db").await?;
    let since = Instant::now();
    let there = async || {
        let health = async { reqwest::get(format!("{}/health", indexer.url())).await?.json::<Value>().await };
        match health.await {
            Ok(health) if health["indexed_to"].as_str() == Some(&*height.to_string()) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    };
    eventually("every block is indexed", PATIENCE, there).await?;
    let blocks = (height - deployment.block_number + 1) as f64;
    let (indexed, bare) = (blocks / since.elapsed().as_secs_f64(), blocks / bare.as_secs_f64());
    let metric = format!("backfill of {blocks} blocks, {HEARTBEATS} of them with events");
    row_beside(BENCH, &metric, rounded(indexed), "blocks/s", None, rounded(bare));
    let metric = "backfill beside a bare loop that fetches the same blocks";
    row_beside(BENCH, metric, rounded(indexed / bare), "of the bare loop", Some(">= 0.7"), json!(1));
    world.done()?;
    Ok(())
}

async fn bare_loop(url: &str, first: u64, last: u64) -> Outcome<Duration> {
    let chain = Chain::connect(url).await?;
    let metadata = Metadata::decode(&chain.raw_metadata(&chain.finalized().await?).await?)?;
    let keys = contracts::keys(&metadata)?;
    let since = Instant::now();
    let mut blocks = stream::iter(first..=last).map(|number| chain.raw_block(number, &keys)).buffered(AT_ONCE);
    while let Some(block) = blocks.next().await {
        block?.ok_or("a block is not there")?;
    }
    Ok(since.elapsed())
}

/// On a file and on a real server of this machine.
async fn long_history() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (deployment, blocks) = blocks(Made::busy(HISTORY.0, HISTORY.1));
    let file = folder.path().join("audit.db");
    on_a_database("SQLite", &(&file).into(), &deployment, &blocks, ">= 20000").await?;
    let cluster = Cluster::start()?;
    let base = cluster.database()?;
    let (url, files) = (base.url("owner").parse::<ServerUrl>()?, folder.path().join("server"));
    let server = Place::Server(Server { url, password: None, files });
    on_a_database("PostgreSQL", &server, &deployment, &blocks, ">= 10000").await
}

async fn on_a_database(
    name: &str,
    place: &Place,
    deployment: &Arc<Deployment>,
    blocks: &[Block],
    target: &'static str,
) -> Outcome {
    let store = Store::open(place, deployment).await?;
    let live = Live::new(store.replay(deployment).await?, deployment.code_hash);
    let mut ledger = Ledger::new(Arc::clone(deployment));
    let (since, mut appending) = (Instant::now(), Duration::ZERO);
    for batch in blocks.chunks(BATCH) {
        let before = ledger.place();
        let mut judged = Vec::new();
        for block in batch {
            let entries = ledger.take(block)?;
            judged.push(Judged::new(block.clone(), entries, ledger.head()));
        }
        let now = Instant::now();
        store.append(before, &ledger, &judged).await?;
        appending += now.elapsed();
        live.advance(&mut ledger, &judged);
    }
    let (rows, all) = (ledger.count() as f64, since.elapsed().as_secs_f64());
    let metric = format!("{name}: rows appended, {rows} in all, a durable transaction for {BATCH} blocks of 50");
    row(BENCH, &metric, rounded(rows / appending.as_secs_f64()), "rows/s", Some(target));
    row(BENCH, &format!("{name}: rows judged and appended"), rounded(rows / all), "rows/s", None);
    Keeper::new(live, place.files(), snapshot::LEAST).keep().await;
    store.close().await;

    let metric = format!("{name}: start at {rows} records to the first answer, from a snapshot; without node");
    let quick = start(place, deployment, snapshot::LEAST).await?;
    let whole = start(place, deployment, u64::MAX).await?;
    row_beside(BENCH, &metric, rounded(quick), "s", Some("<= 5"), rounded(whole));
    Ok(())
}

/// Seconds from opening the database to the first answer.
async fn start(place: &Place, deployment: &Arc<Deployment>, least: u64) -> Outcome<f64> {
    let since = Instant::now();
    let store = Store::open(place, deployment).await?;
    let started = snapshot::start(&store, deployment, place.files(), least).await?;
    if started.pending.is_some() != (least == snapshot::LEAST) {
        return Err("the start was to use the snapshot, or not to".into());
    }
    let live = Live::new(started.replayed, deployment.code_hash);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/v1/proposals?limit=1", listener.local_addr()?);
    let vault = Vault::at(&Contained::Folder(beside(place.files(), ".contents"))).await?;
    let contents = Contents::new(vault, Content::default()).await?;
    let app = App { store: store.clone(), live, contents };
    let (end, told) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, router(app), Listen::<0>::default().limits(), async {
        let _ = told.await;
    }));
    let answer: Value = reqwest::get(url).await?.json().await?;
    let seconds = since.elapsed().as_secs_f64();
    if answer["proposals"].as_array().is_none_or(Vec::is_empty) {
        return Err(format!("no proposals: {answer}").into());
    }
    drop(end);
    serving.await??;
    store.close().await;
    Ok(seconds)
}

/// The records as the follower would have them from a chain: blocks that link, each with as many bytes of proof as its events have.
fn blocks(made: Made) -> (Arc<Deployment>, Vec<Block>) {
    let first = made.deployment.block_number;
    let (mut parent, mut blocks) = ([0; 32], Vec::new());
    for (number, records) in (first..).zip(made.records.chunk_by(|one, next| one.at == next.at)) {
        let height = u32::try_from(number).unwrap_or(u32::MAX);
        let header =
            Header { parent, number: height, state_root: [8; 32], extrinsics_root: [9; 32], digest: Vec::new() };
        let (mut events, mut transactions) = (Vec::new(), Vec::new());
        for (index, record) in (0_u32..).zip(records) {
            let envelope = match record.door {
                Door::Envelope(digest) => made.envelopes.get(&digest).cloned(),
                _ => None,
            };
            let bytes = envelope.unwrap_or_else(|| (record.seq, record.door).encode());
            transactions.push(Transaction { hash: blake2_256(&bytes), bytes });
            events.push(event(record, index, made.deployment.contract()));
        }
        let proof = vec![events.iter().flat_map(|event| event.data.clone()).collect()];
        let hash = header.hash();
        blocks.push(Block {
            at: BlockRef { number, hash },
            parent,
            time_ms: records.first().map_or(0, |record| record.at) * 1000,
            events,
            transactions,
            header: header.encode(),
            spec_version: 1,
            proof,
            justifications: None,
        });
        parent = hash;
    }
    let block_hash = blocks.first().map_or([0; 32], |block| block.at.hash);
    (Arc::new(Deployment { block_hash, ..made.deployment }), blocks)
}

fn event(record: &Record, index: u32, contract: greatseal_protocol::bytes::ContractAddress) -> ContractEvent {
    let actor = record.actor.map(|key| key.topic()).unwrap_or_default();
    let subject = record.event.subject();
    let topics = vec![Record::signature_topic(record.event.kind()), subject, actor];
    ContractEvent { extrinsic: index, index, contract, topics, data: (subject, actor, record).encode() }
}

fn rounded(value: f64) -> Value {
    json!((value * 100.0).round() / 100.0)
}
