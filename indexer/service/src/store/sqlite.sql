-- The audit database on SQLite. BIGINT, TEXT and BLOB only: PostgreSQL has the same columns under its own names.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- The cursor: what the next transaction must follow. One row, changed in the same transaction as the rows.
CREATE TABLE reached (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    next_block BIGINT NOT NULL,
    block_hash BLOB,
    row_hash   BLOB   NOT NULL,
    row_count  BIGINT NOT NULL
);

CREATE TABLE blocks (
    number  BIGINT NOT NULL PRIMARY KEY,
    hash    BLOB   NOT NULL,
    parent  BLOB   NOT NULL,
    time_ms BIGINT NOT NULL
);

-- `kind` and `proposal` repeat what the record says, so that it can be asked for; every start compares them.
CREATE TABLE events (
    seq             BIGINT NOT NULL PRIMARY KEY,
    kind            TEXT   NOT NULL,
    proposal        TEXT,
    block_number    BIGINT NOT NULL,
    block_hash      BLOB   NOT NULL,
    extrinsic_index BIGINT NOT NULL,
    event_index     BIGINT NOT NULL,
    record          BLOB   NOT NULL,
    previous        BLOB   NOT NULL,
    hash            BLOB   NOT NULL,
    UNIQUE (block_number, event_index)
);
CREATE INDEX events_by_kind ON events (kind, seq);
CREATE INDEX events_by_proposal ON events (proposal, seq);

CREATE TABLE documents (
    sha256 BLOB NOT NULL PRIMARY KEY,
    bytes  BLOB NOT NULL
);

-- Against mistakes, not against the file's owner: against him there is the hash link.
CREATE TRIGGER events_keep    BEFORE UPDATE ON events    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_stay    BEFORE DELETE ON events    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER blocks_keep    BEFORE UPDATE ON blocks    BEGIN SELECT RAISE(ABORT, 'blocks are append-only'); END;
CREATE TRIGGER blocks_stay    BEFORE DELETE ON blocks    BEGIN SELECT RAISE(ABORT, 'blocks are append-only'); END;
CREATE TRIGGER documents_keep BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
CREATE TRIGGER documents_stay BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
CREATE TRIGGER meta_keep      BEFORE UPDATE ON meta      BEGIN SELECT RAISE(ABORT, 'meta never changes'); END;
CREATE TRIGGER meta_stay      BEFORE DELETE ON meta      BEGIN SELECT RAISE(ABORT, 'meta never changes'); END;
CREATE TRIGGER reached_stay   BEFORE DELETE ON reached   BEGIN SELECT RAISE(ABORT, 'the cursor stays'); END;
