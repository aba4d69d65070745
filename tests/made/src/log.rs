//! From records to the files of a log.

use crate::{
    runtime::{EventRecord, Phase, RuntimeEvent, SPEC_VERSION, metadata, revive, system},
    state,
};
use greatseal_block::{blake2_256, header::Header, metadata::Metadata};
use greatseal_deployment::Deployment;
use greatseal_log::{
    evidence::{Cause, Evidence, HEADERS, Headers, LEAVES, Proof},
    files::{File, LogHead, Part, SCHEMA},
    leaf::{EDITION, Leaf},
};
use greatseal_protocol::{
    bytes::{EnvelopeDigest, to_hex},
    digest,
    event::{Door, Event, Record},
    language::contract,
    scale::{DecodeAll, Encode},
};
use greatseal_trail::tree::{Frontier, Hash, Head, Memory, Nodes, leaf_hash};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
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
        let metadata = BTreeMap::from([(SPEC_VERSION, metadata())]);
        Parts { headers: blocks.headers, leaves, causes, proofs, metadata }.log(deployment)
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
    /// Reads what `greatseal audit export` wrote.
    pub fn read(folder: &Path) -> Self {
        let get = |path: &str| fs::read(folder.join(path)).unwrap();
        let deployment: Deployment = serde_json::from_slice(&get("deployment.json")).unwrap();
        let head: LogHead = serde_json::from_slice(&get("log/head")).unwrap();
        let blocks = head.last_block + 1 - head.first_block;
        let leaves = File::entries(head.size).flat_map(|part| [File::Entries(part), File::Evidence(part)]);
        let all = leaves.chain(File::headers(blocks).map(File::Headers)).chain(File::tiles(head.size));
        let mut files: BTreeMap<File, Vec<u8>> = all.map(|file| (file, get(&format!("log/{}", file.path())))).collect();
        let versions: BTreeSet<u32> =
            evidence(&files).flat_map(|all| all.proofs).map(|proof| proof.spec_version).collect();
        for spec_version in versions {
            let file = File::Metadata { spec_version };
            files.insert(file, get(&format!("log/{}", file.path())));
        }
        Self { deployment, head, files }
    }

    /// What it is made of.
    pub fn parts(&self) -> Parts {
        let mut parts = Parts {
            headers: Vec::new(),
            leaves: Vec::new(),
            causes: Vec::new(),
            proofs: Vec::new(),
            metadata: BTreeMap::new(),
        };
        for (file, bytes) in &self.files {
            match file {
                File::Entries(_) => {
                    let mut entries = &**bytes;
                    while let Some((length, rest)) = entries.split_first_chunk::<2>() {
                        let (leaf, rest) = rest.split_at(u16::from_be_bytes(*length).into());
                        parts.leaves.push(Leaf::parse(leaf).unwrap().0);
                        entries = rest;
                    }
                }
                File::Headers(_) => parts.headers.extend(Headers::parse(bytes).unwrap().0),
                File::Metadata { spec_version } => drop(parts.metadata.insert(*spec_version, bytes.clone())),
                File::Evidence(_) | File::Tile { .. } => {}
            }
        }
        for evidence in evidence(&self.files) {
            for cause in evidence.causes {
                let before = parts.causes.last().cloned();
                parts.causes.push(if cause == Cause::Same { before.unwrap() } else { cause });
            }
            parts.proofs.extend(evidence.proofs);
        }
        parts
    }

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

/// What a log is made of, before it is put into files.
#[derive(Clone, Debug)]
pub struct Parts {
    /// From the deployment's block on.
    pub headers: Vec<Vec<u8>>,
    /// In order.
    pub leaves: Vec<Leaf>,
    /// One for each leaf; never [`Cause::Same`].
    pub causes: Vec<Cause>,
    /// One for each block with leaves.
    pub proofs: Vec<Proof>,
    /// By the version of the runtime.
    pub metadata: BTreeMap<u32, Vec<u8>>,
}

impl Parts {
    /// Without some of the leaves, or with changed ones: what is numbered and hashed is made anew.
    pub fn forged(&self, mut forge: impl FnMut(&mut Record, &mut Leaf, &mut Cause) -> bool) -> Self {
        let mut parts = Self { leaves: Vec::new(), causes: Vec::new(), ..self.clone() };
        for (leaf, cause) in self.leaves.iter().zip(&self.causes) {
            let (mut leaf, mut cause) = (leaf.clone(), cause.clone());
            let mut record = Record::decode_all(&mut &*leaf.record).unwrap();
            if forge(&mut record, &mut leaf, &mut cause) {
                record.seq = u64::try_from(parts.leaves.len()).unwrap();
                leaf.record = record.encode();
                parts.leaves.push(leaf);
                parts.causes.push(cause);
            }
        }
        parts.proofs.retain(|proof| parts.leaves.iter().any(|leaf| leaf.block_number == proof.block_number));
        parts
    }

    /// The records in the leaves.
    pub fn records(&self) -> Vec<Record> {
        self.leaves.iter().map(|leaf| Record::decode_all(&mut &*leaf.record).unwrap()).collect()
    }

    /// Size and root of the tree of the first leaves.
    pub fn head(&self, size: usize) -> Head {
        let mut tree = Frontier::new();
        for leaf in &self.leaves[..size] {
            tree.push(leaf_hash(&leaf.to_bytes().unwrap())).unwrap();
        }
        tree.head()
    }

    /// Proofs beside the leaves among which the first of their block is.
    fn proofs_by_part(&self) -> BTreeMap<u64, Vec<Proof>> {
        let mut firsts = HashMap::new();
        for (place, leaf) in (0_u64..).zip(&self.leaves) {
            firsts.entry(leaf.block_number).or_insert(place);
        }
        let mut parts: BTreeMap<u64, Vec<Proof>> = BTreeMap::new();
        for proof in &self.proofs {
            if let Some(first) = firsts.get(&proof.block_number) {
                parts.entry(first / LEAVES).or_default().push(proof.clone());
            }
        }
        parts
    }

    /// The files.
    pub fn log(&self, deployment: Deployment) -> Log {
        let count = |number: usize| u64::try_from(number).unwrap();
        let (size, blocks) = (count(self.leaves.len()), count(self.headers.len()));
        let metadata = self.metadata.iter();
        let metadata = metadata.map(|(version, bytes)| (File::Metadata { spec_version: *version }, bytes.clone()));
        let mut files: BTreeMap<File, Vec<u8>> = metadata.collect();
        let (mut nodes, mut proofs) = (Memory::new(), self.proofs_by_part());
        for part in File::entries(size) {
            let (mut entries, mut evidence, mut before) = (Vec::new(), Evidence::default(), None);
            for place in range(part, LEAVES) {
                let (leaf, cause) = (&self.leaves[place], &self.causes[place]);
                let bytes = leaf.to_bytes().unwrap();
                entries.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
                entries.extend(&bytes);
                nodes.push(leaf_hash(&bytes)).unwrap();
                let same = before.replace(cause) == Some(cause);
                evidence.causes.push(if same { Cause::Same } else { cause.clone() });
            }
            evidence.proofs = proofs.remove(&part.number).unwrap_or_default();
            files.insert(File::Entries(part), entries);
            files.insert(File::Evidence(part), evidence.encode());
        }
        for part in File::headers(blocks) {
            files.insert(File::Headers(part), Headers(self.headers[range(part, HEADERS)].to_vec()).encode());
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
            root: self.head(self.leaves.len()).root.to_string(),
            first_block: deployment.block_number,
            last_block: deployment.block_number + blocks - 1,
            last_block_hash: to_hex(&blake2_256(self.headers.last().unwrap())),
        };
        Log { deployment, head, files }
    }
}

fn evidence(files: &BTreeMap<File, Vec<u8>>) -> impl Iterator<Item = Evidence> {
    let files = files.iter().filter(|(file, _)| matches!(file, File::Evidence(_)));
    files.map(|(_, bytes)| Evidence::parse(bytes).unwrap())
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

fn range(part: Part, most: u64) -> std::ops::Range<usize> {
    let first = usize::try_from(part.number * most).unwrap();
    first..first + usize::try_from(part.width).unwrap()
}
