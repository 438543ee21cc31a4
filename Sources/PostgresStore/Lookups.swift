public import FleetModel
public import Planner
public import Ports

/// A node as the newest tick left it.
public struct CurrentNode: Sendable, Hashable {
  public var node: Node
  public var target: Target?
  /// The last price known; nil where none ever was.
  public var rate: HourlyRate?
  public var verdict: Verdict?
  /// Since when the verdict has had this code and intent.
  public var verdictSince: Timestamp?
  public var seenAt: Timestamp
}

/// What pages and commands ask, beside the ports.
extension PostgresStore {
  /// Sets or clears the kill switch; `by` says who, for people.
  public func haltSwitch(set halted: Bool, by person: String = "") async throws(StoreError) {
    try await transact { session throws(Failure) in
      try session.query(
        "UPDATE kill_switch SET halted = $1, set_at = clock_timestamp(), set_by = $2",
        [.boolean(halted), .text(person)])
    }
  }

  /// The newest ledger events, newest first.
  public func recentDecisions(limit: Int) async throws(StoreError) -> [LedgerEvent] {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        "SELECT id, at, key, body::text FROM ledger_event ORDER BY id DESC LIMIT $1",
        [.integer(Int64(limit))])
      return try Session.events(rows)
    }
  }

  /// Ledger events after an id, in the order they happened; for whoever folds them.
  public func events(after id: Int64, limit: Int = 1000) async throws(StoreError) -> [LedgerEvent] {
    try await transact { session throws(Failure) in
      try session.events(after: id, limit: Int64(limit))
    }
  }

  /// Until when the fleet was watched: the newest tick; nil before the first one.
  ///
  /// What is off is known to be off until then and no longer: a report must not claim a saving for
  /// time in which nobody looked.
  public func watchedUntil() async throws(StoreError) -> Timestamp? {
    try await transact { session throws(Failure) in
      try session.query("SELECT max(taken_at) FROM tick").optionalMoment(0, 0)
    }
  }

  /// What the newest tick says of every subject, by subject.
  public func latestVerdicts() async throws(StoreError) -> [Verdict] {
    try await transact { session throws(Failure) in
      let rows = try session.query("SELECT body::text FROM verdict ORDER BY subject")
      var verdicts: [Verdict] = []
      for row in 0..<rows.rowCount {
        verdicts.append(try JSON.value(Verdict.self, rows.bytes(row, 0) ?? []))
      }
      return verdicts
    }
  }

  /// The nodes of the newest tick, by id.
  public func currentNodes() async throws(StoreError) -> [CurrentNode] {
    try await transact { session throws(Failure) in
      let rows = try session.query(
        """
        SELECT n.body::text, n.target, n.rate_nanos, v.body::text, v.since, n.seen_at
        FROM node n LEFT JOIN verdict v ON v.subject = 'node/' || n.id ORDER BY n.id
        """)
      var nodes: [CurrentNode] = []
      for row in 0..<rows.rowCount { nodes.append(try Session.node(rows, row)) }
      return nodes
    }
  }

  /// Stored snapshots and what was planned from them, newest first; for replay.
  public func recentTicks(
    limit: Int
  ) async throws(StoreError) -> [(snapshot: Snapshot, plan: Plan)] {
    let stored = try await transact { session throws(Failure) in
      let rows = try session.query(
        "SELECT snapshot, plan FROM tick ORDER BY taken_at DESC LIMIT $1",
        [.integer(Int64(limit))])
      var ticks: [StoredTick] = []
      for row in 0..<rows.rowCount {
        ticks.append(
          StoredTick(
            snapshot: try JSON.value(Snapshot.self, rows.bytes(row, 0) ?? []),
            plan: try JSON.value(Plan.self, rows.bytes(row, 1) ?? [])))
      }
      return ticks
    }
    return stored.map { ($0.snapshot, $0.plan) }
  }

  private struct StoredTick: Sendable {
    var snapshot: Snapshot
    var plan: Plan
  }
}

extension Session {
  fileprivate static func node(
    _ rows: borrowing QueryResult, _ row: Int
  ) throws(Failure) -> CurrentNode {
    let verdict: Verdict?
    if let bytes = rows.bytes(row, 3) {
      verdict = try JSON.value(Verdict.self, bytes)
    } else {
      verdict = nil
    }
    return CurrentNode(
      node: try JSON.value(Node.self, rows.bytes(row, 0) ?? []),
      target: rows.optionalText(row, 1).map { Target($0) },
      rate: try rows.optionalInteger(row, 2).map { HourlyRate(perHour: Money(nanos: $0)) },
      verdict: verdict, verdictSince: try rows.optionalMoment(row, 4),
      seenAt: try rows.moment(row, 5))
  }
}
