-- The audit database on PostgreSQL: the tables of SQLite, whose file says what they are for. Texts are ordered by their bytes.

CREATE TABLE meta (
    key   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE reached (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    next_block BIGINT NOT NULL,
    block_hash BYTEA,
    size       BIGINT NOT NULL,
    root       BYTEA  NOT NULL,
    frontier   BYTEA  NOT NULL
);

CREATE TABLE blocks (
    number         BIGINT NOT NULL PRIMARY KEY,
    hash           BYTEA  NOT NULL,
    time_ms        BIGINT NOT NULL,
    header         BYTEA  NOT NULL,
    spec_version   BIGINT NOT NULL,
    proof          BYTEA,
    justifications BYTEA
);

CREATE TABLE events (
    seq             BIGINT NOT NULL PRIMARY KEY,
    kind            TEXT COLLATE "C" NOT NULL,
    proposal        TEXT COLLATE "C",
    block_number    BIGINT NOT NULL REFERENCES blocks (number),
    extrinsic_index BIGINT NOT NULL,
    event_index     BIGINT NOT NULL,
    tx              BYTEA  NOT NULL,
    record          BYTEA  NOT NULL,
    leaf            BYTEA  NOT NULL,
    UNIQUE (block_number, event_index)
);
CREATE INDEX events_by_kind ON events (kind, seq);
CREATE INDEX events_by_proposal ON events (proposal, seq);

CREATE TABLE nodes (
    level  BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash   BYTEA  NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE envelopes (
    digest BYTEA NOT NULL PRIMARY KEY,
    bytes  BYTEA NOT NULL
);
CREATE TABLE transactions (
    hash  BYTEA NOT NULL PRIMARY KEY,
    bytes BYTEA NOT NULL
);

CREATE TABLE metadata (
    spec_version BIGINT NOT NULL PRIMARY KEY,
    bytes        BYTEA  NOT NULL
);

CREATE TABLE heads (
    size BIGINT NOT NULL PRIMARY KEY,
    root BYTEA  NOT NULL,
    at   BIGINT NOT NULL
);
CREATE TABLE checkpoints (
    size BIGINT NOT NULL PRIMARY KEY REFERENCES heads (size),
    note TEXT   NOT NULL
);
CREATE TABLE cosignatures (
    size    BIGINT NOT NULL REFERENCES checkpoints (size),
    witness TEXT COLLATE "C" NOT NULL,
    line    TEXT   NOT NULL,
    PRIMARY KEY (size, witness)
);

-- Against mistakes of the tables' owner: other accounts have no rights to do so, and against the owner there are checkpoints and
-- their witnesses. The function comes with the table of migrations.
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON events       FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON blocks       FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON nodes        FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON envelopes    FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON metadata     FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON heads        FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints  FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON meta         FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE           ON cosignatures FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE           ON reached      FOR EACH STATEMENT EXECUTE FUNCTION refuse();
