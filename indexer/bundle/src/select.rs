//! Makes a selection from a whole log: a function of the log and of what is asked for.

use crate::{
    filter::{Chooser, Filter},
    history::{self, Brought},
    place::{Bundle, BundleError},
    seal::{PartFiles, SealError},
    selection::{self, Block, LEAVES, SCHEMA, Selected, SelectionHead},
};
use greatseal_block::{blake2_256, metadata::Metadata, transaction::Transaction};
use greatseal_deployment::Deployment;
use greatseal_log::{
    evidence::{Cause, HEADERS, Headers, Proof},
    files::{File, LogHead, Part},
};
use greatseal_protocol::{
    bytes::parse_hex,
    event::{Door, Record},
    key::Key,
    scale::Encode as _,
};
use greatseal_trail::{
    checkpoint::Signed,
    note,
    tile::{Checked, Tile, Tiles},
    tree::{self, Hash, Head},
};
use std::{collections::BTreeMap, fs, path::Path};

/// How much was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Leaves.
    pub leaves: u64,
    /// Head of the tree that they are proved to be in.
    pub head: Head,
}

/// Tiles of a bundle.
#[derive(Debug)]
struct Held<'a>(&'a Bundle);

impl Tiles for Held<'_> {
    type Error = BundleError;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, BundleError> {
        self.0.read(&format!("log/{tile}"), history::MOST)
    }
}

/// Writes the selection of a whole log into a folder: leaves, parts, checkpoint and metadata. The manifest comes last, from
/// [`crate::seal::manifest`].
///
/// # Errors
///
/// [`SealError`].
pub fn select(whole: &Bundle, out: &Path, deployment: &Deployment, filter: &Filter) -> Result<Chosen, SealError> {
    let log = history::head(whole)?;
    let root = parse_hex(&log.root).map_err(|_| SealError::Form { file: "log/head".to_owned() })?;
    let head = Head { size: log.size, root: Hash::new(root) };
    let tiles = Checked::open(Held(whole), head).map_err(|error| SealError::Tree(error.to_string()))?;
    let mut making = Making {
        whole,
        out,
        log,
        tiles,
        parts: PartFiles::begin(out, deployment)?,
        metadata: BTreeMap::new(),
        headers: None,
        proof: None,
        file: Vec::new(),
        last: None,
        leaves: 0,
    };
    let (mut chooser, mut command) = (Chooser::new(*filter), Vec::new());
    history::walk(whole, head.size, |brought| {
        if command.last().is_some_and(|last| commanded(last) != commanded(&brought)) {
            making.command(&mut chooser, std::mem::take(&mut command))?;
        }
        command.push(brought);
        Ok::<_, SealError>(())
    })?;
    making.command(&mut chooser, command)?;
    making.finish(filter)
}

/// What the records of one command have in common.
fn commanded(brought: &Brought) -> (u64, u32, Door, Option<Key>) {
    let (leaf, record) = (&brought.leaf, &brought.record);
    (leaf.block_number, leaf.extrinsic, record.door, record.actor)
}

struct Making<'a> {
    whole: &'a Bundle,
    out: &'a Path,
    log: LogHead,
    tiles: Checked<Held<'a>>,
    parts: PartFiles,
    metadata: BTreeMap<u32, Metadata>,
    /// The file of headers that was read last.
    headers: Option<(Part, Vec<Vec<u8>>)>,
    /// Proof of the block of the leaf that was read last.
    proof: Option<Proof>,
    /// Leaves that were chosen and not written yet.
    file: Vec<Selected>,
    /// Cause and block of the leaf before.
    last: Option<(Cause, u64)>,
    leaves: u64,
}

impl Making<'_> {
    fn command(&mut self, chooser: &mut Chooser, command: Vec<Brought>) -> Result<(), SealError> {
        let records = command.iter().map(|brought| &brought.record);
        let chosen = !command.is_empty() && chooser.chooses(records);
        for brought in command {
            if let Some(proof) = &brought.proof {
                self.proof = Some(proof.clone());
            }
            if chosen {
                self.parts.take(&brought)?;
                self.leaf(brought)?;
            }
        }
        Ok(())
    }

    fn leaf(&mut self, brought: Brought) -> Result<(), SealError> {
        let Brought { leaf, bytes, record, cause, .. } = brought;
        let path = tree::inclusion(&mut self.tiles, record.seq, self.log.size);
        let path = path.map_err(|error| SealError::Tree(error.to_string()))?;
        let proof = self.proof.clone().filter(|proof| proof.block_number == leaf.block_number);
        let proof = proof.ok_or(SealError::NoProof { seq: record.seq })?;
        let birth = self.birth(&record, &cause, &proof)?;
        let (last_cause, last_block) = self.last.take().filter(|_| !self.file.is_empty()).unzip();
        let block = match last_block == Some(leaf.block_number) {
            true => None,
            false => Some(Block { header: self.header(leaf.block_number)?, proof }),
        };
        let shown = if last_cause.as_ref() == Some(&cause) { Cause::Same } else { cause.clone() };
        let path = path.iter().map(|hash| *hash.bytes()).collect();
        self.file.push(Selected { seq: record.seq, leaf: bytes, path, cause: shown, birth, block });
        self.last = Some((cause, leaf.block_number));
        self.leaves = self.leaves.saturating_add(1);
        if self.leaves.is_multiple_of(LEAVES) { self.flush() } else { Ok(()) }
    }

    /// The hash that a signature over the transaction of a member's account names.
    fn birth(&mut self, record: &Record, cause: &Cause, proof: &Proof) -> Result<Option<[u8; 32]>, SealError> {
        let (Door::Direct, Cause::Transaction(bytes)) = (record.door, cause) else { return Ok(None) };
        let metadata = self.metadata(proof.spec_version)?;
        let era = Transaction::decode(metadata, bytes).ok().and_then(|transaction| transaction.era());
        let height = era.zip(u32::try_from(proof.block_number).ok()).map(|(era, height)| u64::from(era.birth(height)));
        match height.filter(|height| *height != 0 && *height >= self.log.first_block) {
            Some(height) => Ok(Some(blake2_256(&self.header(height)?))),
            None => Ok(None),
        }
    }

    fn metadata(&mut self, version: u32) -> Result<&Metadata, SealError> {
        let form = || SealError::Form { file: format!("log/metadata/{version}") };
        if !self.metadata.contains_key(&version) {
            let bytes = history::file(self.whole, File::Metadata { spec_version: version })?;
            self.metadata.insert(version, Metadata::decode(&bytes).map_err(|_| form())?);
        }
        self.metadata.get(&version).ok_or_else(form)
    }

    /// The header of a block.
    fn header(&mut self, height: u64) -> Result<Vec<u8>, SealError> {
        let missing = || SealError::NoHeader { number: height };
        let blocks = self.log.last_block.saturating_add(1).saturating_sub(self.log.first_block);
        let place = height.checked_sub(self.log.first_block).ok_or_else(missing)?;
        let part = File::headers(blocks).nth(usize::try_from(place / HEADERS).unwrap_or(usize::MAX));
        let part = part.ok_or_else(missing)?;
        if self.headers.as_ref().is_none_or(|(known, _)| *known != part) {
            let bytes = history::file(self.whole, File::Headers(part))?;
            let headers = Headers::parse(&bytes).ok_or_else(missing)?;
            self.headers = Some((part, headers.0));
        }
        let within = usize::try_from(place % HEADERS).unwrap_or(usize::MAX);
        let found = self.headers.as_ref().and_then(|(_, headers)| headers.get(within));
        found.cloned().ok_or_else(missing)
    }

    fn flush(&mut self) -> Result<(), SealError> {
        if self.file.is_empty() {
            return Ok(());
        }
        for version in self.file.iter().filter_map(|selected| Some(selected.block.as_ref()?.proof.spec_version)) {
            let name = format!("log/metadata/{version}");
            if !self.out.join(&name).exists() {
                self.put(&name, &self.whole.read(&name, history::MOST)?)?;
            }
        }
        let number = self.leaves.saturating_sub(1) / LEAVES;
        let file = std::mem::take(&mut self.file);
        self.put(&selection::file(number), &file.encode())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SealError> {
        let path = self.out.join(name);
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::create_new(&path)?;
            std::io::Write::write_all(&mut file, bytes)?;
            file.sync_all()
        };
        write().map_err(|error| SealError::Write { file: name.to_owned(), error })
    }

    fn finish(mut self, filter: &Filter) -> Result<Chosen, SealError> {
        self.flush()?;
        let consistency = self.checkpoint()?;
        let head = SelectionHead {
            consistency,
            deployment: self.log.deployment.clone(),
            filter: filter.text(),
            leaves: self.leaves,
            root: self.log.root.clone(),
            schema: SCHEMA.to_owned(),
            size: self.log.size,
        };
        let form = |name: &str| SealError::Form { file: name.to_owned() };
        let bytes = serde_json_canonicalizer::to_vec(&head).map_err(|_| form(selection::NAME))?;
        self.put(selection::NAME, &bytes)?;
        self.put("deployment.json", &self.whole.read("deployment.json", history::MOST_HEAD)?)?;
        let root = parse_hex(&head.root).map_err(|_| form("log/head"))?;
        self.parts.finish()?;
        Ok(Chosen { leaves: head.leaves, head: Head { size: head.size, root: Hash::new(root) } })
    }

    /// Copies the checkpoint, and proves that the tree goes on from it.
    fn checkpoint(&mut self) -> Result<Option<Vec<String>>, SealError> {
        let most = u64::try_from(note::LONGEST).unwrap_or(u64::MAX);
        let note = match self.whole.read("log/checkpoint", most) {
            Ok(note) => note,
            Err(BundleError::Absent { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let form = || SealError::Form { file: "log/checkpoint".to_owned() };
        let old = Signed::parse(&note).map_err(|_| form())?.checkpoint().head().size;
        let path = tree::consistency(&mut self.tiles, old, self.log.size);
        let path = path.map_err(|error| SealError::Tree(error.to_string()))?;
        self.put("log/checkpoint", &note)?;
        Ok(Some(path.iter().map(ToString::to_string).collect()))
    }
}
