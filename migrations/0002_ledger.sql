-- What was seen, decided and done.

-- One pass of the loop. Snapshot and plan are the program's own JSON, kept for replay and for a
-- restart; only the newest thousand are kept.
CREATE TABLE tick (
  taken_at timestamptz PRIMARY KEY,
  epoch bigint NOT NULL,
  snapshot bytea NOT NULL,
  plan bytea NOT NULL
);

-- The nodes of the newest tick.
CREATE TABLE node (
  id text PRIMARY KEY,
  cloud text NOT NULL,
  region text NOT NULL,
  type text NOT NULL,
  capacity text NOT NULL,
  state text NOT NULL,
  accelerators integer,
  launched_at timestamptz NOT NULL,
  target text,
  -- The last price known, in nano-dollars an hour.
  rate_nanos bigint,
  seen_at timestamptz NOT NULL,
  body jsonb NOT NULL
);

-- What the newest tick says of every subject, and since when it says so.
CREATE TABLE verdict (
  subject text PRIMARY KEY,
  pool text,
  intent text NOT NULL,
  code text NOT NULL,
  since timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  body jsonb NOT NULL
);

-- Every change of a verdict's code or intent.
CREATE TABLE verdict_change (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  subject text NOT NULL,
  pool text,
  intent text NOT NULL,
  code text NOT NULL,
  body jsonb NOT NULL
);

CREATE INDEX verdict_change_subject ON verdict_change (subject, at);

-- A decision is written once for each kind: advised first, intended when its pool is put on auto.
CREATE TABLE decision (
  key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('advised', 'intended')),
  tick_at timestamptz NOT NULL,
  subject text NOT NULL,
  pool text NOT NULL,
  intent text NOT NULL,
  mode text NOT NULL,
  code text NOT NULL,
  generation bigint NOT NULL,
  rate_nanos bigint,
  PRIMARY KEY (key, kind)
);

CREATE INDEX decision_tick ON decision (tick_at);

-- Append-only. Ids are in the order of the commits: every writer holds the lease's row.
CREATE TABLE ledger_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  key text NOT NULL,
  kind text NOT NULL,
  -- The attempt's number, else 0.
  number integer NOT NULL,
  epoch bigint NOT NULL,
  body jsonb NOT NULL,
  -- What makes an append that is repeated harmless.
  UNIQUE (key, kind, number)
);

CREATE FUNCTION ledger_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER ledger_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_event
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_refuse();

-- Alerts on their way, a row for each channel.
CREATE TABLE outbox (
  id text NOT NULL,
  channel text NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY,
  alert jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  -- Not to be claimed before; a claim moves it on, so that a claimer's death gives it back.
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  ended_at timestamptz,
  end_state text CHECK (end_state IN ('delivered', 'buried')),
  last_error text,
  PRIMARY KEY (id, channel),
  CHECK ((ended_at IS NULL) = (end_state IS NULL))
);

CREATE INDEX outbox_due ON outbox (due_at, number) WHERE ended_at IS NULL;
