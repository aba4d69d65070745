-- The trail of the evidence: a leaf for each row, in the order in which rows were added, in the transaction that added them.
-- Leaf 0 is the journal itself. docs/protocol/trail.md says what is hashed.
CREATE TABLE trail (
  seq   INTEGER PRIMARY KEY,
  -- 0 the journal, 1 attempt, 2 transaction, 3 carried, 4 ended, 5 outcome.
  kind  INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
  -- The row's key; of the journal, how many rows were carried over from a format without a trail.
  row   INTEGER NOT NULL,
  -- The second part of the key of a carried attempt.
  place INTEGER NOT NULL DEFAULT 0,
  leaf  BLOB NOT NULL CHECK (length(leaf) = 32)
) STRICT;
-- What the root of the trail depends on: 32 bytes for each bit of its size.
CREATE TABLE frontier (
  place  INTEGER PRIMARY KEY CHECK (place = 1),
  size   INTEGER NOT NULL,
  hashes BLOB NOT NULL
) STRICT;
INSERT INTO frontier VALUES (1, 0, x'');
CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER frontier_no_delete BEFORE DELETE ON frontier BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
