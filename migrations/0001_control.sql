-- Who may act, and whether anyone may.

CREATE TABLE controller_lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  -- Grows by one with every change of hands; every write carries it.
  epoch bigint NOT NULL CHECK (epoch > 0),
  expires_at timestamptz NOT NULL
);

CREATE TABLE kill_switch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  halted boolean NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL
);

INSERT INTO kill_switch (halted, set_at, set_by) VALUES (false, clock_timestamp(), 'migration');
