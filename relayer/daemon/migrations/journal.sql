-- The evidence: what was accepted, what was sent, what became of it. Rows are only ever added. Journals of the first
-- format hold exactly this, so that nothing here may change.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE attempts (
  id       INTEGER PRIMARY KEY,
  envelope TEXT NOT NULL,
  bytes    BLOB NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_envelope ON attempts (envelope, id);
CREATE TABLE transactions (
  id    INTEGER PRIMARY KEY,
  -- Not unique: an Ed25519 account that tries the same again in the same block makes the same bytes.
  hash  TEXT NOT NULL,
  nonce INTEGER NOT NULL,
  born  INTEGER NOT NULL,
  dies  INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  at    INTEGER NOT NULL
) STRICT;
CREATE TABLE carried (
  tx      INTEGER NOT NULL REFERENCES transactions (id),
  place   INTEGER NOT NULL,
  attempt INTEGER NOT NULL REFERENCES attempts (id),
  PRIMARY KEY (tx, place)
) STRICT;
CREATE TABLE ended (
  tx     INTEGER PRIMARY KEY REFERENCES transactions (id),
  kind   TEXT NOT NULL CHECK (kind IN ('succeeded', 'failed', 'expired', 'refused')),
  block  INTEGER,
  reason TEXT,
  at     INTEGER NOT NULL
) STRICT;
CREATE TABLE outcomes (
  attempt  INTEGER PRIMARY KEY REFERENCES attempts (id),
  state    TEXT NOT NULL CHECK (state IN ('applied', 'refused', 'failed')),
  refusal  INTEGER,
  reason   TEXT,
  tx       INTEGER REFERENCES transactions (id),
  block    INTEGER,
  seq      INTEGER,
  at       INTEGER NOT NULL
) STRICT;
CREATE TRIGGER attempts_no_update BEFORE UPDATE ON attempts BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER attempts_no_delete BEFORE DELETE ON attempts BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER transactions_no_update BEFORE UPDATE ON transactions BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER transactions_no_delete BEFORE DELETE ON transactions BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER carried_no_update BEFORE UPDATE ON carried BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER carried_no_delete BEFORE DELETE ON carried BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER ended_no_update BEFORE UPDATE ON ended BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER ended_no_delete BEFORE DELETE ON ended BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER outcomes_no_update BEFORE UPDATE ON outcomes BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER outcomes_no_delete BEFORE DELETE ON outcomes BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
