//! From records to the files of a log.

use crate::{
    runtime::{EventRecord, Phase, RuntimeEvent, SPEC_VERSION, metadata, revive, system},
    state,
};
use greatseal_log::{evidence::{Cause, Evidence, HEADERS, Headers, LEAVES, Proof}, leaf::{EDITION, Leaf}, files::{File, LogHead, Part, SCHEMA}};
use greatseal_block::{blake2_256, header::Header, metadata::Metadata};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::{EnvelopeDigest, to_hex},
    digest,
    event::{Door, Event, Record},
    language::contract,
    scale::{DecodeAll, Encode},
};
use greatseal_trail::tree::{Frontier, Hash, Memory, Nodes, leaf_hash};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/protocol/vectors/");
/// Height of the deployment's block.
const FIRST_BLOCK: u64 = 5;

/// Records that are to become a log, and the envelopes that brought them where they are at hand.
#[derive(Clone, Debug)]
pub struct Made {
    /// What the auditor has; the hash of its block is made with the log.
    pub deployment: Deployment,
    /// In order.
    pub records: Vec<Record>,
    /// By their digests.
    pub envelopes: HashMap<EnvelopeDigest, Vec<u8>>,
}

/// A log as files.
#[derive(Clone, Debug)]
pub struct Log {
    /// What the auditor has.
    pub deployment: Deployment,
    /// How far it is.
    pub head: LogHead,
    /// Every file.
    pub files: BTreeMap<File, Vec<u8>>,
}

impl Made {
    /// The golden history in which everything happens, with its envelopes.
    pub fn all() -> Self {
        Self::golden("records", "envelopes")
    }

    /// A golden history of the protocol. Where the envelopes' file does not have one, its record rests on the block.
    pub fn golden(records: &str, envelopes: &str) -> Self {
        let read = |name: &str| -> Value {
            serde_json::from_slice(&fs::read(format!("{VECTORS}{name}.json")).unwrap()).unwrap()
        };
        let bytes = |value: &Value| greatseal_protocol::bytes::parse_hex_bytes(value.as_str().unwrap()).unwrap();
        let record = |value: &Value| Record::decode_all(&mut &*bytes(&value["record"])).unwrap();
        // Commands that came in by the direct door have none.
        let envelope = |value: &Value| {
            let bytes = bytes(value.get("envelope")?);
            Some((digest::envelope_digest(&bytes), bytes))
        };
        let envelopes = match envelopes {
            "" => HashMap::new(),
            name => read(name)["envelopes"].as_array().unwrap().iter().filter_map(envelope).collect(),
        };
        let records: Vec<_> = read(records)["records"].as_array().unwrap().iter().map(record).collect();
        Self { deployment: deployment(&records[0]), records, envelopes }
    }

    /// The log: one block for each second, one transaction for each command, and an empty block at the end.
    pub fn log(&self) -> Log {
        let parsed = Metadata::decode(&metadata()).unwrap();
        let mut blocks = Blocks { metadata: &parsed, parent: [0; 32], next: FIRST_BLOCK, headers: Vec::new() };
        let (mut leaves, mut causes, mut proofs) = (Vec::new(), Vec::new(), Vec::new());
        let mut emitter = self.deployment.contract;
        for second in self.records.chunk_by(|one, next| one.at == next.at) {
            let mut events = vec![succeeded()];
            let (mut extrinsic, mut places, mut door) = (0, Vec::new(), None);
            for record in second {
                if door != Some((record.door, record.actor)) || record.door == Door::Direct {
                    extrinsic += 1;
                    door = Some((record.door, record.actor));
                }
                if let Event::Contract(contract::Event::Succeeded { contract, .. }) = record.event {
                    emitter = contract.0;
                }
                places.push((extrinsic, u32::try_from(events.len()).unwrap()));
                events.push(emitted(extrinsic, emitter, record));
            }
            let (number, nodes) = (blocks.next, blocks.seal(second[0].at * 1000, &events));
            proofs.push(Proof { block_number: number, spec_version: SPEC_VERSION, nodes, justifications: None });
            for (record, (extrinsic, index)) in second.iter().zip(places) {
                let (transaction, cause) = self.cause(record, number, extrinsic);
                leaves.push(Leaf {
                    edition: EDITION,
                    block_number: number,
                    block_hash: blocks.parent,
                    time_ms: second[0].at * 1000,
                    extrinsic,
                    index,
                    transaction,
                    record: record.encode(),
                });
                causes.push(cause);
            }
        }
        let last = self.records.last().map_or(0, |record| record.at);
        blocks.seal((last + 6) * 1000, &[succeeded()]);
        let deployment = Deployment { block_hash: blake2_256(&blocks.headers[0]), ..self.deployment.clone() };
        files(deployment, &blocks, &leaves, causes, &proofs)
    }

    /// The transaction of a command, and what is kept of it.
    fn cause(&self, record: &Record, number: u64, extrinsic: u32) -> ([u8; 32], Cause) {
        let name = (b"transaction", number, extrinsic, record.door, record.actor);
        let envelope = match record.door {
            Door::Envelope(digest) => self.envelopes.get(&digest),
            _ => None,
        };
        let bytes = (name, envelope).encode();
        let cause = envelope.map_or_else(|| Cause::Transaction(bytes.clone()), |bytes| Cause::Envelope(bytes.clone()));
        (blake2_256(&bytes), cause)
    }
}

/// The deployment that a golden history begins with.
fn deployment(record: &Record) -> Deployment {
    let Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) = &record.event else {
        panic!("no deployment")
    };
    Deployment {
        deployment: deployment.0,
        contract: contract.0,
        chain_genesis: genesis.chain.0,
        chain_id: genesis.chain_id,
        code_hash: [0xCC; 32],
        block_number: FIRST_BLOCK,
        block_hash: [0; 32],
    }
}

impl Log {
    /// Writes it as `greatseal audit export` does.
    pub fn write(&self, folder: &Path) {
        let put = |path: &str, bytes: &[u8]| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        put("deployment.json", &serde_json::to_vec(&self.deployment).unwrap());
        put("log/head", &serde_json::to_vec(&self.head).unwrap());
        self.files.iter().for_each(|(file, bytes)| put(&format!("log/{}", file.path()), bytes));
    }
}

struct Blocks<'a> {
    metadata: &'a Metadata,
    parent: [u8; 32],
    next: u64,
    headers: Vec<Vec<u8>>,
}

impl Blocks<'_> {
    /// Ends a block, and gives the nodes of its state.
    fn seal(&mut self, time_ms: u64, events: &[EventRecord]) -> Vec<Vec<u8>> {
        let (state_root, nodes) = state::of(self.metadata, time_ms, events);
        let number = u32::try_from(self.next).unwrap();
        let header = Header { parent: self.parent, number, state_root, extrinsics_root: [9; 32], digest: Vec::new() };
        (self.parent, self.next) = (header.hash(), self.next + 1);
        self.headers.push(header.encode());
        nodes
    }
}

fn succeeded() -> EventRecord {
    let event = RuntimeEvent::System(system::Event::ExtrinsicSuccess { class: 2 });
    EventRecord { phase: Phase::ApplyExtrinsic(0), event, topics: Vec::new() }
}

/// A record as the contract emits it.
fn emitted(extrinsic: u32, contract: [u8; 20], record: &Record) -> EventRecord {
    let actor = record.actor.map(|key| key.topic()).unwrap_or_default();
    let subject = record.event.subject();
    let topics = vec![Record::signature_topic(record.event.kind()), subject, actor];
    let event = revive::Event::ContractEmitted { contract, data: (subject, actor, record).encode(), topics };
    EventRecord { phase: Phase::ApplyExtrinsic(extrinsic), event: RuntimeEvent::Revive(event), topics: Vec::new() }
}

fn files(deployment: Deployment, blocks: &Blocks<'_>, leaves: &[Leaf], causes: Vec<Cause>, proofs: &[Proof]) -> Log {
    let (size, count) = (u64::try_from(leaves.len()).unwrap(), u64::try_from(blocks.headers.len()).unwrap());
    let mut files = BTreeMap::from([(File::Metadata { spec_version: SPEC_VERSION }, metadata())]);
    let (mut tree, mut nodes) = (Frontier::new(), Memory::new());
    for part in File::entries(size) {
        let (mut entries, mut evidence, mut before) = (Vec::new(), Evidence::default(), None);
        for place in range(part, LEAVES) {
            let (leaf, cause) = (&leaves[place], &causes[place]);
            let bytes = leaf.to_bytes().unwrap();
            entries.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
            entries.extend(&bytes);
            tree.push(leaf_hash(&bytes)).unwrap();
            nodes.push(leaf_hash(&bytes)).unwrap();
            let same = before.replace(cause) == Some(cause);
            evidence.causes.push(if same { Cause::Same } else { cause.clone() });
        }
        let first_of = |proof: &&Proof| {
            leaves.iter().position(|leaf| leaf.block_number == proof.block_number).is_some_and(|place| range(part, LEAVES).contains(&place))
        };
        evidence.proofs = proofs.iter().filter(first_of).cloned().collect();
        files.insert(File::Entries(part), entries);
        files.insert(File::Evidence(part), evidence.encode());
    }
    for part in File::headers(count) {
        files.insert(File::Headers(part), Headers(blocks.headers[range(part, HEADERS)].to_vec()).encode());
    }
    for file in File::tiles(size) {
        let File::Tile { level, part } = file else { continue };
        let first = part.number * LEAVES;
        let hash = |number| -> Hash { nodes.node(level * 8, number).unwrap() };
        let hashes: Vec<Hash> = (first..first + part.width).map(hash).collect();
        files.insert(file, hashes.iter().flat_map(|hash| *hash.bytes()).collect());
    }
    let head = LogHead {
        schema: SCHEMA.into(),
        deployment: to_hex(&deployment.deployment),
        size,
        root: tree.root().to_string(),
        first_block: FIRST_BLOCK,
        last_block: blocks.next - 1,
        last_block_hash: to_hex(&blocks.parent),
    };
    Log { deployment, head, files }
}

fn range(part: Part, most: u64) -> std::ops::Range<usize> {
    let first = usize::try_from(part.number * most).unwrap();
    first..first + usize::try_from(part.width).unwrap()
}
