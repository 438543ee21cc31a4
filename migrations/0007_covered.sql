-- Time off for which a commitment paid anyway: it saves nothing.

ALTER TABLE off_interval ADD COLUMN covered_us bigint NOT NULL DEFAULT 0
  CHECK (covered_us >= 0);

-- What each hour of being off saved, less what was covered, spread evenly over the time off.
CREATE OR REPLACE VIEW report_saved_hour AS
SELECT h.hour, o.node, o.pool, o.decision,
  round(extract(epoch FROM part.upper - part.lower), 6) AS off_seconds,
  round((o.rate_nanos::numeric * (span.us - coalesce(
      least(o.covered_us, whole.us)::numeric * span.us / nullif(whole.us, 0), 0))
    - o.storage_nanos::numeric * span.us) / 3600000000000000000, 18)
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
) part
CROSS JOIN LATERAL (
  SELECT (extract(epoch FROM part.upper - part.lower) * 1000000)::bigint AS us
) span
CROSS JOIN LATERAL (
  SELECT (extract(epoch FROM e.ended - o.off_from) * 1000000)::bigint AS us
) whole;
