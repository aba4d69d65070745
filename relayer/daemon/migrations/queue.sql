-- What is open. It is small and it changes, always in the transaction that adds the evidence which it is about:
-- nobody need read the history to know what there is to do.
CREATE TABLE queue (
  attempt    INTEGER PRIMARY KEY REFERENCES attempts (id),
  envelope   TEXT NOT NULL,
  -- The key that signed it; each has a share of the queue.
  signer     TEXT NOT NULL,
  -- First second of block time in which the contract no longer takes it.
  expiry     INTEGER NOT NULL,
  -- Lower ones go first.
  priority   INTEGER NOT NULL,
  -- Second of this machine's clock from which it is looked at again, and how often it was looked at in vain.
  not_before INTEGER NOT NULL DEFAULT 0,
  tries      INTEGER NOT NULL DEFAULT 0,
  -- Transactions that a fee was paid for and that did not carry it out.
  paid       INTEGER NOT NULL DEFAULT 0,
  -- The transaction in flight that carries it.
  tx         INTEGER REFERENCES transactions (id),
  -- What it waits for: an expectation at a block, never an outcome.
  code       TEXT,
  refusal    INTEGER,
  reason     TEXT,
  block      INTEGER
) STRICT;
-- One transaction at a time.
CREATE TABLE in_flight (
  place INTEGER PRIMARY KEY CHECK (place = 1),
  tx    INTEGER NOT NULL REFERENCES transactions (id)
) STRICT;
-- Zero in the file and one in the write-ahead log beside it, as long as a relayer has the journal open: a copy of the
-- file alone shows that it is not whole.
CREATE TABLE mark (
  place INTEGER PRIMARY KEY CHECK (place = 1),
  whole INTEGER NOT NULL
) STRICT;
INSERT INTO mark VALUES (1, 1);
CREATE INDEX carried_by_attempt ON carried (attempt, tx);
