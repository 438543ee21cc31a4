-- What reports are made from. Times are stored, not money: money is computed when it is asked for.

CREATE TABLE node_hour (
  hour timestamptz NOT NULL,
  node text NOT NULL,
  pool text NOT NULL,
  cloud text NOT NULL,
  region text NOT NULL,
  type text NOT NULL,
  capacity text NOT NULL,
  accelerators integer NOT NULL,
  -- Nano-dollars an hour; null where no price is known, which is never zero.
  rate_nanos bigint,
  billed_us bigint NOT NULL CHECK (billed_us BETWEEN 0 AND 3600000000),
  -- Accelerator-microseconds, a column for each bucket.
  work_us bigint NOT NULL CHECK (work_us >= 0),
  warm_idle_us bigint NOT NULL CHECK (warm_idle_us >= 0),
  allocated_idle_us bigint NOT NULL CHECK (allocated_idle_us >= 0),
  free_idle_us bigint NOT NULL CHECK (free_idle_us >= 0),
  loading_us bigint NOT NULL CHECK (loading_us >= 0),
  draining_us bigint NOT NULL CHECK (draining_us >= 0),
  faulty_us bigint NOT NULL CHECK (faulty_us >= 0),
  unobserved_us bigint NOT NULL CHECK (unobserved_us >= 0),
  -- Every billed moment of every accelerator is in exactly one bucket.
  CONSTRAINT node_hour_conserved CHECK (
    work_us + warm_idle_us + allocated_idle_us + free_idle_us + loading_us + draining_us
      + faulty_us + unobserved_us = billed_us * greatest(1, accelerators))
);

CREATE UNIQUE INDEX node_hour_identity
  ON node_hour (hour, node, pool, type, capacity, accelerators, coalesce(rate_nanos, -1));

CREATE TABLE off_interval (
  node text NOT NULL,
  off_from timestamptz NOT NULL,
  off_until timestamptz,
  pool text NOT NULL,
  decision text NOT NULL,
  rate_nanos bigint NOT NULL,
  storage_nanos bigint NOT NULL,
  restart_us bigint NOT NULL CHECK (restart_us >= 0),
  PRIMARY KEY (node, off_from),
  CHECK (off_until >= off_from)
);

CREATE INDEX off_interval_until ON off_interval (off_until);

CREATE TABLE node_capability (
  node_type text NOT NULL,
  model text NOT NULL,
  measured_at timestamptz NOT NULL,
  -- Why the figures should not be used.
  invalid text,
  body jsonb NOT NULL,
  PRIMARY KEY (node_type, model, measured_at)
);
