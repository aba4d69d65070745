//! Tables of the audit database, and the migrations that lead to them.

use greatseal_store::{
    Kind::{Blob, Int, Text},
    Legacy, Migration, Schema, Table,
};

/// What the value `schema` of the table `meta` is, since migrations are counted.
pub(super) const COUNTED: &str = "greatseal-indexer/migrations";

/// The audit database. A migration that was released never changes: databases hold the hashes of their texts.
pub const SCHEMA: Schema = Schema {
    program: "greatseal-indexer",
    namespace: "greatseal",
    migrations: &[
        Migration {
            sqlite: include_str!("migrations/1.sqlite.sql"),
            postgres: include_str!("migrations/1.postgres.sql"),
        },
        Migration {
            sqlite: include_str!("migrations/2.sqlite.sql"),
            postgres: include_str!("migrations/2.postgres.sql"),
        },
    ],
    tables: &[
        &META,
        &REACHED,
        &BLOCKS,
        &EVENTS,
        &NODES,
        &ENVELOPES,
        &TRANSACTIONS,
        &METADATA,
        &HEADS,
        &CHECKPOINTS,
        &COSIGNATURES,
    ],
    identity: "SELECT key, value FROM meta ORDER BY key",
    legacy: Some(Legacy {
        query: "SELECT value FROM meta WHERE key = 'schema'",
        first: "greatseal-indexer/3",
        counted: COUNTED,
    }),
};

static META: Table =
    Table { name: "meta", columns: &[("key", Text), ("value", Text)], key: "key", changes: "", grows: false };

static REACHED: Table = Table {
    name: "reached",
    columns: &[
        ("id", Int),
        ("next_block", Int),
        ("block_hash", Blob),
        ("size", Int),
        ("root", Blob),
        ("frontier", Blob),
    ],
    key: "id",
    changes: "next_block, block_hash, size, root, frontier",
    grows: false,
};

pub(super) static BLOCKS: Table = Table {
    name: "blocks",
    columns: &[
        ("number", Int),
        ("hash", Blob),
        ("time_ms", Int),
        ("header", Blob),
        ("spec_version", Int),
        ("proof", Blob),
        ("justifications", Blob),
    ],
    key: "number",
    changes: "",
    grows: true,
};

pub(super) static EVENTS: Table = Table {
    name: "events",
    columns: &[
        ("seq", Int),
        ("kind", Text),
        ("proposal", Text),
        ("block_number", Int),
        ("extrinsic_index", Int),
        ("event_index", Int),
        ("tx", Blob),
        ("record", Blob),
        ("leaf", Blob),
    ],
    key: "seq",
    changes: "",
    grows: true,
};

pub(super) static NODES: Table = Table {
    name: "nodes",
    columns: &[("level", Int), ("number", Int), ("hash", Blob)],
    key: "level, number",
    changes: "",
    grows: true,
};

pub(super) static ENVELOPES: Table =
    Table { name: "envelopes", columns: &[("digest", Blob), ("bytes", Blob)], key: "digest", changes: "", grows: true };

pub(super) static TRANSACTIONS: Table =
    Table { name: "transactions", columns: &[("hash", Blob), ("bytes", Blob)], key: "hash", changes: "", grows: true };

static METADATA: Table = Table {
    name: "metadata",
    columns: &[("spec_version", Int), ("bytes", Blob)],
    key: "spec_version",
    changes: "",
    grows: true,
};

static HEADS: Table = Table {
    name: "heads",
    columns: &[("size", Int), ("root", Blob), ("at", Int)],
    key: "size",
    changes: "",
    grows: true,
};

static CHECKPOINTS: Table =
    Table { name: "checkpoints", columns: &[("size", Int), ("note", Text)], key: "size", changes: "", grows: true };

static COSIGNATURES: Table = Table {
    name: "cosignatures",
    columns: &[("size", Int), ("witness", Text), ("line", Text)],
    key: "size, witness",
    changes: "line",
    grows: true,
};

#[cfg(test)]
mod tests {
    use super::SCHEMA;
    use greatseal_protocol::{bytes::to_hex, hash::sha256};

    /// What was released stays, to the last space: databases hold these hashes, and another text is refused by all of them.
    #[test]
    fn migrations_are_those_that_were_released() {
        let hashes = SCHEMA
            .migrations
            .iter()
            .map(|migration| [migration.sqlite, migration.postgres].map(|text| to_hex(&sha256(&[text.as_bytes()]))));
        let released = RELEASED.map(|pair| pair.map(str::to_owned));
        assert_eq!(hashes.collect::<Vec<_>>(), released);
    }

    const RELEASED: [[&str; 2]; 2] = [
        [
            "7e1bf8a6d489c4c8a70ccc4fb6287999d7f4177550823e2f16b025de9b3e6e1b",
            "9d1a6e0c607f3c02f786e593836a6ba6163bece126c2b2e6c9036b6ca5a6e071",
        ],
        [
            "e13811e93515a8d370a3c37dd17b863cd85cb507ae41ba96868d71ce6fefa7f6",
            "a87dfe5662f102dec372e66e337900b489ca26b7760a98f0cfb6302bf716ae72",
        ],
    ];
}
