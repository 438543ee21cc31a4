-- What people said, and the rules every tick was planned under.

-- A person's word on one decision that waits for it. Bound to the decision as it was recorded.
CREATE TABLE approval (
  key text PRIMARY KEY,
  -- SHA-256 of the recorded decision; a word on anything else counts for nothing.
  digest text NOT NULL,
  by text NOT NULL,
  at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- given and rejected may still change; used: it was carried out; ended: it was not.
  state text NOT NULL CHECK (state IN ('given', 'rejected', 'used', 'ended')),
  CHECK (at < expires_at)
);

CREATE INDEX approval_given ON approval (key) WHERE state = 'given';

CREATE INDEX decision_waiting ON decision (key) WHERE kind = 'advised' AND mode = 'approve';

-- Pools somebody woke: they stay up until then.
CREATE TABLE pool_wake (
  pool text PRIMARY KEY,
  until timestamptz NOT NULL,
  by text NOT NULL,
  at timestamptz NOT NULL
);

-- Rulebooks by the SHA-256 of what they say, as the program's own JSON.
CREATE TABLE rulebook (
  digest text PRIMARY KEY,
  body bytea NOT NULL,
  first_at timestamptz NOT NULL
);

-- Null in ticks of older versions, which nobody can plan again exactly.
ALTER TABLE tick ADD COLUMN rulebook_digest text REFERENCES rulebook (digest);

CREATE INDEX tick_rulebook ON tick (rulebook_digest);
