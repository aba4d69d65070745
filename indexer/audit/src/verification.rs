//! File after file, leaf after leaf.

use crate::{
    basis::Bases,
    chain::{Block, Chain, is_event},
    commands::{Commands, Setting, in_force},
    expected::Expected,
    fault::{BlockFault, Cause, Fault, FileFault},
    tiles::Tiles,
};
use greatseal_block::{Hash, metadata::Metadata};
use greatseal_deployment::Deployment;
use greatseal_log::{
    evidence::{self, Evidence, HEADERS, Headers, LEAVES, Proof},
    files::{File, Part},
    leaf::Leaf,
};
use greatseal_protocol::{
    bytes::ContractAddress,
    event::{Event, Record},
    hash::sha256,
    key::Key,
    language::{contract, council},
    memory::Memory,
};
use greatseal_trail::tree::{self, Frontier, Head, leaf_hash};
use std::collections::{BTreeMap, VecDeque};

/// Most keys that a verification names.
const MOST_NAMED: usize = 64;

/// A leaf that holds, with its record: to be looked at by others before its command changes the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The leaf.
    pub leaf: Leaf,
    /// The record in it.
    pub record: Record,
    /// What brought it.
    pub cause: evidence::Cause,
}

/// A log that was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// State behind the last leaf.
    pub state: Memory,
    /// Size and root of the tree.
    pub head: Head,
    /// The last leaf's place.
    pub last: (u64, Hash),
    /// Height and hash of the last header.
    pub end: (u64, Hash),
    /// Number of headers, all linked.
    pub headers: u64,
    /// Blocks whose events were proved.
    pub blocks: u64,
    /// On what its records rest.
    pub bases: Bases,
    /// Metadata by which events were read: version of the runtime, SHA-256. No block proves them.
    pub metadata: Vec<(u32, [u8; 32])>,
    /// Keys that got a seat and are no point of their curve, with the number of the event: nobody can sign with them. The contract
    /// does not compute that. The first 64.
    pub no_points: Vec<(u64, Key)>,
}

/// Asks for files, takes them, and says what does not hold.
#[derive(Debug)]
pub struct Verification {
    deployment: Deployment,
    expected: Expected,
    chain: Chain,
    commands: Commands,
    tree: Frontier,
    /// None where nobody wants them compared.
    tiles: Option<Tiles>,
    /// Leaves whose evidence has not been given yet.
    bare: Option<(Part, Vec<(Entry, tree::Hash)>)>,
    /// Leaves that wait to be looked at, with what brought them.
    leaves: VecDeque<(Entry, tree::Hash)>,
    proofs: VecDeque<Proof>,
    block: Option<Block>,
    /// The contract that emits the next record.
    emitter: ContractAddress,
    metadata: BTreeMap<u32, (Metadata, [u8; 32])>,
    /// Version of the runtime that made the block that is looked at.
    present: u32,
    /// Time of that block.
    time_ms: u64,
    /// Block, place and hash of the transaction of the leaf before: one transaction has one hash.
    transaction: Option<(u64, u32, Hash)>,
    last: Option<(u64, Hash)>,
    found: Found,
}

/// What is counted.
#[derive(Clone, Debug, Default)]
struct Found {
    blocks: u64,
    bases: Bases,
    no_points: Vec<(u64, Key)>,
}

impl Verification {
    /// Before the first file. The deployment is the one of the file that the auditor has: not of the log.
    pub fn new(deployment: Deployment, expected: Expected) -> Self {
        Self {
            chain: Chain::new(deployment.block_number, deployment.block_hash),
            emitter: deployment.contract(),
            deployment,
            tiles: expected.tiles.then(Tiles::default),
            expected,
            commands: Commands::default(),
            tree: Frontier::new(),
            bare: None,
            leaves: VecDeque::new(),
            proofs: VecDeque::new(),
            block: None,
            metadata: BTreeMap::new(),
            present: 0,
            time_ms: 0,
            transaction: None,
            last: None,
            found: Found::default(),
        }
    }

    /// The file that is needed next; none where nothing is.
    pub fn need(&self) -> Option<File> {
        if let Some((part, _)) = &self.bare {
            return Some(File::Evidence(*part));
        }
        if let Some(tile) = self.tiles.as_ref().and_then(Tiles::due) {
            return Some(tile);
        }
        let (next, size) = (self.tree.size(), self.expected.head.size);
        match self.leaves.front() {
            Some((entry, ..)) => self.needed_by(entry),
            None if next < size => Some(File::Entries(part(next, size, LEAVES))),
            None => self.needed_up_to(self.expected.last_block.0),
        }
    }

    /// State behind the leaves that hold so far.
    pub fn into_state(self) -> Memory {
        self.commands.state
    }

    /// Number of leaves that hold so far.
    pub fn events(&self) -> u64 {
        self.tree.size()
    }

    /// Takes the file that was needed, and goes as far as it leads. `look` sees each leaf that holds, with the state before its
    /// command.
    ///
    /// # Errors
    ///
    /// The first [`Fault`]; or what `look` finds.
    pub fn give<E: From<Fault>>(
        &mut self,
        file: File,
        bytes: &[u8],
        look: &mut impl FnMut(&Entry, &Memory) -> Result<(), E>,
    ) -> Result<(), E> {
        self.take(file, bytes)?;
        while self.bare.is_none() && self.leaves.front().is_some_and(|(entry, ..)| self.needed_by(entry).is_none()) {
            let Some((entry, hash)) = self.leaves.pop_front() else { break };
            self.place(&entry)?;
            look(&entry, &self.commands.state)?;
            self.decide(entry, hash)?;
        }
        Ok(())
    }

    /// After the last file.
    ///
    /// # Errors
    ///
    /// [`Fault::Empty`], [`Fault::OtherRoot`], [`Fault::OtherEnd`], or [`Fault::Event`] where a command's last events are missing.
    pub fn finish(mut self) -> Result<Verified, Fault> {
        let last = self.last.ok_or(Fault::Empty)?;
        let head = self.tree.head();
        self.commands.finish().map_err(|cause| Fault::Event { seq: head.size, cause })?;
        self.end_block()?;
        if let Some(proof) = self.proofs.front() {
            return Err(Fault::Block { number: proof.block_number, reason: BlockFault::NotAfter });
        }
        other_root(head, self.expected.head)?;
        if let Some(kept) = self.expected.kept.iter().find(|kept| kept.size > head.size) {
            return Err(Fault::CutOff { size: head.size, kept: kept.size });
        }
        self.chain.walk(self.expected.last_block.0)?;
        let end = self.chain.last().ok_or(Fault::Empty)?;
        if end != self.expected.last_block {
            return Err(Fault::OtherEnd { number: end.0 });
        }
        let Found { blocks, bases, no_points } = self.found;
        Ok(Verified {
            state: self.commands.state,
            head,
            last,
            end,
            headers: self.chain.given(),
            blocks,
            bases,
            metadata: self.metadata.into_iter().map(|(version, (_, hash))| (version, hash)).collect(),
            no_points,
        })
    }

    /// What is missing before a leaf can be looked at.
    fn needed_by(&self, entry: &Entry) -> Option<File> {
        let number = entry.leaf.block_number;
        if self.block.as_ref().is_some_and(|block| block.number == number) {
            return None;
        }
        let proof = self.proofs.front().filter(|proof| proof.block_number == number);
        match proof.map(|proof| proof.spec_version).filter(|version| !self.metadata.contains_key(version)) {
            Some(spec_version) => Some(File::Metadata { spec_version }),
            None => self.needed_up_to(number),
        }
    }

    /// The next headers, where those up to this height have not been given.
    fn needed_up_to(&self, height: u64) -> Option<File> {
        let (first, given) = (self.deployment.block_number, self.chain.given());
        let total = self.expected.last_block.0.saturating_add(1).saturating_sub(first);
        let missing = height.saturating_sub(first) >= given && given < total;
        missing.then(|| File::Headers(part(given, total, HEADERS)))
    }

    fn take(&mut self, file: File, bytes: &[u8]) -> Result<(), Fault> {
        let wrong = |what| Fault::File { path: file.path(), what };
        match file {
            File::Entries(part) => self.bare = Some((part, self.entries(part, bytes)?)),
            File::Evidence(part) => {
                let evidence = Evidence::parse(bytes).ok_or_else(|| wrong(FileFault::Form))?;
                let Some((_, leaves)) = self.bare.take().filter(|(bare, _)| *bare == part) else {
                    return Err(wrong(FileFault::Form));
                };
                if evidence.causes.len() != leaves.len() || evidence.causes.first() == Some(&evidence::Cause::Same) {
                    return Err(wrong(FileFault::Form));
                }
                if !self.proofs.is_empty() {
                    return Err(wrong(FileFault::Superfluous));
                }
                let leaves = leaves.into_iter().zip(evidence.causes);
                self.leaves.extend(leaves.map(|((entry, hash), cause)| (Entry { cause, ..entry }, hash)));
                self.proofs.extend(evidence.proofs);
            }
            File::Headers(part) => {
                let headers = Headers::parse(bytes).filter(|headers| u64::try_from(headers.0.len()) == Ok(part.width));
                let headers = headers.ok_or_else(|| wrong(FileFault::Form))?;
                self.chain.give(headers);
            }
            File::Metadata { spec_version } => {
                let metadata = Metadata::decode(bytes).map_err(|error| wrong(FileFault::Metadata(error)))?;
                self.metadata.insert(spec_version, (metadata, sha256(&[bytes])));
            }
            File::Tile { .. } => match &mut self.tiles {
                Some(tiles) => tiles.compare(file, bytes)?,
                None => return Err(wrong(FileFault::Form)),
            },
        }
        Ok(())
    }

    /// The leaves of an entry bundle.
    fn entries(&self, part: Part, bytes: &[u8]) -> Result<Vec<(Entry, tree::Hash)>, Fault> {
        let entries = part.leaves(bytes);
        let wrong = || Fault::File { path: File::Entries(part).path(), what: FileFault::Form };
        let leaves = (self.tree.size()..).zip(entries.ok_or_else(wrong)?).map(|(seq, bytes)| {
            let (leaf, record) = Leaf::parse(bytes).map_err(|error| Fault::Event { seq, cause: error.into() })?;
            // What brought it stands in another file.
            Ok((Entry { leaf, record, cause: evidence::Cause::Same }, leaf_hash(bytes)))
        });
        leaves.collect()
    }

    /// The leaf is the next event of the contract in a block of the chain.
    fn place(&mut self, entry: &Entry) -> Result<(), Fault> {
        let Entry { leaf, record, .. } = entry;
        let seq = self.tree.size();
        let at = |cause| Fault::Event { seq, cause };
        if record.seq != seq {
            return Err(at(Cause::OutOfSequence { found: record.seq }));
        }
        if seq == 0 {
            begins_here(&self.deployment, leaf, &record.event)?;
        }
        if self.block.as_ref().is_none_or(|block| block.number != leaf.block_number) {
            self.end_block()?;
            if !self.chain.walk(leaf.block_number)? {
                return Err(at(Cause::OtherBlock));
            }
            let proof = self.proofs.pop_front().filter(|proof| proof.block_number == leaf.block_number);
            let proof = proof.ok_or_else(|| at(Cause::NoProof))?;
            let Some((metadata, _)) = self.metadata.get(&proof.spec_version) else { return Err(at(Cause::NoProof)) };
            let block = self.chain.prove(&proof, metadata)?;
            if block.time_ms < self.time_ms {
                return Err(Fault::Block { number: block.number, reason: BlockFault::TimeFalls });
            }
            self.time_ms = block.time_ms;
            self.block = Some(block);
            self.found.blocks = self.found.blocks.saturating_add(1);
            self.present = proof.spec_version;
        }
        let here = self.chain.last().is_some_and(|here| here == (leaf.block_number, leaf.block_hash));
        let block = self.block.as_mut().filter(|_| here).ok_or_else(|| at(Cause::OtherBlock))?;
        if leaf.time_ms != block.time_ms || record.at != block.time_ms / 1000 {
            return Err(at(Cause::OtherTime));
        }
        let transaction = (leaf.block_number, leaf.extrinsic, leaf.transaction);
        if self.transaction.is_some_and(|(block, place, hash)| {
            (block, place) == (leaf.block_number, leaf.extrinsic) && hash != leaf.transaction
        }) {
            return Err(at(Cause::OtherCause { what: "transaction" }));
        }
        self.transaction = Some(transaction);
        let emitter = self.emitter.0;
        let emitted = std::iter::from_fn(|| block.events.pop_front()).find(|event| event.contract == emitter);
        let emitted = emitted.ok_or_else(|| at(Cause::NotInBlock))?;
        if is_event(&emitted, leaf, record) { Ok(()) } else { Err(at(Cause::NotInBlock)) }
    }

    /// The rules give the record.
    fn decide(&mut self, entry: Entry, hash: tree::Hash) -> Result<(), Fault> {
        let Entry { leaf, record, cause } = entry;
        let seq = self.tree.size();
        let at = |cause| Fault::Event { seq, cause };
        let lacking = seated(&record.event).into_iter().filter(|key| !key.is_a_point()).map(|key| (seq, key));
        let room = MOST_NAMED.saturating_sub(self.found.no_points.len());
        self.found.no_points.extend(lacking.take(room));
        let Some((metadata, _)) = self.metadata.get(&self.present) else { return Err(at(Cause::NoProof)) };
        let chain = &self.chain;
        let setting = Setting {
            metadata,
            genesis: self.deployment.chain_genesis,
            height: leaf.block_number,
            hash_of: &|height| chain.hash(height),
        };
        let basis = self.commands.take(&leaf, &record, cause, self.emitter, &setting).map_err(at)?;
        self.found.bases.count(seq, basis);
        // A command's last events are still the contract's that it retires.
        if !self.commands.due() {
            self.emitter = in_force(&self.commands.state, self.deployment.contract());
        }
        let full = Cause::OutOfSequence { found: record.seq };
        self.tree.push(hash).map_err(|_| at(full.clone()))?;
        let last = self.tree.size() == self.expected.head.size;
        if let Some(tiles) = &mut self.tiles {
            tiles.push(hash, last).ok_or_else(|| at(full))?;
        }
        if let Some(kept) = self.expected.kept.iter().find(|kept| kept.size == self.tree.size()) {
            let head = self.tree.head();
            // Two of one size with different roots cannot both be.
            self.expected
                .kept
                .iter()
                .filter(|other| other.size == kept.size)
                .try_for_each(|kept| other_root(head, *kept))?;
        }
        self.last = Some((leaf.block_number, leaf.block_hash));
        Ok(())
    }

    /// No event of the contract is left in the block.
    fn end_block(&mut self) -> Result<(), Fault> {
        let Some(block) = self.block.take() else { return Ok(()) };
        let left = block.events.iter().find(|event| event.contract == self.emitter.0);
        match left {
            Some(event) => {
                Err(Fault::Block { number: block.number, reason: BlockFault::Missing { index: event.index } })
            }
            None => Ok(()),
        }
    }
}

/// A history begins with the deployment that the file names, in the block that the file names.
pub(crate) fn begins_here(named: &Deployment, leaf: &Leaf, event: &Event) -> Result<(), Fault> {
    let Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) = event else {
        return Err(Fault::Event { seq: 0, cause: Cause::NotTheBeginning { kind: event.kind() } });
    };
    let (domain, chain) = (named.domain(), named.chain());
    if *deployment != domain.deployment {
        return Err(Fault::OtherDeployment { found: *deployment, expected: domain.deployment });
    }
    let claimed = (*contract, genesis.chain_id, genesis.chain, leaf.block_number, leaf.block_hash);
    let expected = (domain.contract, domain.chain_id, chain, named.block_number, named.block_hash);
    if claimed != expected {
        return Err(Fault::Event { seq: 0, cause: Cause::ElsewhereDeployed });
    }
    Ok(())
}

fn other_root(found: Head, expected: Head) -> Result<(), Fault> {
    let (size, found, expected) = (found.size, found.root, expected.root);
    match found == expected {
        true => Ok(()),
        false => Err(Fault::OtherRoot { size, found: found.to_string(), expected: expected.to_string() }),
    }
}

/// The part with which something goes on of which so much is known already.
fn part(known: u64, total: u64, most: u64) -> Part {
    let number = known / most;
    Part { number, width: total.saturating_sub(number.saturating_mul(most)).min(most) }
}

/// The keys to which an event gives seats.
fn seated(event: &Event) -> Vec<Key> {
    match event {
        Event::Contract(contract::Event::Deployed { genesis, .. }) => {
            genesis.seats().map(|(_, seat)| seat.key).collect()
        }
        Event::Council(council::Event::SeatReplaced { new, .. }) => vec![new.key],
        Event::Council(council::Event::CouncilReconstituted { added, .. }) => added.iter().map(|new| new.key).collect(),
        _ => Vec::new(),
    }
}
