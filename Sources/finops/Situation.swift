import API
import Controller
import CostModel
import FleetModel
import Planner
import Ports
import PostgresStore
import Reports
import Synchronization

/// What the page, /metrics and the health checks show, from the running controller and its store.
final class Situation: StatusSource {
  private let fleetName: String
  private let against: String?
  private let rulebook: Rulebook
  private let controller: Controller
  private let store: PostgresStore
  private let counters: Counters
  private let clock: any TimeSource
  private let cached = Mutex<[Int: (at: ContinuousClock.Instant, report: FleetReport)]>([:])

  /// Reports are made anew at most this often: a page that many people keep open costs one.
  private static let reportLifetime = Duration.seconds(5)

  init(
    rulebook: Rulebook, against: String?, controller: Controller, store: PostgresStore,
    counters: Counters, clock: any TimeSource
  ) {
    fleetName = rulebook.fleet
    self.rulebook = rulebook
    self.against = against
    self.controller = controller
    self.store = store
    self.counters = counters
    self.clock = clock
  }

  func report(days: Int) async throws(StatusError) -> FleetReport {
    let now = clock.now()
    return try await report(days, from: now.advanced(by: .zero - .days(Int64(days))), to: now)
  }

  /// This month (UTC) so far. /metrics counts it: over the last 30 days a sum falls as hours drop
  /// out, and Prometheus takes every fall of a counter for a restart and adds the whole again.
  private func monthToDate() async throws(StatusError) -> FleetReport {
    let now = clock.now()
    return try await report(0, from: Window.moment("mtd", now: now) ?? now, to: now)
  }

  private func report(
    _ slot: Int, from start: Timestamp, to now: Timestamp
  ) async throws(StatusError) -> FleetReport {
    let known = cached.withLock { $0[slot] }
    if let known, ContinuousClock.now - known.at < Self.reportLifetime { return known.report }
    let range = start.startOfHour..<now.nextHour
    do throws(StoreError) {
      let usage = try await store.usage(in: range)
      let report = FleetReport.make(hours: usage.hours, off: usage.off, range: range, now: now)
      cached.withLock { $0[slot] = (.now, report) }
      return report
    } catch {
      throw StatusError("the database \(error)")
    }
  }

  func fleet() async throws(StatusError) -> FleetStatus {
    guard let plan = await controller.health.plan, let snapshot = await controller.health.snapshot
    else { throw StatusError("the controller has not seen the whole fleet yet") }
    let events: [LedgerEvent]
    do throws(StoreError) { events = try await store.recentDecisions(limit: 60) } catch {
      throw StatusError("the database \(error)")
    }
    return FleetStatus(
      name: fleetName, takenAt: plan.takenAt, against: against,
      notice: snapshot.killSwitch ? "Kill switch is on: no acts (finops resume)." : nil,
      nodes: rows(plan, snapshot), decisions: DecisionList.rows(events))
  }

  private func rows(_ plan: Plan, _ snapshot: Snapshot) -> [NodeRow] {
    let verdicts = Dictionary(
      plan.verdicts.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
    return snapshot.nodes.map { node in
      let verdict = verdicts[.node(node.id)]
      let devices = snapshot.targets[node.id].flatMap { snapshot.memory.targets[$0] }
      let idle = devices?.accelerators.values.map(\.idleSince)
      let since = idle.flatMap { times in times.contains(nil) ? nil : times.compactMap(\.self).max()
      }
      return NodeRow(
        id: node.id, pool: rulebook.pool(of: node)?.name, type: node.type, state: node.state,
        doing: node.state == .running ? worst(devices) : nil,
        reason: verdict?.reason.sentence ?? "",
        idleFor: since.map { plan.takenAt.duration(since: $0) },
        rate: rulebook.prices.price(of: node)?.hourly,
        since: snapshot.memory.nodes[node.id]?.stateSince)
    }
  }

  /// The busiest state of the node's accelerators: one at work is a node at work.
  private func worst(_ target: TargetMemory?) -> DeviceState? {
    let order: [DeviceState] = [
      .unknown, .faulty, .loading, .busy, .spinning, .low, .warmIdle, .allocatedIdle, .free,
    ]
    let states = target?.accelerators.values.map(\.state) ?? []
    return order.first { states.contains($0) }
  }

  func health() async -> [HealthCheck] {
    let health = controller.health
    let storeError = await health.storeError
    let plan = await health.plan
    let clouds = await health.clouds
    let targets = await health.targets
    return [
      HealthCheck(
        name: "database", ok: storeError == nil, detail: storeError ?? "answers"),
      await leaderCheck,
      HealthCheck(
        name: "clouds", ok: clouds.isEmpty,
        detail: clouds.isEmpty ? "listed" : clouds.map { "\($0): \($1)" }.joined(separator: "; ")),
      await reconcileCheck(plan),
      // A target that fails is told, and does not take the controller out of service.
      HealthCheck(
        name: "collectors", ok: true,
        detail: targets.isEmpty
          ? "every target answers"
          : "targets that fail: \(targets.count), such as \(targets[0].0): \(targets[0].1)"),
    ]
  }

  private var leaderCheck: HealthCheck {
    get async {
      let epoch = await controller.health.epoch
      let follows = await controller.health.isFollowing
      let other = follows ? "another controller leads" : "the database has not given the lease"
      return HealthCheck(
        name: "leader", ok: epoch != nil,
        detail: epoch.map { "this process leads, epoch \($0)" } ?? other)
    }
  }

  /// A plan that is not stored is none: nothing is acted on, and nothing is in the books.
  private func reconcileCheck(_ plan: Plan?) async -> HealthCheck {
    guard let plan, let storedAt = await controller.health.storedAt else {
      return HealthCheck(name: "reconcile", ok: false, detail: "no plan yet")
    }
    let age = ContinuousClock.now - storedAt
    let limit = controller.longestWithoutPlan
    let detail = "last plan of \(plan.takenAt), stored \(age.components.seconds) s ago"
    return HealthCheck(
      name: "reconcile", ok: age <= limit,
      detail: age <= limit ? detail : detail + ": nothing has been stored since")
  }

  /// How long a process may hear nothing, or its loop of leases stand still.
  private static let patience = Duration.minutes(5)

  func liveness() async -> [HealthCheck] {
    let health = controller.health
    let now = ContinuousClock.now
    let silent = now - (await health.heardAt)
    let still = now - (await health.turnedAt)
    // Who follows asks no cloud, and its targets may all be switched off.
    let listens = await health.isLeading
    return [
      HealthCheck(
        name: "hears", ok: !listens || silent <= Self.patience,
        detail: "no target and no cloud has answered for \(silent.components.seconds) s"),
      HealthCheck(
        name: "turns", ok: still <= Self.patience,
        detail: "the loop of the lease has stood still for \(still.components.seconds) s"),
    ]
  }

  func metrics() async -> MetricsSnapshot {
    var metrics = MetricsSnapshot(version: Version.text)
    metrics.isLeader = await controller.health.isLeading
    metrics.decisionDuration = await histogram()
    if let snapshot = await controller.health.snapshot { fill(&metrics, snapshot) }
    if let report = try? await monthToDate() { fill(&metrics, report) }
    fillCounts(&metrics)
    return metrics
  }

  private func histogram() async -> DurationHistogram {
    var histogram = DurationHistogram()
    for tick in await controller.health.recentTicks { histogram.record(tick) }
    return histogram
  }

  private func fill(_ metrics: inout MetricsSnapshot, _ snapshot: Snapshot) {
    metrics.killSwitch = snapshot.killSwitch
    var counts: [PoolName: [InstanceState: Int]] = [:]
    for node in snapshot.nodes {
      guard let pool = rulebook.pool(of: node)?.name else { continue }
      counts[pool, default: [:]][node.state, default: 0] += 1
      guard node.state.isBilled, let price = rulebook.prices.price(of: node) else { continue }
      metrics.nodes.append(.init(node: node.id, pool: pool, type: node.type, rate: price.hourly))
    }
    metrics.poolNodes = counts.sorted { $0.key < $1.key }.flatMap { pool, states in
      states.sorted { $0.key.rawValue < $1.key.rawValue }
        .map { .init(pool: pool, state: $0.key, nodes: $0.value) }
    }
    metrics.collectorLag = snapshot.memory.targets.sorted { $0.key < $1.key }.compactMap {
      target, memory in
      memory.lastReadingAt.map { .init(target: target, age: snapshot.takenAt.duration(since: $0)) }
    }
  }

  private func fill(_ metrics: inout MetricsSnapshot, _ report: FleetReport) {
    metrics.spent = report.pools.flatMap {
      pool -> [MetricsSnapshot.Counted<MetricsSnapshot.PoolPart>] in
      let spend = pool.figures.spend
      return [
        .init(.init(pool: pool.name, part: "idle"), spend.idle),
        .init(.init(pool: pool.name, part: "overhead"), spend.overhead),
        .init(.init(pool: pool.name, part: "productive"), spend.productive),
      ]
    }
    metrics.saved = [.init("idle_confirmed", report.totals.saved)]
  }

  private func fillCounts(_ metrics: inout MetricsSnapshot) {
    for (key, value) in counters.values() {
      switch key.name {
      case "finops_decisions_total":
        guard let intent = Intent(rawValue: key.labels["action"] ?? "") else { continue }
        metrics.decisions.append(
          .init(intent: intent, outcome: key.labels["outcome"] ?? "", count: Int(value)))
      case "finops_actuator_requests_total":
        metrics.requests.append(
          .init(
            cloud: CloudName(key.labels["cloud"] ?? ""), operation: key.labels["op"] ?? "",
            code: key.labels["code"] ?? "", count: Int(value)))
      default:
        metrics.counts.append(.init(name: key.name, labels: key.labels, value: Int(value)))
      }
    }
  }
}
