import FleetModel
import Planner

/// The statements of one recorded tick; all of them in one transaction.
extension Session {
  /// Ticks of a time that has not come: the clock was ahead. The newest is what a start resumes
  /// from, and the newest thousand are kept, so they would hide every true one until then.
  func dropFuture(after moment: Timestamp) throws(Failure) {
    try query("DELETE FROM tick WHERE taken_at > $1", [.moment(moment)])
  }

  /// False when this tick is there already: nothing of it may be added again.
  func insertTick(_ rows: TickRows, epoch: Int64) throws(Failure) -> Bool {
    let digest = try rows.rulebook.map { body throws(Failure) in
      try keep(rulebook: body, at: rows.takenAt)
    }
    let result = try query(
      """
      INSERT INTO tick (taken_at, epoch, snapshot, plan, rulebook_digest)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (taken_at) DO NOTHING
      """,
      [
        .moment(rows.takenAt), .integer(epoch), .bytes(rows.snapshot), .bytes(rows.plan),
        .optionalText(digest),
      ])
    return result.affected == 1
  }

  /// Its digest; a rulebook that is there already is not written again.
  private func keep(rulebook: [UInt8], at moment: Timestamp) throws(Failure) -> String {
    try query(
      """
      INSERT INTO rulebook (digest, body, first_at) VALUES (encode(sha256($1), 'hex'), $1, $2)
      ON CONFLICT (digest) DO NOTHING
      """, [.bytes(rulebook), .moment(moment)])
    return try query("SELECT encode(sha256($1), 'hex')", [.bytes(rulebook)]).text(0, 0)
  }

  /// Adds times to their node-hours.
  func add(usage: String) throws(Failure) {
    guard usage != "[]" else { return }
    try query(
      """
      INSERT INTO node_hour AS h (hour, node, pool, cloud, region, type, capacity, accelerators,
        rate_nanos, billed_us, work_us, warm_idle_us, allocated_idle_us, free_idle_us, loading_us,
        draining_us, faulty_us, unobserved_us)
      SELECT 'epoch'::timestamptz + u.hour * interval '1 microsecond', u.node, u.pool, u.cloud,
        u.region, u.type, u.capacity, u.accelerators, u.rate_nanos, sum(u.billed_us),
        sum(u.buckets[1]), sum(u.buckets[2]), sum(u.buckets[3]), sum(u.buckets[4]),
        sum(u.buckets[5]), sum(u.buckets[6]), sum(u.buckets[7]), sum(u.buckets[8])
      FROM jsonb_to_recordset($1::jsonb) AS u (hour bigint, node text, pool text, cloud text,
        region text, type text, capacity text, accelerators integer, rate_nanos bigint,
        billed_us bigint, buckets bigint[])
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
      ON CONFLICT (hour, node, pool, type, capacity, accelerators, coalesce(rate_nanos, -1))
      DO UPDATE SET billed_us = h.billed_us + excluded.billed_us,
        work_us = h.work_us + excluded.work_us,
        warm_idle_us = h.warm_idle_us + excluded.warm_idle_us,
        allocated_idle_us = h.allocated_idle_us + excluded.allocated_idle_us,
        free_idle_us = h.free_idle_us + excluded.free_idle_us,
        loading_us = h.loading_us + excluded.loading_us,
        draining_us = h.draining_us + excluded.draining_us,
        faulty_us = h.faulty_us + excluded.faulty_us,
        unobserved_us = h.unobserved_us + excluded.unobserved_us
      """, [.text(usage)])
  }

  /// Opens, changes or closes off intervals; the later of two for one beginning wins.
  func put(off: String) throws(Failure) {
    guard off != "[]" else { return }
    try query(
      """
      INSERT INTO off_interval (node, off_from, off_until, pool, decision, rate_nanos,
        storage_nanos, restart_us, covered_us)
      SELECT DISTINCT ON (o.node, o.off_from) o.node,
        'epoch'::timestamptz + o.off_from * interval '1 microsecond',
        'epoch'::timestamptz + o.off_until * interval '1 microsecond', o.pool, o.decision,
        o.rate_nanos, o.storage_nanos, o.restart_us, o.covered_us
      FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (node text, off_from bigint,
        off_until bigint, pool text, decision text, rate_nanos bigint, storage_nanos bigint,
        restart_us bigint, covered_us bigint)) WITH ORDINALITY AS o
      ORDER BY o.node, o.off_from, o.ordinality DESC
      ON CONFLICT (node, off_from) DO UPDATE SET off_until = excluded.off_until,
        pool = excluded.pool, decision = excluded.decision, rate_nanos = excluded.rate_nanos,
        storage_nanos = excluded.storage_nanos, restart_us = excluded.restart_us,
        covered_us = excluded.covered_us
      """, [.text(off)])
  }

  /// The nodes of this tick, and no others.
  func put(nodes: String, at moment: Timestamp) throws(Failure) {
    try query(
      """
      INSERT INTO node AS n (id, cloud, region, type, capacity, state, accelerators, launched_at,
        target, rate_nanos, seen_at, body)
      SELECT r.id, r.cloud, r.region, r.type, r.capacity, r.state, r.accelerators,
        'epoch'::timestamptz + r.launched_at * interval '1 microsecond', r.target, r.rate_nanos,
        $2, r.body
      FROM jsonb_to_recordset($1::jsonb) AS r (id text, cloud text, region text, type text,
        capacity text, state text, accelerators integer, launched_at bigint, target text,
        rate_nanos bigint, body jsonb)
      ON CONFLICT (id) DO UPDATE SET cloud = excluded.cloud, region = excluded.region,
        type = excluded.type, capacity = excluded.capacity, state = excluded.state,
        accelerators = excluded.accelerators, launched_at = excluded.launched_at,
        target = excluded.target, rate_nanos = coalesce(excluded.rate_nanos, n.rate_nanos),
        seen_at = excluded.seen_at, body = excluded.body
      """, [.text(nodes), .moment(moment)])
    try query("DELETE FROM node WHERE seen_at <> $1", [.moment(moment)])
  }

  /// The verdicts of this tick; a change of code or intent also goes into the history.
  func put(verdicts: String, at moment: Timestamp) throws(Failure) {
    try query(
      """
      WITH said AS (
        SELECT * FROM jsonb_to_recordset($1::jsonb)
          AS s (subject text, pool text, intent text, code text, body jsonb)
      ), changed AS (
        INSERT INTO verdict_change (at, subject, pool, intent, code, body)
        SELECT $2, s.subject, s.pool, s.intent, s.code, s.body
        FROM said s LEFT JOIN verdict v USING (subject)
        WHERE v.subject IS NULL OR v.code <> s.code OR v.intent <> s.intent
        ORDER BY s.subject
      )
      INSERT INTO verdict AS v (subject, pool, intent, code, since, seen_at, body)
      SELECT subject, pool, intent, code, $2, $2, body FROM said
      ON CONFLICT (subject) DO UPDATE SET pool = excluded.pool, intent = excluded.intent,
        since = CASE WHEN v.code = excluded.code AND v.intent = excluded.intent
          THEN v.since ELSE excluded.since END,
        code = excluded.code, seen_at = excluded.seen_at, body = excluded.body
      """, [.text(verdicts), .moment(moment)])
    try query("DELETE FROM verdict WHERE seen_at <> $1", [.moment(moment)])
  }

  /// New decisions and, for each of them only, its first event, in the plan's order.
  func insert(
    decisions: String, at moment: Timestamp, _ epoch: Int64
  ) throws(Failure) {
    guard decisions != "[]" else { return }
    try query(
      """
      WITH made AS (
        SELECT * FROM jsonb_to_recordset($1::jsonb) AS d (position integer, key text, kind text,
          subject text, pool text, intent text, mode text, code text, generation bigint,
          at bigint, rate_nanos bigint, body jsonb)
      ), new AS (
        INSERT INTO decision (key, kind, tick_at, subject, pool, intent, mode, code, generation,
          rate_nanos)
        SELECT key, kind, $2, subject, pool, intent, mode, code, generation, rate_nanos FROM made
        ON CONFLICT (key, kind) DO NOTHING RETURNING key, kind
      )
      INSERT INTO ledger_event (at, key, kind, number, epoch, body)
      SELECT 'epoch'::timestamptz + made.at * interval '1 microsecond', key, kind, 0, $3, made.body
      FROM made JOIN new USING (key, kind) ORDER BY made.position
      ON CONFLICT (key, kind, number) DO NOTHING
      """, [.text(decisions), .moment(moment), .integer(epoch)])
  }

  /// A message for each alert and channel. Its id is made of the alert, so that the same alert
  /// recorded twice is one message.
  func insert(alerts: String, into channels: [String]) throws(Failure) {
    guard alerts != "[]", !channels.isEmpty else { return }
    try query(
      """
      INSERT INTO outbox (id, channel, alert, created_at, due_at)
      SELECT 'evt_' || left(encode(sha256(convert_to(concat_ws('|', a.value ->> 'kind',
          a.value ->> 'key', a.value ->> 'at'), 'UTF8')), 'hex'), 32),
        c.value #>> '{}', a.value, clock_timestamp(), clock_timestamp()
      FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS a (value, position)
      CROSS JOIN jsonb_array_elements($2::jsonb) AS c (value)
      ORDER BY a.position
      ON CONFLICT (id, channel) DO NOTHING
      """, [.text(alerts), .text(try JSON.text(channels))])
  }

  /// Keeps the newest ticks, and of the time before them the first of every hour, so that a change
  /// of the settings can be tried on weeks and not on hours.
  func dropTicks(beyond kept: Int64, hours: Int64) throws(Failure) {
    let dropped = try query(
      """
      DELETE FROM tick WHERE taken_at <= (
          SELECT taken_at FROM tick ORDER BY taken_at DESC OFFSET $1 LIMIT 1)
        AND taken_at NOT IN (
          SELECT min(taken_at) FROM tick GROUP BY date_trunc('hour', taken_at, 'UTC')
          ORDER BY 1 DESC LIMIT $2)
      """, [.integer(kept), .integer(hours)])
    guard dropped.affected > 0 else { return }
    try query(
      """
      DELETE FROM rulebook WHERE NOT EXISTS (
        SELECT 1 FROM tick WHERE tick.rulebook_digest = rulebook.digest)
      """)
  }

  /// The events of the decisions this tick was the first to record, in their order.
  func newEvents(of moment: Timestamp) throws(Failure) -> [LedgerEvent] {
    try Session.events(
      query(
        """
        SELECT e.id, e.at, e.key, e.body::text FROM ledger_event e
        JOIN decision d ON d.key = e.key AND d.kind = e.kind
        WHERE d.tick_at = $1 AND e.number = 0 ORDER BY e.id
        """, [.moment(moment)]))
  }
}
