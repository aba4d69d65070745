-- The audit database on SQLite. BIGINT, TEXT and BLOB only: PostgreSQL has the same columns under its own names.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- The cursor: what the next transaction must follow. One row, changed in the same transaction as the rows. `root` and
-- `frontier` are of the tree of the first `size` leaves.
CREATE TABLE reached (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    next_block BIGINT NOT NULL,
    block_hash BLOB,
    size       BIGINT NOT NULL,
    root       BLOB   NOT NULL,
    frontier   BLOB   NOT NULL
);

-- `proof` and `justifications` of blocks that have events of the contract.
CREATE TABLE blocks (
    number         BIGINT NOT NULL PRIMARY KEY,
    hash           BLOB   NOT NULL,
    time_ms        BIGINT NOT NULL,
    header         BLOB   NOT NULL,
    spec_version   BIGINT NOT NULL,
    proof          BLOB,
    justifications BLOB
);

-- `kind` and `proposal` repeat what the record says, so that it can be asked for; every start compares them. `leaf` is the
-- hash of the leaf that the columns make up.
CREATE TABLE events (
    seq             BIGINT NOT NULL PRIMARY KEY,
    kind            TEXT   NOT NULL,
    proposal        TEXT,
    block_number    BIGINT NOT NULL REFERENCES blocks (number),
    extrinsic_index BIGINT NOT NULL,
    event_index     BIGINT NOT NULL,
    tx              BLOB   NOT NULL,
    record          BLOB   NOT NULL,
    leaf            BLOB   NOT NULL,
    UNIQUE (block_number, event_index)
);
CREATE INDEX events_by_kind ON events (kind, seq);
CREATE INDEX events_by_proposal ON events (proposal, seq);

-- Roots of complete subtrees of 256 (level 1), 65,536 (level 2), ... leaves: what tiles of higher levels are made of.
CREATE TABLE nodes (
    level  BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash   BLOB   NOT NULL,
    PRIMARY KEY (level, number)
);

-- What brought the events: signed envelopes, and whole transactions of those that came without one.
CREATE TABLE envelopes (
    digest BLOB NOT NULL PRIMARY KEY,
    bytes  BLOB NOT NULL
);
CREATE TABLE transactions (
    hash  BLOB NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
);

-- By which the events of blocks are read, by the version of the runtime.
CREATE TABLE metadata (
    spec_version BIGINT NOT NULL PRIMARY KEY,
    bytes        BLOB   NOT NULL
);

-- Heads of the tree that a checkpoint was to be signed of: written before the key is used. Every start compares them with
-- the leaves, and the file `.head` beside the database has the last one.
CREATE TABLE heads (
    size BIGINT NOT NULL PRIMARY KEY,
    root BLOB   NOT NULL,
    at   BIGINT NOT NULL
);
-- The signed notes of these heads.
CREATE TABLE checkpoints (
    size BIGINT NOT NULL PRIMARY KEY REFERENCES heads (size),
    note TEXT   NOT NULL
);
-- What witnesses have added to them: the newest of each.
CREATE TABLE cosignatures (
    size    BIGINT NOT NULL REFERENCES checkpoints (size),
    witness TEXT   NOT NULL,
    line    TEXT   NOT NULL,
    PRIMARY KEY (size, witness)
);

-- Against mistakes, not against the file's owner: against him there are checkpoints and their witnesses.
CREATE TRIGGER events_keep       BEFORE UPDATE ON events       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_stay       BEFORE DELETE ON events       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER blocks_keep       BEFORE UPDATE ON blocks       BEGIN SELECT RAISE(ABORT, 'blocks are append-only'); END;
CREATE TRIGGER blocks_stay       BEFORE DELETE ON blocks       BEGIN SELECT RAISE(ABORT, 'blocks are append-only'); END;
CREATE TRIGGER nodes_keep        BEFORE UPDATE ON nodes        BEGIN SELECT RAISE(ABORT, 'nodes are append-only'); END;
CREATE TRIGGER nodes_stay        BEFORE DELETE ON nodes        BEGIN SELECT RAISE(ABORT, 'nodes are append-only'); END;
CREATE TRIGGER envelopes_keep    BEFORE UPDATE ON envelopes    BEGIN SELECT RAISE(ABORT, 'envelopes are append-only'); END;
CREATE TRIGGER envelopes_stay    BEFORE DELETE ON envelopes    BEGIN SELECT RAISE(ABORT, 'envelopes are append-only'); END;
CREATE TRIGGER transactions_keep BEFORE UPDATE ON transactions BEGIN SELECT RAISE(ABORT, 'transactions are append-only'); END;
CREATE TRIGGER transactions_stay BEFORE DELETE ON transactions BEGIN SELECT RAISE(ABORT, 'transactions are append-only'); END;
CREATE TRIGGER metadata_keep     BEFORE UPDATE ON metadata     BEGIN SELECT RAISE(ABORT, 'metadata is append-only'); END;
CREATE TRIGGER metadata_stay     BEFORE DELETE ON metadata     BEGIN SELECT RAISE(ABORT, 'metadata is append-only'); END;
CREATE TRIGGER heads_keep        BEFORE UPDATE ON heads        BEGIN SELECT RAISE(ABORT, 'heads are append-only'); END;
CREATE TRIGGER heads_stay        BEFORE DELETE ON heads        BEGIN SELECT RAISE(ABORT, 'heads are append-only'); END;
CREATE TRIGGER checkpoints_keep  BEFORE UPDATE ON checkpoints  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_stay  BEFORE DELETE ON checkpoints  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER cosignatures_stay BEFORE DELETE ON cosignatures BEGIN SELECT RAISE(ABORT, 'cosignatures stay'); END;
CREATE TRIGGER meta_keep         BEFORE UPDATE ON meta         BEGIN SELECT RAISE(ABORT, 'meta never changes'); END;
CREATE TRIGGER meta_stay         BEFORE DELETE ON meta         BEGIN SELECT RAISE(ABORT, 'meta never changes'); END;
CREATE TRIGGER reached_stay      BEFORE DELETE ON reached      BEGIN SELECT RAISE(ABORT, 'the cursor stays'); END;
