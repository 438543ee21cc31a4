-- What dashboards and people may read: a stable contract over tables that may change.
-- Money is numeric dollars with 18 decimals, computed from integers; never a float.

CREATE VIEW report_node_hour AS
SELECT hour, node, pool, cloud, region, type, capacity, accelerators,
  round(billed_us / 1000000.0, 6) AS billed_seconds,
  round(rate_nanos / 1000000000.0, 9) AS rate,
  round(rate_nanos::numeric * billed_us / 3600000000000000000, 18) AS effective,
  round(rate_nanos::numeric * work_us
    / (3600000000000000000 * greatest(1, accelerators)::numeric), 18) AS productive,
  round(rate_nanos::numeric * (warm_idle_us + allocated_idle_us + free_idle_us)
    / (3600000000000000000 * greatest(1, accelerators)::numeric), 18) AS idle,
  round(rate_nanos::numeric * (loading_us + draining_us + faulty_us + unobserved_us)
    / (3600000000000000000 * greatest(1, accelerators)::numeric), 18) AS overhead,
  round(work_us / 1000000.0, 6) AS productive_seconds,
  round((warm_idle_us + allocated_idle_us + free_idle_us) / 1000000.0, 6) AS idle_seconds,
  round((loading_us + draining_us + faulty_us + unobserved_us) / 1000000.0, 6)
    AS overhead_seconds,
  round(unobserved_us / 1000000.0, 6) AS unobserved_seconds
FROM node_hour;

-- What each hour of being off saved. An interval that is still open counts up to the newest tick,
-- which is the controller's own clock. The restart is taken off in the hour it ended in.
CREATE VIEW report_saved_hour AS
SELECT h.hour, o.node, o.pool, o.decision,
  round(extract(epoch FROM part.upper - part.lower), 6) AS off_seconds,
  round((o.rate_nanos - o.storage_nanos)::numeric
    * (extract(epoch FROM part.upper - part.lower) * 1000000)::bigint / 3600000000000000000, 18)
  - CASE WHEN o.off_until >= h.hour AND o.off_until < h.hour + interval '1 hour'
      THEN round(o.rate_nanos::numeric * o.restart_us / 3600000000000000000, 18) ELSE 0 END
    AS saved
FROM off_interval o
CROSS JOIN LATERAL (
  SELECT greatest(o.off_from, coalesce(o.off_until, (SELECT max(taken_at) FROM tick))) AS ended
) e
CROSS JOIN LATERAL generate_series(
  date_trunc('hour', o.off_from, 'UTC'), date_trunc('hour', e.ended, 'UTC'), interval '1 hour'
) AS h (hour)
CROSS JOIN LATERAL (
  SELECT greatest(o.off_from, h.hour) AS lower, least(e.ended, h.hour + interval '1 hour') AS upper
) part;

CREATE VIEW report_node AS
SELECT n.id AS node, v.pool, n.cloud, n.region, n.type, n.capacity, n.state, n.accelerators,
  round(n.rate_nanos / 1000000000.0, 9) AS rate, n.launched_at, n.target, n.seen_at,
  v.intent, v.code AS reason, v.since
FROM node n LEFT JOIN verdict v ON v.subject = 'node/' || n.id;

CREATE VIEW report_event AS
SELECT e.id, e.at, e.key, e.kind, d.subject, d.pool, d.intent, d.mode, d.code AS reason,
  round(d.rate_nanos / 1000000000.0, 9) AS rate
FROM ledger_event e
LEFT JOIN LATERAL (
  SELECT * FROM decision WHERE decision.key = e.key ORDER BY kind DESC LIMIT 1
) d ON true;

CREATE VIEW report_verdict_change AS
SELECT at, subject, pool, intent, code AS reason FROM verdict_change;

CREATE VIEW report_sample AS
SELECT s.ts, g.target, g.uuid, g.model, s.gpu_utilization, s.engine_active, s.tensor_active,
  s.dram_active, s.memory_used, s.memory_free, s.power_usage, s.gpu_temperature
FROM sample s JOIN gpu g ON g.id = s.gpu_id;

CREATE VIEW report_capability AS
SELECT node_type, model, measured_at, invalid,
  (body ->> 'achievedRate')::double precision AS requests_per_second,
  (body ->> 'outputTokensPerSecond')::double precision AS output_tokens_per_second
FROM node_capability;

-- The dashboards' role: the views and nothing else. Where we may not make roles, whoever runs the
-- database grants the same by hand (docs of the dashboards say how).
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'finops_reader') THEN
    CREATE ROLE finops_reader NOLOGIN;
  END IF;
EXCEPTION
  WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'finops_reader') THEN
    GRANT USAGE ON SCHEMA public TO finops_reader;
    GRANT SELECT ON report_node_hour, report_saved_hour, report_node, report_event,
      report_verdict_change, report_sample, report_capability TO finops_reader;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END
$$;
