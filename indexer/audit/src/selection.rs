//! A selection of a log: each leaf is proved to be in the tree, each event in its block, and each signature is its actor's. What lies
//! between is not there: that nothing is missing, and that the rules give these events, is not shown.

mod consent;
mod signing;

use crate::{
    Bases, Entry, Fault, FileFault, Handed, PartError,
    chain::{Block, is_event, prove},
    checkpoint::{Attested, Trusted},
    fault::{BlockFault, Cause},
    selection::signing::Signing,
    verification::begins_here,
};
use greatseal_block::{Hash as BlockHash, blake2_256, header::Header, metadata::Metadata};
use greatseal_bundle::{
    Bundle,
    filter::FilterText,
    history,
    selection::{self, LEAVES, SCHEMA, SelectionHead},
};
use greatseal_deployment::Deployment;
use greatseal_log::{evidence, files::File, leaf::Leaf};
use greatseal_protocol::{
    bytes::{ContractAddress, parse_hex},
    event::{Event, Record},
    hash::sha256,
    language::{contract, proposal},
    proposal_id::ProposalId,
};
use greatseal_trail::{
    checkpoint::Signed,
    note,
    tree::{Hash, Head, LONGEST_PATH, leaf_hash, verify_consistency, verify_inclusion},
};
use std::collections::BTreeMap;

/// A selection that was verified.
#[derive(Clone, Debug)]
pub struct Selected {
    /// What was asked for, as whoever made it says.
    pub filter: FilterText,
    /// Head of the tree.
    pub head: Head,
    /// How many leaves were chosen.
    pub leaves: u64,
    /// How many of them are in the tree of the checkpoint whose signatures were verified; none where no keys were given.
    pub under_checkpoint: Option<u64>,
    /// Whether each of them is in a tree that the auditor has from elsewhere: that of a checkpoint with the signatures of his keys,
    /// or of a head of his own. The tree is else the word of whoever made the selection.
    pub tree_known: bool,
    /// The checkpoint, where keys were given.
    pub attested: Option<Attested>,
    /// Heights and hashes of the blocks, rising.
    pub blocks: Vec<(u64, BlockHash)>,
    /// On what its records rest.
    pub bases: Bases,
    /// Metadata by which events were read: version of the runtime, SHA-256. No block proves them.
    pub metadata: Vec<(u32, [u8; 32])>,
}

/// Which selection a bundle is; none where it is a whole log.
///
/// # Errors
///
/// [`Fault::Selection`], [`Fault::OtherDeployment`]; where a file cannot be read.
pub fn head(bundle: &Bundle, deployment: &Deployment) -> Result<Option<(SelectionHead, Head)>, PartError> {
    let wrong = |what| Fault::Selection { what };
    let Some(found) = selection::head(bundle)? else { return Ok(None) };
    let found = found.map_err(|_| wrong("selection.json has another form than greatseal.selection/1"))?;
    if found.schema != SCHEMA {
        return Err(wrong("it is of another form than greatseal.selection/1").into());
    }
    if bundle.has("log/head")? {
        return Err(wrong("a whole log stands beside it").into());
    }
    let id = parse_hex(&found.deployment).map_err(|_| wrong("`deployment` is not 64 hexadecimal digits"))?;
    let (id, expected) = (greatseal_protocol::bytes::DeploymentId(id), deployment.domain().deployment);
    if id != expected {
        return Err(Fault::OtherDeployment { found: id, expected }.into());
    }
    if found.filter.filter().is_none() {
        return Err(wrong("`filter` is spelled in another way").into());
    }
    let root = parse_hex(&found.root).map_err(|_| wrong("`root` is not 64 hexadecimal digits"))?;
    let head = Head { size: found.size, root: Hash::new(root) };
    Ok(Some((found, head)))
}

/// Verifies a selection whose head was read. `kept` is a head that somebody has; the keys are those of the checkpoint.
///
/// # Errors
///
/// The first [`Fault`]; where a file cannot be read.
pub fn verify(
    bundle: &Bundle,
    deployment: &Deployment,
    (said, head): (SelectionHead, Head),
    kept: Option<Head>,
    trusted: Option<&Trusted>,
    handed: &mut Handed<'_>,
) -> Result<Selected, PartError> {
    let (old, attested) = checkpoint(bundle, &said, head, trusted)?;
    if let Some(kept) = kept {
        let known = [Some(head), old].into_iter().flatten().find(|known| known.size == kept.size);
        let known = known.ok_or(Fault::NoPath { size: kept.size })?;
        if known.root != kept.root {
            let (size, found, expected) = (kept.size, known.root.to_string(), kept.root.to_string());
            return Err(Fault::OtherRoot { size, found, expected }.into());
        }
    }
    let mut check = Check::new(bundle, deployment, head, said.filter);
    // Of a checkpoint without keys nobody knows whose it is.
    let signed = attested.as_ref().map(|attested| attested.head.size);
    let known = signed.into_iter().chain(kept.map(|kept| kept.size)).max().unwrap_or(0);
    check.found.attested = attested;
    check.found.under_checkpoint = signed.map(|_| 0);
    for number in 0..said.leaves.div_ceil(LEAVES) {
        let form = || Fault::File { path: selection::file(number), what: FileFault::Form };
        let leaves = selection::read(bundle, number)?.ok_or_else(form)?;
        let due = said.leaves.saturating_sub(number.saturating_mul(LEAVES)).min(LEAVES);
        if u64::try_from(leaves.len()) != Ok(due) {
            return Err(form().into());
        }
        (check.cause, check.block) = (evidence::Cause::Same, None);
        for selected in leaves {
            let entry = check.leaf(selected, signed)?;
            handed.take(&entry)?;
        }
    }
    match check.found.leaves {
        0 => Err(Fault::Empty.into()),
        _ => Ok(Selected {
            metadata: check.metadata.into_iter().map(|(version, (_, hash))| (version, hash)).collect(),
            tree_known: check.last.is_some_and(|(last, _)| last < known),
            ..check.found
        }),
    }
}

/// The checkpoint beside a selection: the tree goes on from it, whoever signed it. With keys it is signed.
fn checkpoint(
    bundle: &Bundle,
    said: &SelectionHead,
    head: Head,
    trusted: Option<&Trusted>,
) -> Result<(Option<Head>, Option<Attested>), PartError> {
    const NAME: &str = "log/checkpoint";
    let wrong = |what| Fault::Selection { what };
    let note = match bundle.has(NAME)? {
        true => Some(bundle.read(NAME, u64::try_from(note::LONGEST).unwrap_or(u64::MAX))?),
        false => None,
    };
    let (note, path) = match (note, &said.consistency) {
        (Some(note), Some(path)) => (note, path),
        (None, None) if trusted.is_none() => return Ok((None, None)),
        (None, None) => return Err(Fault::NoCheckpoint.into()),
        _ => return Err(wrong("checkpoint and `consistency` do not belong together").into()),
    };
    let old = *Signed::parse(&note).map_err(|_| wrong("log/checkpoint is no checkpoint"))?.checkpoint().head();
    let hash = |text: &String| parse_hex(text).ok().map(Hash::new);
    let path: Option<Vec<Hash>> =
        Some(path).filter(|path| path.len() <= LONGEST_PATH).and_then(|path| path.iter().map(hash).collect());
    let path = path.ok_or_else(|| wrong("`consistency` is no path"))?;
    verify_consistency(&old, &head, &path).map_err(|_| wrong("its tree does not go on from its checkpoint"))?;
    let attested = trusted.map(|trusted| trusted.open(&note)).transpose().map_err(Fault::from)?;
    Ok((Some(old), attested))
}

struct Check<'a> {
    bundle: &'a Bundle,
    deployment: &'a Deployment,
    head: Head,
    /// The contract that emits the next record.
    emitter: ContractAddress,
    /// The contract that goes on, from the record that says so.
    successor: Option<ContractAddress>,
    metadata: BTreeMap<u32, (Metadata, [u8; 32])>,
    /// Cause of the leaf before in the file.
    cause: evidence::Cause,
    /// The proposal that was opened last, and what brought that.
    opened: Option<(evidence::Cause, ProposalId)>,
    /// Block of the leaf before in the file.
    block: Option<(Block, BlockHash, u32)>,
    /// Number, and time of the block, of the leaf before.
    last: Option<(u64, u64)>,
    found: Selected,
}

impl<'a> Check<'a> {
    fn new(bundle: &'a Bundle, deployment: &'a Deployment, head: Head, filter: FilterText) -> Self {
        Self {
            bundle,
            deployment,
            head,
            emitter: deployment.contract(),
            successor: None,
            metadata: BTreeMap::new(),
            cause: evidence::Cause::Same,
            opened: None,
            block: None,
            last: None,
            found: Selected {
                filter,
                head,
                leaves: 0,
                under_checkpoint: None,
                tree_known: false,
                attested: None,
                blocks: Vec::new(),
                bases: Bases::default(),
                metadata: Vec::new(),
            },
        }
    }

    fn leaf(&mut self, selected: selection::Selected, signed: Option<u64>) -> Result<Entry, PartError> {
        let selection::Selected { seq, leaf: bytes, path, cause, birth, block } = selected;
        let at = |cause| Fault::Event { seq, cause };
        if self.last.is_some_and(|(last, _)| seq <= last) {
            return Err(at(Cause::NotBehind).into());
        }
        let (leaf, record) = Leaf::parse(&bytes).map_err(|error| at(error.into()))?;
        if record.seq != seq {
            return Err(at(Cause::OutOfSequence { found: record.seq }).into());
        }
        let path: Vec<Hash> = path.into_iter().map(Hash::new).collect();
        verify_inclusion(leaf_hash(&bytes), seq, &self.head, &path).map_err(|error| at(Cause::NotInTree(error)))?;
        if self.last.is_none() {
            // The first leaf says for which contract everything else is.
            begins_here(self.deployment, &leaf, &record.event)?;
        }
        self.place(&leaf, &record, block)?;
        let same = cause == evidence::Cause::Same;
        if !same && cause == self.cause {
            return Err(at(Cause::OtherCause { what: "envelope or transaction" }).into());
        }
        let entry = Entry { cause: if same { self.cause.clone() } else { cause }, leaf, record };
        let version = self.block.as_ref().map(|(.., version)| *version);
        let metadata = version.and_then(|version| self.metadata.get(&version));
        let (metadata, _) = metadata.ok_or_else(|| at(Cause::NoProof))?;
        let opened = self.opened.as_ref().filter(|(by, _)| *by == entry.cause).map(|(_, id)| *id);
        let signing = Signing { deployment: self.deployment, emitter: self.emitter, metadata, birth, opened };
        let basis = signing.basis(&entry).map_err(at)?;
        self.found.bases.count(seq, basis);
        self.count(seq, signed);
        if let Event::Proposal(proposal::Event::Opened(opened)) = &entry.record.event {
            self.opened = Some((entry.cause.clone(), opened.id));
        }
        self.cause.clone_from(&entry.cause);
        self.last = Some((seq, entry.leaf.time_ms));
        Ok(entry)
    }

    /// The leaf is an event of the contract in its block.
    fn place(&mut self, leaf: &Leaf, record: &Record, block: Option<selection::Block>) -> Result<(), PartError> {
        let at = |cause| Fault::Event { seq: record.seq, cause };
        let here = self.block.as_ref().is_some_and(|(block, ..)| block.number == leaf.block_number);
        match block {
            Some(_) if here => return Err(at(Cause::NoProof).into()),
            Some(block) => self.block = Some(self.proved(leaf, &block).map_err(|error| error.of(record.seq))?),
            None => {}
        }
        let (block, hash, _) = self.block.as_ref().ok_or_else(|| at(Cause::NoProof))?;
        if (block.number, *hash) != (leaf.block_number, leaf.block_hash) {
            return Err(at(Cause::OtherBlock).into());
        }
        if leaf.time_ms != block.time_ms || record.at != block.time_ms / 1000 {
            return Err(at(Cause::OtherTime).into());
        }
        if self.last.is_some_and(|(_, time_ms)| block.time_ms < time_ms) {
            return Err(Fault::Block { number: block.number, reason: BlockFault::TimeFalls }.into());
        }
        if let Event::Contract(contract::Event::Succeeded { contract, .. }) = record.event {
            self.emitter =
                self.successor.take().filter(|named| *named == contract).ok_or_else(|| at(Cause::OutOfForce))?;
        }
        let events = block.events.iter().filter(|event| event.contract == self.emitter.0);
        if !events.clone().any(|event| is_event(event, leaf, record)) {
            return Err(at(Cause::NotInBlock).into());
        }
        if let Event::Contract(contract::Event::Retired { successor, .. }) = record.event {
            self.successor = Some(successor);
        }
        let odd = |reason| Err(Fault::Block { number: block.number, reason }.into());
        match self.found.blocks.last() {
            Some((higher, _)) if block.number < *higher => return odd(BlockFault::Falls { higher: *higher }),
            Some((same, other)) if block.number == *same && hash != other => return odd(BlockFault::Twice),
            Some((same, _)) if block.number == *same => {}
            Some(_) | None => self.found.blocks.push((block.number, *hash)),
        }
        Ok(())
    }

    fn proved(&mut self, leaf: &Leaf, block: &selection::Block) -> Result<(Block, BlockHash, u32), Unproved> {
        let number = leaf.block_number;
        let wrong = |reason| Unproved::Fault(Fault::Block { number, reason });
        let header = Header::decode(&block.header).map_err(|error| wrong(BlockFault::Malformed(error)))?;
        let (version, hash) = (block.proof.spec_version, blake2_256(&block.header));
        if u64::from(header.number) != number || block.proof.block_number != number || hash != leaf.block_hash {
            return Err(Unproved::OtherBlock);
        }
        // Below the deployment's block there is none of it, and that one has one hash.
        if number < self.deployment.block_number
            || (number == self.deployment.block_number && hash != self.deployment.block_hash)
        {
            return Err(wrong(BlockFault::NotTheDeployments));
        }
        if !self.metadata.contains_key(&version) {
            let file = File::Metadata { spec_version: version };
            let bytes = history::file(self.bundle, file).map_err(|error| Unproved::Other(error.into()))?;
            let metadata = Metadata::decode(&bytes).map_err(|error| {
                Unproved::Fault(Fault::File { path: file.path(), what: FileFault::Metadata(error) })
            })?;
            self.metadata.insert(version, (metadata, sha256(&[&bytes])));
        }
        let Some((metadata, _)) = self.metadata.get(&version) else { return Err(Unproved::OtherBlock) };
        Ok((prove(&header, &block.proof, metadata).map_err(Unproved::Fault)?, hash, version))
    }

    fn count(&mut self, seq: u64, signed: Option<u64>) {
        self.found.leaves = self.found.leaves.saturating_add(1);
        if signed.is_some_and(|size| seq < size)
            && let Some(under) = &mut self.found.under_checkpoint
        {
            *under = under.saturating_add(1);
        }
    }
}

/// Why a block is not proved.
enum Unproved {
    Fault(Fault),
    /// It is another than the leaf names.
    OtherBlock,
    Other(PartError),
}

impl Unproved {
    fn of(self, seq: u64) -> PartError {
        match self {
            Self::Fault(fault) => fault.into(),
            Self::OtherBlock => Fault::Event { seq, cause: Cause::OtherBlock }.into(),
            Self::Other(error) => error,
        }
    }
}
