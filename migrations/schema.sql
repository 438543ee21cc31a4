SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.ledger_event_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION public.sample_partition_make(day date) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  name text := 'sample_' || to_char(day, 'YYYYMMDD');
  lower timestamptz := day::timestamp AT TIME ZONE 'UTC';
  upper timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('finops.sample_partition'));
  IF to_regclass(name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE sample INCLUDING DEFAULTS)', name);
  EXECUTE format(
    'ALTER TABLE sample ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, lower, upper);
  RETURN true;
END
$$;

CREATE FUNCTION public.sample_partitions_drop(before timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  name text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('finops.sample_partition'));
  FOR name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'sample'::regclass ORDER BY c.relname
  LOOP
    IF (to_date(right(name, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' <= before THEN
      EXECUTE format('DROP TABLE %I', name);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  RETURN dropped;
END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.approval (
    key text NOT NULL,
    digest text NOT NULL,
    by text NOT NULL,
    at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    CONSTRAINT approval_check CHECK ((at < expires_at)),
    CONSTRAINT approval_state_check CHECK ((state = ANY (ARRAY['given'::text, 'rejected'::text, 'used'::text, 'ended'::text])))
);

CREATE TABLE public.controller_lease (
    name text NOT NULL,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT controller_lease_epoch_check CHECK ((epoch > 0))
);

CREATE TABLE public.decision (
    key text NOT NULL,
    kind text NOT NULL,
    tick_at timestamp with time zone NOT NULL,
    subject text NOT NULL,
    pool text NOT NULL,
    intent text NOT NULL,
    mode text NOT NULL,
    code text NOT NULL,
    generation bigint NOT NULL,
    rate_nanos bigint,
    CONSTRAINT decision_kind_check CHECK ((kind = ANY (ARRAY['advised'::text, 'intended'::text])))
);

CREATE TABLE public.gpu (
    id integer NOT NULL,
    target text NOT NULL,
    uuid text NOT NULL,
    model text NOT NULL
);

ALTER TABLE public.gpu ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.gpu_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kill_switch (
    only_row boolean DEFAULT true NOT NULL,
    halted boolean NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by text NOT NULL,
    CONSTRAINT kill_switch_only_row_check CHECK (only_row)
);

CREATE TABLE public.ledger_event (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    epoch bigint NOT NULL,
    body jsonb NOT NULL
);

ALTER TABLE public.ledger_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ledger_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.node (
    id text NOT NULL,
    cloud text NOT NULL,
    region text NOT NULL,
    type text NOT NULL,
    capacity text NOT NULL,
    state text NOT NULL,
    accelerators integer,
    launched_at timestamp with time zone NOT NULL,
    target text,
    rate_nanos bigint,
    seen_at timestamp with time zone NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE public.node_capability (
    node_type text NOT NULL,
    model text NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    invalid text,
    body jsonb NOT NULL
);

CREATE TABLE public.node_hour (
    hour timestamp with time zone NOT NULL,
    node text NOT NULL,
    pool text NOT NULL,
    cloud text NOT NULL,
    region text NOT NULL,
    type text NOT NULL,
    capacity text NOT NULL,
    accelerators integer NOT NULL,
    rate_nanos bigint,
    billed_us bigint NOT NULL,
    work_us bigint NOT NULL,
    warm_idle_us bigint NOT NULL,
    allocated_idle_us bigint NOT NULL,
    free_idle_us bigint NOT NULL,
    loading_us bigint NOT NULL,
    draining_us bigint NOT NULL,
    faulty_us bigint NOT NULL,
    unobserved_us bigint NOT NULL,
    CONSTRAINT node_hour_allocated_idle_us_check CHECK ((allocated_idle_us >= 0)),
    CONSTRAINT node_hour_billed_us_check CHECK (((billed_us >= 0) AND (billed_us <= '3600000000'::bigint))),
    CONSTRAINT node_hour_conserved CHECK (((((((((work_us + warm_idle_us) + allocated_idle_us) + free_idle_us) + loading_us) + draining_us) + faulty_us) + unobserved_us) = (billed_us * GREATEST(1, accelerators)))),
    CONSTRAINT node_hour_draining_us_check CHECK ((draining_us >= 0)),
    CONSTRAINT node_hour_faulty_us_check CHECK ((faulty_us >= 0)),
    CONSTRAINT node_hour_free_idle_us_check CHECK ((free_idle_us >= 0)),
    CONSTRAINT node_hour_loading_us_check CHECK ((loading_us >= 0)),
    CONSTRAINT node_hour_unobserved_us_check CHECK ((unobserved_us >= 0)),
    CONSTRAINT node_hour_warm_idle_us_check CHECK ((warm_idle_us >= 0)),
    CONSTRAINT node_hour_work_us_check CHECK ((work_us >= 0))
);

CREATE TABLE public.off_interval (
    node text NOT NULL,
    off_from timestamp with time zone NOT NULL,
    off_until timestamp with time zone,
    pool text NOT NULL,
    decision text NOT NULL,
    rate_nanos bigint NOT NULL,
    storage_nanos bigint NOT NULL,
    restart_us bigint NOT NULL,
    covered_us bigint DEFAULT 0 NOT NULL,
    CONSTRAINT off_interval_check CHECK ((off_until >= off_from)),
    CONSTRAINT off_interval_covered_us_check CHECK ((covered_us >= 0)),
    CONSTRAINT off_interval_restart_us_check CHECK ((restart_us >= 0))
);

CREATE TABLE public.outbox (
    id text NOT NULL,
    channel text NOT NULL,
    number bigint NOT NULL,
    alert jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    ended_at timestamp with time zone,
    end_state text,
    last_error text,
    CONSTRAINT outbox_check CHECK (((ended_at IS NULL) = (end_state IS NULL))),
    CONSTRAINT outbox_end_state_check CHECK ((end_state = ANY (ARRAY['delivered'::text, 'buried'::text])))
);

ALTER TABLE public.outbox ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pool_wake (
    pool text NOT NULL,
    until timestamp with time zone NOT NULL,
    by text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE VIEW public.report_capability AS
 SELECT node_capability.node_type,
    node_capability.model,
    node_capability.measured_at,
    node_capability.invalid,
    ((node_capability.body ->> 'achievedRate'::text))::double precision AS requests_per_second,
    ((node_capability.body ->> 'outputTokensPerSecond'::text))::double precision AS output_tokens_per_second
   FROM public.node_capability;

CREATE VIEW public.report_event AS
 SELECT e.id,
    e.at,
    e.key,
    e.kind,
    d.subject,
    d.pool,
    d.intent,
    d.mode,
    d.code AS reason,
    round(((d.rate_nanos)::numeric / 1000000000.0), 9) AS rate
   FROM (public.ledger_event e
     LEFT JOIN LATERAL ( SELECT decision.key,
            decision.kind,
            decision.tick_at,
            decision.subject,
            decision.pool,
            decision.intent,
            decision.mode,
            decision.code,
            decision.generation,
            decision.rate_nanos
           FROM public.decision
          WHERE (decision.key = e.key)
          ORDER BY decision.kind DESC
         LIMIT 1) d ON (true));

CREATE TABLE public.verdict (
    subject text NOT NULL,
    pool text,
    intent text NOT NULL,
    code text NOT NULL,
    since timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    body jsonb NOT NULL
);

CREATE VIEW public.report_node AS
 SELECT n.id AS node,
    v.pool,
    n.cloud,
    n.region,
    n.type,
    n.capacity,
    n.state,
    n.accelerators,
    round(((n.rate_nanos)::numeric / 1000000000.0), 9) AS rate,
    n.launched_at,
    n.target,
    n.seen_at,
    v.intent,
    v.code AS reason,
    v.since
   FROM (public.node n
     LEFT JOIN public.verdict v ON ((v.subject = ('node/'::text || n.id))));

CREATE VIEW public.report_node_hour AS
 SELECT node_hour.hour,
    node_hour.node,
    node_hour.pool,
    node_hour.cloud,
    node_hour.region,
    node_hour.type,
    node_hour.capacity,
    node_hour.accelerators,
    round(((node_hour.billed_us)::numeric / 1000000.0), 6) AS billed_seconds,
    round(((node_hour.rate_nanos)::numeric / 1000000000.0), 9) AS rate,
    round((((node_hour.rate_nanos)::numeric * (node_hour.billed_us)::numeric) / ('3600000000000000000'::bigint)::numeric), 18) AS effective,
    round((((node_hour.rate_nanos)::numeric * (node_hour.work_us)::numeric) / (('3600000000000000000'::bigint)::numeric * (GREATEST(1, node_hour.accelerators))::numeric)), 18) AS productive,
    round((((node_hour.rate_nanos)::numeric * (((node_hour.warm_idle_us + node_hour.allocated_idle_us) + node_hour.free_idle_us))::numeric) / (('3600000000000000000'::bigint)::numeric * (GREATEST(1, node_hour.accelerators))::numeric)), 18) AS idle,
    round((((node_hour.rate_nanos)::numeric * ((((node_hour.loading_us + node_hour.draining_us) + node_hour.faulty_us) + node_hour.unobserved_us))::numeric) / (('3600000000000000000'::bigint)::numeric * (GREATEST(1, node_hour.accelerators))::numeric)), 18) AS overhead,
    round(((node_hour.work_us)::numeric / 1000000.0), 6) AS productive_seconds,
    round(((((node_hour.warm_idle_us + node_hour.allocated_idle_us) + node_hour.free_idle_us))::numeric / 1000000.0), 6) AS idle_seconds,
    round((((((node_hour.loading_us + node_hour.draining_us) + node_hour.faulty_us) + node_hour.unobserved_us))::numeric / 1000000.0), 6) AS overhead_seconds,
    round(((node_hour.unobserved_us)::numeric / 1000000.0), 6) AS unobserved_seconds
   FROM public.node_hour;

CREATE TABLE public.sample (
    ts timestamp with time zone NOT NULL,
    total_energy bigint,
    nvlink_bandwidth bigint,
    pcie_transmit bigint,
    pcie_receive bigint,
    xid_errors bigint,
    pcie_replays bigint,
    uncorrectable_remapped_rows bigint,
    correctable_remapped_rows bigint,
    gpu_id integer NOT NULL,
    power_usage real,
    gpu_utilization real,
    memory_copy_utilization real,
    encoder_utilization real,
    decoder_utilization real,
    engine_active real,
    tensor_active real,
    dram_active real,
    memory_free integer,
    memory_used integer,
    memory_reserved integer,
    sm_clock smallint,
    memory_clock smallint,
    memory_temperature smallint,
    gpu_temperature smallint,
    vgpu_license smallint,
    row_remap_failure smallint
)
PARTITION BY RANGE (ts);

CREATE VIEW public.report_sample AS
 SELECT s.ts,
    g.target,
    g.uuid,
    g.model,
    s.gpu_utilization,
    s.engine_active,
    s.tensor_active,
    s.dram_active,
    s.memory_used,
    s.memory_free,
    s.power_usage,
    s.gpu_temperature
   FROM (public.sample s
     JOIN public.gpu g ON ((g.id = s.gpu_id)));

CREATE TABLE public.tick (
    taken_at timestamp with time zone NOT NULL,
    epoch bigint NOT NULL,
    snapshot bytea NOT NULL,
    plan bytea NOT NULL,
    rulebook_digest text
);

CREATE VIEW public.report_saved_hour AS
 SELECT h.hour,
    o.node,
    o.pool,
    o.decision,
    round(EXTRACT(epoch FROM (part.upper - part.lower)), 6) AS off_seconds,
    (round(((((o.rate_nanos)::numeric * ((span.us)::numeric - COALESCE((((LEAST(o.covered_us, whole.us))::numeric * (span.us)::numeric) / (NULLIF(whole.us, 0))::numeric), (0)::numeric))) - ((o.storage_nanos)::numeric * (span.us)::numeric)) / ('3600000000000000000'::bigint)::numeric), 18) -
        CASE
            WHEN ((o.off_until >= h.hour) AND (o.off_until < (h.hour + '01:00:00'::interval))) THEN round((((o.rate_nanos)::numeric * (o.restart_us)::numeric) / ('3600000000000000000'::bigint)::numeric), 18)
            ELSE (0)::numeric
        END) AS saved
   FROM (((((public.off_interval o
     CROSS JOIN LATERAL ( SELECT GREATEST(o.off_from, COALESCE(o.off_until, ( SELECT max(tick.taken_at) AS max
                   FROM public.tick))) AS ended) e)
     CROSS JOIN LATERAL generate_series(date_trunc('hour'::text, o.off_from, 'UTC'::text), date_trunc('hour'::text, e.ended, 'UTC'::text), '01:00:00'::interval) h(hour))
     CROSS JOIN LATERAL ( SELECT GREATEST(o.off_from, h.hour) AS lower,
            LEAST(e.ended, (h.hour + '01:00:00'::interval)) AS upper) part)
     CROSS JOIN LATERAL ( SELECT ((EXTRACT(epoch FROM (part.upper - part.lower)) * (1000000)::numeric))::bigint AS us) span)
     CROSS JOIN LATERAL ( SELECT ((EXTRACT(epoch FROM (e.ended - o.off_from)) * (1000000)::numeric))::bigint AS us) whole);

CREATE TABLE public.verdict_change (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    subject text NOT NULL,
    pool text,
    intent text NOT NULL,
    code text NOT NULL,
    body jsonb NOT NULL
);

CREATE VIEW public.report_verdict_change AS
 SELECT verdict_change.at,
    verdict_change.subject,
    verdict_change.pool,
    verdict_change.intent,
    verdict_change.code AS reason
   FROM public.verdict_change;

CREATE TABLE public.rulebook (
    digest text NOT NULL,
    body bytea NOT NULL,
    first_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sample_batch (
    id text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    row_count integer NOT NULL
);

CREATE TABLE public.schema_migration (
    version bigint NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

ALTER TABLE public.verdict_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.verdict_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.controller_lease
    ADD CONSTRAINT controller_lease_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (key, kind);

ALTER TABLE ONLY public.gpu
    ADD CONSTRAINT gpu_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.gpu
    ADD CONSTRAINT gpu_target_uuid_key UNIQUE (target, uuid);

ALTER TABLE ONLY public.kill_switch
    ADD CONSTRAINT kill_switch_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.ledger_event
    ADD CONSTRAINT ledger_event_key_kind_number_key UNIQUE (key, kind, number);

ALTER TABLE ONLY public.ledger_event
    ADD CONSTRAINT ledger_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.node_capability
    ADD CONSTRAINT node_capability_pkey PRIMARY KEY (node_type, model, measured_at);

ALTER TABLE ONLY public.node
    ADD CONSTRAINT node_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.off_interval
    ADD CONSTRAINT off_interval_pkey PRIMARY KEY (node, off_from);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id, channel);

ALTER TABLE ONLY public.pool_wake
    ADD CONSTRAINT pool_wake_pkey PRIMARY KEY (pool);

ALTER TABLE ONLY public.rulebook
    ADD CONSTRAINT rulebook_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.sample_batch
    ADD CONSTRAINT sample_batch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.tick
    ADD CONSTRAINT tick_pkey PRIMARY KEY (taken_at);

ALTER TABLE ONLY public.verdict_change
    ADD CONSTRAINT verdict_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.verdict
    ADD CONSTRAINT verdict_pkey PRIMARY KEY (subject);

CREATE INDEX approval_given ON public.approval USING btree (key) WHERE (state = 'given'::text);

CREATE INDEX decision_tick ON public.decision USING btree (tick_at);

CREATE INDEX decision_waiting ON public.decision USING btree (key) WHERE ((kind = 'advised'::text) AND (mode = 'approve'::text));

CREATE UNIQUE INDEX node_hour_identity ON public.node_hour USING btree (hour, node, pool, type, capacity, accelerators, COALESCE(rate_nanos, ('-1'::integer)::bigint));

CREATE INDEX off_interval_until ON public.off_interval USING btree (off_until);

CREATE INDEX outbox_due ON public.outbox USING btree (due_at, number) WHERE (ended_at IS NULL);

CREATE INDEX sample_batch_stored ON public.sample_batch USING brin (stored_at);

CREATE INDEX sample_ts ON ONLY public.sample USING brin (ts);

CREATE INDEX tick_rulebook ON public.tick USING btree (rulebook_digest);

CREATE INDEX verdict_change_subject ON public.verdict_change USING btree (subject, at);

CREATE TRIGGER ledger_event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_event FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_event_refuse();

ALTER TABLE ONLY public.tick
    ADD CONSTRAINT tick_rulebook_digest_fkey FOREIGN KEY (rulebook_digest) REFERENCES public.rulebook(digest);
