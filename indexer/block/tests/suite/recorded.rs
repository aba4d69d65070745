//! What nodes have answered: `tests/record.py` has recorded it.

use greatseal_block::{
    Hash,
    header::{DigestItem, Header},
    metadata::Metadata,
    read_proof::ReadProof,
    transaction::{Implied, Transaction},
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// One block, as a node has answered about it.
pub(crate) struct Recorded {
    pub(crate) folder: &'static str,
    pub(crate) genesis: Hash,
    pub(crate) hash: Hash,
    pub(crate) spec_name: String,
    pub(crate) spec_version: u32,
    pub(crate) transaction_version: u32,
    pub(crate) header: Header,
    pub(crate) body: Vec<Vec<u8>>,
    pub(crate) before: BTreeMap<u32, Hash>,
    pub(crate) nodes: Vec<Vec<u8>>,
    /// What the node says that stands under the keys: events, time, nothing.
    pub(crate) events: (Vec<u8>, Vec<u8>),
    pub(crate) now: (Vec<u8>, Vec<u8>),
    pub(crate) absent: Vec<u8>,
}

/// Every recorded block.
pub(crate) fn all() -> Vec<Recorded> {
    ["hub", "devnet"].map(Recorded::read).into()
}

/// The one of the real node with Polkadot Hub's test runtime.
pub(crate) fn hub() -> Recorded {
    Recorded::read("hub")
}

impl Recorded {
    fn read(folder: &'static str) -> Self {
        let recorded: Value = serde_json::from_slice(&fs::read(path(folder, "block.json")).unwrap()).unwrap();
        let (header, runtime) = (&recorded["block"]["header"], &recorded["runtime"]);
        let values = recorded["values"].as_object().unwrap();
        let value = |prefix: &str, present: bool| {
            let (key, value) =
                values.iter().find(|(key, value)| key.starts_with(prefix) && value.is_null() != present).unwrap();
            (key.clone(), value.clone())
        };
        let both = |(key, value): (String, Value)| (bytes(&Value::from(key)), bytes(&value));
        Self {
            folder,
            genesis: hash(&recorded["genesis"]),
            hash: hash(&recorded["hash"]),
            spec_name: runtime["specName"].as_str().unwrap().to_owned(),
            spec_version: number(&runtime["specVersion"]),
            transaction_version: number(&runtime["transactionVersion"]),
            header: Header {
                parent: hash(&header["parentHash"]),
                number: u32::from_str_radix(&header["number"].as_str().unwrap()[2..], 16).unwrap(),
                state_root: hash(&header["stateRoot"]),
                extrinsics_root: hash(&header["extrinsicsRoot"]),
                digest: list(&header["digest"]["logs"]).iter().map(|item| DigestItem::decode(item).unwrap()).collect(),
            },
            body: list(&recorded["block"]["extrinsics"]),
            before: recorded["before"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(number, value)| (number.parse().unwrap(), hash(value)))
                .collect(),
            nodes: list(&recorded["proof"]),
            events: both(value("0x26aa", true)),
            now: both(value("0xf0c3", true)),
            absent: bytes(&Value::from(value("0x26aa", false).0)),
        }
    }

    /// An answer of `Metadata_metadata_at_version`.
    pub(crate) fn answer(&self, version: u8) -> Vec<u8> {
        let compressed = fs::read(path(self.folder, &format!("metadata-{version}.zlib"))).unwrap();
        miniz_oxide::inflate::decompress_to_vec_zlib(&compressed).unwrap()
    }

    pub(crate) fn metadata(&self, version: u8) -> Metadata {
        Metadata::decode_at_version(&self.answer(version)).unwrap()
    }

    pub(crate) fn proof(&self) -> ReadProof {
        ReadProof::new(self.nodes.clone()).unwrap()
    }

    /// The signed transaction of the block, and its place.
    pub(crate) fn transaction(&self, metadata: &Metadata) -> (u32, Transaction) {
        let found = (0..).zip(&self.body).find_map(|(index, bytes)| {
            Transaction::decode(metadata, bytes).ok().map(|transaction| (index, transaction))
        });
        found.unwrap()
    }

    /// What is signed and not sent, of a transaction of this block.
    pub(crate) fn implied(&self, transaction: &Transaction) -> Implied {
        Implied {
            spec_version: self.spec_version,
            transaction_version: self.transaction_version,
            genesis: self.genesis,
            birth_hash: self.before[&transaction.era().unwrap().birth(self.header.number)],
            metadata_hash: None,
        }
    }
}

fn path(folder: &str, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(folder).join(name)
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(&value.as_str().unwrap()[2..]).unwrap()
}

fn list(value: &Value) -> Vec<Vec<u8>> {
    value.as_array().unwrap().iter().map(bytes).collect()
}

fn hash(value: &Value) -> Hash {
    bytes(value).try_into().unwrap()
}

fn number(value: &Value) -> u32 {
    value.as_u64().unwrap().try_into().unwrap()
}
