import CostModel
import FleetModel
import Planner
import Ports

/// A tick as the rows it becomes, made before a connection is taken.
///
/// Lists go to the server as one JSON parameter each: a statement for a table, however many rows.
struct TickRows: Sendable {
  var takenAt: Timestamp
  var snapshot: [UInt8]
  var plan: [UInt8]
  var usage: String
  var off: String
  var nodes: String
  var verdicts: String
  var decisions: String
  var alerts: String
  /// Keys of decisions that are carried out, as a JSON list: a word on one of them is used.
  var carriedOut: String
  var rulebook: [UInt8]?

  init(_ tick: Tick) throws(Failure) {
    takenAt = tick.snapshot.takenAt
    snapshot = try JSON.bytes(tick.snapshot)
    plan = try JSON.bytes(tick.plan)
    usage = try JSON.text(tick.usage.map(UsageRow.init))
    off = try JSON.text(tick.off.map(OffRow.init))
    let rates = Dictionary(
      tick.usage.compactMap { hour in hour.rate.map { (hour.node, $0.perHour.nanos) } },
      uniquingKeysWith: { _, last in last })
    nodes = try JSON.text(
      tick.snapshot.nodes.map {
        NodeRow($0, target: tick.snapshot.targets[$0.id], rate: rates[$0.id])
      })
    verdicts = try JSON.text(tick.plan.verdicts.map(VerdictRow.init))
    decisions = try JSON.text(
      tick.plan.decisions.enumerated().map { DecisionRow($1, position: $0) })
    alerts = try JSON.text(tick.alerts)
    carriedOut = try JSON.text(
      tick.plan.decisions.filter(\.isToBeCarriedOut).map(\.key))
    rulebook = nil
    if let rules = tick.rulebook { rulebook = try JSON.bytes(StoredRulebook(rules)) }
  }
}

struct UsageRow: Encodable {
  var hour, billed_us: Int64
  var node, pool, cloud, region, type, capacity: String
  var accelerators: Int
  var rate_nanos: Int64?
  var buckets: [Int64]

  init(_ usage: UsageHour) {
    hour = usage.hour.microseconds
    billed_us = usage.billedMicroseconds
    node = usage.node.rawValue
    pool = usage.pool.rawValue
    cloud = usage.cloud.rawValue
    region = usage.region.rawValue
    type = usage.type.rawValue
    capacity = usage.capacity.rawValue
    accelerators = usage.accelerators
    rate_nanos = usage.rate?.perHour.nanos
    buckets = usage.buckets.microseconds
  }
}

struct OffRow: Encodable {
  var node, pool, decision: String
  var off_from: Int64
  var off_until: Int64?
  var rate_nanos, storage_nanos, restart_us, covered_us: Int64

  init(_ interval: OffInterval) {
    node = interval.node.rawValue
    pool = interval.pool.rawValue
    decision = interval.decision
    off_from = interval.from.microseconds
    off_until = interval.until?.microseconds
    rate_nanos = interval.rate.perHour.nanos
    storage_nanos = interval.storage.perHour.nanos
    restart_us = interval.restartMicroseconds
    covered_us = max(0, interval.coveredMicroseconds ?? 0)
  }
}

struct NodeRow: Encodable {
  var id, cloud, region, type, capacity, state: String
  var accelerators: Int?
  var launched_at: Int64
  var target: String?
  var rate_nanos: Int64?
  var body: Node

  init(_ node: Node, target: Target?, rate: Int64?) {
    id = node.id.rawValue
    cloud = node.cloud.rawValue
    region = node.region.rawValue
    type = node.type.rawValue
    capacity = node.capacity.rawValue
    state = node.state.rawValue
    accelerators = node.acceleratorCount
    launched_at = node.launchedAt.microseconds
    self.target = target?.rawValue
    rate_nanos = rate
    body = node
  }
}

struct VerdictRow: Encodable {
  var subject, intent, code: String
  var pool: String?
  var body: Verdict

  init(_ verdict: Verdict) {
    subject = verdict.subject.rowKey
    pool = verdict.pool?.rawValue
    intent = verdict.intent.rawValue
    code = verdict.reason.code
    body = verdict
  }
}

struct DecisionRow: Encodable {
  var position: Int
  var key, kind, subject, pool, intent, mode, code: String
  var generation: Int
  var at: Int64
  var rate_nanos: Int64?
  var body: LedgerEvent.Kind

  /// In mode `auto` this is an intent; in every other mode it is what we would have done.
  init(_ decision: Decision, position: Int) {
    self.position = position
    body = decision.isToBeCarriedOut ? .intended(decision) : .advised(decision)
    kind = body.name
    key = decision.key.rawValue
    subject = decision.subject.rowKey
    pool = decision.pool.rawValue
    intent = decision.intent.rawValue
    mode = decision.mode.rawValue
    code = decision.reason.code
    generation = decision.generation
    at = decision.madeAt.microseconds
    rate_nanos = decision.rate?.perHour.nanos
  }
}

extension Subject {
  /// "node/i-1", "slot/batch/0", "pool/batch".
  var rowKey: String {
    switch self {
    case .node(let id): "node/\(id)"
    case .slot(let pool, let index): "slot/\(pool)/\(index)"
    case .pool(let pool): "pool/\(pool)"
    case .offering(let pool, let index): "offering/\(pool)/\(index)"
    }
  }
}
